"""The rules as their pages know them: where they come from, the document, and what went wrong with a change."""

import asyncio
from collections.abc import Sequence
from pathlib import Path as FilePath
from tomllib import TOMLDecodeError

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, allows
from gigdesk.app import Gigdesk
from gigdesk.cases.rules_file.editing import Document
from gigdesk.cases.rules_file.lines import Path
from gigdesk.errors import Conflict, Invalid
from gigdesk.web.agent.rule_views import RulesOrigin
from gigdesk.web.language import Language


class DeskRules:
    """Gives the pages the document that holds. A file that has gone or is wrong by now says nothing of lines."""

    def __init__(self, desk: Gigdesk) -> None:
        self._rules = desk.administration.rules

    async def document(self, actor: Actor) -> tuple[Document, int]:
        """The document, and the number of its version; 0 where it is a file or there is none. Raises Unavailable."""
        if self._rules.file:
            return await asyncio.to_thread(_of_file, self._rules.file), 0
        newest = await self._rules.newest(actor)
        return (Document(newest.document), newest.number) if newest else (Document(""), 0)

    def origin(self, actor: Actor, version: int) -> RulesOrigin:
        """Where the rules come from, for a page."""
        may_change = not self._rules.file and allows(actor, Action.ADMINISTER)
        return RulesOrigin(file=self._rules.file, version=version, may_change=may_change)


def _of_file(name: str) -> Document:
    try:
        return Document(FilePath(name).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, TOMLDecodeError, RecursionError):
        return Document("")


def type_path(document: Document, code: str) -> Path:
    """How the document writes this type: as ``[types."a.b"]``, which is also how it is added, or as ``[types.a.b]``."""
    group, _, last = code.partition(".")
    split: Path = ("types", group, last)
    is_split = document.table(("types", code)) is None and last and document.table(split) is not None
    return split if is_split else ("types", code)


def told(error: Invalid | Conflict, language: Language) -> Sequence[str]:
    """What is wrong, a sentence each; with the line of the document where there is one."""
    lines = language.say(error.sentence, error.values).split("\n")
    return [line.removeprefix("rules:") for line in lines]

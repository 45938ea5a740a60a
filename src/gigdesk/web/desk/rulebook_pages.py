"""The rules of the desk as one document: shown, with its versions, and kept anew."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.cases.rules_file.beginning import HEAD_OF_PAGE, beginning
from gigdesk.errors import Conflict, Invalid, NotFound
from gigdesk.web.agent.rule_views import RulesDocument, VersionShown
from gigdesk.web.desk.rulebook import DeskRules, told
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language

RULES = "/desk/settings/rules"
BYTES = 1 << 20  # a document of 256 KiB, each byte as three
MOST_NUMBER = 9
_SAID = msg("Version %(version)s of the rules holds now, here at once and everywhere within five seconds.")


class DeskRulesPages:
    """Shows and takes the document."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell) -> None:
        self._desk = desk
        self._shell = shell
        self._rules = DeskRules(desk)

    async def document(self, request: Request) -> Response:
        """The document that holds, or the ``version`` that is asked for; what to begin with where there is none."""
        asked, language = await self._shell.ask(request)
        document, base = await self._rules.document(asked.actor)
        text, shown = document.text or beginning(HEAD_OF_PAGE), base
        if wanted := request.query_params.get("version", ""):
            found = await self._desk.administration.rules.find(asked.actor, _number(wanted))
            if found is None:
                raise NotFound("rules.unknown", "There is no such version of the rules.")
            text, shown = found.document, found.number
        return await self._draw(asked, language, text, base, shown=shown, said=said(request, language))

    async def keep(self, request: Request) -> Response:
        """Keep what was written; what is wrong is told by its line, and nothing of the text is lost."""
        asked, language = await self._shell.ask(request, Action.ADMINISTER)
        form = await self._shell.form(request, asked, BYTES)
        text, base = form.get("document", ""), _number(form.get("base", "0"))
        try:
            version = await self._desk.administration.rules.save(asked.actor, text, base)
        except (Invalid, Conflict) as error:
            newest = await self._desk.administration.rules.newest(asked.actor)
            number = newest.number if newest else 0
            answer = await self._draw(
                asked, language, text, number, shown=number, errors=told(error, language)
            )
            answer.status_code = 409 if isinstance(error, Conflict) else 422
            return answer
        return self._shell.to(RULES, kept=str(version.number))

    async def _draw(
        self,
        asked: Asked,
        language: Language,
        text: str,
        base: int,
        *,
        shown: int,
        said: str = "",
        errors: Sequence[str] = (),
    ) -> Response:
        rules = self._desk.administration.rules
        versions = [] if rules.file else await rules.versions(asked.actor)
        page = RulesDocument(
            origin=self._rules.origin(asked.actor, base),
            text=text,
            base=base,
            versions=[
                VersionShown(
                    number=one.number,
                    at=one.at,
                    url=self._shell.desk.url(f"{RULES}?version={one.number}"),
                    is_shown=one.number == shown,
                )
                for one in versions
            ],
            errors=errors,
        )
        return self._shell.draw(asked, language, "rules", here="rules", said=said, page=page)


def said(request: Request, language: Language) -> str:
    """That a version was just kept."""
    number = request.query_params.get("kept", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= MOST_NUMBER
    return language.say(_SAID, {"version": int(number)}) if is_number else ""


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= MOST_NUMBER:
        return int(text)
    raise NotFound("rules.unknown", "There is no such version of the rules.")

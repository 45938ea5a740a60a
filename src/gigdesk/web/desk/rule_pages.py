"""Queues, issue types and routing rules: what holds, where each comes from, and forms for what is changed most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.hours import in_words
from gigdesk.cases.issue_types import msg
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.rules_file.editing import Document, Values
from gigdesk.cases.rules_file.lines import Path
from gigdesk.errors import Conflict, Invalid, NotFound
from gigdesk.web.agent.rule_forms import (
    FieldShown,
    first_reply,
    queue_fields,
    queue_values,
    rule_fields,
    rule_values,
    type_fields,
    type_values,
)
from gigdesk.web.agent.rule_shown import conditions, outcome, tried_shown
from gigdesk.web.agent.rule_views import RuleForm, RuleLine, RuleLines, TriedShown
from gigdesk.web.desk.rulebook import DeskRules, told, type_path
from gigdesk.web.desk.rulebook_pages import said
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language

BASE = "/desk/settings"
_PAGES = {
    "queues": (msg("Queues"), msg("What each queue is called, who works it, and when it is open.")),
    "types": (msg("Issue types"), msg("What people can report, and how soon somebody replies.")),
    "routing": (
        msg("Routing"),
        msg("Of the rules that fit a report, the first that names a queue decides it."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edited:
    """A table of the document that is asked for: what it says, and the document that holds."""

    kind: str
    code: str
    path: Path
    document: Document
    base: int
    values: Values


class DeskRulePages:
    """Shows the rules by kind, and takes the forms."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell) -> None:
        self._desk = desk
        self._shell = shell
        self._rules = DeskRules(desk)
        self._tags = shell.desk.languages.tags

    async def list(self, kind: str, request: Request) -> Response:
        """Every queue, type or rule that holds, with the line of the document where there is one."""
        asked, language = await self._shell.ask(request)
        document, base = await self._rules.document(asked.actor)
        origin = self._rules.origin(asked.actor, base)
        lines = {"queues": self._queues, "types": self._types, "routing": self._routing}[kind]
        title, about = _PAGES[kind]
        page = RuleLines(
            kind=kind,
            title=title,
            about=about,
            origin=origin,
            lines=list(lines(document, language, is_open=origin.may_change)),
            new_url=self._url(kind, "new") if kind == "routing" and origin.may_change else "",
        )
        return self._shell.draw(
            asked, language, "rule_lines", here=kind, said=said(request, language), page=page
        )

    async def edit(self, kind: str, request: Request) -> Response:
        """The form of one of them, as the document has it."""
        asked, language = await self._shell.ask(request, Action.ADMINISTER)
        edited = await self._edited(kind, request, asked)
        return self._draw(asked, language, edited, edited.values)

    async def keep(self, kind: str, request: Request) -> Response:
        """Keep the form as a version of the rules; with ``try`` only hold a routing rule against the last reports."""
        asked, language = await self._shell.ask(request, Action.ADMINISTER)
        form = await self._shell.form(request, asked)
        edited = await self._edited(kind, request, asked)
        values = _VALUES[edited.kind](form, edited.values, self._tags)
        try:
            text = edited.document.put(edited.path, values) if values else edited.document.remove(edited.path)
            if "try" in form and edited.kind == "routing":
                tried = await self._try(asked, language, self._desk.administration.rules.read(text), edited)
                return self._draw(asked, language, edited, values, tried=tried)
            version = await self._desk.administration.rules.save(asked.actor, text, _base(form))
        except (Invalid, Conflict) as error:
            answer = self._draw(asked, language, edited, values, errors=told(error, language))
            answer.status_code = 409 if isinstance(error, Conflict) else 422
            return answer
        return self._shell.to(f"{BASE}/{edited.kind}", kept=str(version.number))

    async def move(self, request: Request) -> Response:
        """Put a routing rule a place further up, or take it out, as ``do`` says."""
        asked, _ = await self._shell.ask(request, Action.ADMINISTER)
        form = await self._shell.form(request, asked)
        edited = await self._edited("routing", request, asked)
        place, do = edited.path[1], form.get("do", "")
        if not isinstance(place, int) or not edited.values:
            raise _nothing()
        if do == "up" and place > 0:
            text = edited.document.swap(("rules", place - 1), edited.path)
        elif do == "remove":
            text = edited.document.remove(edited.path)
        else:
            raise _nothing()
        version = await self._desk.administration.rules.save(asked.actor, text, _base(form))
        return self._shell.to(f"{BASE}/routing", kept=str(version.number))

    async def back(self, request: Request) -> Response:
        """For who loads the address of a form again."""
        await self._shell.ask(request)
        return self._shell.to(f"{BASE}/routing")

    async def _edited(self, kind: str, request: Request, asked: Asked) -> _Edited:
        """The table that the address names. Raises NotFound also where rules are not kept here."""
        code = str(request.path_params["code"])
        document, base = await self._rules.document(asked.actor)
        if self._desk.administration.rules.file:
            raise _nothing()
        path = self._path(kind, code, document)
        values = document.table(path) or {}
        return _Edited(kind=kind, code=code, path=path, document=document, base=base, values=values)

    def _path(self, kind: str, code: str, document: Document) -> Path:
        rulebook = self._desk.rulebook
        if kind == "queues" and code in rulebook.queues.names:
            return "queues", code
        if kind == "types" and rulebook.taxonomy.find(code):
            return type_path(document, code)
        count = len(rules) if isinstance(rules := document.values.get("rules", []), list) else 0
        if kind == "routing" and code == "new":
            return "rules", count
        if kind == "routing" and code.isascii() and code.isdigit() and 1 <= int(code[:6]) <= count:
            return "rules", int(code[:6]) - 1
        raise _nothing()

    async def _try(self, asked: Asked, language: Language, rules: Rulebook, edited: _Edited) -> TriedShown:
        tried = await self._desk.administration.trial.run(asked.actor, int(edited.path[1]), rules)
        return tried_shown(
            tried,
            rules,
            language,
            cases_url=self._shell.desk.url("/desk/cases"),
            names=lambda place: _named(edited.document, place, language),
        )

    def _draw(
        self,
        asked: Asked,
        language: Language,
        edited: _Edited,
        values: Values,
        *,
        errors: Sequence[str] = (),
        tried: TriedShown | None = None,
    ) -> Response:
        page = RuleForm(
            title=self._title(edited, language),
            code="" if edited.kind == "routing" else edited.code,
            action=self._url(edited.kind, edited.code),
            back_url=self._shell.desk.url(f"{BASE}/{edited.kind}"),
            back_label=_PAGES[edited.kind][0],
            base=edited.base,
            fields=self._fields(edited, values, language),
            errors=errors,
            may_try=edited.kind == "routing",
            tried=tried,
        )
        return self._shell.draw(asked, language, "rule_form", here=edited.kind, page=page)

    def _title(self, edited: _Edited, language: Language) -> str:
        rulebook = self._desk.rulebook
        if edited.kind == "queues":
            return language.gettext(rulebook.queues.label(edited.code))
        if edited.kind == "types":
            return language.gettext(rulebook.taxonomy.label(edited.code))
        if edited.code == "new":
            return language.gettext(msg("Write a rule"))
        return language.say(msg("Rule %(place)s"), {"place": int(edited.code)})

    def _fields(self, edited: _Edited, values: Values, language: Language) -> Sequence[FieldShown]:
        rulebook = self._desk.rulebook
        if edited.kind == "queues":
            is_sensitive = rulebook.queues.is_sensitive(edited.code)
            return queue_fields(values, self._tags, language, is_sensitive=is_sensitive)
        if edited.kind == "types":
            return type_fields(values, self._tags, language)
        return rule_fields(values, rulebook, language)

    def _queues(self, document: Document, language: Language, *, is_open: bool) -> Iterator[RuleLine]:
        rulebook = self._desk.rulebook
        for name in rulebook.queues.names:
            queue, hours = rulebook.queues.find(name), rulebook.routing.hours_of_queue(name)
            opened = in_words(hours) if hours else None
            facts = [
                language.say(opened.sentence, opened.values)
                if opened
                else language.gettext(msg("Day and night"))
            ]
            if queue and queue.is_sensitive:
                facts.append(language.gettext(msg("Sensitive: specialists, leads and admins")))
            if queue and queue.members:
                facts.append(language.say(msg("Specialists: %(count)s"), {"count": len(queue.members)}))
            yield RuleLine(
                name=language.gettext(rulebook.queues.label(name)),
                code=name,
                facts=facts,
                line=document.line(("queues", name)),
                url=self._url("queues", name) if is_open else "",
            )

    def _types(self, document: Document, language: Language, *, is_open: bool) -> Iterator[RuleLine]:
        rulebook = self._desk.rulebook
        for kind in rulebook.taxonomy.types:
            facts = [
                language.say(msg("First reply within %(span)s"), {"span": first_reply(kind)}),
                language.gettext(rulebook.queues.label(kind.queue)),
            ]
            if kind.is_hidden:
                facts.append(language.gettext(msg("Hidden")))
            yield RuleLine(
                name=language.gettext(kind.label),
                code=kind.code,
                facts=facts,
                line=document.line(type_path(document, kind.code)),
                url=self._url("types", kind.code) if is_open else "",
                is_faint=kind.is_hidden,
            )

    def _routing(self, document: Document, language: Language, *, is_open: bool) -> Iterator[RuleLine]:
        rulebook = self._desk.rulebook
        for place, rule in enumerate(rulebook.routing.rules):
            yield RuleLine(
                name=_named(document, place, language),
                code="",
                facts=[*conditions(rule, rulebook, language), outcome(rule, rulebook, language)],
                line=document.line(("rules", place)),
                url=self._url("routing", str(place + 1)) if is_open else "",
                place=place + 1,
            )

    def _url(self, kind: str, code: str) -> str:
        return self._shell.desk.url(f"{BASE}/{kind}/{code}")


_VALUES = {"queues": queue_values, "types": type_values, "routing": rule_values}


def _named(document: Document, place: int, language: Language) -> str:
    """What the document calls a routing rule, or its number."""
    named = (document.table(("rules", place)) or {}).get("name", "")
    return str(named) or language.say(msg("Rule %(place)s"), {"place": place + 1})


def _base(form: Mapping[str, str]) -> int:
    """The version that a form was made of; one that cannot be is none that holds."""
    text = form.get("base", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _nothing() -> NotFound:
    return NotFound("address.unknown", "There is nothing at this address.")

"""Canned replies: the list, and the form in which one is written, looked at with made-up values, and kept."""

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.access.policy import Action, allows
from gigdesk.administration.filling import PLACES, in_language
from gigdesk.administration.macros import Draft
from gigdesk.administration.model import Macro, MacroKind
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Invalid, NotFound
from gigdesk.language import Languages
from gigdesk.web.agent.macro_views import KINDS, MacroForm, MacroLine, MacroList, MacroText
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language
from gigdesk.web.macro_filled import previewed

MACROS = "/desk/macros"
BYTES = 128 << 10
BEGINS = 120
_SAID = {
    "kept": msg("The canned reply is kept."),
    "removed": msg("The canned reply is removed."),
    "back": msg("The canned reply is back."),
}


class DeskMacroPages:
    """Shows and takes canned replies; all staff read, who only reads changes none."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell, languages: Languages) -> None:
        self._desk = desk
        self._shell = shell
        self._languages = languages
        self._macros = desk.administration.macros

    async def list(self, request: Request) -> Response:
        """One's own and what is shared, by name; after a removal with the way back."""
        asked, language = await self._shell.ask(request, Action.SEE_DESK)
        params = request.query_params
        did = next((name for name in _SAID if name in params), "")
        seen = await self._macros.seen_by(asked.actor)
        removed = params.get("removed", "")
        page = MacroList(
            lines=[self._line(macro, language) for macro in seen],
            may_write=allows(asked.actor, Action.KEEP_MACROS),
            again=self._url(removed, "/restoration") if _is_id(removed) else "",
        )
        said = language.gettext(_SAID.get(did, ""))
        return self._shell.draw(asked, language, "macros", here="macros", said=said, page=page)

    async def new(self, request: Request) -> Response:
        """The empty form."""
        asked, language = await self._shell.ask(request, Action.KEEP_MACROS)
        empty = Draft(name="", kind="reply", texts={})
        return self._form(asked, language, empty)

    async def edit(self, request: Request) -> Response:
        """The form of one that there is, with how it reads."""
        asked, language = await self._shell.ask(request, Action.SEE_DESK)
        found = await self._macros.find(asked.actor, _id(request))
        draft = Draft(
            name=found.name,
            kind=found.kind.value,
            texts=found.texts,
            types=" ".join(found.types),
            queue=found.queue,
            is_shared=found.is_shared,
        )
        return self._form(asked, language, draft, found, shows=True)

    async def keep(self, request: Request) -> Response:
        """Keep what was written; with ``preview`` only show how it reads. What is wrong is said at its field: 422."""
        asked, language = await self._shell.ask(request, Action.KEEP_MACROS)
        form = await self._shell.form(request, asked, BYTES)
        own = _id(request) if "macro" in request.path_params else None
        before = await self._macros.find(asked.actor, own) if own else None
        draft = self._draft(form)
        if "preview" in form:
            return self._form(asked, language, draft, before, shows=True)
        try:
            await self._macros.save(asked.actor, draft, own)
        except Invalid as refused:
            errors = {e.field: language.say(e.sentence, e.values) for e in reversed(refused.errors)}
            answer = self._form(asked, language, draft, before, shows=True, errors=errors)
            answer.status_code = 422
            return answer
        return self._shell.to(MACROS, kept="1")

    async def remove(self, request: Request) -> Response:
        """Take one away; the list offers it back."""
        asked, _ = await self._shell.ask(request, Action.KEEP_MACROS)
        await self._shell.form(request, asked)
        removed = await self._macros.remove(asked.actor, _id(request))
        return self._shell.to(MACROS, removed=str(removed.id))

    async def restore(self, request: Request) -> Response:
        """Bring back one that was removed."""
        asked, _ = await self._shell.ask(request, Action.KEEP_MACROS)
        await self._shell.form(request, asked)
        await self._macros.restore(asked.actor, _id(request))
        return self._shell.to(MACROS, back="1")

    async def back(self, request: Request) -> Response:
        """For who loads the address of a form again."""
        await self._shell.ask(request, Action.SEE_DESK)
        return RedirectResponse(self._shell.desk.url(MACROS), 303)

    def _draft(self, form: Mapping[str, str]) -> Draft:
        return Draft(
            name=form.get("name", ""),
            kind=form.get("kind", ""),
            texts={tag: form.get(f"text_{tag}", "") for tag in self._languages.tags},
            types=form.get("types", ""),
            queue=form.get("queue", ""),
            is_shared=form.get("shared") == "1",
        )

    def _form(
        self,
        asked: Asked,
        language: Language,
        draft: Draft,
        before: Macro | None = None,
        *,
        shows: bool = False,
        errors: Mapping[str, str] | None = None,
    ) -> Response:
        rulebook, actor = self._desk.rulebook, asked.actor
        may_change = before is None or self._macros.may_change(actor, before)
        page = MacroForm(
            id=str(before.id) if before else "",
            action=self._url(str(before.id)) if before else self._shell.desk.url(MACROS),
            name=draft.name,
            kind=draft.kind,
            types=draft.types,
            queue=draft.queue,
            is_shared=draft.is_shared,
            texts=[self._text(tag, draft, language, shows=shows) for tag in self._languages.tags],
            queues=[(name, language.gettext(rulebook.queues.label(name))) for name in rulebook.queues.names],
            known_types=[kind.code for kind in rulebook.taxonomy.types],
            places=[(name, language.gettext(about)) for name, about in PLACES.items()],
            may_share=allows(actor, Action.SHARE_MACROS),
            may_change=may_change,
            removal=self._url(str(before.id), "/removal") if before and may_change else "",
            errors=errors or {},
        )
        return self._shell.draw(asked, language, "macro", here="macros", page=page)

    def _text(self, tag: str, draft: Draft, language: Language, *, shows: bool) -> MacroText:
        own = self._languages.negotiate("", tag)
        text = draft.texts.get(tag, "")
        preview = previewed(text, own, self._desk.clock.now()) if shows else ""
        return MacroText(tag=tag, label=language.name_of(tag), text=text, preview=preview)

    def _line(self, macro: Macro, language: Language) -> MacroLine:
        words, icon = KINDS[MacroKind(macro.kind)]
        where = [*macro.types]
        if macro.queue:
            where.append(language.gettext(self._desk.rulebook.queues.label(macro.queue)))
        _, text = in_language(macro.texts, language.tag)
        return MacroLine(
            id=str(macro.id),
            url=self._url(str(macro.id)),
            name=macro.name,
            kind=words,
            icon=icon,
            where=", ".join(where) or language.gettext(msg("every case")),
            is_shared=macro.is_shared,
            begins=" ".join(text.split())[:BEGINS],
            languages=", ".join(macro.texts),
        )

    def _url(self, macro: str, more: str = "") -> str:
        return self._shell.desk.url(f"{MACROS}/{macro}{more}")


def _id(request: Request) -> UUID:
    try:
        return UUID(str(request.path_params["macro"]))
    except ValueError:
        raise NotFound("macro.unknown", "There is no such canned reply, or it is not yours.") from None


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False

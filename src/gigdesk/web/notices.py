"""The pages on which people choose what they are sent: signed in, or by the link in a mail.

The link needs no session: whoever holds it can switch one kind of mail off and on for one person, and
nothing else. Mail programs post to it by themselves (RFC 8058), so that no form of theirs is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.app import Gigdesk
from gigdesk.errors import NotAllowed, NotFound
from gigdesk.notices.kinds import ALWAYS, CHOOSABLE, OPTIONAL, RULES, Kind
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.language import Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.reporter.views import Viewer
from gigdesk.web.small_form import small_form

# The address of a link has what switches mail off in it.
_UNTOLD = {"referrer-policy": "no-referrer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindShown:
    """One kind of notice; ``kind`` is its field in the form."""

    kind: str
    label: str
    about: str
    is_wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The page at ``/notices``."""

    choices: Sequence[KindShown]
    always: Sequence[KindShown]
    csrf: str
    just_saved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The page behind the link in a mail."""

    label: str
    about: str
    off_url: str
    undo_url: str
    is_off: bool
    just_undone: bool = False


class NoticePages:
    """Shows and keeps what people want to be sent."""

    def __init__(self, desk: Gigdesk, identity: Identity, pages: Pages, languages: Languages) -> None:
        self._desk = desk
        self._identity = identity
        self._pages = pages
        self._languages = languages

    async def choices(self, request: Request) -> Response:
        """Every kind: those that can be chosen, and those that are always sent."""
        asked = await self._identity.ask(request.scope)
        off = await self._desk.notices.unwanted(self._person(asked))
        shown = Choices(
            choices=[_shown(kind, kind not in off) for kind in _choosable(asked)],
            always=[_shown(kind) for kind in ALWAYS],
            csrf=self._identity.csrf(asked),
            just_saved="saved" in request.query_params,
        )
        return self._draw(request, "notices", shown, asked)

    async def choose(self, request: Request) -> Response:
        """Keep the choice that was posted: a kind whose box is not ticked is switched off."""
        asked = await self._identity.ask(request.scope)
        form = await small_form(request)
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise NotAllowed(
                "csrf.missing",
                "This form was not sent from our own page. Open the page again and send it from there.",
            )
        person, now = self._person(asked), self._desk.clock.now()
        off = await self._desk.notices.unwanted(person)
        for kind in _choosable(asked):
            wanted = form.get(kind) == "on"
            if wanted is (kind in off):
                await self._desk.notices.choose(person, kind, wanted, now)
        return RedirectResponse(self._pages.url("/notices?saved=1"), 303)

    async def link(self, request: Request) -> Response:
        """What the link in a mail would switch off, with a button: programs that look ahead change nothing."""
        person, kind = self._read(request)
        off = await self._desk.notices.unwanted(person)
        return self._switch(request, kind, is_off=kind in off)

    async def off(self, request: Request) -> Response:
        """Switch it off, by the button or by a mail program."""
        person, kind = self._read(request)
        await self._desk.notices.choose(person, kind, False, self._desk.clock.now())
        return self._switch(request, kind, is_off=True)

    async def undo(self, request: Request) -> Response:
        """Switch it on again."""
        person, kind = self._read(request)
        await self._desk.notices.choose(person, kind, True, self._desk.clock.now())
        return self._switch(request, kind, is_off=False, just_undone=True)

    def _read(self, request: Request) -> tuple[str, Kind]:
        found = self._desk.unsubscribing.read(request.path_params["value"])
        if found is None:
            raise NotFound(
                "notices.link",
                "This link switches nothing off: it is cut short, or of another site. Open it from the mail again.",
            )
        return found

    def _switch(self, request: Request, kind: Kind, *, is_off: bool, just_undone: bool = False) -> Response:
        url = self._pages.url(f"/notices/unsubscribe/{request.path_params['value']}")
        shown = Switch(
            label=RULES[kind].label,
            about=RULES[kind].about,
            off_url=url,
            undo_url=f"{url}/undo",
            is_off=is_off,
            just_undone=just_undone,
        )
        answer = self._draw(request, "unsubscribe", shown, None)
        answer.headers.update(_UNTOLD)
        return answer

    def _draw(self, request: Request, template: str, page: object, asked: Asked | None) -> Response:
        actor = asked.actor if asked else None
        wanted = request.headers.get("accept-language", "")
        language = self._languages.negotiate(wanted, actor.locale if actor else "")
        viewer = (
            Viewer(name=actor.name or actor.sub, csrf=self._identity.csrf(asked)) if asked and actor else None
        )
        body = self._pages.render(template, language, viewer, page=page)
        return Response(body, headers={**HEADERS, "content-language": language.tag})

    def _person(self, asked: Asked) -> str:
        return self._desk.handler.person(asked.actor.sub)


def _choosable(asked: Asked) -> Sequence[Kind]:
    """What this person may choose: of what staff are sent nobody else hears."""
    return OPTIONAL if asked.actor.is_staff else CHOOSABLE


def _shown(kind: Kind, is_wanted: bool = True) -> KindShown:
    rule = RULES[kind]
    return KindShown(kind=kind, label=rule.label, about=rule.about, is_wanted=is_wanted)

"""``/desk/sessions``: where somebody is signed in, and ending it from afar. ``/desk`` itself, until there is a list."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action
from gigdesk.access.ports import Session
from gigdesk.access.signin import SignIn, session_id
from gigdesk.cases.issue_types import msg
from gigdesk.errors import NotFound
from gigdesk.web.language import Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.reporter.views import Viewer
from gigdesk.web.staff.forms import onward, own_form
from gigdesk.web.staff.gate import SIGN_IN, enter
from gigdesk.web.staff.own_account import OwnAccount
from gigdesk.web.staff.views import WAYS, MySessions, SessionShown

PATH = "/desk/sessions"
_SAID = {"one": msg("That session has ended."), "others": msg("Every other session has ended.")}


class SessionPages:
    """Shows people their own sessions, and those of nobody else."""

    def __init__(self, own: OwnAccount, sign_in: SignIn, pages: Pages, languages: Languages) -> None:
        self._own = own
        self._identity = own.identity
        self._sign_in = sign_in
        self._pages = pages
        self._languages = languages

    async def get(self, request: Request) -> Response:
        """Every session of who asks, the newest first."""
        asked = await enter(self._identity, request.scope, Action.SEE_OWN_SESSIONS)
        actor, here = asked.actor, session_id(self._identity.cookie_of(request.scope))
        language = self._languages.negotiate(request.headers.get("accept-language", ""), actor.locale)
        said = _SAID.get(request.query_params.get("ended", ""), "")
        account = await self._own.account(request, asked)
        shown = MySessions(
            second_step=bool(account.second_step) if account else None,
            sessions=[_shown(s, here) for s in await self._sign_in.sessions_of(actor)],
            csrf=self._identity.csrf(asked),
            said=language.say(said, None) if said else "",
        )
        viewer = Viewer(name=actor.name or actor.sub, csrf=shown.csrf)
        body = self._pages.render("staff_sessions", language, viewer, page=shown)
        return Response(body, headers={**HEADERS, "content-language": language.tag})

    async def end(self, request: Request) -> Response:
        """End one session of who asks. Raises NotFound for one that is not theirs, as for none."""
        asked = await enter(self._identity, request.scope, Action.SEE_OWN_SESSIONS)
        key = (await own_form(request, asked)).get("session", "")
        sessions = await self._sign_in.sessions_of(asked.actor)
        found = next((session for session in sessions if _key(session) == key), None)
        if found is None:
            raise NotFound("session.unknown", "There is no such session, or it has ended.")
        await self._sign_in.end(found)
        site = self._identity.site
        if found.id == session_id(self._identity.cookie_of(request.scope)):
            return onward(f"{site.base_url}{SIGN_IN}?signed-out=1", site.clear_cookie())
        return onward(f"{site.base_url}{PATH}?ended=one")

    async def end_others(self, request: Request) -> Response:
        """End every session of who asks but this one."""
        asked = await enter(self._identity, request.scope, Action.SEE_OWN_SESSIONS)
        await own_form(request, asked)
        await self._sign_in.end_others(asked.actor, self._identity.cookie_of(request.scope))
        return onward(f"{self._identity.site.base_url}{PATH}?ended=others")


def _shown(session: Session, here: bytes) -> SessionShown:
    return SessionShown(
        key=_key(session),
        browser=session.browser,
        way=WAYS[session.way],
        since=session.created_at,
        seen=session.seen_at,
        is_this=session.id == here,
    )


def _key(session: Session) -> str:
    """What names a session on a page: neither opens it nor says under what it is kept."""
    return hashlib.sha256(b"session\n" + session.id).hexdigest()[:32]

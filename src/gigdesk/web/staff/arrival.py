"""What the pages of the desk's door share: how they look, and the last step of everybody who comes in by one."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.model import Actor
from gigdesk.access.signin import SignIn
from gigdesk.web.identity import Identity
from gigdesk.web.language import Language, Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.staff.forms import onward
from gigdesk.web.staff.gate import HOME, SIGN_IN

# The address of a link has in it what chooses a password.
_UNTOLD = {"referrer-policy": "no-referrer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOptions:
    """What the door looks like. ``work_url`` leads to the work account, where there are any."""

    pages: Pages
    languages: Languages
    work_url: str = ""
    reports_url: str = ""

    def language(self, request: Request) -> Language:
        """What whoever is not signed in reads."""
        return self.languages.negotiate(request.headers.get("accept-language", ""))

    def drawn(self, template: str, language: Language, page: object, status: int, cookie: str) -> Response:
        """A page of the door, with the cookie that its form is bound to."""
        body = self.pages.render(template, language, page=page)
        headers = {**HEADERS, **_UNTOLD, "content-language": language.tag, "set-cookie": cookie}
        return Response(body, status, headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Leads in whoever has shown all that is asked for."""

    identity: Identity
    sign_in: SignIn

    async def to(
        self, request: Request, cookie: str, actor: Actor, next_path: str, *forgotten: str
    ) -> Response:
        """On to where they wanted, under a new session id whatever cookie came along; that session ends."""
        self.identity.met(actor)
        await self.sign_in.sign_out(self.identity.cookie_of(request.scope))
        site = self.identity.site
        return onward(site.address(beyond(next_path)), site.set_cookie(cookie, actor), *forgotten)


def beyond(next_path: str) -> str:
    """Where to go, but back to the door."""
    path = next_path.partition("?")[0]
    return HOME if path == SIGN_IN or path.startswith(f"{SIGN_IN}/") else next_path

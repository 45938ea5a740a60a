"""``/desk/sign-in/work``: to the provider of work accounts, and back from it."""

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.signin import SignIn
from gigdesk.access.work_accounts import WorkAccounts
from gigdesk.access.work_flow import FLOW_LASTS
from gigdesk.errors import GigdeskError, NotAllowed, NotFound, NotSignedIn, Unavailable
from gigdesk.web.browsers import browser_of
from gigdesk.web.identity import Identity
from gigdesk.web.looking import is_prefetch
from gigdesk.web.staff.arrival import beyond
from gigdesk.web.staff.attempts import Attempts, address_of
from gigdesk.web.staff.door import DeskDoor
from gigdesk.web.staff.forms import onward
from gigdesk.web.staff.gate import desk_next
from gigdesk.web.staff.views import StaffSignIn

PATH = "/desk/sign-in/work"
PURPOSE = "work"
_STATUSES: tuple[tuple[type[GigdeskError], int], ...] = (
    (NotSignedIn, 422),
    (NotAllowed, 403),
    (Unavailable, 503),
)


class WorkPages:
    """Leads to the provider and takes who comes back; where there is none these addresses do not exist."""

    def __init__(
        self,
        identity: Identity,
        sign_in: SignIn,
        work: WorkAccounts | None,
        attempts: Attempts,
        door: DeskDoor,
    ) -> None:
        self._identity = identity
        self._sign_in = sign_in
        self._work = work
        self._attempts = attempts
        self._door = door

    async def begin(self, request: Request) -> Response:
        """To the provider, with a cookie that knows who comes back."""
        work = self._known()
        if request.method == "HEAD" or is_prefetch(request):
            return Response(status_code=204, headers={"cache-control": "no-store"})
        self._attempts.hit_address(address_of(request))
        next_path = desk_next(request.query_params.get("next"))
        try:
            location, cookie = await work.begin(next_path)
        except Unavailable as away:
            return self._refused(request, away, next_path)
        lasts = int(FLOW_LASTS.total_seconds())
        return onward(location, self._identity.site.side_cookie(PURPOSE, cookie, lasts))

    async def back(self, request: Request) -> Response:
        """Who comes back is signed in, under a new session id; the cookie of the way has served."""
        work = self._known()
        if request.method == "HEAD" or is_prefetch(request):
            return Response(status_code=204, headers={"cache-control": "no-store"})
        self._attempts.hit_address(address_of(request))
        cookie = self._identity.cookie_of(request.scope, PURPOSE)
        browser = browser_of(request.headers.get("user-agent", ""))
        try:
            arrived = await work.finish(cookie, request.query_params, browser)
        except (NotSignedIn, NotAllowed, Unavailable) as refused:
            return self._refused(request, refused)
        self._attempts.give_back_address(address_of(request))
        self._identity.met(arrived.actor)
        await self._sign_in.sign_out(self._identity.cookie_of(request.scope))
        site = self._identity.site
        location = site.address(beyond(arrived.next_path))
        return onward(location, site.set_cookie(arrived.cookie, arrived.actor), self._forgotten())

    def _refused(self, request: Request, error: GigdeskError, next_path: str = "") -> Response:
        """The door again, with what went wrong."""
        status = next(status for kind, status in _STATUSES if isinstance(error, kind))
        page = StaffSignIn(next_path=desk_next(next_path), trouble=self._door.say(request, error))
        answer = self._door.shown(request, page, status)
        answer.headers.append("set-cookie", self._forgotten())
        if error.retry_after is not None:
            answer.headers["retry-after"] = str(error.retry_after)
        return answer

    def _forgotten(self) -> str:
        return self._identity.site.side_cookie(PURPOSE, "", 0)

    def _known(self) -> WorkAccounts:
        if self._work is None:
            raise NotFound("address.unknown", "There is nothing at this address.")
        return self._work

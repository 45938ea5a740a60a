"""``/desk/sign-in`` and ``/desk/welcome``: staff come in with a password, and choose their first one."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.staff import HalfWay, StaffAccounts
from gigdesk.cases.issue_types import msg
from gigdesk.errors import GigdeskError, Invalid, NotSignedIn, TooMany
from gigdesk.web.browsers import browser_of
from gigdesk.web.language import Language
from gigdesk.web.staff.arrival import Arrival, DoorOptions, beyond
from gigdesk.web.staff.attempts import WINDOW_SECONDS, Attempts, address_of
from gigdesk.web.staff.code_door import CodeDoor
from gigdesk.web.staff.forms import DoorForms, onward
from gigdesk.web.staff.gate import SIGN_IN, desk_next
from gigdesk.web.staff.views import StaffSignIn, Welcome

TRIES_WORTH_TELLING = 5
_LEFT = msg("E-mail or password is wrong. Tries left: %(left)s; after them wait %(minutes)s minutes.")
_SIGNED_OUT = msg("You are signed out.")
_CHOSEN = msg("Your password is set. Sign in with it.")
_AGAIN = msg("That took too long, or your account has changed. Begin again.")


class DeskDoor:
    """Lets staff in."""

    def __init__(
        self,
        arrival: Arrival,
        codes: CodeDoor,
        staff: StaffAccounts,
        attempts: Attempts,
        options: DoorOptions,
    ) -> None:
        self._identity = arrival.identity
        self._arrival = arrival
        self._codes = codes
        self._staff = staff
        self._attempts = attempts
        self._options = options
        self._forms = DoorForms(arrival.identity)

    async def get(self, request: Request) -> Response:
        """The form; who is staff and signed in is led on."""
        next_path = desk_next(request.query_params.get("next"))
        current = await self._identity.signed_in(request.scope)
        if current is not None and current.actor.is_staff:
            return onward(self._identity.site.address(beyond(next_path)))
        language, query = self._language(request), request.query_params
        said = _SIGNED_OUT if "signed-out" in query else _CHOSEN if "chosen" in query else ""
        shown = StaffSignIn(
            next_path=next_path,
            said=language.say(said, None) if said else "",
            trouble=language.gettext(_AGAIN) if "again" in query else "",
            just_out="signed-out" in query,
        )
        return self.shown(request, shown, 200)

    async def post(self, request: Request) -> Response:
        """Sign in, under a new session id whatever cookie came along."""
        form = await self._forms.read(request)
        login, address = form.get("email", ""), address_of(request)
        shown = StaffSignIn(next_path=desk_next(form.get("next")), login=login)
        try:
            left = self._attempts.hit(login, address)
        except TooMany as refused:
            return self._refused(request, shown, refused)
        browser = browser_of(request.headers.get("user-agent", ""))
        try:
            arrived = await self._staff.sign_in(login, form.get("password", ""), browser)
        except NotSignedIn as refused:
            return self._refused(request, shown, _with_tries(refused, left))
        self._attempts.give_back(login, address)
        if isinstance(arrived, HalfWay):
            return self._codes.ask(arrived, shown.next_path)
        cookie, actor = arrived
        return await self._arrival.to(request, cookie, actor, shown.next_path)

    async def welcome(self, request: Request) -> Response:
        """The form of a link; looking at it uses nothing up. Raises NotFound for one that does not hold."""
        secret = request.query_params.get("invitation", "")
        account = await self._staff.invited(secret)
        shown = Welcome(login=account.login, name=account.name, invitation=secret)
        return self._welcome(request, shown, 200)

    async def choose(self, request: Request) -> Response:
        """Choose the password; who may is asked first, so that a link that does not hold costs no hashing."""
        form = await self._forms.read(request)
        secret = form.get("invitation", "")
        self._attempts.hit_address(address_of(request))
        account = await self._staff.invited(secret)
        shown = Welcome(login=account.login, name=account.name, invitation=secret)
        try:
            if form.get("password", "") != form.get("again", ""):
                raise Invalid("password.not_the_same", "The two are not the same. Type both again.")
            await self._staff.accept(secret, form.get("password", ""))
        except Invalid as refused:
            return self._welcome(request, shown, 422, refused)
        return onward(self._identity.site.base_url + f"{SIGN_IN}?chosen=1")

    def shown(self, request: Request, page: StaffSignIn, status: int) -> Response:
        """The page to sign in on, with a form of this browser's own."""
        csrf, cookie = self._forms.bound(request)
        options = self._options
        whole = replace(page, csrf=csrf, work_url=options.work_url, reports_url=options.reports_url)
        return self._drawn(request, "staff_sign_in", whole, status, cookie)

    def say(self, request: Request, error: GigdeskError) -> str:
        """What an error says, in the reader's language."""
        return self._language(request).say(error.sentence, error.values)

    def _refused(self, request: Request, page: StaffSignIn, error: GigdeskError) -> Response:
        status = 429 if isinstance(error, TooMany) else 422
        problem = self.say(request, error)
        shown = StaffSignIn(next_path=page.next_path, login=page.login[:254], problem=problem)
        answer = self.shown(request, shown, status)
        if error.retry_after is not None:
            answer.headers["retry-after"] = str(error.retry_after)
        return answer

    def _welcome(
        self, request: Request, page: Welcome, status: int, refused: Invalid | None = None
    ) -> Response:
        csrf, cookie = self._forms.bound(request)
        shown = replace(page, csrf=csrf, problem=self.say(request, refused) if refused else "")
        return self._drawn(request, "staff_welcome", shown, status, cookie)

    def _drawn(self, request: Request, template: str, page: object, status: int, cookie: str) -> Response:
        language = self._language(request)
        return self._options.drawn(template, language, page, status, cookie)

    def _language(self, request: Request) -> Language:
        return self._options.languages.negotiate(request.headers.get("accept-language", ""))


def _with_tries(refused: NotSignedIn, left: int) -> GigdeskError:
    """The refusal, with how many tries are left once they are few."""
    if left > TRIES_WORTH_TELLING:
        return refused
    return NotSignedIn(refused.code, _LEFT, left=left, minutes=WINDOW_SECONDS // 60)

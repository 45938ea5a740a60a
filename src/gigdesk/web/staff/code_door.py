"""``/desk/sign-in/code``: after the right password, a code of an authenticator or one that serves once."""

from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.second_step import HALF_WAY_LASTS
from gigdesk.access.second_steps import SecondSteps
from gigdesk.access.staff import HalfWay
from gigdesk.errors import GigdeskError, NotSignedIn, TooMany
from gigdesk.web.browsers import browser_of
from gigdesk.web.staff.arrival import Arrival, DoorOptions
from gigdesk.web.staff.attempts import Attempts, address_of
from gigdesk.web.staff.forms import DoorForms, onward
from gigdesk.web.staff.gate import SIGN_IN, desk_next
from gigdesk.web.staff.views import CodeAsked

PATH = f"{SIGN_IN}/code"
PURPOSE = "code"


class CodeDoor:
    """Asks for the code of who is half way: a sealed cookie of ten minutes knows them."""

    def __init__(
        self, arrival: Arrival, steps: SecondSteps, attempts: Attempts, options: DoorOptions
    ) -> None:
        self._arrival = arrival
        self._identity = arrival.identity
        self._steps = steps
        self._attempts = attempts
        self._options = options
        self._forms = DoorForms(arrival.identity)

    def ask(self, arrived: HalfWay, next_path: str) -> Response:
        """On to this page, for who showed a right password."""
        seconds = int(HALF_WAY_LASTS.total_seconds())
        cookie = self._identity.site.side_cookie(PURPOSE, self._steps.half_way(arrived), seconds)
        return onward(f"{self._identity.site.base_url}{PATH}?{urlencode({'next': next_path})}", cookie)

    async def get(self, request: Request) -> Response:
        """The form; who is not half way is led to the door."""
        next_path = desk_next(request.query_params.get("next"))
        try:
            account = await self._steps.whose(self._identity.cookie_of(request.scope, PURPOSE))
        except NotSignedIn:
            return self._begin_again(next_path)
        is_recovery = "recovery" in request.query_params
        return self._shown(
            request, CodeAsked(login=account.login, next_path=next_path, is_recovery=is_recovery)
        )

    async def post(self, request: Request) -> Response:
        """Sign in; a try is counted for the account before its code is looked at."""
        form = await self._forms.read(request)
        try:
            account = await self._steps.whose(self._identity.cookie_of(request.scope, PURPOSE))
        except NotSignedIn:
            return self._begin_again(desk_next(form.get("next")), again="1")
        is_recovery = form.get("recovery") == "1"
        page = CodeAsked(login=account.login, next_path=desk_next(form.get("next")), is_recovery=is_recovery)
        browser = browser_of(request.headers.get("user-agent", ""))
        try:
            self._attempts.hit_address(address_of(request))
            self._attempts.hit_code(account.id)
            cookie, actor = await self._steps.finish(account, form.get("code", ""), browser)
        except (NotSignedIn, TooMany) as refused:
            return self._shown(request, page, refused)
        self._attempts.give_back_code(account.id)
        self._attempts.give_back_address(address_of(request))
        forgotten = self._identity.site.side_cookie(PURPOSE, "", 0)
        return await self._arrival.to(request, cookie, actor, page.next_path, forgotten)

    def _begin_again(self, next_path: str, **told: str) -> Response:
        return onward(f"{self._identity.site.base_url}{SIGN_IN}?{urlencode({'next': next_path, **told})}")

    def _shown(self, request: Request, page: CodeAsked, refused: GigdeskError | None = None) -> Response:
        language = self._options.language(request)
        csrf, cookie = self._forms.bound(request)
        problem = language.say(refused.sentence, refused.values) if refused else ""
        status = 200 if refused is None else 429 if isinstance(refused, TooMany) else 422
        whole = replace(page, csrf=csrf, problem=problem)
        answer = self._options.drawn("staff_code", language, whole, status, cookie)
        if refused is not None and refused.retry_after is not None:
            answer.headers["retry-after"] = str(refused.retry_after)
        return answer

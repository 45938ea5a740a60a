"""``/sign-in`` and ``/sign-out``: a person comes from the marketplace with a token that works once.

Whoever is signed in as somebody else is asked first; so is a person whom an unknown site sends here, by a
form, since browsers then hold back our cookie and nobody can tell who was signed in, or by a link. Otherwise
somebody could sign people in as himself and read what they report.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.model import Actor
from gigdesk.access.signin import SignIn, safe_next
from gigdesk.errors import NotAllowed, NotSignedIn
from gigdesk.web.browsers import browser_of
from gigdesk.web.identity import Asked, Identity, origin_of
from gigdesk.web.looking import is_prefetch
from gigdesk.web.reporter.views import SignedOut, SwitchPerson
from gigdesk.web.small_form import small_form

_ELSEWHERE = frozenset({"cross-site", "same-site"})
DONE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}

# Draws a template (``switch``, ``signed_out``) with what it shows.
Draw = Callable[[Request, str, object], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """A person at the door: their token, where they want to go, and whether they may enter unasked."""

    token: str
    next_path: str
    is_trusted: bool
    is_confirmed: bool


class SignInPages:
    """Opens and ends sessions for browsers. ``sign_in_url`` is the marketplace's own page for signing in."""

    def __init__(self, identity: Identity, sign_in: SignIn, draw: Draw, sign_in_url: str = "") -> None:
        self._identity = identity
        self._sign_in = sign_in
        self._draw = draw
        self._sign_in_url = sign_in_url
        known = {origin_of(sign_in_url)} if sign_in_url else set()
        self._trusted = identity.site.origins | known

    async def get(self, request: Request) -> Response:
        """A link with a token; without one the page that says where to sign in."""
        if request.method == "HEAD":
            return Response(headers=DONE)
        if is_prefetch(request):
            return Response(status_code=204, headers=DONE)
        query = request.query_params
        next_path = safe_next(query.get("next"))
        if "token" not in query:
            return await self._no_token(request, next_path, just_now="signed-out" in query)
        arrival = _Arrival(
            token=query["token"],
            next_path=next_path,
            is_trusted=self._is_known_link(request),
            is_confirmed=False,
        )
        return await self._arrive(request, arrival)

    async def post(self, request: Request) -> Response:
        """A form with ``token`` and ``next``, from the marketplace or from our own page that asks first."""
        form = await small_form(request)
        if not form.get("token"):
            raise NotSignedIn("sign_in.no_token", "The form has no token. Come here from the marketplace.")
        is_own = self._is_own(request)
        wants_switch = form.get("switch") == "yes"
        arrival = _Arrival(
            token=form["token"],
            next_path=safe_next(form.get("next")),
            is_trusted=is_own or self._is_trusted(request),
            is_confirmed=wants_switch and (is_own or await self._has_csrf(request, form)),
        )
        return await self._arrive(request, arrival)

    async def sign_out(self, request: Request) -> Response:
        """End the session on the server and in the browser."""
        return await self._out(request, "/sign-in?signed-out=1")

    async def leave_desk(self, request: Request) -> Response:
        """The same, from the desk and back to its door."""
        return await self._out(request, "/desk/sign-in?signed-out=1")

    async def _out(self, request: Request, next_path: str) -> Response:
        current = await self._identity.signed_in(request.scope)
        if current is not None:
            check = self._identity.judge_origin(request.scope, current.binding)
            if check is not None and not check((await small_form(request)).get("csrf", "")):
                raise NotAllowed(
                    "csrf.missing",
                    "This form was not sent from our own page. Open the page again and send it from there.",
                )
        await self._sign_in.sign_out(self._identity.cookie_of(request.scope))
        site = self._identity.site
        headers = {**DONE, "location": site.base_url + next_path, "set-cookie": site.clear_cookie()}
        return Response(status_code=303, headers=headers)

    async def _arrive(self, request: Request, arrival: _Arrival) -> Response:
        current = await self._identity.signed_in(request.scope)
        coming = await self._sign_in.look(arrival.token)
        is_other = current is not None and current.actor.sub != coming.sub
        if (is_other or not arrival.is_trusted) and not arrival.is_confirmed:
            return self._ask(request, arrival, current, coming)
        try:
            browser = browser_of(request.headers.get("user-agent", ""))
            cookie, actor = await self._sign_in.hand_over(arrival.token, browser)
        except NotSignedIn as refused:
            if refused.code == "sign_in.used" and current is not None and not is_other:
                return self._onward(arrival, {})  # clicked twice: they are in already
            raise
        self._identity.met(actor)
        await self._sign_in.sign_out(self._identity.cookie_of(request.scope))
        return self._onward(arrival, {"set-cookie": self._identity.site.set_cookie(cookie, actor)})

    def _ask(self, request: Request, arrival: _Arrival, current: Asked | None, coming: Actor) -> Response:
        page = SwitchPerson(
            current_name=_name(current.actor) if current else "",
            coming_name=_name(coming),
            token=arrival.token,
            next_path=arrival.next_path,
            csrf=self._identity.csrf(current) if current else "",
        )
        answer = self._draw(request, "switch", page)
        answer.headers["cache-control"] = "no-store"
        return answer

    async def _no_token(self, request: Request, next_path: str, *, just_now: bool) -> Response:
        current = await self._identity.signed_in(request.scope)
        if current is not None:
            return Response(
                status_code=303, headers={**DONE, "location": self._identity.site.address(next_path)}
            )
        url = self._sign_in_url
        if url:
            joint = "&" if "?" in url else "?"
            url += joint + urlencode({"return_to": self._identity.site.address(next_path)})
        return self._draw(request, "signed_out", SignedOut(just_now=just_now, sign_in_url=url))

    def _onward(self, arrival: _Arrival, headers: Mapping[str, str]) -> Response:
        location = {"location": self._identity.site.address(arrival.next_path)}
        return Response(status_code=303, headers={**DONE, **location, **headers})

    def _is_own(self, request: Request) -> bool:
        """Whether one of our own pages sent this."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None:
            return site == "same-origin"
        return origin is not None and origin.lower() == self._identity.site.origin

    def _is_trusted(self, request: Request) -> bool:
        """Whether the marketplace sent this, or no browser at all."""
        origin = request.headers.get("origin")
        if origin is None:
            return "sec-fetch-site" not in request.headers
        return origin.lower() in self._trusted

    def _is_known_link(self, request: Request) -> bool:
        """Whether this link stood on no page of an unknown site, as far as the browser tells."""
        referrer = request.headers.get("referer")
        if request.headers.get("sec-fetch-site") not in _ELSEWHERE or not referrer:
            return True
        try:
            return origin_of(referrer) in self._trusted
        except ValueError:
            return False

    async def _has_csrf(self, request: Request, form: Mapping[str, str]) -> bool:
        current = await self._identity.signed_in(request.scope)
        given = form.get("csrf", "")
        # An unknown site cannot know this token, so that with it the origin matters no longer.
        return current is not None and bool(given) and self._identity.is_csrf(given, current)


def _name(actor: Actor) -> str:
    return actor.name or actor.sub

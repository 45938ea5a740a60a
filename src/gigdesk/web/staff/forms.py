"""Forms of the desk's door, and how they show that our own page sent them.

Who is not signed in has no session that a token could be bound to: the page gives their browser a cookie of an
hour for it. As everywhere, the token counts only where no header tells which page sent the form.
"""

import re
import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.errors import NotAllowed
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.small_form import small_form

PURPOSE = "form"
SECONDS = 3600
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class DoorForms:
    """Makes and judges the forms of who is not signed in."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def bound(self, request: Request) -> tuple[str, str]:
        """The token for a form, and the Set-Cookie field of what it is bound to."""
        value = self._value(request) or secrets.token_urlsafe(32)
        cookie = self._identity.site.side_cookie(PURPOSE, value, SECONDS)
        return self._identity.csrf_of(_binding(value)), cookie

    async def read(self, request: Request) -> Mapping[str, str]:
        """The form, from our own page. Raises NotAllowed, by its headers before a byte of it is asked for."""
        value = self._value(request)
        check = self._identity.judge_origin(request.scope, _binding(value))
        form = await small_form(request)
        if check is not None and not (value and check(form.get("csrf", ""))):
            raise _not_ours()
        return form

    def _value(self, request: Request) -> str:
        value = self._identity.cookie_of(request.scope, PURPOSE)
        return value if _VALUE.fullmatch(value) else ""


async def own_form(request: Request, asked: Asked) -> Mapping[str, str]:
    """The form of who is signed in, from our own page. Raises NotAllowed."""
    form = await small_form(request)
    if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
        raise _not_ours()
    return form


def onward(location: str, *cookies: str) -> Response:
    """Lead on, with these Set-Cookie fields; nothing of it is kept or told to the next page."""
    answer = Response(status_code=303, headers={"location": location, "cache-control": "no-store"})
    answer.headers["referrer-policy"] = "no-referrer"
    for cookie in cookies:
        answer.headers.append("set-cookie", cookie)
    return answer


def _binding(value: str) -> str:
    return f"{PURPOSE}\n{value}"


def _not_ours() -> NotAllowed:
    return NotAllowed(
        "csrf.missing",
        "This form was not sent from our own page. Open the page again and send it from there.",
    )

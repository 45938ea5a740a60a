"""Refusals as answers: RFC 9457 problem details, with the guide's ``success`` and ``message``.

The one place where an error has an HTTP status.
"""

from collections.abc import Callable, Mapping

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gigdesk import errors
from gigdesk.cases.issue_types import msg
from gigdesk.errors import GigdeskError

MEDIA_TYPE = "application/problem+json"
Say = Callable[[str, Mapping[str, object] | None], str]

STATUSES: tuple[tuple[type[GigdeskError], int, str], ...] = (
    (errors.Malformed, 400, msg("The request cannot be read")),
    (errors.NotSignedIn, 401, msg("Not signed in")),
    (errors.NotAllowed, 403, msg("Not allowed")),
    (errors.NotFound, 404, msg("Not found")),
    (errors.NotReady, 409, msg("Not ready")),
    (errors.Conflict, 409, msg("In conflict")),
    (errors.TooLarge, 413, msg("Too large")),
    (errors.NotAccepted, 415, msg("Not accepted")),
    (errors.Invalid, 422, msg("Something is to be put right")),
    (errors.TooMany, 429, msg("Too many")),
    (errors.Unavailable, 503, msg("Not available now")),
)
_PLAIN: dict[int, tuple[str, str, str]] = {
    404: ("address.unknown", msg("Not found"), msg("There is nothing at this address.")),
    405: (
        "method.not_allowed",
        msg("Another method is needed"),
        msg("This address answers other methods only."),
    ),
}
_FAULT = msg("This is a fault of ours. Nothing is lost that was confirmed. Quote this number: %(number)s.")


def status_of(error: GigdeskError) -> int:
    """The HTTP status of this error."""
    if error.code == "body.too_slow":
        return 408
    return next((status for kind, status, _ in STATUSES if isinstance(error, kind)), 500)


def problem(error: Exception, say: Say, number: str) -> Response:
    """The answer for whatever was raised; ``number`` is the request id to quote for a fault of ours."""
    if isinstance(error, GigdeskError):
        return _refusal(error, say)
    if isinstance(error, HTTPException):
        return _plain(error, say)
    detail = say(_FAULT, {"number": number})
    return _answer(500, "fault", say(msg("A fault of ours"), None), detail, {})


def _refusal(error: GigdeskError, say: Say) -> Response:
    status = status_of(error)
    title = next((title for kind, _, title in STATUSES if isinstance(error, kind)), msg("A fault of ours"))
    more: dict[str, object] = {}
    if error.errors:
        more["errors"] = [
            {"field": e.field, "code": e.code, "message": say(e.sentence, e.values)} for e in error.errors
        ]
    answer = _answer(
        status, error.code, say(title, None), say(error.sentence, error.values), more | _extensions(error)
    )
    if status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    if error.retry_after is not None or status == 503:
        answer.headers["retry-after"] = str(error.retry_after or 5)
    return answer


def _extensions(error: GigdeskError) -> dict[str, object]:
    """Values that a program can use, beside the sentence that has them."""
    return {name: error.values[name] for name in ("state", "limit", "file") if name in error.values}


def _plain(error: HTTPException, say: Say) -> Response:
    code, title, detail = _PLAIN.get(
        error.status_code, ("refused", msg("Refused"), msg("This cannot be done."))
    )
    answer = _answer(error.status_code, code, say(title, None), say(detail, None), {})
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _answer(status: int, code: str, title: str, detail: str, more: Mapping[str, object]) -> Response:
    document = {
        "type": f"urn:gigdesk:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "success": False,
        "message": detail,
        **more,
    }
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(orjson.dumps(document, default=str), status, headers=headers, media_type=MEDIA_TYPE)

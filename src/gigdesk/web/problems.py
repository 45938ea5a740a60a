"""Refusals as answers: RFC 9457 problem details, with the guide's ``success`` and ``message``.

The one place where an error has an HTTP status.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial

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
    (errors.Outdated, 412, msg("Changed meanwhile")),
    (errors.ConditionNeeded, 428, msg("Say which version you looked at")),
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
_TOLD_BESIDE = frozenset({"retry-after", "allow", "www-authenticate", "ratelimit", "ratelimit-policy"})
_FAULT = msg("This is a fault of ours. Nothing is lost that was confirmed. Quote this number: %(number)s.")


def status_of(error: GigdeskError) -> int:
    """The HTTP status of this error."""
    if error.code == "body.too_slow":
        return 408
    return next((status for kind, status, _ in STATUSES if isinstance(error, kind)), 500)


def problem(error: Exception, say: Say, number: str, language: str = "") -> Response:
    """The answer for whatever was raised; ``number`` is the request id to quote for a fault of ours.

    ``language`` is the tag of the language that ``say`` speaks. Never raises.
    """
    careful = partial(_said, say)
    if isinstance(error, GigdeskError):
        answer = _refusal(error, careful)
    elif isinstance(error, HTTPException):
        answer = _plain(error, careful)
    else:
        detail = careful(_FAULT, {"number": number})
        answer = _answer(500, "fault", careful(msg("A fault of ours"), None), detail, {})
    if language:
        answer.headers["content-language"] = language
        answer.headers["vary"] = "Accept-Language"
    return answer


def headers_for_page(answer: Response) -> dict[str, str]:
    """The headers of this refusal that hold for the page shown in its place as well."""
    return {name: value for name, value in answer.headers.items() if name in _TOLD_BESIDE}


def _said(say: Say, sentence: str, values: Mapping[str, object] | None) -> str:
    """The sentence, whatever is wrong with its translation: a refusal stays that refusal."""
    try:
        return say(sentence, values)
    except (KeyError, TypeError, ValueError):
        return sentence


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
    if "policy" in error.values:
        answer.headers.update(_rate_fields(error))
    return answer


def _rate_fields(error: GigdeskError) -> dict[str, str]:
    """Which limit was reached and when it ends (draft-ietf-httpapi-ratelimit-headers-10)."""
    name, quota, window = (error.values[key] for key in ("policy", "quota", "window"))
    return {
        "ratelimit-policy": f'"{name}";q={quota};w={window}',
        "ratelimit": f'"{name}";r=0;t={error.retry_after or 1}',
    }


def _extensions(error: GigdeskError) -> dict[str, object]:
    """Values that a program can use, beside the sentence that has them."""
    found: dict[str, object] = {
        name: error.values[name] for name in ("state", "limit", "file") if name in error.values
    }
    allowed = next(
        (v["allowed"] for v in (error.values, *(e.values for e in error.errors)) if "allowed" in v), None
    )
    if allowed is not None:
        found["allowed"] = list(filter(None, allowed.split(", "))) if isinstance(allowed, str) else allowed
    return found


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
    return Response(_bytes(document), status, headers=headers, media_type=MEDIA_TYPE)


def _bytes(document: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(document, default=str)
    except orjson.JSONEncodeError:  # half a character, of what somebody sent
        return json.dumps(document, default=str, ensure_ascii=False).encode("utf-8", "replace")

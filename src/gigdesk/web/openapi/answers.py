"""What operations answer: descriptions, headers, and the same refusals for all."""

from gigdesk.web.openapi.parts import TEXT, Schema, ref

PROBLEM_JSON = "application/problem+json"

REFUSALS = {
    "400": "The request cannot be read: malformed, truncated, or with conflicting headers.",
    "401": "Nobody is signed in, or the credentials are expired or forged.",
    "403": "The caller may not do this; a gig that does not exist answers the same.",
    "404": "It does not exist, or is not the caller's.",
    "405": "Another method is needed.",
    "409": "It cannot be had now; the code says why.",
    "412": "It has changed since the caller looked at it (If-Match).",
    "413": "A file, a field, their number or the whole is over its limit.",
    "415": "Not a form, or a file of a type that is not taken.",
    "422": "A field is missing, repeated or wrong; errors names each.",
    "428": "Say in If-Match which version was looked at.",
    "429": "A rate limit; Retry-After says when.",
    "500": "A fault of ours, with a number to quote.",
    "503": "A part that is needed is away or full; nothing was half-written. Retry-After says when.",
}

HEADERS: dict[str, Schema] = {
    "Location": {"schema": TEXT, "description": "The address of the case."},
    "RateLimit-Policy": {"schema": TEXT, "description": "The limits that count, by the IETF draft."},
    "RateLimit": {"schema": TEXT, "description": "What the caller has left, and the seconds until more."},
    "ETag": {"schema": TEXT, "description": "Names the version that this caller sees, and its language."},
    "Content-Language": {"schema": TEXT, "description": "The language of the sentences in it."},
    "Content-Disposition": {"schema": TEXT, "description": "A name to keep the file under."},
    "WWW-Authenticate": {"schema": TEXT, "description": "Says that a Bearer token is needed."},
    "Allow": {"schema": TEXT, "description": "The methods that work here."},
    "Retry-After": {"schema": TEXT, "description": "Seconds to wait before sending it again."},
}
_OF_REFUSALS = {
    "401": ("WWW-Authenticate",),
    "405": ("Allow",),
    "429": ("Retry-After", "RateLimit-Policy", "RateLimit"),
    "503": ("Retry-After",),
}


def answer(
    description: str, schema: Schema, media_type: str = "application/json", headers: tuple[str, ...] = ()
) -> Schema:
    """An answer with a body, and the headers that it may carry."""
    return empty(description, headers) | {"content": {media_type: {"schema": schema}}}


def empty(description: str, headers: tuple[str, ...] = ()) -> Schema:
    """An answer without a body."""
    named = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return {"description": description} | ({"headers": named} if named else {})


def refusals(*statuses: str) -> Schema:
    """These refusals, and those that any operation may give."""
    always = ("401", "405", "500", "503")
    return {s: _refusal(s) for s in sorted({*statuses, *always})}


def _refusal(status: str) -> Schema:
    return answer(REFUSALS[status], ref("Problem"), PROBLEM_JSON, _OF_REFUSALS.get(status, ()))

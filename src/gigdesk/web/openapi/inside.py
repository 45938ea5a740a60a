"""What only staff read beside a case, as operations and shapes."""

from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import State
from gigdesk.web.openapi.answers import answer, refusals
from gigdesk.web.openapi.parts import (
    ID,
    REFERENCE,
    TIME,
    WHOLE,
    Schema,
    choice,
    many,
    maybe,
    ref,
    shape,
    such,
    text,
)
from gigdesk.web.openapi.schemas import CODE, FILE, PERSON, SIDE, STORY

STAFF = "Staff of its queue who take no part in it: agents, leads, auditors and admins."
ADDRESSED = shape(
    role=choice("reporter", "respondent", "party", "staff", "support"),
    name=text("Amara Okafor"),
    address={**maybe(text("a…@mail.example")), "description": "masked; that of today, where one is known"},
)
NOTICE = shape(
    id=ID,
    kind=such(choice(*Kind), "acknowledgement"),
    to=ADDRESSED,
    state=such(choice(*State), "sent"),
    attempts=such(WHOLE, 1),
    answer=text("250 2.0.0 Ok: queued", "what the mail server said last, shortened, without addresses"),
    queuedAt=TIME,
    changedAt=TIME,
)
DUPLICATE = shape(
    id=ID,
    reference=REFERENCE,
    issueType=CODE,
    side=SIDE,
    reporter={"anyOf": [PERSON, {"type": "object", "maxProperties": 0}]},
    description=STORY,
    files=many(FILE),
    createdAt=TIME,
)
INSIDE: dict[str, Schema] = {
    "Notices": shape(items=many(NOTICE)),
    "Duplicates": shape(items=many(DUPLICATE)),
}


def inside_paths(case: Schema) -> Schema:
    """The operations; ``case`` is the parameter of both."""
    notices: Schema = {
        "summary": "What was sent about a case, to whom, and what became of it.",
        "description": "The newest 500, oldest first. A retry changes the line of its notice.",
        "operationId": "getNotices",
        "x-callers": STAFF,
        "tags": ["cases"],
        "parameters": [case],
        "responses": {"200": answer("The notices.", ref("Notices")), **refusals("404")},
    }
    duplicates: Schema = {
        "summary": "The cases that were joined to this one, with their files.",
        "description": "Those alone that the caller may see. A file is had under its own case's address.",
        "operationId": "getDuplicates",
        "x-callers": STAFF,
        "tags": ["cases"],
        "parameters": [case],
        "responses": {"200": answer("The cases.", ref("Duplicates")), **refusals("404")},
    }
    return {
        "/api/cases/{case}/notices": {"get": notices},
        "/api/cases/{case}/duplicates": {"get": duplicates},
    }

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
ATTEMPT = shape(
    state=such(choice(State.SENT, State.DEFERRED, State.FAILED), "deferred"),
    at=TIME,
    answer=text("451 4.3.0 try again later", "what the mail server said, shortened, without addresses"),
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
    history={**many(ATTEMPT), "description": "the newest 20 attempts, oldest first"},
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
MACRO = shape(
    id=ID,
    name=text("Ask for the receipt"),
    kind=choice("reply", "note", "reasons"),
    isShared={"type": "boolean"},
    texts=many(
        shape(
            to=choice("reporter", "respondent", "parties", "staff"),
            language=text("en", "tag of the language that the text is in"),
            text=text("Thank you, Amara Okafor. Send us the receipt by Friday.", "its places are filled in"),
        )
    ),
)
INSIDE: dict[str, Schema] = {
    "Notices": shape(items=many(NOTICE)),
    "Macros": shape(items=many(MACRO)),
    "Duplicates": shape(items=many(DUPLICATE)),
}


def inside_paths(case: Schema) -> Schema:
    """The operations; ``case`` is the parameter of both."""
    notices: Schema = {
        "summary": "What was sent about a case, to whom, and what became of it.",
        "description": "The newest 500, oldest first. A retry adds to the history of its notice.",
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
    macros: Schema = {
        "summary": "Canned replies that fit a case, filled in.",
        "description": "The caller's own and those for everybody, by name, for the type and the queue of the case. A"
        " reply has a text for each party who can be written to, in the language of each; reasons have one for both,"
        " a note one for staff.",
        "operationId": "getMacros",
        "x-callers": STAFF,
        "tags": ["cases"],
        "parameters": [{"name": "case", "in": "query", "required": True, "schema": ID}],
        "responses": {"200": answer("The canned replies.", ref("Macros")), **refusals("404", "422")},
    }
    return {
        "/api/macros": {"get": macros},
        "/api/cases/{case}/notices": {"get": notices},
        "/api/cases/{case}/duplicates": {"get": duplicates},
    }

"""The search of the desk, as an operation and shapes."""

from gigdesk.cases.clocks import Kind
from gigdesk.cases.model import Phase, Status
from gigdesk.cases.terms import Priority
from gigdesk.insights.model import Awaits, WaitsOn, Where
from gigdesk.web.openapi.answers import answer, refusals
from gigdesk.web.openapi.parts import (
    FLAG,
    ID,
    REFERENCE,
    TEXT,
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
from gigdesk.web.openapi.schemas import CODE, SIDE

QUERY = "the query language of the desk, 200 characters and 20 parts at most; nothing is every case"
MATCH = shape(
    where=such(choice(*Where), "description"),
    before=text("the cutter was dragged over the oak "),
    hit=text("floor"),
    after=text(" of the hallway"),
)
LINE = shape(
    id=ID,
    reference=REFERENCE,
    status=such(choice(*Status), "in_review"),
    phase=such(choice(*Phase), "in_progress"),
    issueType=CODE,
    severity=text("high"),
    priority=such(choice(*Priority), "high"),
    tags=such(many(TEXT), ["refund"]),
    queue=text("general"),
    gig=shape(id=text("48213"), title=text("Re-tile a shower wall")),
    side=SIDE,
    waitsOn=such(choice(*WaitsOn), "desk"),
    awaits=such(choice(*Awaits), "next_reply"),
    owner={"anyOf": [shape(name=text("Priya Nair"), isMe=FLAG), {"type": "null"}]},
    said=text("While cutting tiles …", "the beginning of what the reporter wrote"),
    fileCount=such(WHOLE, 3),
    clock={
        "anyOf": [choice(*Kind), {"type": "null"}],
        "description": "which clock ends first of those that run",
    },
    due=maybe(TIME),
    pausedSince=maybe(TIME),
    snoozedUntil=maybe(TIME),
    createdAt=TIME,
    updatedAt=TIME,
    answered=FLAG,
    escalated=FLAG,
    held=FLAG,
    matched=many(MATCH),
)
FOUND: dict[str, Schema] = {
    "Found": shape(
        query=text("is:open floor", "the query as it was read"), items=many(LINE), next=maybe(TEXT)
    )
}


def search_paths() -> Schema:
    """The operation."""
    limit: Schema = {"type": "integer", "minimum": 1, "maximum": 100}
    search: Schema = {
        "summary": "The cases that a query means, for staff.",
        "description": "A page may have fewer than limit, or none, and a next: a bounded number of cases is looked at "
        "for one. What was just done may take a few seconds to be found.",
        "operationId": "search",
        "x-callers": "Agents, leads, auditors and admins: cases of their queues that are not about them.",
        "tags": ["cases"],
        "parameters": [
            {"name": "q", "in": "query", "schema": {**TEXT, "maxLength": 200}, "description": QUERY},
            {"name": "cursor", "in": "query", "schema": TEXT, "description": "next of the page before"},
            {"name": "limit", "in": "query", "schema": limit, "description": "how many; 25 by default"},
        ],
        "responses": {"200": answer("A page.", ref("Found")), **refusals("404", "422")},
    }
    return {"/api/search": {"get": search}}

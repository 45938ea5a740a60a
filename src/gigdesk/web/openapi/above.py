"""What staff see from above, as operations and shapes: figures, and exports of lists."""

from gigdesk.cases.clocks import Kind
from gigdesk.insights.query import MAX_LENGTH
from gigdesk.web.api.export_formats import FORMATS
from gigdesk.web.openapi.answers import answer, refusals
from gigdesk.web.openapi.parts import TEXT, TIME, WHOLE, Schema, choice, many, maybe, ref, shape, text

STAFF = (
    "Staff: agents, leads, auditors and admins. Of the queues that they see, and of nothing about themselves."
)
DAY: Schema = {"type": "string", "format": "date", "examples": ["2026-11-01"]}
SPREAD = shape(cases=WHOLE, p50Seconds=maybe(WHOLE), p90Seconds=maybe(WHOLE))
ARRIVED = shape(
    cases=WHOLE,
    unreplied=WHOLE,
    breached=shape((), any=WHOLE, **{kind.value: WHOLE for kind in Kind}),
    withFiles=WHOLE,
    files=WHOLE,
    bytes=WHOLE,
)
DECIDED = shape(cases=WHOLE, reopened=WHOLE, appeals=WHOLE, upheld=WHOLE, varied=WHOLE, overturned=WHOLE)
COUNTS: dict[str, Schema] = {
    "arrived": ARRIVED,
    "decided": DECIDED,
    "firstReply": ref("FigureSpread"),
    "decision": ref("FigureSpread"),
}
LINE = shape((), key=text("quality.late"), label=text("It was late"), **COUNTS)
AGE = shape(fromDays=WHOLE, toDays=maybe(WHOLE), cases=WHOLE)
BACKLOG = shape(day=DAY, cases=WHOLE, ages=many(AGE))
WEEK = shape(week=DAY, cases=WHOLE, p50Seconds=maybe(WHOLE), p90Seconds=maybe(WHOLE))
FIGURES: dict[str, Schema] = {
    "from": DAY,
    "to": DAY,
    "timeZone": text("UTC"),
    "filters": shape(("queue", "type", "owner"), queue=TEXT, type=TEXT, owner=TEXT),
    "at": TIME,
    "behind": WHOLE,
    "total": shape((), **COUNTS),
    "days": many(shape(day=DAY, arrived=WHOLE, decided=WHOLE)),
    "backlogBefore": ref("FigureBacklog"),
    "backlog": many(ref("FigureBacklog")),
    "firstReplyByWeek": many(WEEK),
    "types": many(ref("FigureLine")),
    "queues": many(ref("FigureLine")),
    "owners": many(ref("FigureLine")),
}
ABOVE: dict[str, Schema] = {
    "Figures": shape((), **FIGURES),
    "FigureLine": LINE,
    "FigureSpread": SPREAD,
    "FigureBacklog": BACKLOG,
}
FILE: Schema = {"type": "string"}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


FIGURES_GET: Schema = {
    "summary": "What arrived, what was decided, how long it took, what is open: of a span of days.",
    "description": "At most 366 days, the last 30 without any named. p50 and p90 are percentiles by nearest rank;"
    " of fewer than 5 cases there is none. behind counts cases whose latest change is in no figure yet.",
    "operationId": "getFigures",
    "x-callers": STAFF,
    "tags": ["figures"],
    "parameters": [
        _query("from", DAY, "the first day, in the time zone of the desk"),
        _query("to", DAY, "the last day; today without one"),
        _query("queue", TEXT, "only cases of this queue"),
        _query("type", TEXT, "only cases of this issue type, or of several: payment.*"),
        _query("owner", TEXT, "only cases of this owner: a user id, me or nobody"),
    ],
    "responses": {"200": answer("The figures.", ref("Figures")), **refusals("404", "422")},
}
EXPORT: Schema = {
    "summary": "The cases of a list as a file.",
    "description": "Streamed, oldest first, newest first with sort:newest. In a CSV file a value that a spreadsheet"
    " would take for a formula has an apostrophe before it. A JSON document without its end is not whole. Names of"
    " parties are for leads and admins, who ask for them with personal=1.",
    "operationId": "exportCases",
    "x-callers": STAFF,
    "tags": ["figures"],
    "parameters": [
        _query(
            "q", {**TEXT, "maxLength": MAX_LENGTH}, "which cases, as in the box of the lists; all without it"
        ),
        _query("format", choice(*FORMATS), "csv by default"),
        _query("personal", choice("0", "1"), "1 adds the names of reporter and respondent"),
    ],
    "responses": {
        "200": {
            "description": "The file.",
            "content": {
                "text/csv": {"schema": FILE},
                "application/json": {"schema": shape(items=many({"type": "object"}))},
                "application/jsonl": {"schema": FILE},
            },
        },
        **refusals("403", "404", "422", "429"),
    },
}
ABOVE_PATHS: Schema = {"/api/figures": {"get": FIGURES_GET}, "/api/export": {"get": EXPORT}}

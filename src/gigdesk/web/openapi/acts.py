"""The operations by which a case is moved, made from the table of what their bodies may hold."""

from gigdesk.cases.lifecycle import MOVES, Act
from gigdesk.cases.tags import MAX_TAGS
from gigdesk.web.api import act_bodies
from gigdesk.web.api.act_bodies import FIELDS, MAX_NAME, Field
from gigdesk.web.api.acts import ITEMS, NEEDS_CONDITION
from gigdesk.web.case_intake import TAKE_FILES
from gigdesk.web.openapi.answers import answer, refusals
from gigdesk.web.openapi.later_files import UPLOADS, form_of
from gigdesk.web.openapi.parts import ID, TEXT, TIME, Schema, choice, many, maybe, ref

SUMMARIES: dict[tuple[str, Act], str] = {
    (
        "POST",
        Act.ASSIGNMENT,
    ): "Give the case to a member of staff, or to nobody; an agent who names themself claims.",
    ("POST", Act.REQUEST): "Ask a party or somebody outside, and wait until the due date.",
    ("POST", Act.REVIEW): "Go on with a case that waits; of a decided one, take the decision back.",
    ("POST", Act.MESSAGES): "Write a public line between a party and the desk.",
    ("POST", Act.NOTES): "Write an internal line that no party ever sees.",
    ("POST", Act.STATEMENT): "The respondent answers what they were asked.",
    ("POST", Act.EVIDENCE): "Send files that come after the report. Those of staff are for staff alone.",
    ("POST", Act.DECISION): "Decide the case, or with an outcome its appeal.",
    ("POST", Act.ACCEPTANCE): "The reporter is content with the decision.",
    ("POST", Act.WITHDRAWAL): "The reporter takes the report back.",
    ("POST", Act.APPEAL): "A party asks that somebody else looks again.",
    ("POST", Act.REOPENING): "There is something new: the desk looks again.",
    ("POST", Act.CLOSURE): "Close it as invalid, or as spam.",
    ("POST", Act.MERGE): "Close it as a duplicate of another case of the gig.",
    ("DELETE", Act.MERGE): "It was no duplicate.",
    ("POST", Act.SNOOZE): "Put it out of the way until then.",
    ("DELETE", Act.SNOOZE): "Bring it back now.",
    ("POST", Act.ESCALATION): "Call for somebody with more say.",
    ("DELETE", Act.ESCALATION): "Somebody has looked.",
    ("POST", Act.HOLD): "Place it under legal hold.",
    ("DELETE", Act.HOLD): "Lift the legal hold.",
    ("POST", Act.TYPE): "Give it the type that it should have had, with the queue and the clocks of that.",
    ("POST", Act.PRIORITY): "Have the desk take it up sooner or later. No clock changes.",
    ("POST", Act.TAGS): "Give it tags and take some away. No party ever sees them.",
}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "schema": TEXT,
    "description": "the ETag of the case as the caller looked at it",
    "example": '"3-en"',
}
TAG: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_NAME, "example": "refund"}
LONGEST = 10_000  # characters, unless GIGDESK_MAX_DESCRIPTION says otherwise


def move_paths(case: Schema, key: Schema) -> Schema:
    """The timeline, and an entry for each move; ``case`` and ``key`` are the parameters of all."""
    events: Schema = {
        "summary": "The timeline of a case, as the caller may see it.",
        "operationId": "getEvents",
        "x-callers": "Parties who may see the case, and staff of its queue.",
        "tags": ["cases"],
        "parameters": [case],
        "description": "With Accept: text/event-stream, what happens from now on, or after Last-Event-ID.",
        "responses": {
            "200": {
                **answer("What happened, oldest first.", ref("Timeline")),
                "content": {
                    "application/json": {"schema": ref("Timeline")},
                    "text/event-stream": {"schema": TEXT},
                },
            },
            **refusals("404"),
        },
    }
    paths: dict[str, dict[str, object]] = {"/api/cases/{case}/events": {"get": events}}
    for method, act in FIELDS:
        paths.setdefault(f"/api/cases/{{case}}/{act}", {})[method.lower()] = _move(method, act, [case, key])
    return dict(paths)


def _move(method: str, act: Act, parameters: list[Schema]) -> Schema:
    is_conditional = method == "POST" and act in NEEDS_CONDITION
    also = ("428",) if is_conditional else ()
    is_needed = any(field.is_needed for field in FIELDS[method, act].values())
    json = body_schema(method, act)
    content: Schema = {"application/json": {"schema": json}}
    if act in TAKE_FILES:
        content["multipart/form-data"] = {"schema": form_of(json)}
    return {
        "summary": SUMMARIES[method, act],
        "operationId": f"{'do' if method == 'POST' else 'undo'}{act.title()}",
        "x-callers": who_may(act),
        "tags": ["moves"],
        "parameters": [*parameters, {**IF_MATCH, "required": is_conditional}],
        "requestBody": {"required": is_needed, "content": content},
        "responses": {
            **_done(act),
            **refusals("400", "403", "404", "409", "412", "413", "415", "422", "429", *also),
        },
    }


def _done(act: Act) -> Schema:
    done: Schema = {
        "200": answer("The case as it is now.", ref("Case"), headers=("ETag", "Content-Language"))
    }
    if act in ITEMS:
        item = ref("Added" if act is Act.EVIDENCE else "Sent" if act in TAKE_FILES else "Entry")
        what = "files" if act is Act.EVIDENCE else "item"
        return {
            "200": answer(f"The same request was done before; its {what}.", item, headers=("ETag",)),
            "201": answer(f"The {what}.", item, headers=("ETag",)),
        }
    if act is Act.TYPE:
        gone = "It was done, and the case is in a queue now that the caller does not see."
        return {**done, "204": {"description": gone}}
    return done


def body_schema(method: str, act: Act) -> Schema:
    """The body as JSON Schema."""
    fields = FIELDS[method, act]
    return {
        "type": "object",
        "properties": {name: _field_schema(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.is_needed],
        "additionalProperties": False,
    }


def _field_schema(field: Field) -> Schema:
    if field.read is act_bodies.read_no_uploads:
        return UPLOADS
    if field.choices:
        return choice(*field.choices)
    if field.read is act_bodies.read_time:
        return TIME
    if field.read is act_bodies.read_id:
        return ID
    if field.read is act_bodies.read_ids:
        return many(ID)
    if field.read is act_bodies.read_tags:
        return {**many(TAG), "maxItems": MAX_TAGS}
    text: Schema = {"type": "string", "minLength": int(field.is_needed), "maxLength": field.most or LONGEST}
    return maybe(text) if field.may_be_null else text


def who_may(act: Act) -> str:
    """Who may do it, from which statuses, and what else must hold: the rows of the table in words."""
    rows = [
        f"{', '.join(sorted(move.who))}: {', '.join(sorted(move.sources))}"
        + (f" → {move.target}" if move.target else "")
        + (f" ({move.guard})" if move.guard else "")
        for move in MOVES
        if move.act is act
    ]
    return "Open to " + "; ".join(rows) + "."

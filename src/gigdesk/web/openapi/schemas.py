"""The shapes of requests and answers, as JSON Schema 2020-12."""

from gigdesk.cases.clocks import Kind, State
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import ClosedReason, Disposition, Flag, Phase, Status
from gigdesk.cases.taxonomy import ISSUE_TYPES, Severity
from gigdesk.evidence.model import Verdict
from gigdesk.gigs.model import GIG_ID, Side

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
URL: Schema = {"type": "string", "format": "uri"}
REFERENCE: Schema = {"type": "string", "pattern": "^GD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$"}
GIG_ID_SCHEMA: Schema = {"type": "string", "pattern": f"^{GIG_ID.pattern}$"}


def ref(name: str) -> Schema:
    """A reference to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


def shape(optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """A closed object; every property is required but the optional ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def many(schema: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": schema}


def choice(*values: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(values)}


def maybe(schema: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def words(mapping_of: Schema) -> Schema:
    """An object with any names."""
    return {"type": "object", "additionalProperties": mapping_of}


STATUS = choice(*Status)
PHASE = choice(*Phase)
SIDE = choice(*Side)
SEVERITY = choice(*Severity)
PERSON = shape(id=TEXT, name=TEXT, side=SIDE)
GIG_BRIEF = shape(id=GIG_ID_SCHEMA, title=TEXT)
FIELD_ERROR = shape(field=TEXT, code=TEXT, message=TEXT)

PROBLEM: Schema = {
    "type": "object",
    "description": "A refusal: RFC 9457, with the guide's success and message.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT,
        "code": TEXT,
        "success": {"const": False},
        "message": TEXT,
        "errors": many(FIELD_ERROR),
    },
    "required": ["type", "title", "status", "detail", "code", "success", "message"],
}

RECEIVED_FILE = shape(id=ID, name=maybe(TEXT), size=WHOLE, sha256=maybe(HASH), mediaType=TEXT, url=URL)
REPORTED = shape(
    success={"const": True},
    message={"const": "Issue reported successfully."},
    id=ID,
    reference=REFERENCE,
    status=choice("received"),
    files=many(RECEIVED_FILE),
    receipt=shape(url=URL, sha256=HASH),
)

FILE = shape(
    id=ID,
    name=TEXT,
    size=WHOLE,
    sha256=maybe(HASH),
    mediaType=TEXT,
    state=choice(*Verdict),
    shown=FLAG,
    url=URL,
)
CLOCK = shape(kind=choice(*Kind), due=maybe(TIME), state=choice(*State), explanation=TEXT)
STAFF = shape(id=TEXT, name=TEXT)
ENTRY = shape(id=TEXT, type=TEXT, at=TIME, by=shape(role=TEXT, name=TEXT), data={"type": "object"})
CASE = shape(
    id=ID,
    reference=REFERENCE,
    status=STATUS,
    phase=PHASE,
    closedReason=maybe(choice(*ClosedReason)),
    issueType=TEXT,
    severity=SEVERITY,
    priority=TEXT,
    queue=maybe(TEXT),
    gig=GIG_BRIEF,
    side=SIDE,
    reporter={"anyOf": [PERSON, shape(name=TEXT, side=SIDE), {"type": "object", "maxProperties": 0}]},
    respondent=maybe(PERSON),
    owner=maybe(STAFF),
    description=TEXT,
    details=words(TEXT),
    files=many(FILE),
    waitingOn=maybe(choice("desk", "reporter", "respondent", "external")),
    nextStep=shape(text=TEXT, by=maybe(TIME)),
    clocks=many(CLOCK),
    flags=many(choice(*Flag)),
    disposition=maybe(choice(*Disposition)),
    reasons=maybe(TEXT),
    allowed=many(choice(*Act)),
    createdAt=TIME,
    updatedAt=TIME,
    version=WHOLE,
)
CASE_ROW = shape(
    id=ID,
    reference=REFERENCE,
    status=STATUS,
    phase=PHASE,
    issueType=TEXT,
    severity=SEVERITY,
    gig=GIG_BRIEF,
    side=SIDE,
    fileCount=WHOLE,
    createdAt=TIME,
    updatedAt=TIME,
)
CASES = shape(items=many(ref("CaseRow")), next=maybe(TEXT))

RECEIPT_FILE = shape(
    ("salt",), id=ID, name=maybe(TEXT), size=WHOLE, sha256=maybe(HASH), mediaType=TEXT, digest=HASH, salt=HASH
)
RECEIPT = shape(
    payload=shape(
        type=choice("gigdesk.receipt"),
        v={"const": 1},
        case=ID,
        reference=REFERENCE,
        receivedAt=TIME,
        gig=GIG_ID_SCHEMA,
        issueType=TEXT,
        text=shape(("salt", "sha256"), digest=HASH, salt=HASH, sha256=HASH),
        files=many(RECEIPT_FILE),
        commit=shape(number=WHOLE, hash=HASH),
    ),
    signature=shape(alg=choice("Ed25519"), kid=TEXT, value={"type": "string", "pattern": "^[0-9a-f]{128}$"}),
)

PARTY = shape(("name", "email", "locale"), userId=TEXT, side=SIDE, name=TEXT, email=TEXT, locale=TEXT)
GIG = shape(
    ("id", "trade", "place", "startsAt", "state"),
    id=GIG_ID_SCHEMA,
    title=TEXT,
    parties=many(PARTY),
    trade=TEXT,
    place=TEXT,
    startsAt=maybe(TIME),
    state=TEXT,
)

DETAIL_FIELD = shape(
    name=TEXT, kind=TEXT, label=TEXT, hint=TEXT, maxLength=WHOLE, required=FLAG, choices=many(TEXT)
)
ISSUE_TYPE = shape(
    code=choice(*(t.code for t in ISSUE_TYPES)),
    label=TEXT,
    hint=TEXT,
    evidence=TEXT,
    severity=SEVERITY,
    emergency=FLAG,
    firstReplySeconds=WHOLE,
    fields=many(DETAIL_FIELD),
)
GROUP = shape(code=TEXT, label=TEXT, hint=TEXT, issueTypes=many(ISSUE_TYPE))
INTAKE = shape(
    gig=shape(id=GIG_ID_SCHEMA, title=TEXT, trade=TEXT, place=TEXT, startsAt=maybe(TIME)),
    side=SIDE,
    other=maybe(shape(name=TEXT, side=SIDE)),
    groups=many(GROUP),
    limits=shape(
        files=WHOLE,
        imageBytes=WHOLE,
        pdfBytes=WHOLE,
        videoBytes=WHOLE,
        bodyBytes=WHOLE,
        descriptionCharacters=WHOLE,
        mediaTypes=many(TEXT),
        extensions=many(TEXT),
    ),
)

REPORT_FORM: Schema = {
    "type": "object",
    "properties": {
        "gigId": GIG_ID_SCHEMA,
        "issueType": {"type": "string", "description": "a code, a label or another name of an issue type"},
        "description": {"type": "string", "minLength": 1},
        "files": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        },
        "reporterId": {"type": "string", "description": "for an integration: the party who reports"},
    },
    "required": ["gigId", "issueType", "description"],
}

PART: Schema = {"enum": ["ok", "away"]}
READY = shape(
    ("outbox",),
    status={"enum": ["ready", "not ready"]},
    parts=shape(("background",), store=PART, objects=PART, background=PART),
    outbox=shape(due=WHOLE, oldestSeconds=WHOLE, held=WHOLE, parked=WHOLE),
)

COMPONENTS: dict[str, Schema] = {
    "Problem": PROBLEM,
    "Reported": REPORTED,
    "Case": CASE,
    "CaseRow": CASE_ROW,
    "Entry": ENTRY,
    "Timeline": shape(items=many(ref("Entry"))),
    "Cases": CASES,
    "Receipt": RECEIPT,
    "Gig": GIG,
    "Intake": INTAKE,
    "ReportForm": REPORT_FORM,
    "Ready": READY,
}

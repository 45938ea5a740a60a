"""The shapes of requests and answers, as JSON Schema 2020-12."""

from gigdesk.cases.issue_types import DETAILS, DetailField
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import ClosedReason, Disposition, Flag, Phase, Status
from gigdesk.cases.taxonomy import ISSUE_TYPES, Severity
from gigdesk.cases.terms import Priority
from gigdesk.cases.visibility import Viewer
from gigdesk.evidence.model import Verdict
from gigdesk.gigs.judge import GIG_TEXTS, MAX_PARTIES, PARTY_TEXTS
from gigdesk.gigs.model import Side
from gigdesk.web.openapi.due import CLOCK, ESTIMATE
from gigdesk.web.openapi.parts import (
    FLAG,
    GIG_ID_SCHEMA,
    HASH,
    ID,
    REFERENCE,
    TEXT,
    TIME,
    URL,
    WHOLE,
    Schema,
    choice,
    many,
    maybe,
    most,
    ref,
    shape,
    such,
    text,
    words,
)

CODE = text("property.damage")
TITLE = text("Re-tile a shower wall")
STORY = text("There are three deep scratches in the oak floor, right by the front door.")
SIZE: Schema = {**WHOLE, "description": "bytes", "examples": [48_593]}
SIGNATURE: Schema = {"type": "string", "pattern": "^[0-9a-f]{128}$", "examples": ["63c3ee50" * 16]}
CASE_URL = "https://market.example/help/api/cases/83c12563-b3fe-8a0d-adeb-b8450e5149ce"
FILE_URL = such(URL, f"{CASE_URL}/evidence/01a20b47-23dd-7c57-a5db-1848b73596f8")
MEDIA_TYPE = text("image/jpeg")
PHOTO = text("photo.jpg")
NOT_YET = such(maybe(TEXT), None)
NONE_YET = such(many(TEXT), [])
STATUS = choice(*Status)
PHASE = choice(*Phase)
SIDE = such(choice(*Side), "client")
SEVERITY = such(choice(*Severity), "normal")
PERSON = shape(id=text("amara"), name=text("Amara Okafor"), side=SIDE)
RESPONDENT = such(PERSON, {"id": "jonas", "name": "Jonas Lindqvist", "side": "worker"})
GIG_BRIEF = shape(id=GIG_ID_SCHEMA, title=TITLE)
FIELD_ERROR = shape(
    field=text("description"), code=text("field.missing"), message=text("Tell us what happened.")
)

PROBLEM: Schema = {
    "type": "object",
    "description": "A refusal: RFC 9457, with the guide's success and message.",
    "properties": {
        "type": text("urn:gigdesk:problem:fields.wrong", "the code, as a URN"),
        "title": text("Something is to be put right", "what kind of refusal it is, for people"),
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "examples": [422]},
        "detail": text("2 things are to be put right. See each field.", "what was wrong and what to do"),
        "code": text("fields.wrong", "stable, for programs"),
        "success": {"const": False},
        "message": text("2 things are to be put right. See each field.", "detail again"),
        "errors": such(
            many(FIELD_ERROR),
            [
                {"field": "issueType", "code": "field.missing", "message": "Choose what it is about."},
                {"field": "description", "code": "field.missing", "message": "Tell us what happened."},
            ],
        ),
    },
    "required": ["type", "title", "status", "detail", "code", "success", "message"],
}

RECEIVED_FILE = shape(
    id=ID, name=maybe(PHOTO), size=SIZE, sha256=maybe(HASH), mediaType=MEDIA_TYPE, url=FILE_URL
)
REPORTED = shape(
    success={"const": True},
    message={"const": "Issue reported successfully."},
    id=ID,
    reference=REFERENCE,
    status=choice("received"),
    files=many(RECEIVED_FILE),
    receipt=shape(url=such(URL, f"{CASE_URL}/receipt"), sha256=HASH),
)

FILE = shape(
    id=ID,
    name=PHOTO,
    size=SIZE,
    sha256=maybe(HASH),
    mediaType=MEDIA_TYPE,
    state=choice(*Verdict),
    shown={**FLAG, "description": "whether there is a safe copy"},
    url=FILE_URL,
    message={**maybe(ID), "description": "the message that it came with"},
    sentBy=choice("reporter", "respondent", "staff"),
)
STAFF = shape(id=text("ada"), name=text("Ada"))
ENTRY = shape(
    id=text("3-1", "of its commit and its place in it, as the caller may count them"),
    type=text("message.sent"),
    at=TIME,
    by=shape(role=text("staff"), name=text("", "of staff, for staff alone")),
    data={"type": "object", "examples": [{"message": "01a20b47-…", "to": "reporter", "text": "Which day?"}]},
)
CASE = shape(
    id=ID,
    reference=REFERENCE,
    status=STATUS,
    phase=PHASE,
    closedReason=such(maybe(choice(*ClosedReason)), None),
    issueType=CODE,
    severity=SEVERITY,
    priority={**such(maybe(choice(*Priority)), "normal"), "description": "told to staff alone"},
    tags={**such(many(TEXT), []), "description": "told to staff alone"},
    queue={**maybe(text("general")), "description": "told to staff alone"},
    gig=GIG_BRIEF,
    side=SIDE,
    reporter={"anyOf": [PERSON, shape(name=TEXT, side=SIDE), {"type": "object", "maxProperties": 0}]},
    respondent=maybe(RESPONDENT),
    owner={**such(maybe(STAFF), None), "description": "told to staff alone"},
    description=STORY,
    details=such(words(TEXT), {"item": "Oak floor in the hallway"}),
    files=many(FILE),
    waitingOn=such(maybe(choice("desk", "reporter", "respondent", "external")), "desk"),
    nextStep=shape(
        text=text("A person reads your report and replies."), by=maybe(TIME), estimate=maybe(ESTIMATE)
    ),
    clocks=many(CLOCK),
    mergedInto={**such(maybe(ID), None), "description": "the case that goes on; told to staff alone"},
    duplicates={
        **such(many(ID), []),
        "description": "cases that were joined to this one; told to staff alone",
    },
    flags=such(many(choice(*Flag)), []),
    disposition=such(maybe(choice(*Disposition)), None),
    reasons=NOT_YET,
    allowed={
        **such(many(choice(*Act)), ["messages", "withdrawal"]),
        "description": "what the caller may do now",
    },
    createdAt=TIME,
    updatedAt=TIME,
    version=WHOLE,
)
CASE_ROW = shape(
    id=ID,
    reference=REFERENCE,
    status=STATUS,
    phase=PHASE,
    issueType=CODE,
    severity=SEVERITY,
    gig=GIG_BRIEF,
    side=SIDE,
    role={**such(choice(*Viewer), "reporter"), "description": "what the caller is in this case"},
    fileCount=WHOLE,
    unread={
        **such(maybe({"type": "boolean"}), True),
        "description": "since the caller looked; null for staff",
    },
    createdAt=TIME,
    updatedAt=TIME,
)
CASES = shape(
    items=many(ref("CaseRow")),
    next={**maybe(TEXT), "description": "cursor of the page after", "examples": [None]},
)

RECEIPT_FILE = shape(
    ("salt",),
    id=ID,
    name=maybe(PHOTO),
    size=SIZE,
    sha256=maybe(HASH),
    mediaType=MEDIA_TYPE,
    digest=HASH,
    salt=HASH,
)
SIGNATURE_OF = shape(alg=choice("Ed25519"), kid=text("k1"), value=SIGNATURE)
RECEIPT = shape(
    payload=shape(
        type=choice("gigdesk.receipt"),
        v={"const": 1},
        case=ID,
        reference=REFERENCE,
        receivedAt=TIME,
        gig=GIG_ID_SCHEMA,
        issueType=CODE,
        text=shape(("salt", "sha256"), digest=HASH, salt=HASH, sha256=HASH),
        files=many(RECEIPT_FILE),
        commit=shape(number=WHOLE, hash=HASH),
    ),
    signature=SIGNATURE_OF,
)

PARTY = shape(
    ("name", "email", "locale"),
    userId=most(PARTY_TEXTS["userId"], text("amara", "sub of the tokens of this person")),
    side=SIDE,
    name=most(PARTY_TEXTS["name"], text("Amara Okafor")),
    email=most(PARTY_TEXTS["email"], text("amara@mail.example")),
    locale=most(PARTY_TEXTS["locale"], text("en-GB", "the language of mail")),
)
GIG = shape(
    ("id", "trade", "place", "startsAt", "state"),
    id={**GIG_ID_SCHEMA, "readOnly": True},
    title=most(GIG_TEXTS["title"], TITLE),
    parties={**many(PARTY), "minItems": 1, "maxItems": MAX_PARTIES},
    trade=most(GIG_TEXTS["trade"], text("repair")),
    place=most(GIG_TEXTS["place"], text("Marchmont")),
    startsAt=maybe(TIME),
    state=most(GIG_TEXTS["state"], text("done")),
)

DETAIL_FIELD = shape(
    name=text("item"),
    kind=text("text"),
    label=text("What was damaged?"),
    hint=text(""),
    maxLength=such(WHOLE, 200),
    required=FLAG,
    choices=NONE_YET,
)
BUILT_IN_CODES = tuple(kind.code for kind in ISSUE_TYPES)
ISSUE_TYPE = shape(
    code=CODE,
    label=text("Something was damaged"),
    hint=text(""),
    evidence=text("Photos from near and from far help.", "what to attach"),
    severity=SEVERITY,
    emergency=FLAG,
    firstReplySeconds=such(WHOLE, 28_800),
    openingHours={
        **maybe(text("Mon–Fri 09:00–17:00 (Europe/Berlin)")),
        "description": "when the time of the first reply runs; null is day and night",
    },
    fields=many(DETAIL_FIELD),
)
GROUP = shape(
    code=text("property"), label=text("Damage or loss"), hint=text(""), issueTypes=many(ref("IssueType"))
)
INTAKE = shape(
    gig=shape(
        id=GIG_ID_SCHEMA,
        title=TITLE,
        trade=text("repair"),
        place=text("Marchmont"),
        startsAt=maybe(TIME),
    ),
    side=SIDE,
    other=maybe(shape(name=text("Jonas Lindqvist"), side=such(SIDE, "worker"))),
    groups=many(GROUP),
    limits=shape(
        files=such(WHOLE, 10),
        imageBytes=such(WHOLE, 25 << 20),
        pdfBytes=such(WHOLE, 25 << 20),
        videoBytes=such(WHOLE, 512 << 20),
        bodyBytes=such(WHOLE, 600 << 20),
        descriptionCharacters=such(WHOLE, 10_000),
        mediaTypes=many(MEDIA_TYPE),
        extensions=many(text("jpg")),
    ),
)

_WRITTEN = {"money": "240.50", "date": "2026-11-24", "time": "09:30"}


def _detail(detail: DetailField) -> Schema:
    """A field that getIntake names for some issue types."""
    about = f"only with issue types that ask for it: {detail.label}"
    if detail.kind in _WRITTEN:
        return most(detail.max_length, text(_WRITTEN[detail.kind], f"{about} Like {_WRITTEN[detail.kind]}."))
    return most(detail.max_length, {**TEXT, "description": about})


REPORT_FORM: Schema = {
    "type": "object",
    "properties": {
        "gigId": GIG_ID_SCHEMA,
        "issueType": text("property.damage", "a code, a label or another name of an issue type"),
        "description": {**STORY, "minLength": 1, "description": "what happened; getIntake has the limit"},
        "files": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            "description": "photos, PDFs and videos, told by their content; getIntake has the limits",
        },
        **{detail.name: _detail(detail) for detail in DETAILS},
        "reporterId": {"type": "string", "description": "for an integration: the party who reports"},
        "idempotencyKey": {**TEXT, "description": "as the header Idempotency-Key, for forms without script"},
        "csrf": {**TEXT, "description": "only with a session; as the first field"},
    },
    "required": ["gigId", "issueType", "description"],
}

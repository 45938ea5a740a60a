"""The document at ``/api/openapi.json``: one entry for each operation, the same refusals for all."""

from functools import lru_cache

import orjson

import gigdesk
from gigdesk.web.api.listing import MAX_WORDS
from gigdesk.web.openapi.above import ABOVE, ABOVE_PATHS
from gigdesk.web.openapi.acts import move_paths
from gigdesk.web.openapi.answers import HEADERS, answer, empty, refusals
from gigdesk.web.openapi.components import components
from gigdesk.web.openapi.inside import INSIDE, inside_paths
from gigdesk.web.openapi.later_files import COMPONENTS as LATER
from gigdesk.web.openapi.parts import GIG_ID_SCHEMA, ID, TEXT, WHOLE, Schema, maybe, ref, shape
from gigdesk.web.openapi.schemas import BUILT_IN_CODES, CODE, PHASE, STATUS
from gigdesk.web.openapi.search import FOUND, search_paths

ABOUT = """gigdesk takes reports of issues with gigs, keeps their files and shows each case to who may see it.

Ids are random. Times are RFC 3339 in UTC. Bodies are JSON with `camelCase` names, but for the form of a report. \
Every answer has an `X-Request-Id`; one that the caller sends is kept. Sentences for people are in the language of \
`Accept-Language`."""
BEARER = "A token of the marketplace. `sub` and `exp` are required. With a token no cookie counts."
SESSION = "The cookie that `/sign-in` sets. A request that changes something must come from a page of the site itself."
TAGS = {
    "reports": "Sending a report, and what it may hold.",
    "cases": "What became of a report.",
    "evidence": "The files of a case. They are streamed, never redirected.",
    "moves": "What may be done with a case. What is not open now answers 409, with what is.",
    "figures": "The desk from above: figures, and lists as files.",
    "gigs": "What the marketplace tells of its gigs.",
    "running": "For who keeps it running.",
}


def _path(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": description}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


CASE = _path("case", ID, "the id of a case")
EVIDENCE = _path("evidence", ID, "the id of a file of the case")
GIG = _path("gigId", GIG_ID_SCHEMA, "the id of the gig on the marketplace")
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[ -~]+$"},
    "description": "made once for a report and sent again with each try",
    "example": "4b5f6a1e-2d0c-4c8e-9d53-7a1f0c2b9e64",
}
SEEN: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "schema": TEXT,
    "description": "the ETag of the version that is there already",
}
REASON: Schema = {**TEXT, "examples": ["The parties disagree about the scratch."]}
SEARCH: Schema = {**TEXT, "maxLength": MAX_WORDS}
BYTES: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}

REPORT: Schema = {
    "summary": "Report an issue with a gig.",
    "operationId": "reportIssue",
    "x-callers": "A party of the gig. An integration too, for the party that reporterId names.",
    "tags": ["reports"],
    "parameters": [KEY],
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": ref("ReportForm")}}},
    "responses": {
        "200": answer(
            "The same report was received before; the first's answer.",
            ref("Reported"),
            headers=("Location", "RateLimit-Policy"),
        ),
        "201": answer(
            "Received, and on disk.", ref("Reported"), headers=("Location", "RateLimit-Policy", "RateLimit")
        ),
        **refusals("400", "403", "409", "413", "415", "422", "429"),
    },
}
INTAKE: Schema = {
    "summary": "What the caller may report on a gig, and every limit.",
    "operationId": "getIntake",
    "x-callers": "A party of the gig.",
    "tags": ["reports"],
    "parameters": [{**_query("gigId", GIG_ID_SCHEMA, "the gig"), "required": True}],
    "responses": {"200": answer("The form, as data.", ref("Intake")), **refusals("403", "422", "429")},
}
LIST: Schema = {
    "summary": "The caller's cases, newest first; for staff those of their queues.",
    "description": "A party's are those that they reported, and those of which they were asked as the respondent. "
    "A filtered page may have fewer than limit, or none, and a next: 200 of a party's cases are looked at for one.",
    "operationId": "listCases",
    "x-callers": "Anybody who is signed in. Staff are agents, leads, auditors and admins.",
    "tags": ["cases"],
    "parameters": [
        _query("status", STATUS, "only cases of this status"),
        _query("phase", PHASE, "only cases of this phase"),
        _query("issueType", CODE, "only cases of this issue type"),
        _query("gigId", TEXT, "only cases of this gig"),
        _query("q", SEARCH, "a reference, as somebody wrote it down; a party may search by words too"),
        _query("cursor", TEXT, "next of the page before"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 100}, "how many; 25 by default"),
    ],
    "responses": {"200": answer("A page.", ref("Cases")), **refusals("422")},
}
GET: Schema = {
    "summary": "One case, as the caller may see it.",
    "operationId": "getCase",
    "x-callers": "Who reported it, the respondent once they were asked, and staff of its queue: agents, leads, "
    "auditors and admins.",
    "tags": ["cases"],
    "parameters": [CASE, SEEN],
    "responses": {
        "200": answer("The case.", ref("Case"), headers=("ETag", "Content-Language")),
        "304": empty("Unchanged since If-None-Match.", ("ETag", "Content-Language")),
        **refusals("404"),
    },
}
RECEIPT: Schema = {
    "summary": "The signed receipt, for the reporter.",
    "operationId": "getReceipt",
    "x-callers": "Who reported it.",
    "tags": ["cases"],
    "parameters": [CASE],
    "responses": {
        "200": answer("Payload and Ed25519 signature.", ref("Receipt"), headers=("Content-Disposition",)),
        **refusals("404"),
    },
}
RECORD: Schema = {
    "summary": "Everything of the case that the caller may have, as one ZIP archive.",
    "description": "The case, its timeline, the receipt (for the reporter), the safe copies of the caller's files"
    " that are clean, and last manifest.json with the SHA-256 of each. An archive without its end is not whole:"
    " ask again. Two at once for a person.",
    "operationId": "getRecord",
    "x-callers": "The parties of the case: who reported it, and the other party once asked.",
    "tags": ["cases"],
    "parameters": [CASE],
    "responses": {
        "200": answer("The archive.", BYTES, "application/zip", ("Content-Disposition",)),
        **refusals("403", "404", "429"),
    },
}
DERIVATIVE: Schema = {
    "summary": "The safe copy of a file, once it is clean.",
    "operationId": "getEvidence",
    "x-callers": "Parties who may see it, and staff of its queue: agents, leads, auditors and admins.",
    "tags": ["evidence"],
    "parameters": [CASE, EVIDENCE],
    "responses": {
        "200": answer("The copy.", BYTES, "image/*", ("Content-Disposition",)),
        **refusals("404", "409"),
    },
}
ORIGINAL: Schema = {
    "summary": "The sealed original, for staff with a reason, which is logged.",
    "operationId": "getOriginal",
    "x-callers": "Staff of its queue: agents, leads, auditors and admins.",
    "tags": ["evidence"],
    "parameters": [CASE, EVIDENCE, {**_query("reason", REASON, "why it is opened"), "required": True}],
    "responses": {
        "200": answer("The bytes.", BYTES, "application/octet-stream", ("Content-Disposition",)),
        **refusals("403", "404", "409", "422"),
    },
}
PUT_GIG: Schema = {
    "summary": "Insert or replace a gig.",
    "operationId": "putGig",
    "x-callers": "An integration or an admin.",
    "tags": ["gigs"],
    "parameters": [GIG],
    "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Gig")}}},
    "responses": {
        "200": answer("The gig as it is now.", ref("Gig")),
        **refusals("400", "403", "413", "415", "422"),
    },
}

PART: Schema = {"enum": ["ok", "away"]}
STATE = shape(
    ("outbox", "desk"),
    status={"enum": ["ready", "not ready"]},
    parts=shape(("background",), store=PART, objects=PART, background=PART),
    outbox=shape(due=WHOLE, oldestSeconds=WHOLE, held=WHOLE, parked=WHOLE),
    desk=shape(behind=maybe(WHOLE)),
)
READY: Schema = {
    "summary": "Whether everything answers that a request needs; for a balancer.",
    "description": "outbox and desk are there for whoever may see the metrics. To be behind is no reason for 503.",
    "operationId": "getReady",
    "x-callers": "Anybody.",
    "tags": ["running"],
    "security": [],
    "responses": {
        "200": answer("Everything answers.", ref("Ready")),
        "405": refusals()["405"],
        "503": answer("The part that is away does not.", ref("Ready")),
    },
}

PATHS: Schema = {
    "/api/report-issue": {"post": REPORT},
    "/api/intake": {"get": INTAKE},
    "/api/cases": {"get": LIST},
    "/api/cases/{case}": {"get": GET},
    "/api/cases/{case}/receipt": {"get": RECEIPT},
    "/api/cases/{case}/record": {"get": RECORD},
    "/api/cases/{case}/evidence/{evidence}": {"get": DERIVATIVE},
    "/api/cases/{case}/evidence/{evidence}/original": {"get": ORIGINAL},
    "/api/gigs/{gigId}": {"put": PUT_GIG},
    **inside_paths(CASE),
    **search_paths(),
    **move_paths(CASE, KEY),
    **ABOVE_PATHS,
    "/readyz": {"get": READY},
}


def document(base_url: str, codes: tuple[str, ...] = BUILT_IN_CODES) -> Schema:
    """The whole document, with the address at which this installation is reached and its issue types."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gigdesk",
            "version": gigdesk.__version__,
            "summary": "Everything behind a gig marketplace's report-issue page.",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "security": [{"bearer": []}, {"session": []}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": PATHS,
        "components": {
            "schemas": {**components(codes), **LATER, **INSIDE, **FOUND, **ABOVE, "Ready": STATE},
            "headers": HEADERS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": BEARER},
                "session": {"type": "apiKey", "in": "cookie", "name": "gigdesk", "description": SESSION},
            },
        },
    }


@lru_cache(maxsize=4)  # the codes change with the rules
def document_bytes(base_url: str, codes: tuple[str, ...]) -> bytes:
    """The document as it is sent."""
    return orjson.dumps(document(base_url, codes))

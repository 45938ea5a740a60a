"""The document at ``/api/openapi.json``: one entry for each operation, the same refusals for all."""

from functools import cache

import orjson

import gigdesk
from gigdesk.cases.lifecycle import Act
from gigdesk.web.api.act_bodies import FIELDS
from gigdesk.web.api.acts import ITEMS, NEEDS_CONDITION
from gigdesk.web.openapi.acts import SUMMARIES, body_schema, who_may
from gigdesk.web.openapi.schemas import COMPONENTS, GIG_ID_SCHEMA, ID, PHASE, STATUS, TEXT, Schema, ref

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


def _answer(description: str, schema: Schema, media_type: str = "application/json") -> Schema:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _refusals(*statuses: str) -> Schema:
    always = ("401", "405", "500", "503")
    return {s: _answer(REFUSALS[s], ref("Problem"), PROBLEM_JSON) for s in sorted({*statuses, *always})}


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
}
BYTES: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}

REPORT: Schema = {
    "summary": "Report an issue with a gig.",
    "operationId": "reportIssue",
    "tags": ["reports"],
    "parameters": [KEY],
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": ref("ReportForm")}}},
    "responses": {
        "200": _answer("The same report was received before; the first's answer.", ref("Reported")),
        "201": _answer("Received, and on disk.", ref("Reported")),
        **_refusals("400", "403", "409", "413", "415", "422", "429"),
    },
}
INTAKE: Schema = {
    "summary": "What the caller may report on a gig, and every limit.",
    "operationId": "getIntake",
    "tags": ["reports"],
    "parameters": [{**_query("gigId", GIG_ID_SCHEMA, "the gig"), "required": True}],
    "responses": {"200": _answer("The form, as data.", ref("Intake")), **_refusals("403", "422", "429")},
}
LIST: Schema = {
    "summary": "The caller's cases, newest first; for staff those of their queues.",
    "operationId": "listCases",
    "tags": ["cases"],
    "parameters": [
        _query("status", STATUS, "only cases of this status"),
        _query("phase", PHASE, "only cases of this phase"),
        _query("issueType", TEXT, "only cases of this issue type"),
        _query("gigId", TEXT, "only cases of this gig"),
        _query("q", TEXT, "the case of this reference, as somebody wrote it down"),
        _query("cursor", TEXT, "next of the page before"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 100}, "how many"),
    ],
    "responses": {"200": _answer("A page.", ref("Cases")), **_refusals("422")},
}
GET: Schema = {
    "summary": "One case, as the caller may see it.",
    "operationId": "getCase",
    "tags": ["cases"],
    "parameters": [CASE],
    "responses": {
        "200": _answer("The case; its ETag names the version.", ref("Case")),
        "304": {"description": "Unchanged since If-None-Match."},
        **_refusals("404"),
    },
}
RECEIPT: Schema = {
    "summary": "The signed receipt, for the reporter.",
    "operationId": "getReceipt",
    "tags": ["cases"],
    "parameters": [CASE],
    "responses": {"200": _answer("Payload and Ed25519 signature.", ref("Receipt")), **_refusals("404")},
}
DERIVATIVE: Schema = {
    "summary": "The safe copy of a file, once it is clean.",
    "operationId": "getEvidence",
    "tags": ["evidence"],
    "parameters": [CASE, EVIDENCE],
    "responses": {
        "200": {"description": "The copy.", "content": {"image/*": {"schema": BYTES}}},
        **_refusals("404", "409"),
    },
}
ORIGINAL: Schema = {
    "summary": "The sealed original, for staff with a reason, which is logged.",
    "operationId": "getOriginal",
    "tags": ["evidence"],
    "parameters": [CASE, EVIDENCE, {**_query("reason", TEXT, "why it is opened"), "required": True}],
    "responses": {
        "200": {"description": "The bytes.", "content": {"application/octet-stream": {"schema": BYTES}}},
        **_refusals("403", "404", "409", "422"),
    },
}
PUT_GIG: Schema = {
    "summary": "Insert or replace a gig.",
    "operationId": "putGig",
    "tags": ["gigs"],
    "parameters": [GIG],
    "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Gig")}}},
    "responses": {
        "200": _answer("The gig as it is now.", ref("Gig")),
        **_refusals("400", "403", "413", "415", "422"),
    },
}
EVENTS: Schema = {
    "summary": "The timeline of a case, as the caller may see it.",
    "operationId": "getEvents",
    "tags": ["cases"],
    "parameters": [CASE],
    "responses": {"200": _answer("What happened, oldest first.", ref("Timeline")), **_refusals("404")},
}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "schema": TEXT,
    "description": "the ETag of the case as the caller looked at it",
}


def _act(method: str, act: Act) -> Schema:
    is_item = act in ITEMS
    is_conditional = method == "POST" and act in NEEDS_CONDITION
    done: Schema = (
        {
            "200": _answer("The same request was done before; its item.", ref("Entry")),
            "201": _answer("The item.", ref("Entry")),
        }
        if is_item
        else {"200": _answer("The case as it is now.", ref("Case"))}
    )
    body: Schema = {"content": {"application/json": {"schema": body_schema(method, act)}}}
    return {
        "summary": SUMMARIES[method, act],
        "description": who_may(act),
        "operationId": f"{'do' if method == 'POST' else 'undo'}{act.title()}",
        "tags": ["moves"],
        "parameters": [CASE, KEY, {**IF_MATCH, "required": is_conditional}],
        "requestBody": {"required": any(f.is_needed for f in FIELDS[method, act].values()), **body},
        "responses": {
            **done,
            **_refusals(
                "400", "403", "404", "409", "412", "413", "415", "422", *(["428"] if is_conditional else [])
            ),
        },
    }


def _acts() -> Schema:
    paths: dict[str, dict[str, object]] = {}
    for method, act in FIELDS:
        paths.setdefault(f"/api/cases/{{case}}/{act}", {})[method.lower()] = _act(method, act)
    return dict(paths)


READY: Schema = {
    "summary": "Whether everything answers that a request needs; for a balancer.",
    "description": "outbox is there for whoever may see the metrics. One that is behind is no reason for 503.",
    "operationId": "getReady",
    "tags": ["running"],
    "security": [],
    "responses": {
        "200": _answer("Everything answers.", ref("Ready")),
        "405": _answer(REFUSALS["405"], ref("Problem"), PROBLEM_JSON),
        "503": _answer("The part that is away does not.", ref("Ready")),
    },
}

PATHS: Schema = {
    "/api/report-issue": {"post": REPORT},
    "/api/intake": {"get": INTAKE},
    "/api/cases": {"get": LIST},
    "/api/cases/{case}": {"get": GET},
    "/api/cases/{case}/receipt": {"get": RECEIPT},
    "/api/cases/{case}/evidence/{evidence}": {"get": DERIVATIVE},
    "/api/cases/{case}/evidence/{evidence}/original": {"get": ORIGINAL},
    "/api/gigs/{gigId}": {"put": PUT_GIG},
    "/api/cases/{case}/events": {"get": EVENTS},
    **_acts(),
    "/readyz": {"get": READY},
}


def document(base_url: str) -> Schema:
    """The whole document, with the address at which this installation is reached."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gigdesk",
            "version": gigdesk.__version__,
            "summary": "Everything behind a gig marketplace's report-issue page.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": PATHS,
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "session": {"type": "apiKey", "in": "cookie", "name": "gigdesk"},
            },
        },
    }


@cache
def document_bytes(base_url: str) -> bytes:
    """The document as it is sent."""
    return orjson.dumps(document(base_url))

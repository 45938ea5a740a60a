"""The OpenAPI document for people: shapes, examples, calls."""

import json
import shlex
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from gigdesk.web.openapi.document import document
from gigdesk.web.openapi.examples import example_of
from gigdesk.web.openapi.reading import read
from gigdesk.web.openapi.shapes import Field, Word, sent, shape_of
from gigdesk.web.openapi.views import Operation

BASE = "https://market.example/help"
OURS = document(BASE)
LEAF = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Leaf"}}, "required": ["next"]}
TOY: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Toy", "version": "1"},
    "servers": [{"url": "https://toy.example/v1/"}],
    "components": {
        "schemas": {
            "Leaf": LEAF,
            "Name": {"type": "string", "minLength": 6, "maxLength": 7},
            "Both": {
                "allOf": [
                    {"$ref": "#/components/schemas/Name"},
                    {"type": "string", "examples": ["Amara O"]},
                ]
            },
        },
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
        "responses": {"Gone": {"description": "It is gone."}},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
    "paths": {
        "/leaves/{leaf}": {
            "parameters": [{"name": "leaf", "in": "path", "required": True, "schema": {"type": "string"}}],
            "delete": {
                "parameters": [{"$ref": "#/components/parameters/Page"}],
                "responses": {
                    "410": {"$ref": "#/components/responses/Gone"},
                    "204": {"description": "Done."},
                },
            },
            "put": {
                "operationId": "put.leaf",
                "requestBody": {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
                "responses": {"204": {"description": "Done."}},
            },
        }
    },
}


def kind(schema: dict[str, Any]) -> str:
    return "".join(word.text for word in shape_of(schema).kind)


def operations(of: dict[str, Any]) -> dict[str, Operation]:
    return {o.id: o for group in read(of).groups for o in group.operations}


def test_a_reference_is_a_link_and_not_followed() -> None:
    assert shape_of({"$ref": "#/components/schemas/Leaf"}).kind == (Word("Leaf", "schema-Leaf"),)
    listed = shape_of({"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}})
    assert listed.kind == (Word("list of "), Word("Leaf", "schema-Leaf"))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "format": "uuid"}, "string, uuid"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": ["null", "string"]}, "string or null"),
        ({"type": "string", "nullable": True}, "string or null"),
        ({"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Leaf"}]}, "integer or Leaf"),
        ({"type": "array", "items": {"type": "string"}}, "list of strings"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object of any names, each string"),
        ({"const": False}, "boolean"),
        ({"enum": ["a", None]}, "string or null"),
        ({"type": "string", "contentMediaType": "application/octet-stream"}, "bytes"),
        ({"type": "object", "maxProperties": 0}, "empty object"),
        ({"allOf": [{"$ref": "#/components/schemas/Leaf"}, {"type": "object"}]}, "Leaf and object"),
        ({}, "anything"),
    ],
)
def test_a_kind_reads_as_words(schema: dict[str, Any], expected: str) -> None:
    assert kind(schema) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "minLength": 1}, ("at least 1 character",)),
        ({"type": "string", "minLength": 1, "maxLength": 1280}, ("1 to 1,280 characters",)),
        ({"type": "string", "minLength": 3, "maxLength": 3}, ("exactly 3 characters",)),
        ({"type": "integer", "maximum": 9, "default": 5}, ("at most 9", "5 if left out")),
        ({"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5}, ("more than 0", "a multiple of 0.5")),
        (
            {"type": "array", "maxItems": 2, "uniqueItems": True, "items": {"type": "integer", "minimum": 0}},
            ("at most 2 items", "none twice", "each at least 0"),
        ),
    ],
)
def test_limits_read_as_words(schema: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert shape_of(schema).limits == expected


def test_enums_and_constants_are_all_told() -> None:
    assert shape_of({"type": "string", "enum": ["a", "b"]}).values == ("a", "b")
    assert shape_of({"const": False}).values == ("false",)


def test_fields_are_nested_through_lists_and_choices() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    field = Field(name="a", required=True, shape=shape_of({"type": "string"}))
    for schema in (
        inner,
        {"type": "array", "items": inner},
        {"anyOf": [inner, {"type": "null"}]},
        {"allOf": [inner, {"type": "object"}]},
        {"allOf": [{"type": "object"}], **inner},
    ):
        assert shape_of(schema).fields == (field,)


@pytest.mark.parametrize(
    "schema",
    [
        *({"$ref": f"#/components/schemas/{name}"} for name in ("Name", "Both")),
        {"type": "integer", "minimum": 3, "multipleOf": 5},
        {"type": "integer", "maximum": -4},
        {"type": "number", "exclusiveMinimum": 7},
        {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
        {"type": "array", "maxItems": 0, "items": {"type": "boolean"}},
        {"type": ["null", "string"], "maxLength": 2},
        {"anyOf": [{"type": "null"}, {"type": "string", "format": "date-time"}]},
        {"enum": [4, 5]},
        {"const": None},
        {"type": "string", "default": "x", "maxLength": 1},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object", "maxProperties": 0},
        {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"type": "object"}]},
        {"type": "array", "items": {}},
    ],
)
def test_an_example_that_is_made_fits_its_schema(schema: dict[str, Any]) -> None:
    validate(example_of(schema, TOY), schema, TOY)


def test_what_holds_itself_has_an_example_that_ends() -> None:
    assert example_of({"$ref": "#/components/schemas/Leaf"}, TOY) == {"next": {}}


@pytest.mark.parametrize("name", OURS["components"]["schemas"])
def test_the_example_of_every_schema_of_ours_fits_it(name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}
    validate(example_of(schema, OURS), schema, OURS)


def test_every_example_within_our_schemas_fits_its_place() -> None:
    for schema in every_schema(OURS["components"]["schemas"]):
        for example in schema.get("examples", ()):
            validate(example, schema, OURS)


def test_the_document_of_ours_is_read_whole() -> None:
    reading = read(OURS)
    found = {(o.method.lower(), o.path) for o in operations(OURS).values()}
    assert found == {(method, f"/help{path}") for path, item in OURS["paths"].items() for method in item}
    assert [schema.name for schema in reading.schemas] == list(OURS["components"]["schemas"])
    assert [way.sample for way in reading.ways_in] == [
        "Authorization: Bearer <JWT>",
        "Cookie: gigdesk=<value>",
    ]
    assert reading.problems is not None
    assert json.loads(reading.problems.body.example)["success"] is False
    assert all(o.callers and o.summary for o in operations(OURS).values())


def test_answers_with_equal_bodies_stand_together() -> None:
    told = operations(OURS)["reportIssue"].answers
    assert [a.status for a in told[0].answers] == ["200", "201"]
    assert [answers.are_refusals for answers in told] == [False, True]
    assert {h.name for a in told[0].answers for h in a.headers} == {
        "Location",
        "RateLimit-Policy",
        "RateLimit",
    }


def test_a_foreign_document_is_read_too() -> None:
    reading = read(TOY)
    assert reading.problems is None
    assert [way.sample for way in reading.ways_in] == ["X-Key: <value>"]
    group = reading.groups[0]
    put, delete = group.operations
    assert (put.anchor, delete.anchor) == ("operation-put-leaf", "operation-delete-leaves-leaf")
    assert [p.name for p in delete.parameters] == ["leaf", "page"]
    assert [a.answers[0].status for a in delete.answers] == ["204", "410"]
    assert delete.answers[1].answers[0].about == "It is gone."
    assert delete.curl == "curl -X DELETE https://toy.example/v1/leaves/text"
    assert "--data-binary @photo.jpg" in put.curl


@pytest.mark.parametrize("name", operations(OURS))
def test_a_call_with_curl_is_one_command_that_a_shell_understands(name: str) -> None:
    operation = operations(OURS)[name]
    words = shlex.split(operation.curl.replace("\\\n", ""))
    assert words[0] == "curl"
    address = next(word for word in words if word.startswith("https://market.example/help/"))
    assert "{" not in address
    assert ("Authorization: Bearer $TOKEN" in words) == (name != "getReady")
    method = (
        words[words.index("-X") + 1] if "-X" in words else "POST" if {"-F", "--data"} & set(words) else "GET"
    )
    assert method == operation.method


def test_the_call_that_reports_is_a_form_with_a_key() -> None:
    words = shlex.split(operations(OURS)["reportIssue"].curl.replace("\\\n", ""))
    sent = [words[i + 1] for i, word in enumerate(words) if word == "-F"]
    assert [field.partition("=")[0] for field in sent] == ["gigId", "issueType", "description", "files"]
    assert sent[-1] == "files=@photo.jpg"
    assert any(word.startswith("Idempotency-Key: ") for word in words)


def test_what_is_only_read_is_not_sent() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {"type": "string", "readOnly": True}, "title": {"type": "string"}},
        "required": ["id", "title"],
    }
    assert sent(schema, TOY)["required"] == ["title"]
    assert [field.name for field in shape_of(sent(schema, TOY)).fields] == ["title"]
    assert shape_of(schema).fields[0].shape.limits == ("only in answers",)
    body = operations(OURS)["putGig"].bodies[0]
    assert body.named.kind == (Word("Gig", "schema-Gig"),)
    assert "id" not in {field.name for field in body.shape.fields}
    assert "id" not in json.loads(body.example)


def test_the_call_that_keeps_a_gig_sends_what_the_document_allows() -> None:
    words = shlex.split(operations(OURS)["putGig"].curl.replace("\\\n", ""))
    sent = json.loads(words[words.index("--data") + 1])
    validate(sent, {"$ref": "#/components/schemas/Gig"}, OURS)


def validate(value: object, schema: dict[str, Any], within: dict[str, Any]) -> None:
    whole = {**schema, "components": within["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def every_schema(found: object) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [schema for item in found for schema in every_schema(item)]
    if not isinstance(found, dict):
        return []
    own = [found] if isinstance(found.get("examples"), list) else []
    return own + [
        schema for key, value in found.items() if key != "examples" for schema in every_schema(value)
    ]

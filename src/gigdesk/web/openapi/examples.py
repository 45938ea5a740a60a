"""Examples: those that the document has, else made from the schema. Pure."""

from collections.abc import Mapping
from typing import Any

from gigdesk.web.openapi.shapes import Schema, follow

_OF_FORMAT = {
    "uuid": "83c12563-b3fe-8a0d-adeb-b8450e5149ce",
    "date-time": "2026-11-23T10:42:00Z",
    "date": "2026-11-23",
    "time": "10:42:00Z",
    "uri": "https://market.example/",
    "email": "amara@mail.example",
    "ipv4": "192.0.2.1",
}
_OF_TYPE: Mapping[str, object] = {"boolean": True, "null": None}


def example_of(schema: Schema, document: Mapping[str, Any], within: tuple[str, ...] = ()) -> object:
    """A value that the schema allows; of strings with a pattern only if the schema has an example.

    ``within`` are the references that led here: what would hold itself stays empty.
    """
    if "$ref" in schema:
        name = schema["$ref"]
        return {} if name in within else example_of(follow(schema, document), document, (*within, name))
    for written in _written(schema):
        return written
    if "allOf" in schema:
        merged: dict[str, object] = _object(schema, document, within)
        for member in schema["allOf"]:
            found = example_of(member, document, within)
            if not isinstance(found, dict):
                return found
            merged |= found
        return merged
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        first = next((c for c in choices if c.get("type") != "null"), choices[0])
        return example_of(first, document, within)
    return _made(schema, document, within)


def _written(schema: Schema) -> list[object]:
    """What the schema itself gives, best first."""
    single = [schema[key] for key in ("example", "const", "default") if key in schema]
    return [*schema.get("examples", ()), *single, *schema.get("enum", ())]


def _made(schema: Schema, document: Mapping[str, Any], within: tuple[str, ...]) -> object:
    types = schema.get("type", "object" if "properties" in schema else "string")
    name = types if isinstance(types, str) else next((t for t in types if t != "null"), "null")
    match name:
        case "object":
            return _object(schema, document, within)
        case "array":
            return _array(schema, document, within)
        case "integer" | "number":
            return _number(schema)
        case "string":
            return _string(schema)
        case _:
            return _OF_TYPE.get(name)


def _object(schema: Schema, document: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, object]:
    made = {name: example_of(s, document, within) for name, s in schema.get("properties", {}).items()}
    others = schema.get("additionalProperties")
    if not made and isinstance(others, Mapping) and schema.get("maxProperties") != 0:
        made["name"] = example_of(others, document, within)
    return made


def _array(schema: Schema, document: Mapping[str, Any], within: tuple[str, ...]) -> list[object]:
    items = schema.get("items", {})
    if items.get("$ref") in within or schema.get("maxItems") == 0:
        return []
    return [example_of(items, document, within)] * max(1, schema.get("minItems", 1))


def _number(schema: Schema) -> float:
    if "exclusiveMinimum" in schema:
        return schema["exclusiveMinimum"] + schema.get("multipleOf", 1)  # type: ignore[no-any-return]
    step = schema.get("multipleOf", 1)
    wanted = schema.get("minimum", min(step, schema.get("maximum", step)))
    return -(-wanted // step) * step  # type: ignore[no-any-return]


def _string(schema: Schema) -> str:
    made = _OF_FORMAT.get(schema.get("format", ""), "text")
    made = made.ljust(schema.get("minLength", 0), "t")
    return made[: schema["maxLength"]] if "maxLength" in schema else made

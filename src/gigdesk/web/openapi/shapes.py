"""JSON Schema as people read it: what a value is, its limits, its fields. Pure.

A reference becomes a link; it is followed only where somebody asks for what stands behind it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Schema = Mapping[str, Any]

_LIST = "list of "
_BYTES = {"binary", "byte"}
_RANGES = (
    ("minLength", "maxLength", "characters"),
    ("minItems", "maxItems", "items"),
    ("minProperties", "maxProperties", "fields"),
    ("minimum", "maximum", ""),
)
_STRICT = (
    ("exclusiveMinimum", "more than {}"),
    ("exclusiveMaximum", "less than {}"),
    ("multipleOf", "a multiple of {}"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of the name of a type; with a target it links to a schema of the page."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a value is: ``kind`` reads as a sentence, ``values`` are all that it may be."""

    kind: tuple[Word, ...]
    about: str = ""
    limits: tuple[str, ...] = ()
    pattern: str = ""
    values: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One name of an object."""

    name: str
    required: bool
    shape: Shape


def schema_anchor(name: str) -> str:
    """Where the page shows this schema."""
    return f"schema-{name}"


def follow(schema: Schema, document: Mapping[str, Any]) -> Schema:
    """What a reference within the document stands for; anything else as it is. Raises KeyError if it leads nowhere."""
    while "$ref" in schema:
        found: Any = document
        for key in schema["$ref"].removeprefix("#/").split("/"):
            found = found[key.replace("~1", "/").replace("~0", "~")]
        schema = found
    return schema


def sent(schema: Schema, document: Mapping[str, Any]) -> Schema:
    """What of an object may be sent: all fields but those that are only read."""
    found = follow(schema, document)
    if "properties" not in found:
        return found
    fields = {name: s for name, s in found["properties"].items() if not s.get("readOnly")}
    required = [name for name in found.get("required", ()) if name in fields]
    return {**found, "properties": fields, "required": required}


def shape_of(schema: Schema) -> Shape:
    """The schema for people."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Shape(kind=(Word(name, schema_anchor(name)),), about=schema.get("description", ""))
    if "allOf" in schema:
        found = _joined(schema, " and ", schema["allOf"])
    elif choices := schema.get("anyOf") or schema.get("oneOf"):
        found = _joined(schema, " or ", choices)
    else:
        found = _plain(schema)
    if schema.get("nullable"):
        found = replace(found, kind=(*found.kind, Word(" or null")))
    return replace(found, about=schema.get("description", found.about))


def _joined(schema: Schema, joint: str, members: Sequence[Schema]) -> Shape:
    """Several schemas as one: their kinds, and the limits and fields that any of them has."""
    shapes = [shape_of(member) for member in members]
    if "properties" in schema:
        shapes.append(_plain(schema))
    kind: list[Word] = []
    for shape in shapes:
        kind += ([Word(joint)] if kind else []) + list(shape.kind)
    return Shape(
        kind=tuple(kind),
        about=next((s.about for s in shapes if s.about), ""),
        limits=tuple(limit for s in shapes for limit in s.limits),
        pattern=next((s.pattern for s in shapes if s.pattern), ""),
        values=tuple(value for s in shapes for value in s.values),
        fields=tuple(field for s in shapes for field in s.fields),
    )


def _plain(schema: Schema) -> Shape:
    shape = Shape(
        kind=(Word(_kind(schema)),),
        limits=tuple(_limits(schema)),
        pattern=schema.get("pattern", ""),
        values=tuple(_written(value) for value in _values(schema)),
        fields=fields_of(schema),
    )
    if "items" in schema:
        return _holding(shape, _LIST, shape_of(schema["items"]))
    if isinstance(schema.get("additionalProperties"), Mapping) and "properties" not in schema:
        return _holding(shape, "object of any names, each ", shape_of(schema["additionalProperties"]))
    return shape


def _holding(outer: Shape, words: str, inner: Shape) -> Shape:
    """A list or map, told by what it holds; the limits of what it holds follow its own."""
    kind = inner.kind
    if words == _LIST and kind in ((Word("object"),), (Word("string"),), (Word("integer"),)):
        kind = (Word(f"{kind[0].text}s"),)
    return replace(
        inner,
        kind=(Word(words), *kind),
        about="",
        limits=(*outer.limits, *(f"each {limit}" for limit in inner.limits)),
    )


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """The named fields of an object."""
    required = schema.get("required", ())
    return tuple(
        Field(name=name, required=name in required, shape=shape_of(inner))
        for name, inner in schema.get("properties", {}).items()
    )


def _kind(schema: Schema) -> str:
    if "contentMediaType" in schema or schema.get("format") in _BYTES:
        return "bytes"
    if schema.get("maxProperties") == 0:
        return "empty object"
    kinds = schema.get("type") or {_type_of(value) for value in _values(schema)} or "anything"
    name = kinds if isinstance(kinds, str) else " or ".join(sorted(kinds, key="null".__eq__))
    return f"{name}, {schema['format']}" if "format" in schema else name


def _values(schema: Schema) -> Sequence[object]:
    return [schema["const"]] if "const" in schema else schema.get("enum", ())


def _type_of(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _limits(schema: Schema) -> Iterator[str]:
    for low, high, unit in _RANGES:
        if said := _range(schema.get(low), schema.get(high), unit):
            yield said
    for name, words in _STRICT:
        if name in schema:
            yield words.format(_number(schema[name]))
    if schema.get("uniqueItems"):
        yield "none twice"
    if schema.get("readOnly"):
        yield "only in answers"
    if "default" in schema:
        yield f"{_written(schema['default'])} if left out"


def _range(low: float | None, high: float | None, unit: str) -> str:
    match low, high:
        case None, None:
            return ""
        case None, most:
            return "" if most == 0 and unit == "fields" else f"at most {_counted(most, unit)}"
        case least, None:
            return f"at least {_counted(least, unit)}"
        case least, most if least == most:
            return f"exactly {_counted(most, unit)}"
        case least, most:
            return f"{_number(least)} to {_counted(most, unit)}"


def _counted(count: float | None, unit: str) -> str:
    words = unit.removesuffix("s") if count == 1 else unit
    return f"{_number(count)} {words}".rstrip()


def _number(value: float | None) -> str:
    return f"{value:,}"

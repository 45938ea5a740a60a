"""What the shapes are made of: plain values, and ways to put schemas together."""

from gigdesk.gigs.model import GIG_ID

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
HASH: Schema = {
    "type": "string",
    "pattern": "^[0-9a-f]{64}$",
    "examples": ["6eb22fc19e5f7ba4f442dbd9c1afd2077c3dfcf7edb3c5e80f9dbd1e29eb443f"],
}
URL: Schema = {"type": "string", "format": "uri"}
REFERENCE: Schema = {
    "type": "string",
    "pattern": "^GD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$",
    "examples": ["GD-A1D6-0NZDQ"],
}
GIG_ID_SCHEMA: Schema = {"type": "string", "pattern": f"^{GIG_ID.pattern}$", "examples": ["48213"]}


def ref(name: str) -> Schema:
    """A reference to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


def text(example: str, about: str = "") -> Schema:
    """A string, with one that it could be."""
    return {**TEXT, "examples": [example]} | ({"description": about} if about else {})


def most(characters: int, schema: Schema) -> Schema:
    """The string, at most this long."""
    return {**schema, "maxLength": characters}


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


def such(schema: Schema, example: object) -> Schema:
    """The schema, with one value that it could have."""
    return {**schema, "examples": [example]}

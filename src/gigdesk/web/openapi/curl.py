"""A line for a terminal that calls an operation, made from the document. Pure."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from gigdesk.web.openapi.examples import example_of
from gigdesk.web.openapi.shapes import Schema, follow, sent

FORM = "multipart/form-data"
A_FILE = "photo.jpg"


def curl_of(method: str, path: str, operation: Schema, document: Mapping[str, Any]) -> str:
    """The call with examples in its places; the token comes from the variable ``TOKEN`` of the shell."""
    parameters = [follow(p, document) for p in operation.get("parameters", ())]
    body = _body(operation, document)
    is_plain = method == ("POST" if body else "GET")
    return " \\\n  ".join(
        [
            "curl " + ("" if is_plain else f"-X {method} ") + _address(path, parameters, document),
            *_token(operation, document),
            *_headers(parameters, document),
            *body,
            *_keeping(operation, document),
        ]
    )


def _address(path: str, parameters: list[Schema], document: Mapping[str, Any]) -> str:
    for name, value in _filled("path", parameters, document):
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    query = urlencode(list(_filled("query", parameters, document)))
    server = document.get("servers", [{"url": ""}])[0]["url"].rstrip("/")
    return shlex.quote(server + path + (f"?{query}" if query else ""))


def _filled(place: str, parameters: list[Schema], document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the call needs in this place, and what the document has a whole example of."""
    for parameter in parameters:
        if parameter["in"] == place and (parameter.get("required") or "example" in parameter):
            value = parameter.get("example", example_of(parameter.get("schema", {}), document))
            yield parameter["name"], _text(value)


def _token(operation: Schema, document: Mapping[str, Any]) -> Iterator[str]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    for way in operation.get("security", document.get("security", ())):
        if any(schemes.get(name, {}).get("scheme") == "bearer" for name in way):
            yield '-H "Authorization: Bearer $TOKEN"'
            return


def _headers(parameters: list[Schema], document: Mapping[str, Any]) -> Iterator[str]:
    for name, value in _filled("header", parameters, document):
        yield "-H " + shlex.quote(f"{name}: {value}")


def _body(operation: Schema, document: Mapping[str, Any]) -> list[str]:
    content = follow(operation.get("requestBody", {}), document).get("content", {})
    for media_type, media in content.items():
        schema = sent(media.get("schema", {}), document)
        if media_type == FORM:
            return list(_form(schema, document))
        kind = "-H " + shlex.quote(f"Content-Type: {media_type}")
        if is_json(media_type):
            value = media.get("example", example_of(schema, document))
            return [kind, "--data " + shlex.quote(json.dumps(value, indent=2, ensure_ascii=False))]
        return [kind, f"--data-binary @{A_FILE}"]
    return []


def _form(schema: Schema, document: Mapping[str, Any]) -> Iterator[str]:
    """What is required, and files."""
    for name, of_name in schema.get("properties", {}).items():
        inner = follow(of_name, document)
        if is_bytes(inner.get("items", inner)):
            yield "-F " + shlex.quote(f"{name}=@{A_FILE}")
        elif name in schema.get("required", ()):
            yield "-F " + shlex.quote(f"{name}={_text(example_of(inner, document))}")


def _keeping(operation: Schema, document: Mapping[str, Any]) -> Iterator[str]:
    """Bytes are kept in a file, under the name that the answer gives."""
    answers = [follow(a, document) for s, a in operation.get("responses", {}).items() if s.startswith("2")]
    if any(is_bytes(media.get("schema", {})) for a in answers for media in a.get("content", {}).values()):
        yield "-OJ"


def is_json(media_type: str) -> bool:
    """``application/json`` and all that ends in ``+json``."""
    return media_type.partition(";")[0].strip().endswith(("/json", "+json"))


def is_bytes(schema: Schema) -> bool:
    """Whether a value of this schema is a file."""
    return "contentMediaType" in schema or schema.get("format") == "binary"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""The OpenAPI document as a page shows it: what it says, in the order in which one reads. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from gigdesk.web.openapi.curl import curl_of, is_json
from gigdesk.web.openapi.examples import example_of
from gigdesk.web.openapi.shapes import Schema, follow, schema_anchor, sent, shape_of
from gigdesk.web.openapi.views import (
    Answer,
    Answers,
    Body,
    Entry,
    Group,
    Named,
    Operation,
    Parameter,
    Problems,
    Reading,
    refuses,
)

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PROBLEM = "application/problem+json"
CALLERS = "x-callers"  # our own word in the document: who may call an operation

Document = Mapping[str, Any]


def read(document: Document) -> Reading:
    """The document for people. Raises KeyError where a reference leads nowhere."""
    info = document["info"]
    components = document.get("components", {})
    return Reading(
        title=info["title"],
        version=info["version"],
        summary=info.get("summary", ""),
        about=info.get("description", ""),
        server=_server(document),
        ways_in=tuple(_way_in(scheme) for scheme in components.get("securitySchemes", {}).values()),
        problems=_problems(document),
        groups=_groups(document),
        schemas=tuple(_entry(name, s, document) for name, s in components.get("schemas", {}).items()),
    )


def _server(document: Document) -> str:
    url: str = document.get("servers", [{"url": ""}])[0]["url"]
    return url.rstrip("/")


def _way_in(scheme: Schema) -> Named:
    if scheme["type"] == "http":
        kind = scheme["scheme"].capitalize()
        sample = f"Authorization: {kind} <{scheme.get('bearerFormat', 'credentials')}>"
        return Named(name=f"{kind} token", about=scheme.get("description", ""), sample=sample)
    samples = {"cookie": "Cookie: {}=<value>", "header": "{}: <value>", "query": "?{}=<value>"}
    sample = samples.get(scheme.get("in", ""), "").format(scheme.get("name", ""))
    name = "Session" if scheme.get("in") == "cookie" else scheme.get("name", scheme["type"])
    return Named(name=name, about=scheme.get("description", ""), sample=sample)


def _operations(document: Document) -> Iterator[tuple[str, str, Schema]]:
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = item[method]
                yield path, method, {**operation, "parameters": [*shared, *operation.get("parameters", [])]}


def _problems(document: Document) -> Problems | None:
    """Of every refusal with problem details; the first says what they look like."""
    statuses: dict[str, str] = {}
    body: Body | None = None
    for _, _, operation in _operations(document):
        for status, response in operation.get("responses", {}).items():
            found = follow(response, document)
            if PROBLEM in found.get("content", {}):
                statuses.setdefault(status, found.get("description", ""))
                body = body or _body(PROBLEM, found["content"][PROBLEM], document)
    if body is None:
        return None
    return Problems(
        body=body, statuses=tuple(Named(name=s, about=about) for s, about in sorted(statuses.items()))
    )


def _groups(document: Document) -> tuple[Group, ...]:
    """By the first tag of each operation, in the order of the document's tags, then as they come."""
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    members: dict[str, list[Operation]] = {name: [] for name in about}
    for path, method, operation in _operations(document):
        tag = next(iter(operation.get("tags", ())), "operations")
        members.setdefault(tag, []).append(_operation(path, method, operation, document))
    return tuple(
        Group(name=name, anchor=f"group-{_slug(name)}", about=about.get(name, ""), operations=tuple(found))
        for name, found in members.items()
        if found
    )


def _operation(path: str, method: str, operation: Schema, document: Document) -> Operation:
    name = operation.get("operationId") or f"{method}-{_slug(path)}"
    content = follow(operation.get("requestBody", {}), document).get("content", {})
    return Operation(
        id=name,
        anchor=f"operation-{_slug(name)}",
        method=method.upper(),
        path=urlsplit(_server(document)).path + path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        callers=operation.get(CALLERS, ""),
        parameters=tuple(_parameter(follow(p, document)) for p in operation["parameters"]),
        bodies=tuple(_body(kind, _sent(media, document), document) for kind, media in content.items()),
        answers=_answers(operation, document),
        curl=curl_of(method.upper(), path, operation, document),
    )


def _parameter(parameter: Schema) -> Parameter:
    shape = shape_of(parameter.get("schema", {}))
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        required=parameter.get("required", False),
        about=parameter.get("description", shape.about),
        shape=shape,
    )


def _answers(operation: Schema, document: Document) -> tuple[Answers, ...]:
    """In the order of their statuses; those with equal bodies stand together, refusals apart."""
    found: list[tuple[tuple[bool, Mapping[str, Any]], list[Answer]]] = []
    for status, response in sorted(operation.get("responses", {}).items()):
        told = follow(response, document)
        content = told.get("content", {})
        headers = tuple(
            Named(name=name, about=follow(header, document).get("description", ""))
            for name, header in told.get("headers", {}).items()
        )
        answer = Answer(status=status, about=told.get("description", ""), headers=headers)
        kind = (refuses(status), content)
        same = next((answers for other, answers in found if other == kind), None)
        if same is None:
            found.append((kind, [answer]))
        else:
            same.append(answer)
    return tuple(
        Answers(answers=tuple(answers), bodies=tuple(_body(k, m, document) for k, m in content.items()))
        for (_, content), answers in found
    )


def _sent(media: Schema, document: Document) -> Schema:
    """What may be sent of it; the name of its schema is kept beside it."""
    schema = media.get("schema", {})
    return {**media, "schema": sent(schema, document), "named": schema}


def _body(media_type: str, media: Schema, document: Document) -> Body:
    schema = media.get("schema", {})
    value = media.get("example", example_of(schema, document))
    return Body(
        media_type=media_type,
        named=shape_of(media.get("named", schema)),
        shape=shape_of(follow(schema, document)),
        example=_json(value) if is_json(media_type) else "",
    )


def _entry(name: str, schema: Schema, document: Document) -> Entry:
    return Entry(
        name=name,
        anchor=schema_anchor(name),
        shape=shape_of(schema),
        is_closed=schema.get("additionalProperties") is False,
        example=_json(example_of(schema, document)),
    )


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _slug(text: str) -> str:
    """The text as it may stand in an anchor."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")

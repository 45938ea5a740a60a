"""Holds every answer of the API against ``/api/openapi.json``: status, type of content, and shape."""

import re
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from raw import Answer

# What comes before the application, for any address alike: heads that cannot be read, or come too slowly.
OF_THE_SERVER = frozenset({400, 408, 431, 503})


class Undocumented(AssertionError):
    """The server answered something that its document does not say."""


class Contract:
    """The document of a running site."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._paths = [
            (re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))), operations)
            for path, operations in document["paths"].items()
        ]
        self.seen: set[tuple[str, str, int]] = set()

    def check(self, method: str, target: str, answer: Answer) -> None:
        """Raise Undocumented unless this answer is one that the document promises."""
        path = target.partition("?")[0]
        operations = next((found for pattern, found in self._paths if pattern.fullmatch(path)), None)
        if operations is None:
            return
        operation = operations.get(method.lower())
        responses = operation["responses"] if operation else self._for_other_methods()
        response = responses.get(str(answer.status))
        if response is None and answer.status in OF_THE_SERVER and answer.code.startswith("http."):
            response = self._for_other_methods()["405"]
        if response is None:
            raise Undocumented(f"{method} {path} answered {answer.status}: {answer.body[:200]!r}")
        self.seen.add((method, path, answer.status))
        if method != "HEAD":
            self._content(f"{method} {path} {answer.status}", response, answer)

    def _content(self, where: str, response: dict[str, Any], answer: Answer) -> None:
        types = response.get("content", {})
        if not types:
            if answer.body:
                raise Undocumented(f"{where} has a body that is not documented")
            return
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if media_type not in types and media_type.partition("/")[0] + "/*" not in types:
            raise Undocumented(f"{where} is {media_type!r}, documented is {sorted(types)}")
        if media_type.endswith("json"):
            schema = {**types[media_type]["schema"], "components": self.document["components"]}
            validator = Draft202012Validator(schema, format_checker=FormatChecker())
            for error in validator.iter_errors(answer.json()):
                raise Undocumented(f"{where}: {error.json_path}: {error.message[:300]}")

    def _for_other_methods(self) -> dict[str, Any]:
        """What any operation of the API may be refused with."""
        problem = {
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        }
        return dict.fromkeys(("401", "404", "405"), problem)

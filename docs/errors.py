"""Write docs/reference/errors.md from the refusals in the source: ``python docs/errors.py``."""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "gigdesk"
sys.path.insert(0, str(ROOT / "src"))

from gigdesk import errors  # noqa: E402
from gigdesk.web.problems import STATUSES  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "errors.md"
CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?")
CLASSES = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
HEAD = """# Codes of refusals

<!-- Written by docs/errors.py from the source. Change the source, then run it. -->

A refusal has a stable code and a sentence. The code is for programs; the sentence is for people, is translated,
and may be worded anew. `%(name)s` is filled in.
*field* stands for an entry of `errors` in a refusal with 422.
How an answer looks stands in [api.md](api.md#refusals).

Three families of codes are made while the program runs and are not in the tables:

| Code | Status | When |
|---|--:|---|
| `rate.person`, `rate.gig`, `rate.site` | 429 | a rate limit of [the settings](settings.md#reports) is used up |
| `rate.lookup` | 429 | 120 gigs were looked at in a minute |
| `rate.act` | 429 | a party asked for 120 moves in an hour |
| `evidence.` and `pending`, `infected`, `unreadable` or `failed` | 409 | the file is not clean (yet) |
| `fault` | 500 | a fault of gigdesk; the sentence has the request's number |
"""
PLACES = {
    "By the site": (
        "web",
        "access",
        "cases",
        "evidence",
        "gigs",
        "app.py",
        "outbox",
        "notices",
        "administration",
        "insights",
    ),
    "By the parts behind it": ("adapters",),
    "On the command line": ("cli", "wiring", "settings"),
}


@dataclass(frozen=True, order=True)
class Found:
    """A code as it stands in the source."""

    code: str
    kind: str
    sentence: str


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, places in PLACES.items():
        found = {f for place in places for path in _files(SOURCE / place) for f in _in(path)}
        codes = sorted({f.code for f in found})
        rows = "\n".join(_row([f for f in sorted(found) if f.code == code]) for code in codes)
        parts.append(f"## {title}\n\n| Code | Status | Sentence |\n|---|--:|---|\n{rows}\n")
    return "\n".join(parts)


def _files(place: Path) -> list[Path]:
    return [place] if place.suffix else sorted(place.rglob("*.py"))


def _row(found: Sequence[Found]) -> str:
    """One code, with every sentence that it comes with."""
    sentences = dict.fromkeys(f.sentence.replace("|", "\\|").replace("<", "&lt;") for f in found)
    statuses = dict.fromkeys(_status(f) for f in found)
    return f"| `{found[0].code}` | {', '.join(statuses)} | {'<br>'.join(sentences)} |"


def _status(found: Found) -> str:
    if found.kind in {"FieldError", ""}:
        return "field"
    if found.kind.isdigit():
        return found.kind
    if found.code == "body.too_slow":
        return "408"
    kind = getattr(errors, found.kind, None)
    return next((str(s) for base, s, _ in STATUSES if kind and issubclass(kind, base)), "")


def _in(path: Path) -> Iterator[Found]:
    """Every call that makes a refusal of a code and a sentence."""
    tree = ast.parse(path.read_text())
    kinds = {c.name: _name(c.bases[0]) for c in ast.walk(tree) if isinstance(c, ast.ClassDef) and c.bases}
    for scope in tree.body:
        named = dict(_assigned(scope))
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            name = _name(call.func)
            kind = kinds.get(name, name)
            said = [_text(a) or (named.get(a.id, "") if isinstance(a, ast.Name) else "") for a in call.args]
            if kind == "Refusal" and len(said) > 3:
                status = HTTPStatus[_name(call.args[0])]
                yield Found(said[1], str(int(status)), said[3])
                continue
            said = said[1:] if kind == "FieldError" else said
            if kind in CLASSES and len(said) > 1 and CODE.fullmatch(said[0]) and said[1]:
                yield Found(said[0], kind, said[1])


def _assigned(scope: ast.stmt) -> Iterator[tuple[str, str]]:
    """Names that hold a text within this function or class."""
    for node in ast.walk(scope):
        is_name = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if is_name and (text := _text(node.value)):
            yield node.targets[0].id, text


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    """A text that stands in the source as it is, or marked for translation."""
    if isinstance(node, ast.Call) and _name(node.func) == "msg" and node.args:
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


if __name__ == "__main__":
    TARGET.write_text(page())

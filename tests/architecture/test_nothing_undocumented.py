"""Every setting, URL, event and verb stands in docs/reference, read from the objects that the program uses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from gigdesk.administration.events import KINDS
from gigdesk.cases import events
from gigdesk.cases.life_events import TYPES
from gigdesk.cli.app import build
from gigdesk.settings import PREFIX, Settings
from urls import URLS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PLACE = re.compile(r"\{[^}]*\}")
# Without help of their own, or nobody's business but the pages' own.
INTERNAL_URLS = {"/assets/{}"}


def verbs(app: App, before: str = "gigdesk") -> Iterator[str]:
    for name in app:
        if name.startswith("-"):
            continue
        yield f"{before} {name}"
        below = app[name]
        if list(below):
            yield from verbs(below, f"{before} {name}")


def text() -> str:
    return "\n".join(path.read_text() for path in sorted(REFERENCE.rglob("*.md")))


urls = {PLACE.sub("{}", path) for path, _ in URLS}


@pytest.mark.parametrize("name", sorted(PREFIX + field.upper() for field in Settings.model_fields))
def test_a_setting_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", text()), f"{name} stands nowhere in docs/reference"


@pytest.mark.parametrize("url", sorted(urls - INTERNAL_URLS))
def test_a_url_is_documented(url: str) -> None:
    documented = PLACE.sub("{}", text())
    assert re.search(rf"{re.escape(url)}(?![\w/{{])", documented), f"{url} stands nowhere in docs/reference"


@pytest.mark.parametrize("event", sorted({*events._READERS, *TYPES, *KINDS}))
def test_an_event_is_documented(event: str) -> None:
    assert f"`{event}`" in text(), f"{event} stands nowhere in docs/reference"


@pytest.mark.parametrize("verb", sorted(set(verbs(build()))))
def test_a_verb_is_documented(verb: str) -> None:
    assert verb in text(), f"{verb} stands nowhere in docs/reference"

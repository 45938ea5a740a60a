"""Every setting, URL, event and verb stands in docs/reference, read from the objects that the program uses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from gigdesk.cases import events
from gigdesk.cases.life_events import TYPES
from gigdesk.cli.app import build
from gigdesk.settings import PREFIX, Settings
from gigdesk.web.routes import routes

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PLACE = re.compile(r"\{[^}]*\}")
# Without help of their own, or nobody's business but the pages' own.
INTERNAL_URLS = {"/assets/{}"}


class Anything:
    """Stands where handlers are taken from, so that the table of URLs can be read without a site."""

    def __getattr__(self, name: str) -> Any:
        async def handler(request: object) -> None:
            raise NotImplementedError

        return handler


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


anything = Anything()
urls = {
    PLACE.sub("{}", route.path)
    for route in routes(  # type: ignore[arg-type]
        (anything,) * 7,
        *(anything,) * 4,
        case_pages=anything,
        receipt=anything,
        notices=anything,
    )
}


@pytest.mark.parametrize("name", sorted(PREFIX + field.upper() for field in Settings.model_fields))
def test_a_setting_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", text()), f"{name} stands nowhere in docs/reference"


@pytest.mark.parametrize("url", sorted(urls - INTERNAL_URLS))
def test_a_url_is_documented(url: str) -> None:
    documented = PLACE.sub("{}", text())
    assert re.search(rf"{re.escape(url)}(?![\w/{{])", documented), f"{url} stands nowhere in docs/reference"


@pytest.mark.parametrize("event", sorted({*events._READERS, *TYPES}))
def test_an_event_is_documented(event: str) -> None:
    assert f"`{event}`" in text(), f"{event} stands nowhere in docs/reference"


@pytest.mark.parametrize("verb", sorted(set(verbs(build()))))
def test_a_verb_is_documented(verb: str) -> None:
    assert verb in text(), f"{verb} stands nowhere in docs/reference"

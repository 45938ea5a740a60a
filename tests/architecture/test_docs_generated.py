"""Pages of the reference that are made from the source are what the source makes now."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    "name", ["settings", "errors", "issue_types", "lifecycle", "roles", "webhook_deliveries"]
)
def test_a_generated_page_is_what_the_source_makes(name: str) -> None:
    script = runpy.run_path(str(DOCS / f"{name}.py"))

    assert script["TARGET"].read_text() == script["page"](), f"run: python docs/{name}.py"

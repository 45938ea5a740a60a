"""``gigdesk notices preview`` writes every kind in every language; nothing of it is too wide for a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from gigdesk.cli.app import run
from gigdesk.notices.kinds import Kind

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_kind_is_written_in_every_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notices", "preview", str(tmp_path / "mail")]) == 0

    folder = tmp_path / "mail"
    assert "68 notices are in" in capsys.readouterr().out
    for kind in Kind:
        for tag in ("en", "es"):
            for stem in (f"{kind}.{tag}", f"{kind}-sensitive.{tag}"):
                assert "GD-7K3M-9XQ24" in (folder / f"{stem}.html").read_text()
                assert (folder / f"{stem}.txt").read_text().startswith(("GD-7K3M-9XQ24: ", "Critical"))
                assert f'href="{stem}.html"' in (folder / "index.html").read_text()


def test_a_folder_that_cannot_be_written_is_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")

    assert run(["notices", "preview", str(tmp_path / "file")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.fixture
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("page", [(320, "light"), (700, "dark")], indirect=True, ids=["320", "700 dark"])
def test_every_notice_reads_well(page: Any, tmp_path: Path) -> None:
    run(["notices", "preview", str(tmp_path)])

    for file in sorted(tmp_path.glob("*.*.html")):
        page.goto(file.as_uri())
        assert page.evaluate(OVERFLOW) <= 0, file.name
        # A letter has no landmarks: it stands in a mail program's own page.
        options = {
            "resultTypes": ["violations"],
            "rules": {n: {"enabled": False} for n in ("region", "landmark-one-main")},
        }
        found = Axe().run(page, options=options).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], file.name

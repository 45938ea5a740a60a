"""A receipt can be checked without gigdesk: by the very lines that its documentation gives."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import forms
from live import GIG, WORKER, Live

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "receipts.md"
TEXT = "Three scratches, über the whole floor \U0001f62c.\nAnd the door."


@pytest.fixture
def folder(site: Live, tmp_path: Path) -> Path:
    """A folder with what somebody holds: a receipt, the keys, and what was written."""
    case = site.report(forms.report(GIG) | {"description": TEXT}).json()["id"]
    receipt = site.call("GET", f"/api/cases/{case}/receipt", by=WORKER)
    (tmp_path / "receipt.json").write_bytes(receipt.body)
    (tmp_path / "receipt-keys.json").write_bytes(site.call("GET", "/api/receipt-keys", by=None).body)
    (tmp_path / "what-i-wrote.txt").write_text(TEXT)
    return tmp_path


def check(folder: Path) -> str:
    """What Python says to the lines of the page; nothing where they hold."""
    [lines] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=folder, capture_output=True, text=True, timeout=60
    )
    return done.stderr


def test_a_genuine_receipt_is_proven_by_the_lines_of_the_documentation(folder: Path) -> None:
    assert check(folder) == ""


@pytest.mark.parametrize("changed", ["reference", "receivedAt", "gig"])
def test_a_changed_receipt_is_not(folder: Path, changed: str) -> None:
    receipt = json.loads((folder / "receipt.json").read_text())
    receipt["payload"][changed] += "1"
    (folder / "receipt.json").write_text(json.dumps(receipt))

    assert "InvalidSignature" in check(folder)


def test_another_text_is_not_the_one_that_was_sent(folder: Path) -> None:
    (folder / "what-i-wrote.txt").write_text(TEXT + " Also the window.")

    assert "AssertionError" in check(folder)

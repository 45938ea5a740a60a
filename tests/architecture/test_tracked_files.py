"""What is committed names no registry host, no path of somebody's machine, and promises nothing undone."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in halves, so that this file does not name what it looks for.
HOSTS = re.compile("python" + r"hosted\.org|registry\.npm" + r"js|registry\.yarn" + r"pkg")
MACHINE = re.compile(r"(?<![\w.])/(?:home/\w+|root|Users/\w+|work)/")
UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".ts",
    ".js",
    ".mjs",
    ".json",
    ".css",
    ".html",
    ".po",
    ".yml",
    ".yaml",
    ".cfg",
    ".ini",
    ".sh",
    "",
}


@cache
def tracked() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return {
        str(path.relative_to(ROOT)): path.read_text(errors="replace")
        for path in paths
        if path.suffix in TEXT and path.is_file()
    }


def naming(pattern: re.Pattern[str], suffixes: set[str] | None = None) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in tracked().items()
        if suffixes is None or Path(name).suffix in suffixes
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_host_is_named() -> None:
    assert naming(HOSTS) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert naming(MACHINE) == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert naming(UNDONE, {".py", ".ts", ".js", ".mjs", ".css", ".html"}) == []


def test_a_lock_of_node_packages_says_no_place() -> None:
    locks = [name for name in tracked() if name.endswith("package-lock.json")]
    assert [name for name in locks if '"resolved"' in tracked()[name]] == []

"""Versions below which a known attack works are ruled out, and what is installed is what was tried."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONSTRAINTS = (ROOT / "constraints.txt").read_text()

# The newest release that is known to be open to an attack of this class, and the first that is not.
FLOORS = {
    "starlette": "1.5.1",
    "python-multipart": "0.0.30",
    "pyjwt": "2.13.0",
    "jwcrypto": "1.5.7",
    "pillow": "12",
}


def named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


pinned = {
    named(match[1]): Version(match[2])
    for match in re.finditer(r"^([A-Za-z0-9._-]+)==([^\s;]+)", CONSTRAINTS, re.MULTILINE)
}
wanted = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
extras = [
    Requirement(line)
    for name, lines in PROJECT["project"]["optional-dependencies"].items()
    if name != "all"
    for line in lines
]
tools = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_hole_is_pinned(name: str) -> None:
    if name in pinned:
        assert pinned[name] >= Version(FLOORS[name])


@pytest.mark.parametrize("requirement", [r for r in wanted if named(r.name) in FLOORS], ids=str)
def test_no_version_with_a_known_hole_is_allowed(requirement: Requirement) -> None:
    lowest = Version(next(s.version for s in requirement.specifier if s.operator == ">="))
    assert lowest >= Version(FLOORS[named(requirement.name)])


@pytest.mark.parametrize("requirement", [*wanted, *extras, *tools], ids=str)
def test_every_requirement_is_pinned_within_its_range(requirement: Requirement) -> None:
    assert requirement.specifier.contains(pinned[named(requirement.name)])


def test_constraints_name_versions_and_no_place() -> None:
    odd = [
        line
        for line in CONSTRAINTS.splitlines()
        if not re.fullmatch(r"[A-Za-z0-9._-]+==[^\s@:/]+( ; .+)?", line)
    ]
    assert odd == []

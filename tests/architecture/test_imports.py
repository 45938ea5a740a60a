"""The import contracts of pyproject.toml hold, rules are pure, and importing does nothing."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "gigdesk"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
RULES = next(c["source_modules"] for c in CONTRACTS if c["name"].startswith("Rules"))

# What a rule may know of Python: words and arithmetic, nothing that reads a clock or touches the world.
PURE = {
    "__future__", "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum", "functools",
    "hashlib", "itertools", "math", "operator", "re", "string", "types", "typing", "unicodedata", "uuid",
}  # fmt: skip
IMPURE_CALLS = {"now", "today", "utcnow", "uuid1", "uuid4", "uuid7", "open", "print"}
CAPABILITIES = ("gigs", "access", "evidence", "cases", "notices", "insights", "outbox")
FOLDERS = {"utils", "util", "common", "helpers", "services", "service", "lib", "base", "misc"}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_needs_nothing_but_words(name: str) -> None:
    tree = ast.parse((ROOT / "src" / Path(*name.split("."))).with_suffix(".py").read_text())
    imported = {
        module.partition(".")[0]
        for node in ast.walk(tree)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - PURE - {"gigdesk"} == set()


@pytest.mark.parametrize("name", RULES)
def test_a_rule_reads_no_clock_and_makes_no_ids(name: str) -> None:
    tree = ast.parse((ROOT / "src" / Path(*name.split("."))).with_suffix(".py").read_text())
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert called & IMPURE_CALLS == set()
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef | ast.Await)]


def test_no_module_is_named_after_nothing() -> None:
    named = {
        part for path in PACKAGE.rglob("*.py") for part in (path.stem, *path.relative_to(PACKAGE).parts[:-1])
    }
    assert named & FOLDERS == set()


def test_every_capability_keeps_its_edge_in_ports() -> None:
    protocols = {
        path.relative_to(PACKAGE)
        for capability in CAPABILITIES
        for path in (PACKAGE / capability).rglob("*.py")
        if "Protocol)" in path.read_text() and path.stem != "ports"
    }
    assert protocols == set()


def test_importing_every_module_starts_nothing() -> None:
    """No thread, no file and no connection is opened by an import."""
    program = """
import importlib, os, pkgutil, threading, gigdesk
before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
for found in pkgutil.walk_packages(gigdesk.__path__, "gigdesk."):
    if not found.name.endswith("__main__") and ".migrations" not in found.name:
        importlib.import_module(found.name)
after = set(os.listdir("/proc/self/fd")) if before else set()
assert threading.active_count() == 1, threading.enumerate()
assert len(after) <= len(before) + 1, (before, after)
"""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", program],
        env=environment, cwd="/", capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

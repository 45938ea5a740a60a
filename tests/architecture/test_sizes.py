"""Modules and functions stay small enough to be read in one go."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "gigdesk"
# What Alembic wrote once is never edited again, and a table of columns is as long as its columns.
EXEMPT = ("versions",)
MODULE_LINES = 300
FUNCTION_LINES = 40

modules = sorted(path for path in PACKAGE.rglob("*.py") if not set(EXEMPT) & set(path.parts))


@pytest.mark.parametrize("module", modules, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_and_its_functions_can_be_read_in_one_go(module: Path) -> None:
    text = module.read_text()
    assert len(text.splitlines()) <= MODULE_LINES, f"{module} holds two rooms in one"
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long, f"{module}: {long}"

"""``[aliases]`` of the rules file, and whether every name still means one thing. Pure."""

from collections.abc import Iterable, Mapping

from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.issue_types import IssueType
from gigdesk.cases.rules_file.guards import is_grave
from gigdesk.cases.rules_file.table import Table
from gigdesk.cases.taxonomy import MAX_NAME, plain_name
from gigdesk.gigs.model import Side

MAX_ALIASES = 500
MAX_MEANT = 5


def read_aliases(top: Table, types: Mapping[str, IssueType]) -> dict[str, tuple[str, ...]]:
    """The host's own names, each with the codes that it may mean: at most one a side."""
    table = top.table("aliases")
    aliases: dict[str, tuple[str, ...]] = {}
    if table and len(table.values) > MAX_ALIASES:
        top.wrong("aliases", f"There are {len(table.values)} aliases; {MAX_ALIASES} are the most.")
        return aliases
    offered = [kind.code for kind in types.values() if not kind.is_hidden]
    for name in table.values if table else ():
        codes = tuple(table.choices(name, offered, "issue type that is offered")) if table else ()
        if table and _is_fit(name, codes, types, table):
            aliases[name] = codes
    return aliases


def judge_names(top: Table, types: Mapping[str, IssueType]) -> None:
    """Note a label or name of a type that takes another's: on one side a name means one type."""
    for code, kind in types.items():
        base = next((known for known in ISSUE_TYPES if known.code == code), None)
        own = [kind.label] if base is None or kind.label != base.label else []
        own += [name for name in kind.aliases if base is None or name not in base.aliases]
        for name in own:
            for other in _named(plain_name(name), kind, types.values()):
                _note(top, code, f"“{name}” already names “{other.code}”. Choose another word for “{code}”.")


def _is_fit(name: str, codes: tuple[str, ...], types: Mapping[str, IssueType], table: Table) -> bool:
    said = plain_name(name)
    if not said or len(name) > MAX_NAME or not name.isprintable():
        table.wrong(name, f"A name has 1 to {MAX_NAME} letters or digits.")
        return False
    if taken := next((code for code in types if plain_name(code) == said and code not in codes), None):
        table.wrong(name, f"“{name}” is the code “{taken}” and cannot mean another type.")
        return False
    for side in Side:
        if len(meant := [code for code in codes if side in types[code].sides]) > 1:
            table.wrong(name, f"From a {side.value} “{name}” would mean both “{meant[0]}” and “{meant[1]}”.")
            return False
    return not _takes_from_grave(name, codes, types, table)


def _takes_from_grave(
    name: str, codes: tuple[str, ...], types: Mapping[str, IssueType], table: Table
) -> bool:
    said = plain_name(name)
    for kind in types.values():
        is_named = said in map(plain_name, (kind.label, *kind.aliases))
        if is_named and is_grave(kind.code) and not all(map(is_grave, codes)):
            table.wrong(name, f"“{name}” is a word for “{kind.code}”, and stays with safety and harassment.")
            return True
    return False


def _named(said: str, mine: IssueType, types: Iterable[IssueType]) -> list[IssueType]:
    """Other types that have this name on a side that both have: by label or code, or by any word where it is grave."""
    return [
        kind
        for kind in types
        if kind.code != mine.code
        and kind.sides & mine.sides
        and not kind.is_hidden
        and said in map(plain_name, (kind.label, kind.code, *(kind.aliases if is_grave(kind.code) else ())))
    ]


def _note(top: Table, code: str, sentence: str) -> None:
    quoted: tuple[str | int, ...] = ("types", code)
    path = quoted if quoted in top.marks.lines else ("types", *code.split(".", 1))
    top.marks.wrong(path, sentence)

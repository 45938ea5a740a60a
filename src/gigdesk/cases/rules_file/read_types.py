"""``[types."…"]`` of the rules file: the built-in issue types as the host changes them, and its own. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from gigdesk.access.queues import Queues
from gigdesk.cases.issue_table import ISSUE_TYPES, built_in
from gigdesk.cases.issue_types import DETAILS, GROUPS, DetailField, IssueType, Severity
from gigdesk.cases.routing import GRAVE
from gigdesk.cases.rules_file.guards import guard
from gigdesk.cases.rules_file.table import Table, near
from gigdesk.cases.taxonomy import OWN_CODE
from gigdesk.gigs.model import Side

MAX_OWN = 200
MAX_LABEL = 80
MAX_HINT = 160
MAX_EVIDENCE = 400
MAX_ALIASES = 50
MAX_ALIAS = 100
_DETAILS = {detail.name: detail for detail in DETAILS}


def read_types(top: Table, queues: Queues) -> dict[str, IssueType]:
    """Every issue type by its code, the built-in ones first."""
    types = {kind.code: kind for kind in ISSUE_TYPES}
    own = 0
    for code, table in _tables(top):
        base = built_in(code) or _new(code, table)
        if base is None:
            continue
        own += built_in(code) is None
        kind = _changed(base, table, queues)
        guard(kind, base, table, queues)
        table.close()
        types[code] = kind
    if own > MAX_OWN:
        top.wrong("types", f"The file has {own} types of its own; {MAX_OWN} are the most.")
    for side in Side:
        if not any(side in kind.sides and not kind.is_hidden for kind in types.values()):
            top.wrong("types", f"A {side.value} must be able to report something: all is hidden.")
    return types


def _tables(top: Table) -> Iterator[tuple[str, Table]]:
    """Each table with its code, written as ``[types."a.b"]`` or as ``[types.a.b]``."""
    types = top.table("types")
    for key in types.values if types else ():
        table = types.table(key) if types else None
        if table is None:
            continue
        is_group = all(isinstance(value, dict) for value in table.values.values())
        if "." in key or built_in(key) or not is_group:
            yield key, table
            continue
        for last in table.values:
            below = table.table(last)
            if below:
                yield f"{key}.{last}", below


def _new(code: str, table: Table) -> IssueType | None:
    """What a type of the host's own is before it says more: careful, where its name is that of a grave group."""
    if not OWN_CODE.fullmatch(code):
        own = "One of your own is two words of a-z, 0-9 and _ with a dot between, like “fleet.damage”."
        table.marks.wrong(
            table.path, f"“{code[:80]}” is no code of an issue type. {own} {_near_code(code)}".rstrip()
        )
        return None
    if "label" not in table:
        table.marks.wrong(table.path, f"“{code}” is a new type and needs a label. {_near_code(code)}")
    if "group" not in table:
        known = ", ".join(group.code for group in GROUPS)
        table.marks.wrong(
            table.path, f"“{code}” is a new type and needs a group, one of: {known}. {_near_code(code)}"
        )
    is_grave = code.startswith(GRAVE)
    return IssueType(
        code=code,
        group="other",
        label=code,
        first_reply=timedelta(hours=1) if is_grave else timedelta(days=1),
        severity=Severity.HIGH if is_grave else Severity.NORMAL,
        queue="safety" if is_grave else "payments" if code.startswith("payment.") else "general",
        shields_reporter=is_grave,
        may_expire=not code.startswith((*GRAVE, "payment.")),
    )


def _near_code(code: str) -> str:
    found = near(code, (kind.code for kind in ISSUE_TYPES))
    return found if found.startswith("Did") else ""


def _changed(base: IssueType, table: Table, queues: Queues) -> IssueType:
    severity = table.choice("severity", list(Severity), "severity")
    sides = table.choices("sides", list(Side), "side")
    fields = table.choices("fields", _DETAILS, "field")
    flags = {field: flag for key, field in _FLAGS.items() if (flag := table.flag(key)) is not None}
    texts = {key: words for key, most in _TEXTS.items() if (words := table.worded(key, most)) is not None}
    spans = {key: span for key in ("first_reply", "resolution") if (span := table.span(key)) is not None}
    return replace(
        base,
        **{**texts, **flags, **spans},  # type: ignore[arg-type]  # by name, each read as its field is
        group=table.choice("group", [group.code for group in GROUPS], "group") or base.group,
        severity=Severity(severity) if severity else base.severity,
        sides=frozenset(map(Side, sides)) or base.sides,
        fields=tuple(_asked(base, name) for name in fields) or base.fields,
        queue=table.choice("queue", queues.names, "queue") or base.queue,
        aliases=(*table.lines("aliases", MAX_ALIASES, MAX_ALIAS), *base.aliases),
    )


def _asked(base: IssueType, name: str) -> DetailField:
    return next((field for field in base.fields if field.name == name), _DETAILS[name])


_FLAGS = {
    "hidden": "is_hidden",
    "shields_reporter": "shields_reporter",
    "may_expire": "may_expire",
    "contact": "permits_contact",
}
_TEXTS = {"label": MAX_LABEL, "hint": MAX_HINT, "evidence": MAX_EVIDENCE}

"""Write docs/reference/lifecycle.md from the table of moves: ``python docs/lifecycle.py``."""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from gigdesk.cases.lifecycle import MOVES, Move, Who  # noqa: E402
from gigdesk.cases.model import PHASES, ClosedReason, Disposition, Status  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "lifecycle.md"
HEAD = """# The life of a case

<!-- Written by docs/lifecycle.py from the source. Change the source, then run it. -->

A case has one status. Escalated, snoozed and under legal hold are flags beside it. Each move is one commit in the case's
log; what is not in this table is refused with 409, and the answer lists in `allowed` what is open to the caller now.
How each is asked for stands in [api.md](api.md#moves).
"""
TAIL = """
## What time does

| When | Then |
|---|---|
| 15 minutes after a decision | the parties are told; until then they see nothing of it, and it can be taken back |
| a party brings something new in these 15 minutes | the decision is taken back by itself, since who decided did not know of it |
| 7 days after they were told | the case closes as resolved, unless a party appealed; never one of severity `critical`, nor under legal hold |
| the reply of the reporter is due | back in review with the flag `no_reply`; types that may expire are reminded instead, again 3 days before the end, and closed as `expired` 14 days after the due date |
| the statement of the respondent is due | back in review with the flag `respondent_silent` |

A timer is a wake-up: it asks what is due by the log of that moment, which is mostly nothing.

## Clocks

| Clock | Runs | Due |
|---|---|---|
| `first_reply` | from the report to the first word of the desk | as the [issue type](issue-types.md) says |
| `next_reply` | from the first message that nobody has answered | the same span |
| `resolution` | from the report to the decision | 1, 3, 7 or 14 days, by severity |
| `appeal` | from an appeal to its decision | 14 days |
| `account_review` | of `account.*`: from the report until a person replies | 14 days |

The first three stand still while the case waits on somebody outside, and say for how long. The last two are set by law and
never do. All follow from the log alone. One that is
missed is noted in the log, once, and told to the support address.

## What each side sees

A party's view is made of the events that it may see, and its version and ETag count those alone. Notes, owners, flags and
reminders are internal. A respondent knows of a case once they were asked something, and then reads what they were asked,
what they answered, and the decision; the name of who reported only where the type does not protect it. What a party wrote
to the desk is not shown to the other.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_diagram(), "", *_statuses(), "", *_table(), TAIL]).rstrip() + "\n"


def _diagram() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", "    [*] --> received")
    seen = set()
    for move in MOVES:
        for source in sorted(move.sources):
            edge = (source, move.target, move.act)
            if move.target is not None and source is not move.target and edge not in seen:
                seen.add(edge)
                yield f"    {source} --> {move.target}: {move.act}"
    yield "```"


def _statuses() -> Iterator[str]:
    yield from ("| Status | Phase for simple clients |", "|---|---|")
    yield from (f"| `{status}` | `{PHASES[status]}` |" for status in Status)
    yield ""
    yield f"`closed` has a reason: {', '.join(f'`{reason}`' for reason in ClosedReason)}."
    yield f"A decision has a disposition: {', '.join(f'`{one}`' for one in Disposition)}."


def _table() -> Iterator[str]:
    yield from ("## Moves", "", "| Move | From | To | Who | What else must hold |", "|---|---|---|---|---|")
    yield from (_row(move) for move in MOVES)


def _row(move: Move) -> str:
    sources = (
        "any"
        if move.sources == frozenset(Status)
        else ", ".join(f"`{s}`" for s in Status if s in move.sources)
    )
    who = ", ".join(who.value for who in Who if who in move.who)
    target = f"`{move.target}`" if move.target else "–"
    return f"| `{move.act}` | {sources} | {target} | {who} | {move.guard} |"


if __name__ == "__main__":
    TARGET.write_text(page())

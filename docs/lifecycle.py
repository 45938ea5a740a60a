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
| a decision is taken back that nobody was told of | the case is where it was: what was waited for is waited for still, with its due date, unless that is what came |
| 7 days after they were told | the case closes as resolved, unless a party appealed; never one of severity `critical`, nor under legal hold |
| a legal hold ends | these 7 days, and the 14 of a case that expires, go on with what was left of them: nothing is due in the past |
| a party writes, or it is decided, while it is snoozed | the snooze ends |
| it is closed while it is escalated | the escalation ends, but for a duplicate, which may be given back |
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
| `account_review` | of `account.*`: from the report, or since it has such a type, until a person replies | 14 days |

The first three stand still while the case waits on somebody outside, and say for how long. The last two are set by law and
never do. All follow from the log alone.

## When a clock runs out

| Step | Ordinary | `critical` | Then |
|---|---|---|---|
| `owner` | 75 % of the target is used | 50 % | its owner is warned; support, where nobody owns it |
| `lead` | – | 75 % | leads are warned |
| breach | it is due | it is due | noted as `target.missed`; leads and support are told |
| `queue` | a further 25 % of the target, an hour at least | a further 25 % | the owner is taken off, and told; the case stands in its queue for anybody, and support is told |

Each step is one event, once for each run of a clock: a `next_reply` runs anew with each message that waits, `appeal` with each
appeal. A clock that stands still warns nobody and goes on where it stood. Who got the case after the breach, or waited for
a party since, has the last span for themselves. A decided case is taken from nobody. What was passed over, because the
program stood still, is left out: nobody is warned of what has happened. `gigdesk work --upcoming` tells what is ahead.
No party learns of any of it. Whom mail reaches stands in [What we send](../explanation/notices.md#the-kinds).

## Under legal hold

No time and no withdrawal closes the case: a withdrawal is only noted, a reply that is overdue gives the case back to the
desk. Its files stay, as those of every case do: only objects that no case refers to are ever swept. People may still
decide, close and merge it, and its reporter may accept the decision.

## What another type does

The owner or a lead gives an open case the type that it should have had, `other` first of all. Its severity follows, its queue and
priority by the [rules](rules-file.md#rules) and what was reported, and all that hangs on the type.

- Clocks run by the new terms from where they began; that of an account begins with the type, and does not begin anew when the
  case is sorted away and back. The steps of the ladder are taken anew.
- Who was promised not to be named as the reporter is not named under any type. Where the new type protects them, they are
  protected from then on, also from who is asked later.
- In a sensitive queue it is gone for agents who are no specialists there, also from their lists; the answer to one of them is
  204, and 404 to the same request again. It keeps its owner only if that is who asked, and they see it there.
- Out of safety and harassment only a specialist or a lead gives it another type.
- Its parties read that it was sorted anew, and under which type; not why. The receipt says what was reported.

## Priority and tags

Priority says what the desk takes up first: that of the [rules](rules-file.md#rules), until somebody gives it another. What is `urgent` is
handed out before every other case, and lists mark what is above `normal`. No clock and no target hangs on it. What a person raised, another type does not lower. Tags are words by which the desk finds cases again, on
closed ones too: 20 a case, each of 1 to 40 letters, digits, `-`, `_`, `.` and `:` with a letter or digit first, kept in small
letters (NFKC). They stand in the log as they are and stay there, so name no people in them.

No party ever learns of either: they move no version, ETag, event, mail or export of theirs.

## What a merge does

The duplicate is closed; nothing is copied. The other case must be of the same gig, open, and have fewer than 20 duplicates.
Of more merges at once than there is room for, those that find none are parked in the outbox: undo these.

- Staff find the duplicate's files at [the case that goes on](api.md#get-apicasescaseduplicates), each authorised by its own case.
- The duplicate's reporter is told that their report was joined to another about the same gig, and from then on its status
  (whom it waits for is left out) and disposition; nothing else of it. Who is told of that case anyway, as its reporter or
  because they were asked, is not told twice, but where others hear through their report.
- No merge tells of a case that somebody may not know of: 409 `merge.hidden`. That counts for who reported the duplicate and,
  once they were asked about it, for the other side. Whom a case is about may know of it when they were asked there, and not
  before; of a case whose type protects who reported it nobody else may.
- The reporter of the case that goes on learns nothing of the duplicate.
- Undone within 7 days, the case has its status, owner, snooze and escalation back. If it waited for somebody the desk looks
  first. The other case lets go of it, and its reporter is told.

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

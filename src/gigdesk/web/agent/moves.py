"""The moves of a case as buttons: which there are now, each with its key. One table. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gigdesk.cases.issue_types import msg
from gigdesk.cases.lifecycle import UNMERGED_WITHIN, Act, Who
from gigdesk.cases.model import Flag, Status
from gigdesk.cases.timing import is_sensitive
from gigdesk.cases.view import CaseView

Guard = Callable[[CaseView, datetime], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMove:
    """One thing that staff do with a case: the act of the API behind it, its words, its key.

    ``undoes`` takes the act back (DELETE in the API), and ``undone_by`` names the move that does so without a word.
    ``done`` is what is said when it is done. With ``is_conditional`` nothing of weight is to have happened since the
    page was drawn.
    """

    name: str
    act: Act
    label: str
    icon: str
    done: str
    key: str = ""
    undoes: bool = False
    is_conditional: bool = True
    undone_by: str = ""
    guard: Guard = lambda _view, _at: True


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveShown:
    """A button of the row of moves; ``label`` is a message id. ``is_writing`` ones lead to the composer."""

    name: str
    label: str
    icon: str
    key: str = ""
    is_writing: bool = False


def _may_ask_respondent(view: CaseView, _: datetime) -> bool:
    who = view.sight.by.who
    is_fit = not is_sensitive(view.case) or bool(who & {Who.SPECIALIST, Who.LEAD})
    return view.respondent is not None and view.case.terms.permits_contact and is_fit


def _may_claim(view: CaseView, _: datetime) -> bool:
    return view.case.owner is None


def _may_assign(view: CaseView, _: datetime) -> bool:
    return Who.LEAD in view.sight.by.who or view.case.owner in (None, view.sight.by.name)


def _is(status: Status) -> Guard:
    return lambda view, _: view.case.status is status


def _has(flag: Flag) -> Guard:
    return lambda view, _: flag in view.case.flags


def _has_not(flag: Flag) -> Guard:
    return lambda view, _: flag not in view.case.flags


def _may_decide_appeal(view: CaseView, _: datetime) -> bool:
    first = {decision.decider for decision in view.case.decisions}
    return view.case.status is Status.APPEALED and view.sight.by.name not in first


def _may_unmerge(view: CaseView, at: datetime) -> bool:
    case = view.case
    is_staff = bool(view.sight.by.who & {Who.AGENT, Who.OWNER, Who.LEAD})
    in_time = case.closed_at is not None and at < case.closed_at + UNMERGED_WITHIN
    return is_staff and case.merged_into is not None and in_time


WRITING = frozenset({"reply", "note"})
FIRST = (
    "claim", "reply", "note", "ask_reporter", "ask_respondent", "decide", "decide_appeal", "take_back", "assign",
    "snooze", "unsnooze", "escalate", "end_escalation",
)  # fmt: skip
DESK_MOVES: tuple[DeskMove, ...] = (
    DeskMove(
        name="claim", act=Act.ASSIGNMENT, label=msg("Take this case"), icon="person", guard=_may_claim,
        done=msg("The case is yours."),
    ),
    DeskMove(
        name="reply", act=Act.MESSAGES, label=msg("Reply"), icon="reply", key="r", done=msg("Your reply was sent."),
    ),
    DeskMove(
        name="note", act=Act.NOTES, label=msg("Note"), icon="lock", key="n", is_conditional=False,
        done=msg("Your note was saved. Only staff read it."),
    ),
    DeskMove(
        name="ask_reporter", act=Act.REQUEST, label=msg("Ask reporter"), icon="message", key="q",
        done=msg("Your question was sent. The case waits for the reporter."),
    ),
    DeskMove(
        name="ask_respondent", act=Act.REQUEST, label=msg("Ask respondent"), icon="people", key="s",
        guard=_may_ask_respondent, done=msg("Your question was sent. The case waits for the respondent."),
    ),
    DeskMove(
        name="decide", undone_by="take_back",
        act=Act.DECISION, label=msg("Decide"), icon="gavel", key="d",
        guard=lambda view, _: view.case.status is not Status.APPEALED, done=msg("The case is decided."),
    ),
    DeskMove(
        name="decide_appeal", act=Act.DECISION, label=msg("Decide the appeal"), icon="scales", key="d",
        guard=_may_decide_appeal, done=msg("The appeal is decided. Both sides are told."),
    ),
    DeskMove(
        name="take_back", act=Act.REVIEW, label=msg("Take the decision back"), icon="again",
        guard=_is(Status.DECIDED), done=msg("The decision was taken back."),
    ),
    DeskMove(
        name="assign", act=Act.ASSIGNMENT, label=msg("Assign"), icon="person", key="a", guard=_may_assign,
        done=msg("The case has another owner."),
    ),
    DeskMove(
        name="snooze", undone_by="unsnooze",
        act=Act.SNOOZE, label=msg("Snooze"), icon="moon", key="z", is_conditional=False,
        guard=_has_not(Flag.SNOOZED), done=msg("Snoozed. It comes back by itself."),
    ),
    DeskMove(
        name="unsnooze", act=Act.SNOOZE, label=msg("End snooze"), icon="moon", key="z", undoes=True,
        is_conditional=False, guard=_has(Flag.SNOOZED), done=msg("The case is back."),
    ),
    DeskMove(
        name="escalate", undone_by="end_escalation",
        act=Act.ESCALATION, label=msg("Escalate"), icon="up", key="e", is_conditional=False,
        guard=_has_not(Flag.ESCALATED), done=msg("Escalated. A lead is told."),
    ),
    DeskMove(
        name="end_escalation", act=Act.ESCALATION, label=msg("End escalation"), icon="down", key="e", undoes=True,
        is_conditional=False, guard=_has(Flag.ESCALATED), done=msg("No longer escalated."),
    ),
    DeskMove(
        name="review", act=Act.REVIEW, label=msg("Back to review"), icon="half",
        guard=lambda view, _: view.case.status is not Status.DECIDED, done=msg("The case is in review again."),
    ),
    DeskMove(
        name="ask_external", act=Act.REQUEST, label=msg("Ask somebody outside"), icon="link",
        done=msg("Noted. The case waits for them."),
    ),
    DeskMove(
        name="type", act=Act.TYPE, label=msg("Change the type"), icon="tag", key="t",
        done=msg("The case has another type."),
    ),
    DeskMove(
        name="priority", act=Act.PRIORITY, label=msg("Change the priority"), icon="flag", key="p",
        is_conditional=False, done=msg("The case has another priority."),
    ),
    DeskMove(
        name="tags", act=Act.TAGS, label=msg("Tag the case"), icon="tag", key="l", is_conditional=False,
        done=msg("The tags are changed."),
    ),
    DeskMove(
        name="merge", undone_by="unmerge",
        act=Act.MERGE, label=msg("Merge into another case"), icon="merge",
        done=msg("Merged. You can undo it for 7 days."),
    ),
    DeskMove(
        name="unmerge", act=Act.MERGE, label=msg("Undo the merge"), icon="merge", undoes=True, guard=_may_unmerge,
        done=msg("The case is on its own again."),
    ),
    DeskMove(
        name="close", act=Act.CLOSURE, label=msg("Close without a decision"), icon="box-closed",
        done=msg("The case is closed."),
    ),
    DeskMove(
        name="reopen", act=Act.REOPENING, label=msg("Open again"), icon="again", done=msg("The case is open again."),
    ),
    DeskMove(
        name="hold", act=Act.HOLD, label=msg("Place a legal hold"), icon="lock", guard=_has_not(Flag.LEGAL_HOLD),
        done=msg("A legal hold is placed."),
    ),
    DeskMove(
        name="lift_hold", act=Act.HOLD, label=msg("Lift the legal hold"), icon="lock", undoes=True,
        guard=_has(Flag.LEGAL_HOLD), done=msg("The legal hold is lifted."),
    ),
)  # fmt: skip
MOVES_BY_NAME = {move.name: move for move in DESK_MOVES}


def open_moves(view: CaseView, at: datetime) -> Iterator[DeskMove]:
    """The moves that are open to who looks now, in the order of the table."""
    allowed = view.allowed(at)
    for move in DESK_MOVES:
        is_open = move.act.value in allowed or move.name == "unmerge"
        if is_open and move.guard(view, at):
            yield move


def shown_of(move: DeskMove) -> MoveShown:
    """The button of a move."""
    return MoveShown(
        name=move.name, label=move.label, icon=move.icon, key=move.key, is_writing=move.name in WRITING
    )

"""What can be done with many cases at once: each deed is an act that the API has, with what it asks for. Pure.

A deed that is new is an entry of ``DEEDS``: which act, which words, what is chosen or written, and the body of the
act made of that. What a choice is between stands in ``choices.py``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from gigdesk.access.model import Actor, Role
from gigdesk.cases.issue_types import msg
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Case
from gigdesk.web.agent.choices import (
    CLOSINGS,
    PEOPLE,
    PRIORITY,
    REPLIES,
    SNOOZES,
    TAGGING,
    Choices,
    moment_chosen,
    owner_chosen,
)
from gigdesk.web.agent.move_documents import typed_tags

Document = Mapping[str, object]
ACTING = frozenset({Role.AGENT, Role.LEAD})
"""Who works cases; auditors read, admins run the installation."""
LEADING = frozenset({Role.LEAD, Role.ADMIN})
"""Who also does what a lead does."""
UNWRITTEN = "…"
"""Stands for a text that is still to be written, while it is only judged what would become of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a form says: what was chosen, what was written beside that, the text; and who says it, when and where.

    ``before`` is what the case was before the deed that is taken back, ``version`` how it stood after that.
    """

    actor: Actor
    now: datetime
    zone: tzinfo = UTC
    choice: str = ""
    own: str = ""
    text: str = ""
    before: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text that a deed asks for: its label, who reads it, and what is said where it is missing."""

    label: str
    hint: str
    missing: str
    is_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One button. ``label`` and ``verb`` are verbs; ``done_one`` and ``done_many`` say what was done with how many.

    ``document`` is the body of the act, None to take the act back; ``prepared`` names what of it is known only with
    the case at hand. ``undo`` names the deed that takes it back, for which ``before`` keeps what the case was.
    ``undoes`` are the events that it takes back whole: where one followed, it would take back somebody else's.
    ``warning`` says what cannot be taken back. What is not ``is_first`` stands in the menu of more.
    """

    name: str
    label: str
    done_one: str
    done_many: str
    icon: str
    act: Act
    verb: str = ""
    key: str = ""
    undo: str = ""
    undoes: frozenset[str] = frozenset()
    warning: str = ""
    prepared: str = ""
    text: Text | None = None
    choices: Choices | None = None
    who: frozenset[Role] = ACTING
    is_offered: bool = True
    is_first: bool = False
    document: Callable[[Told], Document | None] = lambda told: {}
    before: Callable[[Case], str] = lambda case: ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is chosen or written, and it can be taken back: one case needs no dry run."""
        return bool(self.undo) and self.text is None and self.choices is None


def _owner(case: Case) -> str:
    return (case.owner or "").removeprefix("staff:")


def _snoozed(case: Case) -> str:
    return case.snoozed_until.isoformat() if case.snoozed_until else ""


WHY = Text(
    label=msg("Why"),
    hint=msg("A sentence or two. It stands in the log of each of these cases."),
    missing=msg("Say why, in a sentence or two."),
)
NOTE = Text(
    label=msg("Internal note, staff only"),
    hint=msg("It is written into each of these cases. No party ever reads it."),
    missing=msg("Write something here, then send it."),
    is_note=True,
)
_CLOSE = msg("Close as…")
DEEDS: Mapping[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            name="claim", label=msg("Take over"), icon="person", act=Act.ASSIGNMENT, key="a", is_first=True,
            done_one=msg("1 case is yours now."), done_many=msg("%(count)s cases are yours now."),
            undo="give_back", before=_owner, document=lambda told: {"owner": told.actor.sub},
        ),
        Deed(
            name="assign", label=msg("Assign…"), icon="people", act=Act.ASSIGNMENT, key="o", is_first=True,
            done_one=msg("1 case has another owner."), done_many=msg("%(count)s cases have another owner."),
            who=LEADING, choices=PEOPLE, undo="give_back", before=_owner,
            document=lambda told: {"owner": owner_chosen(told.choice, told.own)},
        ),
        Deed(
            name="snooze", label=msg("Snooze…"), icon="moon", act=Act.SNOOZE, key="z", is_first=True,
            done_one=msg("1 case is snoozed. It comes back by itself."),
            done_many=msg("%(count)s cases are snoozed. They come back by themselves."),
            choices=SNOOZES, undo="snooze_back", before=_snoozed,
            document=lambda told: {"until": moment_chosen(told.choice, told.own, told.now, told.zone)},
        ),
        Deed(
            name="reply", label=msg("Canned reply…"), verb=msg("Send the reply"), icon="reply", act=Act.MESSAGES,
            key="m", is_first=True, choices=REPLIES, prepared="reply",
            done_one=msg("1 reply is sent."), done_many=msg("%(count)s replies are sent."),
            warning=msg("A reply that was sent cannot be taken back. Read what each of them gets."),
            document=lambda told: {"to": told.choice.partition(":")[0]},
        ),
        Deed(
            name="close", label=_CLOSE, icon="box-closed", act=Act.CLOSURE, key="c", is_first=True,
            done_one="", done_many="", choices=CLOSINGS, text=WHY,
        ),
        Deed(
            name="priority", label=msg("Change the priority…"), verb=msg("Change the priority"), icon="flag",
            act=Act.PRIORITY, key="p", choices=PRIORITY, undo="priority_back",
            done_one=msg("1 case has another priority."), done_many=msg("%(count)s cases have another priority."),
            before=lambda case: case.priority.value, document=lambda told: {"priority": told.choice},
        ),
        Deed(
            name="tag", label=msg("Tag…"), verb=msg("Save the tags"), icon="tag", act=Act.TAGS, key="l",
            choices=TAGGING, undo="tags_back",
            done_one=msg("1 case has other tags."), done_many=msg("%(count)s cases have other tags."),
            document=lambda told: {told.choice: typed_tags(told.own)},
        ),
        Deed(
            name="note", label=msg("Write a note…"), icon="lock", act=Act.NOTES, key="n", text=NOTE,
            done_one=msg("1 note is saved."), done_many=msg("%(count)s notes are saved."),
            warning=msg("A note stays in the case: it cannot be taken back."),
            document=lambda told: {"text": told.text},
        ),
        Deed(
            name="escalate", label=msg("Escalate…"), icon="up", act=Act.ESCALATION, key="e", text=WHY, undo="calm",
            done_one=msg("1 case is escalated."), done_many=msg("%(count)s cases are escalated."),
            document=lambda told: {"reason": told.text},
        ),
        Deed(
            name="release", label=msg("Let go"), icon="inbox", act=Act.ASSIGNMENT, undo="give_back", before=_owner,
            done_one=msg("1 case is nobody’s now."), done_many=msg("%(count)s cases are nobody’s now."),
            document=lambda told: {"owner": None},
        ),
        # What is chosen between when a case is closed.
        Deed(
            name="invalid", label=_CLOSE, verb=msg("Close as invalid"), icon="box-closed", act=Act.CLOSURE,
            done_one=msg("1 case is closed as invalid."), done_many=msg("%(count)s cases are closed as invalid."),
            text=WHY, undo="reopen", is_offered=False,
            document=lambda told: {"reason": "invalid", "text": told.text},
        ),
        Deed(
            name="spam", label=_CLOSE, verb=msg("Close as spam"), icon="box-closed", act=Act.CLOSURE,
            done_one=msg("1 case is closed as spam."), done_many=msg("%(count)s cases are closed as spam."),
            text=WHY, undo="reopen", is_offered=False,
            document=lambda told: {"reason": "spam", "text": told.text},
        ),
        Deed(
            name="duplicate", label=_CLOSE, verb=msg("Merge"), icon="merge", act=Act.MERGE, prepared="other",
            done_one=msg("1 case goes on in the other one."),
            done_many=msg("%(count)s cases go on in the other one."),
            undo="part", is_offered=False, document=lambda told: {"into": told.own.strip()},
        ),
        # What takes another deed back.
        Deed(
            name="give_back", label=msg("Give back"), icon="again", act=Act.ASSIGNMENT, prepared="owner",
            done_one=msg("1 case is back with who had it before."),
            done_many=msg("%(count)s cases are back with who had each before."), is_offered=False,
        ),
        Deed(
            name="snooze_back", label=msg("End the snooze"), icon="up", act=Act.SNOOZE, is_offered=False,
            undoes=frozenset({"case.snoozed", "snooze.ended"}),
            done_one=msg("1 case is back."), done_many=msg("%(count)s cases are back."),
            document=lambda told: {"until": told.before} if told.before else None,
        ),
        Deed(
            name="priority_back", label=msg("Take the priority back"), icon="again", act=Act.PRIORITY,
            prepared="before", undoes=frozenset({"priority.changed"}),
            done_one=msg("1 case has the priority that it had."),
            done_many=msg("%(count)s cases have the priority that each had."), is_offered=False,
            document=lambda told: {"priority": told.before},
        ),
        Deed(
            name="tags_back", label=msg("Take the tags back"), icon="again", act=Act.TAGS, prepared="tags",
            done_one=msg("1 case has the tags that it had."),
            done_many=msg("%(count)s cases have the tags that each had."), is_offered=False,
        ),
        Deed(
            name="calm", label=msg("End the escalation"), icon="check", act=Act.ESCALATION, is_offered=False,
            done_one=msg("1 escalation is ended."), done_many=msg("%(count)s escalations are ended."),
            document=lambda told: None,
        ),
        Deed(
            name="reopen", label=msg("Open again"), icon="again", act=Act.REOPENING, is_offered=False,
            done_one=msg("1 case is open again."), done_many=msg("%(count)s cases are open again."),
            document=lambda told: {"reason": "Closed by mistake."},
        ),
        Deed(
            name="part", label=msg("Undo the merge"), icon="merge", act=Act.MERGE, is_offered=False,
            done_one=msg("1 case is on its own again."), done_many=msg("%(count)s cases are on their own again."),
            document=lambda told: None,
        ),
    )
}  # fmt: skip


def offered(actor: Actor) -> tuple[Deed, ...]:
    """The deeds that stand on the bar for this member of staff, in the order of the table."""
    return tuple(deed for deed in DEEDS.values() if deed.is_offered and deed.who & actor.roles)

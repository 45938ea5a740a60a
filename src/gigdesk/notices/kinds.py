"""Which notices there are, to whom, and what may stand in them: one table. Pure.

A notice that is not essential can be switched off by whom it goes to, for all cases at once.
"""

from dataclasses import dataclass
from enum import StrEnum

from gigdesk.cases.issue_types import msg


class Kind(StrEnum):
    """A kind of notice; the values are stored."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    MESSAGE = "message"
    STATUS_CHANGE = "status_change"
    DECISION = "decision"
    REMINDER = "reminder"
    APPEAL_OUTCOME = "appeal_outcome"
    STATEMENT_REQUEST = "statement_request"
    NEW_CASE = "new_case"
    ESCALATION = "escalation"
    BREACH = "breach"
    STAFF_ESCALATION = "staff_escalation"
    STAFF_BREACH = "staff_breach"
    STAFF_MENTION = "staff_mention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a kind is treated. ``label`` and ``about`` tell people what it is, when they choose.

    ``names_gig``: the title of the gig, which somebody typed, may appear. ``quotes_desk``: so may what the
    desk wrote to this party. What a party wrote appears in none. ``to_staff``: to one of the staff, whose
    mailbox has its bound like any other; what of this they may switch off, nobody else is shown.
    """

    label: str
    about: str
    essential: bool = True
    to_support: bool = False
    to_staff: bool = False
    names_gig: bool = True
    quotes_desk: bool = False


RULES: dict[Kind, Rule] = {
    # It goes out unasked: with somebody's text in it anybody could have us mail that text.
    Kind.ACKNOWLEDGEMENT: Rule(
        label=msg("Your report has arrived"),
        about=msg("Its reference, and by when a person replies."),
        names_gig=False,
    ),
    Kind.QUESTION: Rule(
        label=msg("We need your reply"),
        about=msg("A question, and by when we need the answer."),
        quotes_desk=True,
    ),
    Kind.MESSAGE: Rule(
        label=msg("A message for you"),
        about=msg("What our team writes to you, when no reply is needed."),
        essential=False,
        quotes_desk=True,
    ),
    Kind.STATUS_CHANGE: Rule(
        label=msg("News of where it stands"),
        about=msg("For example when somebody begins to look into it."),
        essential=False,
    ),
    Kind.DECISION: Rule(
        label=msg("A decision"),
        about=msg("What was decided and why, and how to appeal it."),
        quotes_desk=True,
    ),
    Kind.REMINDER: Rule(
        label=msg("Reminders"),
        about=msg("Once more, when a reply of yours is due."),
        essential=False,
    ),
    Kind.APPEAL_OUTCOME: Rule(
        label=msg("The outcome of an appeal"),
        about=msg("Whether the decision stands, and why."),
        quotes_desk=True,
    ),
    Kind.STATEMENT_REQUEST: Rule(
        label=msg("Your side is asked for"),
        about=msg("When a report concerns you, before anything is decided."),
        quotes_desk=True,
    ),
    Kind.NEW_CASE: Rule(
        label=msg("A new report"), about=msg("To the support address, for each new case."), to_support=True
    ),
    Kind.ESCALATION: Rule(
        label=msg("An escalation"),
        about=msg("To the support address, when a case needs a lead."),
        to_support=True,
    ),
    Kind.BREACH: Rule(
        label=msg("A late reply"),
        about=msg("To the support address, when a target is missed."),
        to_support=True,
    ),
    Kind.STAFF_ESCALATION: Rule(
        label=msg("An escalation"), about=msg("To leads, when a case needs one."), to_staff=True
    ),
    Kind.STAFF_BREACH: Rule(
        label=msg("A late reply"),
        about=msg("To the owner of a case and to leads, when a target is about to be missed, or is missed."),
        to_staff=True,
    ),
    Kind.STAFF_MENTION: Rule(
        label=msg("Somebody mentions you"),
        about=msg("When a colleague names you in a note on a case."),
        essential=False,
        to_staff=True,
        names_gig=False,
    ),
}
OPTIONAL = tuple(kind for kind, rule in RULES.items() if not rule.essential)
CHOOSABLE = tuple(kind for kind in OPTIONAL if not RULES[kind].to_staff)
"""What everybody may switch off; staff may switch off all that is optional."""
ALWAYS = tuple(
    kind for kind, rule in RULES.items() if rule.essential and not (rule.to_support or rule.to_staff)
)

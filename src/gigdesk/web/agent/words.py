"""Words of the desk for what has a code, each with its icon where it has one. All are message ids."""

from collections.abc import Mapping

from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import Flag
from gigdesk.cases.terms import Priority

# As staff read them; parties read theirs.
DESK_STATUSES = {
    "received": (msg("Received"), "ring"),
    "in_review": (msg("In review"), "half"),
    "waiting_reporter": (msg("Waiting for the reporter"), "hourglass"),
    "waiting_respondent": (msg("Waiting for the respondent"), "hourglass"),
    "waiting_external": (msg("Waiting for somebody outside"), "hourglass"),
    "decided": (msg("Decided"), "gavel"),
    "appealed": (msg("Under appeal"), "scales"),
    "closed": (msg("Closed"), "box-closed"),
}
QUEUES = (msg("Safety"), msg("Payments"), msg("General"))
"""The labels of the built-in queues: named here for the catalogues, since who may come in knows of no words."""
CLOSED_BECAUSE = {
    "resolved": msg("resolved"),
    "withdrawn": msg("withdrawn by the reporter"),
    "duplicate": msg("goes on in another case"),
    "invalid": msg("nothing to look into"),
    "spam": msg("spam"),
    "expired": msg("no reply came"),
}
DISPOSITIONS = {
    "upheld": (msg("Upheld"), msg("What was reported is shown")),
    "partly_upheld": (msg("Partly upheld"), msg("Some of it is shown")),
    "not_upheld": (msg("Not upheld"), msg("It is not shown")),
    "settled_by_parties": (msg("Settled by the parties"), msg("They agreed between them")),
    "no_finding": (msg("No finding"), msg("It cannot be established")),
    "out_of_scope": (msg("Out of scope"), msg("Not for this desk")),
}
OUTCOMES = {
    "upheld": (msg("The decision stands"), msg("A second look says the same")),
    "varied": (msg("Changed in part"), msg("Some of it is decided anew")),
    "overturned": (msg("Overturned"), msg("It is decided the other way")),
}
CLOCKS = {
    "first_reply": msg("First reply"),
    "next_reply": msg("Next reply"),
    "resolution": msg("Decision"),
    "appeal": msg("Outcome of the appeal"),
    "account_review": msg("Review by a person"),
}
PRIORITIES: Mapping[str, str] = {
    Priority.LOW: msg("Low"),
    Priority.NORMAL: msg("Normal"),
    Priority.HIGH: msg("High"),
    Priority.URGENT: msg("Urgent"),
}
FLAGS = {
    Flag.ESCALATED: (msg("Escalated"), "up"),
    Flag.SNOOZED: (msg("Snoozed"), "moon"),
    Flag.LEGAL_HOLD: (msg("Legal hold"), "lock"),
    Flag.NO_REPLY: (msg("The reporter did not reply in time"), "hourglass"),
    Flag.RESPONDENT_SILENT: (msg("The respondent did not answer in time"), "hourglass"),
    Flag.WITHDRAWAL_ASKED: (msg("The reporter would withdraw"), "info"),
}
FILE_STATES = {
    "pending": (msg("Being checked"), "hourglass"),
    "clean": (msg("Clean"), "check"),
    "infected": (msg("Malware found. Nobody can open it"), "alert"),
    "unreadable": (msg("Cannot be shown"), "eye-off"),
    "failed": (msg("The check did not work"), "alert"),
}
SIDES = {"worker": msg("worker"), "client": msg("client")}
ROLES = {
    "reporter": msg("reporter"),
    "respondent": msg("respondent"),
    "staff": msg("staff"),
    "system": msg("by itself"),
}

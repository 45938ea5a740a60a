"""Words of mail for what is stored as a code. All are message ids of the catalogues. Pure."""

from gigdesk.cases.issue_types import msg
from gigdesk.notices.facts import Reader

# Exactly the words of the pages; waiting_external reads as In review.
_STATUSES = {
    "received": msg("Received"),
    "in_review": msg("In review"),
    "waiting_external": msg("In review"),
    "decided": msg("Decided"),
    "appealed": msg("Under appeal"),
    "closed": msg("Closed"),
}
_YOURS, _THEIRS = msg("Needs your reply"), msg("Waiting for the other side")
_NEXT = {
    "received": msg("A person reads it and replies."),
    "in_review": msg("A person is looking into it."),
    "waiting_external": msg("A person is looking into it. We wait for word from outside."),
    "decided": msg("A decision was made. Read it on the page of the report."),
    "appealed": msg("Somebody who did not decide before looks at it again."),
    "closed": msg("It is closed. Nothing more is asked of you."),
}
_ANSWER, _WAIT = (
    msg("We go on when we have your reply."),
    msg("We have asked the other side, and wait for their reply."),
)
_WAITS_FOR = {"waiting_reporter": Reader.REPORTER, "waiting_respondent": Reader.RESPONDENT}
DISPOSITIONS = {
    "upheld": msg("The report is upheld"),
    "partly_upheld": msg("The report is upheld in part"),
    "not_upheld": msg("The report is not upheld"),
    "settled_by_parties": msg("You settled it between you"),
    "no_finding": msg("We could not establish what happened"),
    "out_of_scope": msg("This is not ours to decide"),
}
OUTCOMES = {
    "upheld": msg("The decision stands"),
    "varied": msg("The decision is changed in part"),
    "overturned": msg("The decision is overturned"),
}
SEVERITIES = {
    "critical": msg("critical"),
    "high": msg("high"),
    "normal": msg("normal"),
    "low": msg("low"),
}
CLOCKS = {
    "first_reply": msg("First reply"),
    "next_reply": msg("Next reply"),
    "resolution": msg("Decision"),
    "appeal": msg("Outcome of the appeal"),
    "account_review": msg("Review by a person"),
}


def status(code: str, reader: Reader) -> str:
    """The status as this reader knows it."""
    if code in _WAITS_FOR:
        return _YOURS if _WAITS_FOR[code] is reader else _THEIRS
    return _STATUSES.get(code, code)


def next_step(code: str, reader: Reader) -> str:
    """What happens next; empty for a status that is not known."""
    if code in _WAITS_FOR:
        return _ANSWER if _WAITS_FOR[code] is reader else _WAIT
    return _NEXT.get(code, "")

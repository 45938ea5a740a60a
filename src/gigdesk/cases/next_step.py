"""What happens next with a case, and who is waited for: one sentence for each side. Pure."""

from dataclasses import dataclass
from datetime import datetime

from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import Case, ClosedReason, Status
from gigdesk.cases.timing import closes_at
from gigdesk.cases.visibility import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A sentence, and by when where that is known."""

    text: str
    by: datetime | None = None


_SENTENCES: dict[Status, str] = {
    Status.RECEIVED: msg("A person reads your report and replies."),
    Status.IN_REVIEW: msg("A person is looking into it."),
    Status.WAITING_REPORTER: msg("We need your reply to go on."),
    Status.WAITING_RESPONDENT: msg("We have asked the other side and wait for their answer."),
    Status.WAITING_EXTERNAL: msg("A person is looking into it."),
    Status.DECIDED: msg("It is decided. If you agree, nothing is left to do; if not, you can appeal."),
    Status.APPEALED: msg("A person who did not decide before looks at it again."),
    Status.CLOSED: msg("It is closed. If there is something new, tell us."),
}
_OTHERS: dict[tuple[Status, Viewer], str] = {
    (Status.RECEIVED, Viewer.STAFF): msg("Somebody claims it."),
    (Status.IN_REVIEW, Viewer.STAFF): msg("Its owner goes on with it."),
    (Status.WAITING_REPORTER, Viewer.STAFF): msg("The reporter replies."),
    (Status.WAITING_RESPONDENT, Viewer.STAFF): msg("The other side replies."),
    (Status.WAITING_EXTERNAL, Viewer.STAFF): msg("Somebody outside replies; follow it up by then."),
    (Status.DECIDED, Viewer.STAFF): msg("It closes by itself, unless a party appeals."),
    (Status.APPEALED, Viewer.STAFF): msg("Somebody who did not decide it decides the appeal."),
    (Status.CLOSED, Viewer.STAFF): msg("Nothing, unless it is reopened."),
    (Status.WAITING_RESPONDENT, Viewer.RESPONDENT): msg("Tell us your side of it."),
    (Status.RECEIVED, Viewer.RESPONDENT): msg("A person is looking into it."),
}
_ENDINGS: dict[ClosedReason, str] = {
    ClosedReason.DUPLICATE: msg("It goes on in the other report of this gig."),
    ClosedReason.SPAM: msg("It is closed."),
}
_JOINED: dict[Status, str] = {
    Status.DECIDED: msg("The report that yours was joined to is decided."),
    Status.CLOSED: msg("The report that yours was joined to is closed."),
}


def next_step(case: Case, viewer: Viewer, first_reply_by: datetime | None) -> NextStep:
    """What happens next, in the words for this side."""
    text = _OTHERS.get((case.status, viewer), _SENTENCES[case.status])
    if case.closed_reason in _ENDINGS and viewer is not Viewer.STAFF:
        text = _ENDINGS[case.closed_reason]
    if case.followed and case.followed.status in _JOINED and case.merged_into and viewer is not Viewer.STAFF:
        text = _JOINED[case.followed.status]
    return NextStep(text=text, by=_by(case, viewer, first_reply_by))


def _by(case: Case, viewer: Viewer, first_reply_by: datetime | None) -> datetime | None:
    match case.status:
        case Status.RECEIVED:
            return first_reply_by if viewer is not Viewer.RESPONDENT else None
        case Status.WAITING_REPORTER | Status.WAITING_RESPONDENT | Status.WAITING_EXTERNAL:
            return case.waiting_until
        case Status.DECIDED:
            return closes_at(case)
        case _:
            return None


def waiting_on(case: Case) -> str | None:
    """Who has the next word: ``desk``, ``reporter``, ``respondent``, ``external``; None when nobody has."""
    match case.status:
        case Status.WAITING_REPORTER:
            return "reporter"
        case Status.WAITING_RESPONDENT:
            return "respondent"
        case Status.WAITING_EXTERNAL:
            return "external"
        case Status.DECIDED | Status.CLOSED:
            return None
        case _:
            return "desk"

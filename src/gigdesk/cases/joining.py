"""What joins a duplicate to the case that goes on, and what its reporter is told of that one. Pure.

The log of each case is its own: a merge closes one case, and an effect lets the other know. From then on each
news of the other is an event of the duplicate, made of a status and a disposition, and of nothing else.
"""

from collections.abc import Iterator, Sequence

from gigdesk.cases.effects import CallWebhook, Effect, JoinCases, TellDuplicates
from gigdesk.cases.events import Event
from gigdesk.cases.life_events import MergeUndone
from gigdesk.cases.model import Case, Disposition, Status
from gigdesk.cases.ports import CaseRow

MOST_DUPLICATES = 20
Told = tuple[Status, Disposition | None]
_SETTLED = frozenset({Status.DECIDED, Status.APPEALED, Status.CLOSED})


def told_of(case: Case) -> Told:
    """Where a case stands, as far as somebody may know who takes no part in it.

    Whom it waits for is the parties' own affair, and a decision is none until it is announced. Of a case that was
    itself joined to another it is what was told of that one.
    """
    if case.merged_into is not None:
        if followed := case.followed:
            return followed.status, followed.disposition
        return (Status.RECEIVED if case.status_before is Status.RECEIVED else Status.IN_REVIEW), None
    decision = case.decision
    is_told = decision is not None and decision.announced_at is not None
    if case.status is Status.RECEIVED:
        return Status.RECEIVED, None
    if case.status not in _SETTLED or (case.status is Status.DECIDED and not is_told):
        return Status.IN_REVIEW, None
    return case.status, decision.disposition if decision and is_told else None


def owed_by_joining(
    before: Case | None, after: Case, number: int, events: Sequence[Event]
) -> Iterator[Effect]:
    """What a commit owes to the cases that are joined to this one, or that it is joined to, and for their parting."""
    if any(isinstance(event, MergeUndone) for event in events):
        yield CallWebhook(about="case.status_changed", status=after.status.value)
    old = before.merged_into if before else None
    if after.merged_into != old:
        yield from (JoinCases(primary=one) for one in (old, after.merged_into) if one is not None)
    if not after.duplicates:
        return
    has_moved = before is not None and told_of(before) != told_of(after)
    is_joined = before is None or set(after.duplicates) > set(before.duplicates)
    if has_moved or (is_joined and is_settled(after)):
        yield news_of(after, number)


def news_of(case: Case, number: int) -> TellDuplicates:
    """What is told of this case as its commit ``number`` left it."""
    status, disposition = told_of(case)
    return TellDuplicates(number=number, status=status, disposition=disposition)


def is_settled(case: Case) -> bool:
    """Whether so much is told of this case that who joins it now hears it at once."""
    return told_of(case)[0] in _SETTLED


def hides(primary: Case, *, is_reporter: bool, is_respondent: bool) -> bool:
    """Whether joining another case to this one would tell somebody there of a case that they may not know of.

    Who reported both knows. The other side knows once it was asked, and nothing before, whatever the type. Anybody
    else may know of a case unless it protects who reported it.
    """
    if is_reporter:
        return False
    if is_respondent:
        return not primary.is_contacted
    return primary.terms.shields_reporter or primary.terms.is_sensitive


def is_hidden(duplicate: Case, row: CaseRow, primary: Case, other: CaseRow) -> bool:
    """Whether to join the duplicate would tell anybody who sees it of a primary that hides itself from them.

    Its respondent sees it once they were asked. Those whose reports were joined to it before count as strangers.
    """
    people = {row.reporter}
    if duplicate.is_contacted and row.respondent is not None:
        people.add(row.respondent)
    if duplicate.duplicates:
        people.add("")
    return any(
        hides(primary, is_reporter=one == other.reporter, is_respondent=one == other.respondent)
        for one in people
    )


def follows(primary: Case, *, is_reporter: bool, is_respondent: bool, has_duplicates: bool = False) -> bool:
    """Whether the reporter of a duplicate is told of this case through it.

    Not who may not know of it, and not who is told of it anyway, as everybody is who takes part in it: but where
    the duplicate ``has_duplicates`` of its own, since others hear through it.
    """
    if hides(primary, is_reporter=is_reporter, is_respondent=is_respondent):
        return False
    return has_duplicates or not (is_reporter or is_respondent)

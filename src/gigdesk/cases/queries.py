"""Which cases a list is to have, as the store is asked. Pure."""

from gigdesk.records import record


@record(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """Which cases: each None means no condition; ``not_about`` leaves out those of this
    person, whichever side they are on."""

    not_about: str | None = None
    queues: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    issue_type: str | None = None
    gig_id: str | None = None
    reference: str | None = None


@record(frozen=True, slots=True, kw_only=True)
class PartyQuery:
    """The cases that this person reported, and those of which they were contacted as the respondent.

    What rows say beside gig and reference is the desk's word, not what a party may know.
    """

    party: str
    gig_id: str | None = None
    reference: str | None = None

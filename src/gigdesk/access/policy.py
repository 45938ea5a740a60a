"""Who may do what: the whole permission table. Pure.

What somebody is towards a gig or a case is a *standing*; each action names the standings that may do it.
To those who may not, a gig or a case is the same as one that does not exist.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from gigdesk.access.model import Actor, Role
from gigdesk.errors import GigdeskError, NotAllowed, NotFound
from gigdesk.records import record


class Action(StrEnum):
    """What somebody wants to do."""

    REPORT = "report"
    REPORT_FOR_OTHER = "report_for_other"
    SEE_INTAKE = "see_intake"
    PUT_GIG = "put_gig"
    SEE_CASE = "see_case"
    SEE_EVIDENCE = "see_evidence"
    SEE_ORIGINAL = "see_original"
    SEE_RECEIPT = "see_receipt"
    SEE_AS_STAFF = "see_as_staff"
    SEE_DESK = "see_desk"
    TAKE_UP = "take_up"
    SEE_OWN_SESSIONS = "see_own_sessions"
    ADMINISTER_STAFF = "administer_staff"
    EXPORT_NAMES = "export_names"
    KEEP_MACROS = "keep_macros"
    SHARE_MACROS = "share_macros"
    SEE_SETTINGS = "see_settings"
    ADMINISTER = "administer"


class Standing(StrEnum):
    """What an actor is towards the thing that is asked about."""

    PARTY = "party"
    REPORTER = "reporter"
    RESPONDENT = "respondent"
    FOR_PARTY = "for_party"
    AGENT = "agent"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"
    INTEGRATION = "integration"


@record(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the gig or the case; ``is_party`` speaks of whom the report is made for.

    ``is_sensitive`` is the case's queue, and a specialist an agent who is a member of it: see ``queues``.
    """

    gig_exists: bool = False
    is_party: bool = False
    is_reporter: bool = False
    is_respondent: bool = False
    is_contacted: bool = False
    is_sensitive: bool = False
    is_specialist: bool = False


# An integration reports for a party of the gig. An auditor reads everything and changes nothing.
_STAFF = frozenset({Standing.AGENT, Standing.LEAD, Standing.AUDITOR, Standing.ADMIN})
MAY: Mapping[Action, frozenset[Standing]] = {
    Action.REPORT: frozenset({Standing.PARTY}),
    Action.REPORT_FOR_OTHER: frozenset({Standing.FOR_PARTY}),
    Action.SEE_INTAKE: frozenset({Standing.PARTY}),
    Action.PUT_GIG: frozenset({Standing.INTEGRATION, Standing.ADMIN}),
    Action.SEE_CASE: _STAFF | {Standing.REPORTER, Standing.RESPONDENT},
    Action.SEE_EVIDENCE: _STAFF | {Standing.REPORTER, Standing.RESPONDENT},
    Action.SEE_ORIGINAL: _STAFF,
    Action.SEE_RECEIPT: frozenset({Standing.REPORTER}),
    Action.SEE_AS_STAFF: _STAFF,
    Action.SEE_DESK: _STAFF,
    Action.TAKE_UP: _STAFF - {Standing.AUDITOR},
    Action.SEE_OWN_SESSIONS: _STAFF,
    Action.ADMINISTER_STAFF: frozenset({Standing.ADMIN}),
    Action.EXPORT_NAMES: frozenset({Standing.LEAD, Standing.ADMIN}),
    Action.KEEP_MACROS: _STAFF - {Standing.AUDITOR},
    Action.SHARE_MACROS: frozenset({Standing.LEAD, Standing.ADMIN}),
    Action.SEE_SETTINGS: _STAFF - {Standing.AGENT},
    Action.ADMINISTER: frozenset({Standing.ADMIN}),
}
_CHANGES = frozenset(
    {
        *(Action.REPORT, Action.REPORT_FOR_OTHER, Action.PUT_GIG, Action.TAKE_UP, Action.ADMINISTER_STAFF),
        *(Action.KEEP_MACROS, Action.SHARE_MACROS, Action.ADMINISTER),
    }
)
_OF_ROLE = {
    Role.AGENT: Standing.AGENT,
    Role.LEAD: Standing.LEAD,
    Role.AUDITOR: Standing.AUDITOR,
    Role.ADMIN: Standing.ADMIN,
    Role.INTEGRATION: Standing.INTEGRATION,
}


def permit(actor: Actor, action: Action, facts: Facts) -> None:
    """Return if the actor may; else raise NotAllowed, or NotFound where even existence is told to nobody."""
    if action is Action.REPORT_FOR_OTHER and Role.INTEGRATION not in actor.roles:
        raise _names_another()
    if action in _CHANGES and Role.AUDITOR in actor.roles:
        raise NotAllowed("role.reads_only", "An auditor reads everything and changes nothing.")
    if not _may(action, actor.roles, facts):
        raise _refusal(action)


def allows(actor: Actor, action: Action) -> bool:
    """Whether ``permit`` would return where nothing is known of any gig or case: for what a page offers."""
    if action in _CHANGES and Role.AUDITOR in actor.roles:
        return False
    return _may(action, actor.roles, Facts())


@lru_cache(maxsize=4096)
def _may(action: Action, roles: frozenset[Role], facts: Facts) -> bool:
    return not MAY[action].isdisjoint(_standings(roles, facts))


def _standings(roles: frozenset[Role], facts: Facts) -> set[Standing]:
    held = {_OF_ROLE[role] for role in roles}
    if facts.is_respondent:
        held -= _STAFF  # nobody judges a case about themselves, nor learns who reported it
    if facts.is_sensitive and not facts.is_specialist:
        held.discard(Standing.AGENT)
    if facts.gig_exists and facts.is_party:
        held |= {Standing.PARTY, Standing.FOR_PARTY}
    if facts.is_reporter:
        held.add(Standing.REPORTER)
    if facts.is_respondent and facts.is_contacted:
        held.add(Standing.RESPONDENT)  # of a case of which they were never asked they know nothing
    return held


def _refusal(action: Action) -> GigdeskError:
    """One sentence a kind of thing, whatever the reason, so that nobody can probe for what exists."""
    match action:
        case Action.REPORT | Action.SEE_INTAKE:
            return NotAllowed(
                "gig.not_yours",
                "You cannot report on this gig. Check its id, and that you are signed in as a person who"
                " takes part in it.",
            )
        case Action.REPORT_FOR_OTHER:
            return NotAllowed(
                "reporter.not_a_party",
                "The person in reporterId takes no part in this gig. Check both ids.",
            )
        case Action.PUT_GIG:
            return NotAllowed("gig.not_writable", "Only an integration or an admin keeps gigs here.")
        case Action.SEE_CASE | Action.SEE_EVIDENCE | Action.SEE_ORIGINAL:
            return _no_case()
        case Action.SEE_RECEIPT | Action.SEE_AS_STAFF:
            return _no_case()
        case Action.EXPORT_NAMES:
            return NotAllowed(
                "export.names", "Only a lead or an admin may export the names of parties. Leave out personal."
            )
        case Action.SHARE_MACROS:
            return NotAllowed("macro.not_shared", "Only leads and admins keep canned replies for everybody.")
        case Action.SEE_DESK | Action.TAKE_UP | Action.SEE_OWN_SESSIONS | Action.ADMINISTER_STAFF:
            return NotFound("address.unknown", "There is nothing at this address.")
        case Action.KEEP_MACROS | Action.SEE_SETTINGS | Action.ADMINISTER:
            return NotFound("address.unknown", "There is nothing at this address.")


def _no_case() -> NotFound:
    return NotFound("case.unknown", "There is no such report, or it is not yours.")


def _names_another() -> NotAllowed:
    return NotAllowed(
        "reporter.not_you", "Only an integration may send reporterId. Leave it out: you report as yourself."
    )

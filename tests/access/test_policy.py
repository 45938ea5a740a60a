"""The permission table, row by row."""

import pytest

from gigdesk.access.model import Actor, Role
from gigdesk.access.policy import Action, Facts, allows, permit
from gigdesk.errors import GigdeskError, NotAllowed, NotFound


def actor(*roles: Role) -> Actor:
    return Actor(sub="somebody", roles=frozenset(roles))


PARTY = Facts(gig_exists=True, is_party=True)
FOREIGN = Facts(gig_exists=True)
UNKNOWN = Facts()
OWN_CASE = Facts(is_reporter=True)
OTHERS_CASE = Facts()
SAFETY_CASE = Facts(is_sensitive=True)
OWN_QUEUE = Facts(is_sensitive=True, is_specialist=True)
ABOUT_THEMSELVES = Facts(is_respondent=True, is_specialist=True)
DESK = (Action.SEE_DESK, Action.SEE_OWN_SESSIONS)
SEEING = (Action.SEE_CASE, Action.SEE_EVIDENCE)
PERSON = actor()
AGENT, LEAD, AUDITOR, ADMIN = actor(Role.AGENT), actor(Role.LEAD), actor(Role.AUDITOR), actor(Role.ADMIN)
INTEGRATION = actor(Role.INTEGRATION)

ALLOWED = [
    (PERSON, Action.REPORT, PARTY),
    (AGENT, Action.REPORT, PARTY),
    (PERSON, Action.SEE_INTAKE, PARTY),
    (INTEGRATION, Action.REPORT_FOR_OTHER, PARTY),
    (INTEGRATION, Action.PUT_GIG, UNKNOWN),
    (ADMIN, Action.PUT_GIG, UNKNOWN),
    *((who, action, OTHERS_CASE) for who in (AGENT, LEAD, AUDITOR, ADMIN) for action in SEEING),
    *((who, action, SAFETY_CASE) for who in (LEAD, AUDITOR, ADMIN) for action in SEEING),
    *((PERSON, action, OWN_CASE) for action in (*SEEING, Action.SEE_RECEIPT)),
    (LEAD, Action.SEE_ORIGINAL, SAFETY_CASE),
    *((AGENT, action, OWN_QUEUE) for action in (*SEEING, Action.SEE_ORIGINAL)),
    *((who, Action.SEE_AS_STAFF, OTHERS_CASE) for who in (AGENT, LEAD, AUDITOR, ADMIN)),
    *((who, action, UNKNOWN) for who in (AGENT, LEAD, AUDITOR, ADMIN) for action in DESK),
    (ADMIN, Action.ADMINISTER_STAFF, UNKNOWN),
    *((who, Action.SEE_SETTINGS, UNKNOWN) for who in (LEAD, AUDITOR, ADMIN)),
    *((who, Action.KEEP_MACROS, UNKNOWN) for who in (AGENT, LEAD, ADMIN)),
    *((who, Action.SHARE_MACROS, UNKNOWN) for who in (LEAD, ADMIN)),
    (ADMIN, Action.ADMINISTER, UNKNOWN),
]
SETTING = (Action.KEEP_MACROS, Action.SHARE_MACROS, Action.ADMINISTER)
REFUSED = [
    (AUDITOR, Action.ADMINISTER_STAFF, UNKNOWN),
    (actor(Role.AUDITOR, Role.ADMIN), Action.ADMINISTER_STAFF, UNKNOWN),
    *((who, Action.REPORT, FOREIGN) for who in (PERSON, AGENT, LEAD, ADMIN, INTEGRATION)),
    *((who, Action.REPORT, UNKNOWN) for who in (PERSON, AGENT, LEAD, ADMIN, INTEGRATION)),
    (AUDITOR, Action.REPORT, PARTY),
    (AUDITOR, Action.PUT_GIG, UNKNOWN),
    (actor(Role.AUDITOR, Role.ADMIN), Action.PUT_GIG, UNKNOWN),
    *((who, Action.REPORT_FOR_OTHER, PARTY) for who in (PERSON, AGENT, LEAD, ADMIN)),
    (INTEGRATION, Action.REPORT_FOR_OTHER, FOREIGN),
    (INTEGRATION, Action.REPORT_FOR_OTHER, UNKNOWN),
    *((who, Action.PUT_GIG, UNKNOWN) for who in (PERSON, AGENT, LEAD)),
    *((who, action, UNKNOWN) for who in (AUDITOR, actor(Role.AUDITOR, Role.ADMIN)) for action in SETTING),
    *((who, Action.SHARE_MACROS, UNKNOWN) for who in (PERSON, AGENT, INTEGRATION)),
]
HIDDEN = [
    *((who, action, UNKNOWN) for who in (PERSON, INTEGRATION) for action in DESK),
    *((who, Action.ADMINISTER_STAFF, UNKNOWN) for who in (PERSON, INTEGRATION, AGENT, LEAD)),
    *((PERSON, action, OWN_QUEUE) for action in (*SEEING, Action.SEE_ORIGINAL)),
    *((PERSON, action, OTHERS_CASE) for action in (*SEEING, Action.SEE_ORIGINAL, Action.SEE_RECEIPT)),
    *((INTEGRATION, action, OTHERS_CASE) for action in (*SEEING, Action.SEE_ORIGINAL)),
    *((AGENT, action, SAFETY_CASE) for action in (*SEEING, Action.SEE_ORIGINAL)),
    (PERSON, Action.SEE_ORIGINAL, OWN_CASE),
    *((PERSON, Action.SEE_AS_STAFF, facts) for facts in (OWN_CASE, OTHERS_CASE, ABOUT_THEMSELVES)),
    (INTEGRATION, Action.SEE_AS_STAFF, OTHERS_CASE),
    (AGENT, Action.SEE_AS_STAFF, SAFETY_CASE),
    (LEAD, Action.SEE_AS_STAFF, ABOUT_THEMSELVES),
    *(
        (who, action, ABOUT_THEMSELVES)
        for who in (AGENT, LEAD, AUDITOR, ADMIN)
        for action in (*SEEING, Action.SEE_ORIGINAL)
    ),
    *((who, Action.SEE_RECEIPT, OTHERS_CASE) for who in (AGENT, LEAD, AUDITOR, ADMIN)),
    *((who, Action.SEE_SETTINGS, UNKNOWN) for who in (PERSON, AGENT, INTEGRATION)),
    *((who, Action.ADMINISTER, UNKNOWN) for who in (PERSON, AGENT, LEAD, INTEGRATION)),
    *((who, Action.KEEP_MACROS, UNKNOWN) for who in (PERSON, INTEGRATION)),
]


@pytest.mark.parametrize(("who", "action", "facts"), ALLOWED)
def test_the_table_allows(who: Actor, action: Action, facts: Facts) -> None:
    permit(who, action, facts)


@pytest.mark.parametrize(("who", "action", "facts"), REFUSED)
def test_the_table_refuses(who: Actor, action: Action, facts: Facts) -> None:
    with pytest.raises(NotAllowed):
        permit(who, action, facts)


@pytest.mark.parametrize(("who", "action", "facts"), HIDDEN)
def test_what_may_not_be_seen_does_not_exist(who: Actor, action: Action, facts: Facts) -> None:
    with pytest.raises(NotFound):
        permit(who, action, facts)


@pytest.mark.parametrize("who", [PERSON, AGENT, LEAD, AUDITOR, ADMIN, INTEGRATION])
@pytest.mark.parametrize("action", [Action.SEE_DESK, Action.SEE_SETTINGS, *SETTING])
def test_what_a_page_offers_is_what_is_permitted(who: Actor, action: Action) -> None:
    try:
        permit(who, action, UNKNOWN)
    except GigdeskError:
        assert not allows(who, action)
    else:
        assert allows(who, action)


@pytest.mark.abuse(54)
@pytest.mark.parametrize("action", [Action.REPORT, Action.SEE_INTAKE, Action.REPORT_FOR_OTHER])
def test_a_foreign_and_an_unknown_gig_are_refused_in_the_same_words(action: Action) -> None:
    who = INTEGRATION if action is Action.REPORT_FOR_OTHER else PERSON

    assert refusal(who, action, FOREIGN) == refusal(who, action, UNKNOWN)


def test_only_an_integration_is_told_about_the_other_person() -> None:
    for facts in (PARTY, FOREIGN, UNKNOWN):
        assert refusal(PERSON, Action.REPORT_FOR_OTHER, facts)[0] == "reporter.not_you"


def refusal(who: Actor, action: Action, facts: Facts) -> tuple[str, str]:
    with pytest.raises(GigdeskError) as caught:
        permit(who, action, facts)
    return caught.value.code, str(caught.value)

"""Who works which queue: every agent the ordinary ones, specialists and leads the sensitive ones."""

import pytest

from gigdesk.access.model import Actor, Role
from gigdesk.access.queues import BUILT_IN, Queue, Queues
from gigdesk.access.signin import actor_from

TRUST = Queue(name="trust", label="Trust", is_sensitive=True, members=frozenset({"mira"}))
QUEUES = Queues([*BUILT_IN, TRUST])


def actor(sub: str, *roles: Role, queues: frozenset[str] = frozenset()) -> Actor:
    return Actor(sub=sub, roles=frozenset(roles), queues=queues)


def test_an_agent_lists_the_queues_that_are_not_sensitive_and_a_lead_all_of_them() -> None:
    assert QUEUES.visible(actor("ada", Role.AGENT)) == {"payments", "general"}
    for role in (Role.LEAD, Role.AUDITOR, Role.ADMIN):
        assert QUEUES.visible(actor("lea", role)) is None
    assert QUEUES.visible(actor("amara")) == frozenset()


def test_a_member_by_the_file_or_by_the_token_is_a_specialist_of_that_queue_alone() -> None:
    mira, nils = (
        actor("mira", Role.AGENT),
        actor("nils", Role.AGENT, queues=frozenset({"safety", "payments"})),
    )

    assert QUEUES.visible(mira) == {"payments", "general", "trust"}
    assert QUEUES.visible(nils) == {"payments", "general", "safety"}
    assert (QUEUES.is_specialist(mira, "trust"), QUEUES.is_specialist(mira, "safety")) == (True, False)
    assert not QUEUES.is_specialist(nils, "payments")


@pytest.mark.parametrize("roles", [(), (Role.INTEGRATION,), (Role.AUDITOR,)])
def test_who_is_no_agent_is_no_specialist_whatever_names_them(roles: tuple[Role, ...]) -> None:
    assert not QUEUES.is_specialist(actor("mira", *roles, queues=frozenset({"trust"})), "trust")


def test_a_queue_that_was_taken_out_is_for_leads_alone() -> None:
    gone = actor("nils", Role.AGENT, queues=frozenset({"legal"}))

    assert QUEUES.is_sensitive("legal")
    assert not QUEUES.is_specialist(gone, "legal")
    assert "legal" not in (QUEUES.visible(gone) or ())


@pytest.mark.parametrize(
    ("claim", "read"),
    [
        (["safety", "trust"], {"safety", "trust"}),
        (["safety", 7, None, "", "Safety", "a b", "x" * 41], {"safety"}),
        ("safety", set()),
        ({"safety": True}, set()),
        (None, set()),
        ([f"q{number}" for number in range(60)], {f"q{number}" for number in range(50)}),
    ],
)
def test_of_the_claim_only_names_of_queues_are_read(claim: object, read: set[str]) -> None:
    assert actor_from({"sub": "nils", "queues": claim}).queues == read

"""One way to the provider and back, by its rules: what is derived, how long it holds, who is staff."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from access.stage import NOON
from gigdesk.access.model import Role
from gigdesk.access.work_flow import Flows, RolesRule, judge_id_token, person_of
from gigdesk.errors import NotAllowed, NotSignedIn

FLOWS = Flows(b"k" * 32)
SEED = "s" * 43
NOW = int(NOON.timestamp())


def test_a_flow_comes_back_as_it_began_and_only_with_its_state() -> None:
    flow, cookie = FLOWS.begin(SEED, "/desk/cases?q=ñ", NOON)

    assert FLOWS.read(cookie, flow.state, NOON + timedelta(minutes=9, seconds=59)) == flow
    for state in ("", "x", flow.nonce, "\ud800"):
        with pytest.raises(NotSignedIn):
            FLOWS.read(cookie, state, NOON)
    with pytest.raises(NotSignedIn):
        FLOWS.read(cookie, flow.state, NOON + timedelta(minutes=10))
    with pytest.raises(NotSignedIn):
        Flows(b"j" * 32).read(cookie, flow.state, NOON)


def test_each_secret_of_a_flow_is_its_own_and_none_stands_in_the_cookie() -> None:
    flow, cookie = FLOWS.begin(SEED, "/desk", NOON)
    other, _ = FLOWS.begin("t" * 43, "/desk", NOON)
    own = {flow.state, flow.nonce, flow.verifier, flow.challenge, flow.mark}
    assert len(own | {other.state, other.nonce, other.verifier, other.challenge, other.mark}) == 10
    assert not any(secret in cookie for secret in own)


def test_the_challenge_is_s256_of_the_verifier() -> None:
    flow, _ = FLOWS.begin(SEED, "/desk", NOON)
    digest = hashlib.sha256(flow.verifier.encode()).digest()
    assert flow.challenge == urlsafe_b64encode(digest).decode().rstrip("=")
    assert 43 <= len(flow.verifier) <= 128  # RFC 7636 §4.1


def claims(**more: object) -> dict[str, object]:
    return {"sub": "priya", "aud": "gigdesk", "nonce": "n", "iat": NOW, "exp": NOW + 60, **more}


@pytest.mark.parametrize(
    "more", [{}, {"azp": "gigdesk"}, {"aud": ["gigdesk", "b"], "azp": "gigdesk"}, {"aud": ["gigdesk"]}]
)
def test_a_token_that_fits_is_taken(more: dict[str, object]) -> None:
    judge_id_token(claims(**more), "gigdesk", "n", NOON)


@pytest.mark.parametrize(
    "more",
    [
        *({"nonce": wrong} for wrong in ("m", "", None, 7, "n\ud800")),
        *({"iat": wrong} for wrong in (NOW - 601, None, "1", True)),
        *({"azp": wrong} for wrong in ("b", "", 7)),
        {"aud": ["gigdesk", "b"]},
    ],
)
def test_a_token_that_does_not_fit_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(NotSignedIn):
        judge_id_token(claims(**more), "gigdesk", "n", NOON)


@pytest.mark.parametrize(
    ("rule", "claim", "roles"),
    [
        (RolesRule(values={}), {"roles": ["agent", "lead", "x", 7]}, {Role.AGENT, Role.LEAD}),
        (RolesRule(values={}), {"roles": "agent auditor"}, {Role.AGENT, Role.AUDITOR}),
        (RolesRule(values={}), {"roles": ["integration", "Agent"]}, set()),
        (RolesRule(values={"Desk people": "agent"}), {"roles": ["Desk people", "lead"]}, {Role.AGENT}),
        (RolesRule(claim="a.b.c", values={}), {"a": {"b": {"c": ["admin"]}}}, {Role.ADMIN}),
        (
            RolesRule(claim="https://x.example/roles", values={}),
            {"https://x.example/roles": ["lead"]},
            {Role.LEAD},
        ),
        (RolesRule(claim="a.b", values={}), {"a": ["b"]}, set()),
        (RolesRule(claim="a.b", values={}), {}, set()),
    ],
)
def test_roles_are_those_that_the_claim_names(
    rule: RolesRule, claim: dict[str, object], roles: set[Role]
) -> None:
    assert rule.roles(claim) == roles


def test_a_person_keeps_who_they_are_and_gets_no_other_rights() -> None:
    given = claims(roles=["lead", "integration"], queues=["safety"], name="Priya", email="p@w.example")
    actor = person_of(given, RolesRule(values={}))
    assert (actor.sub, actor.name, actor.email, actor.email_verified) == (
        "oidc:priya",
        "Priya",
        "p@w.example",
        False,
    )
    assert actor.roles == {Role.LEAD}
    assert actor.queues == {"safety"}
    assert actor.claims == {}
    with pytest.raises(NotAllowed):
        person_of(claims(roles=["integration"]), RolesRule(values={}))

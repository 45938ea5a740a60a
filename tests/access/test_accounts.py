"""Which logins, passwords, roles and links there are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from access.stage import NOON
from gigdesk.access.accounts import (
    Account,
    invitation_digest,
    login_of,
    name_of,
    password_of,
    staff_queues,
    staff_roles,
    typed_password,
)
from gigdesk.access.common_passwords import COMMON
from gigdesk.access.model import Role
from gigdesk.errors import Invalid

ACCOUNT = Account(
    id="desk:1", login="mira@desk.example", name="Mira", roles=frozenset({Role.AGENT}), created_at=NOON
)


@pytest.mark.parametrize("typed", ["Mira@Desk.Example", "  mira@desk.example ", "ｍｉｒａ@desk.example"])
def test_a_login_is_found_however_it_is_typed(typed: str) -> None:
    assert login_of(typed) == "mira@desk.example"


@pytest.mark.parametrize(
    "typed", ["", "mira", "mira@", "@x", "a b@x", "a@b@c", "a\x00@x", "a" * 250 + "@x.example"]
)
def test_what_is_no_address_is_no_login(typed: str) -> None:
    with pytest.raises(Invalid, match="e-mail address"):
        login_of(typed)


def test_a_name_is_made_of_the_login_where_none_is_given() -> None:
    assert name_of("", "mira@desk.example") == "mira"
    assert name_of(" Mira Sandoval ", "mira@desk.example") == "Mira Sandoval"
    with pytest.raises(Invalid):
        name_of("a\nb", "mira@desk.example")


@pytest.mark.parametrize(
    "password",
    [
        "bicycle lamp 7",
        "            x",
        "àéîõüàéîõüàé!",
        "🐝🐝🍯 honey bees",
        "x" + "y" * 199,
        "UPPERCASEONLYX",
    ],
)
def test_a_password_may_be_made_of_anything(password: str) -> None:
    assert len(password_of(password)) >= 12


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password.short"),
        ("", "password.short"),
        ("y" + "x" * 200, "password.long"),
        ("Password1234", "password.common"),
        ("ＰＡＳＳＷＯＲＤ１２３４", "password.common"),
        ("aaaaaaaaaaaaaa", "password.common"),
        ("xyzxyzxyzxyzxy", "password.common"),
        ("Mira@desk.example", "password.common"),
        ("half \ud800 a character", "password.long"),
    ],
)
def test_a_password_that_is_short_long_or_guessed_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        password_of(password, "mira@desk.example")
    assert refused.value.code == code


def test_a_password_is_the_same_in_every_way_of_writing_its_letters() -> None:
    composed, taken_apart = "caf\u00e9 con leche", "cafe\u0301 con leche"
    assert password_of(composed) == password_of(taken_apart) == typed_password(taken_apart)


def test_characters_are_counted_not_bytes() -> None:
    assert password_of("字" * 6 + "文" * 194)
    with pytest.raises(Invalid):
        password_of("字文" * 101)


def test_what_is_too_long_is_never_normalised_at_the_door() -> None:
    assert typed_password("\ufdfa" * 201) is None
    assert typed_password("\ud800") is None


def test_every_common_password_would_else_be_long_enough() -> None:
    assert len(COMMON) > 100
    assert [word for word in COMMON if len(word) < 11] == []


def test_roles_are_those_of_staff_and_at_least_one() -> None:
    assert staff_roles(["agent", "lead"]) == {Role.AGENT, Role.LEAD}
    for wrong in ([], ["integration"], ["agent", "root"], ["Agent"]):
        with pytest.raises(Invalid, match="agent, lead, auditor, admin"):
            staff_roles(wrong)


def test_queues_have_names_that_a_queue_may_have() -> None:
    assert staff_queues(["safety", "trust-2"]) == {"safety", "trust-2"}
    for wrong in (["Safety"], ["a b"], [f"q{n}" for n in range(51)]):
        with pytest.raises(Invalid):
            staff_queues(wrong)


def test_a_link_holds_for_a_day_and_not_for_a_closed_account() -> None:
    invited = replace(ACCOUNT, invited_until=NOON + timedelta(hours=24))
    assert invited.is_invited(NOON + timedelta(hours=23, minutes=59))
    assert not invited.is_invited(NOON + timedelta(hours=24))
    assert not replace(invited, is_enabled=False).is_invited(NOON)
    assert not ACCOUNT.is_invited(NOON)


@pytest.mark.parametrize("secret", ["", "x", "A" * 42, "A" * 44, "A" * 42 + "/", "A" * 43 + "\n"])
def test_what_is_no_link_has_no_digest(secret: str) -> None:
    assert invitation_digest(secret) == b""
    assert len(invitation_digest("A" * 43)) == 32


def test_the_actor_of_an_account_is_staff_with_its_queues() -> None:
    actor = replace(ACCOUNT, queues=frozenset({"safety"})).actor
    assert (actor.sub, actor.name, actor.email, actor.is_staff) == (
        "desk:1",
        "Mira",
        "mira@desk.example",
        True,
    )
    assert actor.queues == {"safety"}

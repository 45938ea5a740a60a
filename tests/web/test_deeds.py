"""The table of deeds: each is an act that there is, is said in words, and is taken back by a deed that there is."""

from datetime import UTC, datetime

import pytest

from gigdesk.access.model import Actor, Role
from gigdesk.cases.plans import PLANS
from gigdesk.errors import Invalid
from gigdesk.web.agent.choices import moment_chosen, owner_chosen, staff_value
from gigdesk.web.agent.deeds import DEEDS, Deed, Told, offered
from gigdesk.web.desk.bulk_form import read_case

NOW = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)  # a Friday
TOLD = Told(actor=Actor(sub="ada"), now=NOW, choice="tomorrow", own="x", text="Seen.", before="")
CASE = "0196f0c2-0000-7000-8000-000000000000"
CHOSEN = {"assign": "nobody", "reply": "reporter:x", "priority": "high", "tag": "add"}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_each_deed_is_an_act_of_the_api_and_is_said(deed: Deed) -> None:
    told = Told(actor=TOLD.actor, now=NOW, choice=CHOSEN.get(deed.name, "tomorrow"), own="x", text="Seen.")
    method = "DELETE" if deed.document(told) is None else "POST"

    assert (method, deed.act) in PLANS
    choices = deed.choices.options if deed.choices else ()
    between = [DEEDS[option.deed] for option in choices if option.deed]
    assert between or (deed.done_one and "%(count)s" in deed.done_many)
    assert not deed.undo or not DEEDS[deed.undo].undo  # taking back is not taken back
    assert not (deed.undo and deed.warning)


@pytest.mark.parametrize("roles", [{Role.AGENT}, {Role.LEAD}])
def test_each_key_presses_one_thing(roles: set[Role]) -> None:
    keys = [deed.key for deed in offered(Actor(sub="ada", roles=frozenset(roles))) if deed.key]

    assert len(keys) == len(set(keys))
    assert not set(keys) & set("jkxsu/.")  # which the list itself has


def test_who_changes_nothing_is_offered_nothing() -> None:
    assert offered(Actor(sub="olga", roles=frozenset({Role.AUDITOR}))) == ()
    assert DEEDS["assign"] not in offered(Actor(sub="ada", roles=frozenset({Role.AGENT})))


def test_somebody_called_nobody_is_somebody() -> None:
    assert owner_chosen("nobody", "") is None
    assert owner_chosen(staff_value("nobody"), "") == "nobody"
    assert owner_chosen("other", " id:7 ") == "id:7"
    with pytest.raises(Invalid):
        owner_chosen("other", " ")


def test_a_moment_is_said_where_the_reader_is() -> None:
    assert moment_chosen("monday", "", NOW, UTC) == "2026-11-30T09:00:00+00:00"
    assert moment_chosen("own", "2026-12-24T08:00", NOW, UTC) == "2026-12-24T08:00:00+00:00"
    with pytest.raises(Invalid):
        moment_chosen("own", "some day", NOW, UTC)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (f"{CASE}.3", ""),
        (f"{CASE}.3.2", "2"),
        (f"{CASE}.3.2026-12-24T08:00:00.5+00:00", "2026-12-24T08:00:00.5+00:00"),
    ],
)
def test_a_case_is_read_with_what_it_was_before(text: str, before: str) -> None:
    found = read_case(text)

    assert found
    assert (str(found.case), found.version, found.before) == (CASE, 3, before)
    assert str(found) == text


@pytest.mark.parametrize(
    "text",
    ["", CASE, f"{CASE}.", f"{CASE}.-1", f"{CASE}.٣", f"{CASE}.1234567890", "x.1", f"{CASE}.1.{'y' * 61}"],
)
def test_what_is_no_case_at_a_version_is_passed_over(text: str) -> None:
    assert read_case(text) is None

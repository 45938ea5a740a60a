"""A colleague is named in a note: told by mail if they may see the case, and no party ever senses it."""

import email
import email.policy
import html
import re
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest

import forms
from desk import account, staff
from journeys.test_desk_case import Agent
from journeys.test_form_pages import signed_in
from journeys.test_life_of_a_case import AGENT, LEAD, Caller
from live import CLIENT, GIG, WORKER, Live, eventually

PHILO, SINA = "philo@market.example", "sina@market.example"


@pytest.fixture(scope="module")
def team(site: Live) -> Live:
    """A site where Philo works, Sina works on safety, and Olga reads."""
    account(site, PHILO, "agent", "--name", "Philo Weber")
    account(site, SINA, "agent", "--name", "Sina Roth", "--queue", "safety")
    account(site, "olga@market.example", "auditor", "--name", "Olga Read")
    return site


def reported(site: Live, kind: str = "quality.late") -> str:
    return str(site.report(forms.report(GIG) | {"issueType": kind}).json()["id"])


def writer(site: Live, case: str, who: str = AGENT) -> Agent:
    return Agent(site, who, case)


def letters(site: Live, to: str, reference: str) -> list[EmailMessage]:
    found = (site.folder / "mail" / "new").glob("*")
    parsed = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in found]
    return [one for one in parsed if one["To"] == to and reference in str(one["Subject"])]  # type: ignore[misc]


def reference(site: Live, case: str) -> str:
    return str(Caller(site, WORKER, case).see().json()["reference"])


def settled(site: Live, case: str) -> bool:
    """Whether nobody is to be told of anything of the case any more."""
    owed = "SELECT 1 FROM effects WHERE kind = 'notify' AND case_id = ?"
    assert site.rows("SELECT 1 FROM cases WHERE id = ?", UUID(case).bytes)
    return eventually(lambda: site.rows(owed, UUID(case).bytes) == [])


def test_who_is_named_is_told_once_and_nothing_of_the_note(team: Live) -> None:
    case = reported(team)
    page = writer(team, case).do("note", text="Secret plan. @Philo Weber and @philo@market.example: <look>?")

    assert page.count('<b class="mention">@Philo Weber</b>') == 2
    assert "&lt;look&gt;?" in page
    own = reference(team, case)
    assert eventually(lambda: len(letters(team, PHILO, own)) == 1)
    [letter] = letters(team, PHILO, own)
    assert letter["Subject"] == f"{own}: Ada mentioned you"
    for kind in ("plain", "html"):
        text = letter.get_body((kind,)).get_content()  # type: ignore[union-attr]
        assert f"Ada mentioned you in a note on {own}." in text
        assert f"/desk/cases/{case}" in text
        assert not re.search("secret|look|late|Weber", text, re.I)
    assert settled(team, case)
    assert len(letters(team, PHILO, own)) == 1


def test_the_log_names_staff_and_the_note_stays_as_it_was_written(team: Live) -> None:
    case = reported(team)
    note = Caller(team, AGENT, case).do("notes", {"text": "Ask @Philo Weber."})

    assert note.status == 201
    assert (note.json()["type"], note.json()["data"]["text"]) == ("note.written", "Ask @Philo Weber.")
    entries = {entry["type"]: entry for entry in Caller(team, LEAD, case).see("/events").json()["items"]}
    assert entries["staff.mentioned"]["data"] == {
        "mentionedIn": note.json()["data"]["note"],
        "staff": ["Philo Weber"],
    }
    contents = [bytes(content) for (content,) in team.rows("SELECT content FROM commits")]
    [content] = [one for one in contents if note.json()["data"]["note"].encode() in one]
    assert b'"places":{"4-16":"staff:2"}' in content
    assert b"Philo" not in content


@pytest.mark.parametrize("text", ["@Nobody Here", "@Ada, me", "philo@market.example", "@Wanda", "@wanda"])
def test_who_is_nobody_of_the_desk_stays_text(team: Live, text: str) -> None:
    case = reported(team)
    page = writer(team, case).do("note", text=f"See {text}.")

    assert 'class="mention"' not in page
    assert html.escape(text, quote=False) in page


def test_only_who_may_see_the_case_is_offered_and_told(team: Live) -> None:
    case, other = reported(team, "safety.conditions"), reported(team)
    name = uuid4().hex
    signed = signed_in(team, uuid4().hex, sub=LEAD, name=name, roles=["lead"])
    offered = lambda one: {  # noqa: E731
        item["name"]
        for item in team.call("GET", f"/desk/cases/{one}/colleagues", headers=signed, by=None).json()["items"]
    }
    assert {"Philo Weber", "Sina Roth", "Olga Read"} <= offered(other)
    assert name not in offered(other)  # who writes it
    assert {"Sina Roth", "Olga Read"} <= offered(case)
    assert "Philo Weber" not in offered(case)
    assert not {"Wanda", WORKER, CLIENT} & offered(case)

    page = writer(team, case, LEAD).do("note", text="@Philo Weber @Sina Roth")

    assert re.findall(r'class="mention">@([^<]*)<', page) == ["Sina Roth"]
    own = reference(team, case)
    assert eventually(lambda: len(letters(team, SINA, own)) == 1)
    assert settled(team, case)
    assert letters(team, PHILO, own) == []


def test_staff_who_are_a_party_of_the_case_are_never_offered(team: Live) -> None:
    signed_in(team, uuid4().hex, sub=CLIENT, name="Carl", roles=["agent"])
    case = reported(team)
    offered = writer(team, case).get("/colleagues").json()["items"]

    assert offered
    assert CLIENT not in str(offered)
    assert 'class="mention"' not in writer(team, case).do("note", text=f"@{CLIENT} @Carl")


def test_who_may_see_it_no_longer_is_not_told(team: Live) -> None:
    account(team, "gone@market.example", "agent", "--name", "Gerd Gone")
    case = reported(team)
    assert "Gerd Gone" in writer(team, case).get("/colleagues").body.decode()
    staff(team, "disable", "gone@market.example")

    assert "Gerd Gone" not in writer(team, case).get("/colleagues").body.decode()
    assert 'class="mention"' not in writer(team, case).do("note", text="@Gerd Gone")


def test_who_was_invited_and_has_not_come_yet_is_not_offered(team: Live) -> None:
    staff(team, "add", "mistyped@market.example", "--role", "agent", "--name", "Nele New", "--invite")
    case = reported(team)

    assert "Nele New" not in writer(team, case).get("/colleagues").body.decode()
    assert 'class="mention"' not in writer(team, case).do("note", text="@Nele New")


def test_such_mail_is_switched_off_by_who_gets_it(team: Live) -> None:
    case = reported(team)
    writer(team, case).do("note", text="@Sina Roth")
    own = reference(team, case)
    assert eventually(lambda: len(letters(team, SINA, own)) == 1)
    [letter] = letters(team, SINA, own)
    link = str(letter["List-Unsubscribe"]).strip().strip("<>").removeprefix(team.base)

    try:
        assert team.call("POST", link, by=None).status == 200
        writer(team, case).do("note", text="@Sina Roth again")
        assert settled(team, case)
        notices = Caller(team, AGENT, case).see("/notices").json()["items"]
        states = [one["state"] for one in notices if one["kind"] == "staff_mention"]
        assert states == ["sent", "unwanted"]
    finally:
        team.call("POST", f"{link}/undo", by=None)


def test_no_party_hears_that_there_is_such_mail(team: Live) -> None:
    worker = signed_in(team, uuid4().hex, sub=WORKER)
    agent = signed_in(team, uuid4().hex, sub=AGENT, roles=["agent"])

    assert "staff_mention" not in team.call("GET", "/notices", headers=worker, by=None).body.decode()
    assert "staff_mention" in team.call("GET", "/notices", headers=agent, by=None).body.decode()

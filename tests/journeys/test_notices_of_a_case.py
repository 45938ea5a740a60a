"""What was sent about a case is there for staff: each attempt, with what the mail server said."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

import forms
from journeys.test_desk_case import Agent
from journeys.test_told_by_mail_and_webhook import AGENT, do
from live import WORKER, Live, eventually
from servers.smtp import Mailbox

GIG = "gig-notices"


@pytest.fixture
def case(another: Callable[..., Live], smtp: Mailbox) -> tuple[Live, str]:
    """A case of which everybody was told."""
    site = another(GIGDESK_MAIL_URL=smtp.url, GIGDESK_SUPPORT_EMAIL="help@market.example")
    party = {"userId": WORKER, "side": "worker", "name": "Wanda", "email": "wanda@mail.example"}
    headers = {
        "Authorization": f"Bearer {site.token('market', 'integration')}",
        "Content-Type": "application/json",
    }
    gig = json.dumps({"title": "Re-tile a shower wall", "parties": [party]}).encode()
    assert site.call("PUT", f"/api/gigs/{GIG}", gig, headers, by=None).status == 200
    report = site.report(forms.report(GIG)).json()["id"]
    to_reporter(site, report, "acknowledgement", "sent")
    return site, report


def noticed(site: Live, case: str, by: str = AGENT, *roles: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {site.token(by, *(roles or ('agent',)))}"}
    answer = site.call("GET", f"/api/cases/{case}/notices", headers=headers, by=None)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def to_reporter(site: Live, case: str, kind: str, state: str) -> dict[str, Any]:
    """The notice of this kind to the reporter, once it stands so."""
    found: list[dict[str, Any]] = []

    def is_there() -> bool:
        found[:] = [one for one in noticed(site, case) if one["kind"] == kind]
        return [one["state"] for one in found] == [state]

    assert eventually(is_there, 30), found
    assert found[0]["to"]["role"] == "reporter"
    return found[0]


def test_a_letter_that_is_put_off_and_then_taken_shows_both_attempts(
    case: tuple[Live, str], smtp: Mailbox
) -> None:
    site, of = case
    smtp.behaviour = "defer"
    do(site, AGENT, of, "messages", {"text": "We look into it.", "to": "reporter"})
    put_off = to_reporter(site, of, "message", "deferred")
    page = Agent(site, AGENT, of).look()
    assert "Deferred, tried again later" in page
    assert "w…@mail.example" in page
    assert "451 4.3.0 try again later" in page

    smtp.behaviour = "accept"
    sent = to_reporter(site, of, "message", "sent")

    history = sent["history"]
    assert len(history) == sent["attempts"]
    assert history[0] == put_off["history"][0]
    assert [one["state"] for one in history[-2:]] == ["deferred", "sent"]
    assert history[-1]["answer"] == sent["answer"] == "2.0.0 kept"
    page = Agent(site, AGENT, of).look()
    assert "wanda@mail.example" not in page
    assert re.search(r"451 4\.3\.0 try again later.*</ol>", page, re.S)


def test_a_letter_that_is_refused_for_good_is_said_to_have_failed(
    case: tuple[Live, str], smtp: Mailbox
) -> None:
    site, of = case
    smtp.behaviour = "refuse"
    do(site, AGENT, of, "messages", {"text": "We look into it.", "to": "reporter"})

    failed = to_reporter(site, of, "message", "failed")

    assert failed["answer"] == "550 5.1.1 no such mailbox here"
    assert failed["history"][-1]["state"] == "failed"
    page = Agent(site, AGENT, of).look()
    assert re.search(r"\d+ did not arrive", page)
    assert "550 5.1.1 no such mailbox here" in page

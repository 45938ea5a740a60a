"""Two reports of one matter become one case: staff see all files, each reporter learns what is theirs to know."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

import forms
import samples
from forms import File
from live import CLIENT, WORKER, Live, eventually
from raw import Answer
from servers.smtp import Mailbox

GIG = "gig-joined"
ROLES = {"ada": ("agent",), "lena": ("lead",)}
COLLEAGUE = "cleo"
PEOPLE = {WORKER: "wanda@mail.example", CLIENT: "carl@mail.example", COLLEAGUE: "cleo@mail.example"}
ATE = "The tray was chipped when I came; I have the words of the tiler."


class Desk:
    """A site with mail, and calls by whoever."""

    def __init__(self, site: Live, smtp: Mailbox) -> None:
        self.site, self.smtp = site, smtp
        parties = [
            {"userId": user, "side": side, "name": user.title(), "email": PEOPLE[user]}
            for user, side in ((WORKER, "worker"), (CLIENT, "client"), (COLLEAGUE, "worker"))
        ]
        gig = {"title": "Re-tile a shower wall", "parties": parties}
        assert self.call("market", "PUT", f"/api/gigs/{GIG}", gig, role="integration").status == 200

    def call(
        self, who: str, method: str, path: str, body: Mapping[str, object] | None = None, role: str = ""
    ) -> Answer:
        roles = (role,) if role else ROLES.get(who, ())
        headers: dict[str, str | int] = {"Authorization": f"Bearer {self.site.token(who, *roles)}"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
            headers["If-Match"] = "*"
        return self.site.call(method, path, data, headers, by=None)

    def report(self, by: str, issue_type: str = "quality.late", photo: bool = False) -> str:
        fields = forms.report(GIG) | {"issueType": issue_type, "description": ATE}
        files = [File(samples.jpeg(), "tray.jpg")] if photo else []
        answer = self.site.report(fields, files, by=by)
        assert answer.status == 201, answer.body
        return str(answer.json()["id"])

    def do(self, who: str, case: str, act: str, method: str = "POST", **body: object) -> Answer:
        return self.call(who, method, f"/api/cases/{case}/{act}", body)

    def see(self, who: str, case: str, part: str = "") -> Answer:
        return self.call(who, "GET", f"/api/cases/{case}{part}")

    def see_page(self, who: str, case: str) -> str:
        """The page of a case."""
        return self.call(who, "GET", f"/reports/{case}").body.decode()

    def has(self, who: str, case: str) -> tuple[object, ...]:
        """All that somebody gets of a case, and of their list."""
        answers = [self.see(who, case), self.see(who, case, "/events"), self.call(who, "GET", "/api/cases")]
        return tuple((answer.headers.get("etag"), answer.body) for answer in answers)

    def letter(self, to: str, part: str) -> str:
        """The text of the mail to this person with that in its subject or text, within ten seconds."""
        for _ in range(200):
            for found in self.smtp.letters:
                text = found.message.get_body(("plain",))
                assert text is not None
                whole = " ".join(f"{found.message['subject']} {text.get_content()}".split())
                if found.recipients == [PEOPLE[to]] and part in whole:
                    return whole
            time.sleep(0.05)
        raise AssertionError(f"no {part!r} to {to}: {[str(x.message['subject']) for x in self.smtp.letters]}")

    def asks_the_other_side(self, case: str, who: str = "ada") -> None:
        due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        self.do(who, case, "assignment", owner=who)
        asked = self.do(who, case, "request", to="respondent", text="Tell us your side.", due=due)
        assert asked.status == 200, asked.body

    def joined(self, case: str) -> list[dict[str, object]]:
        return list(self.see("ada", case, "/duplicates").json()["items"])

    def merged(self, case: str, into: str, who: str = "ada") -> None:
        assert self.do(who, case, "merge", into=into).status == 200
        assert eventually(lambda: case in self.see(who, into).json()["duplicates"])


@pytest.fixture
def desk(another: Callable[..., Live], smtp: Mailbox) -> Desk:
    return Desk(another(GIGDESK_MAIL_URL=smtp.url, GIGDESK_SUPPORT_EMAIL="help@market.example"), smtp)


def test_a_colleagues_report_is_joined_told_of_and_given_back(desk: Desk) -> None:
    primary, duplicate = desk.report(WORKER), desk.report(COLLEAGUE, photo=True)
    desk.letter(WORKER, "GD-")
    desk.letter(COLLEAGUE, "GD-")
    before = desk.has(WORKER, primary)

    desk.merged(duplicate, primary)

    assert desk.has(WORKER, primary) == before  # its reporter learns nothing of the other report
    [shown] = desk.joined(primary)
    [file] = shown["files"]  # type: ignore[misc]
    assert (shown["id"], shown["description"], file["name"]) == (duplicate, ATE, "tray.jpg")
    original = file["url"].partition("/api/")[2] + "/original?reason=the+same+matter"
    assert eventually(lambda: desk.call("ada", "GET", f"/api/{original}").status == 200)
    assert desk.call(WORKER, "GET", f"/api/{original}").status == 404
    assert desk.see("ada", duplicate).json()["mergedInto"] == primary
    theirs = desk.see(COLLEAGUE, duplicate).json()
    assert (theirs["closedReason"], theirs["mergedInto"], theirs["duplicates"]) == ("duplicate", None, [])
    assert "We tell you when that one moves" in desk.letter(COLLEAGUE, "joined to another")

    desk.do("ada", primary, "assignment", owner="ada")
    assert "A person is looking into it" not in desk.letter(COLLEAGUE, "In review")
    desk.do("ada", primary, "notes", text="Both of them again.")
    desk.do("ada", primary, "decision", disposition="upheld", reasons="The chat shows it.", notify="now")
    told = desk.letter(COLLEAGUE, "joined to is decided")
    assert "The report is upheld" in told
    assert "The chat shows it" not in told
    desk.letter(WORKER, "The chat shows it")

    reference = desk.see("ada", primary).json()["reference"]
    everything = str(desk.has(COLLEAGUE, duplicate)) + "".join(
        x.message.as_string() for x in desk.smtp.letters if x.recipients == [PEOPLE[COLLEAGUE]]
    )
    assert not [word for word in (primary, reference, "The chat", "Both of them") if word in everything]
    moved = [
        e for e in desk.see(COLLEAGUE, duplicate, "/events").json()["items"] if e["type"] == "primary.moved"
    ]
    assert [entry["data"] for entry in moved] == [
        {"status": "in_review", "disposition": None},
        {"status": "decided", "disposition": "upheld"},
    ]
    assert desk.see(COLLEAGUE, primary).status == 404
    page = desk.see_page(COLLEAGUE, duplicate)
    assert "The report that yours was joined to is decided" in page
    assert not [word for word in (primary, reference, "The chat", "Both of them") if word in page]

    assert desk.do("ada", duplicate, "merge", "DELETE").json()["status"] == "received"
    assert eventually(lambda: desk.see("ada", primary).json()["duplicates"] == [])
    assert desk.joined(primary) == []
    desk.do(WORKER, primary, "appeal", reason="I have more.")
    entries = len(desk.see(COLLEAGUE, duplicate, "/events").json()["items"])
    assert not eventually(
        lambda: len(desk.see(COLLEAGUE, duplicate, "/events").json()["items"]) > entries, seconds=1.5
    )


def test_who_reported_both_is_told_of_the_one_that_goes_on_and_not_twice(desk: Desk) -> None:
    primary, duplicate = desk.report(WORKER), desk.report(WORKER)
    desk.merged(duplicate, primary)
    desk.letter(WORKER, "joined to another")

    desk.do("ada", primary, "assignment", owner="ada")
    desk.do("ada", primary, "decision", disposition="upheld", reasons="The chat shows it.", notify="now")
    desk.letter(WORKER, "The chat shows it")

    types = [entry["type"] for entry in desk.see(WORKER, duplicate, "/events").json()["items"]]
    assert "primary.moved" not in types


def test_a_case_that_protects_its_reporter_takes_in_no_report_of_the_other_side(desk: Desk) -> None:
    shielded, other, own = (
        desk.report(WORKER, "harassment.verbal"),
        desk.report(CLIENT),
        desk.report(WORKER),
    )
    refused = desk.do("lena", other, "merge", into=shielded)
    assert (refused.status, refused.json()["code"]) == (409, "merge.hidden")
    assert desk.do("lena", own, "merge", into=shielded).status == 200


def test_who_was_asked_about_a_duplicate_learns_of_no_case_that_protects_its_reporter(desk: Desk) -> None:
    duplicate, shielded = desk.report(CLIENT), desk.report(CLIENT, "harassment.sexual")
    desk.asks_the_other_side(duplicate)
    before = desk.has(WORKER, duplicate)
    refused = desk.do("lena", duplicate, "merge", into=shielded)
    assert (refused.status, refused.json()["code"]) == (409, "merge.hidden")
    assert desk.has(WORKER, duplicate) == before


def test_whom_a_case_is_about_learns_of_it_by_being_asked_and_by_no_merge(desk: Desk) -> None:
    primary, duplicate = desk.report(CLIENT), desk.report(WORKER)
    before = desk.has(WORKER, duplicate)
    refused = desk.do("ada", duplicate, "merge", into=primary)
    assert (refused.status, refused.json().get("code")) == (409, "merge.hidden")
    assert desk.has(WORKER, duplicate) == before
    assert desk.see(WORKER, primary).status == 404

    desk.asks_the_other_side(primary)
    desk.merged(duplicate, primary)
    assert desk.see(WORKER, primary).json()["status"] == "waiting_respondent"
    assert desk.see(WORKER, duplicate).json()["closedReason"] == "duplicate"


def test_an_agent_sees_no_duplicate_of_a_queue_that_is_not_theirs(desk: Desk) -> None:
    primary, safety = desk.report(WORKER), desk.report(WORKER, "safety.conditions", photo=True)
    desk.merged(safety, primary, "lena")

    assert [x["id"] for x in desk.see("lena", primary, "/duplicates").json()["items"]] == [safety]
    assert desk.joined(primary) == []


def test_what_was_sent_is_shown_to_staff_with_masked_addresses(desk: Desk) -> None:
    case = desk.report(WORKER)
    desk.letter(WORKER, "GD-")
    desk.do("ada", case, "assignment", owner="ada")
    desk.letter(WORKER, "In review")

    def sent() -> list[dict[str, object]]:
        return list(desk.see("ada", case, "/notices").json()["items"])

    assert eventually(lambda: [x["state"] for x in sent()] == ["sent"] * 3)
    whom = {(str(x["kind"]), json.dumps(x["to"], ensure_ascii=False)) for x in sent()}
    wanda = json.dumps(
        {"role": "reporter", "name": "Wanda", "address": "w…@mail.example"}, ensure_ascii=False
    )
    support = json.dumps({"role": "support", "name": "", "address": None})
    assert whom == {("new_case", support), ("acknowledgement", wanda), ("status_change", wanda)}
    assert all(str(x["answer"]).startswith("2.0.0 kept") and x["attempts"] == 1 for x in sent())
    assert "wanda@" not in desk.see("ada", case, "/notices").body.decode()
    assert "wanda@" not in desk.site.whole_log

    desk.smtp.behaviour = "refuse"
    desk.do("ada", case, "messages", text="We look into it.")
    assert eventually(lambda: sent()[-1]["state"] == "failed")
    assert "no such mailbox here" in str(sent()[-1]["answer"])


@pytest.mark.parametrize("part", ["/notices", "/duplicates"])
def test_for_the_parties_there_is_no_such_address(desk: Desk, part: str) -> None:
    case = desk.report(WORKER)
    for who, roles in ((WORKER, ""), (CLIENT, ""), (WORKER, "lead"), (CLIENT, "lead")):
        answer = desk.call(who, "GET", f"/api/cases/{case}{part}", role=roles)
        assert (answer.status, answer.json()["code"]) == (404, "case.unknown")
    assert desk.call("paul", "GET", f"/api/cases/{case}{part}", role="auditor").status == 200

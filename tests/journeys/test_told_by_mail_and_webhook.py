"""Who waits is told: by mail in their language, and the marketplace's program by webhook."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from standardwebhooks import Webhook

import forms
import samples
from forms import File
from live import CLIENT, WORKER, Live, eventually
from servers.smtp import Letter, Mailbox

GIG, AGENT, OTHER = "gig-mail", "ada", "bert"
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, ok").decode()
STORY = "They never paid for the tiles, and I have the chat to show it."


class Hook(BaseHTTPRequestHandler):
    """The marketplace's program, which verifies what it is told."""

    told: list[dict[str, object]] = []  # noqa: RUF012 - of this test's server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Webhook(SECRET).verify(body, dict(self.headers))
        type(self).told.append({"id": self.headers["webhook-id"], **json.loads(body)})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def hook() -> Iterator[str]:
    Hook.told = []
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def site(another: Callable[..., Live], smtp: Mailbox, hook: str) -> Live:
    site = another(
        GIGDESK_MAIL_URL=smtp.url,
        GIGDESK_SUPPORT_EMAIL="help@market.example",
        GIGDESK_WEBHOOK_URL=hook,
        GIGDESK_WEBHOOK_SECRET=SECRET,
        GIGDESK_WEBHOOK_ALLOW="127.0.0.1",
    )
    gig = {
        "title": "Re-tile a shower wall",
        "parties": [
            {
                "userId": WORKER,
                "side": "worker",
                "name": "Wanda",
                "email": "wanda@mail.example",
                "locale": "es",
            },
            {
                "userId": CLIENT,
                "side": "client",
                "name": "Carl",
                "email": "carl@mail.example",
                "locale": "en",
            },
        ],
    }
    headers = {
        "Authorization": f"Bearer {site.token('market', 'integration')}",
        "Content-Type": "application/json",
    }
    assert site.call("PUT", f"/api/gigs/{GIG}", json.dumps(gig).encode(), headers, by=None).status == 200
    return site


def do(site: Live, who: str, case: str, act: str, body: dict[str, object]) -> None:
    roles = ("agent",) if who in (AGENT, OTHER) else ()
    headers = {"Authorization": f"Bearer {site.token(who, *roles)}", "If-Match": "*"}
    headers["Content-Type"] = "application/json"
    answer = site.call("POST", f"/api/cases/{case}/{act}", json.dumps(body).encode(), headers, by=None)
    assert answer.status in (200, 201), answer.body


def letter(smtp: Mailbox, to: str, part: str) -> Letter:
    """The mail to this address with that in its subject or text, within ten seconds."""
    for _ in range(200):
        for found in smtp.letters:
            text = found.message.get_body(("plain",))
            assert text is not None
            if found.recipients == [to] and part in found.message["subject"] + text.get_content():
                return found
        time.sleep(0.05)
    raise AssertionError(
        f"no {part!r} to {to}: {[(x.recipients, x.message['subject']) for x in smtp.letters]}"
    )


def test_each_step_is_told_to_whom_it_concerns_and_to_nobody_else(site: Live, smtp: Mailbox) -> None:
    report = forms.report(GIG) | {"issueType": "quality.late", "description": STORY}
    case = site.report(report).json()["id"]
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    letter(smtp, "help@market.example", "GD-")
    received = letter(smtp, "wanda@mail.example", "GD-")
    assert received.message["auto-submitted"]

    do(site, AGENT, case, "assignment", {"owner": AGENT})
    do(site, AGENT, case, "notes", {"text": "Third time this month."})
    do(site, AGENT, case, "request", {"to": "reporter", "text": "Which day was it?", "due": due})
    question = letter(smtp, "wanda@mail.example", "Which day was it?")
    assert f"/reports/{case}" in question.content.decode()
    do(site, WORKER, case, "messages", {"text": "It was Monday."})
    do(site, AGENT, case, "request", {"to": "respondent", "text": "What is your side?", "due": due})
    letter(smtp, "carl@mail.example", "What is your side?")
    do(site, CLIENT, case, "statement", {"text": "I was there on time."})
    do(
        site,
        AGENT,
        case,
        "decision",
        {"disposition": "upheld", "reasons": "The chat shows it.", "notify": "now"},
    )
    letter(smtp, "wanda@mail.example", "The chat shows it.")
    letter(smtp, "carl@mail.example", "The chat shows it.")
    do(site, CLIENT, case, "appeal", {"reason": "I have a witness."})
    again = {"disposition": "not_upheld", "reasons": "The witness is right.", "outcome": "overturned"}
    do(site, OTHER, case, "decision", again)
    letter(smtp, "wanda@mail.example", "The witness is right.")

    sent = "".join(found.message.as_string() for found in smtp.letters)
    for never in (
        "Third time",
        STORY,
        "It was Monday",
        "I was there on time",
        "I have a witness",
        "Bearer",
        "token=",
    ):
        assert never not in sent
    threads = {str(x.message["references"]) for x in smtp.letters if x.recipients == ["wanda@mail.example"]}
    assert len(threads) == 1

    told = eventually_told("case.decided", 2)
    statuses = [data["status"] for data in (t["data"] for t in told if t["type"] == "case.status_changed")]  # type: ignore[index]
    steps = "in_review waiting_reporter in_review waiting_respondent in_review decided appealed decided"
    assert sorted(statuses) == sorted(steps.split())
    assert [t["type"] for t in told].count("case.opened") == 1
    assert len({t["id"] for t in told}) == len(told)
    assert all(set(t["data"]) >= {"caseId", "reference", "status"} for t in told)  # type: ignore[call-overload]
    assert STORY not in json.dumps(told)


def eventually_told(kind: str, times: int) -> list[dict[str, object]]:
    """What the program was told, once it was told of this so many times and nothing more comes."""
    for _ in range(200):
        before = len(Hook.told)
        time.sleep(0.1)
        if [t["type"] for t in Hook.told].count(kind) >= times and len(Hook.told) == before and before >= 11:
            return list(Hook.told)
    raise AssertionError(Hook.told)


def test_a_program_that_is_away_keeps_no_mail_back(another: Callable[..., Live], smtp: Mailbox) -> None:
    away = another(
        GIGDESK_MAIL_URL=smtp.url,
        GIGDESK_WEBHOOK_URL="http://127.0.0.1:9/hook",
        GIGDESK_WEBHOOK_SECRET=SECRET,
        GIGDESK_WEBHOOK_ALLOW="127.0.0.1",
    )
    for n in range(5):
        away.report(forms.report("gig-1") | {"description": f"Report {n} of several."})
    for _ in range(100):
        if len(smtp.letters) >= 5:
            break
        time.sleep(0.1)
    assert len(smtp.letters) >= 5


@pytest.mark.parametrize("files", [[], [File(samples.jpeg())]], ids=["text", "photo"])
def test_who_was_never_here_before_is_told_that_their_first_report_arrived(
    another: Callable[..., Live], files: list[File]
) -> None:
    site = another()
    for who in ("first", "second"):
        site.put_gig(f"gig-of-{who}", who, CLIENT)
        person = {"name": who.title(), "email": f"{who}@mail.example", "email_verified": True}
        body = forms.form(forms.report(f"gig-of-{who}"), files)
        headers = {
            "Content-Type": forms.content_type(),
            "Authorization": f"Bearer {site.token(who, **person)}",
        }
        assert site.call("POST", "/api/report-issue", body, headers, by=None).status == 201
    told = "SELECT kind, state FROM notices WHERE kind = 'acknowledgement'"

    assert eventually(lambda: len(site.rows(told)) == 2)
    assert eventually(lambda: site.rows(told) == [("acknowledgement", "sent")] * 2)

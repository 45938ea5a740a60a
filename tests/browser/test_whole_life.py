"""A whole life in Chromium: report, a question by mail, the reply, the decision, an appeal, its end.

Jonas does everything on his phone. On his other device the page of the report stands open all the while and
is never loaded again: what happens must come to it by itself.
"""

import json
import uuid
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.test_report_form import PHOTO
from live import eventually
from servers.gigdesk import Site

pytestmark = pytest.mark.browser
GIG, AT = "gig-life", "jonas@mail.example"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("life"))
    site.environment["GIGDESK_BASE_URL"] = f"{site.base}/help"
    try:
        site.start()
        gig = {
            "title": "Re-tile a shower wall",
            "parties": [
                {"userId": "jonas", "side": "worker", "name": "Jonas Lindqvist", "email": AT},
                {"userId": "amara", "side": "client", "name": "Amara Okafor"},
            ],
        }
        token = site.token("market", "integration")
        status, _ = site.request("PUT", f"/api/gigs/{GIG}", json.dumps(gig).encode(), token=token)
        assert status in (200, 201, 204)
        yield site
    finally:
        site.close()


@pytest.fixture
def device(chromium, real):
    """Opens this path in a browser of its own, signed in as Jonas."""
    contexts, complaints = [], []

    def open_at(path, **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Jonas Lindqvist"}
        token = real.token("jonas", seconds=120, **claims)
        page.goto(f"{real.base}/help/sign-in?token={token}&next={path}")
        return page

    yield open_at
    assert complaints == []
    for context in contexts:
        context.close()


def letters(real):
    """What has been mailed to Jonas, newest last: subject and text."""
    files = sorted((real.folder / "mail").rglob("*"), key=lambda path: path.stat().st_mtime)
    read = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files if f.is_file()]
    return [(m["subject"], m.get_body(("plain",)).get_content()) for m in read if AT in str(m["to"])]


def mailed(real, subject, within=""):
    return eventually(lambda: any(subject in s and within in text for s, text in letters(real)), 20)


def staff(real, who, case, act, **body):
    """What a member of staff does by API."""
    answer = real.request(
        "POST",
        f"/api/cases/{case}/{act}",
        json.dumps(body).encode(),
        token=real.token(who, "agent"),
        If_Match="*",
    )
    assert answer[0] in (200, 201), answer


def is_shown(page, text):
    """It comes to a page that nobody loads again."""
    page.get_by_text(text).first.wait_for(timeout=15_000)
    return page.loads == 1


def test_from_report_to_appeal_with_a_second_device_that_follows(real, device):
    phone = device(f"/gigs/{GIG}/report-issue", viewport={"width": 360, "height": 740})
    phone.locator("summary", has_text="Pay").first.click()
    if not phone.get_by_label("I have not been paid").is_visible():
        phone.locator("summary", has_text="Payment").click()
    phone.get_by_label("I have not been paid").check()
    phone.get_by_label("What happened?").fill("The wall is done, and the pay never came.")
    phone.get_by_label("Choose files").set_input_files([PHOTO])
    phone.get_by_role("button", name="Send report").click()
    phone.wait_for_url("**/help/reports/*")
    case = phone.url.rpartition("/")[2]
    assert mailed(real, "we have your report")

    laptop = device(f"/reports/{case}")
    laptop.loads = 1
    laptop.on("load", lambda page: setattr(page, "loads", page.loads + 1))
    assert eventually(lambda: phone.request.get(f"{real.base}/help/api/cases/{case}").ok)

    staff(real, "ada", case, "assignment", owner="ada")
    assert is_shown(laptop, "In review")
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    staff(real, "ada", case, "request", to="reporter", text="On which day was the work done?", due=due)
    assert is_shown(laptop, "On which day was the work done?")
    assert mailed(real, "your reply is needed", "On which day was the work done?")

    phone.goto(f"{real.base}/help/reports/{case}")
    phone.get_by_role("textbox", name="Your reply").fill("On Monday, see the photo.")
    phone.get_by_role("button", name="Send reply").click()
    phone.get_by_text("Your reply was sent.").wait_for()
    assert is_shown(laptop, "On Monday, see the photo.")

    reasons = "The chat shows an agreed sum, and it was paid."
    staff(real, "ada", case, "decision", disposition="not_upheld", reasons=reasons, notify="now")
    assert is_shown(laptop, reasons)
    assert mailed(real, "a decision", reasons)

    phone.reload()
    phone.locator("summary", has_text="Appeal").click()
    phone.get_by_role("textbox", name="What is wrong with the decision").fill("That sum was for another job.")
    phone.get_by_role("button", name="Send appeal").click()
    phone.get_by_text("Your appeal was sent.").wait_for()
    assert is_shown(laptop, "Under appeal")

    again = "A second look says the same."
    outcome = {"outcome": "upheld", "disposition": "not_upheld", "reasons": again}
    staff(real, "bert", case, "decision", **outcome)
    assert is_shown(laptop, again)
    assert mailed(real, "the outcome of the appeal", again)

    phone.reload()
    phone.get_by_role("button", name="Accept the decision").click()
    assert is_shown(laptop, "Closed")
    assert Axe().run(laptop).response["violations"] == []

"""A report through a real site under a path, in Chromium, with script and without."""

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.test_report_form import PHOTO
from servers.gigdesk import Site

pytestmark = pytest.mark.browser
GIG = "gig-7"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journey")
    running = Site(folder)
    running.environment["GIGDESK_BASE_URL"] = f"{running.base}/help"
    running.environment["GIGDESK_BRAND_NAME"] = "Nearhand"
    try:
        running.start()
        running.put_gig(GIG, "jonas", "amara")
        yield running
    finally:
        running.close()


@pytest.fixture(params=["with script", "without script"])
def client(chromium, real, request):
    """The client of the gig, signed in by a hand-over from the marketplace, at the form."""
    context = chromium.new_context(java_script_enabled=request.param == "with script")
    page = context.new_page()
    page.complaints, page.scripted = [], request.param == "with script"
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Amara Okafor"}
    token = real.token("amara", seconds=120, **claims)
    page.goto(f"{real.base}/help/sign-in?token={token}&next=/gigs/{GIG}/report-issue")
    yield page
    assert page.complaints == []
    context.close()


def choose(page, name):
    if not page.get_by_label(name).is_visible():
        page.locator("summary", has_text="Damage or loss").click()
    page.get_by_label(name).check()


def test_a_report_with_a_photo_is_received_and_stands_in_the_list(client, real):
    assert client.url == f"{real.base}/help/gigs/{GIG}/report-issue"
    choose(client, "Something was damaged")
    client.get_by_label("What happened?").fill("<b>Three scratches</b> & more")
    client.get_by_label("Choose files").set_input_files([PHOTO])
    client.get_by_role("button", name="Send report").click()
    client.wait_for_url("**/help/reports/*")
    assert client.get_by_role("heading", name="We have your report").is_visible()
    assert "<b>Three scratches</b> & more" in client.locator("main").inner_text()
    assert "floor.png" in client.locator(".files").inner_text().replace("\n", "")
    reference = client.locator("#reference").inner_text()
    if client.scripted:
        assert Axe().run(client).response["violations"] == []
    address = client.get_by_role("link", name="Download receipt").get_attribute("href")
    receipt = client.request.get(f"{real.base}{address}")
    assert receipt.ok
    client.get_by_role("link", name="My reports").first.click()
    assert reference in client.locator("main").inner_text()


def test_a_mistake_is_shown_and_the_text_is_kept(client):
    client.get_by_label("What happened?").fill("Only a text")
    client.get_by_role("button", name="Send report").click()
    client.locator("#summary").get_by_text("Choose what it is about").wait_for()
    assert client.get_by_label("What happened?").input_value() == "Only a text"
    client.complaints.clear()  # a page of status 422 is an error to the console


def test_the_link_to_more_help_opens_the_safety_form(client):
    client.get_by_role("link", name="More help and a quick way out").click()
    assert client.get_by_role("heading", name="Your safety comes first").is_visible()
    client.get_by_label("Tell us what happened").fill("I am not safe here.")
    client.get_by_role("button", name="Send to the safety team").click()
    client.wait_for_url("**/help/reports/*")
    assert "specialist" in client.locator("main").inner_text()


def test_signing_out_forgets_the_draft_and_the_session(client, real):
    if client.scripted:
        client.get_by_label("What happened?").fill("Half a story")
        client.get_by_text("Saved on this device").wait_for()
        client.on("dialog", lambda dialog: dialog.accept())
    client.get_by_role("button", name="Sign out").click()
    client.get_by_role("heading", name="You are signed out").wait_for()
    if client.scripted:
        assert client.evaluate("Object.keys(localStorage)") == []
    client.goto(f"{real.base}/help/reports")
    client.complaints.clear()  # 401 is an error to the console
    assert client.get_by_role("heading", name="Sign in first").is_visible()

"""The page of a case follows what happens, in Chromium: beside an agent, through proxies, over a restart."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

import forms
from live import eventually
from servers.gigdesk import MANY, Site
from servers.proxy import Proxy

pytestmark = pytest.mark.browser
GIG = "gig-live"
HIDE = """h => { Object.defineProperty(document, 'hidden', {get: () => h, configurable: true});
  document.dispatchEvent(new Event('visibilitychange')) }"""
SOON = 20_000  # ms; the server looks every two seconds


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    running = Site(tmp_path_factory.mktemp("live"))
    running.environment["GIGDESK_BASE_URL"] = f"{running.base}/help"
    running.environment |= {
        "GIGDESK_RATE_GIG": MANY,
        "GIGDESK_RATE_PERSON": MANY,
        "GIGDESK_DAILY_CAP": "1000",
    }
    try:
        running.start()
        running.put_gig(GIG, "jonas", "amara")
        yield running
    finally:
        running.close()


@pytest.fixture
def proxy(real):
    with Proxy(real.port) as running:
        yield running


@pytest.fixture
def case(real):
    return opened(real)


def opened(real, issue_type="quality.late", by="amara"):
    body = forms.form(forms.report(GIG) | {"issueType": issue_type})
    status, answer = real.request(
        "POST",
        "/help/api/report-issue",
        body,
        token=real.token(by, name="Amara Okafor"),
        Content_Type=forms.content_type(),
    )
    assert status == 201, answer
    return re.search(rb'"id":"([^"]+)"', answer)[1].decode()


class Desk:
    """An agent who works by the API."""

    def __init__(self, real, case):
        self.real, self.case = real, case
        self.do("assignment", '{"owner": "ada"}')

    def do(self, act, body):
        status, answer = self.real.request(
            "POST",
            f"/help/api/cases/{self.case}/{act}",
            body.encode(),
            token=self.real.token("ada", "agent", name="Ada"),
            If_Match="*",
        )
        assert status in (200, 201), answer

    def write(self, text):
        self.do("messages", f'{{"to": "reporter", "text": "{text}"}}')

    def ask(self, text, of="reporter"):
        due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        self.do("request", f'{{"to": "{of}", "text": "{text}", "due": "{due}"}}')


@pytest.fixture
def visit(chromium, real):
    """Sign somebody in and open the page of a case, perhaps at another port."""
    contexts = []

    def opens(case, sub="amara", port=None, language="en-GB", **context_options):
        context = chromium.new_context(locale=language, **context_options)
        contexts.append(context)
        page = context.new_page()
        claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Amara Okafor"}
        token = real.token(sub, seconds=120, **claims)
        page.goto(f"{real.base}/help/sign-in?token={token}&next=/reports/{case}")
        if port:
            page.goto(f"http://127.0.0.1:{port}/help/reports/{case}")  # a cookie knows no port
        page.locator("#live").wait_for(state="attached")
        return page

    yield opens
    for context in contexts:
        context.close()


def follows(page):
    """Wait until it listens: a change between drawing and listening is told as well, but later."""
    with page.expect_response(lambda r: r.url.endswith("/events")):
        page.reload()


def faults(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"]) for v in found]


def heard(page):
    return page.locator("#live").inner_text()


def test_what_the_desk_does_is_seen_without_loading_and_nothing_is_lost(real, case, visit):
    desk = Desk(real, case)
    desk.write("We have begun.")
    page = visit(case)
    page.evaluate("window.same = true")
    page.locator("summary", has_text="Write a message").click()
    box = page.get_by_role("textbox", name="Your message")
    box.fill("I am half way thr")
    box.evaluate("e => e.setSelectionRange(4, 7)")
    place = box.evaluate("e => e.getBoundingClientRect().top")

    desk.write("Can you hear us?")

    page.get_by_text("Can you hear us?").wait_for(timeout=SOON)
    assert page.evaluate("window.same")
    assert box.input_value() == "I am half way thr"
    assert box.evaluate("e => [e === document.activeElement, e.selectionStart, e.selectionEnd]") == [
        True,
        4,
        7,
    ]
    assert abs(box.evaluate("e => e.getBoundingClientRect().top") - place) < 2
    assert page.locator("details", has=box).get_attribute("open") is not None
    assert heard(page) == "There is a new message."
    assert faults(page) == []


def test_a_question_is_told_and_the_text_goes_to_the_box_that_takes_its_place(real, case, visit):
    desk = Desk(real, case)
    page = visit(case, color_scheme="dark", viewport={"width": 320, "height": 640})
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("It was Monday")

    desk.ask("Which day?")

    reply = page.get_by_role("textbox", name="Your reply")
    reply.wait_for(timeout=SOON)
    assert reply.input_value() == "It was Monday"
    assert heard(page) == "Now: Needs your reply. You are asked something."
    assert page.title().startswith("Needs your reply: ")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.get_by_role("button", name="Send reply").click()
    told = page.get_by_role("status")
    told.wait_for()
    assert told.inner_text().strip() == "Your reply was sent."
    assert told.evaluate("e => e === document.activeElement")
    assert "It was Monday" in page.locator("#p-entries").inner_text()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_both_parties_see_the_decision_at_once_in_their_language(real, case, visit):
    desk = Desk(real, case)
    desk.ask("What is your side?", of="respondent")
    reporter, respondent = visit(case, language="es-ES"), visit(case, sub="jonas")
    box = respondent.get_by_role("textbox", name="Your side")
    box.fill("I was on time.")
    respondent.get_by_role("button", name="Send your side").click()
    respondent.get_by_text("Your answer was sent.").wait_for()

    desk.do("decision", '{"disposition": "upheld", "reasons": "The photos show it.", "notify": "now"}')

    for page in (reporter, respondent):
        page.get_by_text("The photos show it.").wait_for(timeout=SOON)
    assert "Decidido" in reporter.locator(".pill").first.inner_text()
    assert faults(reporter) == []
    assert "Amara" not in respondent.locator("#p-entries").inner_text()


def test_a_draft_survives_a_reload_and_is_gone_when_it_was_sent(real, case, visit):
    Desk(real, case)
    page = visit(case)
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("Not finished")
    page.get_by_text("Saved on this device").wait_for()
    page.reload()
    box = page.get_by_role("textbox", name="Your message")
    assert box.input_value() == "Not finished"
    page.get_by_role("button", name="Send message").click()
    page.get_by_text("Your message was sent.").wait_for()
    assert page.evaluate("Object.keys(localStorage)") == []
    page.reload()
    page.locator("summary", has_text="Write a message").click()
    assert page.get_by_role("textbox", name="Your message").input_value() == ""


def test_of_safety_nothing_is_kept_on_the_device(real, visit):
    page = visit(opened(real, "safety.conditions"))
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("He is here")
    page.locator("body").press("Tab")
    page.wait_for_timeout(600)  # longer than the pause after which drafts are kept
    assert page.evaluate("Object.keys(localStorage)") == []
    page.on("dialog", lambda dialog: dialog.accept())


def test_what_is_sent_on_an_old_version_shows_the_new_and_keeps_the_text(real, case, visit, proxy):
    desk = Desk(real, case)
    page = visit(case, port=proxy.port)
    page.locator("summary", has_text="Withdraw this report").click()
    page.get_by_role("textbox", name="Why?").fill("We agreed")
    page.get_by_label("Yes, I want to withdraw it").check()
    proxy.silence("/events", case)  # nor does the page ask for itself before the form is sent
    proxy.cut()
    desk.write("One more thing.")

    page.get_by_role("button", name="Withdraw this report").click()

    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "The report has changed meanwhile" in alert.inner_text()
    assert alert.evaluate("e => e === document.activeElement")
    assert "One more thing." in page.locator("#p-entries").inner_text()
    assert page.get_by_role("textbox", name="Why?").input_value() == "We agreed"
    assert faults(page) == []


def test_a_form_is_sent_once_however_often_it_is_pressed(real, case, visit, proxy):
    Desk(real, case)
    page = visit(case, port=proxy.port)
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("Once")
    proxy.hold("POST")
    button = page.get_by_role("button", name="Send message")
    for _ in range(3):
        button.evaluate("e => e.click()")
    page.locator(".on-its-way").wait_for()
    assert button.get_attribute("aria-disabled") == "true"
    assert faults(page) == []
    assert proxy.seen("POST") == 1
    proxy.release()
    page.get_by_text("Your message was sent.").wait_for()
    assert page.locator("#p-entries").get_by_text("Once", exact=True).count() == 1


def test_a_broken_line_keeps_the_text_and_says_so(real, case, visit, proxy):
    Desk(real, case)
    page = visit(case, port=proxy.port)
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("Through the tunnel")
    proxy.refuse(True)
    proxy.cut()
    page.get_by_role("button", name="Send message").click()
    page.get_by_role("alert").get_by_text("the line broke").wait_for()
    bar = page.locator("#offline")
    bar.get_by_text("Not connected. We try again.").wait_for(timeout=SOON)
    assert faults(page) == []
    proxy.refuse(False)
    bar.wait_for(state="hidden", timeout=60_000)
    assert heard(page) == "Connected again."
    page.get_by_role("button", name="Send message").click()
    page.get_by_text("Your message was sent.").wait_for()


def test_a_restart_of_the_server_is_outlived(real, case, visit):
    desk = Desk(real, case)
    page = visit(case)
    page.evaluate("window.same = true")
    follows(page)
    page.evaluate("window.same = true")
    real.kill()
    real.start()
    desk.write("We are back.")
    page.get_by_text("We are back.").wait_for(timeout=60_000)
    assert page.evaluate("window.same")
    page.locator("#offline").wait_for(state="hidden")


@pytest.mark.parametrize("trouble", ["cut_after", "cut_after_head", "silence"])
def test_a_proxy_that_cuts_or_holds_streams_does_not_keep_news_away(real, case, visit, proxy, trouble):
    desk = Desk(real, case)
    getattr(proxy, trouble)("/events")
    page = visit(case, port=proxy.port)
    # It asks, since no stream comes through; the first time perhaps before the visit has returned.
    assert eventually(lambda: proxy.seen("GET", f"/api/cases/{case}"), SOON / 1000)
    desk.write("Through the keyhole.")
    page.get_by_text("Through the keyhole.").wait_for(timeout=90_000)
    assert page.locator("#offline").is_hidden()


def test_who_is_signed_out_or_shut_out_is_told(real, case, visit):
    desk = Desk(real, case)
    page = visit(case)
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("Still here")
    page.context.clear_cookies()
    desk.write("Somebody there?")
    page.locator("#offline").get_by_text("You were signed out").wait_for(timeout=SOON)
    assert page.get_by_role("textbox", name="Your message").input_value() == "Still here"
    page.get_by_role("button", name="Send message").click()
    page.get_by_role("alert").get_by_text("You were signed out").wait_for()
    assert faults(page) == []


def test_who_signs_in_again_goes_on_where_they_were(real, case, visit):
    desk = Desk(real, case)
    page = visit(case)
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("Still here")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    desk.write("Somebody there?")
    page.locator("#offline").get_by_text("You were signed out").wait_for(timeout=SOON)
    page.context.add_cookies(cookies)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("Somebody there?").wait_for(timeout=SOON)
    page.locator("#offline").wait_for(state="hidden")
    assert page.get_by_role("textbox", name="Your message").input_value() == "Still here"


def test_on_a_device_of_two_nothing_of_one_is_shown_to_the_other(real, case, visit):
    desk = Desk(real, case)
    desk.ask("What is your side?", of="respondent")
    page = visit(case)
    page.locator("summary", has_text="Write a message").click()
    page.get_by_role("textbox", name="Your message").fill("Only mine")
    claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Jonas Lindqvist"}
    other = real.token("jonas", seconds=120, **claims)
    signed = page.request.post(
        f"{real.base}/help/sign-in", form={"token": other}, headers={"Origin": real.base}, max_redirects=0
    )
    assert signed.status in (200, 303)
    if signed.status == 200:  # it asks whether to switch
        page.request.post(f"{real.base}/help/sign-out", headers={"Origin": real.base}, max_redirects=0)
        claims["jti"] = str(uuid.uuid4())
        other = real.token("jonas", seconds=120, **claims)
        page.request.post(
            f"{real.base}/help/sign-in", form={"token": other}, headers={"Origin": real.base}, max_redirects=0
        )
    desk.write("For Amara alone.")
    page.get_by_role("heading", name="We want to hear your side").wait_for(timeout=SOON)
    assert page.get_by_role("textbox", name="Your side").input_value() == ""
    shown = page.locator("main").inner_text()
    assert forms.DESCRIPTION not in shown
    assert "For Amara alone." not in shown


def test_it_waits_as_long_as_it_is_told(case, visit, real):
    page = visit(case)
    page.clock.install()
    asked = []

    def busy(route):
        asked.append(route.request.url)
        route.fulfill(status=429, headers={"Retry-After": "100"}, body="")

    page.route("**/events", busy)
    with page.expect_request("**/events"):
        page.reload()
    page.clock.fast_forward(95_000)
    assert len(asked) == 1
    with page.expect_request("**/events"):
        page.clock.fast_forward(10_000)


def test_a_tab_that_nobody_looks_at_lets_go(case, visit, real):
    desk = Desk(real, case)
    page = visit(case)
    page.clock.install()
    follows(page)
    page.evaluate(HIDE, True)
    with page.expect_event("requestfailed", lambda r: r.url.endswith("/events")):
        page.clock.fast_forward(301_000)
    desk.write("While you were away.")
    page.evaluate(HIDE, False)
    page.get_by_text("While you were away.").wait_for(timeout=SOON)


def test_a_hidden_tab_is_marked_in_its_title(real, case, visit):
    desk = Desk(real, case)
    page = visit(case)
    page.evaluate(HIDE, True)
    desk.write("Look here.")
    page.get_by_text("Look here.").wait_for(timeout=SOON)
    assert page.title().startswith("New: GD-")
    page.evaluate(HIDE, False)
    assert page.title().startswith("GD-")


def test_news_below_the_screen_is_reached_by_keyboard(real, case, visit):
    desk = Desk(real, case)
    for number in range(8):
        desk.write(f"Line {number}. " + "More words. " * 30)
    page = visit(case, viewport={"width": 360, "height": 640})
    desk.write("The newest of all.")
    news = page.locator("#news")
    news.wait_for(timeout=SOON)
    assert "There is a new message." in news.inner_text()
    assert page.evaluate("scrollY") == 0
    assert faults(page) == []
    link = news.get_by_role("link", name="Show")
    link.focus()
    page.keyboard.press("Enter")
    news.wait_for(state="hidden")
    assert page.get_by_text("The newest of all.").evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_the_receipt_is_printed_light_on_one_or_two_sheets(real, case, visit, tmp_path):
    page = visit(case, color_scheme="dark")
    page.get_by_role("link", name="Show receipt").click()
    page.get_by_role("heading", name="Receipt", exact=True).wait_for()
    page.wait_for_load_state()  # a heading is there before the sheet of its page
    colour = (
        "getComputedStyle(document.body).color + getComputedStyle(document.documentElement).backgroundColor"
    )
    dark = page.evaluate(colour)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(colour) != dark
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    assert page.get_by_role("button", name="Print").is_hidden()
    for paper in ("A4", "Letter"):
        sheet = page.pdf(format=paper)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 2


def test_everything_is_downloaded_from_the_page(real, case, visit):
    page = visit(case)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download everything").click()
    assert re.fullmatch(r"report-GD-\w{4}-\w{5}\.zip", started.value.suggested_filename)

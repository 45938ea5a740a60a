"""The list of reports, for who comes back to it: what happened meanwhile is there, in Chromium."""

import re
import uuid

import pytest

import forms
from browser.test_live_page import HIDE, SOON, Desk, faults, real

__all__ = ["real"]
pytestmark = pytest.mark.browser
A_WHILE = 31_000  # ms


@pytest.fixture
def amara(real, chromium):
    """The list of somebody new, who has so many reports; nobody looks for the time that passes by itself."""
    contexts = []

    def opens(reports, **options):
        who = f"amara-{uuid.uuid4().hex[:8]}"
        gig = f"gig-{who}"
        real.put_gig(gig, "jonas", who)
        cases = [reported(real, gig, who) for _ in range(reports)]
        context = chromium.new_context(locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.clock.install()
        claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Amara Okafor"}
        token = real.token(who, seconds=120, **claims)
        page.goto(f"{real.base}/help/sign-in?token={token}&next=/reports")
        page.get_by_role("heading", name="My reports").wait_for()
        page.evaluate("window.same = true")
        return page, cases

    yield opens
    for context in contexts:
        context.close()


def reported(real, gig, who):
    body = forms.form(forms.report(gig) | {"issueType": "quality.late"})
    status, answer = real.request(
        "POST", "/help/api/report-issue", body, token=real.token(who), Content_Type=forms.content_type()
    )
    assert status == 201, answer
    return re.search(rb'"id":"([^"]+)"', answer)[1].decode()


def away(page, milliseconds, meanwhile=lambda: None):
    """Look at another tab for so long."""
    page.evaluate(HIDE, True)
    meanwhile()
    page.clock.fast_forward(milliseconds)
    page.evaluate(HIDE, False)


def test_who_comes_back_after_a_while_sees_what_is_new_where_they_were(real, amara):
    page, cases = amara(14, viewport={"width": 800, "height": 500})
    looked_at = page.locator(f"#c-{cases[4]} h3 a")
    looked_at.scroll_into_view_if_needed()
    looked_at.focus()
    place = looked_at.evaluate("e => e.getBoundingClientRect().top")
    assert page.evaluate("scrollY") > 8
    untouched = page.locator(f"#c-{cases[8]}").element_handle()

    away(page, A_WHILE, lambda: Desk(real, cases[-1]).ask("Which day was it?"))

    page.locator(f"#c-{cases[-1]}", has_text="New message").wait_for(timeout=SOON)
    assert page.evaluate("window.same"), "it was not loaded anew"
    assert page.evaluate("document.activeElement.href").endswith(cases[4])
    assert abs(looked_at.evaluate("e => e.getBoundingClientRect().top") - place) < 2
    assert untouched.evaluate("e => e.isConnected"), "what has not changed is the same element"
    assert page.locator("#live").inner_text() == "Your reports were brought up to date."
    assert re.fullmatch(r"\d+ \w+ \d{4}", page.locator(f"#c-{cases[-1]} time").last.inner_text())
    assert faults(page) == []


def test_the_link_that_has_the_focus_keeps_it_though_its_line_is_other(real, amara):
    page, [case] = amara(1)
    page.locator(f"#c-{case} h3 a").focus()

    away(page, A_WHILE, lambda: Desk(real, case).write("We have begun."))

    page.locator(f"#c-{case}", has_text="New message").wait_for(timeout=SOON)
    assert page.evaluate("document.activeElement.href").endswith(case)


def test_a_glance_elsewhere_fetches_nothing_and_what_is_the_same_is_not_told(real, amara):
    page, _ = amara(1)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    away(page, 5_000)
    page.evaluate("new Promise(done => requestAnimationFrame(done))")
    assert asked == []

    with page.expect_response(lambda answer: answer.url.endswith("/reports")) as answered:
        away(page, A_WHILE)
    answered.value.finished()
    assert page.locator("#live").inner_text() == ""
    assert page.evaluate("window.same")


def test_who_is_signed_out_meanwhile_is_led_to_sign_in_and_sees_no_reports(real, amara):
    page, [case] = amara(1)

    away(page, A_WHILE, page.context.clear_cookies)

    page.locator(f"#c-{case}").wait_for(state="detached", timeout=SOON)
    assert not page.evaluate("window.same")


def test_on_a_device_of_two_the_list_of_one_is_not_mixed_with_that_of_the_other(real, amara):
    page, [case] = amara(1)
    other = page.context.new_page()
    claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Jonas"}
    page.context.clear_cookies()
    other.goto(f"{real.base}/help/sign-in?token={real.token('jonas', seconds=120, **claims)}&next=/reports")

    away(page, A_WHILE)

    page.get_by_text("Signed in as Jonas").wait_for()
    assert not page.evaluate("window.same")
    assert page.locator(f"#c-{case}").count() == 0


def test_without_a_line_the_list_stays_and_is_fetched_the_next_time(real, amara):
    page, [case] = amara(1)
    page.context.set_offline(True)
    away(page, A_WHILE, lambda: Desk(real, case).write("We have begun."))
    assert page.locator(f"#c-{case}").count() == 1

    page.context.set_offline(False)
    away(page, A_WHILE)

    page.locator(f"#c-{case}", has_text="New message").wait_for(timeout=SOON)


def test_without_script_it_is_the_page_that_it_was(real, amara):
    page, [case] = amara(1)
    plain = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    shown = plain.new_page()
    shown.goto(f"{real.base}/help/reports")
    assert shown.locator(f"#c-{case}").count() == 1
    assert shown.locator("#live").inner_text() == ""
    plain.close()

"""Twenty cases worked through without a mouse: taken up one after the other, and something done with each."""

import pytest

from browser.desk_site import DeskSite
from browser.test_desk_list import SAID, TYPES
from live import RAISED, Live, eventually

pytestmark = pytest.mark.browser
CASES = 20


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    live = Live(tmp_path_factory.mktemp("triage"), RAISED)
    try:
        yield DeskSite.start(live)
    finally:
        live.close()


def decide(page):
    page.keyboard.press("d")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("The photos show it.")
    page.keyboard.press("Control+Enter")
    page.locator(".pill[data-status=decided]").wait_for()


def ask(page):
    page.keyboard.press("q")
    page.keyboard.type("On which day was it?")
    page.keyboard.press("Control+Enter")
    page.locator(".pill[data-status=waiting_reporter]").wait_for()


def note(page):
    page.keyboard.press("n")
    page.keyboard.type("Looks like the one of last week.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=note]", has_text="last week").wait_for()
    page.keyboard.press("Escape")


def reply(page):
    page.keyboard.press("r")
    page.keyboard.type("Thank you, we look into it.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=message]", has_text="look into it").wait_for()
    page.keyboard.press("Escape")


def snooze(page):
    page.keyboard.press("z")
    page.locator("#move-snooze:modal").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator("[data-flag=snoozed]").wait_for()


DEEDS = (decide, ask, note, reply, snooze)


def test_twenty_cases_are_triaged_by_keys_alone(desk, chromium):
    cases = {desk.case(TYPES[n % 5], files=0, text=f"{SAID[n % 5]} Number {n}.") for n in range(CASES)}
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = desk.open(context, next(iter(cases)))
    open_list = f"{desk.live.base}/help/desk?q=is:open+is:unassigned"
    assert eventually(lambda: page.request.get(open_list).text().count("data-row") == CASES)
    done = set()

    page.keyboard.press("g")
    page.keyboard.press("c")
    page.locator("[data-list]").wait_for()
    for n in range(CASES):
        page.keyboard.press("g")
        page.keyboard.press("n")
        page.wait_for_url("**/desk/cases/**")
        page.locator("html[data-scripted]").wait_for(state="attached")
        case = page.url.split("/desk/cases/")[1][:36]
        assert case in cases - done  # never one that is dealt with
        page.keyboard.press("a")
        page.keyboard.press("a")
        page.locator("#case-owner", has_text="You").wait_for()
        DEEDS[n % len(DEEDS)](page)
        done.add(case)
        page.keyboard.press("g")
        page.keyboard.press("c")
        page.locator("[data-list]").wait_for()

    assert done == cases
    assert page.request.get(open_list).text().count("data-row") == 0
    statuses = [desk.api("priya", "GET", case)["status"] for case in cases]
    assert {s: statuses.count(s) for s in set(statuses)} == {
        "decided": 4,
        "waiting_reporter": 4,
        "in_review": 12,
    }
    assert page.complaints == []
    context.close()

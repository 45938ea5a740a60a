"""The settings of the desk in Chromium: reached by keys, and silent for axe at every width."""

import sqlite3
import time
from contextlib import closing

import pytest

from browser.test_desk_list import desk, site  # noqa: F401 - fixtures
from browser.test_looks import JUDGED, OVERFLOW, SMALL, VIEWS, faults
from live import eventually

pytestmark = pytest.mark.browser
PATHS = tuple(
    f"/desk/{path}"
    for path in (
        *("settings", "settings/outbox", "settings/log", "settings/staff", "settings/log?kind=rules.kept"),
        *("macros", "macros/new", "settings/rules", "settings/routing", "settings/routing/new"),
        *("settings/queues", "settings/queues/safety", "settings/types", "settings/types/quality.late"),
    )
)


@pytest.fixture(scope="module")
def parked(site):  # noqa: F811
    """Timers that were given up, as effects are that fail for good."""
    with closing(sqlite3.connect(site.folder / "gigdesk.db", timeout=10)) as database, database:
        database.execute(
            "UPDATE effects SET parked_at = ?, reason = 'mail.refused' WHERE id IN"
            " (SELECT id FROM effects WHERE kind = 'wake' LIMIT 3)",
            (time.time_ns() // 1000,),
        )


def administer(desk, path="/desk/settings", **options):  # noqa: F811
    return desk(path, who="rosa", role="admin", **options)


def test_a_parked_effect_is_tried_again_by_keys_alone(desk, site, parked):  # noqa: F811
    page = desk("/desk", who="rosa", role="admin")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/desk/settings")
    page.get_by_role("main").get_by_role("link", name="Parked effects").press("Enter")
    page.get_by_role("button", name="Try again").first.press("Enter")

    page.locator(".toast", has_text="1 effect is due now.").wait_for()
    page.goto(f"{site.base}/desk/settings/log")
    assert eventually(lambda: "Rosa · Tried again what was parked" in page.locator("main").inner_text())


def test_a_canned_reply_is_written_looked_at_removed_and_brought_back(desk, site):  # noqa: F811
    page = administer(desk, "/desk/macros")
    page.keyboard.press("n")
    page.get_by_label("Name").fill("Thanks for the photos")
    page.get_by_label("Text in English").fill("Thank you, {repotrer}.")
    page.get_by_role("button", name="Keep the canned reply").click()
    page.locator("#text_en-error", has_text="There is no {repotrer}").wait_for()
    assert faults(page) == []
    page.get_by_label("Text in English").fill("Thank you, {reporter}.")
    page.get_by_role("button", name="See how it reads").click()
    page.get_by_text("Thank you, Amara Okafor.").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Keep the canned reply").click()
    page.get_by_role("link", name="Thanks for the photos").click()
    page.get_by_role("button", name="Remove it").click()
    page.locator(".toast", has_text="removed").wait_for()
    page.keyboard.press("u")
    page.get_by_role("link", name="Thanks for the photos").wait_for()
    assert faults(page) == []


def test_a_rule_is_tried_and_what_is_wrong_reads_well(desk, site):  # noqa: F811
    page = administer(desk, "/desk/settings/routing/new", **VIEWS["narrow"])
    page.get_by_label("And the report has one of these words").fill("oak")
    page.get_by_label("Then it goes to the queue").select_option("safety")
    page.get_by_role("button", name="Try it on the last 1,000 reports").click()
    page.get_by_role("heading", name="It would have matched 1 of the last 5 reports.").wait_for()
    assert page.evaluate(OVERFLOW) <= 0
    assert faults(page) == []
    page.goto(f"{site.base}/desk/settings/rules")
    page.get_by_label("The document, as TOML").fill("[queue]\n")
    page.get_by_role("button", name="Keep the rules").click()
    page.get_by_text("1: “queue” is no key here.").wait_for()
    assert page.evaluate(OVERFLOW) <= 0
    assert faults(page) == []


@pytest.mark.parametrize(
    ("view", "locale"), [*((name, "en") for name in VIEWS), ("narrow", "es"), ("desktop", "es")]
)
def test_every_page_reads_well(desk, site, parked, view, locale):  # noqa: F811
    page = administer(desk, locale=locale, reduced_motion="reduce", **VIEWS[view])
    for path in PATHS:
        page.goto(f"{site.base}{path}")
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(SMALL) == [], path
        if (view, locale) in JUDGED:
            assert faults(page) == [], path


def test_pages_read_well_with_text_at_200_percent(desk, site, parked):  # noqa: F811
    page = administer(desk, viewport={"width": 640, "height": 800})
    for path in PATHS:
        page.goto(f"{site.base}{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(OVERFLOW) <= 0, path

"""The figures of the desk in Chromium: drawn, told as tables, leading to their cases, and silent for axe."""

import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest

from browser.test_looks import JUDGED, OVERFLOW, SMALL, VIEWS, faults
from past import site_with_a_past

pytestmark = pytest.mark.browser
CASES = 600
FIGURES = "/desk/figures"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = site_with_a_past(tmp_path_factory.mktemp("figures"), CASES)
    yield running
    running.close()


@pytest.fixture
def desk(chromium, site):
    """Opens the figures in a browser of its own, signed in; nothing may be said to the console."""
    contexts, complaints = [], []

    def open_at(path=FIGURES, role="lead", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": "Lena"}
        page.goto(f"{site.base}/sign-in?token={site.token('lena', role, seconds=120, **claims)}")
        page.goto(f"{site.base}{path}")
        return page

    yield open_at
    assert [said for said in complaints if "422" not in said] == []
    for context in contexts:
        context.close()


def query(page):
    return parse_qs(urlsplit(page.url).query)["q"][0]


def painted(page, plot):
    """How many different colours a drawing has."""
    return page.evaluate(
        """plot => {
            const canvas = document.querySelector(`[data-plot="${plot}"] canvas`);
            const { width, height } = canvas;
            const bytes = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            const seen = new Set();
            for (let at = 0; at < bytes.length; at += 4)
                if (bytes[at + 3] > 250) seen.add(`${bytes[at]},${bytes[at + 1]},${bytes[at + 2]}`);
            return seen.size;
        }""",
        plot,
    )


def test_every_drawing_is_painted_and_told_in_words(desk):
    page = desk()

    for plot in ("replies", "ages", "days"):
        assert painted(page, plot) > 3
        told = page.locator(f'[data-plot="{plot}"]').get_attribute("aria-label")
        assert re.search(r"\d", told)


def test_a_table_is_one_tap_away_and_its_numbers_lead_to_their_cases(desk):
    page = desk(f"{FIGURES}?from=2026-01-01&to=2026-11-29")
    plot = page.locator(".plot", has=page.locator('[data-plot="days"]'))
    assert not plot.get_by_role("table").is_visible()

    plot.get_by_text("Show as a table").click()

    cell = plot.locator("td a").filter(has_text=re.compile(r"^[1-9]\d*$")).first
    count = cell.inner_text()
    cell.click()
    page.wait_for_url("**/desk?q=*")
    assert re.fullmatch(r"(opened|decided):\d{4}-\d\d-\d\d", query(page))
    assert page.locator("[data-row]").count() == int(count)


def test_a_point_says_what_it_is_and_leads_to_its_cases(desk):
    page = desk()
    section = page.locator(".plot", has=page.locator('[data-plot="ages"]'))
    over = section.locator(".u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()

    page.mouse.move(box["x"] + box["width"] - 40, box["y"] + box["height"] / 2)
    assert "under 2 d" in section.locator("[data-now]").inner_text()
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + box["height"] / 2)

    page.wait_for_url("**/desk?q=*")
    assert query(page).startswith("backlog:")
    assert page.locator("[data-row]").count() > 0


def test_the_address_is_the_view(desk):
    page = desk()
    page.get_by_label("Queue", exact=True).select_option("payments")
    page.get_by_label("Issue type", exact=True).select_option("payment.*")
    page.get_by_role("button", name="Show figures").click()

    page.wait_for_url("**queue=payments*")
    assert "type=payment" in page.url
    assert page.get_by_label("Queue", exact=True).input_value() == "payments"
    assert page.locator("table", has_text="By queue").locator("tbody tr").count() == 1
    page.locator(".tile a").first.click()
    page.wait_for_url("**/desk?q=*")
    assert query(page).startswith("queue:payments type:payment.* backlog:")


def test_keys_lead_there(desk):
    page = desk("/desk")
    page.keyboard.press("g")
    page.keyboard.press("f")

    page.wait_for_url(f"**{FIGURES}")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "from"


def test_drawings_follow_the_colours_of_the_night(desk):
    page = desk(color_scheme="light")
    before = page.locator('[data-plot="days"] canvas').evaluate("canvas => canvas.toDataURL()")

    page.emulate_media(color_scheme="dark")

    page.wait_for_function(
        "before => document.querySelector('[data-plot=\"days\"] canvas').toDataURL() !== before", arg=before
    )


def test_without_script_there_are_numbers_and_tables(desk):
    page = desk(java_script_enabled=False)

    assert page.locator(".tile dd.big").count() == 7
    assert not page.locator(".drawing").first.is_visible()
    page.get_by_text("Show as a table").first.click()
    assert page.get_by_role("table").first.is_visible()


@pytest.mark.parametrize(
    ("view", "locale"), [*((name, "en") for name in VIEWS), ("narrow", "es"), ("desktop", "es")]
)
def test_every_state_reads_well(desk, site, view, locale):
    page = desk(locale=locale, reduced_motion="reduce", **VIEWS[view])
    for path in ("", "?from=2026-06-01&to=2026-11-29", "?from=then", "?from=2020-01-01&to=2020-01-02"):
        page.goto(f"{site.base}{FIGURES}{path}")
        for summary in page.locator(".plot summary").all():
            summary.click()
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(SMALL) == [], path
        if (view, locale) in JUDGED:
            assert faults(page) == [], path

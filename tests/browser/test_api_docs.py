"""The page of the API in Chromium: by keyboard, on paper, copied, and at every width. Axe looks in ``test_looks``."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import site

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 768, 1280)
SIDEWAYS = """() => [...document.querySelectorAll('body, body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && !e.closest('pre, .skip, .unseen') && (box.right > innerWidth + 1 || box.left < -1)
}).map(e => e.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def shown():
    with site.running() as running:
        yield running.state("api-docs")


@pytest.fixture
def opened(chromium, shown):
    contexts = []

    def open_page(width=1280, **more):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 800}, **more))
        page = contexts[-1].new_page()
        page.goto(shown)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_with_everything_unfolded_nothing_stands_out_sideways_nor_to_axe(opened, width, scheme):
    page = opened(width, color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(SIDEWAYS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if (width, scheme) not in ((WIDTHS[0], "light"), (WIDTHS[-1], "dark")):
        return
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_the_contents_are_a_column_on_wide_screens_and_stand_first_on_narrow_ones(opened):
    for width, is_column in ((1280, True), (360, False)):
        page = opened(width)
        contents = page.get_by_role("navigation", name="Contents").bounding_box()
        main = page.get_by_role("main").bounding_box()
        assert (contents["x"] + contents["width"] < main["x"]) is is_column
        assert (contents["y"] + contents["height"] <= main["y"]) is not is_column


@pytest.mark.parametrize("has_script", [True, False])
def test_the_keyboard_reaches_the_contents_and_what_they_lead_to(opened, has_script):
    page = opened(java_script_enabled=has_script)
    focused = page.locator(":focus")
    page.keyboard.press("Tab")
    assert focused.inner_text() == "Skip to main content"
    page.keyboard.press("Tab")
    assert focused.inner_text().strip() == "Contents"
    for _ in range(80):
        page.keyboard.press("Tab")
        if "Insert or replace a gig" in focused.inner_text():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**#operation-putGig")
    box = page.locator("#operation-putGig").bounding_box()
    assert 0 <= box["y"] < 200
    page.keyboard.press("Tab")
    assert focused.get_attribute("href") == "#operation-putGig"


def test_a_refusal_unfolds_by_keyboard_without_script(opened):
    page = opened(java_script_enabled=False)
    summary = page.locator("#operation-putGig summary", has_text="refusals")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#operation-putGig").get_by_text("Another method is needed.").is_visible()


def test_a_call_is_selected_and_copied_in_one_piece(opened):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    call = page.locator("#operation-putGig-curl")
    whole = call.text_content()
    call.click(position={"x": 20, "y": 30})
    selected = page.evaluate("getSelection().toString()")
    assert selected.strip() == whole.strip()
    page.locator("#operation-putGig").get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == whole.strip()


def test_on_paper_everything_is_unfolded(opened):
    page = opened()
    assert not page.get_by_text("Another method is needed.").last.is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("Another method is needed.").last.is_visible()
    assert not page.get_by_role("button", name="Copy").first.is_visible()

"""Every state of every page: no word lost sideways, no target too small, nothing for axe, no broken policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import site, states

pytestmark = pytest.mark.browser

VIEWS = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LARGE = """() => [...document.querySelectorAll('svg[viewBox="0 0 20 20"]')].filter(
  e => e.getBoundingClientRect().width > 64).map(e => e.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('button, input, select, summary, a.button')].filter(e => {
  const b = (e.closest('label') || e).getBoundingClientRect();
  return e.type !== 'hidden' && b.width && b.height && (b.width < 24 || b.height < 24) }).map(e => e.outerHTML)"""


@pytest.fixture(scope="module")
def shown():
    with site.running() as running:
        yield running


@pytest.fixture
def view(chromium, request):
    context = chromium.new_context(**VIEWS[request.param], reduced_motion="reduce")
    page = context.new_page()
    page.complaints, page.name = [], request.param
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    yield page
    context.close()


# Where axe looks: both widths and both colour schemes. Elsewhere words and sizes are judged alone.
JUDGED = {("narrow", "en"), ("dark", "en")}


def faults(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"]) for v in found]


@pytest.mark.parametrize(
    ("view", "language"),
    [*((name, "en") for name in VIEWS), ("narrow", "es"), ("desktop", "es")],
    indirect=["view"],
)
def test_every_state_reads_well(shown, view, language):
    for state in states.STATES:
        view.goto(shown.state(state, language))
        assert view.evaluate(OVERFLOW) <= 0, state
        assert view.evaluate(SMALL) == [], state
        assert view.evaluate(LARGE) == [], state
        if (view.name, language) in JUDGED:
            assert faults(view) == [], state
    if language == "en":
        view.goto(shown.state("report-errors"))
        view.evaluate("document.documentElement.dir = 'rtl'")
        assert view.evaluate(OVERFLOW) <= 0
    assert view.complaints == []


def test_pages_read_well_with_text_at_200_percent(shown, chromium):
    page = chromium.new_page(viewport={"width": 640, "height": 800})
    for state in states.STATES:
        page.goto(shown.state(state))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(OVERFLOW) <= 0, state
    page.close()

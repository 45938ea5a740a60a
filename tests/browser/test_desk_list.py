"""The list of the desk in Chromium: by keyboard alone, with news that never move a row, and silent for axe."""

import json
import uuid

import pytest

import forms
from browser.test_looks import JUDGED, OVERFLOW, SMALL, VIEWS, faults
from live import GIG, RAISED, Live, eventually

pytestmark = pytest.mark.browser
SAID = (
    "The oak floor is scratched.",
    "Nobody came.",
    "I was charged twice.",
    "He was late.",
    "The lamp is broken.",
)
TYPES = ("property.damage", "no_show.worker", "payment.overcharged", "quality.late", "property.damage")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = Live(tmp_path_factory.mktemp("desk"), RAISED)
    try:
        running.open()
        for said, kind in zip(SAID, TYPES, strict=True):
            case = report(running, said, kind)
        label(running, case)
        yield running
    finally:
        running.close()


def report(site, said, kind="quality.late"):
    fields = forms.report(GIG) | {"issueType": kind, "description": said}
    answer = site.report(fields, by="carl")
    assert answer.status == 201, answer.body
    return answer.json()["id"]


def label(site, case):
    """The longest row that there is: above the ordinary, and with more tags than find room."""
    for act, body in (
        ("priority", {"priority": "urgent"}),
        ("tags", {"add": ["bank", "insurance:over-1000", "a-tag-that-goes-on-and-on"]}),
    ):
        sent = json.dumps(body).encode()
        status, _ = site.request("POST", f"/api/cases/{case}/{act}", sent, token=site.token("lena", "lead"))
        assert status == 200


@pytest.fixture
def desk(chromium, site):
    """Opens a page of the desk in a browser of its own, signed in."""
    contexts, complaints = [], []

    def open_at(path="/desk", who="ada", role="agent", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": who.title()}
        token = site.token(who, role, seconds=120, **claims)
        page.goto(f"{site.base}/sign-in?token={token}")
        page.goto(f"{site.base}{path}")
        return page

    yield open_at
    assert [said for said in complaints if "422" not in said] == []
    for context in contexts:
        context.close()


def ready(page, site):
    """The list, once all reports are on it."""

    def loaded():
        page.goto(page.url)
        return page.locator("[data-row]").count() >= len(SAID)

    assert eventually(loaded)


def here(page):
    """The row that has the focus."""
    return page.evaluate("document.activeElement.closest('[data-row]')?.id ?? ''")


def test_rows_are_walked_selected_and_opened_by_keys(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest")
    ready(page, site)
    rows = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id)")

    page.keyboard.press("j")
    assert here(page) == rows[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert here(page) == rows[1]
    assert not page.locator("[data-bulk]").is_visible()
    page.keyboard.press("x")
    assert page.locator("[data-selected]").inner_text() == "1 selected"
    assert page.locator("[data-bulk]").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("[data-bulk]").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    page.go_back()
    assert here(page) == rows[1]


def test_one_key_takes_a_case_over_and_another_takes_that_back(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest")
    ready(page, site)
    page.keyboard.press("j")
    row = here(page)

    page.keyboard.press("a")

    toast = page.locator(".toast")
    toast.wait_for()
    assert "1 case is yours now." in toast.inner_text()
    assert "You" in page.locator(f"#{row} .c-owner").inner_text()
    page.keyboard.press("u")
    page.locator(".toast", has_text="back with who had it").wait_for()
    assert "Nobody" in page.locator(f"#{row} .c-owner").inner_text()


def test_several_are_done_after_a_dry_run(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest", who="bert")
    ready(page, site)
    for key in ("j", "x", "j", "x", "z"):
        page.keyboard.press(key)

    page.get_by_role("heading", name="Snooze").wait_for()
    assert page.locator('[data-outcome="yes"]').count() == 2
    page.keyboard.press("Enter")

    page.locator(".toast", has_text="2 cases are snoozed").wait_for()
    page.keyboard.press("u")
    page.locator(".toast", has_text="2 cases are back").wait_for()


def test_what_is_chosen_is_judged_at_once_and_a_reply_is_read_before_it_is_sent(desk, site):
    page = desk("/desk/macros/new")
    page.fill("#name", "We look into it")
    page.fill("#text_en", "Thank you. We look into {reference}.")
    page.get_by_role("button", name="Keep the canned reply").click()
    page.goto(f"{site.base}/desk?q=is%3Aopen+sort%3Anewest")
    ready(page, site)
    for key in ("j", "x", "j", "x", "m"):
        page.keyboard.press(key)

    page.get_by_role("heading", name="Canned reply").wait_for()
    assert page.evaluate("document.activeElement.id") == "choice"
    assert page.locator("[data-outcome=open]").count() == 2
    assert page.get_by_role("button", name="Send the reply").count() == 0
    page.keyboard.type("We look")  # as in every native list

    page.locator("[data-outcome=yes]").nth(1).wait_for()
    assert page.evaluate("document.activeElement.id") == "choice"  # the focus stayed
    page.locator(".deed-reply summary").first.click()
    assert "Thank you. We look into GD-" in page.locator(".deed-says").first.inner_text()
    page.get_by_role("button", name="Send the reply: 2 cases").press("Enter")
    toast = page.locator(".toast", has_text="2 replies are sent.")
    toast.wait_for()
    assert toast.get_by_role("button").count() == 0


def test_every_deed_is_found_by_the_palette_and_in_the_menu_of_more(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest", who="lena", role="lead")
    ready(page, site)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_label("More to do with them").press("Enter")
    page.locator(".bulk .more [value=release]").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(".bulk .more [value=release]").is_visible()
    assert page.locator("[data-selected]").inner_text() == "1 selected"  # the menu alone was left

    for deed in ("Let go", "Write a note…", "Assign…"):
        page.keyboard.press("Control+k")
        page.keyboard.type(deed.rstrip("…"))
        page.locator("[role=option]", has_text=deed).wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.locator("#text").wait_for()
    page.keyboard.type("The same lamp as last week.")
    page.keyboard.press("Control+Enter")
    page.locator(".toast", has_text="1 note is saved.").wait_for()


def test_rows_are_compact_by_their_button_alone(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest")
    ready(page, site)
    rows = page.locator("table.rows")
    page.locator('.rows [name="case"]').first.check()
    assert rows.get_attribute("data-density") == "comfortable"

    page.get_by_role("button", name="Compact rows").click()

    assert rows.get_attribute("data-density") == "compact"
    assert page.get_by_role("button", name="Compact rows").get_attribute("aria-pressed") == "true"


def test_filters_are_typed_and_taken_away_by_keys(desk, site):
    page = desk()
    ready(page, site)
    page.keyboard.press("/")
    page.keyboard.type("type:property.*")
    page.keyboard.press("Enter")
    page.wait_for_url("**type%3Aproperty*")
    assert page.locator("[data-row]").count() == 2

    page.keyboard.press("/")
    page.keyboard.press("Backspace")

    page.wait_for_function("!location.search.includes('property')")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.get_by_role("heading", name="Unassigned").wait_for()


def test_news_wait_behind_a_button_and_rows_stay(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest")
    ready(page, site)
    page.clock.install()
    page.goto(page.url)
    page.keyboard.press("j")
    before = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id)")
    case = report(site, "Something new came.")
    news = f"{site.base}/desk/news?q=is:open+sort:newest"
    assert eventually(lambda: case in page.request.get(news).text())

    page.clock.run_for(21_000)

    page.locator("#fresh:visible").wait_for()
    assert "Show" in page.locator("#fresh").inner_text()
    assert page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id)") == before
    assert here(page) == before[0]
    page.keyboard.press(".")
    page.locator(f"#case-{case}").wait_for()


def test_keys_can_be_switched_off_and_rest_while_typing(desk, site):
    page = desk()
    ready(page, site)
    page.keyboard.press("/")
    page.keyboard.type("jjx")
    assert page.locator("#q").input_value() == "jjx"
    assert here(page) == ""
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert here(page) == ""


STATES = {
    "list": ("/desk", ()),
    "selected": ("/desk", ("j", "x")),
    "found": ("/desk?q=oak", ()),
    "wrong": ("/desk?with=is%3Aopen&q=typ%3Ax", ()),
    "nothing": ("/desk?q=is%3Aopen+xylophon", ()),
    "keys": ("/desk", ("?",)),
    "palette": ("/desk", ("Control+k",)),
}


DRY_RUNS = {"assign": "", "snooze": "own", "close": "duplicate", "note": ""}


@pytest.mark.parametrize(("view", "locale"), sorted(JUDGED))
def test_every_state_reads_well(desk, site, view, locale):
    page = desk(locale=locale, reduced_motion="reduce", **VIEWS[view])
    ready(page, site)
    for name, (path, keys) in STATES.items():
        page.goto(f"{site.base}{path}")
        for key in keys:
            page.keyboard.press(key)
        assert page.evaluate(OVERFLOW) <= 0, name
        assert page.evaluate(SMALL) == [], name
        assert faults(page) == [], name


def test_every_dry_run_reads_well(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Anewest", who="lena", role="lead", locale="es", **VIEWS["narrow"])
    ready(page, site)
    for deed, choice in DRY_RUNS.items():
        page.goto(f"{site.base}/desk?q=is%3Aopen+sort%3Anewest")
        page.locator('.rows [name="case"]').first.check()
        button = page.locator(f'.bulk [value="{deed}"]')
        if not button.is_visible():
            page.locator(".bulk .more summary").click()
        button.click()
        page.locator("#about").wait_for()
        if choice:
            page.locator(f"#choice-{choice}").check()
            page.locator("#own:visible").wait_for()
        assert page.evaluate(OVERFLOW) <= 0, deed
        assert page.evaluate(SMALL) == [], deed
        assert faults(page) == [], deed


def test_the_palette_finds_a_case_by_its_words_and_opens_it(desk, site):
    case = report(site, "My umbrella with the parrot handle is gone.")
    page = desk()
    ready(page, site)
    assert eventually(lambda: case in page.request.get(f"{site.base}/api/search?q=parrot").text())

    page.keyboard.press("Control+k")
    page.keyboard.type("parrot handle")
    page.locator("[role=option]", has_text="umbrella").wait_for()
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/desk/cases/{case}")


def test_the_palette_finds_views_and_people_from_any_page(desk, site):
    page = desk("/desk/figures")
    page.locator("html[data-scripted]").wait_for(state="attached")
    page.keyboard.press("Control+k")
    page.keyboard.type("unassig")
    page.locator("[role=option]", has_text="Unassigned").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?q=*is%3Aunassigned*")

    page.locator("html[data-scripted]").wait_for(state="attached")
    name = page.locator(".account-who b").text_content()
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    page.locator("[role=option]", has_text=name).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?q=*owner%3A*")


def test_from_a_case_the_next_of_the_list_is_a_key_away_also_after_a_form(desk, site):
    page = desk("/desk?q=is%3Aopen+sort%3Aoldest")
    ready(page, site)
    rows = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id.slice(5))")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{rows[1]}*")
    place = page.locator("#around-place")
    assert place.inner_text() == f"2 of {len(rows)}"

    page.keyboard.press("n")
    page.keyboard.type("Seen.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=note]", has_text="Seen.").wait_for()
    assert place.inner_text() == f"2 of {len(rows)}"
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/cases/{rows[2]}*")
    page.keyboard.press("k")
    page.wait_for_url(f"**/desk/cases/{rows[1]}*")
    page.keyboard.press("Escape")
    page.wait_for_url("**/desk?q=is%3Aopen+sort%3Aoldest")
    assert here(page) == f"case-{rows[1]}"

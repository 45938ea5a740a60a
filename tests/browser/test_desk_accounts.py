"""Accounts of staff in Chromium: invited, come in by a link and a second step, shut out; with and without script."""

import pytest

from browser.test_desk_list import desk, site  # noqa: F401 - fixtures
from browser.test_desk_settings import administer
from browser.test_looks import JUDGED, OVERFLOW, SMALL, VIEWS, faults
from desk import PASSWORD, account, code_of, staff

pytestmark = pytest.mark.browser


@pytest.fixture
def other(chromium):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_who_is_invited_comes_in_and_is_out_at_the_next_click_when_disabled(desk, site, other, scripted):  # noqa: F811
    login = f"pal{scripted}@desk.example".lower()
    page = administer(desk, "/desk/settings/staff", java_script_enabled=scripted)
    if scripted:
        page.keyboard.press("n")
    else:
        page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail").fill(login)
    page.get_by_label("Name").fill("Pál Novák")
    page.get_by_role("checkbox", name="Lead also assigns").check()
    page.get_by_role("button", name="Make the account and its link").click()
    link = page.locator("#link").inner_text()
    assert page.get_by_role("button", name="Copy the link").is_visible() is scripted

    other.goto(link)
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_label("Password, once more").fill(PASSWORD)
    other.get_by_role("button", name="Choose this password").click()
    other.get_by_label("E-mail").fill(login)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("link", name="Settings").click()
    assert other.get_by_role("heading", level=1).inner_text() == "Settings"

    page.get_by_role("link", name="To the account of Pál Novák").click()
    page.get_by_role("button", name="Disable the account").click()
    page.get_by_role("button", name="Enable the account").wait_for()
    other.get_by_role("link", name="Cases").click()
    assert other.url.startswith(f"{site.base}/desk/sign-in?next=")


def test_a_second_step_is_set_up_and_used(chromium, site):  # noqa: F811
    login = account(site, "second@desk.example")
    context = chromium.new_context(**VIEWS["narrow"])
    page, complaints = context.new_page(), []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    come_in(page, site, login)
    page.goto(f"{site.base}/desk/sessions")
    page.get_by_role("link", name="Set up a second step").click()
    assert page.get_by_role("img", name="QR code of the key below").bounding_box()["width"] > 150
    secret = page.locator("#key").inner_text().replace(" ", "")
    page.get_by_label("Code from your authenticator").fill(code_of(secret))
    page.get_by_role("button", name="Switch it on").click()
    assert page.get_by_role("status").inner_text().startswith("Your second step is on.")
    codes = page.locator("#codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()

    come_in(page, site, login)
    assert page.get_by_role("heading", level=1).inner_text() == "Your code"
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[3].upper().replace("-", " "))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/desk")
    assert complaints == []
    context.close()


def come_in(page, site, login):  # noqa: F811
    page.goto(f"{site.base}/desk/sign-in")
    page.get_by_label("E-mail").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="module")
def paths(site):  # noqa: F811
    """Accounts in each state that their pages show."""
    shut = account(site, "olle@desk.example", "auditor", "--name", "Olle Berg")
    staff(site, "disable", shut)
    staff(site, "add", f"{'long' * 12}@desk.example", "--role", "agent", "--name", "L" * 60, "--invite")
    ids = [
        own.removeprefix("desk:") for (own,) in site.rows("SELECT id FROM staff_accounts WHERE enabled = 0")
    ]
    ids += [
        own.removeprefix("desk:") for (own,) in site.rows("SELECT id FROM staff_accounts WHERE password = ''")
    ]
    return [f"/desk/settings/staff{more}" for more in ("", "/new", f"/{ids[0]}", f"/{ids[-1]}")]


@pytest.mark.parametrize(("view", "locale"), [*((name, "en") for name in VIEWS), ("narrow", "es")])
def test_every_page_reads_well(desk, site, paths, view, locale):  # noqa: F811
    page = administer(desk, locale=locale, reduced_motion="reduce", **VIEWS[view])
    for path in paths:
        page.goto(f"{site.base}{path}")
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(SMALL) == [], path
        if (view, locale) in JUDGED:
            assert faults(page) == [], path
    page.goto(f"{site.base}/desk/settings/staff/new")
    page.locator("#login").fill(f"{view.replace(' ', '')}{locale}@desk.example")
    page.locator("#name").fill("Pál")
    page.locator("main .button.main").click()  # no role: said at the boxes
    assert page.locator("#roles-error").is_visible()
    assert page.evaluate(OVERFLOW) <= 0
    if (view, locale) in JUDGED:
        assert faults(page) == []
    page.locator("[name=role_agent]").check()
    page.locator("main .button.main").click()
    assert page.locator("#link").is_visible()
    assert page.evaluate(OVERFLOW) <= 0
    if (view, locale) in JUDGED:
        assert faults(page) == []

"""The door of the desk in Chromium: with and without script, by password and by work account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from desk import PASSWORD, account, staff
from live import Live
from servers import provider as servers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[servers.Provider]:
    with servers.running() as provider:
        yield provider


@pytest.fixture(scope="module")
def site(provider: servers.Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder: Path = tmp_path_factory.mktemp("door")
    site = Live(
        folder,
        {
            "GIGDESK_OIDC_ISSUER": provider.url,
            "GIGDESK_OIDC_CLIENT_ID": servers.CLIENT_ID,
            "GIGDESK_OIDC_CLIENT_SECRET": servers.CLIENT_SECRET,
        },
    )
    site.start()
    account(site, "mira@desk.example", "agent", "--name", "Mira Sandoval")
    yield site
    site.close()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_a_password_leads_to_the_page_that_was_wanted_and_out_again(site: Live, page: Page) -> None:
    page.goto(f"{site.base}/desk/sessions")
    page.get_by_label("E-mail").fill("mira@desk.example")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    assert "E-mail or password is wrong." in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail").input_value() == "mira@desk.example"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    assert page.url == f"{site.base}/desk/sessions"
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("Chrome, Linux")
    assert page.get_by_text("This browser").count() == 1
    page.get_by_role("button", name="Sign out", exact=True).click()
    assert page.get_by_role("status").inner_text() == "You are signed out."
    page.goto(f"{site.base}/desk/sessions")
    assert page.url.startswith(f"{site.base}/desk/sign-in?next=")


def test_a_first_password_is_chosen_and_used(site: Live, page: Page, request: pytest.FixtureRequest) -> None:
    login = f"new{len(request.node.name)}@desk.example"
    page.goto(staff(site, "add", login, "--role", "lead", "--invite").strip())
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password, once more").fill("short")
    page.get_by_role("button", name="Choose this password").click()
    assert "at least 12 characters" in page.get_by_role("alert").inner_text()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Choose this password").click()
    assert page.get_by_role("status").inner_text() == "Your password is set. Sign in with it."
    page.get_by_label("E-mail").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.base}/desk/sessions")
    assert page.get_by_role("button", name="Sign out here").count() == 1


def test_a_work_account_leads_there_and_back(site: Live, page: Page, provider: servers.Provider) -> None:
    page.goto(f"{site.base}/desk/sessions")
    page.get_by_role("link", name="Continue with your work account").click()
    assert page.url == f"{site.base}/desk/sessions"
    assert "With a work account" in page.inner_text("main")
    assert provider.refused == []


def test_keys_alone_are_enough(site: Live, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.base}/desk/sign-in?next=/desk/sessions")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("mira@desk.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/desk/sessions")
    context.close()

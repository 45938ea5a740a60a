"""Chromium through Playwright's synchronous interface, using the browser that the system installed."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from servers import Missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: containers and CI run as root. The rest keeps the browser from talking to anyone but us.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
)


def find() -> str:
    """The path of the installed browser; ``GIGDESK_TEST_CHROMIUM`` names another. Raises Missing."""
    named = os.environ.get("GIGDESK_TEST_CHROMIUM")
    found = named or next((path for path in map(shutil.which, NAMES) if path), None)
    if not found:
        raise Missing("no Chromium found (apt install chromium)")
    return found


def running() -> Iterator["Browser"]:
    """A browser until the generator is closed. Raises Missing."""
    executable = find()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()

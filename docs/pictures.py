"""Take the pictures of the documents anew, of the demo as it runs: ``python docs/pictures.py`` (needs Chromium)."""

import io
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CASES = 3_000
OUT = Path(__file__).resolve().parent / "pictures"
TEXT = (
    "While cutting tiles in the hallway, the cutter was dragged over the oak floor. There are three deep scratches "
    "of about 60 cm, right by the front door.\n\nJonas saw them when he packed up."
)


@contextmanager
def demo() -> Iterator[tuple[str, Path]]:
    """The address of a fresh demo, and the photo that it makes."""
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-pictures-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gigdesk", "demo", "--port", str(port), "--folder", str(folder)]
    command += ["--cases", str(CASES)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.match(r"gigdesk serves (\S+)", line):
                yield found[1], folder / "photo.jpg"
                break
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


def fill(page: Page, photo: Path) -> None:
    """The form as somebody leaves it just before sending."""
    page.locator(".choice", has_text="Something was damaged").click()
    page.get_by_label("What was damaged?").fill("Oak floor in the hallway")
    page.get_by_label("What would repair cost?").fill("240.00")
    page.get_by_label("Currency").select_option("GBP")
    page.get_by_label("What happened?").fill(TEXT)
    page.get_by_label("Choose files").set_input_files([photo])
    page.locator("#file-list img").wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def keep(page: Page, name: str) -> None:
    """One picture, of the whole page, in 256 colours."""
    save(page.screenshot(full_page=True), name)


def view(page: Page, name: str) -> None:
    """The same of what stands in the window."""
    save(page.screenshot(), name)


def save(picture: bytes, name: str) -> None:
    """Keep it in 256 colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(256)
    image.save(OUT / f"{name}.png", optimize=True)


def signed_in(browser: Browser, address: str, *, width: int, scheme: str) -> tuple[BrowserContext, Page]:
    """The form, before the client of the demo."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{address}/demo?as=client")
    return context, page


def work(browser: Browser, address: str, *, scheme: str = "light") -> None:
    """The desk, before its agent: a list, a case of it with a note, its decision, the palette."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/demo?as=agent")
    page.goto(f"{address}/desk?q=is:open+-is:snoozed")
    for key in ("j", "x", "j", "x", "j"):
        page.keyboard.press(key)
    view(page, "desk-list")
    page.goto(f"{address}/desk?q=is:open+waiting:desk+is:unassigned+sort:newest")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    page.locator("#form-claim button").click()
    page.locator(".entry", has_text="You took the case").wait_for()
    page.keyboard.press("n")
    page.keyboard.type("Third case with them since August. Ask for the quote before a decision.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=note]").last.wait_for()
    page.wait_for_timeout(500)
    view(page, "desk-case")
    page.keyboard.press("d")
    page.locator("#move-decide:modal").wait_for()
    view(page, "desk-decision")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("floor")
    page.locator("#palette [role=option]").first.wait_for()
    page.wait_for_timeout(500)
    view(page, "desk-palette")
    context.close()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with demo() as (address, photo), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context, page = signed_in(browser, address, width=1280, scheme="light")
        fill(page, photo)
        keep(page, "report")
        page.get_by_role("button", name="Send report").click()
        page.wait_for_url("**/reports/*")
        page.wait_for_timeout(3000)
        page.reload()
        keep(page, "case")
        context.close()
        context, page = signed_in(browser, address, width=360, scheme="dark")
        fill(page, photo)
        keep(page, "report-phone-dark")
        work(browser, address)
        browser.close()


if __name__ == "__main__":
    main()

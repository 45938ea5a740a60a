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
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    picture.convert("RGB").quantize(256).save(OUT / f"{name}.png", optimize=True)


def signed_in(browser: Browser, address: str, *, width: int, scheme: str) -> tuple[BrowserContext, Page]:
    """The form, before the client of the demo."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{address}/demo?as=client")
    return context, page


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
        browser.close()


if __name__ == "__main__":
    main()

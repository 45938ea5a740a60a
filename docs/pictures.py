"""Take the pictures of the README anew: ``python docs/pictures.py`` (needs Chromium and a build of the pages)."""

import io
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from browser import site, states  # noqa: E402

OUT = ROOT / "docs" / "pictures"


def photo(red: int) -> dict[str, object]:
    """A made-up photo of boards: stripes of wood."""
    picture = Image.linear_gradient("L").resize((320, 240)).convert("RGB")
    boards = Image.composite(
        Image.new("RGB", picture.size, (red, 150, 95)),
        Image.new("RGB", picture.size, (red - 60, 100, 60)),
        picture.convert("L"),
    )
    for line in range(0, 240, 48):
        boards.paste((90, 62, 40), (0, line, 320, line + 2))
    kept = io.BytesIO()
    boards.save(kept, "JPEG", quality=85)
    return {"name": f"hallway-{red}.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def fill(page: Page) -> None:
    """The form as somebody leaves it just before sending."""
    page.locator(".choice", has_text="Something was damaged").click()
    page.get_by_label("What was damaged?").fill("Oak floor in the hallway")
    page.get_by_label("What would repair cost?").fill("240.00")
    page.get_by_label("Currency").select_option("GBP")
    page.get_by_label("What happened?").fill(states.TEXT)
    page.get_by_label("Choose files").set_input_files([photo(200), photo(170)])
    page.locator("#file-list img").nth(1).wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def take(browser: Browser, address: str, name: str, *, width: int, scheme: str, filled: bool) -> None:
    """One picture, of the whole page, in 256 colours."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(address)
    if filled:
        fill(page)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    picture.convert("RGB").quantize(256).save(OUT / f"{name}.png", optimize=True)
    page.close()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with site.running() as shown, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        form, case = shown.state("report"), shown.state("received")
        take(browser, form, "report", width=1280, scheme="light", filled=True)
        take(browser, form, "report-phone-dark", width=360, scheme="dark", filled=True)
        take(browser, case, "received", width=1280, scheme="light", filled=False)
        browser.close()


if __name__ == "__main__":
    main()

"""Pictures of every state, for eyes: ``python tests/browser/shots.py OUT [state …]``."""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "src")]

from playwright.sync_api import sync_playwright  # noqa: E402

from browser import site, states  # noqa: E402

VIEWS = {
    "320": (320, 640, "light", "en"),
    "360-dark": (360, 740, "dark", "en"),
    "1280": (1280, 800, "light", "en"),
    "1280-dark": (1280, 800, "dark", "en"),
    "360-es": (360, 740, "light", "es"),
}


def main(out: Path, names: list[str]) -> None:
    out.mkdir(exist_ok=True)
    with site.running() as shown, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in names or list(states.STATES):
            for label, (width, height, scheme, language) in VIEWS.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    has_touch=width < 500,
                    is_mobile=width < 500,
                )
                page.goto(shown.state(name, language))
                page.screenshot(path=out / f"{name}.{label}.png", full_page=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

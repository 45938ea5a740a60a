"""The rules file: what holds, or each line that is wrong."""

from gigdesk import wiring
from gigdesk.cli.checkup.findings import Found, fail, ok
from gigdesk.errors import GigdeskError
from gigdesk.settings import Settings

FIX = "Set GIGDESK_RULES_FILE to a file that gigdesk rules check finds right, or unset it: the built-in rules hold."


async def hold(settings: Settings) -> Found:
    """What the file makes of the built-in rules; a finding for each line that is wrong."""
    from gigdesk.cases.rules_file.showing import counted

    if settings.rules_file is None:
        return [ok("No file is set: the built-in issue types, queues and hours hold.")]
    try:
        return [ok(f"{settings.rules_file}: {counted(wiring.rulebook(settings))}.")]
    except GigdeskError as error:
        *lines, last = str(error).splitlines()
        return [*(fail(line, "") for line in lines), fail(last, FIX)]

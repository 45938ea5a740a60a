"""The program ``gigdesk`` and its verbs. Each verb is imported when it is called."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from cyclopts import App

import gigdesk
from gigdesk.errors import GigdeskError

MOST_NAMED = 20

VERBS = (
    *("serve", "work", "migrate", "demo", "doctor", "token", "gigs", "staff", "rules", "notices", "audit"),
    "backup",
)


def build(*, is_listing: bool = False) -> App:
    """The command line, with nothing imported that is not called; a list of the verbs reads all of them."""
    app = App(
        name="gigdesk",
        help="Everything behind a gig marketplace's report-issue page.",
        version=gigdesk.__version__,
        help_format="markdown",
        result_action="return_value",
    )
    for verb in VERBS:
        module = f"gigdesk.cli.{verb}"
        found: Any = getattr(import_module(module), verb) if is_listing else f"{module}:{verb}"
        app.command(found, name=verb)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one verb; what is refused is a sentence on standard error, and exit code 1."""
    try:
        code = build(is_listing=list(arguments[:1]) in ([], ["--help"], ["-h"]))(list(arguments))
    except GigdeskError as error:
        print(f"gigdesk: {error}", file=sys.stderr)
        for wrong in error.errors[1:MOST_NAMED]:  # the sentence has named the first
            print(f"  {wrong.field}: {wrong}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code if isinstance(code, int) else 0

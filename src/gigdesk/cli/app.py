"""The program ``gigdesk`` and its verbs. Each verb is imported when it is called."""

import sys
from collections.abc import Sequence

from cyclopts import App

import gigdesk
from gigdesk.errors import GigdeskError

MOST_NAMED = 20

VERBS = {
    "serve": "Run the site; with the embedded store it does the background work too.",
    "work": "Work off effects (mail, inspection) beside `serve` on PostgreSQL.",
    "migrate": "Bring the database to this version's schema.",
    "demo": "Run the site with a small marketplace in it, to try things out.",
    "doctor": "Check every part in earnest, and name the fix for each failure.",
    "token": "Print a token, to try things out.",
    "gigs": "Fill and read the gigs table.",
    "audit": "Check the hash chain of cases, and receipts.",
    "backup": "Copy the embedded store and its files, consistent while serving.",
}


def build() -> App:
    """The command line, with nothing imported that is not called."""
    app = App(
        name="gigdesk",
        help="Everything behind a gig marketplace's report-issue page.",
        version=gigdesk.__version__,
        help_format="markdown",
        result_action="return_value",
    )
    for verb, meaning in VERBS.items():
        app.command(f"gigdesk.cli.{verb}:{verb}", name=verb, help=meaning)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one verb; what is refused is a sentence on standard error, and exit code 1."""
    try:
        code = build()(list(arguments))
    except GigdeskError as error:
        print(f"gigdesk: {error}", file=sys.stderr)
        for wrong in error.errors[1:MOST_NAMED]:  # the sentence has named the first
            print(f"  {wrong.field}: {wrong}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code if isinstance(code, int) else 0

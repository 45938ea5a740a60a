"""The way in from the command line."""

import sys

from gigdesk.ending import run_to_end


def main() -> int:
    """Run ``gigdesk VERB``; its exit code."""
    return run_to_end(_run)


def _run() -> int:
    from gigdesk.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

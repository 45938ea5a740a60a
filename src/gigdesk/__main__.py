"""The way in from the command line."""

import sys


def main() -> None:
    """Run ``gigdesk VERB``."""
    from gigdesk.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

"""Passwords as they are given on a command line: typed unseen, or in a file, and never as an argument."""

import sys
from getpass import getpass
from pathlib import Path

from gigdesk.access.accounts import MAX_PASSWORD, password_of
from gigdesk.errors import Invalid

STANDARD_INPUT = "-"
# Of a character at most four bytes, and the end of the line.
MOST_BYTES = 4 * MAX_PASSWORD + 8


def chosen(file: str, login: str) -> str:
    """The password that somebody chose, judged. Raises Invalid."""
    return password_of(_read(file) if file else _asked(), login)


def _read(file: str) -> str:
    """The first line of a file, or of standard input."""
    try:
        if file == STANDARD_INPUT:
            raw = sys.stdin.buffer.readline(MOST_BYTES)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.readline(MOST_BYTES)
        return raw.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise Invalid(
            "staff.password_file", "%(file)s cannot be read: %(why)s.", file=file, why=why
        ) from None


def _asked() -> str:
    """What was typed twice on the terminal."""
    if not sys.stdin.isatty():
        raise Invalid(
            "staff.no_terminal",
            "There is no terminal to ask on. Give --password-file FILE, or - for standard input, or --invite.",
        )
    first = getpass("Password: ")
    if getpass("Again: ") != first:
        raise Invalid("staff.not_the_same", "The two are not the same. Nothing was changed.")
    return first

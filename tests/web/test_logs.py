"""Logs: a line an event, an id for each request, and nothing of anybody in them."""

import json
import os
import pty
import subprocess
import sys

import pytest

from gigdesk.web.logs import (
    current_request_id,
    drop_sensitive,
    escape_controls,
    place_of_fault,
    request_id,
)

CHILD = """
import logging, structlog
from gigdesk.web.logs import configure, request_id, request_answered
configure({level!r})
number = request_id({{"headers": [(b"x-request-id", b"r-1")]}})
log = structlog.get_logger()
{body}
"""


def logged(body: str, level: str = "info") -> list[dict[str, object]]:
    """What a process of its own logs, as JSON."""
    code = CHILD.format(level=level, body=body)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "src", "NO_COLOR": "1"}


def test_a_line_is_json_with_level_time_and_the_id_of_its_request() -> None:
    [line] = logged("log.info('case_opened', files=3)")

    assert line.pop("timestamp")
    assert line == {"event": "case_opened", "level": "info", "request_id": "r-1", "files": 3}


@pytest.mark.abuse(52)
def test_nobody_forges_a_line() -> None:
    forged = 'a\r\n{"event": "forged"}\x1b[2J\u2028b'
    lines = logged(f"log.warning('odd', given={forged!r})")

    assert [line["event"] for line in lines] == ["odd"]
    assert lines[0]["given"] == forged


@pytest.mark.abuse(52)
def test_on_a_terminal_controls_are_made_visible() -> None:
    code = CHILD.format(level="info", body="log.warning('odd', given='a\\r\\nforged\\x1b[2J\\u202eb')")
    master, slave = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stderr=slave, timeout=30, env=environment(), check=True)
    os.close(slave)
    shown = os.read(master, 65536).decode()
    os.close(master)

    assert shown.count("\n") == 1
    assert "forged" in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    assert r"a\r\nforged\x1b[2J\u202eb" in shown


@pytest.mark.abuse(52)
def test_what_is_named_like_a_secret_or_like_something_of_a_person_is_left_out() -> None:
    telling = {
        "authorization": "Bearer x",
        "cookie": "gigdesk=x",
        "description": "He hit me",
        "email": "x",
        "user_email": "x",
        "filename": "passport.jpg",
        "display_name": "Amara",
        "query": "token=x",
        "csrf_token": "x",
        "client_secret": "x",
        "password": "x",
        "sub": "u-1",
        "session": "s",
    }
    line = drop_sensitive(None, "info", {"event": "odd", "files": 3, **telling})

    assert line.pop("event") == "odd"
    assert line.pop("files") == 3
    assert set(line.values()) == {"(left out)"}


@pytest.mark.abuse(52)
def test_what_looks_like_a_token_or_an_address_is_left_out_wherever_it_stands() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    line = drop_sensitive(
        None, "info", {"event": f"sent {token} to amara@example.org", "why": "<amara@example.org>: 550"}
    )

    assert line == {"event": "sent (left out) to (left out)", "why": "<(left out)>: 550"}


@pytest.mark.abuse(52)
def test_of_an_exception_the_text_stays_out() -> None:
    body = """
def broken():
    raise KeyError("amara's secret")
try:
    try:
        broken()
    except KeyError as error:
        raise ValueError("her diary") from error
except ValueError as error:
    log.error("request_failed", exc_info=error)
    log.exception("request_failed")
"""
    first, second = logged(body)

    for line in (first, second):
        assert (line["fault"], line["because"]) == ("ValueError", "KeyError")
        assert line["at"]
        assert "diary" not in json.dumps(line)
        assert "secret" not in json.dumps(line)


def test_a_fault_is_told_by_its_place_in_our_files() -> None:
    try:
        request_id({})
    except KeyError as error:
        line = place_of_fault(None, "error", {"event": "odd", "exc_info": error})

    assert "web/logs.py:" in line["at"]


def test_what_libraries_log_comes_as_lines_of_the_same_kind() -> None:
    body = """
library = logging.getLogger("asyncpg.pool")
library.info("not shown")
try:
    raise OSError("amara@example.org")
except OSError:
    library.warning("could not connect to %s", "10.0.0.1", exc_info=True)
"""
    [line] = logged(body)

    assert (line["event"], line["logger"]) == ("could not connect to 10.0.0.1", "asyncpg.pool")
    assert (line["level"], line["fault"]) == ("warning", "OSError")
    assert "amara" not in json.dumps(line)


def test_requests_are_logged_where_it_is_asked_for() -> None:
    body = "request_answered('/api/cases/{case}', 'GET', 200, 0.01234567)"

    assert logged(body) == []
    [line] = logged(body, "debug")
    assert (line["route"], line["status"], line["seconds"]) == ("/api/cases/{case}", 200, 0.0123)


@pytest.mark.parametrize("given", [b"abc", b"A.b_c-9", b"x" * 64])
def test_an_id_of_the_caller_is_taken_over(given: bytes) -> None:
    scope = {"headers": [(b"host", b"x"), (b"x-request-id", given)]}

    assert request_id(scope) == given.decode()
    assert current_request_id() == given.decode()


@pytest.mark.abuse(52)
@pytest.mark.parametrize(
    "given", [None, b"", b"x" * 65, b"a b", b"a\r\nb", b"a\n", b"\xff", b"<script>", b"a;b", "é".encode()]
)
def test_any_other_id_is_replaced_by_a_fresh_one(given: bytes | None) -> None:
    scope = {"headers": [] if given is None else [(b"x-request-id", given)]}

    first, second = request_id(scope), request_id(scope)

    assert first != second
    assert len(first) == 16
    assert int(first, 16) >= 0


def test_only_texts_are_escaped() -> None:
    assert escape_controls(None, "info", {"event": "a\tb", "n": 1}) == {"event": "a\\tb", "n": 1}

"""Fixtures of real servers, and the summary's list of lanes that did not run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from servers import chromium as chromium_server
from servers import lane
from servers import postgres as postgres_server
from servers import s3 as s3_servers
from servers import smtp as smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

# How long an example takes is no test: that depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Cluster]:
    """A PostgreSQL cluster for the whole run."""
    with lane("postgresql"):
        yield from postgres_server.running()


@pytest.fixture
def postgres_url(postgres: postgres_server.Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    url = postgres.database()
    yield url
    postgres.drop(url)


@pytest.fixture
def smtp() -> Iterator[smtp_server.Mailbox]:
    """A mailbox behind a real SMTP server; ``smtp.behaviour`` makes it refuse, defer or fall silent."""
    yield from smtp_server.running()


@pytest.fixture(scope="session")
def clamd_url() -> Iterator[str]:
    """The URL of a running clamd."""
    from servers import clamd

    with lane("clamd"):
        server = clamd.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def s3() -> Iterator[s3_servers.S3Server]:
    """A server that speaks S3 and believes every signature."""
    with lane("moto"):
        yield from s3_servers.moto()


@pytest.fixture(scope="session")
def minio() -> Iterator[s3_servers.S3Server]:
    """A server that speaks S3 and checks signatures."""
    with lane("minio"):
        yield from s3_servers.minio()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium for this module's tests, which must not be async: Playwright's loop holds the thread."""
    with lane("chromium"):
        yield from chromium_server.running()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile that nobody has used."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in a fresh profile."""
    return context.new_page()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each lane that was skipped, why, and how many tests that left out; then any other skip."""
    reports = terminalreporter.getreports("skipped")
    reasons = Counter(
        r.longrepr[2].removeprefix("Skipped: ") for r in reports if isinstance(r.longrepr, tuple)
    )
    for title, are_lanes in (("lanes not run on this machine", True), ("other tests not run", False)):
        found = {
            reason: tests for reason, tests in reasons.items() if reason.startswith("lane ") == are_lanes
        }
        if found:
            terminalreporter.section(title)
            for reason, tests in sorted(found.items()):
                terminalreporter.write_line(f"{reason}  ({tests} tests)")

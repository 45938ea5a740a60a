"""Real servers for tests, each started on loopback or reported as missing.

A lane is a kind of test that needs one of them. On a machine without it the lane is skipped and its reason
stands in the summary; with ``GIGDESK_TEST_LANES=required`` it fails instead.
"""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

PORTS = (10_240, 32_000)


class Missing(Exception):
    """The server cannot be had on this machine; the text says what is absent and how to get it."""


@contextmanager
def lane(name: str) -> Iterator[None]:
    """Turn ``Missing`` into a skip that names the lane, or into a failure where lanes are required."""
    try:
        yield
    except Missing as missing:
        if os.environ.get("GIGDESK_TEST_LANES") == "required":
            pytest.fail(f"lane {name} is required: {missing}", pytrace=False)
        pytest.skip(f"lane {name}: {missing}")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on.

    It lies below the range that the system hands out by itself, so that a server that was stopped finds it
    free again even while other tests open connections.
    """
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port

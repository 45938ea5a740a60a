"""Sites for tests that call a running one: a folder of tests takes these fixtures into its conftest."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from live import RAISED, Live


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A running site on the embedded store, whose rate limits nobody reaches."""
    running = Live(tmp_path_factory.mktemp("site"), RAISED)
    try:
        yield running.open()
    finally:
        running.close()


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[..., Live]]:
    """Starts a site of the test's own, with these settings beside the usual."""
    started: list[Live] = []

    def start(**environment: str) -> Live:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(Live(folder, {**RAISED, **environment}))
        return started[-1].open()

    yield start
    for running in started:
        running.close()

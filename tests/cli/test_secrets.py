"""Secrets are made whole or not at all, once, whoever asks at the same moment."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gigdesk.cli.secrets import made_once

WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from gigdesk.cli.secrets import made_once

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
made_once(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("attempt", range(5))
def test_all_who_ask_at_once_hold_the_same_secret(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / str(attempt) / "secret"

    with ThreadPoolExecutor(16) as asking:
        found = set(asking.map(made_once, [path] * 64))

    assert found == {path.read_text()}
    assert len(path.read_text()) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_what_could_not_be_written_stands_in_no_ones_way(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    done = subprocess.run([sys.executable, "-c", WITHOUT_ROOM, str(path)], capture_output=True, check=False)

    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []
    assert len(made_once(path)) == 64

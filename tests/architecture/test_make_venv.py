"""What `make` cannot install itself is named with the line that installs it."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "make-venv"


def python_that(folder: Path, *, new_enough: bool, complete: bool) -> Path:
    """A python3 that answers the script's two questions so."""
    program = folder / "python3"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"*'version_info <'*) exit {0 if new_enough else 1} ;;\n"
        f"*ensurepip*) exit {0 if complete else 1} ;;\n"
        "*print*) echo 3.11 ;;\n"
        "*) echo Python 3.9.2 ;;\n"
        "esac\n"
    )
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("new_enough", "complete", "line"),
    [(True, False, "sudo apt install python3"), (False, True, "sudo apt install python3.11 python3.11-venv")],
    ids=["venv is missing", "python is too old"],
)
def test_the_apt_line_is_named(tmp_path: Path, new_enough: bool, complete: bool, line: str) -> None:
    python = python_that(tmp_path, new_enough=new_enough, complete=complete)
    done = subprocess.run(
        ["sh", str(SCRIPT), str(tmp_path / "venv")],
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 1
    assert line in done.stderr
    assert not (tmp_path / "venv").exists()

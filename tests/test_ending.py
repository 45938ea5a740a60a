"""How a process ends: with its code, its output and its exit handlers, and with the interpreter left whole."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import atexit, sys, threading, time
from gigdesk.ending import run_to_end

class Global:
    def __del__(self):
        print("taken apart", flush=True)

it = Global()

def late():
    time.sleep(0.05)
    print("thread", end=" ")

def main():
    print("main", end=" ")
    threading.Thread(target=late).start()
    atexit.register(lambda: print("handler", end=" "))
    {last}

sys.exit(run_to_end(main))
"""


def ended(last: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", PROGRAM.format(last=last)]
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    return subprocess.run(program, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=30, env=buffered)


@pytest.mark.parametrize(
    ("last", "code", "error"),
    [
        ("return 0", 0, ""),
        ("return 3", 3, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(4)", 4, ""),
        ("sys.exit('a sentence')", 1, "a sentence\n"),
    ],
)
def test_threads_and_handlers_are_waited_for_and_the_interpreter_is_left_whole(
    last: str, code: int, error: str
) -> None:
    done = ended(last)
    assert (done.returncode, done.stdout, done.stderr) == (code, "main thread handler ", error)


def test_an_error_that_nobody_caught_is_shown_and_is_a_failure() -> None:
    done = ended("raise RuntimeError('not this')")
    assert (done.returncode, done.stdout) == (1, "main thread handler ")
    assert done.stderr.endswith("RuntimeError: not this\n")


def test_output_that_cannot_be_written_is_a_failure() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        assert ended("return 0", stdout=write).returncode == 120
        assert ended("return 3", stdout=write).returncode == 3
    finally:
        os.close(write)

"""The end of a process, after its threads and its exit handlers, but before the interpreter is taken apart.

A library with threads of its own (obstore) gives an answer and leaves the interpreter a moment later. Who is
late by that moment, in Python before 3.14, aborts the process: it ends with SIGABRT though all was done well.
"""

import atexit
import os
import sys
from collections.abc import Callable

UNWRITTEN = 120  # as Python itself ends where its output cannot be written


def run_to_end(main: Callable[[], int]) -> int:
    """Run this as all that the process does, before anything else has an exit handler; its exit code."""
    code = 1

    def leave() -> None:
        os._exit(code if _flushed() else code or UNWRITTEN)

    atexit.register(leave)  # the first of all, so the last to run
    try:
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
    return code


def _flushed() -> bool:
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # as under pythonw and some service managers
                stream.flush()
    except (OSError, ValueError):
        return False
    return True

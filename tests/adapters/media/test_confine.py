"""Who has given everything up can compute, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = str(Path(__file__).parents[3] / "src")


def said(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": SOURCE}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.abuse(24)
@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/hostname')",
        "open('new', 'w')",
        "os.unlink('nothing')",
        "socket.socket()",
        "socket.socketpair()",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "os.listdir('/')",
        "os.readlink('/proc/self/exe')",
        "os.setsid()",
        "resource.prlimit(os.getppid(), resource.RLIMIT_CORE)",
        "ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0) and denied()",
    ],
)
def test_who_is_sealed_cannot(deed: str) -> None:
    assert (
        said(f"""
import ctypes, os, resource, socket
from gigdesk.adapters.media import confine
def denied():
    raise OSError(ctypes.get_errno(), "denied")
if not confine.seal():
    print(1)
else:
    try:
        {deed}
    except OSError as error:
        os.write(1, str(error.errno).encode())
    os._exit(0)
""")
        == "1"
    ), "EPERM"


def test_who_is_sealed_computes_in_threads_with_what_is_open() -> None:
    assert (
        said("""
import os, threading, time
from gigdesk.adapters.media import confine
source = open("/proc/self/status", "rb")
assert confine.seal()
done = []
thread = threading.Thread(target=lambda: done.append(sum(bytes(50_000_000)) + len(source.read())))
thread.start(); thread.join(); time.sleep(0.01)
os.write(1, b"done" if done[0] else b"")
os._exit(0)
""")
        == "done"
    )


def test_memory_time_and_space_are_given_up() -> None:
    program = """
import resource
from gigdesk.adapters.media import confine
confine.limit()
for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE"):
    print(name, *resource.getrlimit(getattr(resource, "RLIMIT_" + name)))
try:
    bytearray(confine.MEMORY_BYTES)
except MemoryError:
    print("no more")
"""
    assert said(program).splitlines() == [
        "AS 671088640 671088640", "CPU 20 21", "FSIZE 67108864 67108864", "NOFILE 64 64", "CORE 0 0", "no more",
    ]  # fmt: skip


def test_who_has_lost_the_parent_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from gigdesk.adapters.media import confine; confine.end_with(1); print('here')"],
        env={"PYTHONPATH": SOURCE}, capture_output=True, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")

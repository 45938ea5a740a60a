"""What a child process gives up before it reads a stranger's bytes.

Limits on memory, CPU time and file size come from setrlimit(2). On Linux the child also ends with its parent
and, by a seccomp(2) filter, loses every system call but those that computing, and the files it already has
open, need: it can open no file, no socket and no program, and signal nobody.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import sys

MEMORY_BYTES = 640 << 20
CPU_SECONDS = 20
FILE_BYTES = 64 << 20
OPEN_FILES = 64
PROCESSES = 64

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_CLONE_THREAD = 0x00010000

# Classic BPF over struct seccomp_data: number at 0, architecture at 4, first argument at 16.
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16

# name → number on x86-64, on AArch64.
_CALLS: dict[str, tuple[int, int]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "pread64": (17, 67), "pwrite64": (18, 68),
    "readv": (19, 65), "writev": (20, 66), "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233),
    "nanosleep": (35, 101), "getpid": (39, 172), "exit": (60, 93), "uname": (63, 160), "fsync": (74, 82),
    "fdatasync": (75, 83), "ftruncate": (77, 46), "gettimeofday": (96, 169), "getrusage": (98, 165),
    "sysinfo": (99, 179), "sigaltstack": (131, 132), "gettid": (186, 178), "futex": (202, 98),
    "sched_getaffinity": (204, 123), "restart_syscall": (219, 128), "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115), "exit_group": (231, 94), "set_robust_list": (273, 99), "getrandom": (318, 278),
    "membarrier": (324, 283), "rseq": (334, 293),
}  # fmt: skip
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


def end_with(parent: int) -> None:
    """Die when the parent dies; at once where it is gone already. Linux only, elsewhere nothing."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit() -> None:
    """Give up memory, time, space and core dumps beyond the constants of this module, for good."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # already lower, or not known on this system
            resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))


def seal() -> bool:
    """Lose all system calls that are not needed any more; False where this kernel or machine cannot."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    instructions = _filter(*_MACHINES[platform.machine()])
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    if not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return False
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _filter(machine: int, architecture: int) -> list[_Instruction]:
    """Allow what ``_CALLS`` names and new threads; everything else fails with EPERM and harms nobody."""
    allowed = [numbers[machine] for numbers in _CALLS.values()]
    tail = [
        (_EQUAL, 0, 1, _CLONE3[machine]),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),  # the C library then falls back to clone
        (_EQUAL, 0, 2, _CLONE[machine]),
        (_LOAD, 0, 0, _ARGUMENT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    listed = [
        (_EQUAL, len(allowed) - place + len(tail) - 2, 0, number) for place, number in enumerate(allowed)
    ]
    head = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    return [_Instruction(*instruction) for instruction in (*head, *listed, *tail)]


def _prctl(option: int, *values: int) -> bool:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    filled = (*values, 0, 0, 0, 0)[:4]
    return int(prctl(option, *(ctypes.c_ulong(value) for value in filled))) == 0

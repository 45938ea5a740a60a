"""The Cleaner that decodes each picture in a child process of its own."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from gigdesk.adapters.media.child import DERIVATIVE, THUMBNAIL
from gigdesk.errors import Invalid, Unavailable
from gigdesk.evidence.ports import CleanImage

CHILDREN = 2
WALL_SECONDS = 60.0
RETRY_AFTER = 60
_ANSWER_BYTES = 4096

# Runs without site, environment or user folder; knows the same packages as its parent.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv.pop(1).split('\\n'); "
    "from gigdesk.adapters.media.child import main; main(*sys.argv[1:])"
)
# Ends that a decoder brings on itself; any other signal came from outside and says nothing about the picture.
_COSTLY = {signal.SIGXCPU, signal.SIGXFSZ}
_BROKEN = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGSYS}

_SENTENCES = {
    "damaged": "The picture cannot be read: it is damaged, cut short, or not what its first bytes say. "
    "Send the original again, or a screenshot of it.",
    "too_many_pixels": "The picture has more pixels than can be read here. Send a smaller copy of it.",
    "too_many_frames": "The animation has more than 1,000 frames. Send a shorter one, or a video.",
    "too_costly": "The picture takes more time or memory to read than is allowed. Send a smaller copy of it.",
}


class ImageCleaner:
    """Cleaner with Pillow and pillow-heif; at most ``children`` pictures at a time, each within a minute."""

    def __init__(self, *, children: int = CHILDREN, wall_seconds: float = WALL_SECONDS) -> None:
        self._slots = asyncio.Semaphore(children)
        self._wall_seconds = wall_seconds

    async def clean(self, original: Path, media_type: str, folder: Path) -> CleanImage:
        async with self._slots:
            line, status = await self._run(original, media_type, folder)
        answer = _read(line)
        if "refused" in answer:
            raise unreadable(str(answer["refused"]))
        if "rendered" not in answer:
            raise failure(status)
        return _rendered(answer["rendered"], folder)

    async def _run(self, original: Path, media_type: str, folder: Path) -> tuple[bytes, int]:
        """The child's line and how it ended; it is gone when this returns or raises."""
        try:
            with original.open("rb") as source:
                process = await _started(source.fileno(), media_type, folder)
        except OSError as error:
            raise _unavailable(error.strerror or type(error).__name__) from error
        try:
            async with asyncio.timeout(self._wall_seconds):
                return await _line(process), await process.wait()
        except TimeoutError:
            # It had CPU time left, or it would have been ended: the machine is too busy, not the picture bad.
            raise _unavailable("the machine is too busy") from None
        finally:
            await _ended(process)


def unreadable(reason: str) -> Invalid:
    """The refusal for a reason that the child named; one it cannot name is damage."""
    return Invalid("evidence.unreadable", _SENTENCES.get(reason, _SENTENCES["damaged"]))


def failure(status: int) -> Invalid | Unavailable:
    """What it means that the child ended so (as ``subprocess`` tells it) and said nothing."""
    if -status in _COSTLY:
        return unreadable("too_costly")
    if -status in _BROKEN:
        return unreadable("damaged")
    return _unavailable(f"signal {-status}" if status < 0 else f"exit status {status}")


async def _started(source: int, media_type: str, folder: Path) -> asyncio.subprocess.Process:
    """A child in a session of its own, without our environment or any of our files but the original."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", "-c", _PROGRAM, _packages(), media_type, str(os.getpid())),
        stdin=source,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
        env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        start_new_session=True,
        limit=_ANSWER_BYTES,
    )


def _packages() -> str:
    """Where this process finds its packages, a line each."""
    return "\n".join(str(Path(entry).absolute()) for entry in sys.path if entry)


async def _line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    try:
        return await process.stdout.readline()
    except ValueError:  # longer than any answer
        return b""


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _read(line: bytes) -> dict[str, object]:
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _rendered(found: object, folder: Path) -> CleanImage:
    """What the child says of its files, believed as far as it can be checked."""
    derivative, thumbnail = folder / DERIVATIVE, folder / THUMBNAIL
    whole = all(file.is_file() and file.stat().st_size for file in (derivative, thumbnail))
    match found:
        case {
            "media_type": ("image/jpeg" | "image/png") as media_type,
            "width": int(width),
            "height": int(height),
        }:
            if whole and width > 0 and height > 0:
                return CleanImage(
                    derivative=derivative,
                    thumbnail=thumbnail,
                    media_type=media_type,
                    width=width,
                    height=height,
                )
        case _:
            pass
    raise unreadable("damaged")


def _unavailable(reason: str) -> Unavailable:
    return Unavailable(
        "cleaner.unavailable",
        "Pictures cannot be looked at right now (%(reason)s). They are kept, and it is tried again.",
        retry_after=RETRY_AFTER,
        reason=reason,
    )

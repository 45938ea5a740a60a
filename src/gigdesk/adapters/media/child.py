"""The child process that decodes one picture: its original is standard input, its answer a line of JSON.

Both results are files of the working folder. Whatever the picture does to its decoder, it happens here, to a
process that holds nothing, knows nothing and can reach nothing.
"""

import json
import os
import sys
from dataclasses import asdict
from typing import BinaryIO

from gigdesk.adapters.media import confine

DERIVATIVE = "derivative"
THUMBNAIL = "thumbnail"


def main(media_type: str, parent: str) -> None:
    """Answer ``{"rendered": …}`` or ``{"refused": reason}`` on standard output, and end."""
    confine.end_with(int(parent))
    confine.limit()
    from gigdesk.adapters.media import picture

    picture.prepare(media_type)
    status = _status()
    with _created(DERIVATIVE) as derivative, _created(THUMBNAIL) as thumbnail:
        answer: dict[str, object] = {"sealed": confine.seal()}
        try:
            rendered = picture.render(sys.stdin.buffer, media_type, derivative, thumbnail)
            derivative.flush()
            thumbnail.flush()
            answer["rendered"] = asdict(rendered)
        except picture.Refused as refused:
            answer["refused"] = str(refused)
        except MemoryError:
            answer["refused"] = "too_costly"
        except Exception as error:  # noqa: BLE001  # a decoder may raise anything at a damaged picture
            answer |= {"refused": "damaged", "error": type(error).__name__}
        answer["peak"] = _peak(status)
        os.write(1, json.dumps(answer).encode() + b"\n")
        os._exit(0)


def _created(name: str) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(name, flags, 0o600), "wb")


def _status() -> int:
    """Where the kernel says how much memory was taken, opened while files can be opened; -1 for nowhere."""
    try:
        return os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _peak(status: int) -> int:
    """The most memory that was resident, in KiB; 0 where it is not known."""
    try:
        text = os.read(status, 4096)
    except OSError:
        return 0
    found = text.partition(b"VmHWM:")[2].split(maxsplit=1)
    return int(found[0]) if found else 0

"""Forms as programs write them: fields and files as the bytes of ``multipart/form-data``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BOUNDARY = "7d1f-gigdesk-journey"
DESCRIPTION = "The client was not there, and the door stayed closed."


@dataclass(frozen=True)
class File:
    """A file part; ``field`` as the guide allows it."""

    content: bytes
    name: str = "photo.jpg"
    media_type: str = "image/jpeg"
    field: str = "files"


def report(gig: str, **more: str) -> dict[str, str]:
    """The three fields of a report; ``more`` adds or replaces."""
    return {"gigId": gig, "issueType": "other", "description": DESCRIPTION, **more}


def content_type(boundary: str = BOUNDARY) -> str:
    return f"multipart/form-data; boundary={boundary}"


def field(name: str, value: str | bytes, boundary: str = BOUNDARY) -> bytes:
    """One text field."""
    raw = value if isinstance(value, bytes) else value.encode()
    return part(f'Content-Disposition: form-data; name="{name}"', raw, boundary)


def file(given: File, boundary: str = BOUNDARY) -> bytes:
    """One file."""
    disposition = f'Content-Disposition: form-data; name="{given.field}"; filename="{given.name}"'
    return part(f"{disposition}\r\nContent-Type: {given.media_type}", given.content, boundary)


def part(headers: str, content: bytes = b"x", boundary: str = BOUNDARY) -> bytes:
    """One part with these header lines."""
    return f"--{boundary}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n"


def end(boundary: str = BOUNDARY) -> bytes:
    return f"--{boundary}--\r\n".encode()


def form(
    fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    files: Iterable[File] = (),
    boundary: str = BOUNDARY,
) -> bytes:
    """The fields, then the files."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    parts = [field(name, value, boundary) for name, value in pairs]
    return b"".join([*parts, *(file(f, boundary) for f in files), end(boundary)])

"""What the benchmarks send: tokens, gigs, multipart bodies, files that look like photos and videos."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

BOUNDARY = "gigdeskbench5f0c"
GIGS = 1000
MIB = 1 << 20
DESCRIPTION = (
    "The kitchen was left half tiled and the grout is coming out of the joints near the window. I rang "
    "twice & wrote once — no answer; the client’s sister saw it too. Photos were taken the same evening."
)


def gig(number: int) -> str:
    return f"gig-{number % GIGS + 1:04d}"


def token(secret: str, sub: str = "wanda", *roles: str, serial: int = 0) -> str:
    """A bearer token; ``serial`` makes it unlike every other, so that no cache of tokens flatters a server."""
    now = int(time.time())
    claims = {
        "sub": sub,
        "iat": now,
        "exp": now + 86_400,
        "jti": str(serial),
        **({"roles": roles} if roles else {}),
    }
    signed = b".".join(
        _base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    return (signed + b"." + _base64(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()


def fields(gig_id: str, issue_type: str = "other") -> bytes:
    named = {"gigId": gig_id, "issueType": issue_type, "description": DESCRIPTION}
    return b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in named.items()
    )


def file_head(name: str, media_type: str) -> bytes:
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    ).encode()


TAIL = f"--{BOUNDARY}--\r\n".encode()
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def photo(size: int, seed: int) -> bytes:
    """Bytes that begin as a JPEG does and do not compress."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + random.Random(seed).randbytes(size - 11)


def report(gig_id: str, files: list[bytes]) -> bytes:
    """The whole body of a report."""
    parts = [file_head(f"photo-{n}.jpg", "image/jpeg") + content + b"\r\n" for n, content in enumerate(files)]
    return fields(gig_id) + b"".join(parts) + TAIL


def video(folder: Path, size: int) -> Path:
    """A file of ``size`` bytes, whole MiB, that begins as an MP4 does."""
    path = folder / f"video-{size}.mp4"
    if not path.exists():
        block = os.urandom(MIB)
        with path.open("wb") as file:
            file.write(b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + block[32:])
            for _ in range(size // MIB - 1):
                file.write(block)
    return path


def post(base: str, bearer: str | None, body: bytes, path: str = "/api/report-issue") -> tuple[int, bytes]:
    """One request over a connection of its own."""
    at = urlsplit(base)
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
    headers = {"Content-Type": CONTENT_TYPE} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def post_video(base: str, bearer: str, path: Path) -> tuple[int, bytes]:
    """One report whose single file goes from the disk to the socket without passing through Python."""
    at = urlsplit(base)
    before, after = fields(gig(0)) + file_head("clip.mp4", "video/mp4"), b"\r\n" + TAIL
    length = len(before) + path.stat().st_size + len(after)
    head = (
        f"POST /api/report-issue HTTP/1.1\r\nHost: {at.netloc}\r\nAuthorization: Bearer {bearer}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    with (
        socket.create_connection((str(at.hostname), at.port or 80), timeout=300) as server,
        path.open("rb") as file,
    ):
        server.sendall(head.encode() + before)
        server.sendfile(file)
        server.sendall(after)
        answer = b"".join(iter(lambda: server.recv(65_536), b""))
    top, _, content = answer.partition(b"\r\n\r\n")
    if re.search(rb"(?i)\r\ntransfer-encoding: *chunked", top):
        content = re.sub(rb"\r\n0\r\n\r\n$", b"", content.partition(b"\r\n")[2])
    return int(top.split()[1]), content


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")

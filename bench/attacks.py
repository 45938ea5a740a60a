"""Attacks at full size: each sends its bytes to a site on loopback and counts what came back.

Every one is bounded by its amount and by the timeouts of its connections. The numbers are those of the rows of
the abuse tests, which send less and judge how the cost grows.
"""

import io
import itertools
import json
import random
import select
import socket
import struct
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import forms
import samples
import traffic
from bombs import BOMBS
from forms import File
from live import GIG, REPORT, Live, eventually
from raw import NoAnswer, Wire

MIB = 1 << 20
SECONDS = 60
SLOW_AT_MOST = 100
PART = f"--{forms.BOUNDARY}\r\n".encode()
TEXT = PART + b"Content-Disposition: form-data; name=description\r\n\r\n"
REPORT_FIELDS = forms.report(GIG)
URLENCODED = "application/x-www-form-urlencoded"

Told = Counter[str]


def headed(site: Live, *lines: str, by: str | None = "wanda", content_type: str = "") -> list[str]:
    """The head of a report, and more lines."""
    token = [f"Authorization: Bearer {site.token(by)}"] if by else []
    return ["Host: desk.example", *token, f"Content-Type: {content_type or forms.content_type()}", *lines]


def told(wire: Wire) -> str:
    """What the server said: status and code, or that it said nothing."""
    try:
        answer = wire.answer()
    except (NoAnswer, ConnectionError):
        return "closed"
    except TimeoutError:
        return "silent"
    code = answer.json().get("code", "") if answer.body.startswith(b"{") else ""
    return f"{answer.status} {code}".strip()


def repeated(piece: bytes, size: int, before: bytes = b"") -> Iterable[bytes]:
    """``before``, and ``piece`` again and again to this size."""
    block = piece * max(1, (256 << 10) // len(piece))
    yield before + block
    for _ in range(size // len(block)):
        yield block


def streamed(site: Live, pieces: Iterable[bytes], content_type: str = "", by: str | None = "wanda") -> Told:
    """One report in chunks, until the server has heard enough."""
    sent = 0
    with Wire(site.port, SECONDS) as wire:
        wire.head(
            "POST", REPORT, headed(site, "Transfer-Encoding: chunked", by=by, content_type=content_type)
        )
        for piece in pieces:
            sent += wire.chunk(piece)
            if wire.broken:
                break
        else:
            wire.chunk(b"")
        return Told({f"{told(wire)} after {round(sent / MIB)} MiB": 1})


def endless(piece: bytes, before: bytes = b"", content_type: str = "", by: str | None = "wanda") -> "Send":
    """An attack that repeats one piece; its amount is in MiB."""
    return lambda site, mib: streamed(site, repeated(piece, mib * MIB, before), content_type, by)


def hostile_types(site: Live, number: int) -> Told:
    """Content-Types whose parameters make backtracking readers slow, as long as a head may be."""
    evil = ('"' + "\\" * 28_000, '"' + '\\"' * 14_000, "a; " * 9_000, ";=" * 14_000)
    found = Told()
    for count in range(number):
        with Wire(site.port) as wire:
            text = f"multipart/form-data; boundary={evil[count % len(evil)]}"
            wire.head("POST", REPORT, headed(site, "Content-Length: 1", content_type=text))
            wire.send(b"x")
            found[told(wire)] += 1
    return found


def fuzz(site: Live, number: int) -> Told:
    """A good form with a few bytes changed, by a fixed seed."""
    chance = random.Random(20_261)
    good = forms.form(REPORT_FIELDS, [File(samples.jpeg()), File(samples.png(), "b.png", "image/png")])
    spoilt = (b"\r\n", b"--", PART, b'"', b"\x00", b"; name=x", b"\xff")
    found = Told()
    for _ in range(number):
        bad = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 8, 60))):
            place = chance.randrange(len(bad))
            bad[place : place + chance.choice((0, 1, 2, 40))] = chance.choice(spoilt)
        with Wire(site.port) as wire:
            wire.head("POST", REPORT, headed(site, f"Content-Length: {len(bad)}"))
            wire.send(bad)
            found[told(wire).partition(" ")[0]] += 1
    return found


def aborts(site: Live, number: int) -> Told:
    """Uploads broken off at a random byte, half of them by a reset; then what they left behind."""
    film = File(samples.mp4() + samples.box(b"free", bytes(300_000)), "film.mp4", "video/mp4")
    body = forms.form(REPORT_FIELDS, [File(samples.jpeg()), film])
    chance = random.Random(20_262)
    stored, descriptors = site.stored(), site.process.num_fds()

    def abort(_: int) -> None:
        with Wire(site.port) as wire:
            wire.head("POST", REPORT, headed(site, f"Content-Length: {len(body)}"))
            wire.send(body[: chance.randrange(len(body) - 1)])
            if chance.random() < 0.5:
                wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with ThreadPoolExecutor(4) as several:
        list(several.map(abort, range(number)))
    eventually(lambda: site.stored() == stored and site.process.num_fds() <= descriptors + 2)
    left = sum(site.stored()) - sum(stored)
    return Told({f"left: {left} rows or files, {site.process.num_fds() - descriptors:+} descriptors": 1})


def uploads(site: Live, number: int) -> Told:
    """Films of 16 MiB, all at once."""
    block = bytes(MIB)
    lead = samples.mp4() + struct.pack(">I4s", 16 * MIB + 8, b"free")
    before = forms.form(REPORT_FIELDS)[: -len(forms.end())] + traffic.file_head(
        "film.mp4", "video/mp4"
    ).replace(traffic.BOUNDARY.encode(), forms.BOUNDARY.encode())
    after = b"\r\n" + forms.end()
    length = len(before) + len(lead) + 16 * MIB + len(after)

    def upload(_: int) -> str:
        with Wire(site.port, 100) as wire:
            wire.head("POST", REPORT, headed(site, f"Content-Length: {length}"))
            for piece in (before + lead, *[block] * 16, after):
                wire.send(piece)
            return told(wire)

    with ThreadPoolExecutor(number) as several:
        return Told(several.map(upload, range(number)))


def slow(site: Live, number: int) -> Told:
    """Heads and bodies of 10 bytes a second, half of each, until the last of them is cut."""
    body = forms.form(REPORT_FIELDS, [File(samples.jpeg() * 40)])
    wires = [Wire(site.port, SECONDS) for _ in range(number)]
    for count, wire in enumerate(wires):
        if count % 2:
            wire.send(b"POST /api/report-issue HTTP/1.1\r\nHost: x\r\n")
        else:
            wire.head("POST", REPORT, headed(site, f"Content-Length: {len(body)}"))
            wire.send(body[:300])
    found, begun = Told(), time.monotonic()
    while wires and time.monotonic() - begun < SLOW_AT_MOST:
        heard = _readable(wires)
        for wire in [*wires]:
            if wire.socket.fileno() in heard:
                wires.remove(wire)
                found[told(wire)] += 1
                wire.socket.close()
            else:
                wire.send(b"XXXXXXXXXX")
        found["201 to others"] += _report(site)
        time.sleep(1)
    found[f"the last after {time.monotonic() - begun:.0f} s, {len(wires)} left"] += 1
    for wire in wires:
        wire.socket.close()
    return found


def deaf(site: Live, number: int) -> Told:
    """Who asks for a large document 40 times and never reads; until the last of them is cut."""
    descriptors, begun, found = site.process.num_fds(), time.monotonic(), Told()
    wires = [Wire(site.port, SECONDS) for _ in range(number)]
    for wire in wires:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.send(b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
    time.sleep(2)
    while time.monotonic() - begun < SLOW_AT_MOST and site.process.num_fds() > descriptors + 3:
        found["201 to others"] += _report(site)
        time.sleep(1)
    left = max(0, site.process.num_fds() - descriptors - 3)
    found[f"the last after {time.monotonic() - begun:.0f} s, {left} left"] += 1
    for wire in wires:
        wire.socket.close()
    return found


def _readable(wires: list[Wire]) -> set[int]:
    poll = select.poll()
    for wire in wires:
        poll.register(wire.socket, select.POLLIN)
    return {number for number, _ in poll.poll(0)}


def _report(site: Live) -> bool:
    body = forms.form(REPORT_FIELDS)
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, headed(site, f"Content-Length: {len(body)}"))
        wire.send(body)
        return told(wire) == "201"


def bombs(site: Live, number: int) -> Told:
    """Pictures that are small as files and huge once decoded; the answers are the verdicts."""
    found, paths = Told(), []
    for _, (content, media_type, _) in zip(range(number), itertools.cycle(BOMBS.values()), strict=False):
        answer = site.report(REPORT_FIELDS, [File(content, "bomb", media_type)])
        if answer.status == 201:
            paths.append(f"/api/cases/{answer.json()['id']}")
        else:
            found[f"{answer.status} {answer.code}"] += 1

    def states() -> list[str]:
        return [site.call("GET", path).json()["files"][0]["state"] for path in paths]

    eventually(lambda: "pending" not in states(), SECONDS)
    return found + Told(states())


def archives(site: Live, number: int) -> Told:
    """Archives of 256 MiB of zeros under names of pictures and documents."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a.bin", bytes(256 * MIB))
    names = ("a.jpg", "a.docx", "a.zip", "a.pdf")
    files = (File(packed.getvalue(), names[count % 4], "image/jpeg") for count in range(number))
    answers = (site.report(REPORT_FIELDS, [file]) for file in files)
    return Told(f"{answer.status} {answer.code}" for answer in answers)


def asked(site: Live, number: int, path: str, *lines: str) -> Told:
    """The same question so many times on one connection."""
    found = Told()
    wire = Wire(site.port)
    for count in range(number):
        wire.head("GET", path.replace("{n}", str(count)), ["Host: desk.example", *lines])
        answer = told(wire)
        found[answer] += 1
        if answer == "closed" or answer.startswith("431"):
            wire.socket.close()
            wire = Wire(site.port)
    wire.socket.close()
    return found


def ranges(site: Live, number: int) -> Told:
    """A download in 4,000 ranges at once."""
    answer = site.report(REPORT_FIELDS, [File(samples.jpeg())])
    path = answer.json()["files"][0]["url"].removeprefix(site.base)
    eventually(lambda: site.call("GET", path).status == 200, 30)
    many = ",".join(f"{n}-{n}" for n in range(4_000))[:28_000].rpartition(",")[0]
    return asked(site, number, path, f"Authorization: Bearer {site.token('wanda')}", f"Range: bytes={many}")


def lookups(site: Live, number: int) -> Told:
    """One person who tries gig ids."""
    return asked(
        site, number, "/api/intake?gigId=guess-{n}", f"Authorization: Bearer {site.token('mallory')}"
    )


def packed_tokens(site: Live, number: int) -> Told:
    """Encrypted tokens that say they are compressed, as large as a head may be."""
    head = traffic._base64(json.dumps({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}).encode()).decode()
    packed = traffic._base64(zlib.compress(bytes(20 * MIB))[:18_000]).decode()
    return asked(site, number, "/api/cases", f"Authorization: Bearer {head}..AAAA.{packed}.AAAA")


def crowd(site: Live, number: int) -> Told:
    """Connections that are opened and say nothing; whether others are answered meanwhile."""
    wires = []
    with suppress(OSError):
        wires = [Wire(site.port) for _ in range(number)]
    found = Told({"201 to others": sum(_report(site) for _ in range(20))})
    found["silent connections"] = len(wires)
    for wire in wires:
        wire.socket.close()
    return found


Send = Callable[[Live, int], Told]

"""Rows 4, 8, 10, 12 and 13: connections that lie about length, break off, stand still, or crowd others out."""

import os
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

import forms
import samples
from forms import File
from live import GIG, REPORT, Live, eventually, nothing_left
from raw import Answer, NoAnswer, Wire

MIB = 1 << 20
R = forms.report(GIG)
BODY = forms.form(R, [File(samples.jpeg())])
ABORTS = int(os.environ.get("GIGDESK_TEST_ABORTS", "5000"))


def head(site: Live, *lines: str, by: str | None = "wanda") -> list[str]:
    """The lines of a report's head, and more."""
    token = [f"Authorization: Bearer {site.token(by)}"] if by else []
    return ["Host: desk.example", *token, f"Content-Type: {forms.content_type()}", *lines]


LENGTHS: dict[str, tuple[str, ...]] = {
    "negative": ("Content-Length: -1",),
    "signed": ("Content-Length: +700",),
    "hex": ("Content-Length: 0x2bc",),
    "not a number": ("Content-Length: many",),
    "two in one": ("Content-Length: 700, 700",),
    "huge": ("Content-Length: 99999999999999999999999999",),
    "two that agree": (f"Content-Length: {len(BODY)}", f"Content-Length: {len(BODY)}"),
    "two that differ": ("Content-Length: 5", f"Content-Length: {len(BODY)}"),
    "both kinds": (f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"),
    "both kinds, reversed": ("Transfer-Encoding: chunked", "Content-Length: 5"),
    "chunked twice": ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    "an unknown encoding": ("Transfer-Encoding: cow",),
    "chunked not last": ("Transfer-Encoding: chunked, gzip",),
    "a space before the colon": (f"Content-Length : {len(BODY)}",),
    "a folded line": ("Content-Length:", f" {len(BODY)}"),
    "a bare line end": (f"X: y\nContent-Length: {len(BODY)}",),
    "two tokens": (f"Content-Length: {len(BODY)}", "Authorization: Bearer other"),
    "two types": (f"Content-Length: {len(BODY)}", "Content-Type: text/plain"),
    "two hosts": (f"Content-Length: {len(BODY)}", "Host: other.example"),
}


@pytest.mark.abuse(4)
@pytest.mark.parametrize("name", LENGTHS)
def test_a_head_that_lies_about_its_body_is_refused(site: Live, name: str) -> None:
    before = site.stored()
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, *LENGTHS[name]))
        wire.send(BODY)
        answer = site.checked("POST", REPORT, wire.answer())
        assert answer.status in ((400, 413) if name == "huge" else (400,)), answer.body
        assert answer.json()["success"] is False
        assert wire.is_closed()
    assert nothing_left(site, before)


CHUNKS: dict[str, bytes] = {
    "no size": b"\r\nabc\r\n",
    "not hex": b"zz\r\nabc\r\n",
    "negative": b"-3\r\nabc\r\n",
    "prefixed": b"0x3\r\nabc\r\n",
    "too large a number": b"fffffffffffffffff\r\nabc\r\n",
    "shorter than said": b"10\r\nabc\r\n0\r\n\r\n",
    "longer than said": b"1\r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.abuse(4)
@pytest.mark.parametrize("name", CHUNKS)
def test_chunks_that_lie_are_refused(site: Live, name: str) -> None:
    before = site.stored()
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, "Transfer-Encoding: chunked"))
        wire.chunk(BODY[:100])
        wire.send(CHUNKS[name])
        with suppress(OSError):
            wire.socket.shutdown(socket.SHUT_WR)
        with suppress(NoAnswer):
            assert wire.answer().status == 400
        assert wire.is_closed()
    assert nothing_left(site, before)


@pytest.mark.abuse(4)
@pytest.mark.parametrize("length", [len(BODY) - 4, len(BODY) - 60, 10, 0])
def test_a_length_that_is_too_short_is_a_truncated_form(site: Live, length: int) -> None:
    before = site.stored()
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, f"Content-Length: {length}"))
        wire.send(BODY[:length])
        answer = site.checked("POST", REPORT, wire.answer())
    assert (answer.status, answer.code) in (
        (400, "multipart.truncated"),
        (400, "multipart.boundary_not_found"),
    )
    assert nothing_left(site, before)


@pytest.mark.abuse(4)
def test_no_length_at_all_is_no_body(site: Live) -> None:
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site))
        assert wire.answer().status in (400, 411)


@pytest.mark.abuse(4)
def test_a_length_that_is_never_kept_buffers_nothing(site: Live) -> None:
    memory = site.process.memory_info().rss
    wires = [Wire(site.port) for _ in range(60)]
    for wire in wires:
        wire.head("POST", REPORT, head(site, f"Content-Length: {500 * MIB}"))
        wire.send(BODY[:-200])
    assert site.report(R).status == 201, "others are served meanwhile"
    assert site.process.memory_info().rss - memory < 24 * MIB
    for wire in wires:
        wire.socket.close()
    assert nothing_left(site, site.stored())


@pytest.mark.abuse(4)
def test_trailers_without_end_are_refused_and_not_kept(site: Live) -> None:
    memory = site.process.memory_info().rss
    for line in (b"X-A: b\r\n" * 4000, b"x" * 32768):
        with Wire(site.port) as wire:
            wire.head("POST", REPORT, head(site, "Transfer-Encoding: chunked"))
            wire.chunk(BODY)
            wire.send(b"0\r\n")
            if not line.endswith(b"\n"):
                wire.send(b"X-A: ")
            sent = 0
            while not wire.broken and sent < 64 * MIB:
                sent += wire.send(line)
            assert wire.broken, "the server went on listening"
    assert site.process.memory_info().rss - memory < 24 * MIB


@pytest.mark.abuse(8)
def test_the_server_answers_others_while_large_uploads_run(site: Live) -> None:
    """Judged by bytes: between two answers to a probe it writes only a part of what all uploads bring."""
    film = File(samples.mp4() + samples.box(b"free", bytes(5 * MIB)), "film.mp4", "video/mp4")
    body = forms.form(R, [film])
    statuses: list[int] = []

    def upload() -> None:
        with Wire(site.port, 100) as wire:
            wire.head("POST", REPORT, head(site, f"Content-Length: {len(body)}"))
            for start in range(0, len(body), 128 << 10):
                wire.send(body[start : start + (128 << 10)])
                time.sleep(0.02)
            statuses.append(wire.answer().status)

    uploads = [threading.Thread(target=upload) for _ in range(50)]
    seen, written = site.process.io_counters().write_chars, []
    for thread in uploads:
        thread.start()
    while any(thread.is_alive() for thread in uploads):
        assert site.call("GET", "/healthz", by=None).status == 200
        now = site.process.io_counters().write_chars
        written.append(now - seen)
        seen = now
    for thread in uploads:
        thread.join()
    assert statuses == [201] * 50
    assert len(written) > 20
    assert sorted(written)[int(len(written) * 0.9)] < 50 * len(body) / 10


@pytest.mark.abuse(10)
def test_broken_off_uploads_leave_nothing_open_and_nothing_behind(site: Live) -> None:
    chance = random.Random(20_262)
    film = File(samples.mp4() + samples.box(b"free", bytes(300_000)), "film.mp4", "video/mp4")
    body = forms.form(R, [File(samples.jpeg()), film])

    def abort() -> None:
        wire = Wire(site.port)
        wire.head("POST", REPORT, head(site, f"Content-Length: {len(body)}"))
        wire.send(body[: chance.randrange(len(body) - 1)])
        if chance.random() < 0.5:  # a reset instead of a polite end
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        wire.socket.close()

    # What was sent before is inspected meanwhile, and makes copies that are nobody's for a moment.
    assert eventually(lambda: not site.rows("SELECT 1 FROM effects WHERE kind = 'inspect-evidence'"), 60)
    for _ in range(40):
        abort()
    stored = site.stored()
    assert nothing_left(site, stored)
    descriptors, memory = site.process.num_fds(), site.process.memory_info().rss
    for _ in range(ABORTS):
        abort()
    assert nothing_left(site, stored)
    assert eventually(lambda: site.process.num_fds() <= descriptors + 2)
    assert site.process.memory_info().rss - memory < 16 * MIB
    assert site.report(R, [film]).status == 201


@pytest.mark.abuse(12)
def test_a_gigabyte_without_a_token_is_401_before_a_byte_of_it(site: Live) -> None:
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, f"Content-Length: {1 << 30}", by=None))
        answer = site.checked("POST", REPORT, wire.answer())
        assert answer.status == 401
        assert answer.headers["connection"] == "close"
        assert wire.is_closed(), "also for who goes on to wait"


@pytest.mark.abuse(12)
def test_a_gigabyte_without_a_token_is_not_read(site: Live) -> None:
    memory, block = site.process.memory_info().rss, bytes(1 << 18)
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, f"Content-Length: {1 << 30}", by=None))
        sent = 0
        while not wire.broken and sent < 1 << 30:
            sent += wire.send(block)
        assert wire.broken
        assert sent < 64 * MIB
        assert wire.answer().status == 401
    assert site.process.memory_info().rss - memory < 32 * MIB


@pytest.mark.abuse(12)
def test_who_asks_before_sending_is_refused_without_being_asked_for_the_body(site: Live) -> None:
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, "Content-Length: 5000000", "Expect: 100-continue", by=None))
        raw = wire.socket.recv(65536)
        assert raw.startswith(b"HTTP/1.1 401 "), raw[:100]
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head(site, f"Content-Length: {len(BODY)}", "Expect: 100-continue"))
        assert wire.socket.recv(65536).startswith(b"HTTP/1.1 100 ")
        wire.send(BODY)
        assert wire.answer().status == 201


@pytest.mark.abuse(13)
def test_slow_heads_and_slow_bodies_are_cut_and_others_are_served(another: Callable[..., Live]) -> None:
    site = another(GIGDESK_UPLOAD_IDLE="1.5", GIGDESK_UPLOAD_TOTAL="4")
    memory = site.process.memory_info().rss
    descriptors = site.process.num_fds()
    still, dripping, heads = ([Wire(site.port, 40) for _ in range(40)] for _ in range(3))
    for wire in still + dripping:
        wire.head("POST", REPORT, head(site, f"Content-Length: {len(BODY)}"))
        wire.send(BODY[:200])
    for wire in heads:
        wire.send(b"POST /api/report-issue HTTP/1.1\r\nHost: x\r\n")
    deadline = time.monotonic() + 40
    while not all(w.broken for w in dripping + heads) and time.monotonic() < deadline:
        for wire in dripping:
            wire.broken or wire.send(b"x")
        for wire in heads:
            wire.broken or wire.send(b"X")
        assert site.report(R, [File(samples.jpeg())]).status == 201, "others are served"
        time.sleep(0.3)
    assert all(w.broken for w in dripping), "a body that drips is cut"
    assert all(w.broken for w in heads), "a head that drips is cut"
    answers = [answer_of(wire) for wire in still]
    assert all(a is None or (a.status, a.code) == (408, "body.too_slow") for a in answers)
    assert any(answers), "who stands still hears why"
    for wire in still + dripping + heads:
        wire.socket.close()
    assert eventually(lambda: site.process.num_fds() <= descriptors + 4)
    assert site.process.memory_info().rss - memory < 24 * MIB
    assert nothing_left(site, site.stored())


def answer_of(wire: Wire) -> Answer | None:
    try:
        return wire.answer()
    except NoAnswer:
        return None

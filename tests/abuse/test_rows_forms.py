"""Rows 1, 2, 3, 5, 6, 7, 9 and 11: forms that are meant to hurt, sent to a running server."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import forms
import samples
from forms import File
from live import GIG, REPORT, Live, nothing_left
from raw import Answer, NoAnswer, Wire

MIB = 1 << 20
R = forms.report(GIG)
PHOTO = File(samples.jpeg())
PART = f"--{forms.BOUNDARY}\r\n".encode()


def posted(
    site: Live, body: Iterator[bytes] | list[bytes], content_type: str = forms.content_type()
) -> Answer:
    """The answer to a body of any length, sent in chunks until the server has heard enough."""
    with Wire(site.port, 60) as wire:
        head = {"Authorization": f"Bearer {site.token('wanda')}", "Content-Type": content_type}
        wire.head("POST", REPORT, head | {"Transfer-Encoding": "chunked"})
        for piece in body:
            wire.chunk(piece)
            if wire.broken:
                break
        else:
            wire.chunk(b"")
        return site.checked("POST", REPORT, wire.answer())


def times(piece: bytes, size: int, before: bytes = b"", after: bytes = b"") -> list[bytes]:
    """``piece`` repeated to about this many bytes, in chunks of 256 KiB."""
    block = piece * max(1, (256 << 10) // len(piece))
    return [before + block, *[block] * (size // len(block)), block + after]


def growth(site: Live, send: Callable[[int], object], size: int) -> float:
    """CPU time of the server for twice the size over that for the size; below 3 is linear."""

    def cost(size: int) -> float:
        before = site.cpu()
        send(size)
        return site.cpu() - before

    cost(size // 4)  # whatever is done once is done
    small, large = min(cost(size) for _ in range(2)), min(cost(2 * size) for _ in range(2))
    return large / max(small, 0.05)


HOSTILE: dict[str, tuple[int, bytes, bytes]] = {
    "header lines": (1, PART, b"A: b\r\n"),
    "one endless header": (1, PART + b"A: ", b"b" * 1000),
    "an endless name of a header": (1, PART, b"b" * 1000),
    "a preamble": (2, b"", b"junk before the form\r\n"),
    "a preamble of near boundaries": (2, b"", b"\r\n--7d1f-gigdesk-journe"),
    "an epilogue": (2, forms.form(R), b"junk behind the form\r\n"),
    "an epilogue of boundaries": (2, forms.form(R), b"\r\n--7d1f-gigdesk-journey--"),
    "a text without end": (
        6,
        PART + b"Content-Disposition: form-data; name=description\r\n\r\n",
        b"text " * 99,
    ),
    "parts": (7, b"", forms.field("amount", "1")),
    "empty parts": (7, b"", PART + b"\r\n\r\n"),
}


@pytest.mark.abuse(1)
@pytest.mark.abuse(2)
@pytest.mark.abuse(6)
@pytest.mark.abuse(7)
@pytest.mark.parametrize("name", HOSTILE)
def test_endless_forms_are_refused_in_linear_time(site: Live, name: str) -> None:
    _, before, piece = HOSTILE[name]
    written, memory, stored = len(site.whole_log), site.process.memory_info().rss, site.stored()

    def send(size: int) -> None:
        answer = posted(site, times(piece, size, before))
        assert answer.status in (400, 413), answer.body

    assert growth(site, send, 12 * MIB) < 3
    send(60 * MIB)
    assert site.process.memory_info().rss - memory < 24 * MIB
    assert len(site.whole_log) - written < 4000, "no line a byte"
    assert nothing_left(site, stored)


@pytest.mark.abuse(6)
def test_a_text_field_of_200_mb_is_413_at_its_cap(site: Live) -> None:
    memory = site.process.memory_info().rss
    head = PART + b"Content-Disposition: form-data; name=description\r\n\r\n"
    answer = posted(site, times(b"text ", 200 * MIB, head))
    assert (answer.status, answer.code) == (413, "field_too_large")
    assert site.process.memory_info().rss - memory < 24 * MIB


@pytest.mark.abuse(7)
@pytest.mark.parametrize("separator", ["&", ";", "%26", "=&"])
def test_urlencoded_fields_are_not_even_parsed(site: Live, separator: str) -> None:
    def send(size: int) -> None:
        piece = b"a=1" + separator.encode()
        answer = posted(site, times(piece, size), "application/x-www-form-urlencoded")
        assert (answer.status, answer.code) == (415, "form.expected")

    assert growth(site, send, 8 * MIB) < 3


@pytest.mark.abuse(3)
@pytest.mark.parametrize(
    "evil", ['"' + "\\" * 9000, '"' + '\\"' * 4500, "a; " * 3000, ";=" * 4500, "=" * 9000]
)
def test_a_hostile_content_type_costs_linear_time(site: Live, evil: str) -> None:
    def send(size: int) -> None:
        text = f"multipart/form-data; boundary={evil[: 9 * size]}"
        for _ in range(150):
            answer = site.send_form(b"x", Content_Type=text)
            assert answer.status == 400, answer.body

    assert growth(site, send, 500) < 3


@pytest.mark.abuse(3)
def test_a_content_type_of_64_kb_is_refused_with_the_head(site: Live) -> None:
    answer = site.send_form(b"x", Content_Type='multipart/form-data; boundary="' + "\\" * 65536)
    assert answer.status == 431
    assert answer.json()["success"] is False


@pytest.mark.abuse(5)
def test_the_name_that_was_judged_is_the_name_that_is_stored(site: Live) -> None:
    disposition = "Content-Disposition: form-data; name=files; filename*=UTF-8''..%2F%E2%80%AEgpj.php%00.jpg"
    body = forms.part(disposition, PHOTO.content) + forms.form(R)
    answer = site.send_form(body)
    assert answer.status == 201, answer.body
    assert answer.json()["files"][0]["name"] == "gpj.php.jpg"


@pytest.mark.abuse(5)
@pytest.mark.parametrize(
    "disposition",
    [
        "name=files; filename=a.jpg; filename*=UTF-8''b.php",
        "name=files; filename=a.jpg; filename=b.php",
        "name=description; name=files; filename=a.jpg",
        "name=files; filename*0=a; filename*1=.php",
    ],
)
def test_two_names_that_disagree_are_refused(site: Live, disposition: str) -> None:
    before = site.stored()
    part = forms.part(f"Content-Disposition: form-data; {disposition}", PHOTO.content)
    answer = site.send_form(part + forms.form(R))
    assert (answer.status, answer.code) == (400, "multipart.part_headers")
    assert nothing_left(site, before)


def _fuzz() -> list[bytes]:
    """Forms that took other parsers down, and a good one with a few bytes changed, by a fixed seed."""
    from web.test_multipart import CORPUS, B

    chance = random.Random(20_261)
    found = [body.replace(B.encode(), forms.BOUNDARY.encode()) for body in CORPUS]
    good = forms.form(R, [PHOTO, File(samples.png(), "b[c][__proto__].png", "image/png")])
    for _ in range(150):
        bad = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 8, 60))):
            place = chance.randrange(len(bad) or 1)
            match chance.randrange(4):
                case 0 if bad:
                    bad[place] = chance.randrange(256)
                case 1:
                    del bad[place : place + chance.choice((1, 2, 40))]
                case 2:
                    bad[place:place] = chance.choice(
                        (b"\r\n", b"--", PART, b'"', b"\x00", b"; name=x", b"\xff")
                    )
                case _:
                    bad = bad[: place + 1]
        found.append(bytes(bad))
    return found


@pytest.mark.abuse(9)
def test_broken_forms_never_end_in_a_fault_and_the_server_lives(site: Live) -> None:
    started, seen = site.process.create_time(), set()
    for body in _fuzz():
        answer = site.send_form(body)
        assert answer.status < 500, (answer.body, body[:300])
        seen.add(answer.status)
    assert {201, 400, 422} <= seen
    assert "request_failed" not in site.whole_log
    assert site.process.create_time() == started
    assert site.report(R, [PHOTO]).status == 201
    assert nothing_left(site, site.stored())


def size_of(path: Path) -> int:
    """0 where it is gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def photo_of_eight_megabytes(seen: threading.Event) -> Iterator[bytes]:
    """A form with it, which rests after 1.5 MiB until that was seen on the disk."""
    head = forms.file(File(samples.jpeg()))[: -2 - len(forms.BOUNDARY)]
    yield forms.form(R)[: -len(forms.end())] + head
    yield from [bytes(96 << 10)] * 16
    seen.wait(5)
    yield from [bytes(96 << 10)] * 64


@pytest.mark.abuse(11)
def test_a_file_is_never_larger_on_disk_than_its_cap(another: Callable[..., Live]) -> None:
    site = another(GIGDESK_MAX_IMAGE_BYTES=str(2 * MIB))
    largest, seen, stop = [0], threading.Event(), threading.Event()

    def watch() -> None:
        while not stop.is_set():
            largest[0] = max(largest[0], *map(size_of, site.objects()), 0)
            if largest[0]:
                seen.set()
            time.sleep(0.001)

    def send() -> None:
        try:
            answers.append(posted(site, photo_of_eight_megabytes(seen)))
        except NoAnswer:
            answers.append(None)

    answers: list[Answer | None] = []
    watcher = threading.Thread(target=watch)
    watcher.start()
    senders = [threading.Thread(target=send) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    stop.set()
    watcher.join()
    assert [(a.status, a.code) for a in answers if a] == [(413, "file.too_large")] * 6
    assert 0 < largest[0] <= 2 * MIB
    assert nothing_left(site, (0, 0, 0))

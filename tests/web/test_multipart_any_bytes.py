"""Whatever bytes come, however they were cut: events or a refusal, the same each time, in linear time."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigdesk.errors import GigdeskError
from gigdesk.web.multipart import Event, Field, FileBegin, FileEnd, FormLimits, FormReader

B = b"x:b"
TYPE = "multipart/form-data; boundary=x:b"
LIMITS = FormLimits(text_bytes=64, parts=4)
TOKENS = [
    b"--x:b",
    b"\r\n--x:b",
    b"\r\n--x:b--",
    b"--x:b--",
    b"\r\n",
    b"\r",
    b"\n",
    b"--",
    b'Content-Disposition: form-data; name="a"\r\n',
    b'Content-Disposition: form-data; name="files"; filename="f"\r\n',
    b'Content-Disposition: form-data; name="files"; filename=""\r\n',
    b"Content-Type: text/plain\r\n",
    b"Content-Length: 3\r\n",
    b"; filename*=UTF-8''%C3",
    b"abc",
    b"\xff\x00",
    b"y" * 70,
]
PART = b'\r\n--x:b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
BODIES = st.lists(st.sampled_from([*TOKENS, PART]) | st.binary(max_size=6), max_size=14).map(b"".join)


def outcome(chunks: list[bytes]) -> object:
    """What was read, with the bytes of each file as one; or the kind of refusal."""
    reader = FormReader(TYPE, LIMITS)
    found: list[Event] = []
    try:
        for chunk in chunks:
            for event in reader.feed(chunk):
                if isinstance(event, bytes | bytearray) and found and isinstance(found[-1], bytes):
                    found[-1] += bytes(event)
                else:
                    found.append(event if isinstance(event, Field | FileBegin | FileEnd) else bytes(event))
        reader.close()
    except GigdeskError as refused:
        return type(refused)
    return found


@pytest.mark.abuse(9)
@settings(max_examples=1500, deadline=None)
@given(BODIES, st.data())
def test_chunks_change_nothing(body: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    whole = outcome([body])
    assert outcome(pieces) == whole
    assert outcome([body[i : i + 1] for i in range(len(body))]) == whole


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(';="\\ab ', max_size=60).map("multipart/form-data;".__add__))
def test_any_content_type_is_read_or_refused(content_type: str) -> None:
    with suppress(GigdeskError):
        FormReader(content_type, LIMITS)


def _headers(n: int) -> bytes:
    return b"--x:b\r\n" + b"A: b\r\n" * n


def _header(n: int) -> bytes:
    return b"--x:b\r\nA: " + b"b" * n


def _preamble(n: int) -> bytes:
    return b"\r\n--x:" * n


def _epilogue(n: int) -> bytes:
    return b"--x:b--" + b"\r\n--x:b--" * n


def _escapes(n: int) -> bytes:
    return b"--x:b\r\nContent-Disposition: form-data; name=a; filename=" + b'"\\"\\' * n


def _parameters(n: int) -> bytes:
    return b"--x:b\r\nContent-Disposition: form-data" + b";a=" * n + b"\r\n\r\n"


def _near_boundaries(n: int) -> bytes:
    return (
        b'--x:b\r\nContent-Disposition: form-data; name=files; filename="f"\r\n\r\n' + b"\r\n--x:\r\n--x" * n
    )


def _parts(n: int) -> bytes:
    return (PART + b"1") * n


@pytest.mark.abuse(1)
@pytest.mark.abuse(2)
@pytest.mark.abuse(7)
@pytest.mark.parametrize(
    "hostile", [_headers, _header, _preamble, _epilogue, _escapes, _parameters, _near_boundaries, _parts]
)
def test_eight_times_the_bytes_cost_about_eight_times_the_work(hostile: Callable[[int], bytes]) -> None:
    small, large = (cost(hostile(n)) for n in (20_000, 160_000))
    assert large < 24 * max(small, 0.002)  # 64 times, if it grew with the square


@pytest.mark.abuse(3)
def test_a_hostile_content_type_costs_linear_time() -> None:
    def cost_of(n: int) -> float:
        return best(lambda: outcome_of_type('multipart/form-data; boundary="' + "\\" * n))

    assert cost_of(128_000) < 24 * max(cost_of(16_000), 0.002)


def outcome_of_type(content_type: str) -> None:
    with pytest.raises(GigdeskError):
        FormReader(content_type, LIMITS)


def cost(body: bytes) -> float:
    chunks = [body[i : i + 4096] for i in range(0, len(body), 4096)]
    return best(lambda: outcome(chunks))


def best(work: Callable[[], object]) -> float:
    """Seconds of CPU, the least of five: other work on the machine only ever adds."""
    times = []
    for _ in range(5):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)

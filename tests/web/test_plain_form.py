"""The quick reading of a plain form and the streaming reader agree on every body that the first one takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gigdesk.errors import GigdeskError
from gigdesk.web.multipart import Event, Field, FormLimits, FormReader
from gigdesk.web.plain_form import MAX_BYTES, plain_fields

TYPE = "multipart/form-data; boundary=b0"
LIMITS = FormLimits(text_bytes=40, parts=3)
TOKENS = [
    b"--b0",
    b"\r\n--b0",
    b"\r\n--b0--",
    b"\r\n",
    b"\r",
    b"\n",
    b"--",
    b"--\r\n",
    b" ",
    b'Content-Disposition: form-data; name="gigId"',
    b'content-disposition: form-data; name="a"',
    b'Content-Disposition: form-data; name="a"; filename="f"',
    b'Content-Disposition: form-data; name="\xc3\xa9"',
    b"Content-Type: text/plain",
    b"\r\n\r\n",
    b"abc",
    b"\xff\x00",
    b"y" * 41,
]
PART = b'\r\n--b0\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
NOISE = st.lists(st.sampled_from([*TOKENS, PART]) | st.binary(max_size=6), max_size=5).map(b"".join)
FORMS = st.builds(
    lambda parts, end: b"".join([PART[2:] + parts[0], *(PART + part for part in parts[1:]), end]),
    st.lists(NOISE, min_size=1, max_size=4),
    st.sampled_from([b"\r\n--b0--\r\n", b"\r\n--b0--", b"\r\n--b0--\r\nbehind", b"\r\n--b0", b""]),
)


def form(**fields: str) -> bytes:
    parts = (
        f'--b0\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return "".join(parts).encode() + b"--b0--\r\n"


def streamed(body: bytes) -> list[Event] | type[GigdeskError]:
    reader = FormReader(TYPE, LIMITS)
    try:
        found = list(reader.feed(body))
        reader.close()
    except GigdeskError as refused:
        return type(refused)
    return found


@settings(max_examples=3000, deadline=None)
@given(FORMS)
def test_what_is_taken_is_what_the_streaming_reader_reads(body: bytes) -> None:
    taken = plain_fields(TYPE, body, LIMITS)
    if taken is not None:
        assert streamed(body) == [Field(name, value) for name, value in taken]


def test_a_report_without_files_is_taken() -> None:
    body = form(gigId="g-1", issueType="other", description="Zwölf Stühle\r\nfehlten.")
    assert plain_fields(TYPE, body, FormLimits()) == [
        ("gigId", "g-1"),
        ("issueType", "other"),
        ("description", "Zwölf Stühle\r\nfehlten."),
    ]


def test_what_is_out_of_the_ordinary_is_left_to_the_streaming_reader() -> None:
    plain = form(gigId="g-1")
    unusual = [
        plain.replace(b'name="gigId"', b'name="files"; filename="a.jpg"'),
        plain.replace(b"Content-Disposition", b"content-disposition"),
        plain.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain\r\n\r\n"),
        plain.replace(b"g-1", b"\xff"),
        plain.replace(b"g-1", b"g" * (MAX_BYTES + 1)),
        b"preamble\r\n" + plain,
        plain + b"epilogue",
        plain[:-4],
        b"",
    ]
    for body in unusual:
        assert plain_fields(TYPE, body, FormLimits(text_bytes=MAX_BYTES * 2)) is None
    assert plain_fields('multipart/form-data; boundary="b0"', plain, LIMITS) is None
    assert plain_fields("multipart/form-data; boundary=b0; charset=utf-8", plain, LIMITS) is None
    assert plain_fields("text/plain", plain, LIMITS) is None
    assert plain_fields(TYPE, form(a="1", b="2", c="3", d="4"), LIMITS) is None
    assert plain_fields(TYPE, form(a="y" * 41), LIMITS) is None

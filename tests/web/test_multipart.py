"""Forms as they come: unusual ones are read, broken ones are refused, and never otherwise than in words."""

from dataclasses import dataclass

import pytest

from gigdesk.errors import GigdeskError, Invalid, Malformed, NotAccepted, TooLarge
from gigdesk.web.language import Languages
from gigdesk.web.multipart import Field, FileBegin, FileEnd, FormLimits, FormReader

B = "----WebKit7MA4YWxk"
TYPE = f"multipart/form-data; boundary={B}"
FIELD = 'Content-Disposition: form-data; name="gigId"'
FILE = 'Content-Disposition: form-data; name="files"; filename='


@dataclass(frozen=True)
class Sent:
    """A file as its events tell it."""

    field: str
    name: str
    declared: str
    content: bytes


def part(headers: str, content: bytes = b"x") -> bytes:
    return f"--{B}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{B}--\r\n".encode()


def read(
    body: bytes, content_type: str = TYPE, *, step: int | None = None, limits: FormLimits | None = None
) -> list[Field | Sent]:
    reader = FormReader(content_type, limits or FormLimits())
    found: list[Field | Sent] = []
    begun: FileBegin | None = None
    content = b""
    for start in range(0, len(body), step or max(1, len(body))):
        for event in reader.feed(body[start : start + (step or len(body))]):
            if isinstance(event, Field):
                found.append(event)
            elif isinstance(event, FileBegin):
                begun, content = event, b""
            elif isinstance(event, FileEnd):
                assert begun
                found.append(Sent(begun.field, begun.filename, begun.declared_type, content))
            else:
                content += event
    reader.close()
    return found


def name_of(disposition: str) -> str:
    [sent] = read(form(part(f"Content-Disposition: form-data; name=files; {disposition}")))
    assert isinstance(sent, Sent)
    return sent.name


def test_fields_and_files_come_out_in_order() -> None:
    body = form(
        part(FIELD, b"g-1"),
        part(FILE + '"a b.jpg"\r\nContent-Type: image/jpeg', b"\xff\xd8\r\n--"),
        part('Content-Disposition: form-data; name="description"', "größer".encode()),
    )
    expected = [
        Field("gigId", "g-1"),
        Sent("files", "a b.jpg", "image/jpeg", b"\xff\xd8\r\n--"),
        Field("description", "größer"),
    ]
    for step in (1, 2, 3, 7, 64, None):
        assert read(body, step=step) == expected


@pytest.mark.parametrize(
    "content_type",
    [
        f'multipart/form-data; boundary="{B}"',
        f"Multipart/Form-Data;charset=utf-8;BOUNDARY={B}",
        f"multipart/form-data ; boundary={B} ;",
    ],
)
def test_the_boundary_may_be_quoted_and_have_company(content_type: str) -> None:
    assert read(form(part(FIELD, b"1")), content_type) == [Field("gigId", "1")]


@pytest.mark.parametrize("size", [0, 1, 100, 16 << 10])
@pytest.mark.parametrize("step", [1000, None])
def test_up_to_16_kib_may_stand_before_and_behind(size: int, step: int | None) -> None:
    body = b"p" * max(0, size - 2) + b"\r\n" * (size > 1) + form(part(FIELD, b"1"))[:-2] + b"e" * size
    if size != 1:  # one byte without a line end would push the boundary off its line
        assert read(body, step=step) == [Field("gigId", "1")]


@pytest.mark.parametrize("step", [1, 1000, None])
def test_more_than_16_kib_before_or_behind_is_refused(step: int | None) -> None:
    whole = form(part(FIELD, b"1"))
    with pytest.raises(Malformed):
        read(b"p" * ((16 << 10) - 1) + b"\r\n" + whole, step=step)
    with pytest.raises(Malformed):
        read(whole[:-2] + b"e" * ((16 << 10) + 1), step=step)


def test_an_empty_form_has_no_events() -> None:
    assert read(form()) == []


@pytest.mark.parametrize("kept", range(1, 40, 3))
def test_a_form_cut_off_anywhere_is_said_to_be_truncated(kept: int) -> None:
    body = form(part(FIELD, b"1"), part(FILE + '"a.jpg"', b"1" * 50))
    with pytest.raises(Malformed) as refused:
        read(body[: -kept - 4])
    assert refused.value.code == "multipart.truncated"
    assert "client_max_body_size" in str(refused.value)


def test_a_body_without_its_boundary_says_so() -> None:
    with pytest.raises(Malformed) as refused:
        read(form(part(FIELD)), "multipart/form-data; boundary=other")
    assert refused.value.code == "multipart.boundary_not_found"


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/mixed; boundary=b"]
)
def test_what_is_no_form_is_not_accepted(content_type: str) -> None:
    with pytest.raises(NotAccepted):
        FormReader(content_type, FormLimits())


@pytest.mark.parametrize(
    "parameters",
    [
        *("", "; boundary=", '; boundary="', "; boundary=a; boundary=b", "; boundary=a; Boundary=a"),
        *("; boundary=" + "b" * 201, "; boundary=ü", '; boundary="a\x00b"', "; x", '; boundary="\\\\' * 8000),
    ],
)
def test_a_boundary_that_is_none_is_malformed(parameters: str) -> None:
    with pytest.raises(Malformed):
        FormReader("multipart/form-data" + parameters, FormLimits())


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="größe.jpg"', "größe.jpg"),
        ('filename="a%22b%0D%0A%20.jpg"', 'a"b\r\n%20.jpg'),
        ('filename="a\\"b.jpg"', 'a"b.jpg'),
        ('filename="C:\\photos\\a.jpg"', "C:\\photos\\a.jpg"),
        ('filename="ends with \\"', "ends with \\"),
        ("filename=plain.jpg", "plain.jpg"),
        ("FileName=plain.jpg; size=3", "plain.jpg"),
        ("filename*=UTF-8''gr%C3%B6%C3%9Fe.jpg", "größe.jpg"),
        ("filename*=iso-8859-1'de'gr%F6%DFe.jpg", "größe.jpg"),
        ("filename=\"a.jpg\"; filename*=UTF-8''a.jpg", "a.jpg"),
        ("filename=\"=?utf-8?B?Z3LDtsOfZQ==?=\"; filename*=utf-8''gr%C3%B6%C3%9Fe", "größe"),
    ],
)
def test_file_names_are_read_as_programs_write_them(disposition: str, name: str) -> None:
    assert name_of(disposition) == name


@pytest.mark.abuse(5)
@pytest.mark.parametrize(
    "disposition",
    [
        "filename=\"a.jpg\"; filename*=UTF-8''b.jpg",
        'filename="a.jpg"; filename="a.jpg"',
        'filename="a.jpg"; Filename="b.jpg"',
        "name=other; filename=a.jpg",
        "filename*0=a; filename*1=.jpg",
        "name*=UTF-8''files; filename=a",
        "filename*=UTF-8''%FF",
        "filename*=utf-16''a",
        "filename*=a.jpg",
        'filename="a.jpg',
        'filename="a.jpg"b',
        'filename=a"b',
        "filename",
        'filename="a\x00b"',
    ],
)
def test_names_that_conflict_are_refused(disposition: str) -> None:
    with pytest.raises(Malformed):
        name_of(disposition)


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/plain",
        "Content-Disposition: form-data",
        'Content-Disposition: form-data; name=""',
        'Content-Disposition: attachment; name="gigId"',
        f"{FIELD}\r\n{FIELD}",
        f"{FIELD}\r\nContent-Type: text/plain\r\ncontent-type: text/plain",
        f"{FIELD}\r\nContent-Type: multipart/mixed; boundary=inner",
        f"{FIELD}\r\nContent-Transfer-Encoding: base64",
        f"{FIELD}\r\nContent-Transfer-Encoding: quoted-printable",
        f"{FIELD}\r\n folded: yes",
        f"{FIELD}\r\nno colon",
        f"{FIELD}\r\nX: a\nb",
        f"{FIELD}\r\n: nameless",
        f"{FIELD}\r\nContent-Length: 7",
        f"{FIELD}\r\nContent-Length: -1",
        FIELD + "\r\nX: y" * 9,
        f"{FIELD}\r\nX: " + "y" * 5000,
        FIELD + " \x00",
    ],
)
@pytest.mark.parametrize("step", [1, 50, None])
def test_part_headers_that_are_broken_are_refused(headers: str, step: int | None) -> None:
    with pytest.raises(Malformed):
        read(form(part(headers)), step=step)


@pytest.mark.parametrize(
    ("body", "english", "spanish"),
    [
        (form(part(f"{FIELD}\r\nno colon")), "header that is none", "cabecera que no lo es"),
        (form(part(f"{FIELD}\r\nContent-Length: 7")), "Content-Length is not", "no es el tamaño"),
        (f"--{B}xx".encode(), "a boundary is not followed", "no termina la línea"),
    ],
)
def test_what_the_parser_says_is_told_in_our_words(body: bytes, english: str, spanish: str) -> None:
    with pytest.raises(Malformed, match=english) as refused:
        read(body)
    assert spanish in Languages().negotiate("es").say(refused.value.sentence, refused.value.values)


@pytest.mark.parametrize("encoding", ["7bit", "8BIT", "binary"])
def test_part_headers_may_be_in_any_case(encoding: str) -> None:
    headers = f"CONTENT-DISPOSITION: Form-Data; NAME=gigId\r\ncontent-transfer-encoding: {encoding}\r\nX-Y: z"
    assert read(form(part(headers, b"1"))) == [Field("gigId", "1")]


def test_a_file_part_without_name_and_bytes_is_no_file() -> None:
    assert read(form(part(FILE + '""\r\nContent-Type: application/octet-stream', b""))) == []


def test_an_empty_file_with_a_name_is_a_file() -> None:
    assert read(form(part(FILE + '"a.jpg"', b""))) == [Sent("files", "a.jpg", "", b"")]


def test_bytes_without_a_file_name_are_a_file() -> None:
    assert read(form(part(FILE + '""', b"abc"))) == [Sent("files", "", "", b"abc")]


def test_a_file_in_another_field_is_refused() -> None:
    with pytest.raises(Invalid):
        read(form(part('Content-Disposition: form-data; name="avatar"; filename="a.jpg"')))


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Malformed) as refused:
        read(form(part(FIELD, b"\xff")))
    assert refused.value.code == "field.not_utf8"


@pytest.mark.abuse(6)
@pytest.mark.parametrize("step", [1, 17, None])
def test_a_text_field_stops_at_its_limit(step: int | None) -> None:
    limits = FormLimits(text_bytes=100)
    assert read(form(part(FIELD, b"1" * 100)), step=step, limits=limits)
    with pytest.raises(TooLarge) as refused:
        read(form(part(FIELD, b"1" * 101)), step=step, limits=limits)
    assert refused.value.code == "field_too_large"
    assert "gigId" in str(refused.value)
    assert "100" in str(refused.value)


@pytest.mark.abuse(7)
def test_parts_stop_at_their_limit() -> None:
    limits = FormLimits(parts=5)
    assert len(read(form(*[part(FIELD)] * 5), limits=limits)) == 5
    with pytest.raises(TooLarge) as refused:
        read(form(*[part(FIELD)] * 6), limits=limits)
    assert refused.value.code == "parts.too_many"


# What took other parsers down: nested names, missing ends, fields without names, boundaries inside boundaries.
CORPUS = [
    b"",
    b"--",
    b"\r\n\r\n",
    f"--{B}".encode(),
    f"--{B}--".encode(),
    f"--{B}\r\n\r\n\r\n--{B}--".encode(),
    f"--{B}\n{FIELD}\n\n1\n--{B}--\n".encode(),
    f"--{B}\r\n{FIELD}\r\n\r\n1\r\n--{B}".encode(),
    f"--{B}\r\n{FIELD}\r\n\r\n1\r\n--{B}-".encode(),
    f"--{B}\r\n{FIELD}\r\n\r\n1\r\n--{B} --".encode(),
    f"--{B}\r\n--{B}--\r\n".encode(),
    f"--{B}\r\n{FIELD}\r\n--{B}--\r\n\r\n\r\n--{B}--".encode(),
    form(part("Content-Disposition: form-data; name=a[b][c][__proto__][0]")),
    form(part("Content-Disposition: form-data; name=" + "a" * 3000 + "[" * 1000)),
    form(part("Content-Disposition: form-data; name")),
    form(part("Content-Disposition:")),
    form(part("Content-Disposition: ;;;;")),
    form(part('Content-Disposition: form-data; name="\\"')),
    form(part("Content-Disposition: form-data; name='a'; filename=''")),
    form(part("\x00\x01")),
    form(part(FIELD), b"--" + B.encode() + b"\r\n"),
    form(part(FILE + '"\ud800"'.encode("utf-8", "surrogatepass").decode("latin-1"))),
    bytes(range(256)) * 8,
]


@pytest.mark.abuse(9)
@pytest.mark.parametrize("body", CORPUS)
def test_broken_ends_and_nested_names_are_read_or_refused(body: bytes) -> None:
    outcomes = set()
    for step in (1, 5, None):
        try:
            outcomes.add(repr(read(body, step=step)))
        except GigdeskError as refused:
            outcomes.add(type(refused).__name__)
    assert len(outcomes) == 1

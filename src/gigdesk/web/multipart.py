"""A form as it arrives: bytes in, events out, nothing waited for.

Around the parser stand limits of our own: header lines, parts, text, preamble and epilogue. Whatever the
bytes are, what comes out is events or an error with a sentence, and how they were cut into chunks changes
neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from multipart import MultipartError, ParserLimitReached, PushMultipartParser

from gigdesk.cases.issue_types import msg
from gigdesk.errors import FieldError, Invalid, Malformed, NotAccepted, Phrase, TooLarge
from gigdesk.web.part_headers import MAX_HEADER_LINE, Part, parameters, part_of

MAX_BOUNDARY = 200
MAX_CONTENT_TYPE = 1024
MAX_HEADERS = 8
MAX_AROUND = 16 << 10
_SAID = (
    ("content-length", msg("a part's Content-Length is not the length of that part")),
    ("boundary", msg("a boundary is not followed by the end of its line")),
    ("header", msg("a part has a header that is none")),
)
"""A word in what the parser says, and what is told of it; the first that fits."""
_NOT_A_FORM = msg("its parts do not stand as RFC 7578 has them")
FILE_FIELDS = frozenset({"files", "files[]", "file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLimits:
    """Bytes that one text field may have, and how many parts a form."""

    text_bytes: int = 40_000
    parts: int = 60


@dataclass(frozen=True, slots=True)
class Field:
    """A whole text field."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FileBegin:
    """A file begins; its bytes follow. Neither name nor type is to be believed."""

    field: str
    filename: str
    declared_type: str


@dataclass(frozen=True, slots=True)
class FileEnd:
    """All bytes of the file have come."""


Event = Field | FileBegin | FileEnd | bytes | bytearray
_END = FileEnd()


class _Parser(PushMultipartParser):  # type: ignore[misc]
    """The parser, with our own judgement of a part's headers at its documented seam."""

    def _create_segment(self, headerlist: list[tuple[str, str]]) -> Part:
        return part_of(headerlist)


class FormReader:
    """Reads one form. Raises NotAccepted where the body is no form, Malformed for a boundary that is none.

    What stands before the first and behind the last boundary is taken off here (RFC 2046 §5.1.1, at most
    16 KiB each): the parser would refuse it when strict, and judge it by how it was cut when not.
    """

    def __init__(self, content_type: str, limits: FormLimits) -> None:
        boundary = boundary_of(content_type)
        self._limits = limits
        self._parser = _Parser(
            boundary,
            # More than our own limit, which is judged on whole lines: the parser also counts half ones.
            max_header_size=2 * MAX_HEADER_LINE,
            max_header_count=MAX_HEADERS,
            strict=True,
        )
        self._opening = b"\r\n--" + boundary.encode()
        self._closing = self._opening + b"--"
        self._preamble: bytearray | None = bytearray()
        self._behind: int | None = None
        self._tail = b"\r\n"
        self._part: Part | None = None
        self._parts = 0
        self._begun = False
        self._text: list[bytes] = []
        self._text_bytes = 0

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events of this chunk, to be taken before the next. Raises GigdeskError, never anything else."""
        if self._preamble is not None:
            chunk = self._after_preamble(chunk)
        if self._behind is not None:
            self._count_behind(len(chunk))
        elif chunk:
            yield from self._parsed(chunk)

    def close(self) -> None:
        """The body has ended; raises Malformed where the form has not."""
        if self._preamble:
            raise _no_boundary()
        try:
            self._parser.close()
        except MultipartError:
            raise Malformed(
                "multipart.truncated",
                "The form ended in the middle. Its closing boundary is missing: the connection broke, or a"
                " proxy in front has a smaller limit for bodies (nginx client_max_body_size, Next.js"
                " body size limits). Send it again, or raise that limit.",
            ) from None

    def _parsed(self, chunk: bytes) -> Iterator[Event]:
        try:
            for event in self._parser.parse(chunk):
                if event is None:
                    yield from self._ended()
                elif type(event) is Part:
                    self._begin(event)
                else:
                    yield from self._bytes(event)
        except ParserLimitReached:
            raise _malformed(msg("a part's headers are longer or more than any form needs")) from None
        except MultipartError as error:
            raise _malformed(_said_of(error)) from None
        if self._part is None:
            self._look_for_the_end(chunk)
        size = len(self._closing) - 1
        self._tail = chunk[-size:] if len(chunk) >= size else (self._tail + chunk)[-size:]

    def _after_preamble(self, chunk: bytes) -> bytes:
        """The form from its first boundary on, once that has come; until then nothing."""
        if not self._preamble and chunk.startswith(self._opening[2:]):
            self._preamble = None
            return chunk
        held = self._preamble = self._preamble or bytearray(b"\r\n")  # a line begins where the body does
        looked = max(0, len(held) - len(self._opening))
        held += chunk
        start = held.find(self._opening, looked, MAX_AROUND + len(self._opening))
        if start < 0:
            if len(held) >= MAX_AROUND + len(self._opening):
                raise _no_boundary()
            return b""
        self._preamble = None
        return bytes(memoryview(held)[start + 2 :])

    def _look_for_the_end(self, chunk: bytes) -> None:
        """Between two parts the closing boundary may have come; whatever follows it is no form any more."""
        near = self._tail + chunk
        found = near.find(self._closing)
        if found >= 0:
            self._behind = 0
            self._count_behind(len(near) - found - len(self._closing))

    def _count_behind(self, size: int) -> None:
        self._behind = (self._behind or 0) + size
        if self._behind > MAX_AROUND:
            raise _malformed(msg("more than 16 KiB stand behind the form"))

    def _begin(self, part: Part) -> None:
        self._parts += 1
        if self._parts > self._limits.parts:
            raise TooLarge(
                "parts.too_many", "The form has more than %(limit)s parts.", limit=self._limits.parts
            )
        if part.filename and part.name not in FILE_FIELDS:
            raise _not_a_file(part.name[:60])
        self._part = part
        self._begun = False
        self._text = []
        self._text_bytes = 0

    def _bytes(self, chunk: bytes) -> tuple[Event, ...]:
        part = self._part
        if part is None:
            raise _malformed(msg("bytes outside of a part"))
        if part.filename is None:
            self._text_bytes += len(chunk)
            if self._text_bytes > self._limits.text_bytes:
                raise self._too_long(part.name)
            self._text.append(chunk)
            return ()
        if self._begun:
            return (chunk,)
        self._begun = True
        return FileBegin(part.name, part.filename, part.declared_type), chunk

    def _ended(self) -> tuple[Event, ...]:
        part, self._part = self._part, None
        if part is None:
            return ()
        if part.filename is None:
            return (Field(part.name, self._decoded(part.name)),)
        if self._begun:
            return (_END,)
        if part.filename:
            return FileBegin(part.name, part.filename, part.declared_type), _END
        return ()

    def _decoded(self, name: str) -> str:
        raw = self._text[0] if len(self._text) == 1 else b"".join(self._text)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise Malformed(
                "field.not_utf8", "The field “%(field)s” is not UTF-8. Send text as UTF-8.", field=name[:60]
            ) from None

    def _too_long(self, name: str) -> TooLarge:
        return TooLarge(
            "field_too_large",
            "The field “%(field)s” is longer than %(limit)s bytes. Shorten it, or send a PDF.",
            field=name[:60],
            limit=self._limits.text_bytes,
        )


@lru_cache(maxsize=64)
def boundary_of(content_type: str) -> str:
    """The boundary that the header names. Raises NotAccepted where the body is no form, else Malformed."""
    if len(content_type) > MAX_CONTENT_TYPE:
        raise _malformed(msg("the Content-Type is too long"))
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise NotAccepted("form.expected", "Send a form: Content-Type: multipart/form-data; boundary=….")
    boundary = parameters(content_type)[1].get("boundary", "")
    if not boundary or len(boundary) > MAX_BOUNDARY or not (boundary.isascii() and boundary.isprintable()):
        raise _malformed(msg("the Content-Type names no boundary; let your HTTP library set this header"))
    return boundary


def _not_a_file(name: str) -> Invalid:
    wrong = FieldError(
        name, "field.not_a_file", "Send files in the field files, not in “%(given)s”.", {"given": name}
    )
    return Invalid(wrong.code, wrong.sentence, errors=[wrong], given=name)


def _no_boundary() -> Malformed:
    return Malformed(
        "multipart.boundary_not_found",
        "The boundary that the Content-Type names does not begin a line in the first %(limit)s KiB of the body."
        " Let your HTTP library set the Content-Type of the form itself.",
        limit=MAX_AROUND >> 10,
    )


def _said_of(error: MultipartError) -> str:
    """What the parser says, in words that are translated."""
    text = str(error).lower()
    return next((said for word, said in _SAID if word in text), _NOT_A_FORM)


def _malformed(why: str) -> Malformed:
    return Malformed(
        "multipart.malformed", "The body is not a form that can be read: %(why)s.", why=Phrase(why)
    )

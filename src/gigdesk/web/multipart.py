"""A form as it arrives: bytes in, events out, nothing waited for.

Around the parser stand limits of our own: header lines, parts, text, preamble and epilogue. Whatever the
bytes are, what comes out is events or an error with a sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from multipart import MultipartError, ParserLimitReached, PushMultipartParser

from gigdesk.errors import FieldError, GigdeskError, Invalid, Malformed, NotAccepted, TooLarge
from gigdesk.web.part_headers import Part, parameters, part_of

MAX_BOUNDARY = 200
MAX_CONTENT_TYPE = 1024
MAX_HEADER_LINE = 4096 + 128
MAX_HEADERS = 8
MAX_AROUND = 16 << 10
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
    """Reads one form. Raises NotAccepted where the body is no form, Malformed for a boundary that is none."""

    def __init__(self, content_type: str, limits: FormLimits) -> None:
        self._limits = limits
        self._parser = _Parser(
            _boundary(content_type),
            max_header_size=MAX_HEADER_LINE,
            max_header_count=MAX_HEADERS,
            max_segment_count=limits.parts,
        )
        self._part: Part | None = None
        self._begun = False
        self._around = 0
        self._text: list[bytes] = []
        self._text_bytes = 0

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events of this chunk, to be taken before the next. Raises GigdeskError, never anything else."""
        said = False
        try:
            for event in self._parser.parse(chunk):
                said = True
                if event is None:
                    yield from self._ended()
                elif isinstance(event, Part):
                    self._begin(event)
                else:
                    yield from self._bytes(event)
        except GigdeskError:
            raise
        except ParserLimitReached as error:
            raise self._limit(error) from None
        except MultipartError as error:
            raise _malformed(str(error)) from None
        if not said and self._part is None:
            self._count_around(len(chunk))

    def close(self) -> None:
        """The body has ended; raises Malformed where the form has not."""
        try:
            self._parser.close()
        except MultipartError:
            raise Malformed(
                "multipart.truncated",
                "The form ended in the middle. Its closing boundary is missing: the connection broke, or a"
                " proxy in front has a smaller limit for bodies (nginx client_max_body_size, Next.js"
                " body size limits). Send it again, or raise that limit.",
            ) from None

    def _begin(self, part: Part) -> None:
        if part.filename and part.name not in FILE_FIELDS:
            sentence = "Send files in the field files, not in “%(given)s”."
            given = part.name[:60]
            wrong = FieldError(given, "field.not_a_file", sentence, {"given": given})
            raise Invalid("field.not_a_file", sentence, errors=[wrong], given=given)
        self._part = part
        self._begun = False
        self._text = []
        self._text_bytes = 0

    def _bytes(self, chunk: bytes) -> Iterator[Event]:
        part = self._part
        if part is None:
            raise _malformed("bytes outside of a part")
        if part.filename is None:
            self._text_bytes += len(chunk)
            if self._text_bytes > self._limits.text_bytes:
                raise self._too_long(part.name)
            self._text.append(chunk)
            return
        if not self._begun:
            self._begun = True
            yield FileBegin(part.name, part.filename, part.declared_type)
        yield chunk

    def _ended(self) -> Iterator[Event]:
        part = self._part
        if part is None:
            return
        if part.filename is None:
            yield Field(part.name, self._decoded(part.name))
        elif self._begun or part.filename:
            if not self._begun:
                yield FileBegin(part.name, part.filename, part.declared_type)
            yield _END
        self._part = None

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

    def _limit(self, error: ParserLimitReached) -> GigdeskError:
        if "count" in str(error) and "header" not in str(error):
            return TooLarge(
                "parts.too_many", "The form has more than %(limit)s parts.", limit=self._limits.parts
            )
        return _malformed("a part's headers are longer or more than any form needs")

    def _count_around(self, size: int) -> None:
        self._around += size
        if self._around > MAX_AROUND:
            raise _malformed("more than 16 KiB stand before or behind the form")


def _boundary(content_type: str) -> str:
    if len(content_type) > MAX_CONTENT_TYPE:
        raise _malformed("the Content-Type is too long")
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise NotAccepted("form.expected", "Send a form: Content-Type: multipart/form-data; boundary=….")
    boundary = parameters(content_type)[1].get("boundary", "")
    if not boundary or len(boundary) > MAX_BOUNDARY or not (boundary.isascii() and boundary.isprintable()):
        raise _malformed("the Content-Type names no boundary; let your HTTP library set this header")
    return boundary


def _malformed(why: str) -> Malformed:
    return Malformed(
        "multipart.malformed", "The body is not a form that can be read: %(why)s.", why=why[:200]
    )

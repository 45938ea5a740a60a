"""Logs without personal data: one line an event, JSON where no person watches.

1. Every line of a request carries its id, which the answer carries too (``X-Request-Id``).
2. Each request has a line at ``debug`` only: the metrics count them all and cost less. What failed by a fault
   of ours is logged once, where it is answered.
3. Last processors drop what is named like a secret or looks like one, and escape line ends and controls:
   nobody forges a line. What libraries log comes the same way, from ``warning`` on.
"""

import logging
import os
import re
import sys
from contextvars import ContextVar
from types import TracebackType

import structlog
from starlette.types import Scope
from structlog.typing import EventDict, Processor, WrappedLogger

from gigdesk.web.heads import first_headers

_TRUSTED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_SENSITIVE = re.compile(
    r"authorization|cookie|csrf|description|e-?mail|filename|name|password|query|reason_text|secret|session|sub|token",
    re.IGNORECASE,
)
_ALLOWED = frozenset({"logger_name", "filename_length"})
# A token of the JOSE kind; a mail address.
_TELLING = re.compile(r"eyJ[\w-]{8,}\.[\w.-]*|[^\s@<>\"'=]{1,64}@[^\s@<>\"']{1,255}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LEFT_OUT = "(left out)"
FRAMES = 6

_number: ContextVar[str] = ContextVar("request_id", default="")
_log = structlog.get_logger()
_OF_REQUESTS = logging.getLogger("gigdesk.requests")


def configure(level: str) -> None:
    """Set up logging for this process; calling it again changes the level."""
    is_watched = sys.stderr.isatty()
    _OF_REQUESTS.setLevel(level.upper())
    before: list[Processor] = [
        number_of_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_of_fault,
        drop_sensitive,
    ]
    renderer: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=True)]
    if is_watched:
        renderer = [escape_controls, structlog.dev.ConsoleRenderer()]
    structlog.configure(
        processors=[*before, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_in_libraries(before, renderer)


def drop_sensitive(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Take out of the line whatever is named like a secret or like something of a person, or looks so."""
    for key, value in event.items():
        if _SENSITIVE.search(key) and key not in _ALLOWED:
            event[key] = LEFT_OUT
        elif isinstance(value, str) and key != "timestamp":
            event[key] = _TELLING.sub(LEFT_OUT, value)
    return event


def escape_controls(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Make line ends, terminal sequences and turned text visible; JSON does so by itself."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _CONTROLS.sub(_escaped, value)
    return event


def place_of_fault(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Of an exception the place and the type: its text may hold what a person sent."""
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    if isinstance(fault, tuple):
        fault = fault[1]
    if isinstance(fault, BaseException):
        event["fault"] = type(fault).__name__
        event["at"] = " > ".join(_frames(fault.__traceback__)[-FRAMES:])
        if fault.__cause__ is not None:
            event["because"] = type(fault.__cause__).__name__
    return event


def request_id(scope: Scope) -> str:
    """The id of this request: the caller's, if it is harmless, else a fresh one; bound to its log lines."""
    given = first_headers(scope).get(b"x-request-id", b"")
    number = given.decode("ascii") if _TRUSTED.fullmatch(given) else os.urandom(8).hex()
    _number.set(number)
    return number


def current_request_id() -> str:
    """The id of the request that this is part of, or nothing."""
    return _number.get()


def number_of_request(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Name the request that the line belongs to."""
    if number := _number.get():
        event.setdefault("request_id", number)
    return event


def request_answered(route: str, method: str, status: int, seconds: float) -> None:
    """One line for a request, at ``debug``; ``route`` is a template, never an address."""
    if _OF_REQUESTS.isEnabledFor(logging.DEBUG):  # asked here, since asking structlog costs ten times more
        _log.debug(
            "request_was_answered", route=route, method=method, status=status, seconds=round(seconds, 4)
        )


def _frames(trace: TracebackType | None) -> list[str]:
    frames = []
    while trace:
        code = trace.tb_frame.f_code
        file = code.co_filename.rpartition("site-packages/")[2].rpartition("src/gigdesk/")[2]
        frames.append(f"{file}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _take_in_libraries(before: list[Processor], renderer: list[Processor]) -> None:
    """What libraries log goes the way of our own lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *before],
            processors=[_without_formatter, *renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _without_formatter(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event

"""Logs without personal data: one line an event, JSON where no person watches.

1. Every line of a request carries its id, which the answer carries too (``X-Request-Id``).
2. A last processor drops what must never be logged, whatever was handed in.
3. Line ends are escaped by the renderers: nobody forges a line.
"""

import logging
import re
import secrets
import sys

import structlog
from starlette.types import Scope
from structlog.typing import EventDict, WrappedLogger

_TRUSTED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_SENSITIVE = re.compile(
    r"authorization|cookie|csrf|description|e-?mail|filename|name|password|query|reason_text|secret|session|sub|token",
    re.IGNORECASE,
)
_ALLOWED = frozenset({"logger_name", "filename_length"})


def configure(level: str) -> None:
    """Set up logging for this process; calling it again changes the level."""
    is_watched = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer()
        if is_watched
        else structlog.processors.JSONRenderer(ensure_ascii=True)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            drop_sensitive,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _type_of_fault,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def drop_sensitive(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Take out of the line whatever is named like a secret or like something of a person."""
    for key in [k for k in event if _SENSITIVE.search(k) and k not in _ALLOWED]:
        event[key] = "(left out)"
    return event


def _type_of_fault(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Of an exception the place and the type: its text may hold what a person sent."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        trace, frames = fault.__traceback__, []
        while trace:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rpartition('gigdesk/')[2]}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["fault"] = type(fault).__name__
        event["at"] = " > ".join(frames[-6:])
    return event


def request_id(scope: Scope) -> str:
    """The id of this request: the caller's, if it is harmless, else a fresh one; bound to its log lines."""
    given = next((v for k, v in scope["headers"] if k == b"x-request-id"), None)
    trusted = given if given is not None and _TRUSTED.fullmatch(given) else b""
    number: str = trusted.decode("ascii") or secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=number)
    return number

"""The words of notices: pure, from facts to text. What a reporter wrote never gets in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from gigdesk.access.policy import SENSITIVE_QUEUES
from gigdesk.cases.issue_types import IssueType
from gigdesk.notices.model import Notice

if TYPE_CHECKING:
    from jinja2 import Environment

# Controls, and the marks that turn the direction of what follows.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
MAX_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What the support address is told of a new case. ``issue_type`` is None where it is no longer known."""

    case: UUID
    reference: str
    issue_type: IssueType | None
    code: str
    severity: str
    gig_id: str
    gig_title: str
    files: int
    reply_by: datetime | None
    link: str


def new_case(effect: UUID, to: str, brand: str, facts: NewCase) -> Notice:
    """The notice of a new case. A subject is read on lock screens: sensitive types are not named there."""
    about = _about(facts)
    values = {
        "brand": one_line(brand),
        "about": about,
        "facts": facts,
        "gig_title": one_line(facts.gig_title),
        "reply_by": moment(facts.reply_by) if facts.reply_by else None,
    }
    return Notice(
        id=effect,
        thread=facts.case,
        to=to,
        subject=_subject(facts, about),
        text=_draw("new_case.txt", values),
        html=_draw("new_case.html", values),
    )


def moment(at: datetime) -> str:
    """A time that nobody misreads: ``Monday 23 November 2026, 10:42 UTC``."""
    at = at.astimezone(UTC)
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} UTC"


def one_line(text: str) -> str:
    """The text on one line, without what is not seen, and not endless."""
    plain = " ".join(_UNSEEN.sub(" ", text).split())
    return plain if len(plain) <= MAX_TITLE else plain[: MAX_TITLE - 1].rstrip() + "…"


def is_sensitive(issue_type: IssueType | None) -> bool:
    """Whether its name says too much for a place that others may see; so is a type that is not known."""
    return issue_type is None or issue_type.shields_reporter or issue_type.queue in SENSITIVE_QUEUES


def _subject(facts: NewCase, about: str) -> str:
    urgent = "Critical: " if facts.severity == "critical" else ""
    what = "new report" if is_sensitive(facts.issue_type) else about
    return f"{urgent}{facts.reference}: {what}"


def _about(facts: NewCase) -> str:
    return facts.issue_type.label if facts.issue_type else facts.code


def _draw(template: str, values: dict[str, object]) -> str:
    return _templates().get_template(template).render(values)


@cache
def _templates() -> "Environment":
    """Templates see values and nothing behind them; a name that is missing is an error."""
    from jinja2 import PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=PackageLoader("gigdesk.notices"),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

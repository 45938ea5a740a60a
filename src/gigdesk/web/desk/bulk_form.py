"""The form of a deed with many cases, as it was sent and judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gigdesk.administration.model import Macro
from gigdesk.cases.text import normalise
from gigdesk.errors import Invalid
from gigdesk.web.agent.choices import Option
from gigdesk.web.agent.deeds import DEEDS, Deed, Told
from gigdesk.web.form_files import forged
from gigdesk.web.identity import Asked
from gigdesk.web.intake import check_key
from gigdesk.web.moments import zone_of

MOST_CASES = 50
FIELDS = MOST_CASES + 16
_MOST_QUERY = 2_000
_MOST_BEFORE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAt:
    """A case at the version that was looked at; ``before`` is what it was before the deed that is taken back."""

    case: UUID
    version: int
    before: str = ""

    def __str__(self) -> str:
        """``id.version``, and ``.before`` where there is any."""
        return f"{self.case}.{self.version}" + (f".{self.before}" if self.before else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBulk:
    """Which deed with which ``cases``; ``others`` are those with which it could not be done when it was judged.

    ``judged`` says which choice that was, and ``key`` is the Idempotency-Key of the form.
    """

    deed: Deed
    told: Told
    cases: Sequence[CaseAt]
    others: Sequence[CaseAt] = ()
    query: str = ""
    is_confirmed: bool = False
    judged: str | None = None
    key: str = ""

    @property
    def all(self) -> Sequence[CaseAt]:
        """Every case of the form."""
        return [*self.cases, *self.others]

    @property
    def said(self) -> dict[str, object]:
        """What makes this form the same as another that was sent with its key."""
        told = self.told
        return {"deed": self.deed.name, "choice": told.choice, "own": told.own, "text": told.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What the form means: the deed that was chosen, with the canned reply where one was."""

    deed: Deed
    told: Told
    macro: Macro | None = None


def sent_bulk(pairs: Sequence[tuple[str, str]], asked: Asked, now: datetime) -> SentBulk:
    """The form. Raises Invalid for a deed that there is not or too many cases, NotAllowed for one of another site."""
    form: Mapping[str, str] = dict(reversed(pairs))
    if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
        raise forged()
    deed = DEEDS.get(form.get("deed", ""))
    if deed is None:
        raise Invalid("deed.unknown", "Choose one of: %(choices)s.", choices=", ".join(DEEDS))
    cases = _cases(value for name, value in pairs if name == "case")
    others = [one for one in _cases(v for name, v in pairs if name == "other") if one.case not in _ids(cases)]
    if len(cases) + len(others) > MOST_CASES:
        raise Invalid("deed.too_many", "Select at most %(limit)s cases at once.", limit=MOST_CASES)
    if key := form.get("key", ""):
        check_key(key)
    told = Told(
        actor=asked.actor,
        now=now,
        zone=zone_of(form.get("zone", ""), None),
        choice=form.get("choice", ""),
        own=normalise(form.get("own", "")),
        text=normalise(form.get("text", "")),
    )
    return SentBulk(
        deed=deed,
        told=told,
        cases=cases,
        others=others,
        query=form.get("q", "")[:_MOST_QUERY],
        is_confirmed=form.get("confirmed") == "1",
        judged=form.get("judged"),
        key=key,
    )


def judged_as(option: Option | None, told: Told) -> str:
    """What is judged: the choice, what stands beside it, and what is meant by it now."""
    return "\n".join((option.value, told.own, option.stamp)) if option else ""


def read_case(text: str) -> CaseAt | None:
    """``id.version`` or ``id.version.before``."""
    case, _, rest = text.partition(".")
    version, _, before = rest.partition(".")
    if not (version.isascii() and version.isdigit() and len(version) < 10) or len(before) > _MOST_BEFORE:
        return None
    try:
        return CaseAt(case=UUID(case), version=int(version), before=before)
    except ValueError:
        return None


def _cases(texts: Iterable[str]) -> list[CaseAt]:
    """Each case once."""
    found = [case for text in texts if (case := read_case(text))]
    return list({case.case: case for case in reversed(found)}.values())[::-1]


def _ids(cases: Iterable[CaseAt]) -> set[UUID]:
    return {one.case for one in cases}

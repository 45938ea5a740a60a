"""What is asked of a list, in the query of ``/api/cases`` and of ``/reports``; and where its next page begins."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from starlette.datastructures import QueryParams

from gigdesk.cases.issue_types import msg
from gigdesk.cases.listed import Wanted
from gigdesk.cases.model import PHASES, Phase, Status
from gigdesk.cases.taxonomy import OWN_CODE, Taxonomy
from gigdesk.errors import FieldError, Invalid
from gigdesk.gigs.model import GIG_ID
from gigdesk.ids import read_reference
from gigdesk.paging import DEFAULT_LIMIT, MAX_LIMIT, Place

_KNOWN = frozenset({"status", "phase", "issueType", "gigId", "q", "cursor", "limit"})
MAX_ERRORS = 20
MAX_WORDS = 100


def once(params: QueryParams) -> dict[str, str]:
    """The parameters, each of which may be sent once; raises Invalid."""
    counted = Counter(name for name, _ in params.multi_items())
    errors = [
        FieldError(name[:60], "field.repeated", "Send %(field)s once only.", {"field": name[:60]})
        for name, times in counted.items()
        if times > 1
    ]
    if errors:
        raise wrong(errors)
    return dict(params)


def read_query(
    params: dict[str, str], taxonomy: Taxonomy, *, is_staff: bool
) -> tuple[Wanted, Place | None, int]:
    """The filters, the place and the length of a page; raises Invalid for what is not known."""
    errors = [
        FieldError(name[:60], "query.unknown", "There is no filter of this name. Known are: %(known)s.",
                   {"known": ", ".join(sorted(_KNOWN))})
        for name in params
        if name not in _KNOWN
    ]  # fmt: skip
    statuses = _statuses(params, errors)
    limit = read_limit(params.get("limit"), errors)
    after = _cursor(params.get("cursor"), errors)
    issue_type = _issue_type(params.get("issueType"), taxonomy, errors)
    gig_id = _gig_id(params.get("gigId"), errors)
    reference, words = _searched(params.get("q") or "", errors, is_staff=is_staff)
    if errors:
        raise wrong(errors)
    wanted = Wanted(statuses=statuses, issue_type=issue_type, gig_id=gig_id, reference=reference, words=words)
    return wanted, after, limit


def wrong(errors: list[FieldError]) -> Invalid:
    """The refusal, with the first errors alone: nobody reads thousands."""
    shown = errors[:MAX_ERRORS]
    return Invalid("query.wrong", "The query is not understood. See each entry.", errors=shown)


def _gig_id(text: str | None, errors: list[FieldError]) -> str | None:
    """The id of a gig, which has no characters that a store could stumble on."""
    if text and not GIG_ID.fullmatch(text):
        sentence = msg("A %(field)s has letters, digits and . _ ~ : - alone.")
        errors.append(FieldError("gigId", "query.wrong", sentence, {"field": "gigId"}))
    return text or None


def _issue_type(text: str | None, taxonomy: Taxonomy, errors: list[FieldError]) -> str | None:
    """The code of an issue type, as it stands in a list; also of one that is hidden, or no longer there."""
    if text and taxonomy.find(text) is None and not OWN_CODE.fullmatch(text):
        errors.append(one_of("issueType", ", ".join(taxonomy.codes)))
    return text or None


def _searched(text: str, errors: list[FieldError], *, is_staff: bool) -> tuple[str | None, tuple[str, ...]]:
    """The reference that was meant, however it is written; else, for a party, the words. Nothing asks for nothing."""
    if not text.strip():
        return None, ()
    if len(text) > MAX_WORDS:
        sentence = msg("Search for at most %(most)s characters.")
        errors.append(FieldError("q", "query.wrong", sentence, {"most": MAX_WORDS}))
        return None, ()
    is_named = is_staff or text.strip().upper().startswith("GD-")
    # One word of nine letters in thirty-two has a check character by chance.
    found = read_reference(text) if is_named or any(char.isdigit() for char in text) else None
    if found is None and is_named:
        sentence = msg(
            "This is no reference of a case. One looks like GD-7K3M-92QX7: compare each character."
        )
        errors.append(FieldError("q", "query.wrong", sentence))
    return found, () if found else tuple(text.split())


def _statuses(params: dict[str, str], errors: list[FieldError]) -> frozenset[str] | None:
    chosen: frozenset[str] | None = None
    if status := params.get("status"):
        if status not in set(Status):
            errors.append(one_of("status", ", ".join(Status)))
        chosen = frozenset({status})
    if phase := params.get("phase"):
        if phase not in set(Phase):
            errors.append(one_of("phase", ", ".join(Phase)))
        of_phase = frozenset(s.value for s, p in PHASES.items() if p == phase)
        chosen = of_phase if chosen is None else chosen & of_phase
    return chosen


def one_of(name: str, choices: str) -> FieldError:
    """That this field has one of these values."""
    return FieldError(name, "query.wrong", "Choose one of: %(choices)s.", {"choices": choices})


def read_limit(text: str | None, errors: list[FieldError]) -> int:
    """How long a page is to be; what is wrong is added to the errors."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_LIMIT):
        errors.append(
            FieldError("limit", "query.wrong", "Write a number from 1 to %(most)s.", {"most": MAX_LIMIT})
        )
        return DEFAULT_LIMIT
    return int(text)


def _cursor(text: str | None, errors: list[FieldError]) -> Place | None:
    if text is None:
        return None
    at, _, case = text.partition(".")
    try:
        return Place(at=datetime.fromtimestamp(int(at, 36) / 1e6, UTC), id=UUID(case))
    except (ValueError, OverflowError, OSError):
        errors.append(FieldError("cursor", "query.wrong", "Send back “next” of the page before, unchanged."))
        return None


def write_cursor(place: Place | None) -> str | None:
    """The place as a client sends it back; it discloses only what the page itself shows."""
    if place is None:
        return None
    micros = round(place.at.timestamp() * 1e6)
    digits = ""
    while micros:
        micros, digit = divmod(micros, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"{digits or '0'}.{place.id.hex}"

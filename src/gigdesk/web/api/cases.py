"""``/api/cases``: what the 201 points to."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import PHASES, Phase, Status
from gigdesk.cases.ports import CaseQuery
from gigdesk.cases.view import document_of, row_document
from gigdesk.errors import FieldError, Invalid, NotFound
from gigdesk.gigs.model import GIG_ID
from gigdesk.ids import read_reference
from gigdesk.paging import DEFAULT_LIMIT, MAX_LIMIT, Place
from gigdesk.web.answers import is_named, json_answer
from gigdesk.web.downloads import Downloads
from gigdesk.web.identity import Identity
from gigdesk.web.language import Languages

_KNOWN = frozenset({"status", "phase", "issueType", "gigId", "q", "cursor", "limit"})
MAX_ERRORS = 20


class CaseApi:
    """Shows cases to programs."""

    def __init__(self, desk: Gigdesk, identity: Identity, downloads: Downloads, languages: Languages) -> None:
        self._desk = desk
        self._identity = identity
        self._downloads = downloads
        self._languages = languages

    async def list(self, request: Request) -> Response:
        """Keyset pages of the caller's cases, newest first."""
        asked = await self._identity.ask(request.scope)
        query, after, limit = read_query(_once(request.query_params))
        page = await self._desk.reader.cases(asked.actor, query, after, limit)
        return json_answer(
            {
                "items": [row_document(listed.row, listed.gig_title) for listed in page.items],
                "next": write_cursor(page.next),
            }
        )

    async def get(self, request: Request) -> Response:
        """One case, as the caller may see it, its sentences in the caller's language."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        language = self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)
        etag = f'"{view.version}-{language.tag}"'
        headers = {"etag": etag, "content-language": language.tag, "vary": "Accept-Language"}
        if is_named(etag, ",".join(request.headers.getlist("if-none-match"))):
            return json_answer(None, 304, headers)
        now = self._desk.clock.now()
        estimate = await self._desk.reader.estimate(view, now)
        document = document_of(view, self._desk.base_url, language.gettext, now, estimate)
        return json_answer(document, headers=headers)

    async def receipt(self, request: Request) -> Response:
        """The signed receipt, for its reporter."""
        asked = await self._identity.ask(request.scope)
        case = case_id(request)
        receipt = await self._desk.reader.receipt(asked.actor, case)
        name = f'attachment; filename="receipt-{case}.json"'
        return json_answer(receipt, headers={"content-disposition": name})

    async def evidence(self, request: Request) -> Response:
        """The safe copy of a file, once it is clean."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_EVIDENCE)
        return await self._downloads.derivative(view, evidence_id(request))

    async def original(self, request: Request) -> Response:
        """The sealed original, for staff who give a reason; it is written into the case's log first.

        HEAD opens nothing and writes nothing.
        """
        asked = await self._identity.ask(request.scope)
        self._identity.judge_opening(request.scope, asked)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_ORIGINAL)
        reason = request.query_params.get("reason", "")
        opens = request.method != "HEAD"
        return await self._downloads.original(asked.actor, view, evidence_id(request), reason, opens=opens)


def case_id(request: Request) -> UUID:
    """The case in the address; what is no id is a case that does not exist."""
    return _id(request, "case", NotFound("case.unknown", "There is no such report, or it is not yours."))


def evidence_id(request: Request) -> UUID:
    """The file in the address."""
    return _id(request, "evidence", NotFound("evidence.unknown", "This case has no such file."))


def _id(request: Request, name: str, error: NotFound) -> UUID:
    text = request.path_params[name]
    try:
        found = UUID(text)
    except ValueError:
        raise error from None
    if str(found) != text.lower():
        raise error
    return found


def _once(params: QueryParams) -> dict[str, str]:
    """The parameters, each of which may be sent once; raises Invalid."""
    counted = Counter(name for name, _ in params.multi_items())
    errors = [
        FieldError(name[:60], "field.repeated", "Send %(field)s once only.", {"field": name[:60]})
        for name, times in counted.items()
        if times > 1
    ]
    if errors:
        raise _wrong(errors)
    return dict(params)


def read_query(params: dict[str, str]) -> tuple[CaseQuery, Place | None, int]:
    """The filters, the place and the length of a page; raises Invalid for what is not known."""
    errors = [
        FieldError(name[:60], "query.unknown", "There is no filter of this name. Known are: %(known)s.",
                   {"known": ", ".join(sorted(_KNOWN))})
        for name in params
        if name not in _KNOWN
    ]  # fmt: skip
    statuses = _statuses(params, errors)
    limit = _limit(params.get("limit"), errors)
    after = _cursor(params.get("cursor"), errors)
    issue_type, gig_id = (_plain(name, params, errors) for name in ("issueType", "gigId"))
    reference = _reference(params.get("q"), errors)
    if errors:
        raise _wrong(errors)
    query = CaseQuery(statuses=statuses, issue_type=issue_type, gig_id=gig_id, reference=reference)
    return query, after, limit


def _wrong(errors: list[FieldError]) -> Invalid:
    """The refusal, with the first errors alone: nobody reads thousands."""
    shown = errors[:MAX_ERRORS]
    return Invalid("query.wrong", "The query is not understood. See each entry.", errors=shown)


def _plain(name: str, params: dict[str, str], errors: list[FieldError]) -> str | None:
    """A filter of codes and ids, which have no characters that a store could stumble on."""
    text = params.get(name)
    if text and not GIG_ID.fullmatch(text):
        errors.append(
            FieldError(
                name, "query.wrong", "A %(field)s has letters, digits and . _ ~ : - alone.", {"field": name}
            )
        )
    return text or None


def _reference(text: str | None, errors: list[FieldError]) -> str | None:
    """The reference that was meant, however it is written; empty words ask for nothing."""
    if not text:
        return None
    found = read_reference(text[:60])
    if found is None:
        sentence = msg(
            "This is no reference of a case. One looks like GD-7K3M-92QX7: compare each character."
        )
        errors.append(FieldError("q", "query.wrong", sentence))
    return found


def _statuses(params: dict[str, str], errors: list[FieldError]) -> frozenset[str] | None:
    chosen: frozenset[str] | None = None
    if status := params.get("status"):
        if status not in set(Status):
            errors.append(_one_of("status", ", ".join(Status)))
        chosen = frozenset({status})
    if phase := params.get("phase"):
        if phase not in set(Phase):
            errors.append(_one_of("phase", ", ".join(Phase)))
        of_phase = frozenset(s.value for s, p in PHASES.items() if p == phase)
        chosen = of_phase if chosen is None else chosen & of_phase
    return chosen


def _one_of(name: str, choices: str) -> FieldError:
    return FieldError(name, "query.wrong", "Choose one of: %(choices)s.", {"choices": choices})


def _limit(text: str | None, errors: list[FieldError]) -> int:
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

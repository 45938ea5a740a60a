"""``GET /api/search``: the desk's lists and its search for programs, in the query language of the desk."""

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.cases.model import PHASES, Status
from gigdesk.errors import FieldError
from gigdesk.insights.model import DeskEntry, DeskLine
from gigdesk.insights.query import read_query, write_query
from gigdesk.web.answers import json_answer
from gigdesk.web.api.listing import once, read_limit, wrong
from gigdesk.web.identity import Identity

_KNOWN = ("q", "cursor", "limit")


class SearchApi:
    """Finds cases for staff; to everybody else there is nothing at this address."""

    def __init__(self, desk: Gigdesk, identity: Identity) -> None:
        self._desk = desk
        self._identity = identity

    async def get(self, request: Request) -> Response:
        """A page of the cases that a query means, with where the words of it stand."""
        asked = await self._identity.ask(request.scope)
        words = self._desk.insights.lists.vocabulary(asked.actor)
        params = once(request.query_params)
        errors = [
            FieldError(name[:60], "query.unknown", "There is no filter of this name. Known are: %(known)s.",
                       {"known": ", ".join(_KNOWN)})
            for name in params
            if name not in _KNOWN
        ]  # fmt: skip
        limit = read_limit(params.get("limit"), errors)
        if errors:
            raise wrong(errors)
        query = read_query(params.get("q", ""), words)
        page = await self._desk.insights.lists.page(asked.actor, query, params.get("cursor"), limit)
        items = [line_document(line) for line in page.lines]
        return json_answer({"query": write_query(query), "items": items, "next": page.next})


def line_document(line: DeskLine) -> dict[str, object]:
    """A line as the API gives it."""
    entry = line.entry
    owner = None if entry.owner is None else {"name": line.owner_name or "", "isMe": line.owner_is_me}
    return {
        "id": str(entry.case),
        "reference": entry.reference,
        "status": entry.status,
        "phase": PHASES[Status(entry.status)].value,
        "issueType": entry.issue_type,
        "severity": entry.severity,
        "priority": entry.priority,
        "tags": list(entry.tags),
        "queue": entry.queue,
        "gig": {"id": entry.gig_id, "title": line.gig_title},
        "side": entry.side,
        "waitsOn": entry.waits_on.value,
        "awaits": entry.awaits.value,
        "owner": owner,
        "said": line.said,
        "fileCount": entry.files,
        **_times(entry),
        "answered": entry.has_answered,
        "escalated": entry.is_escalated,
        "held": entry.is_held,
        "matched": [
            {"where": found.where.value, "before": found.before, "hit": found.hit, "after": found.after}
            for found in line.matched
        ],
    }


def _times(entry: DeskEntry) -> dict[str, object]:
    return {
        "clock": entry.clock,
        "due": wire.moment(entry.due_at) if entry.due_at else None,
        "pausedSince": wire.moment(entry.paused_since) if entry.paused_since else None,
        "snoozedUntil": wire.moment(entry.snoozed_until) if entry.snoozed_until else None,
        "createdAt": wire.moment(entry.opened_at),
        "updatedAt": wire.moment(entry.updated_at),
    }

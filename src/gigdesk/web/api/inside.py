"""``/api/cases/{id}/…``: what only staff see beside a case: what was sent about it, and what was joined to it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.cases.view import duplicate_document
from gigdesk.notices.model import Entry
from gigdesk.web.addressed import Addressed, addressed, people_of
from gigdesk.web.answers import json_answer
from gigdesk.web.api.cases import case_id
from gigdesk.web.identity import Identity


class InsideApi:
    """Shows staff what stands behind a case. To parties these addresses do not exist."""

    def __init__(self, desk: Gigdesk, identity: Identity) -> None:
        self._desk = desk
        self._identity = identity

    async def notices(self, request: Request) -> Response:
        """What was sent about the case, to whom, and what became of it; the newest 500, oldest first."""
        asked = await self._identity.ask(request.scope)
        sight = await self._desk.reader.look_as_staff(asked.actor, case_id(request))
        people = await people_of(self._desk, sight)
        entries = await self._desk.notices.of_case(sight.case.id)
        return json_answer({"items": [_document(entry, people) for entry in entries]})

    async def duplicates(self, request: Request) -> Response:
        """The cases that were joined to this one, with their files, as far as the caller may see each."""
        asked = await self._identity.ask(request.scope)
        found = await self._desk.reader.duplicates(asked.actor, case_id(request))
        return json_answer({"items": [duplicate_document(view, self._desk.base_url) for view in found]})


def _document(entry: Entry, people: Mapping[str, Addressed]) -> dict[str, object]:
    to = addressed(entry, people)
    return {
        "id": str(entry.notice),
        "kind": entry.kind.value,
        "to": {"role": to.role, "name": to.name, "address": to.address},
        "state": entry.state.value,
        "attempts": entry.attempts,
        "answer": entry.answer,
        "queuedAt": wire.moment(entry.queued_at),
        "changedAt": wire.moment(entry.changed_at),
        "history": [
            {"state": one.state.value, "at": wire.moment(one.at), "answer": one.answer}
            for one in entry.history
        ],
    }

"""``/api/cases/{id}/…``: what only staff see beside a case: what was sent about it, and what was joined to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.cases.sight import Sight
from gigdesk.cases.view import duplicate_document
from gigdesk.notices.kinds import RULES
from gigdesk.notices.model import Entry
from gigdesk.notices.plain import masked
from gigdesk.web.answers import json_answer
from gigdesk.web.api.cases import case_id
from gigdesk.web.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Somebody of a case, as staff may know them; the address is masked, and that of today."""

    role: str
    name: str = ""
    address: str | None = None


class InsideApi:
    """Shows staff what stands behind a case. To parties these addresses do not exist."""

    def __init__(self, desk: Gigdesk, identity: Identity) -> None:
        self._desk = desk
        self._identity = identity

    async def notices(self, request: Request) -> Response:
        """What was sent about the case, to whom, and what became of it; the newest 500, oldest first."""
        asked = await self._identity.ask(request.scope)
        sight = await self._desk.reader.look_as_staff(asked.actor, case_id(request))
        people = await self._people(sight)
        entries = await self._desk.notices.of_case(sight.case.id)
        return json_answer({"items": [_document(entry, people) for entry in entries]})

    async def duplicates(self, request: Request) -> Response:
        """The cases that were joined to this one, with their files, as far as the caller may see each."""
        asked = await self._identity.ask(request.scope)
        found = await self._desk.reader.duplicates(asked.actor, case_id(request))
        return json_answer({"items": [duplicate_document(view, self._desk.base_url) for view in found]})

    async def _people(self, sight: Sight) -> Mapping[str, Addressed]:
        """Who takes part in the case or works on it, by their pseudonym."""
        named = dict(_named(sight))
        known = await self._desk.people.get([user_id for user_id, _ in named.values()])
        return {
            self._desk.handler.person(user_id): Addressed(
                role="staff" if item.startswith("staff:") else item,
                name=name,
                address=masked(known[user_id].email) or None if user_id in known else None,
            )
            for item, (user_id, name) in named.items()
        }


def _named(sight: Sight) -> Iterator[tuple[str, tuple[str, str]]]:
    """Id and name of each person who is sealed on the case, by item."""
    for item, value in sight.sealed.items():
        if item in ("reporter", "respondent") or item.startswith("staff:"):
            person = orjson.loads(value.value)
            yield item, (str(person.get("id", "")), str(person.get("name", "")))


def _document(entry: Entry, people: Mapping[str, Addressed]) -> dict[str, object]:
    rule = RULES[entry.kind]
    other = Addressed(role="support" if rule.to_support else "staff" if rule.to_staff else "party")
    to = people.get(entry.person, other) if entry.person else other
    return {
        "id": str(entry.notice),
        "kind": entry.kind.value,
        "to": {"role": to.role, "name": to.name, "address": to.address},
        "state": entry.state.value,
        "attempts": entry.attempts,
        "answer": entry.answer,
        "queuedAt": wire.moment(entry.queued_at),
        "changedAt": wire.moment(entry.changed_at),
    }

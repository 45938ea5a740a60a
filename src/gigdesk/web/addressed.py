"""To whom the notices of a case went, as staff may know them: the ledger itself has pseudonyms alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from gigdesk.app import Gigdesk
from gigdesk.cases.sight import Sight
from gigdesk.notices.kinds import RULES
from gigdesk.notices.model import Entry
from gigdesk.notices.plain import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Somebody of a case: ``role`` is reporter, respondent, party, staff or support.

    ``address`` is masked, and that of today.
    """

    role: str
    name: str = ""
    address: str | None = None


async def people_of(desk: Gigdesk, sight: Sight) -> Mapping[str, Addressed]:
    """Who takes part in the case or works on it, by their pseudonym."""
    named = dict(_named(sight))
    known = await desk.people.get([user_id for user_id, _ in named.values()])
    return {
        desk.handler.person(user_id): Addressed(
            role="staff" if item.startswith("staff:") else item,
            name=name,
            address=masked(known[user_id].email) or None if user_id in known else None,
        )
        for item, (user_id, name) in named.items()
    }


def addressed(entry: Entry, people: Mapping[str, Addressed]) -> Addressed:
    """To whom a notice went; of somebody who is not sealed on the case the role alone is known."""
    rule = RULES[entry.kind]
    other = Addressed(role="support" if rule.to_support else "staff" if rule.to_staff else "party")
    return people.get(entry.person, other) if entry.person else other


def _named(sight: Sight) -> Iterator[tuple[str, tuple[str, str]]]:
    """Id and name of each person who is sealed on the case, by item."""
    for item, value in sight.sealed.items():
        if item in ("reporter", "respondent") or item.startswith("staff:"):
            person = orjson.loads(value.value)
            yield item, (str(person.get("id", "")), str(person.get("name", "")))

"""What members of staff are called, by the name on a case or the one that is known of them today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import orjson

from gigdesk.cases.ports import CaseIndex
from gigdesk.cases.sight import Sealed
from gigdesk.gigs.ports import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff; both are empty where their name was erased."""

    user_id: str = ""
    name: str = ""


async def staff_names(cases: CaseIndex, people: People, on: Mapping[str, UUID]) -> Mapping[str, Staff]:
    """Who the person keys of ``on`` are, each of whom acted on the case that it names. Raises Unavailable."""
    sealed = await cases.sealed(sorted(set(on.values())))
    written = {person: staff_on(sealed[case], person) for person, case in on.items()}
    known = await people.get(sorted({one.user_id for one in written.values() if one.user_id}))
    names = {user: person.name for user, person in known.items() if person.name}
    return {
        person: Staff(user_id=one.user_id, name=names.get(one.user_id, one.name))
        for person, one in written.items()
    }


def staff_on(sealed: Sealed, person: str) -> Staff:
    """Who this person is, as far as the case knows it."""
    found = (
        value.value for item, value in sealed.items() if item.startswith("staff:") and value.person == person
    )
    return next(map(_read, found), Staff())


def name_on(sealed: Sealed, items: Iterable[str]) -> tuple[str, ...]:
    """The names of these parties; empty for one that the case does not know, or whose name was erased."""
    return tuple(_read(sealed[item].value).name if item in sealed else "" for item in items)


def _read(value: bytes) -> Staff:
    person = orjson.loads(value)
    return Staff(user_id=str(person.get("id", "")), name=str(person.get("name", "")))

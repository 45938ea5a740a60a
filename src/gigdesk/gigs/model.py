"""The gig, as far as gigdesk must know it: who takes part, on which side, and what it is called."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

GIG_ID = re.compile(r"[A-Za-z0-9._~:-]{1,128}")


class Side(StrEnum):
    """On which side of a gig a party stands."""

    WORKER = "worker"
    CLIENT = "client"

    @property
    def other(self) -> "Side":
        return Side.CLIENT if self is Side.WORKER else Side.WORKER


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person in a gig. Mail goes only to addresses that came from the marketplace."""

    user_id: str
    side: Side
    name: str = ""
    email: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the marketplace said of somebody: in a gig, or in claims that were verified.

    ``verified`` says that the address is theirs; an empty field means that nothing was said. ``role`` is ``lead``,
    ``staff`` for other staff, or empty for who works here no longer; None where nothing was said, or nothing is
    known. ``met_at`` is when they came with it last.
    """

    user_id: str
    name: str = ""
    email: str = ""
    verified: bool = False
    locale: str = ""
    role: str | None = None
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gig:
    """The job on the marketplace. gigdesk reads it and never owns it."""

    id: str
    title: str
    parties: tuple[Party, ...]
    trade: str = ""
    place: str = ""
    starts_at: datetime | None = None
    state: str = ""

    def party(self, user_id: str) -> Party | None:
        """The party who is this person, or None."""
        for party in self.parties:
            if party.user_id == user_id:
                return party
        return None

    def opposite(self, side: Side) -> Party | None:
        """The first party on the other side, or None where nobody is."""
        for party in self.parties:
            if party.side is not side:
                return party
        return None

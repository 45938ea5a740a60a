"""Gigs from the caller's own token: ``gigs: [{"id", "title", "side", "other": {"userId"}}]``.

Only what the marketplace signed counts, and only for who carries the token: a session has no claims.
"""

from collections.abc import Mapping

from gigdesk.access.signin import actor_from
from gigdesk.errors import GigdeskError
from gigdesk.gigs.documents import gig_from_document
from gigdesk.gigs.model import Gig

MAX_GIGS = 200
_GIG = ("title", "trade", "place", "startsAt", "state")
_PERSON = ("userId", "name", "email", "locale")
_OTHER = {"worker": "client", "client": "worker"}


class ClaimsDirectory:
    """GigDirectory over the claims of a verified token."""

    async def find(self, gig_id: str, claims: Mapping[str, object]) -> Gig | None:
        """The gig that the token names; one that it describes wrongly does not exist."""
        listed = claims.get("gigs")
        for gig in listed[:MAX_GIGS] if isinstance(listed, list) else ():
            if isinstance(gig, Mapping) and gig.get("id") == gig_id:
                return _gig(gig_id, gig, claims)
        return None

    async def probe(self) -> None:
        """There is nobody to ask."""

    async def close(self) -> None:
        """Nothing is held."""


def _gig(gig_id: str, named: Mapping[str, object], claims: Mapping[str, object]) -> Gig | None:
    side, other = named.get("side"), named.get("other")
    if not isinstance(side, str) or not isinstance(claims.get("sub"), str):
        return None
    holder = actor_from(claims)
    address = holder.email if holder.email_verified else ""
    own = {"userId": holder.sub, "side": side, "name": holder.name, "email": address, "locale": holder.locale}
    parties: list[Mapping[str, object]] = [own]
    if isinstance(other, Mapping):
        facts = {name: other[name] for name in _PERSON if name in other}
        parties.append({**facts, "side": _OTHER.get(side)})
    document = {key: named[key] for key in _GIG if key in named}
    try:
        return gig_from_document(gig_id, {**document, "parties": parties})
    except GigdeskError:
        return None

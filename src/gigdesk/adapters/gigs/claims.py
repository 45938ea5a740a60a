"""Gigs from the caller's own token: ``gigs: [{"id", "title", "side", "other": {"userId"}}]``.

Only what the marketplace signed counts, and only for who carries the token: a session has no claims.
"""

from collections.abc import Mapping

from gigdesk.errors import GigdeskError
from gigdesk.gigs.documents import gig_from_document
from gigdesk.gigs.model import Gig

MAX_GIGS = 200
_PERSON = ("name", "email", "locale")
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
    own = {"userId": claims.get("sub"), "side": side}
    own |= {name: claims[name] for name in ("name", "locale") if isinstance(claims.get(name), str)}
    if claims.get("email_verified") is True:
        own["email"] = claims.get("email")
    parties = [own]
    if isinstance(other, Mapping) and isinstance(side, str):
        facts = {name: other[name] for name in _PERSON if name in other}
        parties.append({**facts, "userId": other.get("userId"), "side": _OTHER.get(side)})
    document = {key: named[key] for key in ("trade", "place", "startsAt", "state") if key in named}
    document |= {"title": named.get("title"), "parties": parties}
    try:
        return gig_from_document(gig_id, document)
    except GigdeskError:
        return None

"""What a gig must look like when somebody describes it; everything wrong is remembered, with its place. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from gigdesk.errors import FieldError
from gigdesk.gigs.model import GIG_ID, Gig, Party, Side

MAX_PARTIES = 50
# Field → most characters.
GIG_TEXTS = {"title": 200, "trade": 60, "place": 200, "state": 60}
PARTY_TEXTS = {"userId": 255, "name": 200, "email": 254, "locale": 35}
GIG_FIELDS = frozenset({*GIG_TEXTS, "parties", "startsAt"})
PARTY_FIELDS = frozenset({*PARTY_TEXTS, "side"})
REQUIRED = frozenset({"title", "userId"})
MAX_UNKNOWN_NAMED = 20
_SHAPES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "locale": re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*", re.ASCII),
}


class Judge:
    """Reads gigs. Look into ``errors`` before a gig is used: what is wrong stands there, not in the gig.

    ``at`` is what stands before the name of each wrong field; ``places`` the same for each party.
    """

    def __init__(self, *, passing_over_unknown: bool = False) -> None:
        self.errors: list[FieldError] = []
        self._passing_over = passing_over_unknown

    def gig(self, gig_id: str, document: object, at: str = "", places: Sequence[str] = ()) -> Gig | None:
        """The gig, as far as it can be read."""
        if not GIG_ID.fullmatch(gig_id):
            self.errors.append(
                FieldError(
                    f"{at}gigId", "gig.id", "A gig id has 1 to 128 of the characters A–Z a–z 0–9 . _ ~ : -"
                )
            )
        if not isinstance(document, Mapping):
            self.errors.append(FieldError(f"{at}gig", "gig.object", "Write the gig as a JSON object."))
            return None
        self._unknown(document, GIG_FIELDS, at)
        texts = {name: self._text(document, name, limit, at) for name, limit in GIG_TEXTS.items()}
        return Gig(
            id=gig_id,
            title=texts["title"],
            parties=self._parties(document.get("parties"), at, places),
            trade=texts["trade"],
            place=texts["place"],
            starts_at=self._moment(document.get("startsAt"), at),
            state=texts["state"],
        )

    def _parties(self, value: object, at: str, places: Sequence[str]) -> tuple[Party, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_PARTIES:
            most: dict[str, object] = {"limit": MAX_PARTIES}
            self.errors.append(
                FieldError(
                    f"{at}parties", "gig.parties", "Write parties as a list of 1 to %(limit)s people.", most
                )
            )
            return ()
        where = places or [f"{at}parties[{number}]." for number in range(len(value))]
        read = [self._party(one, place) for one, place in zip(value, where, strict=True)]
        found = tuple(party for party in read if party)
        if len({party.user_id for party in found}) < len(found):
            self.errors.append(
                FieldError(f"{at}parties", "gig.party_twice", "Each userId stands once, on one side.")
            )
        return found

    def _party(self, document: object, at: str) -> Party | None:
        if not isinstance(document, Mapping):
            self.errors.append(
                FieldError(at.rstrip("."), "party.object", "Write each party as a JSON object.")
            )
            return None
        self._unknown(document, PARTY_FIELDS, at)
        texts = {name: self._text(document, name, limit, at) for name, limit in PARTY_TEXTS.items()}
        side = document.get("side")
        if not isinstance(side, str) or side not in set(Side):
            self.errors.append(FieldError(f"{at}side", "party.side", "The side is worker or client."))
            return None
        return Party(
            user_id=texts["userId"],
            side=Side(side),
            name=texts["name"],
            email=texts["email"],
            locale=texts["locale"],
        )

    def _text(self, document: Mapping[str, object], name: str, limit: int, at: str) -> str:
        """One line of text, in NFC and without space around; empty where it is absent and may be."""
        value = document.get(name)
        if value is None and name not in REQUIRED:
            return ""
        text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
        named: dict[str, object] = {"name": name, "limit": limit}
        if not isinstance(value, str) or (name in REQUIRED and not text):
            self.errors.append(FieldError(at + name, "field.text", "Write %(name)s as text.", named))
        elif not text.isprintable() or len(text) > limit:
            self.errors.append(
                FieldError(
                    at + name,
                    "field.too_long",
                    "Write %(name)s on one line of at most %(limit)s characters.",
                    named,
                )
            )
        elif text and name in _SHAPES and not _SHAPES[name].fullmatch(text):
            self.errors.append(FieldError(at + name, "field.shape", "This is no %(name)s.", named))
        return text

    def _moment(self, value: object, at: str) -> datetime | None:
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is not None and moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.errors.append(
            FieldError(f"{at}startsAt", "field.time", "Write startsAt like 2026-05-04T09:30:00Z (RFC 3339).")
        )
        return None

    def _unknown(self, document: Mapping[str, object], known: frozenset[str], at: str) -> None:
        if self._passing_over:
            return
        values: dict[str, object] = {"known": ", ".join(sorted(known))}
        for name in sorted(set(map(str, document)) - known)[:MAX_UNKNOWN_NAMED]:
            self.errors.append(
                FieldError(
                    at + name[:60], "field.unknown", "There is no such field. Known are %(known)s.", values
                )
            )

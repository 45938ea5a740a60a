"""The shell that writes an invented history: a few thousand lives, cast into as many cases as are wanted."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from uuid import UUID

import orjson

from gigdesk.cases.rulebook import Rulebook
from gigdesk.errors import Conflict
from gigdesk.gigs.model import Side
from gigdesk.invented.lives import Life, lived
from gigdesk.invented.moulds import Cast, Given, Mould
from gigdesk.invented.people import agents, gig_title, person
from gigdesk.invented.ports import CaseLoader
from gigdesk.invented.words import description

LIVES = 2_000
AT_ONCE = 1_000
PEOPLE = 24_000
DAYS = 900.0
RECENT = 0.04
"""So many of the cases are of the last days, whatever their number, so that a small history has open ones, too."""
_RECENT_DAYS = 6.0
# How often each group of issues comes: money first, danger seldom.
_SHARES = {
    "payment": 26, "work": 20, "no_show": 16, "damage": 10, "technical": 8, "conduct": 6, "account": 5,
    "fraud": 4, "safety": 3, "other": 2,
}  # fmt: skip


class History:
    """The past of a marketplace that never was; the same for the same seed, and the same moment as its end."""

    def __init__(
        self, rulebook: Rulebook, person_of: Callable[[str], str], seed: int, until: datetime
    ) -> None:
        self._rng = Random(seed)  # noqa: S311 - it is to be the same each time
        self._rulebook = rulebook
        self._person_of = lru_cache(maxsize=PEOPLE * 2)(person_of)
        self._until = until
        self._staff = agents()

    def cases(self, count: int) -> Iterator[Cast]:
        """So many cases, the oldest first but for the recent ones at the end."""
        moulds = [Mould(life) for life in self._lives(min(LIVES, max(50, count // 4)))]
        recent = max(1, int(count * RECENT))
        spans = [DAYS * (count - recent - n) / count + _RECENT_DAYS for n in range(count - recent)]
        spans += [_RECENT_DAYS * (1 - (n + self._rng.random()) / recent) for n in range(recent)]
        for number, days in enumerate(spans):
            mould = self._rng.choice(moulds)
            yield mould.cast(self._given(number, mould, self._until - timedelta(days=days)), self._until)

    def _lives(self, count: int) -> Iterator[Life]:
        kinds = [kind for kind in self._rulebook.taxonomy.types if kind.sides]
        shares = [
            _SHARES.get(kind.group, 1) / sum(one.group == kind.group for one in kinds) for kind in kinds
        ]
        for kind in self._rng.choices(kinds, shares, k=count):
            side = self._rng.choice(sorted(kind.sides))
            life = Life(self._rng, kind, side, self._number(), self._rulebook, self._staff)
            yield lived(life, gig_title(self._rng.randrange(1_000), kind))

    def _given(self, number: int, mould: Mould, opened_at: datetime) -> Given:
        rng = self._rng
        gig = number // 2 if mould.kind.group != "account" else number + 10_000_000
        reporter, respondent = self._parties(gig, mould.side)
        said = {
            "reporter": _named(reporter, mould.side),
            "respondent": _named(respondent, mould.side.other),
            "description": description(mould.kind.group, rng).encode(),
        }
        users = {one.user_id: self._person_of(one.user_id) for one in self._staff}
        persons = {
            "reporter": self._person_of(person(reporter).user_id),
            "respondent": self._person_of(person(respondent).user_id),
            **users,
        }
        case = UUID(int=_version_7(opened_at, rng.getrandbits(74)))
        return Given(case=case, gig_id=f"past-gig-{gig}", opened_at=opened_at, said=said, persons=persons)

    def _parties(self, gig: int, side: Side) -> tuple[int, int]:
        """Reporter and respondent: every gig has a worker and a client, whoever of them reports."""
        worker, client = gig * 7919 % (PEOPLE // 2) * 2, gig * 104_729 % (PEOPLE // 2) * 2 + 1
        return (worker, client) if side is Side.WORKER else (client, worker)

    def _number(self) -> UUID:
        return UUID(int=self._rng.getrandbits(128), version=4)


async def fill(loader: CaseLoader, history: History, count: int, told: Callable[[int], None]) -> None:
    """Write so many cases; ``told`` hears how many stand. Raises Conflict where there are cases already."""
    if not await loader.is_empty():
        raise Conflict("history.not_empty", "This database has cases already. Name an empty one.")
    batch: list[Cast] = []
    done = 0
    for case in history.cases(count):
        batch.append(case)
        if len(batch) == AT_ONCE:
            await loader.load(batch)
            done += len(batch)
            told(done)
            batch = []
    if batch:
        await loader.load(batch)
        told(done + len(batch))


def _named(number: int, side: Side) -> bytes:
    somebody = person(number)
    return orjson.dumps({"id": somebody.user_id, "name": somebody.name, "side": str(side)})


def _version_7(at: datetime, noise: int) -> int:
    """A UUIDv7 of that moment (RFC 9562 §5.7)."""
    millis = int(at.timestamp() * 1000)
    return millis << 80 | 7 << 76 | noise >> 62 << 64 | 2 << 62 | noise & (1 << 62) - 1

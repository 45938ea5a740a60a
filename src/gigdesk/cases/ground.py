"""What a plan stands on while it makes its command, and what would come of it. Pure but for fresh salts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from gigdesk.cases.events import Event
from gigdesk.cases.files import facts_value, file_item
from gigdesk.cases.life_commands import By, LifeCommand
from gigdesk.cases.model import Case
from gigdesk.cases.ports import SealedValue
from gigdesk.cases.seal import seal_values
from gigdesk.cases.sight import Sight, staff_name
from gigdesk.cases.visibility import Record
from gigdesk.evidence.model import ReceivedFile


@dataclass(slots=True, kw_only=True)
class Ground:
    """What a plan stands on; it seals the texts of its command as it goes."""

    sight: Sight
    at: datetime
    item: UUID
    sealed: list[SealedValue] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    _joined: int = 0

    @property
    def case(self) -> Case:
        return self.sight.case

    @property
    def by(self) -> By:
        return self.sight.by

    def say(self, kind: str, text: str) -> None:
        """Seal a text that the caller wrote, as ``kind:id``."""
        self._seal(f"{kind}:{self.item}", text.encode(), self.sight.person)

    def attach(self, files: Sequence[ReceivedFile]) -> None:
        """Seal what the files are called and what their bytes hash to."""
        for file in files:
            self._seal(file_item(file.id), facts_value(file.name, file.sha256), self.sight.person)

    def staff(self, person: str, user_id: str, name: str) -> str:
        """What this member of staff is called on the case: the name they have, or the next."""
        known = staff_name({**self.sight.sealed, **{value.item: value for value in self.sealed}}, person)
        if known:
            return known
        self._joined += 1
        item = f"staff:{self.case.staff + self._joined}"
        self._seal(item, orjson.dumps({"id": user_id, "name": name}), person)
        return item

    def _seal(self, item: str, value: bytes, person: str) -> None:
        sealed, digests = seal_values([(item, value, person)])
        self.sealed += sealed
        self.digests |= digests


Plan = Callable[[Ground], LifeCommand]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would be done: the case as it stands with what would be sealed, and the events."""

    ground: Ground
    events: tuple[Event, ...]

    @property
    def sealed(self) -> Mapping[str, SealedValue]:
        """What would then be sealed of the case."""
        return {**self.ground.sight.sealed, **{value.item: value for value in self.ground.sealed}}

    @property
    def history(self) -> Sequence[Record]:
        """What would then have happened, the new commit last; of staff who see the whole case."""
        seen, by = self.ground.sight.seen, self.ground.by.name
        return [*seen, Record(number=seen[-1].number + 1, at=self.ground.at, by=by, events=self.events)]

"""The shell of the rules that are kept in the store: versions of one document, each of which holds until the next.

Where a rules file is set it holds, and nothing is kept here. Every process looks after a newer version every few
seconds and takes it into the rulebook that all hold.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.administration.events import RulesKept
from gigdesk.administration.log import ATTEMPTS, Administration, busy
from gigdesk.administration.model import KeepRules, RulesVersion
from gigdesk.administration.ports import RulesVersions
from gigdesk.cases.rulebook import Rulebook
from gigdesk.clock import Clock
from gigdesk.errors import Conflict, GigdeskError, Invalid

EVERY_SECONDS = 3.0
SHOWN = 20
_LOOK_BACK = 10
Read = Callable[[str], Rulebook]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesFrom:
    """Where rules come from: ``file`` is the rules file, where one is set; ``read`` makes a rulebook of a text.

    ``read`` raises Invalid with each line that is wrong.
    """

    file: str
    read: Read


class KeptRules:
    """Keeps the rules document, and brings what holds in this process up to date."""

    def __init__(
        self,
        versions: RulesVersions,
        administration: Administration,
        rulebook: Rulebook,
        source: RulesFrom,
        clock: Clock,
    ) -> None:
        self._versions = versions
        self._administration = administration
        self._rulebook = rulebook
        self._source = source
        self._clock = clock
        self._number = 0

    @property
    def file(self) -> str:
        """The rules file that holds; empty where rules are kept here."""
        return self._source.file

    def read(self, document: str) -> Rulebook:
        """The rules that this document makes; raises Invalid with each line that is wrong."""
        return self._source.read(document)

    async def newest(self, actor: Actor) -> RulesVersion | None:
        """The version that holds, or None where nobody kept any. Raises NotFound, Unavailable."""
        found = await self.versions(actor, 1)
        return found[0] if found else None

    async def versions(self, actor: Actor, limit: int = SHOWN) -> Sequence[RulesVersion]:
        """The newest versions, the last first. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        return await self._versions.newest(limit)

    async def find(self, actor: Actor, number: int) -> RulesVersion | None:
        """One version, or None. Raises NotFound, Unavailable."""
        permit(actor, Action.SEE_SETTINGS, Facts())
        found = await self._versions.newest(1, number + 1)
        return found[0] if found and found[0].number == number else None

    async def save(self, actor: Actor, document: str, base: int) -> RulesVersion:
        """Keep the document; it holds here at once and everywhere within five seconds.

        ``base`` is the version that it was made of. Raises Invalid with each line that is wrong, Conflict where
        another version was kept meanwhile or a file holds, NotFound, NotAllowed, Unavailable.
        """
        permit(actor, Action.ADMINISTER, Facts())
        if self.file:
            raise Conflict("rules.in_file", "The rules stand in %(file)s. Change them there.", file=self.file)
        document = document.replace("\r\n", "\n")
        rulebook = self.read(document)
        for _ in range(ATTEMPTS):
            version = await self._follow(actor, document, base)
            if version:
                self._rulebook.take(rulebook)
                self._number = version.number
                return version
        raise busy()

    async def catch_up(self) -> None:
        """Take the newest version that this process can read, if it is newer than what holds. Raises Unavailable."""
        if self.file or (number := await self._versions.number()) == self._number:
            return
        for version in await self._versions.newest(_LOOK_BACK):
            if version.number <= self._number:
                break
            try:
                self._rulebook.take(self.read(version.document))
                break
            except Invalid as error:  # kept by another version of the program
                _log.error("rules_were_refused", version=version.number, code=error.code)
        self._number = number

    async def run(self) -> None:
        """Catch up every few seconds until cancelled; a store that is away is asked again."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            with suppress(GigdeskError):
                await self.catch_up()

    async def _follow(self, actor: Actor, document: str, base: int) -> RulesVersion | None:
        """Write it once; None where somebody else wrote something meanwhile."""
        head = await self._administration.head()
        if (number := await self._versions.number()) != base:
            raise Conflict(
                "rules.changed",
                "Version %(version)s was kept since you began. What you wrote is below: put it into that one.",
                version=number,
            )
        version = RulesVersion(
            number=number + 1,
            at=self._clock.now(),
            actor=self._administration.person(actor),
            document=document,
        )
        digest = hashlib.sha256(document.encode()).hexdigest()
        event = RulesKept(version=version.number, content=digest)
        is_kept = await self._administration.follow(head, actor, event, KeepRules(version=version))
        return version if is_kept else None

"""Performs what a case owes to those that are joined to it. Repeating it does no harm, and no order is needed."""

from contextlib import suppress
from uuid import UUID

from gigdesk.app import Gigdesk
from gigdesk.cases.effects import TellDuplicates
from gigdesk.cases.joining import follows
from gigdesk.cases.life_commands import SYSTEM, FollowPrimary, NoteDuplicate
from gigdesk.cases.model import Case
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.seal import replay
from gigdesk.errors import NotFound, Unavailable

TRIES = 5


class Joining:
    """Lets cases know of each other."""

    def __init__(self, desk: Gigdesk) -> None:
        self._desk = desk

    async def join(self, duplicate: UUID, primary: UUID) -> None:
        """Let the primary know whether the other is its duplicate as things stand now. Raises Unavailable."""
        is_joined = await self._is_joined(duplicate, primary)
        for _ in range(TRIES):
            await self._desk.handler.handle(
                NoteDuplicate(
                    case=primary,
                    at=self._desk.clock.now(),
                    by=SYSTEM,
                    digests={},
                    duplicate=duplicate,
                    is_joined=is_joined,
                )
            )
            # It may have been undone meanwhile, and whoever noted that may have been faster.
            before, is_joined = is_joined, await self._is_joined(duplicate, primary)
            if is_joined == before:
                return
        raise Unavailable("case.busy", "Many people are changing this case. Try again now.", retry_after=1)

    async def tell(self, primary: UUID, news: TellDuplicates) -> None:
        """Tell each duplicate whose reporter does not hear of the primary anyway. Raises Unavailable."""
        case, row = replay(await self._desk.log.load(primary)), await self._desk.index.get_row(primary)
        if case is None or row is None:
            raise NotFound("case.unknown", "There is no such case.")
        for duplicate in case.duplicates:
            other = await self._desk.index.get_row(duplicate)
            if other is not None and _follows(case, row, other):
                await self._follow(duplicate, primary, news)

    async def _follow(self, duplicate: UUID, primary: UUID, news: TellDuplicates) -> None:
        with suppress(NotFound):
            await self._desk.handler.handle(
                FollowPrimary(
                    case=duplicate,
                    at=self._desk.clock.now(),
                    by=SYSTEM,
                    digests={},
                    primary=primary,
                    number=news.number,
                    status=news.status,
                    disposition=news.disposition,
                )
            )

    async def _is_joined(self, duplicate: UUID, primary: UUID) -> bool:
        case = replay(await self._desk.log.load(duplicate))
        return case is not None and case.merged_into == primary


def _follows(primary: Case, row: CaseRow, other: CaseRow) -> bool:
    return follows(
        primary, is_reporter=other.reporter == row.reporter, is_respondent=other.reporter == row.respondent
    )

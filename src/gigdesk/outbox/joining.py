"""Performs what a case owes to those that are joined to it. Repeating it does no harm, and no order is needed."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from gigdesk.app import Gigdesk
from gigdesk.cases.effects import TellDuplicates
from gigdesk.cases.joining import follows, hides, is_settled, news_of
from gigdesk.cases.life_commands import SYSTEM, FollowPrimary, NoteDuplicate
from gigdesk.cases.model import Case
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.seal import replay
from gigdesk.errors import NotFound, Unavailable

TRIES = 5
Found = tuple[Case, CaseRow]


class Joining:
    """Lets cases know of each other."""

    def __init__(self, desk: Gigdesk) -> None:
        self._desk = desk

    async def join(self, duplicate: UUID, primary: UUID) -> None:
        """Let the primary know whether the other is its duplicate as things stand now. Raises Unavailable."""
        is_joined = await self._is_joined(duplicate, primary)
        for _ in range(TRIES):
            case = await self._desk.handler.handle(
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
                if is_joined and case is not None and case.merged_into is not None:
                    await self._catch_up(case.merged_into)
                return
        raise Unavailable("case.busy", "Many people are changing this case. Try again now.", retry_after=1)

    async def tell(self, primary: UUID, news: TellDuplicates) -> None:
        """Tell each duplicate whose reporter may know and does not hear of the primary anyway, or that has its own.

        Raises Unavailable, and NotFound for a case that is none.
        """
        line = await self._line(primary)
        for duplicate in line[0][0].duplicates:
            if _follows(line, await self._find(duplicate)):
                await self._follow(duplicate, primary, news)

    async def _catch_up(self, primary: UUID) -> None:
        """Tell anew where a case stands: one that is joined to it has a duplicate of its own since."""
        commits = await self._desk.log.load(primary)
        case = replay(commits)
        if case is not None and is_settled(case):
            await self.tell(primary, news_of(case, len(commits)))

    async def _line(self, case: UUID) -> Sequence[Found]:
        """The case, the one that it is joined to, and so on: what is told of the first may be news of any."""
        line: list[Found] = []
        at: UUID | None = case
        # Two may have been joined to each other, each while the other was still open.
        while at is not None and all(at != one.id for one, _ in line):
            line.append(await self._find(at))
            at = line[-1][0].merged_into
        return line

    async def _find(self, case: UUID) -> Found:
        found, row = replay(await self._desk.log.load(case)), await self._desk.index.get_row(case)
        if found is None or row is None:
            raise NotFound("case.unknown", "There is no such case.")
        return found, row

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


def _follows(line: Sequence[Found], duplicate: Found) -> bool:
    """Merges are judged before all is known that was joined to a case: so each of the line is judged here again."""
    case, reporter = duplicate[0], duplicate[1].reporter
    towards = [
        (one, {"is_reporter": reporter == of.reporter, "is_respondent": reporter == of.respondent})
        for one, of in line
    ]
    if any(hides(one, **is_what) for one, is_what in towards):
        return False
    primary, is_what = towards[0]
    return follows(primary, **is_what, has_duplicates=bool(case.duplicates))

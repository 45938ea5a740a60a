"""The shell that lists: a party's own cases, or those of a member of staff's queues, newest first, in pages.

1. A party's cases are opened, a page at a time, and listed as they may know them: by the fold of what they see.
2. What a party asks for beside gig and reference is judged on these. ``SCANNED`` of their cases are looked at
   for a page and no more: it may come out short, or empty, and the next goes on from there.
3. What somebody has seen is noted beside the log, in no commit: looking changes nothing about a case. What happened
   before there were such notes counts as seen.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from gigdesk.access.model import Actor
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.listed import Listed, Wanted, is_wanted
from gigdesk.cases.news import news_of, seen_until
from gigdesk.cases.ports import CaseIndex, CaseLog, CaseRow, SealedValue, SeenMarks
from gigdesk.cases.queries import CaseQuery, PartyQuery
from gigdesk.cases.read import Found, sight_of
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.view import CaseView, view_of
from gigdesk.cases.visibility import Viewer
from gigdesk.errors import FieldError, Invalid, NotFound, Unavailable
from gigdesk.paging import Page, Place

SCANNED = 200
AT_ONCE = 50


class CaseLists:
    """Lists cases for whoever may see them, and keeps what they have seen."""

    def __init__(
        self, log: CaseLog, index: CaseIndex, marks: SeenMarks, handler: CaseHandler, rulebook: Rulebook
    ) -> None:
        self._log = log
        self._index = index
        self._marks = marks
        self._handler = handler
        self._rulebook = rulebook

    async def cases(self, actor: Actor, wanted: Wanted, after: Place | None, limit: int) -> Page[Listed]:
        """The caller's own cases, or for staff those of their queues that are not about them, newest first.

        Raises Invalid for a type that there neither is nor was in any case, Unavailable.
        """
        await self._judge_type(wanted.issue_type)
        if actor.is_staff:
            return await self._of_staff(actor, wanted, after, limit)
        return await self._of_party(actor, wanted, after, limit)

    async def looked(self, view: CaseView) -> None:
        """Note that who looks has seen all that there is; a store that cannot write now is told the next time."""
        if view.viewer is not Viewer.STAFF:
            with suppress(Unavailable):
                await self._marks.mark(view.sight.person, view.case.id, view.version)

    async def _judge_type(self, code: str | None) -> None:
        """A host may have taken a type out while it has cases."""
        if code is None or self._rulebook.taxonomy.find(code) or await self._index.knows_type(code):
            return
        choices: dict[str, object] = {"choices": ", ".join(self._rulebook.taxonomy.codes)}
        error = FieldError("issueType", "query.wrong", "Choose one of: %(choices)s.", choices)
        raise Invalid("query.wrong", "The query is not understood. See each entry.", errors=[error])

    async def _of_staff(self, actor: Actor, wanted: Wanted, after: Place | None, limit: int) -> Page[Listed]:
        query = CaseQuery(
            not_about=self._handler.person(actor.sub),
            queues=self._rulebook.queues.visible(actor),
            statuses=wanted.statuses,
            issue_type=wanted.issue_type,
            gig_id=wanted.gig_id,
            reference=wanted.reference,
        )
        page = await self._index.list_cases(query, after, limit)
        titles = await self._index.sealed([row.id for row in page.items], ["gig"])
        items = tuple(self._of_row(row, _title(titles[row.id].get("gig"))) for row in page.items)
        return Page(items=items, next=page.next)

    async def _of_party(self, actor: Actor, wanted: Wanted, after: Place | None, limit: int) -> Page[Listed]:
        """Read on until the page is full, nothing is left, or enough was looked at."""
        query = PartyQuery(
            party=self._handler.person(actor.sub), gig_id=wanted.gig_id, reference=wanted.reference
        )
        at_once = max(limit, AT_ONCE) if wanted.is_judged else limit
        found: list[Listed] = []
        for _ in range(max(1, SCANNED // at_once)):
            page = await self._index.list_cases(query, after, at_once)
            opened = await self._opened(actor, page.items)
            found += [listed for listed in opened if listed.view and is_wanted(listed.view, wanted)]
            after = page.next
            if after is None or len(found) >= limit:
                break
        if len(found) > limit:
            after = Place(at=found[limit - 1].row.opened_at, id=found[limit - 1].row.id)
        return Page(items=tuple(found[:limit]), next=after)

    async def _opened(self, actor: Actor, rows: Sequence[CaseRow]) -> Sequence[Listed]:
        """These cases as the caller may know them; one of which they may know nothing is left out."""
        ids, person = [row.id for row in rows], self._handler.person(actor.sub)
        histories = await self._log.load_all(ids)
        sealed = await self._index.sealed(ids)
        marks, since = await self._marks.seen(person, ids), await self._marks.since()
        opened = []
        for row in rows:
            found = Found(row=row, commits=histories.get(row.id, ()), sealed=sealed[row.id])
            with suppress(NotFound):
                view = view_of(sight_of(actor, person, found, self._rulebook.queues), self._rulebook.taxonomy)
                seen = marks.get(row.id, 0) or seen_until(view.sight, since)
                news = news_of(view.sight, seen)
                listed = self._of_row(row, view.gig_title)
                opened.append(replace(listed, view=view, news=news))
        return opened

    def _of_row(self, row: CaseRow, gig_title: str) -> Listed:
        return Listed(row=row, gig_title=gig_title, issue_label=self._rulebook.taxonomy.label(row.issue_type))


def _title(value: SealedValue | None) -> str:
    return value.value.decode() if value else ""

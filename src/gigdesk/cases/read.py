"""The shell that reads: one case, lists of cases, receipts; judged before anything is shown."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gigdesk.access.keys import SigningKeys
from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases import wire
from gigdesk.cases.answer import files_answer
from gigdesk.cases.estimate import Estimate
from gigdesk.cases.estimates import Estimates
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.joining import MOST_DUPLICATES
from gigdesk.cases.model import Status
from gigdesk.cases.ports import CaseIndex, CaseLog, CaseQuery, CaseRow, Commit, SealedValue
from gigdesk.cases.receipt import addition_receipt, receipt_of
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.seal import events_of, record_of
from gigdesk.cases.sight import Sight, staff_name, standing, viewer_of
from gigdesk.cases.view import CaseView, view_of
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.errors import NotFound
from gigdesk.paging import Page, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of a list with the title of its gig."""

    row: CaseRow
    gig_title: str


class CaseReader:
    """Reads cases for whoever may see them; to everybody else they do not exist."""

    def __init__(
        self, log: CaseLog, index: CaseIndex, handler: CaseHandler, keys: SigningKeys, rulebook: Rulebook
    ) -> None:
        self._log = log
        self._index = index
        self._handler = handler
        self._keys = keys
        self._taxonomy = rulebook.taxonomy
        self._queues = rulebook.queues
        self._estimates = Estimates(index)

    async def see(self, actor: Actor, case: UUID, action: Action = Action.SEE_CASE) -> CaseView:
        """The case as this caller may see it; raises NotFound for a case that is none of theirs."""
        return view_of(await self.look(actor, case, action), self._taxonomy)

    async def look(self, actor: Actor, case: UUID, action: Action = Action.SEE_CASE) -> Sight:
        """The case as it stands for this caller; raises NotFound where it is none of theirs."""
        row = await self._index.get_row(case)
        if row is None:
            raise _unknown()
        commits = await self._log.load(case)
        history = [record_of(commit) for commit in commits]
        state = case_of(case, history)
        if state is None:
            raise _unknown()
        sealed = (await self._index.sealed([case])).get(case, {})
        person = self._handler.person(actor.sub)
        viewer = viewer_of(row, person)
        facts = Facts(
            is_reporter=viewer is Viewer.REPORTER,
            is_respondent=viewer is Viewer.RESPONDENT,
            is_contacted=state.is_contacted,
            is_sensitive=self._queues.is_sensitive(row.queue),
            is_specialist=self._queues.is_specialist(actor, row.queue),
        )
        permit(actor, action, facts)
        seen = seen_by(viewer, history)
        if not seen:
            raise _unknown()
        name = staff_name(sealed, person)
        by = standing(actor, viewer, state, name, is_specialist=facts.is_specialist)
        return Sight(
            row=row,
            commits=commits,
            case=state,
            sealed=sealed,
            viewer=viewer,
            seen=seen,
            by=by,
            person=person,
        )

    async def look_as_staff(self, actor: Actor, case: UUID) -> Sight:
        """The case as it stands for staff; raises NotFound for everybody else, and for staff who are a party of it."""
        sight = await self.look(actor, case, Action.SEE_AS_STAFF)
        if sight.viewer is not Viewer.STAFF:
            raise _unknown()
        return sight

    async def duplicates(self, actor: Actor, case: UUID) -> Sequence[CaseView]:
        """The cases that were joined to this one, and to those, as far as this member of staff may see each.

        Raises NotFound as ``look_as_staff`` does.
        """
        found: list[CaseView] = []
        waiting = list((await self.look_as_staff(actor, case)).case.duplicates)
        while waiting and len(found) < MOST_DUPLICATES:
            with suppress(NotFound):
                sight = await self.look_as_staff(actor, waiting.pop(0))
                found.append(view_of(sight, self._taxonomy))
                waiting += sight.case.duplicates
        return found

    async def estimate(self, view: CaseView, at: datetime) -> Estimate | None:
        """How long the case is likely to take; None once it was decided or closed. Raises Unavailable."""
        return await self._estimates.of(view.case, at)

    async def cases(self, actor: Actor, query: CaseQuery, after: Place | None, limit: int) -> Page[Listed]:
        """The caller's own cases, or for staff those of their queues that are not about them, newest first."""
        person = self._handler.person(actor.sub)
        scoped = CaseQuery(
            reporter=None if actor.is_staff else person,
            not_about=person if actor.is_staff else None,
            queues=self._queues.visible(actor) if actor.is_staff else None,
            statuses=query.statuses if actor.is_staff else _or_untold(query.statuses),
            issue_type=query.issue_type,
            gig_id=query.gig_id,
            reference=query.reference,
        )
        page = await self._index.list_cases(scoped, after, limit)
        titles = await self._index.sealed([row.id for row in page.items], ["gig"])
        rows = page.items if actor.is_staff else await self._as_told(actor, page.items, query.statuses)
        items = tuple(Listed(row=row, gig_title=_title(titles.get(row.id, {}))) for row in rows)
        return Page(items=items, next=page.next)

    async def _as_told(
        self, actor: Actor, rows: Sequence[CaseRow], statuses: frozenset[str] | None
    ) -> Sequence[CaseRow]:
        """The rows as their reporter may know them: a decision that nobody was told of does not show."""
        shown = []
        for row in rows:
            if row.status == Status.DECIDED:
                case = (await self.look(actor, row.id)).shown
                row = replace(row, status=case.status.value)  # noqa: PLW2901 - the same row, as it is told
            if statuses is None or row.status in statuses:
                shown.append(row)
        return shown

    async def receipt(self, actor: Actor, case: UUID) -> dict[str, object]:
        """The signed receipt: for its reporter alone."""
        row = await self._row(actor, case, Action.SEE_RECEIPT)
        commits: list[Commit] = list(await self._log.load(row.id))
        sealed = (await self._index.sealed([case])).get(case, {})
        payload = receipt_of(commits[0], events_of(commits[0]), sealed)
        return self._signed(payload)

    def addition(self, sight: Sight, commit: UUID, base_url: str) -> dict[str, object]:
        """The files of this commit with their signed receipt, for who sent them; empty where it has none."""
        found = next((one for one in sight.commits if one.id == commit), None)
        events = events_of(found) if found else ()
        files = files_answer(events, sight.sealed, f"{base_url}/api/cases/{sight.row.id}")
        if not found or not files:
            return {}
        receipt = addition_receipt(found, events, sight.sealed, sight.row.reference)
        return {"files": files, "receipt": self._signed(receipt)}

    def _signed(self, payload: dict[str, object]) -> dict[str, object]:
        kid, signature = self._keys.sign(wire.canonical(payload))
        return {"payload": payload, "signature": {"alg": "Ed25519", "kid": kid, "value": signature.hex()}}

    async def _row(self, actor: Actor, case: UUID, action: Action) -> CaseRow:
        row = await self._index.get_row(case)
        if row is None:
            raise _unknown()
        person = self._handler.person(actor.sub)
        is_reporter, is_respondent = row.reporter == person, row.respondent == person
        sensitive, specialist = (
            self._queues.is_sensitive(row.queue),
            self._queues.is_specialist(actor, row.queue),
        )
        facts = Facts(
            is_reporter=is_reporter,
            is_respondent=is_respondent,
            is_sensitive=sensitive,
            is_specialist=specialist,
        )
        permit(actor, action, facts)
        return row


def _or_untold(statuses: frozenset[str] | None) -> frozenset[str] | None:
    """What to look for so that a decision which nobody was told of is found under the status that it shows."""
    return statuses and statuses | {Status.DECIDED.value}


def _unknown() -> NotFound:
    return NotFound("case.unknown", "There is no such report, or it is not yours.")


def _title(sealed: "dict[str, SealedValue] | object") -> str:
    value = sealed.get("gig") if isinstance(sealed, dict) else None
    return value.value.decode() if value else ""

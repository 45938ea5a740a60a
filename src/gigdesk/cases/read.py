"""The shell that reads one case, and its receipt; judged before anything is shown."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gigdesk.access.keys import SigningKeys
from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.access.queues import Queues
from gigdesk.cases import wire
from gigdesk.cases.answer import files_answer
from gigdesk.cases.estimate import Estimate
from gigdesk.cases.estimates import Estimates
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.joining import MOST_DUPLICATES
from gigdesk.cases.ports import CaseIndex, CaseLog, CaseRow, Commit
from gigdesk.cases.receipt import addition_receipt, receipt_of
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.seal import events_of, record_of
from gigdesk.cases.sight import Sealed, Sight, staff_name, standing, viewer_of
from gigdesk.cases.view import CaseView, view_of
from gigdesk.cases.visibility import Viewer, case_of, seen_by
from gigdesk.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the store has of one case."""

    row: CaseRow
    commits: Sequence[Commit]
    sealed: Sealed


class CaseReader:
    """Reads cases for whoever may see them; to everybody else they do not exist."""

    def __init__(
        self, log: CaseLog, index: CaseIndex, handler: CaseHandler, keys: SigningKeys, rulebook: Rulebook
    ) -> None:
        self._log = log
        self._index = index
        self._handler = handler
        self._keys = keys
        self._rulebook = rulebook
        self._estimates = Estimates(index)

    async def see(self, actor: Actor, case: UUID, action: Action = Action.SEE_CASE) -> CaseView:
        """The case as this caller may see it; raises NotFound for a case that is none of theirs."""
        return view_of(await self.look(actor, case, action), self._rulebook.taxonomy)

    async def look(self, actor: Actor, case: UUID, action: Action = Action.SEE_CASE) -> Sight:
        """The case as it stands for this caller; raises NotFound where it is none of theirs."""
        row = await self._index.get_row(case)
        if row is None:
            raise _unknown()
        commits = await self._log.load(case)
        sealed = (await self._index.sealed([case])).get(case, {})
        found = Found(row=row, commits=commits, sealed=sealed)
        return sight_of(actor, self._handler.person(actor.sub), found, self._rulebook.queues, action)

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
                found.append(view_of(sight, self._rulebook.taxonomy))
                waiting += sight.case.duplicates
        return found

    async def estimate(self, view: CaseView, at: datetime) -> Estimate | None:
        """How long the case is likely to take; None once it was decided or closed. Raises Unavailable."""
        return await self._estimates.of(view.case, at)

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
            self._rulebook.queues.is_sensitive(row.queue),
            self._rulebook.queues.is_specialist(actor, row.queue),
        )
        facts = Facts(
            is_reporter=is_reporter,
            is_respondent=is_respondent,
            is_sensitive=sensitive,
            is_specialist=specialist,
        )
        permit(actor, action, facts)
        return row


def sight_of(
    actor: Actor, person: str, found: Found, queues: Queues, action: Action = Action.SEE_CASE
) -> Sight:
    """What was found, as this caller may see it; raises NotFound where it is none of theirs."""
    row, sealed = found.row, found.sealed
    history = [record_of(commit) for commit in found.commits]
    state = case_of(row.id, history)
    if state is None:
        raise _unknown()
    viewer = viewer_of(row, person)
    facts = Facts(
        is_reporter=viewer is Viewer.REPORTER,
        is_respondent=viewer is Viewer.RESPONDENT,
        is_contacted=state.is_contacted,
        is_sensitive=queues.is_sensitive(row.queue),
        is_specialist=queues.is_specialist(actor, row.queue),
    )
    permit(actor, action, facts)
    seen = seen_by(viewer, history)
    if not seen:
        raise _unknown()
    name = staff_name(sealed, person)
    return Sight(
        row=row,
        commits=found.commits,
        case=state,
        sealed=sealed,
        viewer=viewer,
        seen=seen,
        by=standing(actor, viewer, state, name, is_specialist=facts.is_specialist),
        person=person,
    )


def _unknown() -> NotFound:
    return NotFound("case.unknown", "There is no such report, or it is not yours.")

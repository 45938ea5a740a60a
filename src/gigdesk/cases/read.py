"""The shell that reads one case, and its receipt; judged before anything is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gigdesk.access.keys import SigningKeys
from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases import wire
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.ports import CaseIndex, CaseLog, CaseRow, Commit
from gigdesk.cases.receipt import receipt_of
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

    def __init__(self, log: CaseLog, index: CaseIndex, handler: CaseHandler, keys: SigningKeys) -> None:
        self._log = log
        self._index = index
        self._handler = handler
        self._keys = keys

    async def see(self, actor: Actor, case: UUID, action: Action = Action.SEE_CASE) -> CaseView:
        """The case as this caller may see it; raises NotFound for a case that is none of theirs."""
        return view_of(await self.look(actor, case, action))

    async def look(self, actor: Actor, case: UUID, action: Action = Action.SEE_CASE) -> Sight:
        """The case as it stands for this caller; raises NotFound where it is none of theirs."""
        row = await self._index.get_row(case)
        if row is None:
            raise _unknown()
        commits = await self._log.load(case)
        sealed = (await self._index.sealed([case])).get(case, {})
        found = Found(row=row, commits=commits, sealed=sealed)
        return sight_of(actor, self._handler.person(actor.sub), found, action)

    async def receipt(self, actor: Actor, case: UUID) -> dict[str, object]:
        """The signed receipt: for its reporter alone."""
        row = await self._row(actor, case, Action.SEE_RECEIPT)
        commits: list[Commit] = list(await self._log.load(row.id))
        sealed = (await self._index.sealed([case])).get(case, {})
        payload = receipt_of(commits[0], events_of(commits[0]), sealed)
        kid, signature = self._keys.sign(wire.canonical(payload))
        return {"payload": payload, "signature": {"alg": "Ed25519", "kid": kid, "value": signature.hex()}}

    async def _row(self, actor: Actor, case: UUID, action: Action) -> CaseRow:
        row = await self._index.get_row(case)
        if row is None:
            raise _unknown()
        person = self._handler.person(actor.sub)
        is_reporter, is_respondent = row.reporter == person, row.respondent == person
        permit(actor, action, Facts(is_reporter=is_reporter, is_respondent=is_respondent, queue=row.queue))
        return row


def sight_of(actor: Actor, person: str, found: Found, action: Action = Action.SEE_CASE) -> Sight:
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
        queue=row.queue,
    )
    permit(actor, action, facts)
    seen = seen_by(viewer, history)
    if not seen:
        raise _unknown()
    return Sight(
        row=row,
        commits=found.commits,
        case=state,
        sealed=sealed,
        viewer=viewer,
        seen=seen,
        by=standing(actor, viewer, state, staff_name(sealed, person)),
        person=person,
    )


def _unknown() -> NotFound:
    return NotFound("case.unknown", "There is no such report, or it is not yours.")

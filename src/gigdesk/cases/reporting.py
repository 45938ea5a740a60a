"""The shell of a report on its way in: who may report on which gig, and then the case.

The facts come from the GigDirectory, the judgement from ``access.policy``: once as soon as the gig is
known, and again when all has arrived, since an upload can last for hours.
"""

from collections.abc import Coroutine
from functools import lru_cache

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases.fields import Judged, wrong
from gigdesk.cases.handle import CaseHandler, Meanwhile, Opened
from gigdesk.cases.opening import Report
from gigdesk.cases.rulebook import Rulebook
from gigdesk.errors import FieldError
from gigdesk.evidence.model import ReceivedFile
from gigdesk.gigs.model import Gig, Party
from gigdesk.gigs.ports import GigDirectory
from gigdesk.records import maker, record

_new_report = maker(Report)


@record(frozen=True, slots=True, kw_only=True)
class Standing:
    """The gig, and the party for whom the caller may report on it; None until an integration names one.

    ``by`` is the role in which the caller reports: ``reporter`` or ``integration``.
    """

    gig: Gig
    party: Party | None
    by: str


_new_standing = maker(Standing)


@lru_cache(maxsize=4)
def _facts(gig_exists: bool, is_party: bool) -> Facts:
    return Facts(gig_exists=gig_exists, is_party=is_party)


class Reporting:
    """Takes reports from parties, and from integrations on their behalf."""

    def __init__(self, gigs: GigDirectory, handler: CaseHandler, rulebook: Rulebook) -> None:
        self._gigs = gigs
        self._handler = handler
        self._rulebook = rulebook

    async def standing(
        self, actor: Actor, gig_id: str, reporter_id: str | None = None, action: Action = Action.REPORT
    ) -> Standing:
        """What the caller is in this gig; raises NotAllowed alike for a foreign and an unknown gig.

        ``action`` is what the caller wants as themselves: to report, or to see what may be reported.
        """
        gig = await self._gigs.find(gig_id, actor.claims or {"sub": actor.sub})
        party = gig.party(reporter_id or actor.sub) if gig else None
        wanted = Action.REPORT_FOR_OTHER if reporter_id else action
        permit(actor, wanted, _facts(gig is not None, party is not None))
        assert gig is not None  # nothing of what is asked here is permitted on a gig that is none
        return _new_standing(gig=gig, party=party, by="integration" if reporter_id else "reporter")

    def submit(
        self,
        actor: Actor,
        standing: Standing,
        judged: Judged,
        files: tuple[ReceivedFile, ...],
        key: str | None,
        meanwhile: Meanwhile | None = None,
    ) -> Coroutine[object, object, Opened]:
        """Open the case of a whole report by who may send it; an equal repeat finds the case it opened."""
        if standing.party is None:
            raise wrong([FieldError("reporterId", "field.missing", "Name the party who reports.")])
        return self._handler.open(
            _new_report(
                gig=standing.gig,
                reporter=standing.party,
                sender=actor.sub,
                by=standing.by,
                issue_type=judged.issue_type,
                description=judged.description,
                details=judged.details,
                files=files,
                key=key,
                place=self._rulebook.routing.place(
                    judged.issue_type, standing.party.side, judged.description
                ),
            ),
            meanwhile,
        )

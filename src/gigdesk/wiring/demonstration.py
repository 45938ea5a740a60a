"""Who can be chosen at ``/demo``."""

from functools import partial
from typing import TYPE_CHECKING

from gigdesk.clock import SystemClock
from gigdesk.gigs import examples
from gigdesk.settings import Settings
from gigdesk.wiring.identity import mint_hand_over

if TYPE_CHECKING:
    from gigdesk.web.demo import DemoCast, Visitor


def cast(settings: Settings) -> "DemoCast":
    """Who can be chosen at ``/demo``."""
    from gigdesk.web.demo import DemoCast, Visitor

    assert settings.jwt_secret is not None  # the demo has made it
    secret = settings.jwt_secret.get_secret_value()
    worker, client = examples.WORKER, examples.CLIENT
    form = "/gigs/gig-1/report-issue"
    return DemoCast(
        visitors={
            "worker": Visitor(
                label="Worker", claims={"sub": worker.user_id, "name": worker.name}, begins_at=form, about=""
            ),
            "client": Visitor(
                label="Client", claims={"sub": client.user_id, "name": client.name}, begins_at=form, about=""
            ),
            "agent": _staff("Agent", *examples.AGENT),
            "lead": _staff("Lead", *examples.LEAD),
            "admin": _staff("Admin", *examples.ADMIN),
        },
        gigs=[
            (gig.title, gig.trade, party.side.value, f"/gigs/{gig.id}/report-issue")
            for gig in examples.gigs(SystemClock().now())
            for party in gig.parties
            if party.user_id in {worker.user_id, client.user_id}
        ],
        mint=partial(mint_hand_over, settings, secret),
    )


def _staff(label: str, sub: str, name: str) -> "Visitor":
    from gigdesk.web.demo import Visitor

    claims = {"sub": sub, "name": name, "roles": [label.lower()]}
    return Visitor(label=label, claims=claims, begins_at="/desk", about="")

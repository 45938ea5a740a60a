"""Who is asking: an actor with roles."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from gigdesk.records import record


class Role(StrEnum):
    """Staff roles, and the integration that acts for the marketplace. No role: a plain person."""

    AGENT = "agent"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"
    INTEGRATION = "integration"


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.AUDITOR, Role.ADMIN})


@record(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks, signed in. ``sub`` is the marketplace's user id, unique under ``issuer``.

    ``queues`` names the sensitive queues of which an agent is a specialist.
    ``claims`` are the verified claims of a token; empty for a session.
    """

    sub: str
    issuer: str = ""
    name: str = ""
    email: str = ""
    email_verified: bool = False
    locale: str = ""
    roles: frozenset[Role] = frozenset()
    queues: frozenset[str] = frozenset()
    claims: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)

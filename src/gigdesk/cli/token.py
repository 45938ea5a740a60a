"""``gigdesk token``: a token for trying things out."""

import re
from typing import Annotated

from cyclopts import Parameter

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def token(
    *,
    sub: Annotated[str, Parameter(help="The user id of the marketplace.")],
    role: Annotated[list[str] | None, Parameter(help="agent, lead, auditor, admin or integration.")] = None,
    queue: Annotated[
        list[str] | None, Parameter(help="A sensitive queue of which an agent is a specialist.")
    ] = None,
    name: str = "",
    email: str = "",
    ttl: Annotated[str, Parameter(help="How long it lasts, like 30s, 10m, 1h, 7d.")] = "1h",
    sign_in: Annotated[bool, Parameter(help="A single-use hand-over token for /sign-in, 5 minutes.")] = False,
) -> int:
    """Print a Bearer token signed with the JWT secret. It never makes a secret.

    For example:

        gigdesk token --sub amara
        gigdesk token --sub mira --role agent --ttl 8h
        curl -H "Authorization: Bearer $(gigdesk token --sub amara)" http://127.0.0.1:8000/api/cases
    """
    from gigdesk import settings
    from gigdesk.cli.minting import handover, minted

    chosen = settings.read()
    claims: dict[str, object] = {"sub": sub}
    claims |= {k: v for k, v in (("name", name), ("email", email)) if v}
    if role:
        claims["roles"] = [_role(r) for r in role]
    if queue:
        claims["queues"] = queue
    print(handover(chosen, claims) if sign_in else minted(chosen, claims, seconds(ttl)))
    return 0


def seconds(ttl: str) -> int:
    """The length of a duration like 30s, 10m, 1h or 7d."""
    from gigdesk.errors import Invalid

    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", ttl)
    if not found:
        raise Invalid("token.ttl", "Write the ttl like 30s, 10m, 1h or 7d, not “%(given)s”.", given=ttl)
    return int(found[1]) * UNITS[found[2]]


def _role(given: str) -> str:
    from gigdesk.access.model import Role
    from gigdesk.errors import Invalid

    known = [role.value for role in Role]
    if given not in known:
        raise Invalid(
            "token.role", "“%(given)s” is no role; they are %(known)s.", given=given, known=", ".join(known)
        )
    return given

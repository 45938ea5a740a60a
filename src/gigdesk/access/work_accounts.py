"""Signing in with a work account: the shell around ``work_flow``."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from gigdesk.access.model import Actor
from gigdesk.access.ports import IdentityProvider, Way
from gigdesk.access.signin import COOKIE_BYTES, MARK_MARGIN, HandOver, SignIn
from gigdesk.access.work_flow import Flows, RolesRule, judge_id_token, person_of
from gigdesk.clock import Clock
from gigdesk.errors import NotSignedIn

MAX_CODE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Somebody came back from the provider: the session's cookie, who they are, where they wanted to go."""

    cookie: str
    actor: Actor
    next_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """As what the provider knows this installation, and how its tokens name roles."""

    client_id: str
    rule: RolesRule


class WorkAccounts:
    """Leads to the provider and takes who comes back."""

    def __init__(
        self, provider: IdentityProvider, client: Client, flows: Flows, sign_in: SignIn, clock: Clock
    ) -> None:
        self._provider = provider
        self._client = client
        self._flows = flows
        self._sign_in = sign_in
        self._clock = clock

    async def begin(self, next_path: str) -> tuple[str, str]:
        """The provider's page, and the value of the cookie that knows who comes back. Raises Unavailable."""
        flow, cookie = self._flows.begin(secrets.token_urlsafe(COOKIE_BYTES), next_path, self._clock.now())
        return await self._provider.way_in(flow.state, flow.nonce, flow.challenge), cookie

    async def finish(self, cookie: str, query: Mapping[str, str], browser: str = "") -> Arrived:
        """Open a session for who comes back with this cookie and this query.

        Raises NotSignedIn for what does not hold or was used before, NotAllowed without a role of staff, Unavailable.
        """
        flow = self._flows.read(cookie, query.get("state", ""), self._clock.now())
        code = query.get("code", "")
        if "error" in query or not 1 <= len(code) <= MAX_CODE:
            raise NotSignedIn(
                "work.declined", "Your work account's provider did not let you in. Begin again."
            )
        claims = await self._provider.redeem(code, flow.verifier, query.get("iss"))
        judge_id_token(claims, self._client.client_id, flow.nonce, self._clock.now())
        actor = person_of(claims, self._client.rule)
        once = HandOver(token_id=flow.mark, expires=flow.expires + MARK_MARGIN)
        opened = await self._sign_in.open(actor, once, Way.WORK_ACCOUNT, browser)
        if opened is None:
            raise NotSignedIn("work.used", "This way in was used before. Begin again here.")
        return Arrived(cookie=opened, actor=actor, next_path=flow.next_path)


def with_query(address: str, query: Mapping[str, str]) -> str:
    """The address with these parameters beside those that it has."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

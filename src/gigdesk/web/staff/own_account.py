"""The desk's account of who asks, if that is how they came in."""

from dataclasses import dataclass

from starlette.requests import Request

from gigdesk.access.accounts import Account
from gigdesk.access.ports import Way
from gigdesk.access.second_steps import SecondSteps
from gigdesk.access.signin import SignIn
from gigdesk.web.identity import Asked, Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """Knows it by the session: a token that names the id of an account is not its owner."""

    identity: Identity
    sign_in: SignIn
    steps: SecondSteps

    async def account(self, request: Request, asked: Asked) -> Account | None:
        """Their account; None for who came by a hand-over, a work account or a token."""
        session = await self.sign_in.session_of(self.identity.cookie_of(request.scope))
        is_theirs = asked.binding and session and session.way is Way.PASSWORD
        return await self.steps.owner(asked.actor) if is_theirs else None

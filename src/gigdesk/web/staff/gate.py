"""The gate of the desk: staff pass; to everybody else there is nothing here."""

from starlette.types import Scope

from gigdesk.access.policy import Action, Facts, permit
from gigdesk.access.signin import safe_next
from gigdesk.web.identity import Asked, Identity

HOME = "/desk"
SIGN_IN = "/desk/sign-in"


async def enter(identity: Identity, scope: Scope, action: Action = Action.SEE_DESK) -> Asked:
    """Who asks, a member of staff who may do that.

    Raises NotSignedIn for nobody, whom the site leads to ``SIGN_IN``, and NotFound for a person without a role.
    """
    asked = await identity.ask(scope)
    permit(asked.actor, action, Facts())
    return asked


def is_desk(path: str) -> bool:
    """Whether a path, the prefix taken off, is one of the desk's."""
    return path == HOME or path.startswith(f"{HOME}/")


def desk_next(path: str | None) -> str:
    """Where to go after signing in: a place of this site, else the desk."""
    found = safe_next(path)
    return HOME if found == "/" else found

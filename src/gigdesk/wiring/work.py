"""Work accounts: the provider that the settings name, and what signs staff in with it."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gigdesk.access.keys import derive
from gigdesk.app import Gigdesk
from gigdesk.clock import SystemClock
from gigdesk.settings import Settings
from gigdesk.wiring.identity import installation_key

if TYPE_CHECKING:
    from gigdesk.access.ports import IdentityProvider
    from gigdesk.access.work_accounts import WorkAccounts

BACK = "/desk/sign-in/work/back"


def provider(settings: Settings) -> "IdentityProvider | None":
    """The provider, over connections to public addresses, to its own host, and to hosts that the settings allow."""
    issuer, client_id, secret = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    if issuer is None or client_id is None or secret is None:
        return None
    from gigdesk.adapters.identity.asking import Asking
    from gigdesk.adapters.identity.oidc import OpenIdProvider, Registration
    from gigdesk.adapters.outbound.guard import GuardedBackend

    registration = Registration(
        issuer=issuer,
        client_id=client_id,
        client_secret=secret.get_secret_value(),
        redirect_uri=settings.base_url + BACK,
    )
    own_host = urlsplit(issuer).hostname or ""
    backend = GuardedBackend([own_host, *settings.oidc_allow.split()])
    return OpenIdProvider(registration, Asking(backend), SystemClock())


def work_accounts(settings: Settings, desk: Gigdesk) -> "WorkAccounts | None":
    """What signs staff in with their work accounts; None where there is no provider."""
    found = provider(settings)
    if found is None:
        return None
    from gigdesk.access.work_accounts import Client, WorkAccounts
    from gigdesk.access.work_flow import Flows, RolesRule

    rule = RolesRule(claim=settings.oidc_roles_claim, values=settings.oidc_roles)
    client = Client(client_id=settings.oidc_client_id or "", rule=rule)
    flows = Flows(derive(installation_key(settings), "work-accounts"))
    return WorkAccounts(found, client, flows, desk.sign_in, SystemClock())

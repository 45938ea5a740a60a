"""The provider of work accounts: what it says of itself, and its keys."""

from gigdesk.cli.checkup.findings import Found, ok, skip
from gigdesk.settings import Settings
from gigdesk.wiring import probing

FIX = (
    "Set GIGDESK_OIDC_ISSUER to the provider as iss of its tokens says it, to the letter and the last slash, like"
    " https://login.example: below it stands /.well-known/openid-configuration, which this machine must reach."
    " A host of its own network, beside the issuer's, is named in GIGDESK_OIDC_ALLOW."
)


async def answers(settings: Settings) -> Found:
    """Read what it says, and its keys; nobody is signed in."""
    provider = probing.provider(settings)
    if provider is None:
        return [skip("There is no GIGDESK_OIDC_ISSUER.")]
    return [ok(await provider.probe())]

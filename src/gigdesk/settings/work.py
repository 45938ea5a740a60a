"""Settings of work accounts: staff who sign in with the OpenID Connect provider of their company."""

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

_ISSUER = re.compile(r"https?://[A-Za-z0-9._\[\]:-]+(/[!$-;=@-\[\]-~]*)?")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ROLES = ("agent", "lead", "auditor", "admin")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")


class WorkSettings(BaseSettings):
    """What an installation is told of the provider; nothing of it is needed without one."""

    oidc_issuer: str | None = Field(
        None,
        description="the OpenID Connect provider of staff, as it writes itself in iss; its client id and secret"
        " are then required",
    )
    oidc_client_id: str | None = Field(None, description="as what the provider knows this installation")
    oidc_client_secret: SecretStr | None = Field(
        None, description="proves to the provider that it is this one"
    )
    oidc_roles_claim: str = Field(
        "roles",
        min_length=1,
        description="where the id token names roles; dots lead inwards, like realm_access.roles",
    )
    oidc_roles_map: str = Field(
        "",
        description="VALUE=ROLE, separated by spaces: which values of that claim are which role; else they are"
        " the names of roles",
    )
    oidc_allow: str = Field(
        "",
        description="hosts, separated by spaces, beside the issuer's own that the provider may name at addresses"
        " that are not public",
    )

    @property
    def oidc_roles(self) -> dict[str, str]:
        """Value of the claim → name of the role."""
        pairs = (pair.rpartition("=") for pair in self.oidc_roles_map.split())
        return {value: role for value, _, role in pairs}

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not _ISSUER.fullmatch(value):
            raise ValueError(
                "write the whole address, like https://login.example, as iss of its tokens says it"
            )
        if value.startswith("http:") and urlsplit(value).hostname not in _LOOPBACK:
            raise ValueError("begins with https://; http:// is for a provider on this machine alone")
        return value

    @field_validator("oidc_roles_map")
    @classmethod
    def _map(cls, value: str) -> str:
        for pair in value.split():
            claimed, _, role = pair.rpartition("=")
            if not claimed or role not in _ROLES:
                raise ValueError(f"write VALUE=ROLE, a role being one of {', '.join(_ROLES)}, not {pair!r}")
        return value

    @field_validator("oidc_allow")
    @classmethod
    def _allowed(cls, value: str) -> str:
        if wrong := [host for host in value.split() if not _HOST.fullmatch(host)]:
            raise ValueError(f"write names of hosts alone, like login.internal, not {wrong[0]!r}")
        return value.lower()

    @model_validator(mode="after")
    def _whole(self) -> "WorkSettings":
        if len({bool(self.oidc_issuer), bool(self.oidc_client_id), bool(self.oidc_client_secret)}) > 1:
            raise ValueError(
                "GIGDESK_OIDC_ISSUER, GIGDESK_OIDC_CLIENT_ID and GIGDESK_OIDC_CLIENT_SECRET are set all, or none"
            )
        return self

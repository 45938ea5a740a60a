"""Signing in with a work account, the rules: one flow from its beginning to the judged id token. Pure.

The browser keeps a random seed, signed; what the flow needs is derived from it. So the nonce and the PKCE
verifier (RFC 7636) never leave, and a state that comes back is known without anything in the store.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gigdesk.access.model import STAFF, Actor, Role
from gigdesk.access.signin import actor_from
from gigdesk.errors import NotAllowed, NotSignedIn
from gigdesk.records import record

FLOW_LASTS = timedelta(minutes=10)
TOKEN_AT_MOST = timedelta(minutes=10)
ID_PREFIX = "oidc:"
_SEED = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_ROLES: Mapping[str, Role] = {role.value: role for role in STAFF}


@record(frozen=True, slots=True, kw_only=True)
class Flow:
    """One way to the provider and back; whatever is in it fits to nothing else."""

    state: str
    nonce: str
    verifier: str
    next_path: str
    expires: datetime

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier: S256 of it (RFC 7636 §4.2)."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    @property
    def mark(self) -> str:
        """Under what is kept that this flow was used."""
        return hashlib.sha256(f"work account\n{self.state}".encode()).hexdigest()


class Flows:
    """Writes flows into cookies and reads them back. ``key`` is for this alone."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def begin(self, seed: str, next_path: str, now: datetime) -> tuple[Flow, str]:
        """A flow from 43 random characters, and the value of its cookie."""
        until = int((now + FLOW_LASTS).timestamp())
        body = f"{seed}.{until}.{_base64(next_path.encode())}"
        return self._flow(seed, until, next_path), f"{body}.{self._derived('cookie', body)}"

    def read(self, cookie: str, state: str, now: datetime) -> Flow:
        """The flow that this browser began and that comes back with this state. Raises NotSignedIn."""
        body, _, signature = cookie.rpartition(".")
        seed, _, rest = body.partition(".")
        until, _, next_path = rest.partition(".")
        is_ours = hmac.compare_digest(signature.encode(), self._derived("cookie", body).encode())
        if not is_ours or not _SEED.fullmatch(seed):
            raise _not_begun()
        flow = self._flow(seed, int(until), urlsafe_b64decode(next_path + "==").decode())
        if now >= flow.expires or not hmac.compare_digest(
            flow.state.encode(), state.encode(errors="replace")
        ):
            raise _not_begun()
        return flow

    def _flow(self, seed: str, until: int, next_path: str) -> Flow:
        return Flow(
            state=self._derived("state", seed),
            nonce=self._derived("nonce", seed),
            verifier=self._derived("verifier", seed),
            next_path=next_path,
            expires=datetime.fromtimestamp(until, UTC),
        )

    def _derived(self, purpose: str, of: str) -> str:
        return _base64(hmac.digest(self._key, f"{purpose}\n{of}".encode(), "sha256"))


@record(frozen=True, slots=True, kw_only=True)
class RolesRule:
    """Where an id token names roles: in this claim, by these values; without any by the names of roles."""

    claim: str = "roles"
    values: Mapping[str, str]

    def roles(self, claims: Mapping[str, object]) -> frozenset[Role]:
        """The staff roles that the claims give; what is not understood gives none."""
        known = {value: _ROLES[name] for value, name in self.values.items()} or _ROLES
        return frozenset(known[value] for value in _values(claims, self.claim) if value in known)


def judge_id_token(claims: Mapping[str, object], client_id: str, nonce: str, now: datetime) -> None:
    """Hold verified claims against what this flow asked for (OpenID Connect Core §3.1.3.7). Raises NotSignedIn."""
    given, issued = claims.get("nonce"), claims.get("iat")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), nonce.encode()):
        raise _forged()
    if isinstance(issued, bool) or not isinstance(issued, (int, float)):
        raise _forged()
    if now.timestamp() - issued > TOKEN_AT_MOST.total_seconds():
        raise _forged()
    audience, party = claims.get("aud"), claims.get("azp")
    is_for_several = isinstance(audience, list) and len(audience) > 1
    if (party is not None or is_for_several) and party != client_id:
        raise _forged()


def person_of(claims: Mapping[str, object], rule: RolesRule) -> Actor:
    """The member of staff that judged claims speak of. Raises NotAllowed where they give no role of staff."""
    roles = rule.roles(claims)
    if not roles:
        raise NotAllowed(
            "work.no_role",
            "Your work account has no role at this desk. Ask who looks after it to give you one, then come again.",
        )
    actor = actor_from({**claims, "sub": f"{ID_PREFIX}{claims['sub']}", "roles": None})
    return replace(actor, roles=roles, claims={})


def _values(claims: Mapping[str, object], path: str) -> list[str]:
    """The texts of a claim, by its own name or else by dots inwards; one text is a list of words."""
    found: object = claims
    if path in claims:
        found = claims[path]
    else:
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found, *found.split()]
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _not_begun() -> NotSignedIn:
    return NotSignedIn(
        "work.not_begun",
        "This way in was not begun in this browser, or more than 10 minutes ago. Begin again here.",
    )


def _forged() -> NotSignedIn:
    return NotSignedIn(
        "work.forged",
        "What your work account's provider answered does not fit to what was asked. Begin again.",
    )

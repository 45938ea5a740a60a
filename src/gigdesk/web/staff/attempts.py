"""How often somebody may try to sign in, counted a process, for each login and for each address.

A try is counted before its password is looked at, so that many at once gain nothing, and is given back when it
was right. A login that nobody has is counted as any other.
"""

import hashlib
import math
import time
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.requests import Request

from gigdesk.errors import TooMany
from gigdesk.web.limits import Counter, Rate

WINDOW_SECONDS = 15 * 60
LOGIN_TRIES = 10
ADDRESS_TRIES = 50
# Of a code that is asked for after a right password: of a million, three are right at a time.
CODE_TRIES = 5
_NETWORK_BITS = 64  # what one customer is given of IPv6
_Address = IPv4Address | IPv6Address


class Attempts:
    """Counts tries. ``now`` tells seconds that never go back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._logins = Counter(Rate(LOGIN_TRIES, WINDOW_SECONDS))
        self._addresses = Counter(Rate(ADDRESS_TRIES, WINDOW_SECONDS))
        self._codes = Counter(Rate(CODE_TRIES, WINDOW_SECONDS))

    def hit(self, login: str, address: str) -> int:
        """Count a try; how many are left after it. Raises TooMany with the seconds to wait."""
        from_here = self.hit_address(address)
        key, now = _key(login), self._now()
        left = self._logins.take(key, now)
        if left <= 0:
            raise _too_often(self._logins, key)
        return min(left - 1, from_here)

    def hit_address(self, address: str) -> int:
        """Count what is tried without a login; how many are left after it. Raises TooMany."""
        left = self._addresses.take(address, self._now())
        if left <= 0:
            raise _too_often(self._addresses, address)
        return left - 1

    def hit_code(self, account: str) -> None:
        """Count a try of a code for this account, wherever it comes from. Raises TooMany."""
        if self._codes.take(account, self._now()) <= 0:
            raise _too_often(self._codes, account)

    def give_back_code(self, account: str) -> None:
        """The code was right."""
        self._codes.uncount(account)

    def give_back_address(self, address: str) -> None:
        """What was tried without a login was right."""
        self._addresses.uncount(address)

    def give_back(self, login: str, address: str) -> None:
        """It was right."""
        self._logins.uncount(_key(login))
        self._addresses.uncount(address)


def address_of(request: Request) -> str:
    """Where a request comes from, as far as one can know: of IPv6 the network.

    A peer that is no public address may be a proxy of ours, whose last word in ``X-Forwarded-For`` is believed.
    Who connects from the world outside is not believed.
    """
    peer = _parsed(request.client.host if request.client else "")
    # A proxy adds to the field, or a field of its own at the end; what stands before it is anybody's word.
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    if peer is not None and not peer.is_global and (told := _parsed(forwarded)):
        peer = told
    if isinstance(peer, IPv6Address):
        return str(IPv6Address(int(peer) >> _NETWORK_BITS << _NETWORK_BITS))
    return str(peer)


def _parsed(text: str) -> _Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _key(login: str) -> str:
    """A login as it is counted: of one length, however long it was typed, and in one way of writing."""
    return hashlib.sha256(login.strip().casefold().encode(errors="replace")).hexdigest()


def _too_often(counter: Counter, key: str) -> TooMany:
    seconds = counter.seconds_to_wait(key)
    return TooMany(
        "sign_in.too_often",
        "That was tried too often. Wait %(minutes)s min, then try again.",
        retry_after=seconds,
        minutes=math.ceil(seconds / 60),
    )

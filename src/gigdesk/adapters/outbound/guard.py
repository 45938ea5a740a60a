"""Connections to public addresses alone, judged where they are made.

The name is resolved here, once; each address is judged, and the connection goes to an address that was
judged, not to the name. So nothing is gained by a name that answers otherwise the second time, nor by another
way of writing 127.0.0.1. TLS is still held against the name, since that is done a layer above.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any

from httpcore2 import (
    SOCKET_OPTION,
    AnyIOBackend,
    AsyncNetworkBackend,
    AsyncNetworkStream,
    ConnectError,
    ConnectTimeout,
)

from gigdesk.adapters.outbound.networks import Address, kind
from gigdesk.errors import Unavailable

Resolve = Callable[[str], Awaitable[Sequence[str]]]


async def by_system(host: str) -> Sequence[str]:
    """The addresses of a host, as the system resolves it. Raises OSError where it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


class GuardedBackend(AsyncNetworkBackend):
    """Opens TCP connections for httpcore2, to public addresses and to those of the hosts in ``allowed``.

    A host with one address that is not public is refused whole: such an answer is a trick or a mistake.
    """

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve = by_system) -> None:
        self._allowed = frozenset(map(_plain, allowed))
        self._resolve = resolve
        self._backend = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """The connection. ``timeout`` is for resolving, and again for each of at most two addresses.

        Raises Unavailable ``outbound.unresolved`` and ``outbound.denied``, else what httpcore2 raises.
        """
        failure: Exception = ConnectError("no address")
        for address in _one_of_each_family(await self._judged(host, timeout)):
            try:
                stream = await self._backend.connect_tcp(
                    str(address),
                    port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
                return _ClosedStream(stream)
            except (ConnectError, ConnectTimeout) as error:
                failure = error
        raise failure

    async def _judged(self, host: str, seconds: float | None) -> Sequence[Address]:
        addresses = await self._addresses(host, seconds)
        if _plain(host) in self._allowed:
            return addresses
        for address in addresses:
            if what := kind(address):
                raise Unavailable(
                    "outbound.denied",
                    "%(host)s is at %(address)s, which is not public (%(what)s): nothing is sent there.",
                    host=host,
                    address=address,
                    what=what,
                )
        return addresses

    async def _addresses(self, host: str, seconds: float | None) -> Sequence[Address]:
        try:
            async with asyncio.timeout(seconds):
                found = [ip_address(text) for text in await self._resolve(host)]
        except (OSError, ValueError) as error:  # a name that cannot be encoded is a ValueError
            raise _unresolved(host, type(error).__name__) from error
        if not found:
            raise _unresolved(host, "no address")
        return found


class _ClosedStream(AsyncNetworkStream):
    """A connection that is closed also where its handshake is cancelled; the library leaves it open."""

    def __init__(self, stream: AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _one_of_each_family(addresses: Sequence[Address]) -> Sequence[Address]:
    """Where one family leads nowhere, as IPv6 often does, the other is tried."""
    first: dict[int, Address] = {}
    for address in addresses:
        first.setdefault(address.version, address)
    return tuple(first.values())


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _unresolved(host: str, why: str) -> Unavailable:
    return Unavailable("outbound.unresolved", "%(host)s is not found (%(cause)s).", host=host, cause=why)

"""Connections are made to the address that was judged: real sockets, names answered by the test."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from ipaddress import ip_address

import pytest
from httpcore2 import ConnectError

from gigdesk.adapters.outbound.guard import GuardedBackend
from gigdesk.errors import Unavailable
from servers import free_port
from servers.receiver import Receiver, running


class Names:
    """Answers for names; each time the next answer, and the last one from then on."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {name: list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host not in self._answers:
            raise OSError("no such name")
        given = self._answers[host]
        return given.pop(0) if len(given) > 1 else given[0]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with running() as receiver:
        yield receiver


async def denial(names: Names, receiver: Receiver, *allowed: str) -> Unavailable:
    with pytest.raises(Unavailable) as denied:
        await GuardedBackend(allowed, names).connect_tcp("hooks.example", receiver.port, 2)
    assert receiver.connections == 0
    return denied.value


async def hangs_up(backend: GuardedBackend, host: str, receiver: Receiver) -> str:
    """Connect and hang up; where that led."""
    before = receiver.connections
    stream = await backend.connect_tcp(host, receiver.port, 2)
    peer: tuple[str, int] = stream.get_extra_info("server_addr")
    await stream.aclose()
    while receiver.connections == before:
        await asyncio.sleep(0.01)
    return peer[0]


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::1"],
        ["fe80::1%lo"],
        ["1.1.1.1", "127.0.0.1"],
        ["2606:4700:4700::1111", "::ffff:10.0.0.1"],
    ],
    ids=" ".join,
)
async def test_a_name_with_an_address_that_is_not_public_is_refused_whole(
    receiver: Receiver, answer: list[str]
) -> None:
    denied = await denial(Names({"hooks.example": [answer]}), receiver)

    assert denied.code == "outbound.denied"
    assert denied.values["address"] == ip_address(answer[-1])
    assert str(denied).startswith("hooks.example is at ")


@pytest.mark.parametrize("named", ["hooks.internal", "HOOKS.internal.", "other.internal hooks.internal"])
async def test_a_host_that_is_named_may_be_private(receiver: Receiver, named: str) -> None:
    names = Names({"hooks.internal": [["127.0.0.1"]]})

    assert await hangs_up(GuardedBackend(named.split(), names), "hooks.internal", receiver) == "127.0.0.1"


@pytest.mark.parametrize("named", ["hooks.example.org", "example", "s.example", "*.example", "127.0.0.1"])
async def test_only_the_very_name_is_let_through(receiver: Receiver, named: str) -> None:
    denied = await denial(Names({"hooks.example": [["127.0.0.1"]]}), receiver, named)

    assert denied.code == "outbound.denied"


async def test_a_name_is_resolved_once_and_the_judged_address_is_called(receiver: Receiver) -> None:
    """The system does not know this name: had it been asked again, nothing would have been reached."""
    names = Names({"hooks.invalid": [["127.0.0.1"], ["127.0.0.99"]]})

    assert await hangs_up(GuardedBackend(["hooks.invalid"], names), "hooks.invalid", receiver) == "127.0.0.1"
    assert names.asked == ["hooks.invalid"]


async def test_a_name_that_answers_otherwise_the_next_time_is_judged_anew(receiver: Receiver) -> None:
    names = Names({"hooks.example": [["10.0.0.1"], ["127.0.0.1"]]})
    guard = GuardedBackend([], names)

    for address in ("10.0.0.1", "127.0.0.1"):
        with pytest.raises(Unavailable, match=f"hooks.example is at {address}"):
            await guard.connect_tcp("hooks.example", receiver.port, 2)
    assert receiver.connections == 0


@pytest.mark.parametrize(
    ("answer", "why"), [([], "no address"), (["not an address"], "ValueError")], ids=["none", "odd"]
)
async def test_a_name_without_an_address_is_not_found(
    receiver: Receiver, answer: list[str], why: str
) -> None:
    denied = await denial(Names({"hooks.example": [answer]}), receiver)

    assert (denied.code, denied.values["cause"]) == ("outbound.unresolved", why)


@pytest.mark.parametrize("host", ["hooks.invalid", "a" * 64 + ".example", "x..y"])
async def test_what_the_system_cannot_resolve_is_not_found(host: str) -> None:
    with pytest.raises(Unavailable) as missing:
        await GuardedBackend().connect_tcp(host, 9, 5)
    assert missing.value.code == "outbound.unresolved"


async def test_a_resolver_that_says_nothing_is_given_up() -> None:
    async def mute(host: str) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    with pytest.raises(Unavailable, match=r"hooks.example is not found \(TimeoutError\)"):
        await GuardedBackend([], mute).connect_tcp("hooks.example", 9, 0.1)


async def test_where_ipv6_leads_nowhere_ipv4_is_tried(receiver: Receiver) -> None:
    names = Names({"hooks.internal": [["::1", "127.0.0.1"]]})

    assert (
        await hangs_up(GuardedBackend(["hooks.internal"], names), "hooks.internal", receiver) == "127.0.0.1"
    )


async def test_a_port_where_nobody_listens_is_an_error_of_the_library() -> None:
    names = Names({"hooks.internal": [["127.0.0.1"]]})

    with pytest.raises(ConnectError):
        await GuardedBackend(["hooks.internal"], names).connect_tcp("hooks.internal", free_port(), 2)


async def test_a_handshake_that_is_cancelled_leaves_no_connection_open(receiver: Receiver) -> None:
    """The receiver speaks no TLS and waits for more."""
    names = Names({"hooks.internal": [["127.0.0.1"]]})
    stream = await GuardedBackend(["hooks.internal"], names).connect_tcp("hooks.internal", receiver.port, 2)
    opened = stream.get_extra_info("socket")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await stream.start_tls(ssl.create_default_context(), "hooks.internal", 30)
    await asyncio.sleep(0.01)

    assert opened.fileno() == -1

"""Addresses that mean a host inside: refused where the connection is made, by whatever way they are written."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import pytest

from gigdesk.adapters.outbound.guard import GuardedBackend
from gigdesk.adapters.webhooks.standard import HttpWebhookSender
from gigdesk.clock import SystemClock
from gigdesk.errors import Invalid, Unavailable
from gigdesk.notices.model import Delivery
from gigdesk.settings import read
from servers.receiver import running

SECRET = "whsec_" + "A" * 44
OPENED = Delivery(id=UUID(int=1), type="case.opened", at=SystemClock().now(), data={})

# Resolved by the system, as a stranger's address would be.
LITERALS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0x0.0x0.0x1", "0x7f.1",
    "0177.0.0.1", "0177.1", "017700000001", "0", "0.0.0.0", "0x0", "localhost", "LOCALHOST", "169.254.169.254",
    "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "10.0.0.1", "10.1", "192.168.1.1",
    "172.16.0.1", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "[::]", "[::1]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:a9fe:a9fe]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fd00:ec2::254]",
    "[fe80::1]", "[ff02::1]", "[::ffff:0:127.0.0.1]",
]  # fmt: skip
# Names that a stranger keeps, and what they answer.
NAMES = {
    "metadata.google.internal": "169.254.169.254",
    "127.0.0.1.nip.example": "127.0.0.1",
    "mapped.attacker.example": "::ffff:127.0.0.1",
    "nat64.attacker.example": "64:ff9b::a9fe:a9fe",
    "teredo.attacker.example": "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "private.attacker.example": "10.0.0.1",
}


@pytest.mark.abuse(45)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", LITERALS)
async def test_a_literal_is_judged_by_what_it_connects_to(scheme: str, host: str) -> None:
    async with running() as inside:
        sender = HttpWebhookSender(
            f"{scheme}://{host}:{inside.port}/", SECRET, SystemClock(), GuardedBackend(["hooks.internal"])
        )
        for ask in (partial(sender.send, OPENED), sender.probe):
            with pytest.raises(Unavailable) as refused:
                await ask()
            assert refused.value.code == "outbound.denied"
        assert inside.connections == 0


@pytest.mark.abuse(45)
@pytest.mark.parametrize("host", NAMES)
async def test_a_name_is_judged_by_what_it_answers(host: str) -> None:
    async def answers(name: str) -> Sequence[str]:
        return [NAMES[name]]

    async with running() as inside:
        url = f"http://{host}:{inside.port}/latest/meta-data/"
        sender = HttpWebhookSender(url, SECRET, SystemClock(), GuardedBackend([], answers))
        with pytest.raises(Unavailable) as refused:
            await sender.send(OPENED)
        assert refused.value.code == "outbound.denied"
        assert inside.connections == 0


@pytest.mark.abuse(45)
@pytest.mark.parametrize(
    "url",
    [
        "https://market.example@127.0.0.1/",
        "https://127.0.0.1:80@market.example/",
        "https://user:word@market.example/",
        "https://market.example\\@127.0.0.1/",
        "https://market.example#@127.0.0.1/",
        "https://market.example/hook#part",
        "https://market.example\t/",
        "https://market.example/\r\nx: y",
        "https://①②⑦.⓪.⓪.①/",
        "https://127。0。0。1/",
        "https://mañana.example/",
        "https://%31%32%37.0.0.1/",
        "https://[::1%25lo]/",
        "https://market.example:port/",
        "https://market.example:/",
        "https:///hook",
        "https:market.example",
        "//market.example/hook",
        "HTTPS://market.example/hook",
        "ftp://market.example/hook",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_x",
        "unix:///run/docker.sock",
        "javascript:alert(1)",
        " https://market.example/",
    ],
)
def test_what_two_readers_could_read_in_two_ways_is_no_setting(url: str) -> None:
    with pytest.raises(Invalid, match="GIGDESK_WEBHOOK_URL: write it as https://host/path"):
        read({"GIGDESK_WEBHOOK_URL": url, "GIGDESK_WEBHOOK_SECRET": SECRET})

"""Deliveries to real receivers: signed, taken, put off, refused, and receivers that stall, babble and die."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from gigdesk.adapters.outbound.guard import GuardedBackend
from gigdesk.adapters.webhooks.standard import HttpWebhookSender, body_of, seconds_until
from gigdesk.clock import SystemClock
from gigdesk.errors import Unavailable
from gigdesk.notices.model import Delivery
from gigdesk.notices.ports import Undeliverable
from servers import free_port
from servers.certificate import Certificate
from servers.market import http
from servers.receiver import Receiver, running

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
HOST = "hooks.internal"
PATIENCE = 0.4  # seconds for who never answers; who does has as many as a busy machine takes
PLENTY = 15.0
OPENED = Delivery(
    id=UUID("0199f2c4-7d5b-7c1e-9f0a-3b1d5a7e2c44"),
    type="case.opened",
    at=datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=1))),
    data={"caseId": "83c12563-b3fe-8a0d-adeb-b8450e5149ce", "issueType": "property.damage"},
)


class Stepping:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at


async def on_loopback(host: str) -> Sequence[str]:
    return ["127.0.0.1"]


def sender(port: int, url: str = "http://{host}:{port}/hook", **given: float) -> HttpWebhookSender:
    address = url.format(host=HOST, port=port)
    backend = GuardedBackend([HOST, "other.internal"], on_loopback)
    return HttpWebhookSender(address, SECRET, SystemClock(), backend, **{"seconds": PLENTY, **given})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with running() as receiver:
        yield receiver


async def put_off(receiver: Receiver, **given: float) -> Unavailable:
    with pytest.raises(Unavailable) as away:
        await sender(receiver.port, **given).send(OPENED)
    assert away.value.code == "webhook.server"
    return away.value


async def test_a_delivery_arrives_as_standard_webhooks_says(receiver: Receiver) -> None:
    await sender(receiver.port).send(OPENED)

    [arrived] = receiver.arrived
    assert arrived.line == "POST /hook HTTP/1.1"
    assert json.loads(arrived.body) == {
        "type": "case.opened",
        "timestamp": "2026-11-24T09:00:00Z",
        "data": dict(OPENED.data),
    }
    assert arrived.fields["host"] == f"{HOST}:{receiver.port}"
    assert arrived.fields["content-type"] == "application/json"
    assert arrived.fields["webhook-id"] == str(OPENED.id)
    assert abs(int(arrived.fields["webhook-timestamp"]) - time.time()) < 5


async def test_the_signature_holds_by_the_library_and_by_hand(receiver: Receiver) -> None:
    await sender(receiver.port).send(OPENED)

    [arrived] = receiver.arrived
    assert Webhook(SECRET).verify(arrived.body, arrived.fields)
    signed = f"{OPENED.id}.{arrived.fields['webhook-timestamp']}.".encode() + arrived.body
    mac = hmac.new(KEY, signed, hashlib.sha256).digest()
    assert arrived.fields["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


async def test_a_repeat_has_the_same_id_and_body_and_the_time_of_its_own(receiver: Receiver) -> None:
    clock = Stepping()
    backend = GuardedBackend([HOST], on_loopback)
    repeated = HttpWebhookSender(f"http://{HOST}:{receiver.port}/", SECRET, clock, backend)
    receiver.answer = http(503)
    with pytest.raises(Unavailable):
        await repeated.send(OPENED)
    clock.at += timedelta(minutes=10)
    receiver.answer = http(200)
    await repeated.send(OPENED)

    first, second = receiver.arrived
    assert first.fields["webhook-id"] == second.fields["webhook-id"]
    assert first.body == second.body == body_of(OPENED)
    assert int(second.fields["webhook-timestamp"]) - int(first.fields["webhook-timestamp"]) == 600
    assert first.fields["webhook-signature"] != second.fields["webhook-signature"]


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("http://{host}:{port}", "POST / HTTP/1.1"),
        ("http://{host}:{port}?from=desk", "POST /?from=desk HTTP/1.1"),
        ("http://{host}:{port}/a%20b/./c?x=%2F&y", "POST /a%20b/./c?x=%2F&y HTTP/1.1"),
    ],
)
async def test_the_address_is_called_as_it_is_written(receiver: Receiver, url: str, line: str) -> None:
    await sender(receiver.port, url).send(OPENED)
    assert receiver.arrived[0].line == line


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_2xx_is_taken(receiver: Receiver, status: int) -> None:
    receiver.answer = http(status)
    await sender(receiver.port).send(OPENED)
    assert len(receiver.arrived) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 451, 499])
async def test_what_is_said_of_the_delivery_is_for_good(receiver: Receiver, status: int) -> None:
    receiver.answer = http(status)
    with pytest.raises(Undeliverable) as refused:
        await sender(receiver.port).send(OPENED)
    assert (refused.value.code, refused.value.values) == ("webhook.refused", {"status": status})


async def test_a_receiver_that_is_gone_is_gone_for_good(receiver: Receiver) -> None:
    receiver.answer = http(410)
    with pytest.raises(Undeliverable) as gone:
        await sender(receiver.port).send(OPENED)
    assert gone.value.code == "webhook.gone"


@pytest.mark.parametrize("status", [300, 304, 408, 425, 429, 500, 502, 503, 504, 599, 600])
async def test_everything_else_is_for_later(receiver: Receiver, status: int) -> None:
    receiver.answer = http(status)
    assert f"it answers {status}" in str(await put_off(receiver))


async def test_the_time_that_a_receiver_names_is_handed_on(receiver: Receiver) -> None:
    receiver.answer = http(429, retry_after="120")
    assert (await put_off(receiver)).retry_after == 120
    receiver.answer = http(503, retry_after=format_datetime(datetime.now(UTC) + timedelta(seconds=300)))
    assert (await put_off(receiver)).retry_after in range(295, 301)
    receiver.answer = http(500)
    assert (await put_off(receiver)).retry_after is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("999999999", 86_400),
        ("9" * 5000, None),
        ("-1", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        ("", None),
        ("Tue, 24 Nov 2026 09:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 09:01:00 -0000", 60),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 99 Foo 2026 08:00:00 GMT", None),
    ],
)
def test_a_retry_after_is_read_or_passed_over(value: str, seconds: int | None) -> None:
    assert seconds_until(value, datetime(2026, 11, 24, 9, 0, tzinfo=UTC)) == seconds


@pytest.mark.abuse(45)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    async with running() as inner:
        receiver.answer = http(status, location=f"http://127.0.0.1:{inner.port}/latest/meta-data")
        assert "redirects are not followed" in str(await put_off(receiver))
        assert inner.connections == 0
    assert len(receiver.arrived) == 1


async def test_no_proxy_of_the_environment_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await sender(receiver.port).send(OPENED)
        assert (proxy.connections, len(receiver.arrived)) == (0, 1)


async def stalls(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def drips(writer: asyncio.StreamWriter) -> None:
    for byte in http(200):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def greets_for_ever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def heads_for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"y" * 1000 + b"\r\n")
        await writer.drain()


async def dies(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def closes(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def dies_in_the_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-le")
    writer.close()


async def speaks_smtp(writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")
    writer.close()


@pytest.mark.parametrize(
    "behaves",
    [stalls, drips, greets_for_ever, heads_for_ever, dies, closes, dies_in_the_head, speaks_smtp],
    ids=lambda behaviour: behaviour.__name__,
)
async def test_a_receiver_without_a_whole_head_is_tried_later(receiver: Receiver, behaves: object) -> None:
    receiver.behaves = behaves  # type: ignore[assignment]
    begun = time.monotonic()
    away = await put_off(receiver, seconds=PATIENCE)
    assert time.monotonic() - begun < PATIENCE + 1
    assert away.values["why"]


async def body_stalls(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    await asyncio.sleep(30)


async def body_never_ends(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        await writer.drain()


async def body_breaks_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    writer.close()


async def body_is_a_bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\x00")


@pytest.mark.parametrize(
    "behaves",
    [body_stalls, body_never_ends, body_breaks_off, body_is_a_bomb],
    ids=lambda behaviour: behaviour.__name__,
)
async def test_a_head_that_says_taken_is_enough(receiver: Receiver, behaves: object) -> None:
    receiver.behaves = behaves  # type: ignore[assignment]
    begun = time.monotonic()
    await sender(receiver.port).send(OPENED)
    assert time.monotonic() - begun < 2


async def test_no_receiver_at_all_is_tried_later() -> None:
    nobody = sender(free_port())
    for ask in (partial(nobody.send, OPENED), nobody.probe):
        with pytest.raises(Unavailable, match="ConnectionRefusedError") as away:
            await ask()
        assert away.value.code == "webhook.server"


async def test_a_receiver_that_was_away_is_reached_again(receiver: Receiver) -> None:
    same = sender(receiver.port)
    receiver.behaves = dies
    with pytest.raises(Unavailable):
        await same.send(OPENED)
    receiver.behaves = None
    await asyncio.gather(*[same.send(OPENED) for _ in range(5)])
    assert len(receiver.arrived) == 6


async def test_the_probe_connects_and_sends_nothing(receiver: Receiver) -> None:
    said = await sender(receiver.port).probe()

    assert said == f"The webhook's receiver {HOST}:{receiver.port} answers without TLS."
    assert receiver.arrived == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"), HOST)


async def test_tls_is_held_against_the_name_not_the_address(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.root))
    async with running(certificate.context()) as receiver:
        named = sender(receiver.port, "https://{host}:{port}/hook", seconds=5)
        assert await named.probe() == f"The webhook's receiver {HOST}:{receiver.port} answers with TLS."
        await named.send(OPENED)
        assert len(receiver.arrived) == 1

        other = sender(receiver.port, "https://other.internal:{port}/hook", seconds=5)
        with pytest.raises(Unavailable, match="SSLCertVerificationError") as away:
            await other.send(OPENED)
        assert away.value.code == "webhook.server"
        with pytest.raises(Unavailable, match="SSLCertVerificationError") as away:
            await other.probe()
        assert away.value.code == "webhook.tls"
        assert len(receiver.arrived) == 1


async def test_a_root_that_nobody_trusts_is_not_trusted(tmp_path: Path) -> None:
    async with running(Certificate(tmp_path, HOST).context()) as receiver:
        with pytest.raises(Unavailable, match="SSLCertVerificationError"):
            await sender(receiver.port, "https://{host}:{port}/hook", seconds=5).send(OPENED)
        assert receiver.arrived == []


async def test_tls_to_who_speaks_none_fails_and_does_not_hang(receiver: Receiver) -> None:
    hidden = sender(receiver.port, "https://{host}:{port}/hook", seconds=PATIENCE)
    receiver.behaves = stalls
    for ask in (partial(hidden.send, OPENED), hidden.probe):
        with pytest.raises(Unavailable):
            await ask()


@pytest.mark.parametrize(
    "url",
    ["ftp://h/x", "https:///x", "https://user@h/x", "https://u:p@h/x", "https://h:99999/x", "h/x", ""],
)
def test_what_is_no_address_of_a_receiver_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        HttpWebhookSender(url, SECRET, SystemClock(), GuardedBackend())

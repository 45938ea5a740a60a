"""What docs/how-to/webhook.md tells a receiver to do is right, as it stands there."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from gigdesk.adapters.outbound.guard import GuardedBackend
from gigdesk.adapters.webhooks.standard import HttpWebhookSender
from gigdesk.clock import SystemClock
from gigdesk.notices.model import Delivery
from servers.receiver import Arrived, running

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "webhook.md").read_text()
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
OPENED = Delivery(
    id=UUID(int=7), type="case.opened", at=datetime(2026, 11, 24, 9, tzinfo=UTC), data={"gig": "gé-1"}
)
DELIVERIES = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "webhook-deliveries.json").read_text()
)
NODE = """
import { readFileSync } from 'node:fs'
const { secret, fields, body, now } = JSON.parse(readFileSync(0, 'utf8'))
if (now) Date.now = () => now * 1000
console.log(isGigdesk(secret, new Headers(fields), body))
"""
Judge = Callable[[str, Mapping[str, str], bytes], bool]


class Late:
    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(minutes=6)


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def by_python(now: int | None = None) -> Judge:
    scope: dict[str, Any] = {}
    exec(block("python"), scope)
    if now is not None:
        scope["time"] = SimpleNamespace(time=lambda: now)
    judge: Judge = scope["is_gigdesk"]
    return judge


def by_node(folder: Path, now: int | None = None) -> Judge:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not there")
    program = folder / "judge.mjs"
    program.write_text(block("js") + NODE)

    def judge(secret: str, fields: Mapping[str, str], body: bytes) -> bool:
        given = json.dumps({"secret": secret, "fields": fields, "body": body.decode(), "now": now})
        done = subprocess.run(
            [node, str(program)], input=given, capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout == "true\n"

    return judge


async def delivered(clock: object) -> Arrived:
    async with running() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/hook"
        await HttpWebhookSender(url, SECRET, clock, GuardedBackend(["127.0.0.1"])).send(OPENED)  # type: ignore[arg-type]
        return receiver.arrived[0]


@pytest.mark.abuse(46)
@pytest.mark.parametrize("language", ["python", "node"])
async def test_a_receiver_knows_ours_from_forged_and_old_ones(language: str, tmp_path: Path) -> None:
    judge = by_python() if language == "python" else by_node(tmp_path)
    ours, old = await delivered(SystemClock()), await delivered(Late())
    signature = ours.fields["webhook-signature"]

    assert judge(SECRET, ours.fields, ours.body)
    assert judge(SECRET, ours.fields | {"webhook-signature": f"v1a,xyz v1,AAAA {signature}"}, ours.body)
    assert not judge(SECRET, old.fields, old.body)
    assert not judge("whsec_" + "A" * 32, ours.fields, ours.body)
    assert not judge(SECRET, ours.fields, ours.body.replace(b"opened", b"closed"))
    for change in (
        {"webhook-id": str(UUID(int=8))},
        {"webhook-timestamp": str(int(time.time()) + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-signature": signature.replace("v1,", "v2,")},
        {"webhook-signature": ""},
    ):
        assert not judge(SECRET, ours.fields | change, ours.body)


@pytest.mark.abuse(46)
@pytest.mark.parametrize("language", ["python", "node"])
def test_the_deliveries_that_receivers_test_with_are_judged_as_they_say(
    language: str, tmp_path: Path
) -> None:
    now = DELIVERIES["now"]
    judge = by_python(now) if language == "python" else by_node(tmp_path, now)

    for one in DELIVERIES["deliveries"]:
        assert judge(DELIVERIES["secret"], one["headers"], one["body"].encode()) is one["genuine"], one[
            "name"
        ]


@pytest.mark.abuse(46)
def test_the_genuine_deliveries_are_signed_by_standard_webhooks() -> None:
    webhook = Webhook(DELIVERIES["secret"])
    for one in DELIVERIES["deliveries"]:
        at = int(one["headers"]["webhook-timestamp"])
        signed = webhook.sign(one["headers"]["webhook-id"], datetime.fromtimestamp(at, UTC), one["body"])
        is_signed = signed in one["headers"]["webhook-signature"].split(" ")
        assert is_signed or not one["genuine"], one["name"]

"""503: a part that is needed is away. Said in seconds, with Retry-After; nothing is half-written, and it heals."""

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import forms
import samples
from forms import File
from journeys.test_desk_case import Agent
from journeys.test_refusals import refused
from live import GIG, RAISED, REPORT, Live, eventually, nothing_left
from raw import Answer
from servers import free_port, market
from servers.smtp import Mailbox

START = Callable[..., Live]
PHOTO = File(samples.jpeg())


def away(answer: Answer, code: str) -> None:
    refused(answer, 503, code)
    assert 1 <= int(answer.headers["retry-after"]) <= 60


@contextmanager
def objects_gone(site: Live) -> Iterator[None]:
    """A file stands where the folder of objects was."""
    folder, aside = site.folder / "objects", site.folder / "objects-aside"
    folder.rename(aside)
    folder.write_text("no folder")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def test_a_storage_that_is_away_is_503_until_it_is_back(another: START) -> None:
    site = another()
    assert site.report(files=[PHOTO]).status == 201
    before = site.stored()
    with objects_gone(site):
        away(site.report(files=[PHOTO], Idempotency_Key="k"), "storage.unavailable")
        assert eventually(lambda: site.call("GET", "/readyz").status == 503)
        assert site.call("GET", "/readyz", by=None).json()["parts"]["objects"] == "away"
        assert str(site.folder).encode() not in site.call("GET", "/readyz", by=None).body
        assert site.rows("SELECT count(*) FROM cases") == [(before[0],)]
        assert site.report().status == 201, "a report without files needs no storage"
    assert site.report(files=[PHOTO], Idempotency_Key="k").status == 201
    assert eventually(lambda: site.call("GET", "/readyz").status == 200)


def test_an_outbox_that_is_behind_is_told_and_leaves_the_site_ready(another: START) -> None:
    site = another(GIGDESK_MAIL_URL=f"smtp://127.0.0.1:{free_port()}")
    assert site.report().status == 201

    def outbox() -> dict[str, int]:
        answer = site.call("GET", "/readyz", by=None)
        assert answer.status == 200
        found: dict[str, int] = answer.json()["outbox"]
        return found

    assert eventually(lambda: outbox()["due"] == 1 and outbox()["oldestSeconds"] >= 2, 15)
    assert (outbox()["parked"], outbox()["held"]) in ((0, 0), (0, 1))


def test_a_mail_server_that_is_away_is_left_alone_until_a_probe_is_answered(
    another: START, smtp: Mailbox
) -> None:
    smtp.behaviour = "defer"
    site = another(GIGDESK_MAIL_URL=f"{smtp.url}?starttls=never")
    for _ in range(8):
        assert site.report().status == 201

    def held() -> bool:
        return site.call("GET", "/readyz", by=None).json()["outbox"]["held"] >= 4

    assert eventually(held, 15)
    assert smtp.attempts < 8
    assert site.report(files=[PHOTO]).status == 201
    inspection = "SELECT count(*) FROM effects WHERE kind = 'inspect-evidence'"
    assert eventually(lambda: site.rows(inspection) == [(0,)], 10)
    smtp.behaviour = "accept"
    assert eventually(lambda: len(smtp.letters) == 9, 45)
    assert site.whole_log.count("destination_was_paused") == 1
    assert site.whole_log.count("destination_came_back") == 1


def test_how_far_behind_the_outbox_is_is_not_told_to_everybody(another: START) -> None:
    site = another(GIGDESK_METRICS_TOKEN="a token for the metrics")
    answer = site.call("GET", "/readyz", by=None)
    seen = site.call("GET", "/readyz", headers={"Authorization": "Bearer a token for the metrics"}, by=None)

    assert set(answer.json()) == {"status", "parts"}
    assert set(seen.json()["outbox"]) == {"due", "oldestSeconds", "held", "parked"}


def test_who_asks_often_whether_all_is_ready_makes_nothing_be_written_often(another: START) -> None:
    site = another()
    for _ in range(20):
        assert site.call("GET", "/readyz", by=None).json()["parts"]["objects"] == "ok"
    with objects_gone(site):
        assert site.call("GET", "/readyz", by=None).status == 200, "the state of two seconds ago"


def test_a_storage_that_goes_away_in_the_middle_of_a_file_is_503(another: START) -> None:
    from raw import Wire

    site = another()
    film = File(samples.mp4() + samples.box(b"free", bytes(6 << 20)), "film.mp4", "video/mp4")
    body = forms.form(forms.report(GIG), [film])
    with Wire(site.port) as wire:
        head = {"Authorization": f"Bearer {site.token('wanda')}", "Content-Type": forms.content_type()}
        wire.head("POST", REPORT, head | {"Content-Length": len(body)})
        wire.send(body[: 3 << 20])
        while not site.objects():
            pass
        with objects_gone(site):
            wire.send(body[3 << 20 :])
            away(site.checked("POST", REPORT, wire.answer()), "storage.unavailable")
    assert site.stored()[0] == 0


def test_a_file_that_cannot_be_read_is_503_and_not_half_an_answer(another: START) -> None:
    site = another()
    url = site.report(files=[PHOTO]).json()["files"][0]["url"].removeprefix(site.base)
    assert eventually(lambda: site.call("GET", url).status == 200, 30)
    with objects_gone(site):
        away(site.call("GET", url), "storage.unavailable")
    assert site.call("GET", url).status == 200


def test_a_database_that_is_locked_is_503_in_seconds_and_nothing_is_half_written(another: START) -> None:
    site = another()
    assert site.report().status == 201
    before = site.stored()
    other = sqlite3.connect(site.folder / "gigdesk.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        answer = site.report(files=[PHOTO], Idempotency_Key="k")
        away(answer, answer.code)
        assert nothing_left(site, before)
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert site.report(files=[PHOTO], Idempotency_Key="k").status == 201


def test_a_call_back_that_is_away_is_503(tmp_path: Path) -> None:
    site = Live(tmp_path, {**RAISED, **_call_back(f"http://127.0.0.1:{free_port()}")})
    try:
        site.start()
        before = site.stored()
        for answer in (site.report(files=[PHOTO]), site.call("GET", f"/api/intake?gigId={GIG}")):
            away(answer, answer.code)
        assert nothing_left(site, before)
    finally:
        site.close()


@pytest.mark.parametrize("how", ["stalls", "lies", "dies"])
async def test_a_call_back_that_misbehaves_is_503_and_heals(tmp_path: Path, how: str) -> None:
    async with market.running() as marketplace:
        site = Live(tmp_path, {**RAISED, **_call_back(marketplace.url)})
        try:
            await asyncio.to_thread(site.start)
            if how == "stalls":
                marketplace.delay = 4
            marketplace.answer = {"lies": _liar, "dies": _mute}.get(how, market.gig)
            answer = await asyncio.to_thread(site.report, forms.report("g-7"), [PHOTO], by="jonas")
            away(answer, answer.code)
            assert nothing_left(site, (0, 0, 0))
            marketplace.delay, marketplace.answer = 0, market.gig
            healed = await asyncio.to_thread(site.report, forms.report("g-7"), [PHOTO], by="jonas")
            assert healed.status == 201
            stranger = await asyncio.to_thread(site.report, forms.report("g-7"), [PHOTO], by="eve")
            nobody = await asyncio.to_thread(site.report, forms.report("x-7"), [PHOTO], by="jonas")
            assert refused(stranger, 403, "gig.not_yours") == refused(nobody, 403, "gig.not_yours")
        finally:
            site.close()


def restart(site: Live) -> None:
    site.stop()
    site.start()


async def test_the_desk_shows_the_gig_as_the_marketplace_has_it_now_and_does_without(tmp_path: Path) -> None:
    async with market.running() as marketplace:
        site = Live(tmp_path, _call_back(marketplace.url))
        try:
            await asyncio.to_thread(site.start)
            case = (await asyncio.to_thread(site.report, forms.report("g-7"), by="jonas")).json()["id"]
            told = {**market.GIG, "state": "cancelled", "place": "Marchmont"}
            marketplace.answer = lambda gig_id: market.http(200, json.dumps(told).encode())
            await asyncio.to_thread(restart, site)
            agent = Agent(site, "ada", case, ["agent"])
            page = await asyncio.to_thread(agent.look)
            assert "<dd>cancelled</dd>" in page
            assert "does not answer just now" not in page
            asked = len(marketplace.asked)
            await asyncio.to_thread(agent.look)
            assert len(marketplace.asked) == asked

            await asyncio.to_thread(restart, site)
            marketplace.delay = 5
            page = await asyncio.to_thread(agent.look)
            assert "does not answer just now" in page
            assert "Re-tile a shower wall" in page
            asked = len(marketplace.asked)
            await asyncio.to_thread(agent.look)
            assert len(marketplace.asked) == asked
        finally:
            await asyncio.to_thread(site.close)


def _call_back(url: str) -> dict[str, str]:
    return {"GIGDESK_GIGS_URL": url + "/gigs/{gigId}", "GIGDESK_GIGS_SECRET": market.SECRET.decode()}


def _liar(gig_id: str) -> bytes:
    return market.http(200, b'{"title": 7, "parties": "nobody"}')


def _mute(gig_id: str) -> None:
    return None


def test_a_site_that_could_send_no_mail_does_not_start_and_says_why(tmp_path: Path) -> None:
    for setting in ("GIGDESK_MAIL_FROM", "GIGDESK_SUPPORT_EMAIL"):
        done = Live(tmp_path, {setting: "help@my_host.example"}).run("serve", "--port", str(free_port()))
        assert done.returncode != 0
        assert "help@my_host.example" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_file_where_the_scratch_folder_would_be_stops_no_mail_and_no_inspection(
    another: START, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / f"gigdesk-{os.getuid()}").write_text("no folder")
    site = another(TMPDIR=str(scratch))
    assert site.call("GET", "/readyz", by=None).json()["parts"]["background"] == "ok"
    assert site.report(files=[PHOTO]).status == 201
    owed = "SELECT count(*) FROM effects WHERE kind <> 'wake'"
    assert eventually(lambda: site.rows(owed) == [(0,)], 10)

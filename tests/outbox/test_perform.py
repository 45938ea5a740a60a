"""What is owed for a new case: its files looked into, one mail to the support address; at least once."""

import asyncio
import email
import email.policy
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

import samples
from gigdesk import ids, wiring
from gigdesk.adapters.media.image_cleaner import ImageCleaner
from gigdesk.app import Gigdesk
from gigdesk.cases.handle import Opened
from gigdesk.cases.issue_table import built_in
from gigdesk.cases.model import Case
from gigdesk.cases.opening import Report
from gigdesk.cases.owed import ClaimedEffect, EffectRow
from gigdesk.cases.seal import replay
from gigdesk.errors import NotFound, Unavailable
from gigdesk.evidence.model import ReceivedFile, Verdict
from gigdesk.gigs.model import Gig, Party, Side
from gigdesk.ids import uuid7
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import State
from gigdesk.outbox.inspecting import TRIES
from gigdesk.outbox.perform import Performer
from gigdesk.outbox.run import Pace, Runner, UnknownEffect
from gigdesk.settings import Settings

GIG = Gig(
    id="tiles",
    title="Re-tile a shower wall",
    parties=(
        Party(user_id="amara", side=Side.CLIENT, name="Amara Okafor"),
        Party(user_id="jonas", side=Side.WORKER, name="Jonas Lindqvist"),
    ),
)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Gigdesk]:
    settings = Settings(
        base_url="https://market.example/help",
        secret="s" * 40,  # type: ignore[arg-type]
        jwt_secret="j" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path}/gigdesk.db",
        storage_url=f"file:{tmp_path}/objects",
        mail_url=f"maildir:{tmp_path}/mail",
    )
    async with wiring.opened(settings, serving=True) as desk:
        yield desk


@pytest.fixture
def performer(desk: Gigdesk, tmp_path: Path) -> Performer:
    return Performer(
        desk,
        sender="Nearhand <help@market.example>",
        support="support@market.example",
        brand="Nearhand",
        scratch=tmp_path / "scratch",
    )


async def received(desk: Gigdesk, name: str, media_type: str, content: bytes) -> ReceivedFile:
    key = ids.object_key()
    writer = desk.storage.create(key)
    await writer.finish([content])
    digest = hashlib.sha256(content).hexdigest()
    return ReceivedFile(
        id=uuid7(), key=key, name=name, media_type=media_type, size=len(content), sha256=digest
    )


async def report(desk: Gigdesk, *files: ReceivedFile, code: str = "property.damage") -> Opened:
    issue_type = built_in(code)
    assert issue_type is not None
    return await desk.handler.open(
        Report(
            gig=GIG,
            reporter=GIG.parties[0],
            sender="amara",
            by="reporter",
            issue_type=issue_type,
            description="The corner of the new tray is chipped.",
            details={},
            files=files,
            key=None,
        )
    )


async def state(desk: Gigdesk, opened: Opened) -> Case:
    case = replay(await desk.log.load(opened.commit.case))
    assert case is not None
    return case


def letters(tmp_path: Path) -> list[EmailMessage]:
    parser = email.message_from_bytes
    found = sorted((tmp_path / "mail" / "new").iterdir())
    return [parser(path.read_bytes(), policy=email.policy.default) for path in found]  # type: ignore[misc]


def objects(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "objects").rglob("*") if path.is_file()}


async def test_the_support_address_gets_one_mail_with_no_evidence_in_it(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    opened = await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg()))

    assert await Runner(desk.outbox, performer.perform).drain() == 2

    case = await state(desk, opened)
    [letter] = letters(tmp_path)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["To"] == "support@market.example"
    assert letter["Subject"] == f"{case.reference}: Something was damaged"
    assert f"https://market.example/help/desk/cases/{case.id}" in text
    assert "Re-tile a shower wall (tiles)" in text
    whole = "".join(str(part.get_content()) for part in letter.iter_parts())
    for private in ("chipped", "tray.jpg", "Amara", "Jonas", "amara", "jonas"):
        assert private not in whole
    assert not list(letter.iter_attachments())


async def test_the_mail_to_support_stands_in_the_ledger_of_its_case(
    desk: Gigdesk, performer: Performer
) -> None:
    opened = await report(desk)
    [claimed] = await desk.outbox.claim(5, timedelta(0))

    await performer.perform(claimed)
    await performer.perform(claimed)

    entry, told = await desk.notices.of_case(opened.commit.case)
    assert (entry.notice, entry.kind, entry.state) == (claimed.effect.id, Kind.NEW_CASE, State.SENT)
    assert (entry.person, entry.attempts) == ("", 1)
    assert (told.kind, told.state) == (Kind.ACKNOWLEDGEMENT, State.UNREACHABLE)


async def test_a_mail_that_is_sent_twice_is_the_same_mail(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    await report(desk)
    [claimed] = await desk.outbox.claim(5, timedelta(0))

    await performer.perform(claimed)
    [first] = letters(tmp_path)
    await performer.perform(claimed)
    [second] = letters(tmp_path)

    assert first["Message-ID"] == second["Message-ID"] == f"<{claimed.effect.id}@market.example>"


async def test_a_picture_becomes_clean_with_copies_that_have_no_place_in_them(
    desk: Gigdesk, performer: Performer
) -> None:
    opened = await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg_with_gps()))

    await Runner(desk.outbox, performer.perform).drain()

    [file] = (await state(desk, opened)).files
    assert file.verdict is Verdict.CLEAN
    for copy in (file.derivative, file.thumbnail):
        assert copy is not None
        content = b"".join([block async for block in desk.storage.read(copy.key)])
        assert len(content) == copy.size
        assert samples.OWNER.encode() not in content
        assert await desk.index.knows_object(copy.key)


async def test_malware_is_recorded_and_has_no_copies(desk: Gigdesk, performer: Performer) -> None:
    opened = await report(desk, await received(desk, "tray.jpg", "image/jpeg", EICAR))

    await Runner(desk.outbox, performer.perform).drain()

    [file] = (await state(desk, opened)).files
    assert (file.verdict, file.derivative) == (Verdict.INFECTED, None)


async def test_inspecting_again_leaves_verdict_and_objects_as_they_are(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    opened = await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg()))
    claimed = await desk.outbox.claim(5, timedelta(minutes=1))
    for effect in claimed:
        await performer.perform(effect)
    before, kept = await state(desk, opened), objects(tmp_path)

    for effect in claimed:
        await performer.perform(effect)

    assert await state(desk, opened) == before
    assert objects(tmp_path) == kept
    assert len(kept) == 3


async def test_two_that_inspect_at_once_leave_one_set_of_copies(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg()))
    claimed = await desk.outbox.claim(5, timedelta(minutes=1))
    [inspection] = [found for found in claimed if found.effect.kind == "inspect-evidence"]

    await asyncio.gather(*(performer.perform(inspection) for _ in range(3)))

    assert len(objects(tmp_path)) == 3


async def test_a_picture_that_no_child_process_survives_is_given_up_in_the_end(
    desk: Gigdesk, tmp_path: Path
) -> None:
    hurried = replace(desk, cleaner=ImageCleaner(wall_seconds=0.0))
    performer = Performer(
        hurried, sender="a@market.example", support="b@market.example", scratch=tmp_path / "scratch"
    )
    opened = await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg()))
    claimed = await desk.outbox.claim(5, timedelta(minutes=1))
    [inspection] = [found for found in claimed if found.effect.kind == "inspect-evidence"]

    with pytest.raises(Unavailable):
        await performer.perform(replace(inspection, attempts=TRIES - 1))
    assert (await state(desk, opened)).files[0].verdict is Verdict.PENDING
    await performer.perform(replace(inspection, attempts=TRIES))

    assert (await state(desk, opened)).files[0].verdict is Verdict.UNREADABLE


async def test_a_file_whose_inspection_is_given_up_has_failed(desk: Gigdesk, performer: Performer) -> None:
    file = await received(desk, "tray.jpg", "image/jpeg", samples.jpeg())
    opened = await report(desk, file)
    await desk.storage.delete(file.key)

    runner = Runner(desk.outbox, performer.perform, give_up=performer.give_up, pace=Pace(attempts=1))
    await runner.drain()

    assert (await state(desk, opened)).files[0].verdict is Verdict.FAILED
    [parked] = await desk.outbox.parked(10)
    assert parked.effect.kind == "inspect-evidence"


async def test_giving_up_what_nobody_waits_for_does_nothing(performer: Performer) -> None:
    for kind, body in (("call-webhook", b"{}"), ("notify", b'{"about":"case.opened"}')):
        await performer.give_up(claim(kind, body))
    await performer.give_up(claim("inspect-evidence", b'{"evidence":"%s"}' % str(uuid7()).encode()))


async def test_one_that_comes_too_late_takes_no_copy_away_that_a_case_refers_to(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    opened = await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg(2000, 1500)))
    claimed = await desk.outbox.claim(5, timedelta(minutes=1))
    [inspection] = [found for found in claimed if found.effect.kind == "inspect-evidence"]
    late = [asyncio.create_task(performer.perform(inspection)) for _ in range(3)]
    await performer.perform(inspection)
    for task in late:
        task.cancel()
    await asyncio.wait(late)

    [file] = (await state(desk, opened)).files
    for copy in (file.derivative, file.thumbnail):
        assert copy is not None
        assert await desk.storage.size(copy.key) == copy.size


async def test_mail_that_cannot_be_kept_now_is_kept_later(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    await report(desk)
    (tmp_path / "mail").write_text("not a folder")
    [claimed] = await desk.outbox.claim(5, timedelta(0))

    with pytest.raises(Unavailable):
        await performer.perform(claimed)

    (tmp_path / "mail").unlink()
    await performer.perform(claimed)
    assert len(letters(tmp_path)) == 1


async def test_the_mail_of_a_sensitive_case_has_a_plain_subject(
    desk: Gigdesk, performer: Performer, tmp_path: Path
) -> None:
    opened = await report(desk, code="harassment.stalking")

    await Runner(desk.outbox, performer.perform).drain()

    [letter] = letters(tmp_path)
    assert letter["Subject"] == f"{(await state(desk, opened)).reference}: new report"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("call-webhook", b"{}"),
        ("notify", b'{"about":"case.decided"}'),
        ("notify", b"{}"),
        ("notify", b"[]"),
        ("join-cases", b"{}"),
        ("tell-duplicates", b'{"number":2,"status":"odd","disposition":null}'),
        ("notify", b"\xff"),
        ("inspect-evidence", b'{"evidence":"none"}'),
    ],
)
async def test_an_effect_that_is_not_known_is_said_to_be(
    performer: Performer, kind: str, body: bytes
) -> None:
    with pytest.raises(UnknownEffect):
        await performer.perform(claim(kind, body))


async def test_an_effect_of_a_case_that_is_none_is_refused(performer: Performer) -> None:
    with pytest.raises(NotFound):
        await performer.perform(claim("notify", b'{"about":"case.opened"}'))


async def test_a_file_that_another_case_has_is_not_inspected(desk: Gigdesk, performer: Performer) -> None:
    await report(desk, await received(desk, "tray.jpg", "image/jpeg", samples.jpeg()))
    claimed = await desk.outbox.claim(5, timedelta(minutes=1))
    [inspection] = [found for found in claimed if found.effect.kind == "inspect-evidence"]

    with pytest.raises(NotFound):
        await performer.perform(replace(inspection, case=uuid7()))


def claim(kind: str, body: bytes, case: UUID | None = None) -> ClaimedEffect:
    now = datetime.now(UTC)
    effect = EffectRow(id=uuid7(), kind=kind, body=body, due=now)
    return ClaimedEffect(effect=effect, case=case or uuid7(), attempts=1, created_at=now)

"""Telling people: who gets mail, in which language, how much of it, and what the ledger says of it."""

import email
import email.policy
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from gigdesk.adapters.mail.maildir import MaildirMailer
from gigdesk.adapters.mail.smtp import SmtpMailer
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import Unavailable
from gigdesk.gigs.model import Person
from gigdesk.ids import uuid7
from gigdesk.language import Languages
from gigdesk.notices.courier import ESSENTIAL_TIMES, Courier, Delivery, House, shortened
from gigdesk.notices.deliver import Post
from gigdesk.notices.examples import FACTS, TILES
from gigdesk.notices.facts import Acknowledgement, Message, NewCase
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Entry, State
from gigdesk.notices.ports import Mailer, Undeliverable
from gigdesk.notices.unsubscribe import Unsubscribing
from servers.smtp import Mailbox

MESSAGE = next(facts for facts in FACTS if isinstance(facts, Message))
RECEIVED = next(facts for facts in FACTS if isinstance(facts, Acknowledgement))
NEW = next(facts for facts in FACTS if isinstance(facts, NewCase))
LANGUAGES = Languages()
UNSUBSCRIBING = Unsubscribing(b"k" * 32)
AMARA = Person(user_id="amara", email="Amara@mail.example", verified=True, locale="es")


class TurnedClock:
    """A clock that is set by hand."""

    at = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Stage:
    """A courier on a real store, with mail in a folder."""

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self.store, self.folder, self.clock = store, folder, TurnedClock()

    def courier(self, mailer: Mailer | None = None, cap: int = 50) -> Courier:
        house = House(
            brand="Nearhand", base_url="https://market.example/help", support="desk@market.example",
            daily_cap=cap,
        )  # fmt: skip
        post = Post(mailer or MaildirMailer(self.folder), self.clock, "help@market.example")
        return Courier(
            house,
            Delivery(self.store.notices, post, self.clock, pseudonym=pseudonym, daily_cap=cap),
            self.store.people,
            person_key=pseudonym,
            language=lambda locale: LANGUAGES.negotiate(person_locale=locale),
            unsubscribing=UNSUBSCRIBING,
        )

    def letters(self) -> list[EmailMessage]:
        folder = self.folder / "new"
        found = sorted(folder.iterdir()) if folder.exists() else []
        return [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in found]  # type: ignore[misc]

    async def entries(self) -> list[Entry]:
        return list(await self.store.notices.of_case(TILES.case))


def pseudonym(text: str) -> str:
    return f"key-{text[::-1]}"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    store = SqlStore(f"sqlite:///{tmp_path}/gigdesk.db")
    await store.open()
    await store.migrate()
    await store.people.keep(AMARA)
    yield Stage(store, tmp_path / "mail")
    await store.close()


async def test_a_person_is_told_in_their_language_and_the_ledger_knows(stage: Stage) -> None:
    notice = uuid7()

    assert await stage.courier().tell(notice, MESSAGE, "amara") is State.SENT

    [letter] = stage.letters()
    assert letter["To"] == "Amara@mail.example"
    assert letter["Subject"] == "GD-7K3M-9XQ24: un mensaje para ti"
    [entry] = await stage.entries()
    assert (entry.notice, entry.kind, entry.person) == (notice, Kind.MESSAGE, pseudonym("amara"))
    assert (entry.state, entry.attempts, entry.answer) == (State.SENT, 1, "kept in the folder")


async def test_the_link_in_the_mail_switches_this_kind_off_for_this_person(stage: Stage) -> None:
    await stage.courier().tell(uuid7(), MESSAGE, "amara")

    [letter] = stage.letters()
    url = letter["List-Unsubscribe"].strip().strip("<>")
    base, _, value = url.rpartition("/")
    assert base == "https://market.example/help/notices/unsubscribe"
    assert UNSUBSCRIBING.read(value) == (pseudonym("amara"), Kind.MESSAGE)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_what_a_person_switched_off_is_not_sent_and_said_so(stage: Stage) -> None:
    await stage.store.notices.choose(pseudonym("amara"), Kind.MESSAGE, False, stage.clock.now())

    assert await stage.courier().tell(uuid7(), MESSAGE, "amara") is State.UNWANTED
    assert await stage.courier().tell(uuid7(), RECEIVED, "amara") is State.SENT

    assert [entry.state for entry in await stage.entries()] == [State.UNWANTED, State.SENT]
    assert len(stage.letters()) == 1


@pytest.mark.abuse(42)
@pytest.mark.parametrize(
    "person",
    [
        Person(user_id="jonas", email="jonas@mail.example", verified=False),
        Person(user_id="jonas", email="", verified=True),
        Person(user_id="jonas", email="jonas@mail.example\r\nBcc: x@evil.example", verified=True),
        Person(user_id="somebody else"),
    ],
)
async def test_mail_goes_to_verified_addresses_alone(stage: Stage, person: Person) -> None:
    await stage.store.people.keep(person)

    assert await stage.courier().tell(uuid7(), RECEIVED, "jonas") is State.UNREACHABLE
    assert [entry.state for entry in await stage.entries()] == [State.UNREACHABLE]
    assert stage.letters() == []


@pytest.mark.abuse(42)
async def test_a_mailbox_gets_so_much_a_day_and_essential_mail_a_little_more(stage: Stage) -> None:
    courier = stage.courier(cap=2)
    await stage.store.people.keep(replace(AMARA, user_id="second", email="amara@MAIL.example"))

    states = [await courier.tell(uuid7(), MESSAGE, user) for user in ("amara", "second", "amara")]
    assert states == [State.SENT, State.SENT, State.HELD]
    states = [await courier.tell(uuid7(), RECEIVED, "amara") for _ in range(2 * ESSENTIAL_TIMES)]
    assert states.count(State.SENT) == 2 * ESSENTIAL_TIMES - 2
    assert states[-1] is State.HELD
    assert len(stage.letters()) == 2 * ESSENTIAL_TIMES

    stage.clock.at += timedelta(hours=25)
    assert await courier.tell(uuid7(), MESSAGE, "amara") is State.SENT


async def test_the_support_address_is_told_of_everything(stage: Stage) -> None:
    courier = stage.courier(cap=1)

    assert [await courier.tell_support(uuid7(), NEW) for _ in range(8)] == [State.SENT] * 8
    assert {letter["To"] for letter in stage.letters()} == {"desk@market.example"}
    assert {entry.person for entry in await stage.entries()} == {""}


async def test_a_retry_sends_the_same_letter_and_adds_no_line(stage: Stage, smtp: Mailbox) -> None:
    courier, notice = stage.courier(SmtpMailer.open(smtp.url)), uuid7()
    smtp.behaviour = "defer"
    with pytest.raises(Unavailable):
        await courier.tell(notice, MESSAGE, "amara")
    [entry] = await stage.entries()
    assert (entry.state, entry.answer, entry.attempts) == (State.DEFERRED, "451 4.3.0 try again later", 1)

    smtp.behaviour = "accept"
    assert await courier.tell(notice, MESSAGE, "amara") is State.SENT
    assert await courier.tell(notice, MESSAGE, "amara") is State.SENT

    [letter] = smtp.letters
    assert letter.message["Message-ID"] == f"<{notice}@market.example>"
    [entry] = await stage.entries()
    assert (entry.state, entry.attempts) == (State.SENT, 2)


async def test_a_refusal_for_good_is_in_the_ledger(stage: Stage, smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"

    with pytest.raises(Undeliverable):
        await stage.courier(SmtpMailer.open(smtp.url)).tell(uuid7(), RECEIVED, "amara")

    [entry] = await stage.entries()
    assert (entry.state, entry.answer) == (State.FAILED, "550 5.1.1 no such mailbox here")


async def test_no_address_is_in_the_ledger(stage: Stage) -> None:
    await stage.courier().tell(uuid7(), MESSAGE, "amara")

    rows = await stage.store.database.read("SELECT * FROM notices")
    assert "mail.example" not in json.dumps(rows, default=repr).replace(
        pseudonym("mailto:amara@mail.example"), ""
    )


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("250 2.0.0 Ok: queued as 4F2", "250 2.0.0 Ok: queued as 4F2"),
        ("550 5.1.1 <amara@mail.example>: no such user", "550 5.1.1 … no such user"),
        ("550 Amara is unknown; to=amara@mail.example", "550 … is unknown; …"),
        ("550 bad\r\nBcc: x\x00\u202e", "550 bad Bcc: x"),
        ("9" * 500, "9" * 119 + "…"),
    ],
)
def test_an_answer_is_kept_short_and_names_nobody(said: str, kept: str) -> None:
    assert shortened(said, "amara@mail.example") == kept


@pytest.mark.parametrize("kind", list(Kind))
def test_only_what_can_be_switched_off_is_read_from_a_link(kind: Kind) -> None:
    value = UNSUBSCRIBING.value("ab12", kind)

    optional = kind in {Kind.MESSAGE, Kind.STATUS_CHANGE, Kind.REMINDER, Kind.STAFF_MENTION}
    assert UNSUBSCRIBING.read(value) == (("ab12", kind) if optional else None)
    assert Unsubscribing(b"x" * 32).read(value) is None


@pytest.mark.abuse(33)
@pytest.mark.parametrize("value", ["", "x", "é", "A" * 10_000, "AAAA" * 10, "%00", "=" * 20])
def test_a_value_that_was_never_made_is_none(value: str) -> None:
    assert UNSUBSCRIBING.read(value) is None


def test_a_value_that_was_changed_in_one_place_is_none() -> None:
    value = UNSUBSCRIBING.value("ab12", Kind.MESSAGE)

    for place in range(len(value) - 1):
        changed = "A" if value[place] != "A" else "B"
        assert UNSUBSCRIBING.read(value[:place] + changed + value[place + 1 :]) is None


async def test_what_is_foreseen_is_what_becomes_of_it(stage: Stage) -> None:
    courier = stage.courier(cap=1)
    foreseen = await courier.foresee(MESSAGE, "amara")
    assert (foreseen.state, foreseen.sender) == (State.QUEUED, "help@market.example")
    assert (foreseen.notice.to, foreseen.language.tag) == ("Amara@mail.example", "es")
    assert "unsubscribe" not in f"{foreseen.notice.text}{foreseen.notice.html}"
    assert (stage.letters(), await stage.entries()) == ([], [])

    assert await courier.tell(uuid7(), MESSAGE, "amara") is State.SENT
    [letter] = stage.letters()
    assert letter["Subject"] == foreseen.notice.subject

    assert (await courier.foresee(MESSAGE, "amara")).state is State.HELD
    assert await courier.tell(uuid7(), MESSAGE, "amara") is State.HELD
    assert (await courier.foresee(RECEIVED, "amara")).state is State.QUEUED  # essential ones have more room

    await stage.store.notices.choose(pseudonym("amara"), Kind.MESSAGE, False, stage.clock.at)
    assert (await courier.foresee(MESSAGE, "amara")).state is State.UNWANTED
    assert (await courier.foresee(MESSAGE, "nobody")).state is State.UNREACHABLE

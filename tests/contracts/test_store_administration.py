"""What every store promises of administration: a chain without a gap, written with what it is about or not at all."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.test_store_accounts import MIRA, session
from gigdesk.access.accounts import Account
from gigdesk.access.model import Actor, Role
from gigdesk.access.ports import Way
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.administration.chain import entry_of, event_of
from gigdesk.administration.effects import OwedEffects
from gigdesk.administration.events import (
    AccountChanged,
    AccountDisabled,
    AccountEnabled,
    AccountMade,
    AdminEvent,
    CasesExported,
    EffectRetried,
    EffectsRetried,
    LinkRenewed,
    MacroKept,
    MacroRemoved,
    PasswordSet,
    RulesKept,
    SecondStepRemoved,
    SessionsEnded,
)
from gigdesk.administration.log import Administration, verify
from gigdesk.administration.model import (
    AddAccount,
    Change,
    EndSessions,
    Entry,
    Head,
    KeepMacro,
    KeepRules,
    Macro,
    MacroKind,
    RemoveMacro,
    ReplaceAccount,
    RulesVersion,
    Wanted,
)
from gigdesk.cases.owed import EffectRow
from gigdesk.clock import SystemClock
from gigdesk.errors import NotFound

AT = datetime(2026, 11, 24, 10, 42, 0, 123456, tzinfo=UTC)
ADMIN = Actor(sub="olga", name="Olga Ruiz", roles=frozenset({Role.ADMIN}))
EVENTS: list[AdminEvent] = [
    EffectRetried(effect=UUID(int=1), of="notify", case=UUID(int=2)),
    EffectsRetried(count=3),
    MacroKept(macro=UUID(int=3), name="Thanks", content="0" * 64, is_new=True),
    MacroRemoved(macro=UUID(int=3), name="Thanks"),
    RulesKept(version=1, content="0" * 64),
    AccountMade(account="desk:1", roles=("agent", "lead"), queues=("safety",), is_invited=True),
    AccountChanged(
        account="desk:1",
        roles_before=("agent",),
        roles=("lead",),
        queues_before=("safety",),
        queues=(),
        is_renamed=True,
    ),
    CasesExported(format="csv", is_personal=True, query="0" * 64),
    *(
        kind(account="desk:1")
        for kind in (
            AccountDisabled,
            AccountEnabled,
            LinkRenewed,
            PasswordSet,
            SecondStepRemoved,
            SessionsEnded,
        )
    ),
]


def administration(store: SqlStore) -> Administration:
    return Administration(store.administration, lambda user: f"key of {user}", SystemClock())


async def wrote(
    store: SqlStore, event: AdminEvent, change: Change | None = None, actor: str = "a", name: str = "Ada"
) -> Entry:
    entry = entry_of(event, await store.administration.head(), at=AT, actor=actor, name=name)
    assert await store.administration.append(entry, change)
    return entry


def macro(owner: str = "a", name: str = "Thanks", **more: object) -> Macro:
    given = {"types": ("payment.*",), "queue": "payments", "is_shared": True, **more}
    texts = {"en": "Thank you, {reporter}.", "es": "Gracias, {reporter}."}
    return Macro(
        id=uuid4(), owner=owner, name=name, kind=MacroKind.REPLY, texts=texts, changed_at=AT, **given
    )


async def parked(store: SqlStore, count: int) -> list[UUID]:
    effects = [EffectRow(id=UUID(int=10 + n), kind="notify", body=b"{}", due=AT) for n in range(count)]
    await store.outbox.owe(uuid4(), effects)
    for effect in effects:
        await store.outbox.park(effect.id, "refused for good")
    return [effect.id for effect in effects]


async def test_entries_come_back_as_they_were_written_the_newest_first(store: SqlStore) -> None:
    written = [await wrote(store, event) for event in EVENTS]

    found = await store.administration.page(Wanted(), 20)

    assert list(found) == written[::-1]
    assert [event_of(entry) for entry in found] == EVENTS[::-1]
    assert await store.administration.head() == Head(number=len(EVENTS), hash=written[-1].hash)
    assert list(await store.administration.walk(3, 20)) == written[3:]


async def test_a_page_is_of_a_kind_of_a_person_and_before_a_number(store: SqlStore) -> None:
    for number in range(6):
        await wrote(store, EffectsRetried(count=number), actor="ab"[number % 2])
    await wrote(store, EVENTS[2], actor="a")

    async def numbers(limit: int = 10, **wanted: object) -> list[int]:
        return [entry.number for entry in await store.administration.page(Wanted(**wanted), limit)]

    assert await numbers(kind="effects.retried", limit=2) == [6, 5]
    assert await numbers(kind="effects.retried", before=5) == [4, 3, 2, 1]
    assert await numbers(actor="b") == [6, 4, 2]
    assert await numbers(actor="a", kind="macro.kept") == [7]
    assert await numbers(actor="c") == []
    assert [entry.number for entry in await store.administration.actors(10)] == [7, 6]


async def test_of_two_at_one_number_one_wins_and_the_other_changes_nothing(
    store: SqlStore, other: SqlStore
) -> None:
    first, second = macro(name="first"), macro(name="second")
    entries = [
        entry_of(
            MacroKept(macro=one.id, name=one.name, content="", is_new=True), None, at=AT, actor="a", name="A"
        )
        for one in (first, second)
    ]

    won = await asyncio.gather(
        store.administration.append(entries[0], KeepMacro(macro=first)),
        other.administration.append(entries[1], KeepMacro(macro=second)),
    )

    assert sorted(won) == [False, True]
    kept = await store.macros.seen_by("a", 10)
    assert [one.name for one in kept] == ["first" if won[0] else "second"]
    assert len(await store.administration.page(Wanted(), 10)) == 1


async def test_many_at_once_leave_a_chain_without_a_gap(store: SqlStore, other: SqlStore) -> None:
    shells = [administration(store), administration(other)]
    await asyncio.gather(*(shells[n % 2].record(ADMIN, EffectsRetried(count=n)) for n in range(8)))

    assert await verify(store.administration, store.rules) == (8, "")


async def test_an_account_is_replaced_with_its_entry_or_not_at_all(store: SqlStore, other: SqlStore) -> None:
    await wrote(store, EVENTS[5], AddAccount(account=MIRA))
    assert await store.accounts.get(MIRA.id) == MIRA
    await store.accounts.open_session(MIRA, opened := session())
    changes = [replace(MIRA, name=f"Mira {n}") for n in range(4)]

    async def change(own: SqlStore, account: Account) -> bool:
        entry = entry_of(EVENTS[6], await own.administration.head(), at=AT, actor="a", name="Ada")
        return await own.administration.append(entry, ReplaceAccount(account=account, ends_sessions=True))

    won = await asyncio.gather(
        *(change(own, one) for own, one in zip((store, other) * 2, changes, strict=True))
    )

    assert won.count(True) == 1
    stands = await store.accounts.get(MIRA.id)
    assert stands == replace(changes[won.index(True)], version=2, signed_in_at=opened.created_at)
    assert await store.sessions.get_session(opened.id) is None
    assert await verify(store.administration, store.rules) == (2, "")
    assert not await change(store, MIRA)  # as it was read long ago
    assert await verify(store.administration, store.rules) == (2, "")


async def test_an_entry_may_end_every_session_of_an_account_and_of_nobody_else(store: SqlStore) -> None:
    await store.accounts.add(MIRA)
    await store.accounts.open_session(MIRA, own := session())
    await store.sessions.open_session(handed_over := session(Way.HAND_OVER), "jti-1", AT)

    await wrote(store, EVENTS[-1], EndSessions(account=MIRA.id))

    assert await store.sessions.get_session(own.id) is None
    assert await store.sessions.get_session(handed_over.id) == handed_over


async def test_macros_are_ones_own_and_what_is_shared(store: SqlStore) -> None:
    own, hidden = macro("a", "z mine", is_shared=False), macro("b", "private", is_shared=False)
    shared = macro("b", "b of all", types=(), queue="")
    for one in (own, hidden, shared):
        await store.macros.keep(one)

    assert list(await store.macros.seen_by("a", 10)) == [shared, own]
    assert list(await store.macros.seen_by("a", 1)) == [shared]
    changed = replace(own, name="ours", is_shared=True, kind=MacroKind.NOTE, texts={"en": "Seen."})
    await wrote(store, EVENTS[2], KeepMacro(macro=changed))
    assert list(await store.macros.seen_by("c", 10)) == [shared, changed]
    await wrote(store, EVENTS[3], RemoveMacro(macro=shared.id, at=AT))
    await store.macros.remove(own.id, AT)
    await store.macros.remove(own.id, AT + timedelta(hours=9))
    assert list(await store.macros.seen_by("a", 10)) == []


async def test_a_removed_macro_comes_back_within_a_day_and_is_forgotten_after(store: SqlStore) -> None:
    first, second = macro(name="first"), macro(name="second")
    for one in (first, second):
        await store.macros.keep(one)

    await store.macros.remove(first.id, AT)
    await store.macros.remove(second.id, AT + timedelta(hours=23))

    assert await store.macros.find(first.id) == replace(first, removed_at=AT)
    await store.macros.keep(replace(second, name="again"))
    assert [one.name for one in await store.macros.seen_by("a", 10)] == ["again"]
    await store.macros.remove(second.id, AT + timedelta(hours=25))
    assert await store.macros.find(first.id) is None
    assert await store.macros.find(second.id) is not None


async def test_versions_of_the_rules_are_kept_side_by_side(store: SqlStore) -> None:
    assert await store.rules.number() == 0
    versions = [
        RulesVersion(number=n, at=AT + timedelta(hours=n), actor="a", document=f"# {n}\n") for n in (1, 2, 3)
    ]
    for version in versions:
        digest = hashlib.sha256(version.document.encode()).hexdigest()
        await wrote(store, RulesKept(version=version.number, content=digest), KeepRules(version=version))

    assert await store.rules.number() == 3
    assert list(await store.rules.newest(2)) == [versions[2], versions[1]]
    assert list(await store.rules.newest(2, before=2)) == [versions[0]]
    assert await verify(store.administration, store.rules) == (3, "")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("DELETE FROM administration WHERE number = 2", "entry 2: this entry is missing"),
        ("UPDATE administration SET kind = 'macro.kept' WHERE number = 3", "entry 3: its bytes name another"),
        ("UPDATE administration SET actor = 'b' WHERE number = 1", "entry 1: its bytes name another"),
        ("UPDATE administration SET name = 'Eva' WHERE number = 1", "entry 1: its bytes name another"),
        ("UPDATE administration SET salt = hash WHERE number = 2", "entry 2: its bytes name another"),
        ("UPDATE administration SET hash = salt WHERE number = 2", "entry 2: its hash does not follow"),
        ("UPDATE rules SET document = '# 2' WHERE number = 1", "rules version 1: these are others"),
        ("DELETE FROM rules WHERE number = 1", "rules version 1: it is missing"),
        ("UPDATE rules SET number = 7 WHERE number = 2", "rules version 2: it is missing"),
        ("INSERT INTO rules VALUES (3, 0, 'a', '')", "rules version 3: the log does not name it"),
    ],
)
async def test_the_audit_names_what_is_no_longer_as_it_was_written(
    store: SqlStore, fault: str, told: str
) -> None:
    for number in (1, 2):
        document = f"# {number}"
        digest = hashlib.sha256(document.encode()).hexdigest()
        version = RulesVersion(number=number, at=AT, actor="a", document=document)
        await wrote(store, RulesKept(version=number, content=digest), KeepRules(version=version))
    await wrote(store, EVENTS[1])
    assert await verify(store.administration, store.rules) == (3, "")

    await store.database.write((fault, ()))

    _, said = await verify(store.administration, store.rules)
    assert told in said


async def test_an_erased_name_leaves_the_chain_whole(store: SqlStore) -> None:
    await wrote(store, EVENTS[1], name="Olga Ruiz")
    await store.database.write(("UPDATE administration SET name = NULL, salt = $1", (b"",)))

    [entry] = await store.administration.page(Wanted(), 1)

    assert entry.name is None
    assert b"Olga" not in entry.content
    assert await verify(store.administration, store.rules) == (1, "")


async def test_what_is_parked_is_paged_oldest_first_and_found_by_its_id(store: SqlStore) -> None:
    ids = await parked(store, 5)
    effects = OwedEffects(store.outbox, administration(store))

    first = await effects.parked(ADMIN, None, 2)
    second = await effects.parked(ADMIN, first.next, 2)
    third = await effects.parked(ADMIN, second.next, 2)

    pages = [[item.effect.id for item in page.items] for page in (first, second, third)]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert third.next is None
    found = await store.outbox.find_parked(ids[3])
    assert found is not None
    assert (found.effect.kind, found.reason) == ("notify", "refused for good")
    assert await store.outbox.find_parked(uuid4()) is None


async def test_a_retry_makes_it_due_and_stands_in_the_log(store: SqlStore) -> None:
    ids = await parked(store, 3)
    effects = OwedEffects(store.outbox, administration(store))

    await effects.retry(ADMIN, ids[0])

    assert [one.effect.id for one in await store.outbox.claim(10, timedelta(minutes=1))] == [ids[0]]
    assert (await store.outbox.state()).parked == 2
    with pytest.raises(NotFound):
        await effects.retry(ADMIN, ids[0])
    assert await effects.retry_all(ADMIN) == 2
    assert await effects.retry_all(ADMIN) == 0
    entries = await store.administration.page(Wanted(), 10)
    assert [(entry.actor, entry.name) for entry in entries] == [("key of olga", "Olga Ruiz")] * 2
    assert event_of(entries[0]) == EffectsRetried(count=2)
    [first] = [event_of(entry) for entry in entries[1:]]
    assert isinstance(first, EffectRetried)
    assert first.effect == ids[0]


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.AUDITOR])
async def test_only_an_admin_retries(store: SqlStore, role: Role) -> None:
    [effect] = await parked(store, 1)
    effects = OwedEffects(store.outbox, administration(store))
    actor = Actor(sub="x", roles=frozenset({role}))

    for attempt in (lambda: effects.retry(actor, effect), lambda: effects.retry_all(actor)):
        with pytest.raises(Exception, match=r"nothing at this address|changes nothing"):
            await attempt()

    assert (await store.outbox.state()).parked == 1
    assert await store.administration.head() is None

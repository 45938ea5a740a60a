"""What every store promises of gigs and of what was said of people."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.gigs.model import Gig, Party, Person, Side

WORKER = Party(user_id="wes", side=Side.WORKER, name="Wes", email="wes@example.com", locale="en")
CLIENT = Party(user_id="clara", side=Side.CLIENT, name="Clara", locale="es")
GIG = Gig(
    id="gig:1~a",
    title="Fix the tap, “soon”",
    parties=(WORKER, CLIENT),
    trade="plumbing",
    place="Bilbao",
    starts_at=datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC),
    state="booked",
)
BARE = Gig(id="gig-2", title="Bare", parties=())


async def test_a_gig_reads_back_as_it_was_put(store: SqlStore) -> None:
    await store.gigs.put_gigs([GIG, BARE])

    assert await store.gigs.get_gig(GIG.id) == GIG
    assert await store.gigs.get_gig(BARE.id) == BARE
    assert await store.gigs.get_gig("gig-3") is None


async def test_gigs_asked_for_at_once_are_each_answered(store: SqlStore) -> None:
    gigs = [replace(BARE, id=f"gig-{n}", parties=(WORKER, CLIENT)) for n in range(150)]
    await store.gigs.put_gigs(gigs)
    asked = [f"gig-{n}" for n in range(-5, 150)] + ["gig-7"]

    found = await asyncio.gather(*(store.gigs.get_gig(gig_id) for gig_id in asked))

    assert found == [None] * 5 + gigs + [gigs[7]]


async def test_an_id_that_no_database_takes_harms_no_neighbour(store: SqlStore) -> None:
    await store.gigs.put_gigs([GIG, BARE])
    asked = [BARE.id, GIG.id, "half \ud800", BARE.id, "gig-3"]

    found = await asyncio.gather(*(store.gigs.get_gig(gig_id) for gig_id in asked), return_exceptions=True)

    assert isinstance(found.pop(2), Exception)
    assert found == [BARE, GIG, BARE, None]


async def test_a_gig_that_changes_while_it_is_asked_for_is_read_anew_by_the_next(store: SqlStore) -> None:
    await store.gigs.put_gigs([GIG])
    asking = [asyncio.create_task(store.gigs.get_gig(GIG.id)) for _ in range(2)]
    await asyncio.sleep(0)
    asking[0].cancel()
    await store.gigs.put_gigs([replace(GIG, title="Fix two taps")])

    found = await store.gigs.get_gig(GIG.id)

    assert found is not None
    assert found.title == "Fix two taps"
    assert await asking[1] in (GIG, found)


async def test_a_gig_put_again_is_replaced_whole(store: SqlStore) -> None:
    await store.gigs.put_gigs([GIG])
    changed = Gig(id=GIG.id, title="Fix two taps", parties=(CLIENT,))

    await store.gigs.put_gigs([changed])

    assert await store.gigs.get_gig(GIG.id) == changed


async def test_gigs_are_listed_by_when_they_were_put_last(store: SqlStore) -> None:
    for gig in (GIG, BARE, replace(BARE, id="gig-0")):
        await store.gigs.put_gigs([gig])
        await asyncio.sleep(0.002)
    await store.gigs.put_gigs([GIG])

    assert [gig.id for gig in await store.gigs.list_gigs(2)] == [GIG.id, "gig-0"]
    assert (await store.gigs.list_gigs(10))[0] == GIG


async def test_the_same_gigs_put_at_once_in_opposite_order_both_succeed(
    store: SqlStore, other: SqlStore
) -> None:
    gigs = [replace(GIG, id=f"gig-{n}") for n in range(30)]

    await asyncio.gather(store.gigs.put_gigs(gigs), other.gigs.put_gigs(gigs[::-1]))

    assert len(await store.gigs.list_gigs(100)) == 30


async def test_people_are_kept_from_gigs(store: SqlStore) -> None:
    await store.gigs.put_gigs([GIG])

    people = await store.people.get(["wes", "clara", "nobody"])

    assert people == {
        "wes": Person(user_id="wes", name="Wes", email="wes@example.com", verified=True, locale="en"),
        "clara": Person(user_id="clara", name="Clara", locale="es"),
    }
    assert await store.people.get([]) == {}


async def test_what_is_not_said_does_not_unsay_what_was(store: SqlStore) -> None:
    await store.gigs.put_gigs([GIG])

    await store.people.keep(Person(user_id="wes", locale="fr"))

    wes = Person(user_id="wes", name="Wes", email="wes@example.com", verified=True, locale="fr")
    assert await store.people.get(["wes"]) == {"wes": wes}


async def test_an_unverified_address_never_replaces_a_verified_one(store: SqlStore) -> None:
    claims = Person(user_id="ann", name="Ann", email="evil@example.com")
    await store.people.keep(claims)
    assert await store.people.get(["ann"]) == {"ann": claims}

    verified = Person(user_id="ann", name="Ann", email="ann@example.com", verified=True)
    await store.people.keep(verified)
    await store.people.keep(claims)

    assert await store.people.get(["ann"]) == {"ann": verified}


async def test_an_address_from_the_marketplace_replaces_the_one_before(store: SqlStore) -> None:
    await store.people.keep(Person(user_id="wes", email="old@example.com", verified=True))

    await store.gigs.put_gigs([GIG])

    assert (await store.people.get(["wes"]))["wes"].email == "wes@example.com"


async def test_who_works_here_is_known_by_role_and_time_until_they_do_no_longer(store: SqlStore) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    ann = Person(user_id="ann", name="Ann", email="ann@example.com", verified=True, role="staff")
    lena = Person(user_id="lena", name="Lena", email="lena@example.com", verified=True, role="lead")
    blank = Person(user_id="nell", name="Nell", role="lead")
    unverified = Person(user_id="ned", name="Ned", email="ned@example.com", role="lead")
    await store.people.keep_all([ann, lena, blank, unverified])

    [lead] = await store.people.staff("lead", before, 10)
    assert replace(lead, met_at=None) == lena
    assert lead.met_at is not None
    assert abs(lead.met_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert await store.people.staff("lead", datetime.now(UTC) + timedelta(minutes=1), 10) == ()
    assert (await store.people.get(["ann"]))["ann"].role == "staff"

    await store.people.keep(Person(user_id="lena", locale="es"))  # a gig speaks of her, and of no role
    assert len(await store.people.staff("lead", before, 10)) == 1
    await store.people.keep(replace(ann, role="lead"))
    await store.people.keep(replace(lena, role=""))
    assert [p.user_id for p in await store.people.staff("lead", before, 10)] == ["ann"]
    assert (await store.people.get(["lena"]))["lena"].role is None


async def test_the_team_is_everybody_with_a_role_in_pages(store: SqlStore) -> None:
    await store.people.keep(Person(user_id="wes", name="Wes"))
    for user_id in ("ann", "bob", "cat", "dan"):
        await store.people.keep(Person(user_id=user_id, name=user_id.title(), role="staff"))
    await store.people.keep(Person(user_id="dan", name="Dan", role=""))
    await store.people.keep(Person(user_id="ann", role="lead"))
    # Who came at one moment stands by user id.
    await store.database.write(("UPDATE staff SET met_at = 7 WHERE user_id <> 'ann'", ()))

    whole = await store.people.team(10)
    assert [(person.user_id, person.name, person.role) for person in whole] == [
        ("ann", "Ann", "lead"),
        ("bob", "Bob", "staff"),
        ("cat", "Cat", "staff"),
    ]
    for size in (1, 2):
        seen: list[Person] = []
        while found := await store.people.team(size, _after(seen)):
            seen += found
        assert seen == list(whole)
    assert await store.people.team(10, but="b") == (whole[0], whole[2])
    assert await store.people.team(1, _after([whole[0]]), but="bo") == (whole[2],)


def _after(seen: list[Person]) -> tuple[datetime, str] | None:
    if not seen or seen[-1].met_at is None:
        return None
    return seen[-1].met_at, seen[-1].user_id


async def test_several_people_are_kept_at_once_each_by_the_same_rule(store: SqlStore) -> None:
    await store.people.keep(Person(user_id="wes", email="wes@example.com", verified=True))

    await store.people.keep_all(
        [Person(user_id="wes", email="evil@example.com"), Person(user_id="ann", name="Ann")]
    )
    await store.people.keep_all([])

    found = await store.people.get(["wes", "ann"])
    assert (found["wes"].email, found["ann"].name) == ("wes@example.com", "Ann")

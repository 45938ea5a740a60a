"""What every store promises of words: the same texts are found by the same words, and can be forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.desk_cases import ME, facts, found, keep, project
from contracts.openings import AT
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.lifecycle import ALIVE
from gigdesk.insights.asked import Asked, Listing
from gigdesk.insights.meaning import phrases_of
from gigdesk.insights.model import Projected, Sort
from gigdesk.insights.query import Words
from gigdesk.insights.words import document

HOUR = timedelta(hours=1)
TEXTS = (
    "The cutter slipped across the hallway's oak floor, é and ñ: São Paulo, Straße 12",
    "photo_of_floor.jpg",
    "Ünïcode İstanbul ﬁne · 東京 ½ e-mail: a.b@example.org 10:30",
)
FOUND = [
    "cutter",
    "CUTTER",
    "sao",
    "são",
    "strasse",
    "floor",
    "jpg",
    "photo_of_floor.jpg",
    "istanbul",
    "fine",
    "東京",
    "10:30",
]
FOUND += [
    '"oak floor"',
    '"Oak, FLOOR!"',
    "cutter floor",
    "floor cutter",
    "a.b@example.org",
    "12",
    "cutt",
    "e-mail",
]
NOT_FOUND = [
    "cutters",
    '"floor oak"',
    '"12 photo"',
    "flo or",
    "cu",
    "oakfloor",
    '"cutt"',
    "cutter violin",
    "paulo-sao",
]
NOT_FOUND += ["example.com", '"jpg unicode"']


def asked(text: str, sort: Sort = Sort.NEWEST) -> Asked:
    is_exact = text.startswith('"')
    said = [Words(text=text.strip('"'), is_exact=True)] if is_exact else [Words(text=w) for w in text.split()]
    return Asked(person=ME, phrases=phrases_of(said), sort=sort)


@pytest.mark.parametrize("text", FOUND)
async def test_a_case_is_found_by(store: SqlStore, text: str) -> None:
    case = (await keep(store, *TEXTS)).case
    await keep(store, "something else")

    for sort in Sort:
        assert await found(store, asked(text, sort)) == [case]


@pytest.mark.parametrize("text", NOT_FOUND)
async def test_a_case_is_not_found_by(store: SqlStore, text: str) -> None:
    await keep(store, *TEXTS)

    assert await found(store, asked(text)) == []


async def test_words_that_are_commands_elsewhere_are_words(store: SqlStore) -> None:
    case = (await keep(store, "AND OR NOT NEAR drop table words column")).case

    for text in ("and", "or not", "near", '"drop table"', "words", "NOT column"):
        assert await found(store, asked(text)) == [case]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [1, 3, 50])
async def test_many_matches_come_in_order_page_after_page(store: SqlStore, sort: Sort, limit: int) -> None:
    entries = [await keep(store, f"common violin {n}", at=AT + n // 2 * HOUR) for n in range(30)]
    await keep(store, "something else")
    newest = sorted(
        entries, key=lambda one: (one.opened_at, one.case), reverse=sort in (Sort.NEWEST, Sort.UPDATED)
    )

    assert await found(store, asked("common", sort), limit) == [one.case for one in newest]
    assert await store.desk.counts({"it": Listing(asked=asked("common", sort))}, 20) == {"it": 21}
    assert await found(store, asked("29 violin", sort), limit) == [entries[29].case]


async def test_words_go_along_with_every_other_condition(store: SqlStore) -> None:
    at = {"at": AT, "queue": "safety", "owner": ME}
    meant = await keep(store, "violin", **at)
    await keep(store, "violin", at=AT, queue="safety")
    await keep(store, "viola", **at)

    for extra in (
        {"owners": frozenset({ME})},
        {"owners": frozenset({ME}), "queues": frozenset({"safety"})},
        {"owners": frozenset({ME}), "gigs": frozenset({"gig-1"})},
        {"owners": frozenset({ME}), "statuses": ALIVE},
    ):
        for sort in Sort:
            assert await found(store, replace(asked("violin", sort), **extra)) == [meant.case]


async def test_cases_of_one_moment_all_keep_their_words(store: SqlStore) -> None:
    cases = {(await keep(store, f"same moment {n}", at=AT)).case for n in range(5)}

    assert set(await found(store, asked("moment"), 2)) == cases


async def test_a_very_long_text_is_found_by_how_it_begins(store: SqlStore) -> None:
    long = "first " + " ".join(f"w{n}" for n in range(20_000)) + " last"
    case = (await keep(store, long, "x" * 5000)).case

    assert await found(store, asked("first w17")) == [case]


async def test_words_of_a_person_are_forgotten_and_what_is_left_is_found_again(store: SqlStore) -> None:
    one = await keep(store, "violin of hers", "reply of his", authors=["her", "him"])
    other = await keep(store, "violin of his", authors=["him"])
    assert await store.projection.behind(9) == []

    assert await store.projection.forget("her") == 1

    assert await found(store, asked("violin")) == [other.case]
    assert await found(store, asked("reply")) == []
    [behind] = await store.projection.behind(9)
    assert behind.row.id == one.case
    await project(store, one, "reply of his", authors=["him"])
    assert await found(store, asked("reply")) == [one.case]
    assert await store.projection.forget("her") == 0
    assert await store.projection.count_behind() == 0


async def test_forgotten_words_stand_nowhere_in_the_database(store: SqlStore) -> None:
    secret = "zweisilbigesgeheimwort"
    await keep(store, f"{secret} and more", authors=["her"])
    await keep(store, "and more")
    await store.projection.forget("her")

    tables = ["desk_texts"]
    if store.database.dialect == "sqlite":
        tables += ["desk_fts_data", "desk_fts_idx"]
    for table in tables:
        rows = await store.database.read(f"SELECT * FROM {table}")
        held = b" ".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)
        assert secret[:8].encode() not in held, table


async def test_who_read_a_case_before_its_words_were_forgotten_brings_none_back(store: SqlStore) -> None:
    one = await keep(store, "violin", authors=["her"])
    [(followed,)] = await store.database.read("SELECT followed FROM cases WHERE id = $1", one.case)
    await store.projection.forget("her")

    words, authors = document(["violin"]), frozenset({"her"})
    stale = Projected(entry=one, facts=facts(one), followed=followed, words=words, authors=authors)
    await store.projection.keep([stale])

    assert await found(store, asked("violin")) == []
    assert await store.projection.count_behind() == 1

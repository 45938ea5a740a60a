"""What every store promises of saved views: one's own and what is shared, replaced by id, forgotten when removed."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.insights.model import SavedView

AT = datetime(2026, 11, 24, 10, 42, 0, 123456, tzinfo=UTC)


def view(owner: str, name: str, *, is_shared: bool = False) -> SavedView:
    return SavedView(id=uuid4(), owner=owner, name=name, query="is:open", is_shared=is_shared, created_at=AT)


async def test_a_person_sees_their_own_first_and_then_what_is_shared(store: SqlStore) -> None:
    own, hidden = view("ada", "z mine"), view("bert", "a private one")
    shared, own_shared = view("bert", "b of all", is_shared=True), view("ada", "y mine too", is_shared=True)
    for one in (own, hidden, shared, own_shared):
        await store.saved_views.keep(one)

    assert list(await store.saved_views.seen_by("ada", 10)) == [own_shared, own, shared]
    assert list(await store.saved_views.seen_by("ada", 1)) == [own_shared]
    assert list(await store.saved_views.seen_by("bert", 10)) == [hidden, shared, own_shared]
    assert list(await store.saved_views.seen_by("carla", 10)) == [shared, own_shared]


async def test_the_one_with_the_same_id_is_replaced(store: SqlStore) -> None:
    first = view("ada", "mine")
    await store.saved_views.keep(first)
    second = replace(first, name="ours", query="is:open files:>0", is_shared=True)

    await store.saved_views.keep(second)

    assert list(await store.saved_views.seen_by("ada", 10)) == [second]
    assert list(await store.saved_views.seen_by("bert", 10)) == [second]


async def test_what_is_removed_is_gone_and_may_be_removed_again(store: SqlStore) -> None:
    one = view("ada", "mine")
    await store.saved_views.keep(one)

    await store.saved_views.remove(one.id)
    await store.saved_views.remove(one.id)

    assert list(await store.saved_views.seen_by("ada", 10)) == []

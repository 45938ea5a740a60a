"""Three commits whose bytes and hashes are fixed for ever read back equal from every store."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from contracts.openings import opening
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases import wire
from gigdesk.cases.ports import Append, Commit

GOLDEN = json.loads((Path(__file__).parent / "golden" / "three_commits.json").read_text("utf-8"))
CASE = UUID(GOLDEN["case"])


def golden() -> list[Commit]:
    return [
        Commit(
            case=CASE,
            number=number,
            id=UUID(kept["id"]),
            at=datetime.fromisoformat(kept["at"]).astimezone(UTC),
            content=kept["content"].encode(),
            hash=bytes.fromhex(kept["hash"]),
        )
        for number, kept in enumerate(GOLDEN["commits"], 1)
    ]


def append_of(commit: Commit) -> Append:
    row = replace(opening(CASE).row, version=commit.number)
    return Append(commit=commit, row=row)


def test_the_bytes_are_canonical_and_the_hashes_follow_from_them() -> None:
    before = wire.root(CASE)
    for commit in golden():
        assert wire.canonical(wire.parse(commit.content)) == commit.content
        before = wire.chain(before, commit.content)
        assert commit.hash == before


async def test_three_commits_read_back_byte_for_byte(store: SqlStore) -> None:
    for commit in golden():
        await store.log.append(append_of(commit))

    assert list(await store.log.load(CASE)) == golden()

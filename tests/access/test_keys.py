"""Keys derived from the secret, and the signing keys that all processes share."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from access.stage import opened_store
from gigdesk.access.keys import SigningKeys, derive
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.errors import Unavailable

SECRET = b"an installation's own key, 32 bytes or more"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with opened_store(tmp_path) as store:
        yield store


def test_each_purpose_has_its_own_key_and_always_the_same() -> None:
    assert derive(SECRET, "csrf") == derive(SECRET, "csrf")
    assert len({derive(SECRET, purpose) for purpose in ("csrf", "cursor", "csrf ")}) == 3
    assert derive(SECRET, "csrf") != derive(SECRET + b"2", "csrf")
    assert len(derive(SECRET, "csrf")) == 32


def test_a_short_secret_derives_nothing() -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        derive(b"x" * 31, "csrf")


async def test_processes_that_start_together_sign_with_one_key(store: SqlStore) -> None:
    processes = [SigningKeys(store.keys, SECRET) for _ in range(8)]
    await asyncio.gather(*(keys.load() for keys in processes))

    kids = {keys.sign(b"receipt")[0] for keys in processes}
    signatures = {keys.sign(b"receipt")[1] for keys in processes}

    assert len(kids) == len(signatures) == 1
    assert len(await store.keys.keys("signing")) == 1


async def test_a_signature_is_checked_with_the_public_key_alone(store: SqlStore) -> None:
    keys = SigningKeys(store.keys, SECRET)
    await keys.load()
    kid, signature = keys.sign(b"receipt")
    public = keys.public(kid)

    assert public
    Ed25519PublicKey.from_public_bytes(public).verify(signature, b"receipt")
    assert keys.verify(kid, b"receipt", signature)
    assert not keys.verify(kid, b"receipt!", signature)
    assert not keys.verify(kid, b"receipt", b"x" * 64)
    assert not keys.verify("unknown", b"receipt", signature)
    assert keys.public("unknown") is None


async def test_rotation_adds_a_key_and_keeps_the_old_one(store: SqlStore) -> None:
    keys = SigningKeys(store.keys, SECRET)
    await keys.load()
    old, signature = keys.sign(b"receipt")
    new = await keys.rotate()
    other = SigningKeys(store.keys, SECRET)
    await other.load()

    assert old != new == keys.sign(b"x")[0] == other.sign(b"x")[0]
    assert other.verify(old, b"receipt", signature)
    assert [key["kid"] for key in other.jwks()["keys"]] == [old, new]  # type: ignore[attr-defined]
    assert all("d" not in key for key in other.jwks()["keys"])  # type: ignore[attr-defined]


async def test_the_store_holds_keys_sealed_and_another_secret_does_not_open_them(store: SqlStore) -> None:
    keys = SigningKeys(store.keys, SECRET)
    await keys.load()

    with pytest.raises(Unavailable) as refused:
        await SigningKeys(store.keys, SECRET[::-1]).load()
    assert refused.value.code == "keys.sealed"

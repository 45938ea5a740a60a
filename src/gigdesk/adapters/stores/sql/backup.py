"""A backup of the embedded store: the database as of one moment, and every object that it refers to.

    gigdesk.db       a copy made while serving, checked after it was written
    objects/…        the originals, derivatives and thumbnails, by their keys
    manifest.json    the SHA-256 of each of these files; written last, so that a folder without it is no backup

Objects never change, so those that the copied rows name can be copied after the rows.
"""

import asyncio
import hashlib
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gigdesk.adapters.stores.sql.sqlite import path_of
from gigdesk.errors import Conflict, Invalid, NotFound, Unavailable
from gigdesk.evidence.ports import ObjectStorage

DATABASE = "gigdesk.db"
OBJECTS = "objects"
MANIFEST = "manifest.json"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How much a backup or a restore copied; ``missing`` are keys that the storage did not have."""

    objects: int
    size: int
    missing: tuple[str, ...] = ()


async def back_up(url: str, storage: ObjectStorage, folder: Path) -> Copied:
    """Copy the SQLite store at ``url`` and its objects into ``folder``, which must be empty or absent.

    Raises Conflict where something stands in ``folder``, Unavailable where the copy is not whole.
    """
    source = path_of(url)
    if not await asyncio.to_thread(source.is_file):
        raise NotFound("backup.no_database", "There is no database at %(path)s.", path=str(source))
    await asyncio.to_thread(_begin, folder)
    sums = {DATABASE: await asyncio.to_thread(_snapshot, source, folder / DATABASE)}
    missing, copied = [], 0
    keys = await asyncio.to_thread(_keys, folder / DATABASE)
    for key in keys:
        target = folder / OBJECTS / key
        try:
            sums[f"{OBJECTS}/{key}"], size = await _write(storage.read(key), target)
        except NotFound:
            missing.append(key)
        else:
            copied += size
    await asyncio.to_thread(_write_manifest, folder, sums)
    return Copied(objects=len(keys) - len(missing), size=copied, missing=tuple(missing))


async def restore(folder: Path, url: str, storage: ObjectStorage) -> Copied:
    """Put a backup back, after checking every file of it against the manifest.

    Raises Conflict where a database stands at ``url`` already, Invalid where the backup is not whole;
    then nothing was written. Objects that stand already, byte for byte, are not written again.
    """
    target = path_of(url)
    if await asyncio.to_thread(_stands, target):
        raise Conflict(
            "restore.exists",
            "A database stands at %(path)s already. Move it away, or choose another place.",
            path=str(target),
        )
    sums = await asyncio.to_thread(_checked_manifest, folder)
    copied = 0
    keys = [name.removeprefix(f"{OBJECTS}/") for name in sums if name != DATABASE]
    for key in keys:
        copied += await _put(storage, key, folder / OBJECTS / key, sums[f"{OBJECTS}/{key}"])
    await asyncio.to_thread(_place, folder / DATABASE, target)
    return Copied(objects=len(keys), size=copied)


def _stands(database: Path) -> bool:
    """Whether the database or a log beside it stands there: a left log would be played into the new one."""
    return any(database.with_name(database.name + end).exists() for end in ("", "-wal", "-journal"))


def _begin(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(
            "backup.exists", "%(path)s is not empty. Choose a new folder for each backup.", path=str(folder)
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _snapshot(source: Path, target: Path) -> str:
    """Copy the database as of one moment, while others write; its SHA-256. Raises Unavailable."""
    try:
        with closing(sqlite3.connect(source, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target)) as copy:
            [(verdict,)] = copy.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        raise Unavailable("backup.failed", "The copy failed: %(reason)s.", reason=str(error)) from error
    if verdict != "ok":
        raise Unavailable("backup.damaged", "The database is damaged: %(reason)s.", reason=verdict)
    target.chmod(0o600)
    _sync(target)
    return _digest(target)


def _keys(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM objects ORDER BY key")]


async def _write(blocks: AsyncIterator[bytes], target: Path) -> tuple[str, int]:
    """Write blocks to a file, durably; its SHA-256 and size. Leaves no file where reading fails."""
    digest, size = hashlib.sha256(), 0
    await asyncio.to_thread(target.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    file = await asyncio.to_thread(target.open, "xb")
    try:
        async for block in blocks:
            digest.update(block)
            size += await asyncio.to_thread(file.write, block)
        await asyncio.to_thread(file.flush)
        await asyncio.to_thread(os.fsync, file.fileno())
    except BaseException:
        await asyncio.to_thread(target.unlink)
        raise
    finally:
        file.close()
    return digest.hexdigest(), size


def _write_manifest(folder: Path, sums: dict[str, str]) -> None:
    document = {"version": 1, "madeAt": datetime.now(UTC).isoformat(), "sha256": sums}
    draft = folder / f".{MANIFEST}"
    draft.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    _sync(draft)
    draft.rename(folder / MANIFEST)
    _sync(folder)


def _checked_manifest(folder: Path) -> dict[str, str]:
    """File name → SHA-256, once every file was found to have it. Raises Invalid."""
    try:
        sums: dict[str, str] = json.loads((folder / MANIFEST).read_text("utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(
            "restore.no_manifest", "%(path)s holds no whole backup: no manifest.", path=str(folder)
        ) from error
    for name, expected in {DATABASE: "", **sums}.items():
        path = folder / name
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or not path.is_file() or _digest(path) != expected:
            raise Invalid("restore.damaged", "The backup's file %(name)s is missing or damaged.", name=name)
    return sums


async def _put(storage: ObjectStorage, key: str, source: Path, expected: str) -> int:
    """Store one file under its key, unless its very bytes stand there; how many it has."""
    size = (await asyncio.to_thread(source.stat)).st_size
    if await storage.size(key) == size and await _stored_digest(storage, key) == expected:
        return size
    writer = storage.create(key)
    try:
        for block in _blocks(source):
            await writer.write([block])
        await writer.finish()
    except BaseException:
        await writer.discard()
        raise
    return size


async def _stored_digest(storage: ObjectStorage, key: str) -> str:
    digest = hashlib.sha256()
    async for block in storage.read(key):
        digest.update(block)
    return digest.hexdigest()


def _place(source: Path, target: Path) -> None:
    """Copy the database to where it is used, whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.restoring")
    with draft.open("wb") as file:
        for block in _blocks(source):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o600)
    draft.rename(target)
    _sync(target.parent)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

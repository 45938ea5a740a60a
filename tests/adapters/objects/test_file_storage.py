"""Files on disk: durable in the right order, private, and honest about a full disk."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gigdesk import ids
from gigdesk.adapters.objects.file import FileStorage
from gigdesk.errors import Unavailable

MIB = 1 << 20


def run(script: str, *before: str) -> subprocess.CompletedProcess[str]:
    """The script in a process of its own, with the imports that it needs."""
    whole = (
        "import asyncio, json, os, resource, sys\n"
        "from gigdesk.adapters.objects.file import FileStorage\n"
        "from gigdesk.errors import Unavailable\n" + script
    )
    return subprocess.run(
        [*before, sys.executable, "-c", whole],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("blocks", [0, 3])
def test_what_is_finished_was_synced_then_named_then_its_folders_synced(tmp_path: Path, blocks: int) -> None:
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    done = run(
        f"""
async def main():
    storage = FileStorage.open("file:{tmp_path}/new/objects")
    writer = storage.create("ab/0123456789abcdef")
    for _ in range({blocks}):
        await writer.write([b"x" * 100] * 3)
    await writer.finish([b"end"])
    await storage.close()

asyncio.run(main())
""",
        *(strace, "-f", "-y", "-s", "0", "-o", str(trace)),
        *("-e", "trace=mkdir,mkdirat,rename,renameat,renameat2,fsync,fdatasync,writev,openat"),
    )
    assert done.returncode == 0, done.stderr
    names = {"mkdirat": "mkdir", "renameat": "rename", "renameat2": "rename"}
    calls = []
    for line in trace.read_text().splitlines():
        found = re.search(r"\b(mkdir|mkdirat|rename\w*|fsync|fdatasync|writev)\((.*)\)\s+= \d", line)
        if found and str(tmp_path) in found[2]:
            path = found[2].replace(str(tmp_path), "").replace("/objects/.incoming", "/objects/.in")
            path = re.sub(r"[0-9a-f]{32}", "TEMP", path)
            at = re.search(r"[<\"](/[^>\"]*|)[>\"]", path)
            calls.append(f"{names.get(found[1], found[1])} {at[1] if at else ''}")
    assert calls == [
        *("mkdir /new", "fsync "),
        *("mkdir /new/objects", "fsync /new"),
        *("mkdir /new/objects/.in", "fsync /new/objects"),
        *["writev /new/objects/.in/TEMP"] * (blocks + 1),
        "fdatasync /new/objects/.in/TEMP",
        *("mkdir /new/objects/ab", "fsync /new/objects"),
        "rename /new/objects/.in/TEMP",
        "fsync /new/objects/ab",
    ]


async def test_nobody_else_on_the_machine_can_read(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        storage = FileStorage(tmp_path / "objects")
        await storage.create("ab/0123456789abcdef").finish([b"x"])
    finally:
        os.umask(old)
    await storage.close()
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"objects": 0o700, ".incoming": 0o700, "ab": 0o700, "0123456789abcdef": 0o600}


async def test_what_a_crash_leaves_is_listed_when_old_and_can_be_deleted(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "objects")
    done = run(
        f"""
async def main():
    storage = FileStorage.open("file:{tmp_path}/objects")
    await storage.create("ab/0123456789abcdef").write([b"half"])
    os._exit(9)

asyncio.run(main())
"""
    )
    assert done.returncode == 9
    assert [found async for found in storage.older_than(datetime.now(UTC) - timedelta(hours=1))] == []
    (found,) = [found async for found in storage.older_than(datetime.now(UTC) + timedelta(hours=1))]
    assert found.size == 4
    assert found.key.startswith(".incoming/")
    await storage.delete(found.key)
    assert list((tmp_path / "objects" / ".incoming").iterdir()) == []
    await storage.close()


async def test_folders_that_somebody_took_away_are_made_again(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "objects")
    for gone in (".incoming", "ab", ""):
        await storage.create("ab/0123456789abcdef").finish([b"x"])
        shutil.rmtree(tmp_path / "objects" / gone)
        await storage.create("ab/0123456789abcde0").finish([b"y"])
        assert await storage.size("ab/0123456789abcde0") == 1
    writer = storage.create("ab/0123456789abcde1")
    await writer.write([b"z"])
    shutil.rmtree(tmp_path / "objects" / "ab")
    await writer.finish()
    assert await storage.size("ab/0123456789abcde1") == 1
    await storage.close()


async def test_the_age_of_an_object_is_that_of_its_last_byte(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "objects")
    old, new = ids.object_key(), ids.object_key()
    for key in (old, new):
        await storage.create(key).finish([b"x"])
    then = time.time() - 49 * 3600
    os.utime(storage.path(old), (then, then))
    moment = datetime.now(UTC) - timedelta(hours=48)
    assert [found.key async for found in storage.older_than(moment)] == [old]
    await storage.close()


async def test_a_link_in_place_of_an_object_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    storage = FileStorage(tmp_path / "objects")
    await storage.create("ab/0123456789abcdef").finish([b"x"])
    (storage.root / "ab" / "linked-0123").symlink_to(tmp_path / "secret")
    with pytest.raises(Unavailable):
        [block async for block in storage.read("ab/linked-0123")]
    await storage.close()


def test_a_file_cut_off_by_a_limit_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    done = run(FILL.format(root=tmp_path / "objects", prepare=LIMIT_FILES))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == FULL


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 3 MiB."""
    with tempfile.TemporaryDirectory(prefix="gigdesk-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "gigdesk-test", folder]
        if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("this user may not mount a small disk")
        yield Path(folder)
        subprocess.run(["umount", folder], check=True, capture_output=True)


def test_a_full_disk_is_unavailable_and_leaves_nothing(small_disk: Path) -> None:
    done = run(FILL.format(root=small_disk / "objects", prepare=""))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == FULL


LIMIT_FILES = "resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))"
FILL = """
{prepare}

async def fill(storage, finish):
    writer = storage.create("ab/0123456789abcdef")
    try:
        if finish:
            await writer.finish([b"x" * 700_000] * 8)
        else:
            for _ in range(8):
                await writer.write([b"x" * 700_000])
    except Unavailable as error:
        return error.code
    finally:
        await writer.discard()

async def main():
    storage = FileStorage.open("file:{root}")
    codes = [await fill(storage, False), await fill(storage, True)]
    left = [path.name for path in storage.root.rglob("*") if path.is_file()]
    await storage.create("ab/0123456789abcdef").finish([b"small enough"])
    print(json.dumps({{"codes": codes, "left": left, "size": await storage.size("ab/0123456789abcdef")}}))
    await storage.close()

asyncio.run(main())
"""
FULL = {"codes": ["storage.full", "storage.full"], "left": [], "size": 12}


@pytest.mark.parametrize(
    ("url", "root"),
    [("file:/srv/objects", "/srv/objects"), ("file:///srv/objects", "/srv/objects"), ("file:a/b", "a/b")],
)
def test_an_address_names_a_folder(url: str, root: str) -> None:
    assert FileStorage.open(url).root == Path(root).absolute()


@pytest.mark.parametrize("url", ["file:", "file://host/folder", "s3://bucket", "objects"])
def test_another_address_is_a_mistake(url: str) -> None:
    with pytest.raises(ValueError):
        FileStorage.open(url)

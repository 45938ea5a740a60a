"""An archive that is made while it is sent: whole, or no archive; little of it in memory; safe names."""

import io
import subprocess
import tracemalloc
import unicodedata
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gigdesk.errors import Unavailable
from gigdesk.web.archive import Entry, Packed, archive, numbered, text_entry

MEGABYTE = bytes(1 << 20)


def last(packed: list[Packed]) -> Entry:
    return text_entry("manifest.json", "\n".join(f"{p.path} {p.size} {p.sha256}" for p in packed).encode())


def of(path: str, *blocks: bytes, size: int | None = None) -> Entry:
    async def read() -> AsyncIterator[bytes]:
        for block in blocks:
            yield block

    return Entry(path=path, size=sum(map(len, blocks)) if size is None else size, blocks=read)


async def into(got: list[bytes], *entries: Entry) -> None:
    async for block in archive(entries, last):
        got += (block,)


async def whole(*entries: Entry) -> bytes:
    got: list[bytes] = []
    await into(got, *entries)
    return b"".join(got)


async def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    made = await whole(of("case.json", b"{}"), of("files/01 ñ.jpg", b"abc", b"def"), of("empty"))
    read = zipfile.ZipFile(io.BytesIO(made))
    assert read.testzip() is None
    assert read.namelist() == ["case.json", "files/01 ñ.jpg", "empty", "manifest.json"]
    assert read.read("files/01 ñ.jpg") == b"abcdef"
    assert b"files/01 \xc3\xb1.jpg 6 bef57ec7" in read.read("manifest.json")
    (tmp_path / "made.zip").write_bytes(made)
    tested = subprocess.run(["unzip", "-tq", str(tmp_path / "made.zip")], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stdout + tested.stderr


async def test_an_entry_that_may_be_of_4_gib_has_its_fields() -> None:
    sizes = {"small": 5, "large": 5 << 30}
    headers = {}
    for path, size in sizes.items():
        blocks = archive([of(path, b"x", size=size)], last)
        headers[path] = await anext(blocks)
        with pytest.raises(Unavailable):
            async for _ in blocks:
                pass
    field = b"\x01\x00\x10\x00"  # APPNOTE 4.5.3: ZIP64, two sizes of eight bytes
    assert field in headers["large"]
    assert field not in headers["small"]


async def test_a_file_that_ends_early_or_breaks_leaves_no_archive() -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield MEGABYTE
        raise Unavailable("storage.unavailable", "Away.")

    for torn in (of("a", b"12345", size=6), Entry(path="a", size=2 << 20, blocks=breaking)):
        got: list[bytes] = []
        with pytest.raises(Unavailable):
            await into(got, of("before", b"whole"), torn, of("after", b"x"))
        assert got[0].startswith(b"PK\x03\x04")
        assert not zipfile.is_zipfile(io.BytesIO(b"".join(got)))


async def test_no_more_than_a_few_blocks_are_held() -> None:
    async def peak(count: int) -> int:
        tracemalloc.start()
        async for _ in archive([of("film.mp4", *[MEGABYTE] * count)], last):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = await peak(4), await peak(40)
    assert many < few + len(MEGABYTE)
    assert many < 8 * len(MEGABYTE)


@pytest.mark.parametrize(
    "name",
    [
        "photo.jpg",
        "",
        "../../etc/passwd",
        "..",
        "C:\\boot.ini",
        "/abs/x.png",
        "con",
        "nul.jpg",
        "a\x00b\n.jpg",
        "\u202egpj.exe",
        "é" * 200 + ".jpg",
        ".hidden",
        "a" * 400,
        "COM1.jpg",
        "trailing. ",
        "~/x",
    ],
)
def test_names_are_safe_on_every_system(name: str) -> None:
    made = numbered(3, name, "image/jpeg")
    assert made.startswith("03 ")
    assert made.endswith(".jpg")
    assert not set(made) & set('/\\:*?"<>|\0\n\u202e')
    assert len(made.encode()) <= 255
    assert made == unicodedata.normalize("NFC", made)


def test_no_two_files_share_a_name() -> None:
    names = [numbered(n, name, "image/jpeg") for n, name in enumerate(["A.jpg", "a.jpg", "a.JPG"] * 50, 1)]
    assert len({name.casefold() for name in names}) == 150

"""What people are shown of a picture is a picture and nothing else, and no picture harms who looks at it."""

import asyncio
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageCms

import samples
from bombs import BOMBS, gif_of_frames
from gigdesk.adapters.media.image_cleaner import ImageCleaner, failure
from gigdesk.errors import Invalid, Unavailable
from gigdesk.evidence.filetype import recognise
from gigdesk.evidence.ports import CleanImage

SOURCE = str(Path(__file__).parents[3] / "src")
RED, BLUE, WHITE = (200, 30, 30), (30, 30, 200), (255, 255, 255)


async def cleaned(tmp_path: Path, content: bytes, media_type: str) -> CleanImage:
    original, folder = tmp_path / "original", tmp_path / "scratch"
    original.write_bytes(content)
    folder.mkdir()
    return await ImageCleaner().clean(original, media_type, folder)


def near(found, wanted) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(found[:3], wanted, strict=True))


def assert_upright(image: Image.Image) -> None:
    """Red at the left, blue at the right, the mark at the top left."""
    rgb, (width, height) = image.convert("RGB"), image.size
    assert near(rgb.getpixel((width // 4, height // 2)), RED)
    assert near(rgb.getpixel((3 * width // 4, height // 2)), BLUE)
    assert near(rgb.getpixel((width // 32, height // 32)), WHITE)


def assert_bare(path: Path) -> None:
    """No trace of place, owner or anything but pixels."""
    content = path.read_bytes()
    for trace in (b"Exif", b"GPS", b"Quill", b"xmpmeta", b"ICC_PROFILE", b"iCCP", b"8BIM", b"tEXt", b"iTXt", b"eXIf",
                  b"zTXt", samples.MARKER, b"<?php", b"<html", b"PK\3\4"):  # fmt: skip
        assert trace not in content
    with Image.open(path) as image:
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not image.getexif()
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.abuse(28)
@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.jpeg_with_gps(), "image/jpeg"),
        (samples.png_with_gps(), "image/png"),
        (samples.webp_with_gps(), "image/webp"),
        (samples.avif(), "image/avif"),
        (samples.heic(), "image/heic"),
        (samples.heif(), "image/heif"),
        (samples.gif(), "image/gif"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_picture_is_shown_without_place_owner_or_comment(tmp_path, content, media_type) -> None:
    assert b"Quill" in content
    found = await cleaned(tmp_path, content, media_type)
    assert (found.width, found.height) == (96, 64)
    for path in (found.derivative, found.thumbnail):
        assert_bare(path)
        assert recognise(path.read_bytes()).name == found.media_type
        with Image.open(path) as image:
            assert_upright(image)


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_photo_stands_upright_however_the_camera_was_held(tmp_path, orientation) -> None:
    backwards = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    held = samples.picture() if backwards is None else samples.picture().transpose(backwards)
    found = await cleaned(
        tmp_path, samples.saved(held, "JPEG", exif=samples.exif(orientation), quality=95), "image/jpeg"
    )
    assert (found.width, found.height) == (96, 64)
    for path in (found.derivative, found.thumbnail):
        with Image.open(path) as image:
            assert_upright(image)


@pytest.mark.parametrize(
    ("form", "media_type"), [("HEIF", "image/heic"), ("AVIF", "image/avif"), ("WEBP", "image/webp")]
)
async def test_other_formats_stand_upright_too(tmp_path, form, media_type) -> None:
    held = samples.picture().transpose(Image.Transpose.ROTATE_90)
    found = await cleaned(tmp_path, samples.saved(held, form, exif=samples.exif(6)), media_type)
    with Image.open(found.derivative) as image:
        assert_upright(image)


async def test_a_large_photo_is_made_smaller_and_keeps_its_shape(tmp_path) -> None:
    found = await cleaned(tmp_path, samples.jpeg(4032, 3024), "image/jpeg")
    assert (found.width, found.height) == (2560, 1920)
    with Image.open(found.derivative) as image:
        assert image.size == (2560, 1920)
        assert_upright(image)
    with Image.open(found.thumbnail) as image:
        assert image.size == (400, 300)


@pytest.mark.parametrize(
    ("image", "form", "media_type"),
    [
        (samples.picture(mode="CMYK"), "JPEG", "image/jpeg"),
        (samples.picture(mode="RGBA"), "PNG", "image/png"),
        (samples.picture(mode="P"), "PNG", "image/png"),
        (samples.picture(4000, 3000, "P"), "PNG", "image/png"),
        (samples.picture(4000, 3000, "CMYK"), "JPEG", "image/jpeg"),
        (samples.picture(4000, 3000, "RGBA"), "PNG", "image/png"),
        (samples.picture(4000, 3000), "HEIF", "image/heic"),
        (samples.picture(4000, 3000), "AVIF", "image/avif"),
        (samples.picture(4000, 3000), "WEBP", "image/webp"),
    ],
    ids=lambda value: f"{value.mode}{value.width}" if isinstance(value, Image.Image) else "",
)
async def test_every_way_to_store_colours_is_shown_in_its_colours(tmp_path, image, form, media_type) -> None:
    found = await cleaned(tmp_path, samples.saved(image, form), media_type)
    with Image.open(found.derivative) as shown:
        assert shown.mode == "RGB"
        assert_upright(shown)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16"])
async def test_grey_is_shown_as_grey(tmp_path, mode) -> None:
    grey = (
        Image.new("I;16", (64, 64), 128 * 256)
        if mode == "I;16"
        else Image.new("L", (64, 64), 128).convert(mode)
    )
    found = await cleaned(tmp_path, samples.saved(grey, "PNG"), "image/png")
    with Image.open(found.derivative) as shown:
        middle = sum(shown.convert("L").tobytes()) / 64 / 64
    assert abs(middle - 128) < 4


async def test_what_is_transparent_stays_transparent(tmp_path) -> None:
    glass = Image.new("RGBA", (3000, 200), (10, 200, 10, 0))
    glass.paste((200, 10, 10, 255), (0, 0, 1500, 200))
    found = await cleaned(tmp_path, samples.saved(glass, "PNG"), "image/png")
    assert found.media_type == "image/png"
    for path in (found.derivative, found.thumbnail):
        assert_bare(path)
        with Image.open(path) as shown:
            assert shown.getpixel((5, 5)) == (200, 10, 10, 255)
            assert shown.getpixel((shown.width - 5, 5))[3] == 0


async def test_a_transparent_palette_and_a_drawing_stay_sharp(tmp_path) -> None:
    drawing = samples.picture().quantize(4)
    found = await cleaned(tmp_path, samples.saved(drawing, "PNG", transparency=0), "image/png")
    assert found.media_type == "image/png"
    with Image.open(found.derivative) as shown:
        assert shown.getchannel("A").getextrema() == (0, 255)


async def test_colours_of_a_wide_profile_are_shown_as_meant(tmp_path) -> None:
    swapped = _profile_with_red_and_blue_swapped()
    content = samples.saved(samples.picture(), "JPEG", icc_profile=swapped, quality=95)
    found = await cleaned(tmp_path, content, "image/jpeg")
    with Image.open(found.derivative) as shown:
        assert near(shown.getpixel((24, 32)), BLUE)
    assert_bare(found.derivative)


@pytest.mark.parametrize(
    "profile", [b"nonsense", b"\0" * 5000, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
async def test_a_profile_that_cannot_be_used_is_passed_over(tmp_path, profile) -> None:
    found = await cleaned(
        tmp_path, samples.saved(samples.picture(), "JPEG", icc_profile=profile), "image/jpeg"
    )
    with Image.open(found.derivative) as shown:
        assert_upright(shown)
    assert_bare(found.derivative)


async def test_of_an_animation_the_first_frame_is_shown(tmp_path) -> None:
    found = await cleaned(tmp_path, samples.gif(frames=20), "image/gif")
    with Image.open(found.derivative) as shown:
        assert_upright(shown)
    assert_bare(found.derivative)


async def test_of_several_pictures_in_one_file_the_first_is_shown(tmp_path) -> None:
    several = samples.saved(samples.picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))])
    found = await cleaned(tmp_path, several, "image/jpeg")
    with Image.open(found.derivative) as shown:
        assert_upright(shown)


@pytest.mark.abuse(22)
@pytest.mark.parametrize(
    ("name", "content"), samples.polyglots(), ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_picture_of_two_natures_is_inert_or_refused(tmp_path, name, content) -> None:
    found = recognise(content)
    if found is None or not found.name.startswith("image/"):
        return
    try:
        clean = await cleaned(tmp_path, content, found.name)
    except Invalid:
        return
    for path in (clean.derivative, clean.thumbnail):
        assert_bare(path)
        assert b"script" not in path.read_bytes()


@pytest.mark.abuse(23)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_judged_in_little_memory_and_time(tmp_path, bomb) -> None:
    content, media_type, reason = BOMBS[bomb]
    answer = child(tmp_path, content, media_type)
    assert answer["sealed"] is True
    assert 0 < answer["peak"] < 128 << 10
    if reason:
        assert answer["refused"] == reason


@pytest.mark.abuse(23)
async def test_a_gif_of_a_thousand_frames_is_shown_and_one_more_is_not(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = await cleaned(tmp_path / "a", gif_of_frames(1000), "image/gif")
    assert found.width == 8
    with pytest.raises(Invalid, match="1,000 frames"):
        await cleaned(tmp_path / "b", gif_of_frames(1001), "image/gif")


@pytest.mark.parametrize("name", [name for name in samples.every_type() if name.startswith("image/")])
async def test_a_picture_cut_short_is_unreadable(tmp_path, name) -> None:
    whole = samples.every_type()[name] if name != "image/gif" else samples.saved(noise().convert("P"), "GIF")
    with pytest.raises(Invalid) as refused:
        await cleaned(tmp_path, whole[: len(whole) * 2 // 3], name)
    assert refused.value.code == "evidence.unreadable"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "image/jpeg"),
        (bytes.fromhex("ffd8ffe000104a46494600") + bytes(range(256)) * 9, "image/jpeg"),
        (samples.png(), "image/jpeg"),
        (samples.ftyp(b"heic", b"mif1"), "image/heic"),
        (samples.ftyp(b"avif", b"mif1") + bytes(900), "image/avif"),
        (samples.mp4(), "image/heic"),
        (samples.svg(), "image/png"),
    ],
    ids=range(7),
)  # fmt: skip
async def test_what_only_begins_like_a_picture_is_unreadable(tmp_path, content, media_type) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        await cleaned(tmp_path, content, media_type)


@pytest.mark.abuse(24)
def test_random_damage_never_keeps_the_child_from_answering(tmp_path) -> None:
    import random

    dice = random.Random(24)
    for name in ("image/heic", "image/webp", "image/avif", "image/jpeg", "image/png"):
        for round_ in range(4):
            damaged = bytearray(samples.every_type()[name])
            for _ in range(12):
                damaged[dice.randrange(12, len(damaged))] = dice.randrange(256)
            folder = tmp_path / f"{name[6:]}{round_}"
            folder.mkdir()
            answer = child(folder, bytes(damaged), name)
            assert "rendered" in answer or answer["refused"] in {"damaged", "too_many_pixels", "too_costly"}


@pytest.mark.abuse(24)
@pytest.mark.parametrize(
    "number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGXCPU, signal.SIGXFSZ]
)
def test_a_decoder_that_breaks_down_costs_one_picture(number) -> None:
    assert isinstance(failure(-number), Invalid)


@pytest.mark.parametrize("status", [-signal.SIGKILL, -signal.SIGTERM, 1, 0])
def test_an_end_from_outside_says_nothing_about_the_picture(status) -> None:
    assert isinstance(failure(status), Unavailable)


async def test_a_child_that_is_killed_is_asked_again_later(tmp_path) -> None:
    cleaning = asyncio.create_task(cleaned(tmp_path, slow(), "image/png"))
    victim = await the_child_of(psutil.Process())
    victim.kill()
    with pytest.raises(Unavailable) as told:
        await cleaning
    assert told.value.code == "cleaner.unavailable"
    assert told.value.retry_after


async def test_a_picture_that_takes_too_long_is_ended_and_asked_again_later(tmp_path) -> None:
    (tmp_path / "original").write_bytes(slow())
    with pytest.raises(Unavailable, match="too busy"):
        await ImageCleaner(wall_seconds=0.1).clean(tmp_path / "original", "image/png", tmp_path)
    assert not children_of(psutil.Process())


async def test_who_gives_up_leaves_no_child_behind(tmp_path) -> None:
    cleaning = asyncio.create_task(cleaned(tmp_path, slow(), "image/png"))
    await the_child_of(psutil.Process())
    cleaning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cleaning
    assert not children_of(psutil.Process())


async def test_no_more_children_at_a_time_than_were_allowed(tmp_path) -> None:
    cleaner = ImageCleaner(children=2)
    (tmp_path / "original").write_bytes(samples.jpeg())
    folders = [tmp_path / str(number) for number in range(8)]
    for folder in folders:
        folder.mkdir()
    all_of_them = asyncio.gather(
        *(cleaner.clean(tmp_path / "original", "image/jpeg", one) for one in folders)
    )
    most = 0
    while not all_of_them.done():
        most = max(most, len(children_of(psutil.Process())))
        await asyncio.sleep(0.005)
    assert len(await all_of_them) == 8
    assert 1 <= most <= 2


async def test_without_a_folder_or_an_original_it_is_unavailable(tmp_path) -> None:
    with pytest.raises(Unavailable):
        await ImageCleaner().clean(tmp_path / "gone", "image/jpeg", tmp_path)
    (tmp_path / "original").write_bytes(samples.jpeg())
    with pytest.raises(Unavailable):
        await ImageCleaner().clean(tmp_path / "original", "image/jpeg", tmp_path / "gone")


async def test_a_child_ends_with_its_parent(tmp_path) -> None:
    (tmp_path / "original").write_bytes(slow())
    program = (
        "import asyncio, pathlib, sys; from gigdesk.adapters.media.image_cleaner import ImageCleaner; "
        "here = pathlib.Path(sys.argv[1]); "
        "asyncio.run(ImageCleaner().clean(here / 'original', 'image/png', here))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], env=environment())
    try:
        orphan = await the_child_of(psutil.Process(parent.pid))
    finally:
        parent.kill()
        parent.wait(10)
    _, alive = psutil.wait_procs([orphan], timeout=5)
    assert not alive


async def test_results_are_private_and_the_environment_stays_behind(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GIGDESK_SECRET", "x" * 40)
    cleaning = asyncio.create_task(cleaned(tmp_path, slow(), "image/png"))
    looked = await the_child_of(psutil.Process())
    assert set(looked.environ()) == {"LC_ALL", "MALLOC_ARENA_MAX"}
    assert os.getsid(looked.pid) == looked.pid
    found = await cleaning
    assert found.derivative.stat().st_mode & 0o077 == 0


def environment() -> dict[str, str]:
    return {"PYTHONPATH": SOURCE}


def child(folder: Path, content: bytes, media_type: str) -> dict[str, object]:
    """What the child process itself answers."""
    (folder / "original").write_bytes(content)
    program = "import sys; from gigdesk.adapters.media.child import main; main(*sys.argv[1:])"
    with (folder / "original").open("rb") as source:
        done = subprocess.run(
            [sys.executable, "-c", program, media_type, str(os.getpid())],
            stdin=source, capture_output=True, cwd=folder, env=environment(), timeout=30,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def children_of(process: psutil.Process) -> list[psutil.Process]:
    """The cleaner's children, not the servers that this process has started for other tests."""
    found = []
    for child in process.children():
        with contextlib.suppress(OSError):
            if b"gigdesk.adapters.media" in Path(f"/proc/{child.pid}/cmdline").read_bytes():
                found.append(child)
    return found


async def the_child_of(process: psutil.Process) -> psutil.Process:
    for _ in range(1000):
        for found in children_of(process):
            return found
        await asyncio.sleep(0.005)
    raise AssertionError("no child was started")


def noise() -> Image.Image:
    return Image.effect_noise((200, 200), 90).convert("RGB")


_slow: list[bytes] = []


def slow() -> bytes:
    """Half a second's work: 48 megapixels of one colour."""
    if not _slow:
        _slow.append(samples.saved(Image.new("RGB", (8000, 6000), RED), "PNG", compress_level=1))
    return _slow[0]


def _profile_with_red_and_blue_swapped() -> bytes:
    """sRGB whose red and blue primaries have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {
        bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12)
    }
    red, blue = tags[b"rXYZ"] + 4, tags[b"bXYZ"] + 4
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    description = tags[b"desc"]
    start, size = (int.from_bytes(profile[description + n : description + n + 4]) for n in (4, 8))
    profile[start : start + size] = bytes(profile[start : start + size]).replace(b"s\0R\0G\0B", b"S\0w\0a\0p")
    return bytes(profile)


def test_the_profile_for_the_test_says_another_name() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(_profile_with_red_and_blue_swapped()))
    assert "sRGB" not in profile.profile.profile_description

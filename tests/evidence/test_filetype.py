"""The type of a file is what its first bytes say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import samples
from gigdesk.evidence.filetype import ALLOWED, HEAD_BYTES, allowed_words, media_type, recognise

# What a polyglot is told to be; all others are none that is taken.
TAKEN = {
    **dict.fromkeys(
        ["comment.jpg", "exif.jpg", "iptc.jpg.php", "profile.jpg", "appended.html", "appended.php", "script.js",
         "jar.jpg", "zip.jpg", "pdf.jpg", "phar.jpg", "rar.jpg"], "image/jpeg"),
    **dict.fromkeys(["script.gif", "gifar.gif", "appended.gif", "comment.gif", "shell.gif.php"], "image/gif"),
    **dict.fromkeys(["text.png", "packed.png", "itext.png", "profile.png", "exif.png", "unknown.png", "appended.png",
                     "zip.png"], "image/png"),
    **dict.fromkeys(["appended.webp", "xmp.webp"], "image/webp"),
    **dict.fromkeys(["appended.avif", "xmp.avif"], "image/avif"),
    **dict.fromkeys(["appended.heic", "exif.heic"], "image/heic"),
    **dict.fromkeys(["appended.pdf", "action.pdf"], "application/pdf"),
    **dict.fromkeys(["appended.mp4", "free.mp4"], "video/mp4"),
    "data.mov": "video/quicktime",
    "appended.webm": "video/webm",
}  # fmt: skip


def told(content: bytes, name: str = "") -> str | None:
    found = recognise(content[:HEAD_BYTES], name)
    return found.name if found else None


@pytest.mark.parametrize("name", [media_type.name for media_type in ALLOWED])
def test_a_real_file_is_recognised(name: str) -> None:
    assert told(samples.every_type()[name]) == name


@pytest.mark.parametrize(
    ("who", "head", "name"), samples.phones(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_phones_and_cameras_write_is_recognised(who: str, head: bytes, name: str) -> None:
    assert told(head) == name
    assert told(head + bytes(5000)) == name


@pytest.mark.abuse(22)
@pytest.mark.parametrize(
    ("name", "content"), samples.polyglots(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_first_bytes_tell_and_the_name_does_not(name: str, content: bytes) -> None:
    assert told(content, name) == TAKEN.get(name)


def test_the_corpus_is_large_enough_and_says_what_it_expects() -> None:
    names = [name for name, _ in samples.polyglots()]
    assert len(names) == len(set(names)) >= 30
    assert set(TAKEN) <= set(names)


@pytest.mark.parametrize(
    "name", ["image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "video/mp4"]
)
def test_sixteen_bytes_are_enough(name: str) -> None:
    assert told(samples.every_type()[name][:16]) == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (bytes.fromhex("ffd8ffe000104a46494600") + bytes(range(256)), "image/jpeg"),
        (b"\0\0\0\x20ftypisom" + bytes(range(256)), "video/mp4"),
        (b"", None),
        (b"\xff", None),
        (b"\xff\xd8", None),
        (b"\xff\xd8\xff\x00", None),
        (b"\x89PN", None),
        (b"RIFF", None),
        (b"GIF88a", None),
        (b"%PDF", None),
        (b"%PDF-", None),
        (b"%PDF-9.1\n", None),
        (b"\0\0\0\x18ftyp", None),
        (b"\0\0\0\x18ftypzzzz\0\0\0\0yyyyxxxx", None),
        (b"\0\0\0\x10ftypzzzz\0\0\0\0isomisom", None),
        (b"\0\0\0\4free" + bytes(20), None),
        (b"\0\0\0\x40moov\0\0\0\x20html" + bytes(20), None),
        (b"\0\0\0\x08wide\0\0\0\x20html" + bytes(20), None),
        (b"\x1a\x45\xdf\xa3", None),
        (b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(5000), None),
        (b"\x1a\x45\xdf\xa3\xff\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"),
        (samples.ebml_header(b"webmx"), None),
    ],
)  # fmt: skip
def test_short_broken_and_made_up_heads(head: bytes, name: str | None) -> None:
    assert told(head) == name


@given(st.binary(max_size=200), st.sampled_from([head for _, head, _ in samples.phones()]), st.data())
def test_any_bytes_get_an_answer(noise: bytes, head: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(head)))
    for content in (noise, head[:cut], head[:cut] + noise, b"\x1a\x45\xdf\xa3" + noise, head[:8] + noise):
        assert told(content) in {None, *(media_type.name for media_type in ALLOWED)}


@given(st.text(alphabet=st.characters(codec="utf-8", min_codepoint=32), max_size=200))
def test_no_text_is_taken_for_a_film_or_a_picture(text: str) -> None:
    assert told(text.encode()) in {None, "application/pdf"}


def test_each_type_stands_under_its_name_and_in_words() -> None:
    assert [media_type(known.name) for known in ALLOWED] == list(ALLOWED)
    assert media_type("image/svg+xml") is None
    for known in ALLOWED:
        word = known.extension.replace("jpg", "jpeg").replace("heif", "heic")
        assert word in allowed_words().lower()

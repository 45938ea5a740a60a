"""Headers of a part: what clients write comes back as it was meant, anything else is refused in words."""

import re
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gigdesk.errors import GigdeskError, Malformed
from gigdesk.web.language import Languages
from gigdesk.web.part_headers import parameters, part_of

NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60)
WORDS = [
    ";",
    "=",
    '"',
    "\\",
    " ",
    "\t",
    "name",
    "filename",
    "filename*",
    "UTF-8''",
    "%C3%B6",
    "%22",
    "form-data",
    "a",
]


def named(disposition: str) -> str | None:
    return part_of([("Content-Disposition", disposition)]).filename


def by_browser(name: str) -> str:
    """As WHATWG's encoding of multipart/form-data writes it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@settings(max_examples=400, deadline=None)
@given(NAMES)
@example("a\\")
@example('a"b\\c.jpg')
@example("größe 📷.jpg")
def test_a_name_comes_back_as_a_browser_sent_it(name: str) -> None:
    assume(not re.search("%22|%0[AaDd]", name))  # a browser writes these and what they stand for alike
    assume('\\"' not in name)
    assume("\\\\" not in name)
    assert named(f'form-data; name="files"; filename="{by_browser(name)}"') == name


@settings(max_examples=400, deadline=None)
@given(NAMES)
def test_a_name_comes_back_as_rfc_8187_has_it(name: str) -> None:
    extended = f"filename*=UTF-8''{quote(name, safe='')}"
    assert named(f"form-data; name=files; {extended}") == name
    assert named(f"form-data; name=files; {extended.replace('UTF-8', 'utf-8')} ; x=y") == name


@pytest.mark.abuse(5)
@settings(max_examples=300, deadline=None)
@given(NAMES, NAMES)
def test_two_names_agree_or_are_refused(plain: str, extended: str) -> None:
    assume('"' not in plain)
    assume("\\" not in plain)
    assume("%" not in plain)
    header = f"form-data; name=files; filename=\"{plain}\"; filename*=UTF-8''{quote(extended, safe='')}"
    if plain == extended:
        assert named(header) == plain
    else:
        with pytest.raises(Malformed):
            named(header)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=30).map("".join))
def test_any_words_are_read_or_refused(text: str) -> None:
    for value in (text, f"form-data; {text}", f"form-data; name=files; {text}"):
        with suppress(GigdeskError):
            part = part_of([("Content-Disposition", value)])
            assert part.name
        with suppress(GigdeskError):
            assert all(name for name in parameters(value)[1])


@pytest.mark.parametrize(
    "header",
    [
        ("Content-Type", "multipart/mixed"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", "form-data; name=b"),
        ("", "x"),
        ("X y", "x"),
        ("X", "a\x00b"),
        ("X", "a\nb"),
        ("X", "y" * 5000),
        ("Ä", "x"),
    ],
)
def test_one_bad_header_refuses_the_part(header: tuple[str, str]) -> None:
    good = ("Content-Disposition", "form-data; name=a")
    assert part_of([good]).name == "a"
    with pytest.raises(Malformed):
        part_of([good, header])


SPANISH = Languages().negotiate("es")
BAD = (
    [("X", "a"), ("X", "b")],
    [("Content-Disposition", "form-data; name=a; name=b")],
    [("Content-Disposition", 'form-data; name="a')],
    [("Content-Type", "text/plain")],
)


@pytest.mark.parametrize("headers", BAD)
def test_what_a_part_has_is_told_in_one_language(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(Malformed) as refused:
        part_of(headers)
    english, spanish = str(refused.value.values["what"]), SPANISH.say("%(what)s", refused.value.values)
    assert english in str(refused.value)
    assert spanish not in ("", english)
    assert "%(" not in spanish

"""Languages: which one somebody gets, whether catalogues are whole, how times and sizes read."""

import importlib.util
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gigdesk.language import Worded
from gigdesk.web.language import FOLDER, Languages, accepted, compile_catalogue, load

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
PLACE = re.compile(r"%\(\w+\)[sd]|%%")
WORD = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def languages():
    return Languages()


@pytest.fixture(scope="module")
def catalogue_tool():
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "frontend" / "catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("header", "person", "tag"),
    [
        ("", "", "en"),
        ("es", "", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "", "es"),
        ("de-DE,de;q=0.9,es;q=0.5,en;q=0.4", "", "es"),
        ("en;q=0.5, es;q=0.9", "", "es"),
        ("es;q=0, en", "", "en"),
        ("zh-Hant-TW", "", "en"),
        ("en", "es_ES", "es"),
        ("es", "en-GB", "en"),
        ("es", "nonsense!", "es"),
        ("*", "", "en"),
        (",;q=,es;q=x;;", "", "en"),
        ("es;q=0.8" + ",x" * 10_000, "", "es"),
    ],
)
def test_a_person_gets_their_own_language_then_the_browsers(languages, header, person, tag):
    assert languages.negotiate(header, person).tag == tag


def test_regions_that_nobody_knows_are_not_remembered(languages):
    for number in range(200):
        languages.negotiate(f"es-{number:03}")
    assert len(languages._made) < 60


def test_ranges_are_ordered_by_quality_and_bounded():
    assert accepted("a;q=0.1,b,c;q=0.5") == ["b", "c", "a"]
    assert len(accepted(",".join(["en"] * 500))) <= 20


def test_times_and_sizes_are_written_as_the_language_does(languages):
    english, spanish = languages.negotiate("en"), languages.negotiate("es")
    assert english.moment(AT) == "Monday, 23 November 2026, 10:42 UTC"
    assert spanish.moment(AT) == "lunes, 23 de noviembre de 2026, 10:42 UTC"
    assert (english.size(25 << 20), english.size(5_033_165), english.size(312)) == (
        "25 MB",
        "4.8 MB",
        "312 B",
    )
    assert spanish.size(5_033_165) == "4,8 MB"
    assert english.span(timedelta(minutes=15)) == "15 minutes"
    assert spanish.span(timedelta(hours=24)) == "24 horas"
    assert english.span(timedelta(hours=1)) == "1 hour"


def test_a_sentence_is_filled_with_its_values(languages):
    assert languages.negotiate("en").say("At most %(limit)s.", {"limit": 10_000}) == "At most 10,000."
    assert languages.negotiate("en").say("100 %") == "100 %"


def test_a_catalogue_is_read_as_text_where_it_is_not_compiled(tmp_path):
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "gigdesk.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po.write_text(header + 'msgid "Send"\nmsgstr "Sende"\n')
    assert load(po).gettext("Send") == "Sende"
    po.with_suffix(".mo").write_bytes(compile_catalogue(po))
    assert load(po).gettext("Send") == "Sende"
    po.write_text(header + 'msgid "Send"\nmsgstr "Senden"\n')
    os.utime(po.with_suffix(".mo"), (1, 1))
    assert load(po).gettext("Send") == "Senden"


@pytest.mark.parametrize("po", sorted(FOLDER.glob("*/LC_MESSAGES/gigdesk.po")), ids=lambda p: p.parts[-3])
def test_every_sentence_of_the_source_is_translated(catalogue_tool, po):
    assert catalogue_tool.missing(po, catalogue_tool.source()) == []


@pytest.mark.parametrize("po", sorted(FOLDER.glob("*/LC_MESSAGES/gigdesk.po")), ids=lambda p: p.parts[-3])
def test_a_translation_keeps_the_places_of_its_sentence(po):
    with po.open("rb") as text:
        catalogue = read_po(text)
    for message in catalogue:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        for pattern in (PLACE, WORD):
            wanted = {frozenset(pattern.findall(i)) for i in ids}
            assert {frozenset(pattern.findall(s)) for s in said} <= wanted, message.id


@pytest.mark.parametrize(
    ("said", "english", "spanish"),
    [
        ({"en": "Van", "es": "Furgoneta"}, "Van", "Furgoneta"),
        ({"en": "Van"}, "Van", "Van"),
        ({"es": "Furgoneta"}, "Furgoneta", "Furgoneta"),
        ({"es": "Cerrado a las 9", "en": "Closed"}, "Closed", "Cerrado a las 9"),
    ],
)
def test_words_that_bring_their_translations_need_no_catalogue(languages, said, english, spanish):
    words = Worded(said)

    assert (languages.negotiate("en").gettext(words), languages.negotiate("es").gettext(words)) == (
        english,
        spanish,
    )
    assert languages.negotiate("es").gettext("Closed") == "Cerrado"

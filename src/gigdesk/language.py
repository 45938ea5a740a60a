"""Which language somebody reads, and how sentences, times and sizes are written in it.

A language is a file, ``locale/<tag>/LC_MESSAGES/gigdesk.po``; English is the source and needs none. The build
compiles catalogues; where a compiled one is absent or older, the text is read at start.
"""

import gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gigdesk.errors import Phrase

if TYPE_CHECKING:
    from babel import Locale

SOURCE = "en"
FOLDER = Path(__file__).parent / "locale"
# Plain "en" has no dates of its own in CLDR but those of the United States.
HOME = {"en": "en_GB"}
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_].*)?")
_RANGE = re.compile(r"\s*([A-Za-z0-9*_-]{1,35})\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
MAX_RANGES = 20


class Worded(str):
    """Words that bring their translations along, by tag, since no catalogue has them: what a host wrote.

    As a string they are the English ones, or the first where there are none in English.
    """

    __slots__ = ("_said",)
    _said: Mapping[str, str]

    def __new__(cls, said: Mapping[str, str]) -> "Worded":
        """Raises StopIteration where nothing is said."""
        made = super().__new__(cls, said.get(SOURCE) or next(iter(said.values())))
        made._said = dict(said)
        return made

    def in_language(self, tag: str) -> str:
        """The words in this language, or those that there are."""
        return self._said.get(tag) or str(self)

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of the languages in which there are words."""
        return tuple(self._said)


@dataclass(frozen=True, slots=True)
class Language:
    """One language in one region: ``tag`` is the catalogue's, ``region`` a CLDR locale name."""

    tag: str
    region: str
    catalogue: gettext.NullTranslations = field(compare=False)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return self._locale.text_direction

    def gettext(self, sentence: str) -> str:
        """The sentence in this language, its places unfilled."""
        if isinstance(sentence, Worded):
            return sentence.in_language(self.tag)
        return self.catalogue.gettext(sentence) if sentence else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form of the sentence for this many."""
        return self.catalogue.ngettext(one, many, count)

    def say(self, sentence: str, values: Mapping[str, object] | None = None) -> str:
        """The sentence with its ``%(name)s`` places filled; numbers and phrases as this language has them."""
        said = self.gettext(sentence)
        return said % {k: self._word(v) for k, v in values.items()} if values else said

    def name_of(self, tag: str) -> str:
        """What the language of this tag is called in this one."""
        return _locale(tag).get_display_name(self._locale) or tag

    def moment(self, at: datetime) -> str:
        """A day and a time, in UTC and saying so: ``Monday 23 November 2026, 10:42 UTC``."""
        return f"{self.day(at)}, {self.clock(at)} UTC"

    def day(self, at: datetime) -> str:
        """The day in full, in UTC."""
        from babel.dates import format_date

        return format_date(at.astimezone(UTC).date(), "full", locale=self._locale)

    def short_day(self, at: datetime) -> str:
        """The day as lists show it: ``23 Nov 2026``."""
        from babel.dates import format_date

        return format_date(at.astimezone(UTC).date(), "medium", locale=self._locale)

    def clock(self, at: datetime) -> str:
        """The time of day in UTC, without seconds."""
        from babel.dates import format_time

        return format_time(at.astimezone(UTC).time(), "short", locale=self._locale)

    def number(self, value: float) -> str:
        """A number with this language's separators."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self._locale)

    def size(self, count: int) -> str:
        """Bytes in words, by 1,024: ``4.8 MB``."""
        for power, unit in ((30, "GB"), (20, "MB"), (10, "kB")):
            if count >= 1 << power:
                exact = count / (1 << power)
                return f"{self.number(round(exact, 1 if exact < 10 else 0))} {unit}"
        return f"{self.number(count)} B"

    def span(self, length: timedelta) -> str:
        """A target in words, in its largest whole unit below two days: ``15 minutes``, ``24 hours``."""
        from babel.dates import format_timedelta

        if length < timedelta(hours=1):
            return format_timedelta(length, "minute", threshold=100, locale=self._locale)
        return format_timedelta(length, "hour", threshold=100_000, locale=self._locale)

    def _word(self, value: object) -> object:
        if isinstance(value, Phrase):
            return self.say(value.sentence, value.values)
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @property
    def _locale(self) -> "Locale":
        return _locale(self.region)


class Languages:
    """The languages there are catalogues for, English first."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._catalogues: dict[str, gettext.NullTranslations] = {SOURCE: gettext.NullTranslations()}
        for po in sorted(folder.glob("*/LC_MESSAGES/gigdesk.po")):
            self._catalogues[po.parts[-3]] = load(po)
        self._made: dict[str, Language] = {}

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all languages."""
        return tuple(self._catalogues)

    def negotiate(self, accept_language: str = "", person_locale: str = "") -> Language:
        """The best language for somebody: their own locale first, then what their browser asks for (RFC 9110)."""
        for wanted in (person_locale, *accepted(accept_language)):
            match = _TAG.fullmatch(wanted)
            if match and match[1].lower() in self._catalogues:
                return self._language(match[1].lower(), match[3] or "")
        return self._language(SOURCE, "")

    def _language(self, tag: str, region: str) -> Language:
        name = f"{tag}_{region.upper()}" if region else HOME.get(tag, tag)
        if name not in self._made:
            known = name if _locale_known(name) else HOME.get(tag, tag)
            language = Language(tag, known, self._catalogues[tag])
            if known != name:
                return language  # names that CLDR does not know are not remembered: anybody can send any
            self._made[name] = language
        return self._made[name]


def accepted(header: str) -> list[str]:
    """The ranges of an Accept-Language header, best first; what cannot be read is passed over."""
    ranges = []
    for part in header.split(",", MAX_RANGES)[:MAX_RANGES]:
        match = _RANGE.fullmatch(part)
        quality = float(match[2] or 1) if match else 0.0
        if match and quality > 0:
            ranges.append((quality, match[1]))
    return [tag for _, tag in sorted(ranges, key=lambda r: -r[0])]


def load(po: Path) -> gettext.GNUTranslations:
    """The catalogue beside this file if it is compiled and no older, else compiled from it now."""
    mo = po.with_suffix(".mo")
    # An installer writes both in the same moment, in any order.
    if mo.exists() and mo.stat().st_mtime > po.stat().st_mtime - 2:
        with mo.open("rb") as compiled:
            return gettext.GNUTranslations(compiled)
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(po)))


def compile_catalogue(po: Path) -> bytes:
    """The catalogue in the binary form that ``gettext`` reads; fuzzy entries are left out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with po.open("rb") as text:
        write_mo(compiled, read_po(text))
    return compiled.getvalue()


@lru_cache(maxsize=64)
def _locale(name: str) -> "Locale":
    from babel import Locale

    return Locale.parse(name)


def _locale_known(name: str) -> bool:
    from babel import localedata

    return localedata.exists(name)

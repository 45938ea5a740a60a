"""Figures in few words, and the lists that they lead to. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from gigdesk.cases.issue_types import msg
from gigdesk.insights.days import Days, write_days
from gigdesk.insights.figures import FEW, Spread
from gigdesk.web.agent.figure_views import Cell
from gigdesk.web.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Addresses of lists under the filters of the page."""

    url: Callable[[str], str]
    days: Days
    filters: Mapping[str, str] = field(default_factory=dict)

    def query(self, *states: str, **terms: str) -> str:
        """The query that finds these: terms as named, and states of ``is:``, turned round by a ``-`` before them.

        What is named takes the place of a filter of the page.
        """
        every = {**self.filters, **terms}
        parts = [f"{key}:{_quoted(value)}" for key, value in every.items()]
        marks = (f"-is:{state[1:]}" if state.startswith("-") else f"is:{state}" for state in states)
        return " ".join([*parts, *marks])

    def list(self, *states: str, **terms: str) -> str:
        """The address of that list."""
        return self.url(f"/desk?{urlencode({'q': self.query(*states, **terms)})}")

    @property
    def span(self) -> str:
        """The days of the page, as a query has them."""
        return write_days(self.days.first, self.days.last)


def length_words(length: timedelta, language: Language) -> str:
    """A length as figures have it: ``42 min``, ``5 h 24``, and from two days on ``3.2 d``."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 60:
        return language.say(msg("%(count)s min"), {"count": minutes})
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return language.say(msg("%(hours)s h %(minutes)s"), {"hours": hours, "minutes": f"{rest:02}"})
    days = language.number(round(minutes / 1440, 1))
    return language.say(msg("%(count)s d"), {"count": days})


def half_cell(spread: Spread, language: Language) -> Cell:
    """Within which time half of them were."""
    return _cell(spread, spread.half, language)


def most_cell(spread: Spread, language: Language) -> Cell:
    """Within which time nine of ten were."""
    return _cell(spread, spread.most, language)


def _cell(spread: Spread, length: timedelta | None, language: Language) -> Cell:
    if length is not None:
        return Cell(text=length_words(length, language))
    return Cell(text=language.gettext(msg("None") if not spread.count else msg("Too few")), tone="few")


def within_words(spread: Spread, language: Language) -> str:
    """``9 of 10 within 5 h 24``, or that there are too few to say."""
    if spread.most is not None:
        return language.say(msg("9 of 10 within %(span)s"), {"span": length_words(spread.most, language)})
    said = language.ngettext(
        "%(count)s case; from %(few)s on it is told",
        "%(count)s cases; from %(few)s on it is told",
        spread.count,
    )
    return said % {"count": language.number(spread.count), "few": FEW}


def day_words(day: date, language: Language) -> str:
    """``23 Nov 2026``."""
    return language.short_day(datetime.combine(day, time(12), UTC))


def days_words(days: Days, language: Language) -> str:
    """``25 Oct 2026 to 23 Nov 2026``."""
    if days.count == 1:
        return day_words(days.first, language)
    values = {"first": day_words(days.first, language), "last": day_words(days.last, language)}
    return language.say(msg("%(first)s to %(last)s"), values)


def of_words(some: int, every: int, language: Language) -> str:
    """``9 of 74``."""
    return language.say(msg("%(some)s of %(every)s"), {"some": some, "every": every})


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value

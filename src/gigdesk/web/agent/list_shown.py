"""From what the desk's index has to what a list shows. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gigdesk.cases.issue_types import GROUPS, Severity, msg
from gigdesk.cases.taxonomy import Taxonomy
from gigdesk.cases.terms import Priority
from gigdesk.gigs.model import Side
from gigdesk.insights.model import Awaits, DeskEntry, DeskLine, Sort, WaitsOn, Where
from gigdesk.web.agent.clocks_shown import ClockShown, short_span
from gigdesk.web.agent.list_views import RowShown
from gigdesk.web.agent.shell import KeyLine
from gigdesk.web.agent.words import CLOCKS, DESK_STATUSES, PRIORITIES
from gigdesk.web.language import Language

SOON = timedelta(hours=1)
_GROUP_ICONS = {group.code: group.icon for group in GROUPS}
_AWAITED = {
    Awaits.FIRST_REPLY: msg("first reply"),
    Awaits.NEXT_REPLY: msg("next reply"),
    Awaits.STATEMENT: msg("statement"),
    Awaits.QUESTION: msg("answer"),
    Awaits.OUTSIDE: msg("answer"),
    Awaits.DECISION: msg("decision"),
    Awaits.APPEAL: msg("second review"),
}
_SIDES = {Side.WORKER: msg("Worker"), Side.CLIENT: msg("Client")}
SORTS: Mapping[Sort, str] = {
    Sort.CLOCK: msg("Clock, nearest first"),
    Sort.NEWEST: msg("Newest first"),
    Sort.OLDEST: msg("Oldest first"),
    Sort.UPDATED: msg("Changed last"),
}
WHERE: Mapping[Where, str] = {
    Where.DESCRIPTION: msg("In the report"),
    Where.MESSAGE: msg("In a message"),
    Where.NOTE: msg("In an internal note"),
    Where.FILE: msg("In the name of a file"),
    Where.GIG: msg("In the gig"),
}
RAISED = frozenset({Priority.HIGH, Priority.URGENT})
LIST_KEYS = (
    KeyLine(label=msg("Next case, previous case"), keys=("J", "K")),
    KeyLine(label=msg("Open the case"), keys=("⏎",)),
    KeyLine(label=msg("Select the case"), keys=("X",)),
    KeyLine(label=msg("Take it over"), keys=("A",)),
    KeyLine(label=msg("Snooze it"), keys=("Z",)),
    KeyLine(label=msg("Send a canned reply"), keys=("M",)),
    KeyLine(label=msg("Write a note"), keys=("N",)),
    KeyLine(label=msg("Escalate it, close it"), keys=("E", "C")),
    KeyLine(label=msg("Filter and search"), keys=("/",)),
    KeyLine(label=msg("Show what is new"), keys=(".",)),
    KeyLine(label=msg("The most urgent case that nobody has"), keys=("G", "N")),
)


def row_shown(line: DeskLine, url: str, taxonomy: Taxonomy, language: Language, at: datetime) -> RowShown:
    """The line, said."""
    entry = line.entry
    kind = taxonomy.find(entry.issue_type)
    words, icon = DESK_STATUSES[entry.status]
    return RowShown(
        id=str(entry.case),
        version=entry.version,
        url=url,
        reference=entry.reference,
        icon=_GROUP_ICONS.get(kind.group, "dots") if kind else "dots",
        is_hot=entry.severity == Severity.CRITICAL or bool(kind and kind.group == "safety"),
        type_label=line.type_label,
        said=line.said,
        gig_title=line.gig_title,
        status=entry.status,
        status_words=language.gettext(words),
        status_icon=icon,
        waits=waits_words(entry, language),
        age=largest_unit(at - entry.opened_at, language),
        opened_at=entry.opened_at,
        clock=row_clock(entry, language, at),
        owner=short_name(line.owner_name or ""),
        is_mine=line.owner_is_me,
        files=entry.files,
        is_unread=entry.has_answered,
        priority=language.gettext(PRIORITIES[entry.priority]) if entry.priority in RAISED else "",
        tags=entry.tags,
        flags=tuple(_flags(entry)),
        matched=tuple((language.gettext(WHERE[one.where]), one) for one in line.matched),
    )


def waits_words(entry: DeskEntry, language: Language) -> str:
    """Who has the next word, and which: ``Us: first reply``, ``Worker: statement``."""
    side = Side(entry.side)
    who = {
        WaitsOn.DESK: msg("Us"),
        WaitsOn.REPORTER: _SIDES[side],
        WaitsOn.RESPONDENT: _SIDES[side.other],
        WaitsOn.EXTERNAL: msg("Outside"),
        WaitsOn.NOBODY: msg("Nobody"),
    }[entry.waits_on]
    what = _AWAITED.get(entry.awaits)
    if what is None:
        return language.gettext(who)
    return language.say(
        msg("%(who)s: %(what)s"), {"who": language.gettext(who), "what": language.gettext(what)}
    )


def row_clock(entry: DeskEntry, language: Language, at: datetime) -> ClockShown | None:
    """The nearest clock, without its name: that stands in the column beside it."""
    if entry.due_at is None:
        if entry.paused_since is None:
            return None
        span = row_span(at - entry.paused_since, language)
        words = language.say(msg("Paused %(span)s"), {"span": span})
        return ClockShown(kind="", state="paused", icon="pause", words=words, why="")
    left = entry.due_at - at
    span = row_span(abs(left), language)
    if left < timedelta():
        state, icon, words = "over", "alert", language.say(msg("%(span)s over"), {"span": span})
    else:
        words = language.say(msg("%(span)s left"), {"span": span})
        state = "law" if entry.is_statutory else "soon" if left < SOON else "calm"
        icon = "scales" if entry.is_statutory else "clock"
    kind = entry.clock or ""
    why = language.gettext(CLOCKS[kind]) if kind in CLOCKS else ""
    return ClockShown(kind=kind, state=state, icon=icon, words=words, why=why, due=entry.due_at)


def largest_unit(length: timedelta, language: Language) -> str:
    """A span where there is little room: ``6 min``, ``2 h``, ``3 d``."""
    hours = int(length.total_seconds() // 3600)
    whole = (
        length if hours < 1 else timedelta(hours=hours) if hours < 24 else timedelta(days=max(hours // 24, 2))
    )
    if 24 <= hours < 48:
        return language.say(msg("%(count)s d"), {"count": 1})
    return short_span(whole, language)


def row_span(length: timedelta, language: Language) -> str:
    """What is left of a clock: ``42 min``, ``1 h 40``, ``14 h``, ``3 d``."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if 0 < hours < 6 and minutes:
        return language.say(msg("%(hours)s h %(minutes)s"), {"hours": hours, "minutes": f"{minutes:02}"})
    return largest_unit(length, language)


def short_name(name: str) -> str:
    """The first name and a letter of the last, where there is little room: ``Ines D.``"""
    first, _, last = name.partition(" ")
    return f"{first} {last[0]}." if last else first


def counted(count: int, most: int) -> str:
    """A number that is not counted further than ``most``."""
    return f"{most}+" if count > most else str(count)


def _flags(entry: DeskEntry) -> Sequence[tuple[str, str]]:
    flags = []
    if entry.is_escalated:
        flags.append(("up", msg("Escalated")))
    if entry.snoozed_until is not None:
        flags.append(("moon", msg("Snoozed")))
    if entry.is_held:
        flags.append(("lock", msg("Legal hold")))
    return flags

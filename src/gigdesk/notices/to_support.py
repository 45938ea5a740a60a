"""The words of notices to the support address: pure. What a reporter wrote never gets in."""

from gigdesk.cases.issue_types import msg
from gigdesk.language import Language
from gigdesk.notices import words
from gigdesk.notices.blocks import Block, Button, FactTable, Paragraph
from gigdesk.notices.facts import About, Breach, Escalation, NewCase, ToSupport
from gigdesk.notices.plain import one_line

Rows = list[tuple[str, str]]


def told(facts: ToSupport, language: Language) -> tuple[str, str, tuple[Block, ...]]:
    """What the subject says after the reference, the heading, and what follows."""
    subject, title = _titles(facts, language)
    table = FactTable((*_case(facts, language), *_rows(facts, language)))
    needs = (Paragraph(language.say(msg("It needs a lead."))),) if isinstance(facts, Escalation) else ()
    return subject, title, (*needs, table, Button(language.say(msg("Open the case")), facts.about.link))


def _titles(facts: ToSupport, language: Language) -> tuple[str, str]:
    say = language.say
    match facts:
        case NewCase():
            named = say(msg("new report")) if facts.about.is_sensitive else _name(facts.about, language)
            return named, say(msg("A new report has arrived"))
        case Escalation():
            return say(msg("escalated")), say(msg("A case was escalated"))
        case Breach(is_missed=True):
            return say(msg("overdue")), say(msg("A target was missed"))
        case Breach():
            return say(msg("due soon")), say(msg("A target is about to be missed"))


def _rows(facts: ToSupport, language: Language) -> Rows:
    say = language.say
    match facts:
        case NewCase():
            return _of_new_case(facts, language)
        case Escalation():
            return [(say(msg("Since")), language.moment(facts.escalated_at))]
        case Breach():
            return [(say(words.CLOCKS.get(facts.clock, facts.clock)), language.moment(facts.due))]


def _of_new_case(facts: NewCase, language: Language) -> Rows:
    say = language.say
    rows = [(say(msg("Files")), language.number(facts.files))]
    if facts.reply_by:
        by = say(msg("by %(moment)s"), {"moment": language.moment(facts.reply_by)})
        rows.append((say(msg("First reply")), by))
    return rows


def _case(facts: ToSupport, language: Language) -> Rows:
    say, about = language.say, facts.about
    title = one_line(about.gig_title) or say(msg("no title"))
    rows = [
        (say(msg("Reference")), one_line(about.reference)),
        (say(msg("About")), f"{_name(about, language)} ({one_line(about.code)})"),
        (say(msg("Severity")), say(words.SEVERITIES.get(facts.severity, facts.severity))),
        (say(msg("Gig")), f"{title} ({one_line(about.gig_id)})"),
    ]
    if not isinstance(facts, NewCase):
        rows.append((say(msg("Queue")), one_line(language.say(about.queue) if about.queue else facts.queue)))
    return rows


def _name(about: About, language: Language) -> str:
    return language.say(about.issue_type.label) if about.issue_type else one_line(about.code)

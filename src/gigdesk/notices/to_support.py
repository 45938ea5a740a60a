"""The words of notices to the support address, and to staff: pure. What a reporter wrote never gets in."""

from collections.abc import Iterator

from gigdesk.cases.issue_types import msg
from gigdesk.cases.model import Step
from gigdesk.language import Language
from gigdesk.notices import words
from gigdesk.notices.blocks import Block, Button, FactTable, Paragraph
from gigdesk.notices.facts import About, Breach, Escalation, Mention, NewCase, ToSupport
from gigdesk.notices.plain import one_line

Rows = list[tuple[str, str]]
_NO_LEAD = msg("We know of no lead to whom mail can be sent, so this comes to you. Tell a lead.")
_NO_OWNER = msg("Its owner has no address to which mail can be sent, so this comes to you. Tell the owner.")
_UNOWNED = msg("Nobody owns this case yet. Claim it, or assign it to somebody.")
# By the step of the ladder, and whether somebody owns the case.
_STEPS = {
    (Step.OWNER, True): msg("You own this case. What is due is named below."),
    (Step.OWNER, False): _UNOWNED,
    (Step.LEAD, True): msg(
        "Its owner was told and has not done it. Ask the owner, or assign it to somebody else."
    ),
    (Step.LEAD, False): _UNOWNED,
    (Step.MISSED, True): msg(
        "Its owner has not done it in time. Ask the owner, or assign it to somebody else."
    ),
    (Step.MISSED, False): _UNOWNED,
    (Step.QUEUE, True): msg(
        "It was taken from its owner, because it is still not done. Anybody can claim it now."
    ),
    (Step.QUEUE, False): msg("Nobody owns it. Anybody can claim it now."),
}


def told(facts: ToSupport, language: Language) -> tuple[str, str, tuple[Block, ...]]:
    """What the subject says after the reference, the heading, and what follows."""
    subject, title = _titles(facts, language)
    table = FactTable((*_case(facts, language), *_rows(facts, language)))
    said = tuple(Paragraph(language.say(text)) for text in _said(facts))
    return subject, title, (*said, table, Button(language.say(msg("Open the case")), facts.about.desk_link))


def mentioned(facts: Mention, language: Language) -> tuple[str, str, tuple[Block, ...]]:
    """The same of a mention: who, and where; nothing of the note, nor of what the case is about."""
    values = {
        "name": one_line(facts.by) or language.say(msg("Somebody")),
        "reference": one_line(facts.about.reference),
    }
    title = language.say(msg("%(name)s mentioned you"), values)
    where = language.say(msg("%(name)s mentioned you in a note on %(reference)s."), values)
    button = Button(language.say(msg("Read the note")), facts.about.desk_link)
    return title, title, (Paragraph(where), button)


def _said(facts: ToSupport) -> Iterator[str]:
    """What is to be done, and why this comes to whom it comes."""
    match facts:
        case NewCase():
            return
        case Escalation():
            yield msg("It needs a lead.")
            if facts.is_instead:
                yield _NO_LEAD
        case Breach():
            yield _STEPS[facts.step, facts.has_owner]
            if facts.is_instead:
                yield _NO_LEAD if facts.step is not Step.OWNER else _NO_OWNER


def _titles(facts: ToSupport, language: Language) -> tuple[str, str]:
    say = language.say
    match facts:
        case NewCase():
            named = say(msg("new report")) if facts.about.is_sensitive else _name(facts.about, language)
            return named, say(msg("A new report has arrived"))
        case Escalation():
            return say(msg("escalated")), say(msg("A case was escalated"))
        case Breach(step=Step.QUEUE):
            return say(msg("back in the queue")), say(msg("A case is back in the queue"))
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
    kind = (say(msg("About")), f"{_name(about, language)} ({one_line(about.code)})")
    gig = (say(msg("Gig")), f"{title} ({one_line(about.gig_id)})")
    # The mailbox of a person is read over shoulders, that of support is the house's own.
    is_told = not (about.is_sensitive and isinstance(facts, Escalation | Breach) and facts.to_staff)
    rows = [
        (say(msg("Reference")), one_line(about.reference)),
        *([kind] if is_told else []),
        (say(msg("Severity")), say(words.SEVERITIES.get(facts.severity, facts.severity))),
        *([gig] if is_told else []),
    ]
    if not isinstance(facts, NewCase):
        rows.append((say(msg("Queue")), one_line(language.say(about.queue) if about.queue else facts.queue)))
    return rows


def _name(about: About, language: Language) -> str:
    return language.say(about.issue_type.label) if about.issue_type else one_line(about.code)

"""From facts to a notice: pure. The words are those of ``to_people`` and ``to_support``, the look of ``layout``."""

from dataclasses import dataclass
from uuid import UUID

from gigdesk.cases.issue_types import msg
from gigdesk.language import Language
from gigdesk.notices import to_support
from gigdesk.notices.blocks import Link, Sheet
from gigdesk.notices.facts import (
    Acknowledgement,
    AppealOutcome,
    Breach,
    Decision,
    Escalation,
    Facts,
    Joined,
    JoinedDecision,
    JoinedStatus,
    Mention,
    Message,
    NewCase,
    Question,
    Reminder,
    StatementRequest,
    StatusChange,
)
from gigdesk.notices.kinds import RULES, Kind, Rule
from gigdesk.notices.layout import as_html, as_text
from gigdesk.notices.model import Notice
from gigdesk.notices.plain import one_line
from gigdesk.notices.to_people import Teller

KINDS: dict[type[Facts], Kind] = {
    Acknowledgement: Kind.ACKNOWLEDGEMENT,
    Question: Kind.QUESTION,
    Message: Kind.MESSAGE,
    StatusChange: Kind.STATUS_CHANGE,
    Joined: Kind.STATUS_CHANGE,
    JoinedStatus: Kind.STATUS_CHANGE,
    JoinedDecision: Kind.DECISION,
    Decision: Kind.DECISION,
    Reminder: Kind.REMINDER,
    AppealOutcome: Kind.APPEAL_OUTCOME,
    StatementRequest: Kind.STATEMENT_REQUEST,
    NewCase: Kind.NEW_CASE,
    Escalation: Kind.ESCALATION,
    Breach: Kind.BREACH,
    Mention: Kind.STAFF_MENTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """To whom, and from whom: ``id`` is the notice's. ``choices_url`` is the page on which a person chooses what
    is sent; ``off_url`` switches this kind off for this person.
    """

    id: UUID
    to: str
    brand: str
    choices_url: str = ""
    off_url: str = ""


def compose(facts: Facts, envelope: Envelope, language: Language) -> Notice:
    """The notice of these facts in this language.

    A subject is read on lock screens: a sensitive type is not named there, and neither is its gig.
    """
    kind = kind_of(facts)
    rule = RULES[kind]
    if isinstance(facts, Mention):
        what, title, blocks = to_support.mentioned(facts, language)
        urgent = ""
    elif isinstance(facts, NewCase | Escalation | Breach):
        what, title, blocks = to_support.told(facts, language)
        urgent = language.say(msg("Critical:")) + " " if facts.severity == "critical" else ""
    else:
        what, title, blocks = Teller(facts, rule, language).told(facts)
        what, urgent = language.say(msg("there is news")) if facts.about.is_sensitive else what, ""
    sheet = Sheet(
        brand=one_line(envelope.brand),
        title=title,
        blocks=blocks,
        foot=_foot(rule, envelope, language),
        links=_links(rule, envelope, language),
    )
    return Notice(
        id=envelope.id,
        kind=kind,
        thread=facts.about.case,
        to=envelope.to,
        subject=f"{urgent}{one_line(facts.about.reference)}: {what}",
        text=as_text(sheet),
        html=as_html(sheet, language),
        headers={} if rule.essential else _unsubscribe(envelope.off_url),
    )


def kind_of(facts: Facts) -> Kind:
    """The kind of a notice of these facts."""
    if isinstance(facts, Escalation | Breach) and facts.to_staff:
        return Kind.STAFF_ESCALATION if isinstance(facts, Escalation) else Kind.STAFF_BREACH
    return KINDS[type(facts)]


def _foot(rule: Rule, envelope: Envelope, language: Language) -> tuple[str, ...]:
    brand = {"brand": one_line(envelope.brand)}
    if rule.to_support or rule.to_staff:
        stays = msg("The report itself and its files stay in %(brand)s: they are not sent by mail.")
        return (language.say(stays, brand),)
    return (
        language.say(msg("Mail to this address is not read. Write to us on the page of the report.")),
        language.say(
            msg(
                "You get this from %(brand)s because of a report. We never ask for a password or a payment by mail."
            ),
            brand,
        ),
    )


def _links(rule: Rule, envelope: Envelope, language: Language) -> tuple[Link, ...]:
    links = []
    if envelope.choices_url and not (rule.to_support or (rule.to_staff and rule.essential)):
        links.append(Link(language.say(msg("What we send you")), envelope.choices_url))
    if envelope.off_url and not rule.essential:
        links.append(Link(language.say(msg("No more mail of this kind")), envelope.off_url))
    return tuple(links)


def _unsubscribe(url: str) -> dict[str, str]:
    """How a mail program switches the kind off by itself (RFC 2369; one click by RFC 8058, over HTTPS alone)."""
    if not url:
        return {}
    found = {"List-Unsubscribe": f"<{url}>"}
    if url.startswith("https://"):
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found

"""The words of notices to the parties of a case: pure, from facts to blocks.

1. In a case of a sensitive type the mail says that there is something to read, and the page says what: a mailbox
   is read over shoulders, and on devices that are shared.
2. A respondent whose type shields the reporter is told of no gig and no name.
"""

from collections.abc import Iterable
from datetime import datetime

from gigdesk.cases.issue_types import msg
from gigdesk.language import Language
from gigdesk.notices import words
from gigdesk.notices.blocks import Block, Button, FactTable, Paragraph, Steps, Words
from gigdesk.notices.facts import (
    About,
    Acknowledgement,
    AppealOutcome,
    Decision,
    Joined,
    JoinedDecision,
    JoinedStatus,
    Message,
    Question,
    Reader,
    Reminder,
    StatementRequest,
    StatusChange,
    ToPerson,
    reader_of,
)
from gigdesk.notices.kinds import Rule
from gigdesk.notices.plain import lines_of, one_line

Blocks = tuple[Block, ...]


class Teller:
    """Says the facts of one kind to one party in one language."""

    def __init__(self, facts: ToPerson, rule: Rule, language: Language) -> None:
        self._about: About = facts.about
        self._reader = reader_of(facts)
        self._rule = rule
        self._language = language
        self.say = language.say

    def told(self, facts: ToPerson) -> tuple[str, str, Blocks]:
        """What the subject says after the reference, the heading, and what follows."""
        match facts:
            case Acknowledgement():
                return self._acknowledgement(facts)
            case Question():
                return self._question(facts)
            case Message():
                return self._message(facts)
            case StatusChange():
                return self._status_change(facts)
            case Joined() | JoinedStatus() | JoinedDecision():
                return self._of_joined(facts)
            case Decision():
                return self._decision(facts)
            case Reminder():
                return self._reminder(facts)
            case AppealOutcome():
                return self._appeal_outcome(facts)
            case StatementRequest():
                return self._statement_request(facts)

    def _acknowledgement(self, facts: Acknowledgement) -> tuple[str, str, Blocks]:
        say = self.say
        arrived = say(msg("It arrived on %(moment)s."), {"moment": self._moment(facts.received_at)})
        reply = msg("A person reads it and replies by %(moment)s.")
        by = say(reply, {"moment": self._moment(facts.reply_by)}) if facts.reply_by else ""
        files = self._language.ngettext("%(num)s file", "%(num)s files", facts.files) % {"num": facts.files}
        steps = Steps(
            say(msg("What happens next")),
            (
                say(msg("A person reads your report and replies.")),
                say(msg("The other side is heard, where that is needed.")),
                say(msg("You get a decision with reasons. You can appeal it.")),
            ),
        )
        return (
            say(msg("we have your report")),
            say(msg("We have your report")),
            (
                Paragraph(" ".join(filter(None, (arrived, by)))),
                self._facts([(msg("Files"), files)] if facts.files else []),
                Button(say(msg("Follow this report")), self._about.link),
                steps,
                Paragraph(say(msg("Your signed receipt is on that page.")), soft=True),
            ),
        )

    def _question(self, facts: Question) -> tuple[str, str, Blocks]:
        say = self.say
        return (
            say(msg("your reply is needed")),
            say(msg("We have a question for you")),
            (
                self._due(facts.due),
                *self._words(facts.text, facts.signed_by),
                Button(say(msg("Reply")), self._about.link),
                self._facts(),
            ),
        )

    def _message(self, facts: Message) -> tuple[str, str, Blocks]:
        say = self.say
        return (
            say(msg("a message for you")),
            say(msg("A message for you")),
            (
                *self._words(facts.text, facts.signed_by),
                Button(say(msg("Open the report")), self._about.link),
                self._facts(),
            ),
        )

    def _status_change(self, facts: StatusChange) -> tuple[str, str, Blocks]:
        say = self.say
        status = say(words.status(facts.status, self._reader))
        rows = [(msg("Next step by"), self._moment(facts.next_by))] if facts.next_by else []
        following = words.next_step(facts.status, self._reader)
        return (
            status,
            status,
            (
                *([Paragraph(say(following))] if following else []),
                self._facts(rows),
                Button(say(msg("Follow this report")), self._about.link),
            ),
        )

    def _of_joined(self, facts: Joined | JoinedStatus | JoinedDecision) -> tuple[str, str, Blocks]:
        """Of a report that was joined to another: nothing of that one but where it stands."""
        subject, title, said = self._joined(facts)
        return (
            subject,
            title,
            (*said, self._facts(), Button(self.say(msg("Follow this report")), self._about.link)),
        )

    def _joined(self, facts: Joined | JoinedStatus | JoinedDecision) -> tuple[str, str, Blocks]:
        say = self.say
        match facts:
            case Joined():
                follows = msg("It goes on there. We tell you when that one moves, and how it is decided.")
                title = say(msg("Your report was joined to another about the same gig"))
                return say(msg("joined to another report")), title, (Paragraph(say(follows)),)
            case JoinedStatus():
                status = say(words.status(facts.status, self._reader))
                title = say(msg("The report that yours was joined to: %(status)s"), {"status": status})
                return status, title, ()
            case JoinedDecision():
                outcome = self._outcome(words.DISPOSITIONS.get(facts.disposition, facts.disposition))
                title = say(msg("The report that yours was joined to is decided"))
                return say(msg("a decision")), title, tuple(outcome)

    def _decision(self, facts: Decision) -> tuple[str, str, Blocks]:
        say = self.say
        appeal = msg(
            "If you do not agree you can appeal until %(moment)s. Somebody else then looks at it again."
        )
        by = [Paragraph(say(appeal, {"moment": self._moment(facts.appeal_by)}))] if facts.appeal_by else []
        return (
            say(msg("a decision")),
            say(msg("We have decided")),
            (
                *self._outcome(words.DISPOSITIONS.get(facts.disposition, facts.disposition)),
                *self._words(facts.reasons, facts.signed_by),
                Button(say(msg("Read the decision")), self._about.link),
                *by,
                self._facts(),
            ),
        )

    def _reminder(self, facts: Reminder) -> tuple[str, str, Blocks]:
        say = self.say
        closes = msg("Without a reply the report is closed on %(moment)s.")
        end = [Paragraph(say(closes, {"moment": self._moment(facts.closes_at)}))] if facts.closes_at else []
        return (
            say(msg("your reply is still missing")),
            say(msg("We still need your reply")),
            (
                Paragraph(say(msg("We asked you something on the page of this report."))),
                self._due(facts.due),
                *end,
                Button(say(msg("Reply")), self._about.link),
                self._facts(),
            ),
        )

    def _appeal_outcome(self, facts: AppealOutcome) -> tuple[str, str, Blocks]:
        say = self.say
        return (
            say(msg("the outcome of the appeal")),
            say(msg("The outcome of the appeal")),
            (
                *self._outcome(words.OUTCOMES.get(facts.outcome, facts.outcome)),
                *self._words(facts.reasons, facts.signed_by),
                Button(say(msg("Read the outcome")), self._about.link),
                Paragraph(say(msg("Somebody who did not decide before has looked at it."))),
                self._facts(),
            ),
        )

    def _statement_request(self, facts: StatementRequest) -> tuple[str, str, Blocks]:
        say = self.say
        name = (
            "" if self._about.is_sensitive or self._about.shields_reporter else one_line(facts.reporter_name)
        )
        opening = (
            say(
                msg("%(name)s has reported something about a gig that you both took part in."), {"name": name}
            )
            if name
            else say(msg("We were told of something that concerns you."))
        )
        by = self._moment(facts.due)
        hearing = say(msg("Before anything is decided we want to hear your side."))
        return (
            say(msg("your side is asked for")),
            say(msg("What is your side of it?")),
            (
                Paragraph(f"{opening} {hearing}"),
                Paragraph(say(msg("You can reply until %(moment)s."), {"moment": by}), strong=True),
                *self._words(facts.text, facts.signed_by),
                Button(say(msg("Tell your side")), self._about.link),
                Paragraph(say(msg("You need not reply. We then decide on what we know."))),
                self._facts(),
            ),
        )

    def _due(self, at: datetime) -> Paragraph:
        said = self.say(msg("We need your reply by %(moment)s."), {"moment": self._moment(at)})
        return Paragraph(said, strong=True)

    def _outcome(self, sentence: str) -> Iterable[Block]:
        """How it was decided, where mail may tell it."""
        return () if self._about.is_sensitive else (Paragraph(f"{self.say(sentence)}.", strong=True),)

    def _words(self, text: str, signed_by: str) -> Iterable[Block]:
        """What the desk wrote, where it may be quoted in mail."""
        if self._about.is_sensitive or not self._rule.quotes_desk:
            return (
                Paragraph(self.say(msg("The rest is on the page, so that it does not lie in your mailbox."))),
            )
        return (Words(lines_of(text), one_line(signed_by)),) if text.strip() else ()

    def _facts(self, rows: Iterable[tuple[str, str]] = ()) -> FactTable:
        """The reference, what it is about as far as this reader may be told, and these rows."""
        about, told = self._about, [(msg("Reference"), one_line(self._about.reference))]
        title = one_line(about.gig_title)
        if not about.is_sensitive:
            if self._rule.names_gig and title:
                told.append((msg("Gig"), title))
            if about.issue_type and self._reader is Reader.REPORTER:
                told.append((msg("About"), self.say(about.issue_type.label)))
        return FactTable(tuple((self.say(name), value) for name, value in (*told, *rows)))

    def _moment(self, at: datetime) -> str:
        return self._language.moment(at).replace(" UTC", "\u00a0UTC")

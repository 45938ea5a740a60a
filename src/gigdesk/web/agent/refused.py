"""Why a form of the case page was refused, in the words of the page. Pure."""

from dataclasses import replace

from gigdesk.cases.issue_types import msg
from gigdesk.errors import FieldError, GigdeskError
from gigdesk.web.agent.move_forms import SentMove
from gigdesk.web.language import Language

CROSSED = msg(
    "Something happened in this case while you wrote. Read it in the timeline. What you wrote is kept: change it if"
    " you need to, then send it again."
)
MOVED_ON = msg("The case has moved on, and this cannot be done any more. What you wrote is kept below.")
NEEDED = msg("Write something here, then send it.")
_MISSING = {
    "disposition": msg("Choose an outcome."),
    "into": msg("Choose a case, or write its reference."),
    "issueType": msg("Choose what it is about."),
}
_TEXTS = frozenset({"text", "reasons", "reason"})


def refused_move(sent: SentMove, error: GigdeskError, language: Language) -> SentMove:
    """The form with what is to be put right at its fields, or why all of it was not done."""
    problems = {wrong.field: _said(wrong, language) for wrong in error.errors}
    if not problems and error.code.startswith(("file.", "files.", "case.too_many_", "body.too_large")):
        problems = {"files": language.say(error.sentence, error.values)}
    if not problems and error.code in _FIELDS:
        name = "until" if sent.move == "snooze" else _FIELDS[error.code]
        problems = {name: language.say(error.sentence, error.values)}
    refused = "" if problems else _whole(error, language)
    is_spent = error.code.startswith("idempotency.")
    return replace(sent, problems=problems, refused=refused, is_spent=is_spent)


# What concerns one field, though the rules that refuse it know of none.
_FIELDS = {
    "due.past": "due",
    "merge.unknown": "into",
    "merge.other_gig": "into",
    "merge.closed": "into",
    "merge.hidden": "into",
    "merge.too_many": "into",
    "body.missing": "body",
    "reason.missing": "reason",
    "closure.lead": "reason",
}


def _said(wrong: FieldError, language: Language) -> str:
    sentence = wrong.sentence
    if wrong.code == "field.missing":
        sentence = NEEDED if wrong.field in _TEXTS else _MISSING.get(wrong.field, sentence)
    return language.say(sentence, wrong.values)


def _whole(error: GigdeskError, language: Language) -> str:
    known = {"version.outdated": CROSSED, "move.illegal": MOVED_ON}
    if error.code in known:
        return language.gettext(known[error.code])
    return language.say(error.sentence, error.values)

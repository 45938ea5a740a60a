"""What the templates of the desk know beside what a page shows: tables of words, and what pages say to script."""

from collections.abc import Mapping

from jinja2 import pass_context
from jinja2.runtime import Context

from gigdesk.cases.issue_types import msg
from gigdesk.web.agent.case_views import DeskCase
from gigdesk.web.agent.macro_views import KINDS
from gigdesk.web.agent.shell import EVERYWHERE, KeyLine, initials
from gigdesk.web.agent.words import DESK_STATUSES, DISPOSITIONS, FILE_STATES, OUTCOMES, PRIORITIES
from gigdesk.web.language import Language
from gigdesk.web.moments import DUE, SNOOZE

CASE_KEYS = (
    KeyLine(label=msg("Reply (they read it)"), keys=("R",)),
    KeyLine(label=msg("Internal note (staff only)"), keys=("N",)),
    KeyLine(label=msg("Ask reporter, ask respondent"), keys=("Q", "S")),
    KeyLine(label=msg("Decide"), keys=("D",)),
    KeyLine(label=msg("Assign"), keys=("A",)),
    KeyLine(label=msg("Take it yourself"), keys=("A", "A")),
    KeyLine(label=msg("Snooze, escalate"), keys=("Z", "E")),
    KeyLine(label=msg("Change the type"), keys=("T",)),
    KeyLine(label=msg("Change the priority, tag the case"), keys=("P", "L")),
    KeyLine(label=msg("Look at the evidence"), keys=("V",)),
    KeyLine(label=msg("Next file, larger"), keys=("→", "+")),
)
DESK_GLOBALS: Mapping[str, object] = {
    "desk_statuses": DESK_STATUSES,
    "file_words": FILE_STATES,
    "dispositions": DISPOSITIONS,
    "outcomes_of_appeal": OUTCOMES,
    "priorities": PRIORITIES,
    "due_choices": DUE,
    "snooze_choices": SNOOZE,
    "everywhere": EVERYWHERE,
    "case_keys": CASE_KEYS,
    "initials": initials,
    "macro_kinds": KINDS,
}
_NEWS = {
    "message": msg("a message from %(name)s"),
    "note": msg("a note of %(name)s"),
    "request": msg("a question of %(name)s"),
    "decision": msg("a decision of %(name)s"),
    "event": msg("something happened"),
}


@pass_context
def desk_case_data(context: Context, page: DeskCase) -> object:
    """Addresses and words for the script of a case's page."""
    language: Language = context["language"]
    live = page.live
    return {
        "page": live.page,
        "case": live.case,
        "events": live.events,
        "seen": live.seen,
        "person": live.person,
        "draft": live.draft,
        "colleagues": f"{live.page}/colleagues",
        "macros": context.resolve("url")(f"/api/macros?case={page.id}"),
        "news": {
            kind: language.gettext(words).replace("%(name)s", "{name}") for kind, words in _NEWS.items()
        },
    }

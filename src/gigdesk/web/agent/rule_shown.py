"""Routing rules in words, and what one would have done with the last reports. Pure."""

from collections.abc import Callable, Iterable, Iterator

from gigdesk.administration.trial import Tried
from gigdesk.cases.issue_types import msg
from gigdesk.cases.routing import Rule
from gigdesk.cases.rulebook import Rulebook
from gigdesk.language import Language
from gigdesk.web.agent.rule_forms import SEVERITIES, SIDES
from gigdesk.web.agent.rule_views import MatchShown, TriedShown
from gigdesk.web.agent.words import PRIORITIES

MOST_NAMED = 4


def conditions(rule: Rule, rulebook: Rulebook, language: Language) -> Iterator[str]:
    """What must hold, a sentence each."""
    say = language.say
    if rule.types is not None:
        labels = [language.gettext(rulebook.taxonomy.label(code)) for code in sorted(rule.types)]
        yield say(msg("Type: %(values)s"), {"values": _or(labels)})
    if rule.sides is not None:
        sides = [language.gettext(SIDES[side]) for side in sorted(rule.sides)]
        yield say(msg("Reported by: %(values)s"), {"values": _or(sides)})
    if rule.severities is not None:
        grades = [language.gettext(SEVERITIES[one]) for one in sorted(rule.severities)]
        yield say(msg("Severity: %(values)s"), {"values": _or(grades)})
    if rule.words:
        yield say(msg("Has the words: %(values)s"), {"values": _or([f"“{word}”" for word in rule.words])})


def outcome(rule: Rule, rulebook: Rulebook, language: Language) -> str:
    """What follows."""
    said = []
    if rule.queue:
        queue = language.gettext(rulebook.queues.label(rule.queue))
        said.append(language.say(msg("→ queue %(queue)s"), {"queue": queue}))
    if rule.priority:
        priority = language.gettext(PRIORITIES[rule.priority])
        said.append(language.say(msg("→ priority %(priority)s"), {"priority": priority}))
    return ", ".join(said)


def tried_shown(
    tried: Tried, rulebook: Rulebook, language: Language, *, cases_url: str, names: Callable[[int], str]
) -> TriedShown:
    """How many a rule would have matched, what of them it does not decide, and the first. ``names`` are by place."""
    counts = {"matched": len(tried.matches), "looked": tried.looked}
    words = msg("It would have matched %(matched)s of the last %(looked)s reports.")
    elsewhere = msg("%(count)s of these stand in another queue now.")
    return TriedShown(
        words=language.say(words, counts)
        if tried.looked
        else language.gettext(msg("There are no reports yet.")),
        elsewhere=language.say(elsewhere, {"count": tried.elsewhere}) if tried.elsewhere else "",
        others=[
            _others(count, decider, names, language)
            for decider, count in sorted(tried.others.items(), key=lambda one: -one[1])
        ],
        first=[
            MatchShown(
                url=f"{cases_url}/{one.row.id}",
                reference=one.row.reference,
                label=language.gettext(rulebook.taxonomy.label(one.row.issue_type)),
                queue=language.gettext(rulebook.queues.label(one.row.queue)),
                opened_at=one.row.opened_at,
                decider=_decider(one.decider, names, language) if one.decider != tried.place else "",
            )
            for one in tried.first
        ],
    )


def _others(count: int, decider: int | None, names: Callable[[int], str], language: Language) -> str:
    if decider is None:
        stays = msg("%(count)s of these stay in their sensitive queue: no rule takes a case out of one.")
        return language.say(stays, {"count": count})
    wins = msg("%(count)s of these are decided by “%(rule)s”, which stands before.")
    return language.say(wins, {"count": count, "rule": names(decider)})


def _decider(decider: int | None, names: Callable[[int], str], language: Language) -> str:
    if decider is None:
        return language.gettext(msg("stays in its queue"))
    return language.say(msg("decided by “%(rule)s”"), {"rule": names(decider)})


def _or(values: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    listed = list(values)
    more = len(listed) - MOST_NAMED
    return ", ".join(listed[:MOST_NAMED]) + (f" +{more}" if more > 0 else "")

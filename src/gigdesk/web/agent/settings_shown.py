"""From what is owed and what was administered to what the pages of settings show. Pure."""

from collections.abc import Mapping

from gigdesk.administration import events as did
from gigdesk.administration.model import Entry
from gigdesk.cases.issue_types import msg
from gigdesk.cases.owed import ParkedEffect, UpcomingEffect
from gigdesk.cases.ports import CaseRow
from gigdesk.errors import Phrase
from gigdesk.language import Language
from gigdesk.web.agent.account_said import Known, account_words
from gigdesk.web.agent.settings_views import EntryShown, ParkedShown, UpcomingShown

EFFECTS: Mapping[str, str] = {
    "notify": msg("Mail"),
    "inspect-evidence": msg("Inspection of a file"),
    "call-webhook": msg("Call of the webhook"),
    "wake": msg("Timer"),
    "join-cases": msg("Joining of a duplicate"),
    "tell-duplicates": msg("News for duplicates"),
}
KINDS: Mapping[str, str] = {
    "effect.retried": msg("Effect retried"),
    "effects.retried": msg("All effects retried"),
    "macro.kept": msg("Canned reply kept"),
    "macro.removed": msg("Canned reply removed"),
    "rules.kept": msg("Rules kept"),
    "cases.exported": msg("Cases exported"),
    "account.made": msg("Account made"),
    "account.changed": msg("Account changed"),
    "account.disabled": msg("Account disabled"),
    "account.enabled": msg("Account enabled"),
    "account.link_renewed": msg("Link for a password made"),
    "account.password_set": msg("Password set"),
    "account.sessions_ended": msg("Sessions ended"),
    "account.second_step_removed": msg("Second step removed"),
}
_ICONS = {
    "effect.retried": "again",
    "effects.retried": "again",
    "macro.kept": "message",
    "macro.removed": "bin",
    "rules.kept": "rules",
    "cases.exported": "download",
}
_OF_ACCOUNT = "person"
GONE = msg("a person whose name was erased")


def effect_words(kind: str, language: Language) -> str:
    """What an effect of this kind is called."""
    return language.gettext(EFFECTS.get(kind, kind))


def parked_shown(item: ParkedEffect, row: CaseRow | None, url: str, language: Language) -> ParkedShown:
    """A parked effect, with its case as far as that is known."""
    return ParkedShown(
        id=str(item.effect.id),
        words=effect_words(item.effect.kind, language),
        case_url=url if row else "",
        reference=row.reference if row else "",
        attempts=item.attempts,
        reason=item.reason,
        parked_at=item.parked_at,
    )


def upcoming_shown(
    item: UpcomingEffect, row: CaseRow | None, url: str, would: tuple[Phrase, ...], language: Language
) -> UpcomingShown:
    """An effect that is due later; ``would`` is what a timer would do."""
    said = "; ".join(language.say(one.sentence, one.values) for one in would)
    name = effect_words(item.effect.kind, language)
    return UpcomingShown(
        words=f"{name}: {said}" if said else name,
        case_url=url if row else "",
        reference=row.reference if row else "",
        due=item.effect.due,
    )


def entry_shown(entry: Entry, event: did.AdminEvent, known: Known, language: Language) -> EntryShown:
    """A line of the log in words."""
    return EntryShown(
        number=entry.number,
        at=entry.at,
        name=entry.name or language.gettext(GONE),
        words=_words(event, known, language),
        icon=_ICONS.get(entry.kind, _OF_ACCOUNT),
        hash=entry.hash.hex()[:12],
        url=f"/desk/cases/{event.case}" if isinstance(event, did.EffectRetried) else "",
    )


def _words(event: did.AdminEvent, known: Known, language: Language) -> str:
    if isinstance(event, did.OfAccount):
        return account_words(event, known, language)
    phrase = _said(event)
    return language.say(phrase.sentence, phrase.values)


def _said(event: did.OfSettings) -> Phrase:
    match event:
        case did.EffectRetried(of=kind):
            what = Phrase(EFFECTS.get(kind, kind))
            return Phrase(msg("Tried again what was parked: %(what)s"), {"what": what})
        case did.EffectsRetried(count=count):
            return Phrase(msg("Tried everything again that was parked (%(count)s)"), {"count": count})
        case did.MacroKept(name=name, is_new=True):
            return Phrase(msg("Wrote the canned reply “%(name)s” for everybody"), {"name": name})
        case did.MacroKept(name=name):
            return Phrase(msg("Changed the canned reply “%(name)s”"), {"name": name})
        case did.MacroRemoved(name=name):
            return Phrase(msg("Removed the canned reply “%(name)s”"), {"name": name})
        case did.RulesKept(version=version):
            return Phrase(msg("Kept version %(version)s of the rules"), {"version": version})
        case did.CasesExported(format=kind, is_personal=True):
            return Phrase(msg("Exported cases as %(format)s, with the names of parties"), {"format": kind})
        case did.CasesExported(format=kind):
            return Phrase(msg("Exported cases as %(format)s"), {"format": kind})

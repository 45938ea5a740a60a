"""What was done with accounts of staff, in words. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gigdesk.administration import events as did
from gigdesk.cases.issue_types import msg
from gigdesk.language import Language
from gigdesk.web.agent.staff_views import ROLES

NOBODY = msg("nobody that is known here")
NO_QUEUE = msg("none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What entries of the log name: people by the id of their account, and the label of a queue."""

    accounts: Mapping[str, str]
    queue: Callable[[str], str]


def account_words(event: did.OfAccount, known: Known, language: Language) -> str:
    """An entry in words; who it is about as they are called today."""
    who = known.accounts.get(event.account) or language.gettext(NOBODY)
    match event:
        case did.AccountMade(roles=roles, queues=queues, is_invited=is_invited):
            sentence = (
                msg("Invited %(who)s as %(roles)s")
                if is_invited
                else msg("Made an account for %(who)s as %(roles)s")
            )
            said = language.say(sentence, {"who": who, "roles": roles_said(roles, language)})
            return "; ".join([said, *_queues_made(queues, known, language)])
        case did.AccountChanged():
            what = "; ".join(_changes(event, known, language))
            return language.say(msg("Changed the account of %(who)s: %(what)s"), {"who": who, "what": what})
        case did.AccountDisabled():
            return language.say(msg("Disabled the account of %(who)s"), {"who": who})
        case did.AccountEnabled():
            return language.say(msg("Enabled the account of %(who)s"), {"who": who})
        case did.LinkRenewed():
            return language.say(msg("Made a new link for %(who)s to choose a password"), {"who": who})
        case did.PasswordSet():
            return language.say(msg("Set another password for %(who)s"), {"who": who})
        case did.SessionsEnded():
            return language.say(msg("Ended every session of %(who)s"), {"who": who})
        case did.SecondStepRemoved():
            return language.say(msg("Removed the second step of %(who)s"), {"who": who})


def roles_said(roles: Iterable[str], language: Language) -> str:
    """Roles by name, as a list in words."""
    return ", ".join(language.gettext(ROLES.get(role, role)) for role in roles)


def _queues_made(queues: tuple[str, ...], known: Known, language: Language) -> Iterator[str]:
    if queues:
        yield language.say(msg("queues: %(queues)s"), {"queues": _queues_said(queues, known, language)})


def _changes(event: did.AccountChanged, known: Known, language: Language) -> Iterator[str]:
    if event.roles != event.roles_before:
        yield language.say(
            msg("roles from %(before)s to %(after)s"),
            {"before": roles_said(event.roles_before, language), "after": roles_said(event.roles, language)},
        )
    if event.queues != event.queues_before:
        before, after = (
            _queues_said(queues, known, language) for queues in (event.queues_before, event.queues)
        )
        yield language.say(msg("queues from %(before)s to %(after)s"), {"before": before, "after": after})
    if event.is_renamed:
        yield language.gettext(msg("another name"))


def _queues_said(queues: tuple[str, ...], known: Known, language: Language) -> str:
    return ", ".join(language.gettext(known.queue(name)) for name in queues) or language.gettext(NO_QUEUE)

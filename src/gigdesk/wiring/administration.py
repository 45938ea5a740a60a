"""How staff come in by the accounts of the desk, and what is set from its pages."""

from typing import TYPE_CHECKING

from gigdesk.access.ports import Passwords
from gigdesk.access.second_steps import SecondSteps
from gigdesk.access.signin import SignIn
from gigdesk.access.staff import StaffAccounts
from gigdesk.administration.effects import OwedEffects
from gigdesk.administration.log import Administration
from gigdesk.administration.macros import CannedReplies
from gigdesk.administration.rules import KeptRules, RulesFrom
from gigdesk.administration.staff import StaffAdministration
from gigdesk.administration.trial import Trial
from gigdesk.app import Administering, StaffDoor
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.rulebook import Rulebook
from gigdesk.clock import SystemClock
from gigdesk.settings import Settings
from gigdesk.wiring.identity import hand_over

if TYPE_CHECKING:
    from gigdesk.adapters.stores.sql.store import SqlStore


def door(settings: Settings, store: "SqlStore") -> SignIn:
    """What opens, recognises and ends sessions."""
    issuer = settings.jwt_issuer or ""
    return SignIn(store.sessions, hand_over(settings), SystemClock(), issuer, store.accounts)


def staff_door(store: "SqlStore", secret: bytes, hashing: Passwords) -> StaffDoor:
    """What owners of accounts come in by."""
    clock = SystemClock()
    return StaffDoor(
        accounts=StaffAccounts(store.accounts, hashing, clock),
        steps=SecondSteps(store.accounts, secret, clock),
    )


def administering(
    store: "SqlStore", handler: CaseHandler, rulebook: Rulebook, source: RulesFrom, hashing: Passwords
) -> Administering:
    """What administrators do, and its log."""
    clock = SystemClock()
    entries = Administration(store.administration, handler.person, clock)
    return Administering(
        log=store.administration,
        versions=store.rules,
        entries=entries,
        effects=OwedEffects(store.outbox, entries),
        staff=StaffAdministration(store.accounts, entries, store.people, hashing, clock),
        rules=KeptRules(store.rules, entries, rulebook, source, clock),
        trial=Trial(store.index, handler.person),
        macros=CannedReplies(store.macros, entries, handler.person, rulebook, clock),
    )

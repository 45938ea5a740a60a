"""Gigdesk: the capabilities behind one handle, for the web, the outbox and the command line."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gigdesk.access.keys import SigningKeys
from gigdesk.access.ports import KeyRing, Sessions, TokenVerifier
from gigdesk.access.second_steps import SecondSteps
from gigdesk.access.signin import SignIn
from gigdesk.access.staff import StaffAccounts
from gigdesk.administration.effects import OwedEffects
from gigdesk.administration.log import Administration
from gigdesk.administration.macros import CannedReplies
from gigdesk.administration.ports import AdminLog, RulesVersions
from gigdesk.administration.rules import KeptRules
from gigdesk.administration.staff import StaffAdministration
from gigdesk.administration.trial import Trial
from gigdesk.cases.act import CaseActs
from gigdesk.cases.colleagues import Colleagues
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.lists import CaseLists
from gigdesk.cases.ports import CaseIndex, CaseLog, Outbox
from gigdesk.cases.read import CaseReader
from gigdesk.cases.reporting import Reporting
from gigdesk.cases.rulebook import Rulebook
from gigdesk.clock import Clock
from gigdesk.evidence.intake import Receiver
from gigdesk.evidence.model import Limits
from gigdesk.evidence.ports import Cleaner, ObjectStorage, Scanner
from gigdesk.gigs.ports import GigDirectory, GigTable, People
from gigdesk.insights.export import CaseExport
from gigdesk.insights.follow import Follower
from gigdesk.insights.lists import DeskLists
from gigdesk.insights.reading import CaseReading
from gigdesk.insights.reckoning import DeskFigures
from gigdesk.insights.saved import SavedLists
from gigdesk.notices.ports import Mailer, NoticeLedger, WebhookSender
from gigdesk.notices.unsubscribe import Unsubscribing


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """The view from above: lists of cases for the desk, their names, what they are made of, who reads what
    and who may; figures and exports.
    """

    lists: DeskLists
    follower: Follower
    saved: SavedLists
    reading: CaseReading
    colleagues: Colleagues
    figures: DeskFigures
    export: CaseExport


@dataclass(frozen=True, slots=True, kw_only=True)
class Administering:
    """What is set from the pages of the desk, with its log; ports stand beside for the audit."""

    log: AdminLog
    versions: RulesVersions
    entries: Administration
    effects: OwedEffects
    macros: CannedReplies
    rules: KeptRules
    staff: StaffAdministration
    trial: Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDoor:
    """What the owners of accounts of staff do with them: come in, by a password and a second step."""

    accounts: StaffAccounts
    steps: SecondSteps


@dataclass(frozen=True, slots=True, kw_only=True)
class Gigdesk:
    """One installation. Ports stand here beside the capabilities for who checks or empties them."""

    base_url: str
    installation: str
    """A fingerprint of the installation's own key, by which it knows what is its own."""
    limits: Limits
    rulebook: Rulebook
    clock: Clock
    log: CaseLog
    index: CaseIndex
    outbox: Outbox
    sessions: Sessions
    ring: KeyRing
    people: People
    gig_table: GigTable
    gigs: GigDirectory
    forget_gig: Callable[[str], None]
    storage: ObjectStorage
    scanner: Scanner
    cleaner: Cleaner
    mailer: Mailer
    notices: NoticeLedger
    unsubscribing: Unsubscribing
    webhook: WebhookSender | None
    """The program that is told of events, where the settings name one."""
    verifier: TokenVerifier
    sign_in: SignIn
    staff: StaffDoor
    signing: SigningKeys
    receiver: Receiver
    handler: CaseHandler
    reporting: Reporting
    reader: CaseReader
    lists: CaseLists
    acts: CaseActs
    insights: Insights
    administration: Administering
    probe_store: Callable[[], Awaitable[None]]

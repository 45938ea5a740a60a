"""Gigdesk: the capabilities behind one handle, for the web, the outbox and the command line."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gigdesk.access.keys import SigningKeys
from gigdesk.access.ports import KeyRing, Sessions, TokenVerifier
from gigdesk.access.signin import SignIn
from gigdesk.cases.act import CaseActs
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
from gigdesk.notices.ports import Mailer, NoticeLedger, WebhookSender
from gigdesk.notices.unsubscribe import Unsubscribing


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
    signing: SigningKeys
    receiver: Receiver
    handler: CaseHandler
    reporting: Reporting
    reader: CaseReader
    lists: CaseLists
    acts: CaseActs
    probe_store: Callable[[], Awaitable[None]]

"""What the pages of staff show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gigdesk.cases.issue_types import msg

# As what somebody works here, as message ids. Of whom the marketplace sends only leads are told from everybody else.
ROLES: Mapping[str, str] = {
    "agent": msg("Agent"),
    "lead": msg("Lead"),
    "auditor": msg("Auditor"),
    "admin": msg("Admin"),
    "staff": msg("Staff"),
}
# What each role is for, beside its box.
ABOUT_ROLES: Mapping[str, str] = {
    "agent": msg("works cases"),
    "lead": msg("also assigns, reopens, and sees every queue"),
    "auditor": msg("reads everything, changes nothing"),
    "admin": msg("also runs the desk: settings and accounts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """How many open cases somebody owns, empty where it cannot be told, and the list of them."""

    cases: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """Somebody who comes without an account of the desk's. ``role`` and ``origin`` are message ids."""

    name: str
    user_id: str
    role: str
    origin: str
    seen_at: datetime | None
    owned: Owned


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """Whether an account lets somebody in: a message id, which may have a place for ``until``."""

    words: str
    icon: str
    is_in: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account; roles and queues are said already."""

    name: str
    login: str
    url: str
    roles: str
    queues: str
    state: AccountState
    seen_at: datetime | None
    owned: Owned


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPart:
    """A part of the page, with its own way to more; ``is_shown`` is False where only the other part is asked for."""

    next_url: str = ""
    first_url: str = ""
    is_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffList:
    """The page."""

    accounts: Sequence[AccountLine]
    of_accounts: StaffPart
    others: Sequence[StaffLine]
    of_others: StaffPart
    may_invite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box to tick: the name of its field, what it says, and a hint."""

    name: str
    label: str
    hint: str = ""
    is_ticked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """The form of an account, new where ``id`` is empty. ``is_own`` is the reader's."""

    id: str = ""
    action: str
    login: str
    name: str
    roles: Sequence[Box]
    queues: Sequence[Box]
    version: int = 0
    may_change: bool = True
    is_own: bool = False
    state: AccountState | None = None
    seen_at: datetime | None = None
    created_at: datetime | None = None
    owned: Owned = field(default_factory=Owned)
    is_enabled: bool = True
    has_password: bool = False
    has_second_step: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShown:
    """A link that chooses a password, shown once."""

    name: str
    login: str
    link: str
    account_url: str
    is_new: bool

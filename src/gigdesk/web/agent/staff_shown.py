"""From accounts of staff to what their pages show. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gigdesk.access.accounts import ID_PREFIX, Account
from gigdesk.access.model import STAFF, Role
from gigdesk.access.queues import Queues
from gigdesk.access.work_flow import ID_PREFIX as OF_WORK
from gigdesk.cases.issue_types import msg
from gigdesk.gigs.model import Person
from gigdesk.language import Language
from gigdesk.web.agent.account_said import roles_said
from gigdesk.web.agent.staff_views import (
    ABOUT_ROLES,
    ROLES,
    AccountLine,
    AccountState,
    Box,
    Owned,
    StaffLine,
)

MAX_KEY = 64
STAFF_ROLES: Sequence[Role] = tuple(role for role in Role if role in STAFF)
BY_WORK, BY_MARKETPLACE = msg("with a work account"), msg("by the marketplace")
_IN = AccountState(words=msg("Comes in by a password"), icon="check-round", is_in=True)
_DISABLED = AccountState(words=msg("Disabled"), icon="box-closed")
_RUN_OUT = AccountState(words=msg("Invited; the link has run out"), icon="alert")
_INVITED = msg("Invited until %(time)s")


def state_of(account: Account, now: datetime) -> AccountState:
    """Whether it lets somebody in."""
    if not account.is_enabled:
        return _DISABLED
    if account.password:
        return _IN
    if account.is_invited(now):
        return AccountState(words=_INVITED, icon="clock", until=account.invited_until)
    return _RUN_OUT


def account_line(
    account: Account,
    state: AccountState,
    seen_at: datetime | None,
    owned: Owned,
    said: tuple[Language, Queues],
) -> AccountLine:
    """A line of the list; ``said`` is the reader's language and what queues are called."""
    language, queues = said
    return AccountLine(
        name=account.name,
        login=account.login,
        url=f"/desk/settings/staff/{key_of(account.id)}",
        roles=roles_said([role for role in STAFF_ROLES if role in account.roles], language),
        queues=", ".join(language.gettext(queues.label(name)) for name in sorted(account.queues)),
        state=state,
        seen_at=seen_at,
        owned=owned,
    )


def staff_line(person: Person, owned: Owned) -> StaffLine:
    """Somebody who has no account here."""
    return StaffLine(
        name=person.name or person.user_id,
        user_id=person.user_id,
        role=ROLES.get(person.role or "", ROLES["staff"]),
        origin=BY_WORK if person.user_id.startswith(OF_WORK) else BY_MARKETPLACE,
        seen_at=person.met_at,
        owned=owned,
    )


def role_boxes(ticked: frozenset[str], language: Language) -> Sequence[Box]:
    """A box for each role of staff."""
    return [
        Box(
            name=f"role_{role}",
            label=language.gettext(ROLES[role]),
            hint=language.gettext(ABOUT_ROLES[role]),
            is_ticked=role in ticked,
        )
        for role in STAFF_ROLES
    ]


def queue_boxes(ticked: frozenset[str], queues: Queues, language: Language) -> Sequence[Box]:
    """A box for each sensitive queue, and for what the account has that is none any more."""
    names = [name for name in queues.names if queues.is_sensitive(name)]
    return [
        Box(name=f"queue_{name}", label=language.gettext(queues.label(name)), is_ticked=name in ticked)
        for name in (*names, *sorted(ticked - set(names)))
    ]


def ticked(boxes: Sequence[Box], form: Mapping[str, str]) -> list[str]:
    """What is ticked in a form, of what there was to tick."""
    return [box.name.partition("_")[2] for box in boxes if form.get(box.name) == "1"]


def key_of(account: str) -> str:
    """An account in an address."""
    return account.removeprefix(ID_PREFIX)


def account_of(key: str) -> str:
    """The id of the account that an address names; of what names none an id that no account has."""
    return f"{ID_PREFIX}{key}" if key.isalnum() and len(key) <= MAX_KEY else ID_PREFIX

"""Who keeps accounts, and that somebody always can. Pure."""

from collections.abc import Iterable

from gigdesk.access.accounts import Account
from gigdesk.access.model import Role
from gigdesk.errors import Conflict


def keeps_accounts(account: Account) -> bool:
    """Whether somebody comes in by this account who may change others: an admin who is no auditor."""
    has_way_in = account.is_enabled and bool(account.password)
    return has_way_in and Role.ADMIN in account.roles and Role.AUDITOR not in account.roles


def judge_own(before: Account, after: Account, by: str) -> None:
    """Refuse (Conflict) that somebody takes from themselves what another would have to give back."""
    if by == before.id and keeps_accounts(before) and not keeps_accounts(after):
        raise Conflict(
            "staff.yourself",
            "You cannot disable your own account or stop being an admin. Ask another admin to do it.",
        )


def judge_last(before: Account, after: Account, accounts: Iterable[Account]) -> None:
    """Refuse (Conflict) that the last account goes by which an admin comes in."""
    if not keeps_accounts(before) or keeps_accounts(after):
        return
    if not any(keeps_accounts(one) for one in accounts if one.id != before.id):
        raise Conflict(
            "staff.last_admin",
            "%(login)s is the last admin with an account. Make another account an admin first.",
            login=before.login,
        )

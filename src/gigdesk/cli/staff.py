"""``gigdesk staff``: who works at the desk with a password of its own."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import App, Parameter

if TYPE_CHECKING:
    from gigdesk.access.accounts import Account
    from gigdesk.administration.staff import StaffAdministration

Roles = Annotated[list[str] | None, Parameter(help="agent, lead, auditor or admin; may be repeated.")]
Queues = Annotated[
    list[str] | None, Parameter(help="A sensitive queue of which an agent is a specialist; may be repeated.")
]
PasswordFile = Annotated[
    str,
    Parameter(
        help="A file whose first line is the password; - reads it from standard input.",
        allow_leading_hyphen=True,
    ),
]
Invite = Annotated[bool, Parameter(help="Print a link that chooses the password, once, within 24 hours.")]
EvenTheLast = Annotated[
    bool, Parameter(help="Also where nobody is left who comes in as an admin.", negative="")
]
Remove = Annotated[bool, Parameter(help="Let the password be enough again.", negative="")]
_Done = TypeVar("_Done")

staff = App(name="staff", help="Who works at the desk with an account of gigdesk's own.")


@staff.command
def add(
    email: str,
    /,
    *,
    role: Roles = None,
    queue: Queues = None,
    name: str = "",
    password_file: PasswordFile = "",
    invite: Invite = False,
) -> int:
    """Make an account. The password is asked for twice, or read from a file; it is never an argument.

    For example:

        gigdesk staff add mira@market.example --role agent --queue safety --name "Mira Sandoval"
        gigdesk staff add paul@market.example --role lead --invite
        pwgen -s 20 1 | gigdesk staff add nora@market.example --role admin --password-file -
    """
    from gigdesk.access.accounts import login_of, staff_roles
    from gigdesk.administration.staff import COMMAND_LINE, Newcomer
    from gigdesk.cli.passwords import chosen

    newcomer = Newcomer(login=email, roles=role or (), queues=queue or (), name=name)
    login = login_of(email)
    staff_roles(newcomer.roles)  # before a password is asked for
    if invite:
        secret, _ = _with(lambda accounts: accounts.invite(COMMAND_LINE, newcomer))
        _print_link(secret)
        return 0
    password = chosen(password_file, login)
    account = _with(lambda accounts: accounts.add(COMMAND_LINE, newcomer, password))
    print(f"{account.login} may sign in. Other parts of gigdesk know them as {account.id}.")
    return 0


@staff.command(name="list")
def list_() -> int:
    """Print every account: e-mail, name, roles, queues, state, last sign-in, id.

    For example:

        gigdesk staff list
    """
    from gigdesk.administration.staff import COMMAND_LINE

    for account in _with(lambda accounts: accounts.everyone(COMMAND_LINE)):
        seen = account.signed_in_at.strftime("%Y-%m-%d %H:%M UTC") if account.signed_in_at else "never"
        cells = (
            account.login,
            account.name,
            ",".join(sorted(account.roles)),
            ",".join(sorted(account.queues)),
        )
        print("\t".join((*cells, _state(account), seen, account.id)))
    return 0


@staff.command
def change(
    email: str,
    /,
    *,
    role: Roles = None,
    queue: Queues = None,
    name: str = "",
    even_the_last_admin: EvenTheLast = False,
) -> int:
    """Give other roles, queues or another name; what is not named stays. It holds at the next click.

    For example:

        gigdesk staff change mira@market.example --role lead
        gigdesk staff change mira@market.example --queue safety --queue trust
    """
    from gigdesk.administration.staff import COMMAND_LINE

    async def changed(accounts: "StaffAdministration") -> "Account":
        account = await accounts.known(COMMAND_LINE, email)
        return await accounts.change(
            COMMAND_LINE,
            account,
            roles=role or None,
            queues=queue,
            name=name,
            even_the_last=even_the_last_admin,
        )

    account = _with(changed)
    print(f"{account.login} is now {', '.join(sorted(account.roles))}.")
    return 0


@staff.command
def password(email: str, /, *, password_file: PasswordFile = "", invite: Invite = False) -> int:
    """Set another password, which ends every session; or print a link that chooses one.

    For example:

        gigdesk staff password mira@market.example
        gigdesk staff password mira@market.example --invite
    """
    from gigdesk.administration.staff import COMMAND_LINE
    from gigdesk.cli.passwords import chosen

    if invite:
        _print_link(_done(email, lambda accounts, account: accounts.renew_link(COMMAND_LINE, account)))
        return 0
    account = _with(lambda accounts: accounts.known(COMMAND_LINE, email))
    new = chosen(password_file, account.login)
    _with(lambda accounts: accounts.choose_password(COMMAND_LINE, account, new))
    print(f"{account.login} has another password. Every session of theirs has ended.")
    return 0


@staff.command
def disable(email: str, /, *, even_the_last_admin: EvenTheLast = False) -> int:
    """Let nobody in by this account any more, and end its sessions at once.

    For example:

        gigdesk staff disable mira@market.example
    """
    from gigdesk.administration.staff import COMMAND_LINE

    _done(
        email,
        lambda accounts, account: accounts.disable(COMMAND_LINE, account, even_the_last=even_the_last_admin),
    )
    print("The account is disabled. Every session of it has ended.")
    return 0


@staff.command
def enable(email: str, /) -> int:
    """Let the account in again, with the password that it had.

    For example:

        gigdesk staff enable mira@market.example
    """
    from gigdesk.administration.staff import COMMAND_LINE

    _done(email, lambda accounts, account: accounts.enable(COMMAND_LINE, account))
    print("The account is enabled.")
    return 0


@staff.command(name="second-step")
def second_step(email: str, /, *, remove: Remove = False) -> int:
    """Tell whether a code is asked for beside the password; or remove that, for who lost phone and recovery codes.

    For example:

        gigdesk staff second-step mira@market.example --remove
    """
    from gigdesk.administration.staff import COMMAND_LINE

    if remove:
        _done(email, lambda accounts, account: accounts.remove_second_step(COMMAND_LINE, account))
    account = _with(lambda accounts: accounts.known(COMMAND_LINE, email))
    print(f"{account.login}: second step {'on' if account.second_step else 'off'}")
    return 0


def _done(email: str, deed: "Callable[[StaffAdministration, Account], Awaitable[_Done]]") -> _Done:
    """Do this with the account of this login."""
    from gigdesk.administration.staff import COMMAND_LINE

    async def with_account(accounts: "StaffAdministration") -> _Done:
        return await deed(accounts, await accounts.known(COMMAND_LINE, email))

    return _with(with_account)


def _with(deed: "Callable[[StaffAdministration], Awaitable[_Done]]") -> _Done:
    """Do this with the accounts of the installation."""
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known

    async def run() -> _Done:
        async with wiring.opened(known()) as desk:
            return await deed(desk.administration.staff)

    return asyncio.run(run())


def _state(account: "Account") -> str:
    if not account.is_enabled:
        return "disabled"
    return "enabled" if account.password else "invited"


def _print_link(secret: str) -> None:
    from gigdesk.cli.environment import known

    print(f"{known().base_url}/desk/welcome?invitation={secret}")

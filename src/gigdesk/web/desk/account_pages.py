"""One account of staff: invited, changed, shut and opened by an admin, read by leads and auditors."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.accounts import Account
from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, allows
from gigdesk.administration.staff import Newcomer
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Conflict, Invalid
from gigdesk.web.agent.staff_shown import account_of, key_of, queue_boxes, role_boxes, state_of, ticked
from gigdesk.web.agent.staff_views import AccountForm, LinkShown
from gigdesk.web.desk.owned import OwnedCases
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.desk.staff_pages import STAFF, last_seen
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language

FIELDS = 80
_PLACES = {
    "staff.login": "login",
    "staff.taken": "login",
    "staff.name": "name",
    "staff.role": "roles",
    "staff.queue": "queues",
    "staff.queues": "queues",
}
_SAID = {
    "kept": msg("The account is kept. It holds from their next click."),
    "disabled": msg("The account is disabled. Every session of it has ended."),
    "enabled": msg("The account is enabled, with the password that it had."),
    "ended": msg("Every session of this account has ended."),
    "removed": msg("The second step is removed. The password is enough."),
}
# A link chooses a password: the address of no page that is opened from here is told where it was opened.
_UNTOLD = {"referrer-policy": "no-referrer"}


class DeskAccountPages:
    """Shows one account and takes what is done with it."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell) -> None:
        self._desk = desk
        self._shell = shell
        self._staff = desk.administration.staff
        self._owned = OwnedCases(desk, shell)

    async def new(self, request: Request) -> Response:
        """The form that invites somebody."""
        asked, language = await self._shell.ask(request, Action.ADMINISTER_STAFF)
        return self._draw(asked, language, self._empty(language, {}))

    async def invite(self, request: Request) -> Response:
        """Make the account; the answer shows its link, which no other page does. 422 and 409 are said at the fields."""
        asked, language = await self._shell.ask(request, Action.ADMINISTER_STAFF)
        form = await self._shell.form(request, asked, fields=FIELDS)
        shown = self._empty(language, form)
        newcomer = Newcomer(
            login=shown.login,
            name=shown.name,
            roles=ticked(shown.roles, form),
            queues=ticked(shown.queues, form),
        )
        try:
            secret, account = await self._staff.invite(asked.actor, newcomer)
        except (Invalid, Conflict) as refused:
            return self._refused(asked, language, shown, refused)
        return self._link(asked, language, account, secret, is_new=True)

    async def show(self, request: Request) -> Response:
        """The account as it stands."""
        asked, language = await self._shell.ask(request)
        account = await self._found(request, asked)
        said = next((words for name, words in _SAID.items() if name in request.query_params), "")
        return self._draw(asked, language, await self._form(asked, language, account), said)

    async def keep(self, request: Request) -> Response:
        """Give another name, other roles or queues. 409 shows the account of now with what was chosen."""
        asked, language = await self._shell.ask(request, Action.ADMINISTER_STAFF)
        form = await self._shell.form(request, asked, fields=FIELDS)
        account = await self._found(request, asked)
        shown = await self._form(asked, language, account)
        roles, queues = ticked(shown.roles, form), ticked(shown.queues, form)
        try:
            await self._staff.change(
                asked.actor, _as_read(account, form), roles=roles, queues=queues, name=form.get("name", "")
            )
        except (Invalid, Conflict) as refused:
            chosen = replace(
                shown,
                name=form.get("name", ""),
                roles=role_boxes(frozenset(roles), language),
                queues=queue_boxes(frozenset(queues), self._desk.rulebook.queues, language),
            )
            return self._refused(asked, language, chosen, refused)
        return self._shell.to(_path(account), kept="1")

    async def link(self, request: Request) -> Response:
        """Make a new link; the answer shows it, which no other page does."""
        asked, language, account, form = await self._deed(request)
        try:
            secret = await self._staff.renew_link(asked.actor, _as_read(account, form))
        except Conflict as refused:
            return await self._stays(asked, language, account, refused)
        return self._link(asked, language, account, secret)

    async def disable(self, request: Request) -> Response:
        """Let nobody in by it any more."""
        return await self._do(request, self._staff.disable, "disabled")

    async def enable(self, request: Request) -> Response:
        """Let its owner in again."""
        return await self._do(request, self._staff.enable, "enabled")

    async def end_sessions(self, request: Request) -> Response:
        """End every session of it."""
        return await self._do(request, self._staff.end_sessions, "ended")

    async def remove_second_step(self, request: Request) -> Response:
        """Let the password be enough again."""
        return await self._do(request, self._staff.remove_second_step, "removed")

    async def back(self, request: Request) -> Response:
        """For who loads the address of a form again."""
        asked, _ = await self._shell.ask(request)
        return self._shell.to(_path(await self._found(request, asked)))

    async def _do(
        self, request: Request, deed: Callable[[Actor, Account], Awaitable[None]], said: str
    ) -> Response:
        """Do it and say so; 409 shows the account of now, and why it stays so."""
        asked, language, account, form = await self._deed(request)
        try:
            await deed(asked.actor, _as_read(account, form))
        except Conflict as refused:
            return await self._stays(asked, language, account, refused)
        return self._shell.to(_path(account), **{said: "1"})

    async def _deed(self, request: Request) -> tuple[Asked, Language, Account, Mapping[str, str]]:
        asked, language = await self._shell.ask(request, Action.ADMINISTER_STAFF)
        form = await self._shell.form(request, asked)
        return asked, language, await self._found(request, asked), form

    async def _found(self, request: Request, asked: Asked) -> Account:
        return await self._staff.find(asked.actor, account_of(str(request.path_params["account"])))

    def _empty(self, language: Language, form: Mapping[str, str]) -> AccountForm:
        """The form of a new account, with what was written into it."""
        queues = self._desk.rulebook.queues
        roles, sensitive = role_boxes(frozenset(), language), queue_boxes(frozenset(), queues, language)
        return AccountForm(
            action=self._shell.desk.url(STAFF),
            login=form.get("login", ""),
            name=form.get("name", ""),
            roles=role_boxes(frozenset(ticked(roles, form)), language),
            queues=queue_boxes(frozenset(ticked(sensitive, form)), queues, language),
        )

    async def _form(self, asked: Asked, language: Language, account: Account) -> AccountForm:
        """The form of an account as it stands."""
        owned = await self._owned.of(asked.actor, [account.id])
        seen = await self._desk.sessions.seen([account.id])
        return AccountForm(
            id=key_of(account.id),
            action=self._shell.desk.url(_path(account)),
            login=account.login,
            name=account.name,
            roles=role_boxes(frozenset(account.roles), language),
            queues=queue_boxes(account.queues, self._desk.rulebook.queues, language),
            version=account.version,
            may_change=allows(asked.actor, Action.ADMINISTER_STAFF),
            is_own=account.id == asked.actor.sub,
            state=state_of(account, self._desk.clock.now()),
            seen_at=last_seen(account, seen.get(account.id)),
            created_at=account.created_at,
            owned=owned[account.id],
            is_enabled=account.is_enabled,
            has_password=bool(account.password),
            has_second_step=bool(account.second_step),
        )

    async def _stays(self, asked: Asked, language: Language, account: Account, refused: Conflict) -> Response:
        """The account of now, and why it stays so."""
        return self._refused(asked, language, await self._form(asked, language, account), refused)

    def _refused(
        self, asked: Asked, language: Language, shown: AccountForm, refused: Invalid | Conflict
    ) -> Response:
        words = language.say(refused.sentence, refused.values)
        answer = self._draw(asked, language, replace(shown, errors={_PLACES.get(refused.code, ""): words}))
        answer.status_code = 409 if isinstance(refused, Conflict) else 422
        return answer

    def _draw(self, asked: Asked, language: Language, page: AccountForm, said: str = "") -> Response:
        return self._shell.draw(
            asked, language, "account", here="staff", said=language.gettext(said), page=page
        )

    def _link(
        self, asked: Asked, language: Language, account: Account, secret: str, *, is_new: bool = False
    ) -> Response:
        page = LinkShown(
            name=account.name,
            login=account.login,
            link=f"{self._desk.base_url}/desk/welcome?invitation={secret}",
            account_url=self._shell.desk.url(_path(account)),
            is_new=is_new,
        )
        answer = self._shell.draw(asked, language, "account_link", here="staff", page=page)
        answer.headers.update(_UNTOLD)
        return answer


def _path(account: Account) -> str:
    return f"{STAFF}/{key_of(account.id)}"


def _as_read(account: Account, form: Mapping[str, str]) -> Account:
    """The account as the form had it: of another version where it has changed since."""
    version = form.get("version", "")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    return replace(account, version=int(version) if is_number else 0)

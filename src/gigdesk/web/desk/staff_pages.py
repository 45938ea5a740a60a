"""Who works here: the accounts of the desk, and whoever else comes with a role, with the open cases that they own."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.accounts import ID_PREFIX, Account
from gigdesk.access.policy import Action, allows
from gigdesk.app import Gigdesk
from gigdesk.errors import FieldError, Invalid
from gigdesk.gigs.model import Person
from gigdesk.web.agent.staff_shown import account_line, staff_line, state_of
from gigdesk.web.agent.staff_views import AccountLine, StaffLine, StaffList, StaffPart
from gigdesk.web.desk.owned import OwnedCases
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language

STAFF = "/desk/settings/staff"
LINES = 25


class DeskStaffPages:
    """Shows who works here."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell) -> None:
        self._desk = desk
        self._shell = shell
        self._owned = OwnedCases(desk, shell)

    async def list(self, request: Request) -> Response:
        """Accounts by login from ``after`` on; who else came, last first, from ``cursor`` on. One part where asked."""
        asked, language = await self._shell.ask(request)
        params = request.query_params
        after, cursor = params.get("after", ""), params.get("cursor", "")
        accounts, of_accounts = await self._accounts(asked, language, after)
        others, of_others = await self._others(asked, cursor)
        page = StaffList(
            accounts=accounts if not cursor else (),
            of_accounts=of_accounts if not cursor else StaffPart(is_shown=False),
            others=others if not after else (),
            of_others=of_others if not after else StaffPart(is_shown=False),
            may_invite=allows(asked.actor, Action.ADMINISTER_STAFF),
        )
        return self._shell.draw(asked, language, "staff", here="staff", page=page)

    async def _accounts(
        self, asked: Asked, language: Language, after: str
    ) -> tuple[Sequence[AccountLine], StaffPart]:
        every = await self._desk.administration.staff.everyone(asked.actor)
        found = [account for account in every if account.login > after][: LINES + 1]
        shown = found[:LINES]
        part = StaffPart(
            next_url=self._url(after=shown[-1].login) if len(found) > LINES else "",
            first_url=self._url() if after else "",
        )
        ids = [account.id for account in shown]
        owned = await self._owned.of(asked.actor, ids)
        seen = await self._desk.sessions.seen(ids)
        said, now = (language, self._desk.rulebook.queues), self._desk.clock.now()
        return [
            account_line(one, state_of(one, now), last_seen(one, seen.get(one.id)), owned[one.id], said)
            for one in shown
        ], part

    async def _others(self, asked: Asked, cursor: str) -> tuple[Sequence[StaffLine], StaffPart]:
        found = await self._desk.people.team(LINES + 1, _place(cursor), but=ID_PREFIX)
        people = found[:LINES]
        part = StaffPart(
            next_url=self._url(cursor=_cursor(people[-1])) if len(found) > LINES else "",
            first_url=self._url() if cursor else "",
        )
        owned = await self._owned.of(asked.actor, [person.user_id for person in people])
        return [staff_line(person, owned[person.user_id]) for person in people], part

    def _url(self, **params: str) -> str:
        return self._shell.desk.url(f"{STAFF}?{urlencode(params)}" if params else STAFF)


def last_seen(account: Account, in_session: datetime | None) -> datetime | None:
    """When its owner was here: in a session that is still kept, else when they signed in last."""
    return max((at for at in (account.signed_in_at, in_session) if at), default=None)


def _cursor(last: Person) -> str:
    return f"{last.met_at.isoformat()} {last.user_id}" if last.met_at else ""


def _place(cursor: str) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, _, user_id = cursor.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    is_id = bool(user_id) and "\x00" not in user_id and len(cursor) <= 400
    if moment is None or moment.tzinfo is None or not is_id:
        entry = FieldError("cursor", "query.wrong", "Send back “next” of the page before, unchanged.")
        raise Invalid("query.wrong", "The query is not understood. See each entry.", errors=[entry])
    return moment, user_id

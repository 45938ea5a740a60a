"""Settings: what there is, what is owed to the world and failed, and the log of what administrators did."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.accounts import Account
from gigdesk.access.policy import Action
from gigdesk.administration.events import AdminEvent, OfAccount
from gigdesk.administration.model import Wanted
from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.cases.owed import UpcomingEffect
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.seal import replay
from gigdesk.cases.upcoming import steps
from gigdesk.errors import FieldError, Invalid, NotFound, Phrase
from gigdesk.paging import Place
from gigdesk.web.agent.account_said import Known
from gigdesk.web.agent.settings_shown import GONE, KINDS, entry_shown, parked_shown, upcoming_shown
from gigdesk.web.agent.settings_views import ChoiceShown, LogShown, OutboxShown, UpcomingShown
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language

LINES = 25
UPCOMING = 20
OUTBOX, LOG = "/desk/settings/outbox", "/desk/settings/log"


class DeskSettingsPages:
    """Draws the overview, the effects and the log."""

    def __init__(self, desk: Gigdesk, shell: SettingsShell) -> None:
        self._desk = desk
        self._shell = shell

    async def overview(self, request: Request) -> Response:
        """What can be set."""
        asked, language = await self._shell.ask(request)
        return self._shell.draw(asked, language, "settings", here="")

    async def outbox(self, request: Request) -> Response:
        """What is parked, oldest first, from ``cursor`` on; how far behind the rest is; what is due later."""
        asked, language = await self._shell.ask(request)
        cursor = request.query_params.get("cursor", "")
        effects = self._desk.administration.effects
        state = await effects.state(asked.actor)
        page = await effects.parked(asked.actor, _place(cursor), LINES)
        rows = await self._rows(asked, [item.case for item in page.items])
        shown = OutboxShown(
            due=state.due,
            later=state.later,
            held=state.held,
            parked=state.parked,
            lag=language.span(state.oldest) if state.due else "",
            items=[
                parked_shown(item, rows.get(item.case), self._case_url(item.case), language)
                for item in page.items
            ],
            upcoming=await self._upcoming(asked, language),
            next_url=self._url(OUTBOX, cursor=_cursor(page.next)) if page.next else "",
            first_url=self._url(OUTBOX) if cursor else "",
        )
        said = _retried(request.query_params.get("retried", ""), language)
        return self._shell.draw(asked, language, "outbox", here="outbox", said=said, page=shown)

    async def retry(self, request: Request) -> Response:
        """Make one parked effect due now."""
        asked, _ = await self._shell.ask(request, Action.ADMINISTER)
        await self._shell.form(request, asked)
        try:
            effect = UUID(str(request.path_params["effect"]))
        except ValueError:
            raise NotFound("effect.unknown", "No effect of this id is parked.") from None
        await self._desk.administration.effects.retry(asked.actor, effect)
        return self._shell.to(OUTBOX, retried="1")

    async def retry_all(self, request: Request) -> Response:
        """Make everything that is parked due now."""
        asked, _ = await self._shell.ask(request, Action.ADMINISTER)
        await self._shell.form(request, asked)
        count = await self._desk.administration.effects.retry_all(asked.actor)
        return self._shell.to(OUTBOX, retried=str(count))

    async def back(self, request: Request) -> Response:
        """For who loads the address of a form again."""
        await self._shell.ask(request)
        return self._shell.to(OUTBOX)

    async def log(self, request: Request) -> Response:
        """The administrative log, the newest first: of a kind, of a person, before a number."""
        asked, language = await self._shell.ask(request)
        params = request.query_params
        wanted = Wanted(
            kind=params.get("kind", "") if params.get("kind") in KINDS else "",
            actor=person if (person := params.get("person", "")[:64]).isprintable() else "",
            before=_number(params.get("before", "")),
        )
        entries = self._desk.administration.entries
        page = await entries.page(asked.actor, wanted, LINES)
        people = await entries.people(asked.actor)
        known = await self._known(asked, [event for _, event in page.entries])
        holds = {name: value for name, value in (("kind", wanted.kind), ("person", wanted.actor)) if value}
        shown = LogShown(
            entries=[entry_shown(entry, event, known, language) for entry, event in page.entries],
            kinds=_choices({kind: language.gettext(words) for kind, words in KINDS.items()}, wanted.kind),
            people=_choices(
                {entry.actor: entry.name or language.gettext(GONE) for entry in people}, wanted.actor
            ),
            is_filtered=bool(holds),
            next_url=self._url(LOG, **holds, before=str(page.next)) if page.next else "",
            first_url=self._url(LOG, **holds) if wanted.before is not None else "",
        )
        return self._shell.draw(asked, language, "admin_log", here="log", page=shown)

    async def _known(self, asked: Asked, events: Sequence[AdminEvent]) -> Known:
        """What entries name by id or code; accounts are read only where an entry is about one."""
        accounts: Sequence[Account] = ()
        if any(isinstance(event, OfAccount) for event in events):
            accounts = await self._desk.administration.staff.everyone(asked.actor)
        return Known(
            accounts={account.id: account.name for account in accounts},
            queue=self._desk.rulebook.queues.label,
        )

    async def _upcoming(self, asked: Asked, language: Language) -> Sequence[UpcomingShown]:
        """The next effects that are due later, with what each timer would do as its case stands."""
        found = await self._desk.administration.effects.upcoming(asked.actor, UPCOMING)
        rows = await self._rows(asked, [item.case for item in found])
        logs = await self._desk.log.load_all(list(rows))
        cases = {case: replay(commits) for case, commits in logs.items()}

        def would(item: UpcomingEffect) -> tuple[Phrase, ...]:
            case = cases.get(item.case)
            return tuple(steps(case, item.effect.due)) if case and item.effect.kind == "wake" else ()

        return [
            upcoming_shown(item, rows[item.case], self._case_url(item.case), would(item), language)
            for item in found
            if item.case in rows
        ]

    async def _rows(self, asked: Asked, cases: Iterable[UUID]) -> Mapping[UUID, CaseRow]:
        """The summaries of these cases, but for those that are about who looks: they know of none."""
        person = self._desk.handler.person(asked.actor.sub)
        found = [await self._desk.index.get_row(case) for case in dict.fromkeys(cases)]
        return {row.id: row for row in found if row and person not in (row.reporter, row.respondent)}

    def _case_url(self, case: UUID) -> str:
        return self._shell.desk.url(f"/desk/cases/{case}")

    def _url(self, path: str, **params: str) -> str:
        return self._shell.desk.url(path) + (f"?{urlencode(params)}" if params else "")


def _retried(count: str, language: Language) -> str:
    """What was just tried again."""
    if not count.isdigit() or len(count) > 9:
        return ""
    if count == "0":
        return language.gettext(msg("Nothing is parked."))
    said = language.ngettext("%(num)s effect is due now.", "%(num)s effects are due now.", int(count))
    return said % {"num": language.number(int(count))}


def _choices(labels: Mapping[str, str], chosen: str) -> Sequence[ChoiceShown]:
    return [
        ChoiceShown(value=value, label=label, is_chosen=value == chosen) for value, label in labels.items()
    ]


def _cursor(place: Place) -> str:
    return f"{place.at.isoformat()}_{place.id}"


def _place(cursor: str) -> Place | None:
    """Where a page begins; raises Invalid for what is no place."""
    if not cursor:
        return None
    at, _, own = cursor.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        place = Place(at=moment, id=UUID(own))
    except ValueError:
        raise _no_place() from None
    if moment.tzinfo is None:
        raise _no_place()
    return place


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise _no_place()
    return int(text)


def _no_place() -> Invalid:
    entry = FieldError("cursor", "query.wrong", "Send back “next” of the page before, unchanged.")
    return Invalid("query.wrong", "The query is not understood. See each entry.", errors=[entry])

"""Puts the web together: from Gigdesk and how its site is to look and behave, to what the App serves."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from gigdesk.access.acquaintance import Acquaintances
from gigdesk.access.work_accounts import WorkAccounts
from gigdesk.app import Gigdesk
from gigdesk.errors import GigdeskError, NotSignedIn
from gigdesk.notices.courier import Courier
from gigdesk.web.api.acts import ActApi
from gigdesk.web.api.cases import CaseApi
from gigdesk.web.api.export import ExportApi
from gigdesk.web.api.figures import FigureApi
from gigdesk.web.api.gigs import GigApi
from gigdesk.web.api.inside import InsideApi
from gigdesk.web.api.macros import MacroApi
from gigdesk.web.api.reports import ReportApi
from gigdesk.web.api.search import SearchApi
from gigdesk.web.app import Routing
from gigdesk.web.bodies import BodyTiming, PendingBudget
from gigdesk.web.case_intake import CaseIntake
from gigdesk.web.case_pages import CasePages
from gigdesk.web.demo import DemoCast, DemoPages
from gigdesk.web.desk.account_pages import DeskAccountPages
from gigdesk.web.desk.around import DeskAround
from gigdesk.web.desk.bulk_pages import DeskBulkPages
from gigdesk.web.desk.case_pages import DeskCasePages
from gigdesk.web.desk.figure_pages import DeskFigurePages
from gigdesk.web.desk.frame import Desk
from gigdesk.web.desk.here import DeskHere
from gigdesk.web.desk.list_pages import DeskListPages
from gigdesk.web.desk.macro_pages import DeskMacroPages
from gigdesk.web.desk.places import DeskPlaces
from gigdesk.web.desk.rule_pages import DeskRulePages
from gigdesk.web.desk.rulebook_pages import DeskRulesPages
from gigdesk.web.desk.saved_pages import DeskSavedPages
from gigdesk.web.desk.settings import SettingsShell
from gigdesk.web.desk.settings_pages import DeskSettingsPages
from gigdesk.web.desk.staff_pages import DeskStaffPages
from gigdesk.web.downloads import Downloads
from gigdesk.web.health import Health
from gigdesk.web.identity import Identity
from gigdesk.web.intake import ReportIntake
from gigdesk.web.language import Language, Languages
from gigdesk.web.limits import RateLimits
from gigdesk.web.logs import current_request_id
from gigdesk.web.notices import NoticePages
from gigdesk.web.openapi.page import DocsPage
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.problems import headers_for_page, problem
from gigdesk.web.receipt_page import ReceiptPage
from gigdesk.web.record import RecordApi
from gigdesk.web.reporter.views import Refused
from gigdesk.web.reporter_pages import ReporterPages
from gigdesk.web.routes import Api, DeskHandlers, hot, routes
from gigdesk.web.routes_of_staff import DoorHandlers
from gigdesk.web.signin import SignInPages
from gigdesk.web.staff.arrival import Arrival, DoorOptions
from gigdesk.web.staff.attempts import Attempts
from gigdesk.web.staff.code_door import CodeDoor
from gigdesk.web.staff.door import DeskDoor
from gigdesk.web.staff.gate import HOME, is_desk
from gigdesk.web.staff.own_account import OwnAccount
from gigdesk.web.staff.second_step import SecondStepPages
from gigdesk.web.staff.sessions import SessionPages
from gigdesk.web.staff.work import PATH as WORK_ACCOUNTS
from gigdesk.web.staff.work import WorkPages
from gigdesk.web.static_files import StaticFiles
from gigdesk.web.telemetry import Telemetry

_UNTOLD = {"referrer-policy": "no-referrer"}  # the address of /sign-in has a token in it

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the web is told beside Gigdesk itself; ``background`` raises while work in this process stands still."""

    identity: Identity
    acquaintances: Acquaintances
    pages: Pages
    rates: RateLimits
    timing: BodyTiming
    telemetry: Telemetry
    courier: Courier
    sign_in_url: str = ""
    demo: DemoCast | None = None
    work_accounts: WorkAccounts | None = None
    background: Callable[[], Awaitable[None]] | None = None


def build(desk: Gigdesk, options: Options) -> Routing:
    """Everything that is served, wired to the capabilities."""
    languages = Languages()
    refusals = Refusals(options.pages, languages, options.sign_in_url)
    intake = ReportIntake(desk, options.rates, options.timing, PendingBudget(), options.acquaintances)
    additions = CaseIntake(desk, options.rates, options.timing)
    reports = ReportApi(desk, options.identity, intake, options.telemetry)
    api = (
        reports,
        CaseApi(desk, options.identity, Downloads(desk), languages),
        ActApi(desk, options.identity, languages, options.timing, additions),
        InsideApi(desk, options.identity),
        GigApi(desk, options.identity, languages, options.timing, options.rates),
        DocsPage(options.pages, desk.rulebook),
        RecordApi(desk, options.identity, languages),
        SearchApi(desk, options.identity),
        MacroApi(desk, options.identity, languages),
    )
    table = list(_table(desk, options, api, (intake, additions), refusals))
    if options.demo:
        demo = DemoPages(options.demo, refusals.draw, options.pages.url)
        table.append(Route("/demo", demo.get, methods=["GET"]))
    return Routing(
        router=Router(routes=table), hot=hot(reports), refuse=refusals.refuse, telemetry=options.telemetry
    )


def _table(
    desk: Gigdesk,
    options: Options,
    api: Api,
    intakes: tuple[ReportIntake, CaseIntake],
    refusals: "Refusals",
) -> Sequence[Route]:
    identity = options.identity
    intake, additions = intakes
    return routes(
        api,
        ReporterPages(desk, identity, intake, options.pages, refusals.languages),
        SignInPages(identity, desk.sign_in, refusals.draw, options.sign_in_url),
        Health(
            desk,
            partial(
                options.telemetry.metrics,
                outbox=desk.outbox,
                count_behind=desk.insights.follower.count_behind,
            ),
            options.background,
            may_see=options.telemetry.may_see,
        ),
        StaticFiles(options.pages.assets),
        case_pages=CasePages(desk, identity, options.pages, refusals.languages, additions),
        receipt=ReceiptPage(desk, identity, options.pages, refusals.languages),
        notices=NoticePages(desk, identity, options.pages, refusals.languages),
        desk=_at_desk(desk, options, refusals.languages, additions),
        doors=_doors(desk, options, refusals.languages),
    )


def _doors(desk: Gigdesk, options: Options, languages: Languages) -> DoorHandlers:
    """The desk's own way in, one's sessions, and the way by work accounts; tries are counted for both."""
    pages, attempts, work = options.pages, Attempts(), options.work_accounts
    looks = DoorOptions(
        pages=pages,
        languages=languages,
        work_url=pages.url(WORK_ACCOUNTS) if work else "",
        reports_url=options.sign_in_url or pages.brand.home_url,
    )
    arrival = Arrival(identity=options.identity, sign_in=desk.sign_in)
    own = OwnAccount(identity=options.identity, sign_in=desk.sign_in, steps=desk.staff.steps)
    codes = CodeDoor(arrival, desk.staff.steps, attempts, looks)
    door = DeskDoor(arrival, codes, desk.staff.accounts, attempts, looks)
    return DoorHandlers(
        door=door,
        codes=codes,
        sessions=SessionPages(own, desk.sign_in, pages, languages),
        second_step=SecondStepPages(own, attempts, pages, languages),
        work=WorkPages(options.identity, desk.sign_in, work, attempts, door),
    )


def _at_desk(desk: Gigdesk, options: Options, languages: Languages, additions: CaseIntake) -> DeskHandlers:
    """What answers for the pages of staff."""
    identity = options.identity
    shell = Desk(identity=identity, pages=options.pages, languages=languages)
    settings = SettingsShell(desk=shell)
    return DeskHandlers(
        lists=DeskListPages(desk, shell),
        bulk=DeskBulkPages(desk, shell),
        saved=DeskSavedPages(desk, shell),
        figures=DeskFigurePages(desk, shell),
        above=(FigureApi(desk, identity), ExportApi(desk, identity, options.rates)),
        case=DeskCasePages(desk, shell, additions, options.courier),
        around=DeskAround(desk, shell),
        here=DeskHere(desk, shell),
        places=DeskPlaces(desk, shell),
        settings=DeskSettingsPages(desk, settings),
        macros=DeskMacroPages(desk, settings, languages),
        rules=DeskRulesPages(desk, settings),
        rule=DeskRulePages(desk, settings),
        staff=DeskStaffPages(desk, settings),
        account=DeskAccountPages(desk, settings),
    )


class Refusals:
    """How errors look: problem details to programs, a page to people."""

    def __init__(self, pages: Pages, languages: Languages, sign_in_url: str) -> None:
        self._pages = pages
        self.languages = languages
        self._sign_in_url = sign_in_url

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The answer for what a handler raised; a fault of ours is logged, with its place but not its text."""
        number = current_request_id()
        language = self._language(request)
        answer = problem(error, language.say, number, language.tag)
        if answer.status_code == 500:
            _log.error("request_failed", exc_info=error)
        elif answer.status_code == 503 and isinstance(error, GigdeskError):
            _log.warning("part_was_away", code=error.code)
        is_page = not request.scope["path"].startswith("/api/")
        if is_page and "html" in request.headers.get("accept", ""):
            answer = self._page(request, error, answer, number)
        if request.scope["path"] == "/sign-in":
            answer.headers.update(_UNTOLD)
        if request.method not in {"GET", "HEAD"} and getattr(error, "leaves_body", True):
            answer.headers["connection"] = "close"
        return answer

    def draw(self, request: Request, template: str, view: object) -> Response:
        """A page of signing in and out."""
        language = self._language(request)
        body = self._pages.render(template, language, page=view)
        return Response(body, headers={**HEADERS, **_UNTOLD, "content-language": language.tag})

    def _page(self, request: Request, error: Exception, plain: Response, number: str) -> Response:
        language = self._language(request)
        sign_in_url = self._way_in(request) if isinstance(error, NotSignedIn) else ""
        if sign_in_url and request.method in {"GET", "HEAD"}:
            return Response(status_code=303, headers={"location": sign_in_url, "cache-control": "no-store"})
        status = plain.status_code
        told, at_desk = orjson.loads(plain.body), is_desk(request.scope["path"])
        shown = Refused(
            status=status,
            message=told["detail"],
            code=told["code"],
            number=number if status >= 500 else "",
            retry_after=getattr(error, "retry_after", None),
            reports_url="" if at_desk else self._pages.url("/reports"),
            desk_url=self._pages.url("/desk") if at_desk else "",
            sign_in_url=sign_in_url,
        )
        headers = {**HEADERS, "content-language": language.tag}
        headers |= headers_for_page(plain)
        return Response(self._pages.refusal(language, shown), status, headers=headers)

    def _way_in(self, request: Request) -> str:
        """The page for signing in, told where to send the person back to: the desk's own, or the marketplace's."""
        path, query = request.scope["path"], request.url.query
        if is_desk(path):
            # Where a form was posted to there is nothing to come back to.
            is_page = request.method in {"GET", "HEAD"}
            here = (f"{path}?{query}" if query else path) if is_page else HOME
            return self._pages.url("/desk/sign-in?" + urlencode({"next": here}))
        if not self._sign_in_url:
            return ""
        here = self._pages.base_url + path
        if query and path != "/sign-in":  # a token that was refused there would be refused again
            here += f"?{query}"
        joint = "&" if "?" in self._sign_in_url else "?"
        return f"{self._sign_in_url}{joint}{urlencode({'return_to': here})}"

    def _language(self, request: Request) -> Language:
        return self.languages.negotiate(request.headers.get("accept-language", ""))

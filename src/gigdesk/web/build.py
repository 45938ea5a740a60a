"""Puts the web together: from Gigdesk and how its site is to look and behave, to what the App serves."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from gigdesk.app import Gigdesk
from gigdesk.errors import GigdeskError, NotSignedIn
from gigdesk.web.api.acts import ActApi
from gigdesk.web.api.cases import CaseApi
from gigdesk.web.api.gigs import GigApi
from gigdesk.web.api.inside import InsideApi
from gigdesk.web.api.reports import ReportApi
from gigdesk.web.app import Routing
from gigdesk.web.bodies import BodyTiming, PendingBudget
from gigdesk.web.case_intake import CaseIntake
from gigdesk.web.case_pages import CasePages
from gigdesk.web.demo import DemoCast, DemoPages
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
from gigdesk.web.routes import Api, hot, routes
from gigdesk.web.signin import SignInPages
from gigdesk.web.static_files import StaticFiles
from gigdesk.web.telemetry import Telemetry

_UNTOLD = {"referrer-policy": "no-referrer"}  # the address of /sign-in has a token in it

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the web is told beside Gigdesk itself; ``background`` raises while work in this process stands still."""

    identity: Identity
    pages: Pages
    rates: RateLimits
    timing: BodyTiming
    telemetry: Telemetry
    sign_in_url: str = ""
    demo: DemoCast | None = None
    background: Callable[[], Awaitable[None]] | None = None


def build(desk: Gigdesk, options: Options) -> Routing:
    """Everything that is served, wired to the capabilities."""
    languages = Languages()
    refusals = Refusals(options.pages, languages, options.sign_in_url)
    intake = ReportIntake(desk, options.rates, options.timing, PendingBudget())
    additions = CaseIntake(desk, options.rates, options.timing)
    reports = ReportApi(desk, options.identity, intake, options.telemetry)
    api = (
        reports,
        CaseApi(desk, options.identity, Downloads(desk), languages),
        ActApi(desk, options.identity, languages, options.timing, additions),
        InsideApi(desk, options.identity),
        GigApi(desk, options.identity, languages, options.timing, options.rates),
        DocsPage(options.pages, desk.rulebook.taxonomy.codes),
        RecordApi(desk, options.identity, languages),
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
            partial(options.telemetry.metrics, outbox=desk.outbox),
            options.background,
            may_see=options.telemetry.may_see,
        ),
        StaticFiles(options.pages.assets),
        case_pages=CasePages(desk, identity, options.pages, refusals.languages, additions),
        receipt=ReceiptPage(desk, identity, options.pages, refusals.languages),
        notices=NoticePages(desk, identity, options.pages, refusals.languages),
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
        sign_in_url = self._way_in(request) if isinstance(error, NotSignedIn) and self._sign_in_url else ""
        if sign_in_url and request.method in {"GET", "HEAD"}:
            return Response(status_code=303, headers={"location": sign_in_url, "cache-control": "no-store"})
        status = plain.status_code
        shown = Refused(
            status=status,
            message=orjson.loads(plain.body)["detail"],
            number=number if status >= 500 else "",
            retry_after=getattr(error, "retry_after", None),
            reports_url=self._pages.url("/reports"),
            sign_in_url=sign_in_url,
        )
        headers = {**HEADERS, "content-language": language.tag}
        headers |= headers_for_page(plain)
        return Response(self._pages.refusal(language, shown), status, headers=headers)

    def _way_in(self, request: Request) -> str:
        """The marketplace's page for signing in, told where to send the person back to."""
        from urllib.parse import urlencode

        path, query = request.scope["path"], request.url.query
        here = self._pages.base_url + path
        if query and path != "/sign-in":  # a token that was refused there would be refused again
            here += f"?{query}"
        joint = "&" if "?" in self._sign_in_url else "?"
        return f"{self._sign_in_url}{joint}{urlencode({'return_to': here})}"

    def _language(self, request: Request) -> Language:
        return self.languages.negotiate(request.headers.get("accept-language", ""))

"""Every URL of gigdesk, on one page."""

from collections.abc import Sequence

from starlette.routing import Route

from gigdesk.cases.lifecycle import Act
from gigdesk.cases.plans import PLANS
from gigdesk.web.api.acts import ActApi
from gigdesk.web.api.cases import CaseApi
from gigdesk.web.api.gigs import GigApi
from gigdesk.web.api.inside import InsideApi
from gigdesk.web.api.reports import ReportApi
from gigdesk.web.app import Handler
from gigdesk.web.case_pages import CasePages
from gigdesk.web.health import Health
from gigdesk.web.notices import NoticePages
from gigdesk.web.openapi.page import DocsPage
from gigdesk.web.receipt_page import ReceiptPage
from gigdesk.web.record import RecordApi
from gigdesk.web.reporter_pages import ReporterPages
from gigdesk.web.signin import SignInPages
from gigdesk.web.static_files import StaticFiles

Api = tuple[ReportApi, CaseApi, ActApi, InsideApi, GigApi, DocsPage, RecordApi]

GET, POST, PUT = ["GET"], ["POST"], ["PUT"]
CASE = "/api/cases/{case}"
FILE = CASE + "/evidence/{evidence}"
PAGE = "/reports/{case}"
LINK = "/notices/unsubscribe/{value}"


def routes(
    api: Api,
    reporter: ReporterPages,
    sign_in: SignInPages,
    health: Health,
    assets: StaticFiles,
    *,
    case_pages: CasePages,
    receipt: ReceiptPage,
    notices: NoticePages,
) -> Sequence[Route]:
    """Path, handler, methods; the first match wins."""
    reports, cases, acts, inside, gigs, docs, record = api
    return [
        # the API
        Route("/api/report-issue", reports.post, methods=POST),
        Route("/api/intake", gigs.intake, methods=GET),
        Route("/api/gigs/{gigId}", gigs.put, methods=PUT),
        Route("/api/cases", cases.list, methods=GET),
        Route(CASE, cases.get, methods=GET),
        Route(CASE + "/receipt", cases.receipt, methods=GET),
        Route(CASE + "/notices", inside.notices, methods=GET),
        Route(CASE + "/duplicates", inside.duplicates, methods=GET),
        Route(CASE + "/record", record.get, methods=GET),
        *moves(acts),
        Route(FILE, cases.evidence, methods=GET),
        Route(FILE + "/original", cases.original, methods=GET),
        Route("/api/openapi.json", health.openapi, methods=GET),
        Route("/api/docs", docs.get, methods=GET),
        Route("/api/receipt-keys", health.receipt_keys, methods=GET),
        # the pages of who reports
        Route("/gigs/{gigId}/report-issue", reporter.form, methods=GET),
        Route("/gigs/{gigId}/report-issue", reporter.send, methods=POST),
        Route("/reports", reporter.list, methods=GET),
        *_of_case(case_pages, receipt),
        Route("/", reporter.home, methods=GET),
        *_of_everybody(notices, sign_in),
        *running(health, assets),
    ]


def running(health: Health, assets: StaticFiles) -> Sequence[Route]:
    """What is for who keeps it running, and for browsers."""
    return [
        Route("/healthz", health.alive, methods=GET),
        Route("/readyz", health.ready, methods=GET),
        Route("/metrics", health.metrics, methods=GET),
        Route("/assets/{name}", assets.get, methods=GET),
    ]


def moves(acts: ActApi) -> Sequence[Route]:
    """What may be done with a case, by the table of plans; and what was."""
    paths = [Route(f"{CASE}/{act}", acts.act, methods=_methods(act)) for act in Act]
    return [Route(CASE + "/events", acts.events, methods=GET), *paths]


def forms(case_pages: CasePages) -> Sequence[Route]:
    """What the parties of a case do on its page: each form posts to an address of its own."""
    acts = (Act.MESSAGES, Act.STATEMENT, Act.ACCEPTANCE, Act.APPEAL, Act.WITHDRAWAL, Act.REOPENING)
    posted = [Route(f"{PAGE}/{act}", case_pages.act, methods=POST) for act in acts]
    return [*posted, *(Route(f"{PAGE}/{act}", case_pages.back, methods=GET) for act in acts)]


def _of_case(case_pages: CasePages, receipt: ReceiptPage) -> Sequence[Route]:
    """The pages of one case for its parties."""
    return [
        Route(PAGE, case_pages.case, methods=GET),
        Route(PAGE + "/receipt", receipt.get, methods=GET),
        Route(PAGE + "/files/{evidence}", case_pages.file, methods=GET),
        Route(PAGE + "/files/{evidence}/thumbnail", case_pages.thumbnail, methods=GET),
        *forms(case_pages),
    ]


def _of_everybody(notices: NoticePages, sign_in: SignInPages) -> Sequence[Route]:
    """What everybody has: what they are sent, and signing in."""
    return [
        Route("/notices", notices.choices, methods=GET),
        Route("/notices", notices.choose, methods=POST),
        Route(LINK, notices.link, methods=GET),
        Route(LINK, notices.off, methods=POST),
        Route(LINK + "/undo", notices.undo, methods=POST),
        Route("/sign-in", sign_in.get, methods=GET),
        Route("/sign-in", sign_in.post, methods=POST),
        Route("/sign-out", sign_in.sign_out, methods=POST),
    ]


def hot(reports: ReportApi) -> dict[tuple[str, str], Handler]:
    """The path that every report takes: found without matching the others."""
    return {("POST", "/api/report-issue"): reports.post}


def _methods(act: Act) -> list[str]:
    """The methods by which an act is done and undone."""
    return [method for method in ("POST", "DELETE") if (method, act) in PLANS]

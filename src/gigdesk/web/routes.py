"""Every URL of gigdesk, on one page; what staff keep of accounts and how they come in is on the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.routing import Route

from gigdesk.cases.lifecycle import Act
from gigdesk.cases.plans import PLANS
from gigdesk.web.api.acts import ActApi
from gigdesk.web.api.cases import CaseApi
from gigdesk.web.api.export import ExportApi
from gigdesk.web.api.figures import FigureApi
from gigdesk.web.api.gigs import GigApi
from gigdesk.web.api.inside import InsideApi
from gigdesk.web.api.macros import MacroApi
from gigdesk.web.api.reports import ReportApi
from gigdesk.web.api.search import SearchApi
from gigdesk.web.app import Handler
from gigdesk.web.case_pages import CasePages
from gigdesk.web.desk.account_pages import DeskAccountPages
from gigdesk.web.desk.around import DeskAround
from gigdesk.web.desk.bulk_pages import DeskBulkPages
from gigdesk.web.desk.case_pages import DeskCasePages
from gigdesk.web.desk.figure_pages import DeskFigurePages
from gigdesk.web.desk.here import DeskHere
from gigdesk.web.desk.list_pages import DeskListPages
from gigdesk.web.desk.macro_pages import DeskMacroPages
from gigdesk.web.desk.places import DeskPlaces
from gigdesk.web.desk.rule_pages import DeskRulePages
from gigdesk.web.desk.rulebook_pages import DeskRulesPages
from gigdesk.web.desk.saved_pages import DeskSavedPages
from gigdesk.web.desk.settings_pages import DeskSettingsPages
from gigdesk.web.desk.staff_pages import DeskStaffPages
from gigdesk.web.health import Health
from gigdesk.web.notices import NoticePages
from gigdesk.web.openapi.page import DocsPage
from gigdesk.web.receipt_page import ReceiptPage
from gigdesk.web.record import RecordApi
from gigdesk.web.reporter_pages import ReporterPages
from gigdesk.web.routes_of_staff import DoorHandlers, of_accounts, of_doors
from gigdesk.web.signin import SignInPages
from gigdesk.web.static_files import StaticFiles

Above = tuple[FigureApi, ExportApi]
Api = tuple[ReportApi, CaseApi, ActApi, InsideApi, GigApi, DocsPage, RecordApi, SearchApi, MacroApi]

GET, POST, PUT = ["GET"], ["POST"], ["PUT"]
CASE = "/api/cases/{case}"
FILE = CASE + "/evidence/{evidence}"
PAGE, DESK_CASE = "/reports/{case}", "/desk/cases/{case}"
SETTINGS, MACROS = "/desk/settings", "/desk/macros"
LINK = "/notices/unsubscribe/{value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHandlers:
    """What answers for the pages of staff."""

    lists: DeskListPages
    bulk: DeskBulkPages
    saved: DeskSavedPages
    figures: DeskFigurePages
    above: Above
    case: DeskCasePages
    around: DeskAround
    settings: DeskSettingsPages
    macros: DeskMacroPages
    here: DeskHere
    places: DeskPlaces
    rules: DeskRulesPages
    rule: DeskRulePages
    staff: DeskStaffPages
    account: DeskAccountPages


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
    desk: DeskHandlers,
    doors: DoorHandlers,
) -> Sequence[Route]:
    """Path, handler, methods; the first match wins."""
    return [
        *of_api(api, health),
        *_of_reporter(reporter),
        *_of_case(case_pages, receipt),
        *_of_everybody(notices, sign_in),
        *of_doors(doors, sign_in),
        *of_desk(desk),
        *running(health, assets),
    ]


def of_api(api: Api, health: Health) -> Sequence[Route]:
    """What programs call."""
    reports, cases, acts, inside, gigs, docs, record, search, macros = api
    return [
        Route("/api/report-issue", reports.post, methods=POST),
        Route("/api/intake", gigs.intake, methods=GET),
        Route("/api/gigs/{gigId}", gigs.put, methods=PUT),
        Route("/api/cases", cases.list, methods=GET),
        Route("/api/search", search.get, methods=GET),
        Route(CASE, cases.get, methods=GET),
        Route(CASE + "/receipt", cases.receipt, methods=GET),
        Route(CASE + "/notices", inside.notices, methods=GET),
        Route(CASE + "/duplicates", inside.duplicates, methods=GET),
        Route(CASE + "/record", record.get, methods=GET),
        *moves(acts),
        Route(FILE, cases.evidence, methods=GET),
        Route(FILE + "/original", cases.original, methods=GET),
        Route("/api/macros", macros.list, methods=GET),
        Route("/api/openapi.json", health.openapi, methods=GET),
        Route("/api/docs", docs.get, methods=GET),
        Route("/api/receipt-keys", health.receipt_keys, methods=GET),
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


def _of_reporter(reporter: ReporterPages) -> Sequence[Route]:
    """The pages of who reports."""
    return [
        Route("/gigs/{gigId}/report-issue", reporter.form, methods=GET),
        Route("/gigs/{gigId}/report-issue", reporter.send, methods=POST),
        Route("/reports", reporter.list, methods=GET),
        Route("/", reporter.home, methods=GET),
    ]


def _of_case(case_pages: CasePages, receipt: ReceiptPage) -> Sequence[Route]:
    """The pages of one case for its parties."""
    return [
        Route(PAGE, case_pages.case, methods=GET),
        Route(PAGE + "/receipt", receipt.get, methods=GET),
        Route(PAGE + "/files/{evidence}", case_pages.file, methods=GET),
        Route(PAGE + "/files/{evidence}/thumbnail", case_pages.thumbnail, methods=GET),
        *forms(case_pages),
    ]


def of_desk(desk: DeskHandlers) -> Sequence[Route]:
    """The pages of staff: lists of cases, what is done with many, and one case."""
    lists, bulk, saved = desk.lists, desk.bulk, desk.saved
    figures, export = desk.above
    return [
        Route("/desk", lists.list, methods=GET),
        Route("/desk/news", lists.news, methods=GET),
        Route("/desk/places", desk.places.get, methods=GET),
        Route("/desk/next", lists.next, methods=POST),
        Route("/desk/next", bulk.back, methods=GET),
        Route("/desk/bulk", bulk.act, methods=POST),
        Route("/desk/bulk", bulk.back, methods=GET),
        Route("/desk/views", saved.save, methods=POST),
        Route("/desk/views", bulk.back, methods=GET),
        Route("/desk/views/{view}/removal", saved.remove, methods=POST),
        Route("/desk/views/{view}/removal", bulk.back, methods=GET),
        Route("/desk/figures", desk.figures.figures, methods=GET),
        Route("/api/figures", figures.get, methods=GET),
        Route("/api/export", export.get, methods=GET),
        *of_desk_case(desk.case, desk.around, desk.here),
        *of_settings(desk),
    ]


def of_settings(desk: DeskHandlers) -> Sequence[Route]:
    """The pages of those who run the desk."""
    pages = desk.settings
    return [
        Route(SETTINGS, pages.overview, methods=GET),
        Route(SETTINGS + "/outbox", pages.outbox, methods=GET),
        Route(SETTINGS + "/outbox/retries", pages.retry_all, methods=POST),
        Route(SETTINGS + "/outbox/retries", pages.back, methods=GET),
        Route(SETTINGS + "/outbox/{effect}/retry", pages.retry, methods=POST),
        Route(SETTINGS + "/outbox/{effect}/retry", pages.back, methods=GET),
        Route(SETTINGS + "/log", pages.log, methods=GET),
        Route(SETTINGS + "/rules", desk.rules.document, methods=GET),
        Route(SETTINGS + "/rules", desk.rules.keep, methods=POST),
        *of_rules(desk.rule),
        *of_accounts(desk.staff, desk.account),
        *of_macros(desk.macros),
    ]


def of_rules(rule: DeskRulePages) -> Sequence[Route]:
    """The parts of the rules that have forms."""
    found = [
        Route(SETTINGS + "/routing/{code}/move", rule.move, methods=POST),
        Route(SETTINGS + "/routing/{code}/move", rule.back, methods=GET),
    ]
    for kind in ("queues", "types", "routing"):
        place = f"{SETTINGS}/{kind}"
        found += [
            Route(place, partial(rule.list, kind), methods=GET),
            Route(place + "/{code}", partial(rule.edit, kind), methods=GET),
            Route(place + "/{code}", partial(rule.keep, kind), methods=POST),
        ]
    return found


def of_macros(macros: DeskMacroPages) -> Sequence[Route]:
    """Canned replies."""
    return [
        Route(MACROS, macros.list, methods=GET),
        Route(MACROS, macros.keep, methods=POST),
        Route(MACROS + "/new", macros.new, methods=GET),
        Route(MACROS + "/{macro}", macros.edit, methods=GET),
        Route(MACROS + "/{macro}", macros.keep, methods=POST),
        Route(MACROS + "/{macro}/removal", macros.remove, methods=POST),
        Route(MACROS + "/{macro}/removal", macros.back, methods=GET),
        Route(MACROS + "/{macro}/restoration", macros.restore, methods=POST),
        Route(MACROS + "/{macro}/restoration", macros.back, methods=GET),
    ]


def of_desk_case(desk_case: DeskCasePages, around: DeskAround, here: DeskHere) -> Sequence[Route]:
    """The page of one case for staff; each of its forms posts to an address of its own."""
    acts = (
        *(Act.ASSIGNMENT, Act.REQUEST, Act.REVIEW, Act.MESSAGES, Act.NOTES, Act.DECISION, Act.REOPENING),
        *(Act.CLOSURE, Act.MERGE, Act.SNOOZE, Act.ESCALATION, Act.HOLD, Act.TYPE, Act.PRIORITY, Act.TAGS),
    )
    return [
        Route(DESK_CASE, desk_case.case, methods=GET),
        Route(DESK_CASE + "/around", around.get, methods=GET),
        Route(DESK_CASE + "/here", here.post, methods=POST),
        Route(DESK_CASE + "/colleagues", desk_case.colleagues, methods=GET),
        Route(DESK_CASE + "/preview", desk_case.preview, methods=POST),
        Route(DESK_CASE + "/files/{evidence}", desk_case.file, methods=GET),
        Route(DESK_CASE + "/files/{evidence}/thumbnail", desk_case.thumbnail, methods=GET),
        *(Route(f"{DESK_CASE}/{act}", desk_case.act, methods=POST) for act in acts),
        *(Route(f"{DESK_CASE}/{act}", desk_case.back, methods=GET) for act in (*acts, "preview")),
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

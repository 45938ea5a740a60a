"""The pages of who reports: the form, their reports, and one report with its files."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.intake import Intake
from gigdesk.cases.ports import CaseQuery
from gigdesk.cases.taxonomy import find
from gigdesk.cases.view import CaseView, FileView
from gigdesk.errors import GigdeskError, NotSignedIn
from gigdesk.evidence.model import Verdict
from gigdesk.ids import uuid7
from gigdesk.paging import DEFAULT_LIMIT
from gigdesk.web.api.cases import case_id, evidence_id, read_query, write_cursor
from gigdesk.web.api.gigs import intake_for
from gigdesk.web.downloads import Downloads
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.intake import Call, ReportIntake
from gigdesk.web.language import Language, Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.problems import headers_for_page, problem
from gigdesk.web.reporter.views import (
    CaseList,
    CaseListed,
    CaseShown,
    DetailShown,
    FieldProblem,
    FileShown,
    GigShown,
    ReportForm,
    Viewer,
)


class ReporterPages:
    """Draws pages and takes the form that a browser without script posts."""

    def __init__(
        self,
        desk: Gigdesk,
        identity: Identity,
        intake: ReportIntake,
        pages: Pages,
        languages: Languages,
    ) -> None:
        self._desk = desk
        self._identity = identity
        self._intake = intake
        self._pages = pages
        self._languages = languages
        self._downloads = Downloads(desk)

    async def home(self, request: Request) -> Response:
        """The site has no front page of its own: reports are what people come for."""
        return RedirectResponse(self._pages.url("/reports"), 303)

    async def form(self, request: Request) -> Response:
        """The form for this gig, empty."""
        asked = await self._identity.ask(request.scope)
        form = await intake_for(self._desk, self._intake.rates, asked.actor, request.path_params["gigId"])
        chosen = {k: v for k, v in request.query_params.items() if k == "issueType" and form.find(v)}
        return self._draw_form(request, asked, form, chosen, ())

    async def send(self, request: Request) -> Response:
        """Take the posted form: on to the report, or back to the form with what is to be put right."""
        asked = await self._identity.ask(request.scope)
        gig_id = request.path_params["gigId"]
        form = await intake_for(self._desk, self._intake.rates, asked.actor, gig_id)
        call = Call(
            scope=request.scope,
            receive=request.receive,
            actor=asked.actor,
            gig_in_path=gig_id,
            check_csrf=asked.check_csrf,
        )
        try:
            opened = await self._intake.take(call, request.headers.get("content-type", ""))
        except NotSignedIn:
            raise
        except GigdeskError as error:
            problems = self._problems(request, asked, error)
            typed = dict(call.fields.values)
            if error.code.startswith("idempotency."):
                # With that key it would be refused again, whatever is typed.
                typed.pop("idempotencyKey", None)
            answer = self._draw_form(request, asked, form, typed, problems)
            told = problem(error, self._language(request, asked).say, "")
            answer.status_code = told.status_code
            answer.headers.update(headers_for_page(told))
            if not call.is_whole:
                answer.headers["connection"] = "close"
            return answer
        return RedirectResponse(self._pages.url(f"/reports/{opened.commit.case}"), 303)

    async def list(self, request: Request) -> Response:
        """The caller's reports, newest first."""
        asked = await self._identity.ask(request.scope)
        _, after, _ = read_query({k: v for k, v in request.query_params.items() if k == "cursor"})
        page = await self._desk.reader.cases(asked.actor, CaseQuery(), after, DEFAULT_LIMIT)
        cursor = write_cursor(page.next)
        shown = CaseList(
            cases=[
                CaseListed(
                    url=self._pages.url(f"/reports/{listed.row.id}"),
                    reference=listed.row.reference,
                    status=listed.row.status,
                    issue_label=_label(listed.row.issue_type),
                    gig_title=listed.gig_title,
                    opened_at=listed.row.opened_at,
                    files=listed.row.files,
                )
                for listed in page.items
            ],
            next_url=self._pages.url(f"/reports?cursor={cursor}") if cursor else "",
            first_url=self._pages.url("/reports") if after else "",
        )
        return self._draw(request, asked, "reports", page=shown)

    async def case(self, request: Request) -> Response:
        """One report: reference, status, what happens next, text and files."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        return self._draw(request, asked, "case", page=self._shown(view))

    async def file(self, request: Request) -> Response:
        """The safe copy of a file."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_EVIDENCE)
        return await self._downloads.derivative(view, evidence_id(request))

    async def thumbnail(self, request: Request) -> Response:
        """The small picture of a file."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_EVIDENCE)
        return await self._downloads.derivative(view, evidence_id(request), thumbnail=True)

    def _shown(self, view: CaseView) -> CaseShown:
        kind, case = view.issue_type, view.case
        details = {f.name: f for f in kind.fields} if kind else {}
        return CaseShown(
            reference=case.reference,
            status=case.status.value,
            issue_label=_label(case.issue_type),
            gig=GigShown(title=view.gig_title, other_name=(view.respondent or {}).get("name", "")),
            description=view.description,
            files=[self._file(view, file) for file in view.files],
            opened_at=case.opened_at,
            receipt_url="" if view.is_staff else self._pages.url(f"/api/cases/{case.id}/receipt"),
            details=[
                DetailShown(field=details[name], value=value)
                for name, value in view.details.items()
                if name in details
            ],
            reply_by=view.first_reply_by,
            first_reply=kind.first_reply if kind else None,
            shields_reporter=bool(kind and kind.shields_reporter),
            is_safety=case.queue == "safety",
        )

    def _file(self, view: CaseView, file: FileView) -> FileShown:
        found, base = file.evidence, f"/reports/{view.case.id}/files/{file.evidence.id}"
        is_shown = found.verdict is Verdict.CLEAN and found.derivative is not None
        return FileShown(
            name=file.name,
            size=found.size,
            state=found.verdict.value,
            url=self._pages.url(base) if is_shown else "",
            thumbnail_url=self._pages.url(f"{base}/thumbnail") if is_shown and found.thumbnail else "",
        )

    def _draw_form(
        self,
        request: Request,
        asked: Asked,
        form: Intake,
        typed: Mapping[str, str],
        problems: tuple[FieldProblem, ...],
    ) -> Response:
        shown = ReportForm(
            intake=form,
            csrf=self._identity.csrf(asked),
            idempotency_key=typed.get("idempotencyKey") or str(uuid7()),
            draft_key=f"{self._desk.handler.person(asked.actor.sub)[:16]}.{form.gig_id}",
            typed={k: v for k, v in typed.items() if k not in {"csrf", "idempotencyKey"}},
            problems=problems,
            back_url=self._pages.brand.gig_address(form.gig_id),
        )
        return self._draw(request, asked, "report", form=shown)

    def _problems(self, request: Request, asked: Asked, error: GigdeskError) -> tuple[FieldProblem, ...]:
        language = self._language(request, asked)
        if not error.errors:
            return (FieldProblem(field="", message=language.say(error.sentence, error.values)),)
        return tuple(
            FieldProblem(field=e.field, message=language.say(e.sentence, e.values)) for e in error.errors
        )

    def _draw(self, request: Request, asked: Asked, template: str, **view: object) -> Response:
        viewer = Viewer(name=asked.actor.name or asked.actor.sub, csrf=self._identity.csrf(asked))
        language = self._language(request, asked)
        body = self._pages.render(template, language, viewer, **view)
        return Response(body, headers={**HEADERS, "content-language": language.tag})

    def _language(self, request: Request, asked: Asked) -> Language:
        return self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)


def _label(code: str) -> str:
    kind = find(code)
    return kind.label if kind else code

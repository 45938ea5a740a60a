"""The pages of who reports: the form, and their reports."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.app import Gigdesk
from gigdesk.cases.intake import Intake
from gigdesk.errors import GigdeskError, NotSignedIn
from gigdesk.ids import uuid7
from gigdesk.web.api.gigs import intake_for
from gigdesk.web.api.listing import one_of, read_query, wrong
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.intake import Call, ReportIntake
from gigdesk.web.language import Language, Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.problems import headers_for_page, problem
from gigdesk.web.reporter.list_shown import SHOWN, Chosen, list_shown
from gigdesk.web.reporter.views import FieldProblem, ReportForm, Viewer


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
        params = dict(request.query_params)
        known = {name: value for name, value in params.items() if name in {"cursor", "gigId"}}
        wanted, after, limit = read_query(known, self._desk.rulebook.taxonomy, is_staff=asked.actor.is_staff)
        chosen = Chosen(show=_show(params), gig_id=wanted.gig_id, is_first=after is None)
        wanted = replace(wanted, statuses=SHOWN[chosen.show])
        page = await self._desk.lists.cases(asked.actor, wanted, after, limit)
        language, now = self._language(request, asked), self._desk.clock.now()
        return self._draw(
            request, asked, "reports", page=list_shown(page, chosen, self._pages.url, language, now)
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


def _show(params: Mapping[str, str]) -> str:
    """Which reports are asked for; raises Invalid for what is none of them."""
    show = params.get("show") or "all"
    if show not in SHOWN:
        raise wrong([one_of("show", ", ".join(SHOWN))])
    return show

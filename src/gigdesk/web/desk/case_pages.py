"""The page of one case for staff: everything about it on one screen, and a form for each move.

Each form posts to an address of its own and works without script: done, it leads back to the page; refused, the
page is drawn as the case is now, with the sentence and with all that was typed.
"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.mentions import written
from gigdesk.cases.view import CaseView, view_of
from gigdesk.errors import GigdeskError, NotFound, NotSignedIn
from gigdesk.evidence.model import ReceivedFile
from gigdesk.notices.courier import Courier
from gigdesk.web.addressed import people_of
from gigdesk.web.agent.case_shown import Looking, desk_case
from gigdesk.web.agent.case_views import DeskCase
from gigdesk.web.agent.move_forms import SentMove
from gigdesk.web.agent.moves import MOVES_BY_NAME
from gigdesk.web.agent.notices_shown import notices_shown
from gigdesk.web.agent.readers_shown import readers_shown
from gigdesk.web.agent.refused import MOVED_ON, refused_move
from gigdesk.web.answers import json_answer
from gigdesk.web.api.cases import case_id, evidence_id
from gigdesk.web.case_intake import Addition, CaseIntake, is_form
from gigdesk.web.desk.around import DeskAround
from gigdesk.web.desk.beside import DeskBeside
from gigdesk.web.desk.frame import Desk
from gigdesk.web.desk.moves import DeskMoves, MovePosted
from gigdesk.web.desk.previews import DeskPreviews, letter_answer
from gigdesk.web.downloads import Downloads
from gigdesk.web.form_files import forged
from gigdesk.web.identity import Asked
from gigdesk.web.problems import headers_for_page, problem
from gigdesk.web.small_form import form_pairs

_AROUND = 16 << 10  # bytes of a form beside its text
_PER_CHARACTER = 12  # bytes of a character of four bytes, each as %XX
_FIELDS = 130  # a decision names as many files as the API takes


class DeskCasePages:
    """Draws a case for staff and takes the forms of its page."""

    def __init__(self, desk: Gigdesk, shell: Desk, intake: CaseIntake, courier: Courier) -> None:
        self._desk = desk
        self._shell = shell
        self._intake = intake
        self._beside = DeskBeside(desk, shell.pages)
        self._moves = DeskMoves(desk, self._beside)
        self._previews = DeskPreviews(desk, shell, courier)
        self._downloads = Downloads(desk)
        self._around = DeskAround(desk, shell)

    async def case(self, request: Request) -> Response:
        """One case. ``move`` opens a form, ``file`` shows a file, ``done`` says what was just done."""
        asked = await self._shell.ask(request)
        view = await self._see(request, asked)
        query, language = request.query_params, self._shell.language(request, asked)
        looking = self._looking(
            asked,
            move=query.get("move", ""),
            file=query.get("file", ""),
            is_unveiled=query.get("show") == "yes",
        )
        page = await self._page(request, asked, view, looking)
        around = await self._around.of(asked.actor, query.get("list", ""), view.case.id, language)
        page = replace(page, around=around)
        if move := MOVES_BY_NAME.get(query.get("done", "")):
            undo = move.undone_by if move.undone_by in page.forms else ""
            page = replace(page, said=language.gettext(move.done), undo=undo)
        return self._draw(request, asked, page)

    async def act(self, request: Request) -> Response:
        """Take a posted form: back to the page, or the page with what is to be put right."""
        asked = await self._shell.ask(request)
        view = await self._see(request, asked)
        if is_form(request.headers.get("content-type", "")):
            return await self._take(request, asked, view)
        call = await self._posted(request, asked, view)
        try:
            await self._moves.do(call)
        except (NotSignedIn, NotFound):
            raise
        except GigdeskError as error:
            return await self._refused(request, asked, call, error)
        if call.act is Act.TYPE and not await self._is_seen(request, asked):
            return RedirectResponse(self._shell.url("/desk?gone=1"), 303)
        return self._back_to(view, call)

    async def preview(self, request: Request) -> Response:
        """What the form would become, as a page or, where it names one, as the letter; nothing is sent.

        With ``write`` it leads back to the page of the case, with all that was typed.
        """
        asked = await self._shell.ask(request)
        call = await self._posted(request, asked, await self._see(request, asked))
        if call.one("write"):
            kept = SentMove(move=call.name, posted=call.posted, has_files=call.has_files)
            page = await self._page(request, asked, call.view, self._looking(asked, sent=kept))
            if call.name not in page.forms:
                page = replace(page, refused=self._shell.language(request, asked).gettext(MOVED_ON))
            return self._draw(request, asked, page)
        try:
            foresight = await self._previews.foresee(await self._moves.rehearse(call))
        except (NotSignedIn, NotFound):
            raise
        except GigdeskError as error:
            return await self._refused(request, asked, call, error)
        if number := call.one("letter"):
            return letter_answer(foresight, number)
        language = self._shell.language(request, asked)
        shown = await self._previews.shown(call, foresight, language, csrf=self._shell.identity.csrf(asked))
        return self._shell.draw(asked, language, "preview", page=shown)

    async def colleagues(self, request: Request) -> Response:
        """Whom a note on this case can name, as JSON: each with what to write after the @ so that they are meant."""
        asked = await self._shell.ask(request)
        view = await self._see(request, asked)
        found = await self._desk.insights.colleagues.who_see(view.sight.row, view.sight.person)
        items = [
            {"name": person.name or handle, "handle": handle}
            for person, handle in written(one.named for one in found)
        ]
        return json_answer({"items": items})

    async def back(self, request: Request) -> Response:
        """To the page of the form: who signs in again is sent to where they posted."""
        return RedirectResponse(self._shell.url(f"/desk/cases/{case_id(request)}"), 303)

    async def file(self, request: Request) -> Response:
        """The safe copy of a file."""
        return await self._file(request, thumbnail=False)

    async def thumbnail(self, request: Request) -> Response:
        """The small picture of a file."""
        return await self._file(request, thumbnail=True)

    async def _file(self, request: Request, *, thumbnail: bool) -> Response:
        asked = await self._shell.ask(request)
        view = await self._desk.reader.see(asked.actor, case_id(request), Action.SEE_EVIDENCE)
        if not view.is_staff:
            raise NotFound("case.unknown", "There is no such report, or it is not yours.")
        return await self._downloads.derivative(view, evidence_id(request), thumbnail=thumbnail)

    async def _take(self, request: Request, asked: Asked, view: CaseView) -> Response:
        """The same of a reply that may bring files; its text comes before them."""
        begun = MovePosted.of(request, asked, view, ())
        call = Addition(
            scope=request.scope,
            receive=request.receive,
            actor=asked.actor,
            case=view.case.id,
            act=begun.act,
            judge=lambda addition: self._moves.judge(begun.filled(addition.fields.values)),
            is_page=True,
            check_csrf=asked.check_csrf,
        )

        async def submit(files: tuple[ReceivedFile, ...]) -> object:
            return await self._moves.do(begun.filled(call.fields.values), files)

        try:
            await self._intake.take(call, request.headers["content-type"], submit)  # type: ignore[arg-type]
        except (NotSignedIn, NotFound) as error:
            error.leaves_body = not call.is_whole
            raise
        except GigdeskError as error:
            if error.code == "csrf.missing":
                error.leaves_body = not call.is_whole
                raise
            posted = replace(begun.filled(call.fields.values), has_files=call.has_files)
            answer = await self._refused(request, asked, posted, error)
            if not call.is_whole:
                answer.headers["connection"] = "close"
            return answer
        return self._back_to(view, begun.filled(call.fields.values))

    async def _posted(self, request: Request, asked: Asked, view: CaseView) -> MovePosted:
        """The form, which is one of ours."""
        most = self._desk.limits.description * _PER_CHARACTER + _AROUND
        pairs = await form_pairs(request, most, _FIELDS)
        if asked.check_csrf is not None and not asked.check_csrf(dict(reversed(pairs)).get("csrf", "")):
            raise forged()
        return MovePosted.of(request, asked, view, pairs)

    async def _see(self, request: Request, asked: Asked) -> CaseView:
        sight = await self._desk.reader.look_as_staff(asked.actor, case_id(request))
        return view_of(sight, self._desk.rulebook.taxonomy)

    async def _is_seen(self, request: Request, asked: Asked) -> bool:
        """Whether they still see it: with another type a case may go where they do not."""
        try:
            await self._see(request, asked)
        except NotFound:
            return False
        return True

    async def _refused(
        self, request: Request, asked: Asked, call: MovePosted, error: GigdeskError
    ) -> Response:
        """The page as the case is now, with what was wrong and what was typed."""
        view = await self._see(request, asked)
        language = self._shell.language(request, asked)
        sent = refused_move(
            SentMove(move=call.name, posted=call.posted, has_files=call.has_files), error, language
        )
        page = await self._page(request, asked, view, self._looking(asked, sent=sent))
        answer = self._draw(request, asked, page)
        plain = problem(error, language.say, "")
        answer.status_code = plain.status_code
        answer.headers.update(headers_for_page(plain))
        return answer

    async def _page(self, request: Request, asked: Asked, view: CaseView, looking: Looking) -> DeskCase:
        beside = await self._beside.of(asked.actor, view)
        language = self._shell.language(request, asked)
        page = desk_case(
            view, beside, looking, url=self._shell.url, language=language, limits=self._desk.limits
        )
        others = await self._desk.insights.reading.others(asked.actor, [view.case.id])
        readers = readers_shown(others.get(view.case.id, ()), language)
        gig_url = self._shell.pages.brand.gig_address(view.case.gig_id)
        queue = self._desk.rulebook.queues.label(view.case.queue)
        gig, head = replace(page.gig, url=gig_url), replace(page.head, queue=queue)
        entries = await self._desk.notices.of_case(view.case.id)
        notices = notices_shown(entries, await people_of(self._desk, view.sight))
        return replace(page, gig=gig, head=head, readers=readers, notices=notices)

    def _looking(
        self,
        asked: Asked,
        *,
        move: str = "",
        file: str = "",
        is_unveiled: bool = False,
        sent: SentMove | None = None,
    ) -> Looking:
        return Looking(
            csrf=self._shell.identity.csrf(asked),
            at=self._desk.clock.now(),
            move=move,
            file=file,
            is_unveiled=is_unveiled,
            sent=sent,
        )

    def _draw(self, request: Request, asked: Asked, page: DeskCase) -> Response:
        return self._shell.draw(asked, self._shell.language(request, asked), "case", page=page)

    def _back_to(self, view: CaseView, call: MovePosted) -> Response:
        return RedirectResponse(self._shell.url(f"/desk/cases/{view.case.id}?done={call.name}"), 303)

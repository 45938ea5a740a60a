"""The page of one case for its parties: what was said and done, and forms for what they may do now.

Each form posts to an address of its own and works without script: done, it leads back to the page; refused,
the page is drawn as the case is now, with the sentence and with all that was typed.
"""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.access.policy import Action
from gigdesk.app import Gigdesk
from gigdesk.cases.act import Condition, Done, Key
from gigdesk.cases.estimate import Estimate
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.plans import PLANS, in_room
from gigdesk.cases.view import CaseView
from gigdesk.errors import (
    FieldError,
    GigdeskError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
)
from gigdesk.evidence.model import ReceivedFile
from gigdesk.web.api.act_bodies import FIELDS, judge_begun, read_body
from gigdesk.web.api.cases import case_id, evidence_id
from gigdesk.web.case_intake import TAKE_FILES, Addition, CaseIntake, is_form
from gigdesk.web.crossing import condition_of
from gigdesk.web.downloads import Downloads
from gigdesk.web.form_files import forged
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.intake import check_key
from gigdesk.web.language import Language, Languages
from gigdesk.web.looking import is_looked_at
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.problems import headers_for_page, problem
from gigdesk.web.reporter import act_words
from gigdesk.web.reporter.act_forms import Sent, act_forms
from gigdesk.web.reporter.act_words import WORDS
from gigdesk.web.reporter.case_shown import case_shown
from gigdesk.web.reporter.live_shown import live_shown
from gigdesk.web.reporter.views import CaseShown, Viewer
from gigdesk.web.small_form import small_form

_AROUND = 8 << 10  # bytes of a form beside its text
_PER_CHARACTER = 12  # bytes of a character of four bytes, each as %XX


class CasePages:
    """Draws a case and takes the forms of its page."""

    def __init__(
        self, desk: Gigdesk, identity: Identity, pages: Pages, languages: Languages, intake: CaseIntake
    ) -> None:
        self._desk = desk
        self._identity = identity
        self._pages = pages
        self._languages = languages
        self._intake = intake
        self._downloads = Downloads(desk)

    async def case(self, request: Request) -> Response:
        """One report: where it stands, what happens next, what was said, what the caller may do."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        if is_looked_at(request):
            await self._desk.lists.looked(view)
        language = self._language(request, asked)
        shown = await self._shown(asked, view, language)
        said = _said(view, request.query_params.get("done", ""))
        return self._draw(asked, replace(shown, said=language.gettext(said) if said else ""), language)

    async def act(self, request: Request) -> Response:
        """Take a posted form: back to the page, or the page with what is to be put right."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        act = Act(request.scope["path"].rpartition("/")[2])
        if view.is_staff:
            raise NotAllowed("case.for_parties", "This form is for the people whom the report is about.")
        if act in TAKE_FILES and is_form(request.headers.get("content-type", "")):
            return await self._take(request, asked, view, act)
        form = await small_form(request, self._desk.limits.description * _PER_CHARACTER + _AROUND)
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise forged()
        try:
            self._intake.rates.hit_act(asked.actor.sub)
            await self._do(asked, view, act, form)
        except (NotSignedIn, NotFound):
            raise
        except GigdeskError as error:
            return await self._refused(request, asked, Sent(act=act, form=form), error)
        return self._back_to(view, act, form)

    async def back(self, request: Request) -> Response:
        """To the page of the form: who signs in again is sent to where they posted."""
        return RedirectResponse(self._pages.url(f"/reports/{case_id(request)}"), 303)

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

    async def _take(self, request: Request, asked: Asked, view: CaseView, act: Act) -> Response:
        """The same of a form that may bring files. Files alone are no message: they stand for themselves."""
        call = Addition(
            scope=request.scope,
            receive=request.receive,
            actor=asked.actor,
            case=view.case.id,
            act=act,
            judge=lambda begun: self._judge_begun(act, begun.fields.values),
            is_page=True,
            check_csrf=asked.check_csrf,
        )
        form = call.fields.values

        async def submit(files: tuple[ReceivedFile, ...]) -> Done:
            meant = Act.EVIDENCE if self._is_alone(act, call) else act
            return await self._do(asked, view, meant, form, files)

        try:
            await self._intake.take(call, request.headers["content-type"], submit)
        except (NotSignedIn, NotFound) as error:
            error.leaves_body = not call.is_whole
            raise
        except GigdeskError as error:
            if error.code == "csrf.missing":
                error.leaves_body = not call.is_whole
                raise
            sent = Sent(act=act, form=form, has_files=call.has_files)
            answer = await self._refused(request, asked, sent, error)
            if not call.is_whole:
                answer.headers["connection"] = "close"
            return answer
        return self._back_to(view, Act.EVIDENCE if self._is_alone(act, call) else act, form)

    def _is_alone(self, act: Act, call: Addition) -> bool:
        return act is Act.MESSAGES and call.has_files and not call.fields.values.get("text", "").strip()

    def _judge_begun(self, act: Act, form: Mapping[str, str]) -> None:
        """The text of our own form comes before its files: it is judged before they are taken."""
        judge = read_body if act is Act.STATEMENT else judge_begun
        judge(FIELDS["POST", act], _document(act, form), self._desk.limits.description)

    def _back_to(self, view: CaseView, act: Act, form: Mapping[str, str]) -> Response:
        is_reply = act is Act.MESSAGES and form.get("form") == act_words.REPLY
        name = act_words.REPLY if is_reply else act.value
        return RedirectResponse(self._pages.url(f"/reports/{view.case.id}?done={name}"), 303)

    async def _do(
        self,
        asked: Asked,
        view: CaseView,
        act: Act,
        form: Mapping[str, str],
        files: tuple[ReceivedFile, ...] = (),
    ) -> Done:
        words, document = WORDS.get(act), _document(act, form)
        values = read_body(FIELDS["POST", act], document, self._desk.limits.description)
        if words and words.sure and form.get("sure") != "yes":
            raise Invalid(
                "fields.wrong",
                "The body is not as it must be. See each field.",
                errors=[FieldError("sure", "field.missing", act_words.NOT_SURE)],
            )
        key = form.get("idempotencyKey")
        if key is not None:
            check_key(key)
        plan = PLANS["POST", act]({**values, "files": files}, self._desk.handler.person)
        return await self._desk.acts.act(
            asked.actor,
            view.case.id,
            in_room(plan, files, self._desk.limits),
            condition=condition_of(form.get("version", "")) if words and words.unseen else Condition(),
            key=Key.of(key, act, document, files=files),
        )

    async def _refused(self, request: Request, asked: Asked, sent: Sent, error: GigdeskError) -> Response:
        """The page as the case is now, with what was wrong and what was typed."""
        view = await self._desk.reader.see(asked.actor, case_id(request))
        language = self._language(request, asked)
        if first := _of_a_field(error):
            sentence = (
                act_words.NEEDED
                if first.code == "field.missing" and first.field != "sure"
                else first.sentence
            )
            told = language.say(sentence, first.values)
            sent = replace(sent, problem=told, problem_at=first.field)
        shown = await self._shown(
            asked, view, language, replace(sent, is_spent=error.code.startswith("idempotency."))
        )
        if not shown.wrong:
            shown = replace(shown, refused=_sentence(error, sent, language))
        answer = self._draw(asked, shown, language)
        plain = problem(error, language.say, "")
        answer.status_code = plain.status_code
        answer.headers.update(headers_for_page(plain))
        return answer

    async def _shown(
        self, asked: Asked, view: CaseView, language: Language, sent: Sent | None = None
    ) -> CaseShown:
        now = self._desk.clock.now()
        estimate = await self._desk.reader.estimate(view, now)
        shown = replace(
            case_shown(view, self._pages.url, language, now), estimate=_estimated(estimate, language)
        )
        if view.is_staff:
            return shown
        shown = replace(shown, live=live_shown(view, self._pages.url))
        forms = act_forms(
            view,
            view.allowed(now),
            self._pages.url,
            csrf=self._identity.csrf(asked),
            limits=self._desk.limits,
            sent=sent,
        )
        kept = sent.text if sent and not any(form.typed for form in forms) else ""
        return replace(shown, forms=forms, kept=kept)

    def _draw(self, asked: Asked, shown: CaseShown, language: Language) -> Response:
        viewer = Viewer(name=asked.actor.name or asked.actor.sub, csrf=self._identity.csrf(asked))
        body = self._pages.render("case", language, viewer, page=shown)
        return Response(body, headers={**HEADERS, "content-language": language.tag})

    def _language(self, request: Request, asked: Asked) -> Language:
        return self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)


def _document(act: Act, form: Mapping[str, str]) -> dict[str, str]:
    """The form as the body of the API has it."""
    name = WORDS[act].field if act in WORDS else ""
    return {name: form[name]} if form.get(name) else {}


def _estimated(estimate: Estimate | None, language: Language) -> str:
    sentences = estimate.sentences if estimate else ()
    return " ".join(language.say(said.sentence, said.values) for said in sentences)


def _said(view: CaseView, done: str) -> str:
    """What to say of what was just done: what came of it counts, not what was asked for."""
    if done == Act.WITHDRAWAL and view.case.closed_reason is None:
        return act_words.WITHDRAWAL_ASKED
    if done == Act.EVIDENCE:
        return act_words.FILES_SENT
    return WORDS[done].done if done in WORDS else ""


def _of_a_field(error: GigdeskError) -> FieldError | None:
    """Where on the form it is to be put right: what is wrong with a file is, at the files."""
    if error.errors:
        return error.errors[0]
    is_of_files = error.code.startswith(("file.", "files.", "case.too_many_", "body.too_large"))
    return FieldError("files", error.code, error.sentence, error.values) if is_of_files else None


def _sentence(error: GigdeskError, sent: Sent, language: Language) -> str:
    """Why it was not done; that the case has moved on is said in the words of the page."""
    if error.code in {"move.illegal", "version.outdated"}:
        return language.gettext(act_words.MOVED_ON if sent.text else act_words.MOVED_ON_EMPTY)
    return language.say(error.sentence, error.values)

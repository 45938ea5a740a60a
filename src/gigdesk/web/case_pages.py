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
from gigdesk.cases.act import Condition, Key
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.plans import PLANS
from gigdesk.cases.view import CaseView
from gigdesk.cases.visibility import Viewer as Party
from gigdesk.errors import (
    FieldError,
    GigdeskError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
)
from gigdesk.web.api.act_bodies import FIELDS, read_body
from gigdesk.web.api.cases import case_id, evidence_id
from gigdesk.web.downloads import Downloads
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.intake import check_key
from gigdesk.web.language import Language, Languages
from gigdesk.web.limits import RateLimits
from gigdesk.web.looking import is_looked_at
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.problems import headers_for_page, problem
from gigdesk.web.reporter import act_words
from gigdesk.web.reporter.act_forms import Sent, act_forms
from gigdesk.web.reporter.act_words import WORDS
from gigdesk.web.reporter.case_shown import case_shown
from gigdesk.web.reporter.views import CaseShown, Viewer
from gigdesk.web.small_form import small_form

_AROUND = 8 << 10  # bytes of a form beside its text
_PER_CHARACTER = 12  # bytes of a character of four bytes, each as %XX


class CasePages:
    """Draws a case and takes the forms of its page."""

    def __init__(
        self, desk: Gigdesk, identity: Identity, pages: Pages, languages: Languages, rates: RateLimits
    ) -> None:
        self._desk = desk
        self._identity = identity
        self._pages = pages
        self._languages = languages
        self._rates = rates
        self._downloads = Downloads(desk)

    async def case(self, request: Request) -> Response:
        """One report: where it stands, what happens next, what was said, what the caller may do."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        if is_looked_at(request):
            await self._desk.lists.looked(view)
        language = self._language(request, asked)
        shown = self._shown(asked, view, language)
        said = _said(view, request.query_params.get("done", ""))
        return self._draw(asked, replace(shown, said=language.gettext(said) if said else ""), language)

    async def act(self, request: Request) -> Response:
        """Take a posted form: back to the page, or the page with what is to be put right."""
        asked = await self._identity.ask(request.scope)
        view = await self._desk.reader.see(asked.actor, case_id(request))
        form = await small_form(request, self._desk.limits.description * _PER_CHARACTER + _AROUND)
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise NotAllowed(
                "csrf.missing",
                "This form was not sent from our own page. Open the page again and send it from there.",
            )
        if view.viewer is Party.STAFF:
            raise NotAllowed("case.for_parties", "This form is for the people whom the report is about.")
        act = Act(request.scope["path"].rpartition("/")[2])
        name = act_words.REPLY if form.get("form") == act_words.REPLY else act.value
        try:
            await self._do(asked, view, act, form)
        except (NotSignedIn, NotFound):
            raise
        except GigdeskError as error:
            return await self._refused(request, asked, Sent(act=act, form=form), error)
        return RedirectResponse(self._pages.url(f"/reports/{view.case.id}?done={name}"), 303)

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

    async def _do(self, asked: Asked, view: CaseView, act: Act, form: Mapping[str, str]) -> None:
        words = WORDS[act]
        document = {words.field: form[words.field]} if form.get(words.field) else {}
        values = read_body(FIELDS["POST", act], document, self._desk.limits.description)
        if words.sure and form.get("sure") != "yes":
            raise Invalid(
                "fields.wrong",
                "The body is not as it must be. See each field.",
                errors=[FieldError("sure", "field.missing", act_words.NOT_SURE)],
            )
        key = form.get("idempotencyKey")
        if key is not None:
            check_key(key)
        named = Key(text=key, body={"act": act.value, "method": "POST", **document}) if key else None
        plan = PLANS["POST", act](values, self._desk.handler.person)
        condition = _condition(form) if words.unseen else Condition()
        self._rates.hit_act(asked.actor.sub)
        await self._desk.acts.act(asked.actor, view.case.id, plan, condition=condition, key=named)

    async def _refused(self, request: Request, asked: Asked, sent: Sent, error: GigdeskError) -> Response:
        """The page as the case is now, with what was wrong and what was typed."""
        view = await self._desk.reader.see(asked.actor, case_id(request))
        language = self._language(request, asked)
        if error.errors:
            first = error.errors[0]
            sentence = (
                act_words.NEEDED
                if first.code == "field.missing" and first.field != "sure"
                else first.sentence
            )
            told = language.say(sentence, first.values)
            sent = replace(sent, problem=told, problem_at=first.field)
        shown = self._shown(
            asked, view, language, replace(sent, is_spent=error.code.startswith("idempotency."))
        )
        if not shown.wrong:
            shown = replace(shown, refused=_sentence(error, sent, language))
        answer = self._draw(asked, shown, language)
        plain = problem(error, language.say, "")
        answer.status_code = plain.status_code
        answer.headers.update(headers_for_page(plain))
        return answer

    def _shown(self, asked: Asked, view: CaseView, language: Language, sent: Sent | None = None) -> CaseShown:
        now = self._desk.clock.now()
        shown = case_shown(view, self._pages.url, language, now)
        if view.is_staff:
            return shown
        forms = act_forms(
            view,
            view.allowed(now),
            self._pages.url,
            csrf=self._identity.csrf(asked),
            most=self._desk.limits.description,
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


def _condition(form: Mapping[str, str]) -> Condition:
    """That the case is as it was when the form was drawn."""
    text = form.get("version", "")
    known = text.isascii() and text.isdigit() and len(text) < 10
    return Condition(versions=frozenset({int(text) if known else -1}))


def _said(view: CaseView, done: str) -> str:
    """What to say of what was just done: what came of it counts, not what was asked for."""
    if done == Act.WITHDRAWAL and view.case.closed_reason is None:
        return act_words.WITHDRAWAL_ASKED
    return WORDS[done].done if done in WORDS else ""


def _sentence(error: GigdeskError, sent: Sent, language: Language) -> str:
    """Why it was not done; that the case has moved on is said in the words of the page."""
    if error.code in {"move.illegal", "version.outdated"}:
        return language.gettext(act_words.MOVED_ON if sent.text else act_words.MOVED_ON_EMPTY)
    return language.say(error.sentence, error.values)

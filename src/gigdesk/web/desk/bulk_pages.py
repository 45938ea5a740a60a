"""One deed with many cases: first a dry run that says what would become of each, then the deed, then what became of it.

Each case is judged and acted on by itself, by the same plans as everywhere. What could be done is done; what could
not is told, and nothing of it is half done. What can be taken back is offered for it. What is chosen is judged anew
when it changes: nothing is done on a choice that the dry run did not show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.app import Gigdesk
from gigdesk.cases.issue_types import msg
from gigdesk.errors import GigdeskError, NotFound, NotSignedIn, Unavailable
from gigdesk.web.agent.bulk_views import OutcomeShown
from gigdesk.web.agent.deeds import DEEDS
from gigdesk.web.agent.list_views import DoneShown
from gigdesk.web.agent.names import names_of
from gigdesk.web.agent.words import DESK_STATUSES
from gigdesk.web.desk.beside import DeskBeside
from gigdesk.web.desk.bulk_asking import Asking, BulkAsking
from gigdesk.web.desk.bulk_deeds import BulkDeeds, Judged
from gigdesk.web.desk.bulk_form import FIELDS, MOST_CASES, CaseAt, SentBulk, read_case, sent_bulk
from gigdesk.web.desk.bulk_shown import bulk_shown
from gigdesk.web.desk.frame import Desk
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language
from gigdesk.web.small_form import form_pairs

_AROUND = 64 << 10  # bytes of a form beside its text
_PER_CHARACTER = 12  # bytes of a character of four bytes, each as %XX
_POSSIBLE, _DONE = msg("This can be done."), msg("Done.")
_SAME, _WAS_SAME = msg("It is so already. Nothing changes."), msg("It was so already.")
_OPEN = msg("Choose first.")
_CHANGED = msg("It has changed since you looked at it.")
_NOT_NOW = msg("Not possible now: the case is “%(status)s”.")


class DeskBulkPages:
    """Does one thing with many cases."""

    def __init__(self, desk: Gigdesk, shell: Desk) -> None:
        self._desk = desk
        self._shell = shell
        self._deeds = BulkDeeds(desk, shell.languages, DeskBeside(desk, shell.pages))
        self._asking = BulkAsking(desk, self._deeds)

    async def act(self, request: Request) -> Response:
        """The dry run of a form that was not confirmed, unless it is one case and can be taken back; else the deed."""
        asked = await self._shell.ask(request)
        most = self._desk.limits.description * _PER_CHARACTER + _AROUND
        sent = sent_bulk(await form_pairs(request, most, FIELDS), asked, self._desk.clock.now())
        language = self._shell.language(request, asked)
        asking = await self._asking.of(sent, language)
        is_meant = sent.is_confirmed or (len(sent.all) == 1 and sent.deed.is_plain)
        if sent.cases and is_meant and asking.is_told:
            return await self._do(asked, sent, asking, language)
        outcomes = [await self._rehearsed(sent, asking, at, language) for at in sent.all]
        return self._page(asked, sent, asking, language, outcomes)

    async def back(self, request: Request) -> Response:
        """To the list: who signs in again is sent to where they posted."""
        await self._shell.ask(request)
        return RedirectResponse(self._shell.url("/desk"), 303)

    async def _do(self, asked: Asked, sent: SentBulk, asking: Asking, language: Language) -> Response:
        outcomes = [await self._done(sent, asking, at, language) for at in sent.cases]
        changed = [one.case for one in outcomes if one.is_possible and one.is_change]
        if changed and all(outcome.is_possible for outcome in outcomes):
            told = self._shell.said(asked, done=asking.meant.deed.name, cases=",".join(changed))
            params = {"q": sent.query, **told}
            return RedirectResponse(self._shell.url(f"/desk?{urlencode(params)}"), 303)
        return self._page(asked, sent, asking, language, outcomes, is_over=True)

    async def _rehearsed(
        self, sent: SentBulk, asking: Asking, at: CaseAt, language: Language
    ) -> OutcomeShown:
        try:
            if not asking.is_ready:
                view = await self._deeds.look(sent.told, at)
                return self._outcome(at, view.case.reference, "open", language.gettext(_OPEN))
            judged = await self._deeds.rehearse(asking.meant, at)
        except (NotSignedIn, Unavailable):
            raise
        except GigdeskError as refused:
            return await self._refused(sent, at, refused, language)
        words = language.gettext(_POSSIBLE if judged.is_change else _SAME)
        shown = self._outcome(at, judged.view.case.reference, "yes", words)
        return _with_reply(shown, judged, asking, language)

    async def _done(self, sent: SentBulk, asking: Asking, at: CaseAt, language: Language) -> OutcomeShown:
        try:
            did = await self._deeds.do(sent, asking.meant, at)
        except (NotSignedIn, Unavailable):
            raise
        except GigdeskError as refused:
            return await self._refused(sent, at, refused, language)
        words = language.gettext(_DONE if did.is_change else _WAS_SAME)
        shown = self._outcome(did.after, did.view.case.reference, "yes", words)
        return replace(shown, is_change=did.is_change)

    async def _refused(
        self, sent: SentBulk, at: CaseAt, refused: GigdeskError, language: Language
    ) -> OutcomeShown:
        """Why not; of a case that the caller may not see nothing is said but that."""
        wrong = refused.errors[0] if refused.errors else refused
        words = language.say(wrong.sentence, wrong.values)
        if refused.code == "version.outdated":
            words = language.gettext(_CHANGED)
        if refused.code == "move.illegal":
            status, _ = DESK_STATUSES[str(refused.values["status"])]
            words = language.say(_NOT_NOW, {"status": language.gettext(status)})
        reference = str(at.case)[:8]
        if not isinstance(refused, NotFound):
            reference = (await self._deeds.look(sent.told, at)).case.reference
        return self._outcome(at, reference, "no", words)

    def _outcome(self, at: CaseAt, reference: str, state: str, words: str) -> OutcomeShown:
        url = self._shell.url(f"/desk/cases/{at.case}")
        return OutcomeShown(case=str(at), reference=reference, url=url, state=state, words=words)

    def _page(
        self,
        asked: Asked,
        sent: SentBulk,
        asking: Asking,
        language: Language,
        outcomes: Sequence[OutcomeShown],
        *,
        is_over: bool = False,
    ) -> Response:
        page = bulk_shown(
            sent, asking, outcomes, language, is_over=is_over, most=self._desk.limits.description
        )
        page = replace(page, back_url=self._shell.url(f"/desk?{urlencode({'q': sent.query})}"))
        answer = self._shell.draw(asked, language, "bulk", page=page)
        is_wrong = asking.choice_error or asking.text_error or not outcomes
        is_refused = is_over and page.possible < len(outcomes)
        answer.status_code = 422 if is_wrong else 409 if is_refused else 200
        return answer


def _with_reply(shown: OutcomeShown, judged: Judged, asking: Asking, language: Language) -> OutcomeShown:
    """The same with what would be sent, and to whom."""
    if judged.reply is None:
        return shown
    side = asking.meant.told.choice.partition(":")[0]
    to = names_of(judged.view.sight, {}, language).plain(side)
    return replace(shown, reply=judged.reply.text, language=judged.reply.language, to=to)


def done_shown(told: Mapping[str, str], language: Language) -> DoneShown | None:
    """What the address says was just done with which cases; nothing where it says what cannot be."""
    deed = DEEDS.get(told.get("done", ""))
    cases = [text for text in told.get("cases", "").split(",")[:MOST_CASES] if read_case(text)]
    if deed is None or not deed.done_one or not cases:
        return None
    many = language.say(deed.done_many, {"count": len(cases)})
    words = language.gettext(deed.done_one) if len(cases) == 1 else many
    return DoneShown(words=words, undo=deed.undo, cases=cases)

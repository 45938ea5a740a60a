"""``/api/macros``: canned replies that fit a case, filled in, for staff who write about it."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action, Facts, permit
from gigdesk.app import Gigdesk
from gigdesk.cases.view import view_of
from gigdesk.errors import FieldError, Invalid
from gigdesk.language import Languages
from gigdesk.web.answers import json_answer
from gigdesk.web.identity import Identity
from gigdesk.web.macro_filled import Writing, macro_document
from gigdesk.web.party_languages import party_languages


class MacroApi:
    """Gives canned replies to staff. To parties of the case it does not exist."""

    def __init__(self, desk: Gigdesk, identity: Identity, languages: Languages) -> None:
        self._desk = desk
        self._identity = identity
        self._languages = languages

    async def list(self, request: Request) -> Response:
        """Those that fit the case, by name, each in the language of who will read it."""
        asked = await self._identity.ask(request.scope)
        permit(asked.actor, Action.SEE_DESK, Facts())
        sight = await self._desk.reader.look_as_staff(asked.actor, _case(request))
        view = view_of(sight, self._desk.rulebook.taxonomy)
        own = self._languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)
        writing = Writing(
            view=view,
            agent=asked.actor.name,
            at=self._desk.clock.now(),
            languages={"staff": own, **await party_languages(self._desk, self._languages, view)},
        )
        found = await self._desk.administration.macros.fitting(
            asked.actor, issue_type=view.case.issue_type, queue=view.case.queue
        )
        return json_answer({"items": [macro_document(macro, writing) for macro in found]})


def _case(request: Request) -> UUID:
    try:
        return UUID(request.query_params.get("case", ""))
    except ValueError:
        entry = FieldError("case", "query.wrong", "Name the case by its id.")
        raise Invalid("query.wrong", "The query is not understood. See each entry.", errors=[entry]) from None

"""``/api/gigs`` and ``/api/intake``: what the marketplace tells of its gigs, and what may be reported on them."""

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.app import Gigdesk
from gigdesk.cases.fields import Fields, gig_id_of, wrong
from gigdesk.cases.intake import Intake, intake
from gigdesk.errors import FieldError, NotAccepted
from gigdesk.evidence.filetype import ALLOWED
from gigdesk.gigs.documents import gig_from_document, gig_to_document
from gigdesk.web.answers import json_answer, read_json
from gigdesk.web.api.documents import intake_document
from gigdesk.web.bodies import Body, BodyTiming
from gigdesk.web.identity import Identity
from gigdesk.web.language import Languages
from gigdesk.web.limits import RateLimits

MAX_GIG_BYTES = 256 << 10


class GigApi:
    """Keeps gigs for integrations, and draws the report form for parties."""

    def __init__(
        self, desk: Gigdesk, identity: Identity, languages: Languages, timing: BodyTiming, rates: RateLimits
    ) -> None:
        self._desk = desk
        self._rates = rates
        self._identity = identity
        self._languages = languages
        self._timing = timing

    async def put(self, request: Request) -> Response:
        """Insert or replace a gig, whole."""
        asked = await self._identity.ask(request.scope)
        permit(asked.actor, Action.PUT_GIG, Facts())
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise NotAccepted("json.expected", "Send the gig as application/json.")
        body = Body(request.scope, request.receive, self._timing, MAX_GIG_BYTES)
        gig = gig_from_document(request.path_params["gigId"], read_json(await body.read()))
        await self._desk.gig_table.put_gigs([gig])
        self._desk.forget_gig(gig.id)
        return json_answer(gig_to_document(gig))

    async def intake(self, request: Request) -> Response:
        """The form, as data, in the caller's language."""
        asked = await self._identity.ask(request.scope)
        form = await intake_for(self._desk, self._rates, asked.actor, request.query_params.get("gigId"))
        translate = self._languages.negotiate(
            request.headers.get("accept-language", ""), asked.actor.locale
        ).gettext
        return json_answer(intake_document(form, translate))


async def intake_for(desk: Gigdesk, rates: RateLimits, actor: Actor, gig_id: str | None) -> Intake:
    """What this caller may report on this gig; raises NotAllowed alike for a foreign and an unknown
    gig, TooMany for who looks at many.
    """
    fields = Fields()
    if gig_id is not None:
        fields.add("gigId", gig_id)
    known = gig_id_of(fields)
    if known is None:
        raise wrong([FieldError("gigId", "field.missing", "Name the gig in the field gigId.")])
    rates.hit_lookup(actor.sub)
    standing = await desk.reporting.standing(actor, known, action=Action.SEE_INTAKE)
    assert standing.party is not None  # who reports for others has no form of their own
    return intake(standing.gig, standing.party, desk.limits, ALLOWED, desk.rulebook)

"""``/api/cases/{id}/…``: what may be done with a case, and its timeline."""

import re
from contextlib import suppress
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.act import Condition, Done, Key
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.plans import PLANS, in_room
from gigdesk.cases.retyping import Retyping
from gigdesk.cases.sight import Sight
from gigdesk.cases.timeline import item_of, timeline
from gigdesk.cases.view import document_of, view_of
from gigdesk.cases.visibility import Viewer
from gigdesk.errors import GigdeskError, Invalid, NotAccepted, NotAllowed, NotFound
from gigdesk.evidence.model import ReceivedFile
from gigdesk.web.answers import json_answer, read_json
from gigdesk.web.api.act_bodies import FIELDS, judge_begun, read_body
from gigdesk.web.api.cases import case_id
from gigdesk.web.api.live import MEDIA_TYPE, Live
from gigdesk.web.bodies import Body, BodyTiming
from gigdesk.web.case_intake import TAKE_FILES, Addition, CaseIntake, is_form
from gigdesk.web.identity import Identity
from gigdesk.web.intake import check_key
from gigdesk.web.language import Languages

MAX_BODY = 256 << 10
ITEMS = frozenset({Act.MESSAGES, Act.NOTES, Act.STATEMENT, Act.EVIDENCE})  # answered with the item: 201
NEEDS_CONDITION = frozenset({Act.DECISION, Act.ASSIGNMENT, Act.MERGE, Act.CLOSURE})
_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})(?:-[^"]*)?"')


class ActApi:
    """Moves cases for programs."""

    def __init__(
        self, desk: Gigdesk, identity: Identity, languages: Languages, timing: BodyTiming, intake: CaseIntake
    ) -> None:
        self._desk = desk
        self._identity = identity
        self._languages = languages
        self._timing = timing
        self._intake = intake
        self._live = Live(desk, who=identity.actor)

    async def act(self, request: Request) -> Response:
        """Do one thing with a case: 201 and the item, or 200 and the case as it is then."""
        asked = await self._identity.ask(request.scope)
        if asked.check_csrf is not None:
            raise NotAllowed(
                "csrf.missing", "This request was not sent from our own page. Send it with X-CSRF-Token."
            )
        case, act = case_id(request), self._named(request)
        if act in TAKE_FILES and is_form(request.headers.get("content-type", "")):
            return await self._with_files(request, asked.actor, case, act)
        if not asked.actor.is_staff:
            self._intake.rates.hit_act(asked.actor.sub)
        key, condition = self._key(request), condition_of(request, act)
        document = await self._document(request)
        values = read_body(FIELDS[request.method, act], document, self._desk.limits.description)
        if act is Act.MERGE and "into" in values:
            values["other"] = await self._other(asked.actor, values["into"])
        if act is Act.NOTES:
            # Judged first: whoever may not see the case learns nothing from how long it takes to look around it.
            sight = await self._desk.reader.look(asked.actor, case)
            text = str(values["text"])
            values["mentions"] = await self._desk.insights.colleagues.named_in(text, sight)
        if act is Act.TYPE:
            values["retyping"] = Retyping(rulebook=self._desk.rulebook, actor=asked.actor)
        plan = PLANS[request.method, act](values, self._desk.handler.person)
        named = Key.of(key, act, document, method=request.method)
        done = await self._desk.acts.act(asked.actor, case, plan, condition=condition, key=named)
        try:
            sight = await self._desk.reader.look(asked.actor, case)
        except NotFound:
            if act is not Act.TYPE:
                raise
            return Response(status_code=204)  # it went where the caller sees nothing
        return self._item(sight, act, done) if act in ITEMS else await self._case(request, asked.actor, sight)

    async def _with_files(self, request: Request, actor: Actor, case: UUID, act: Act) -> Response:
        """The same of a form, which may bring files."""
        fields, most = FIELDS["POST", act], self._desk.limits.description
        call = Addition(
            scope=request.scope,
            receive=request.receive,
            actor=actor,
            case=case,
            act=act,
            judge=lambda begun: judge_begun(fields, begun.document, most, begun.fields.repeated),
            key=self._key(request),
            condition=condition_of(request, act),
        )

        async def submit(files: tuple[ReceivedFile, ...]) -> Done:
            values = read_body(fields, call.document, most, call.fields.repeated)
            plan = PLANS["POST", act]({**values, "files": files}, self._desk.handler.person)
            plan = in_room(plan, files, self._desk.limits)
            key = Key.of(call.key, act, call.document, files=files)
            return await self._desk.acts.act(actor, case, plan, condition=call.condition, key=key)

        try:
            done = await self._intake.take(call, request.headers["content-type"], submit)
        except GigdeskError as error:
            error.leaves_body = not call.is_whole
            raise
        return self._item(await self._desk.reader.look(actor, case), act, done)

    async def events(self, request: Request) -> Response:
        """The timeline, as the caller may see it; what happens from now on to who asks for an event stream."""
        asked = await self._identity.ask(request.scope)
        if MEDIA_TYPE in request.headers.get("accept", ""):
            return await self._live.follow(request, asked.actor, case_id(request))
        sight = await self._desk.reader.look(asked.actor, case_id(request))
        return json_answer({"items": timeline(sight)}, headers={"etag": f'"{sight.version}"'})

    def _item(self, sight: Sight, act: Act, done: Done) -> Response:
        """The message or note, the files that came with it or alone, and the proof that they did."""
        entries = reversed(timeline(sight)) if act is not Act.EVIDENCE else ()
        item = next((entry for entry in entries if item_of(entry) == str(done.item)), {})
        sent = self._desk.reader.addition(sight, done.commit, self._desk.base_url)
        return json_answer({**item, **sent}, 201 if done.is_new else 200, {"etag": f'"{sight.version}"'})

    async def _case(self, request: Request, actor: Actor, sight: Sight) -> Response:
        language = self._languages.negotiate(request.headers.get("accept-language", ""), actor.locale)
        headers = {
            "etag": f'"{sight.version}-{language.tag}"',
            "content-language": language.tag,
            "vary": "Accept-Language",
        }
        now = self._desk.clock.now()
        view = view_of(sight, self._desk.rulebook.taxonomy)
        estimate = await self._desk.reader.estimate(view, now)
        document = document_of(view, self._desk.base_url, language.gettext, now, estimate)
        return json_answer(document, headers=headers)

    def _named(self, request: Request) -> Act:
        return Act(request.scope["path"].rpartition("/")[2])

    def _key(self, request: Request) -> str | None:
        key = request.headers.get("idempotency-key")
        if key is not None:
            check_key(key)
        return key

    async def _document(self, request: Request) -> dict[str, object]:
        """The body, a JSON object; none at all is an empty one."""
        body = await Body(request.scope, request.receive, self._timing, MAX_BODY).read()
        if not body:
            return {}
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise NotAccepted("json.expected", "Send the body as application/json.")
        return read_json(body)

    async def _other(self, actor: Actor, case: UUID) -> Sight:
        """Another case, which the caller must see as staff."""
        with suppress(NotFound):
            sight = await self._desk.reader.look(actor, case)
            if sight.viewer is Viewer.STAFF:
                return sight
        raise Invalid("merge.unknown", "There is no such case to merge into, or it is not yours.")


def condition_of(request: Request, act: Act) -> Condition:
    """Which versions the caller looked at. What is no ETag of ours matches nothing (RFC 9110 §13.1.1)."""
    needed = act in NEEDS_CONDITION and request.method == "POST"
    given = ",".join(request.headers.getlist("if-match"))
    if not given:
        return Condition(is_needed=needed)
    if given.strip() == "*":
        return Condition(versions=frozenset(), is_needed=needed)
    versions = frozenset(int(tag) for tag in _TAG.findall(given)) or frozenset({-1})
    return Condition(versions=versions, is_needed=needed)

"""Does what a form of the case page asks for, by the same plans as the API."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from starlette.requests import Request

from gigdesk.app import Gigdesk
from gigdesk.cases.act import Condition, Done, Key
from gigdesk.cases.ground import Plan, Rehearsal
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.plans import PLANS, in_room
from gigdesk.cases.retyping import Retyping
from gigdesk.cases.view import CaseView
from gigdesk.errors import FieldError, Invalid, NotFound
from gigdesk.evidence.model import ReceivedFile
from gigdesk.web.agent.move_documents import DOCUMENTS, Document, PostedMove
from gigdesk.web.agent.move_forms import Posted
from gigdesk.web.agent.moves import MOVES_BY_NAME, DeskMove
from gigdesk.web.agent.preview_shown import PREVIEWS
from gigdesk.web.api.act_bodies import FIELDS, judge_begun, read_body
from gigdesk.web.crossing import condition_of
from gigdesk.web.desk.beside import DeskBeside
from gigdesk.web.identity import Asked
from gigdesk.web.intake import check_key
from gigdesk.web.moments import zone_of

PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePosted:
    """A form that was posted to the address of an act; ``view`` is the case as it stood when it came."""

    act: Act
    asked: Asked
    view: CaseView
    posted: Posted
    has_files: bool = False

    @classmethod
    def of(
        cls, request: Request, asked: Asked, view: CaseView, pairs: Iterable[tuple[str, str]]
    ) -> "MovePosted":
        """The form of these fields."""
        posted: dict[str, list[str]] = {}
        for name, value in pairs:
            posted.setdefault(name, []).append(value)
        files = posted.pop("files", [])  # which a form without files names
        named = request.scope["path"].rpartition("/")[2]
        # A preview is of whichever move its form names.
        act = move_named(posted).act if named == PREVIEW else Act(named)
        return cls(act=act, asked=asked, view=view, posted=posted, has_files=any(files))

    def filled(self, fields: Mapping[str, str]) -> "MovePosted":
        """The same with the fields of a form that is still being read."""
        return replace(self, posted={name: [value] for name, value in fields.items()})

    def one(self, name: str) -> str:
        """The value of a field, or nothing."""
        return self.posted[name][0] if self.posted.get(name) else ""

    @property
    def name(self) -> str:
        """The name of the move, which the form says; nothing where it is none of this address."""
        found = MOVES_BY_NAME.get(self.one("move"))
        return found.name if found and found.act is self.act else ""

    @property
    def move(self) -> DeskMove:
        """The move; raises Invalid where the form names none of this address."""
        if not self.name:
            raise _unknown()
        return MOVES_BY_NAME[self.name]

    @property
    def method(self) -> str:
        """The method of the API behind the move."""
        return "DELETE" if self.move.undoes else "POST"


class DeskMoves:
    """Moves cases for staff, from forms."""

    def __init__(self, desk: Gigdesk, beside: DeskBeside) -> None:
        self._desk = desk
        self._beside = beside

    def judge(self, call: MovePosted) -> None:
        """Return unless something is wrong already with a form whose files are still to come; raises Invalid."""
        judge_begun(FIELDS["POST", call.act], self._document(call), self._desk.limits.description)

    async def do(self, call: MovePosted, files: tuple[ReceivedFile, ...] = ()) -> Done:
        """Do it. Raises NotFound, Conflict, NotAllowed, Invalid, Outdated, TooLarge, Unavailable."""
        plan, key = await self._plan(call, files), call.one("idempotencyKey") or None
        if key is not None:
            check_key(key)
        return await self._desk.acts.act(
            call.asked.actor,
            call.view.case.id,
            in_room(plan, files, self._desk.limits),
            condition=_condition(call),
            key=Key.of(key, call.act, self._said(call), method=call.method, files=files),
        )

    async def rehearse(self, call: MovePosted) -> Rehearsal:
        """What would be done, with nothing written. Raises what ``do`` raises."""
        plan = await self._plan(call, ())
        return await self._desk.acts.rehearse(call.asked.actor, call.view.case.id, plan, _condition(call))

    async def _plan(self, call: MovePosted, files: tuple[ReceivedFile, ...]) -> Plan:
        move, actor = call.move, call.asked.actor
        document = self._document(call)
        if move.name == "merge" and document.get("into"):
            document["into"] = str(await self._beside.find(actor, call.view, str(document["into"])))
        values = read_body(FIELDS[call.method, move.act], document, self._desk.limits.description)
        if move.name == "merge":
            values["other"] = await self._other(call, values["into"])
        if move.name == "note":
            text = str(values["text"])
            values["mentions"] = await self._desk.insights.colleagues.named_in(text, call.view.sight)
        if move.name == "type":
            values["retyping"] = Retyping(rulebook=self._desk.rulebook, actor=actor)
        return PLANS[call.method, move.act]({**values, "files": files}, self._desk.handler.person)

    def _document(self, call: MovePosted) -> Document:
        hours = call.view.case.terms.hours
        posted = PostedMove(
            posted=call.posted,
            user_id=call.asked.actor.sub,
            now=self._desk.clock.now(),
            zone=zone_of(call.one("zone"), hours),
            hours=hours,
        )
        return DOCUMENTS[call.move.name](posted)

    def _said(self, call: MovePosted) -> dict[str, object]:
        """What makes this form the same as another: what was typed and chosen, whenever it is sent."""
        around = {"csrf", "idempotencyKey", "version", "zone"}
        return {name: list(values) for name, values in call.posted.items() if name not in around}

    async def _other(self, call: MovePosted, case: object) -> object:
        """The case to merge into, which the caller must see as staff."""
        with suppress(NotFound):
            return await self._desk.reader.look_as_staff(call.asked.actor, case)  # type: ignore[arg-type]
        wrong = FieldError(
            "into", "merge.unknown", "There is no such case to merge into, or it is not yours."
        )
        raise Invalid("merge.unknown", wrong.sentence, errors=[wrong])


def _condition(call: MovePosted) -> Condition:
    return condition_of(call.one("version")) if call.move.is_conditional else Condition()


def move_named(posted: Posted) -> DeskMove:
    """The move that a form names, of those that have a preview; raises Invalid for any other."""
    name = posted["move"][0] if posted.get("move") else ""
    if name not in PREVIEWS:
        raise _unknown()
    return MOVES_BY_NAME[name]


def _unknown() -> Invalid:
    return Invalid("move.unknown", "This form is none of ours. Load the page again, then send it.")

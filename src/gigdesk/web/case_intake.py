"""What is sent to a case with files, on its way in over HTTP: the same for the API and for the forms of its page.

1. Who asks, for which case and for what, is judged before a byte of the body is asked for. The form of a page
   is read on until a file comes, so that what was typed can be shown again.
2. Files go to the storage while they arrive. Unless the case refers to them in the end, none is left behind.
3. The command judges all of it again, on the case as it stands then: an upload can last for hours.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from starlette.types import Receive, Scope

from gigdesk.access.model import Actor
from gigdesk.app import Gigdesk
from gigdesk.cases.act import Condition, Done
from gigdesk.cases.decide_files import Room, judge_room, room_for
from gigdesk.cases.fields import Fields
from gigdesk.cases.lifecycle import Act
from gigdesk.errors import GigdeskError
from gigdesk.evidence.intake import ReceivedFiles
from gigdesk.evidence.model import ReceivedFile
from gigdesk.web.bodies import Body, BodyTiming
from gigdesk.web.form_files import FormFiles, forged, form_limits, is_unsure, too_many_files
from gigdesk.web.limits import RateLimits
from gigdesk.web.multipart import FormReader

TAKE_FILES = frozenset({Act.EVIDENCE, Act.MESSAGES, Act.STATEMENT})
FORM = "multipart/form-data"
Submit = Callable[[tuple[ReceivedFile, ...]], Awaitable[Done]]


@dataclass(slots=True, kw_only=True)
class Addition:
    """One request that adds to a case. ``fields`` fills while it is read, also when it is refused.

    ``judge`` looks at the fields when a file is about to come; it raises what no further field can put right.
    With ``check_csrf`` the first field must be the token. ``is_whole`` says whether all of the body was read.
    """

    scope: Scope
    receive: Receive
    actor: Actor
    case: UUID
    act: Act
    judge: Callable[["Addition"], None]
    key: str | None = None
    condition: Condition = field(default_factory=Condition)
    is_page: bool = False
    check_csrf: Callable[[str], bool] | None = None
    fields: Fields = field(default_factory=Fields)
    has_files: bool = False
    is_whole: bool = False
    _uploads: list[str] = field(default_factory=list)

    def take(self, name: str, value: str) -> None:
        """Take a field; ids of uploads come one a field."""
        if name != "uploads":
            self.fields.add(name, value)
        elif value:
            self._uploads.append(value)

    @property
    def document(self) -> dict[str, object]:
        """The fields that have come, as JSON would have them."""
        return {**self.fields.values, **({"uploads": self._uploads} if self._uploads else {})}


class CaseIntake:
    """Reads what is added to cases."""

    def __init__(self, desk: Gigdesk, rates: RateLimits, timing: BodyTiming) -> None:
        self._desk = desk
        self.rates = rates
        self._timing = timing
        self._form = form_limits(desk.limits)

    async def take(self, call: Addition, content_type: str, submit: Submit) -> Done:
        """Read the form and submit it with its files; what is refused has been read far enough to hear so."""
        body = Body(call.scope, call.receive, self._timing, self._desk.limits.body_bytes)
        try:
            reader = FormReader(content_type, self._form)
            reading = _Reading(self._desk, self.rates, call)
            if not call.is_page:
                await reading.permit()
            return await reading.submitted(body, reader, submit)
        except GigdeskError:
            call.is_whole = await body.drain()
            raise


def is_form(content_type: str) -> bool:
    """Whether files can come with a body of this type."""
    return content_type.partition(";")[0].strip().lower() == FORM


class _Reading(FormFiles):
    """The state of one form while it is read."""

    _room: Room | None = None
    _is_permitted = False
    _is_counted = False
    _size = 0

    def __init__(self, desk: Gigdesk, rates: RateLimits, call: Addition) -> None:
        self._desk = desk
        self._rates = rates
        self._call = call

    async def submitted(self, body: Body, reader: FormReader, submit: Submit) -> Done:
        """Read it, and let ``submit`` write what refers to the files."""
        async with self._desk.receiver.files() as files:
            await self._read(await body.chunk(), body, reader, files)
            if self._call.check_csrf is not None:
                raise forged()
            self._count_try()
            return await self._done(files, submit)

    async def permit(self) -> None:
        """Count the try and judge it, once."""
        if self._is_permitted:
            return
        call = self._call
        self._count_try()
        found = await self._desk.acts.permit(
            call.actor,
            call.case,
            call.act,
            condition=call.condition,
            key=call.key or call.fields.values.get("idempotencyKey") or None,
        )
        if not found.is_repeat:  # whose files are there already
            self._room = room_for(found.sight.case, found.sight.by.name, self._desk.limits)
            if call.act is Act.EVIDENCE:
                judge_room(self._room, 1, 1, self._desk.limits)
        self._is_permitted = True

    async def _done(self, files: ReceivedFiles, submit: Submit) -> Done:
        received = await files.finished()
        try:
            done = await submit(received)
        except BaseException as error:
            if is_unsure(error):
                files.keep()
            raise
        if done.is_new:
            files.keep()
        return done

    def _field(self, name: str, value: str) -> bool:
        call = self._call
        if call.check_csrf is not None:
            if name != "csrf" or not call.check_csrf(value):
                raise forged()
            call.check_csrf = None
        call.take(name, value)
        return False

    async def _permit_file(self) -> None:
        if self._call.check_csrf is not None:
            raise forged()
        self._call.has_files = True
        await self.permit()
        if self._count > self._desk.limits.files:
            raise too_many_files(self._desk.limits.files)
        if self._room:
            judge_room(self._room, self._count, self._size, self._desk.limits)
        self._call.judge(self._call)

    def _arrived(self, size: int) -> None:
        self._size += size
        if self._room and self._size > self._room.bytes:
            judge_room(self._room, self._count, self._size, self._desk.limits)

    def _count_try(self) -> None:
        """Count what a party does, once a request."""
        actor = self._call.actor
        if not (self._is_counted or actor.is_staff):
            self._rates.hit_act(actor.sub)
        self._is_counted = True

"""A report on its way in over HTTP: the same for the API and for the page's own form.

1. Who asks is known before a byte of the body is asked for.
2. As soon as gig and issue type are named, or a file comes, it is permitted or refused; until the gig is
   named little is taken.
3. Files go to the storage while they arrive. Unless a case refers to them, none is left behind.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import Receive, Scope

from gigdesk.access.acquaintance import Acquaintances
from gigdesk.access.model import Actor, Role
from gigdesk.app import Gigdesk
from gigdesk.cases.fields import Fields, Judged, early_errors, gig_id_of, is_critical, judge, wrong
from gigdesk.cases.handle import Meanwhile, Opened
from gigdesk.cases.reporting import Standing
from gigdesk.errors import FieldError, GigdeskError, Malformed, TooMany
from gigdesk.evidence.intake import ReceivedFiles
from gigdesk.evidence.model import ReceivedFile
from gigdesk.gigs.model import Side
from gigdesk.web.bodies import Body, BodyTiming, PendingBudget, Ticket
from gigdesk.web.form_files import FormFiles, forged, form_limits, is_unsure, too_many_files
from gigdesk.web.limits import RateLimits
from gigdesk.web.multipart import FormReader, boundary_of
from gigdesk.web.plain_form import MAX_BYTES, plain_fields
from gigdesk.web.stages import stage

MAX_KEY = 128
_JUDGED_BY = frozenset({"gigId", "issueType", "reporterId"})
_NAMED = frozenset({"gigId", "issueType"})


@dataclass(slots=True)
class Call:
    """One request that carries a report. ``fields`` fills while it is read, also when it is refused."""

    scope: Scope
    receive: Receive
    actor: Actor
    key: str | None = None
    gig_in_path: str | None = None
    check_csrf: Callable[[str], bool] | None = None
    meanwhile: Meanwhile | None = None
    fields: Fields = field(default_factory=Fields)
    rate_headers: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False
    file_bytes: int = 0


class ReportIntake:
    """Reads reports from request bodies and opens their cases."""

    def __init__(
        self,
        desk: Gigdesk,
        rates: RateLimits,
        timing: BodyTiming,
        pending: PendingBudget,
        acquaintances: Acquaintances,
    ) -> None:
        self._desk = desk
        self._acquaintances = acquaintances
        self.rates = rates
        self._timing = timing
        self._pending = pending
        self._form = form_limits(desk.limits)

    async def take(self, call: Call, content_type: str) -> Opened:
        """Read the form and open the case; whatever is refused has been read far enough to hear so."""
        body = Body(call.scope, call.receive, self._timing, self._desk.limits.body_bytes)
        try:
            if call.key is not None:
                check_key(call.key)
            boundary_of(content_type)  # what is no form is refused before its body is asked for
            reading = _Reading(self._desk, self.rates, call, self._acquaintances)
            begun = await (body.read() if 0 < body.declared <= MAX_BYTES else body.chunk())
            plain = plain_fields(content_type, begun, self._form) if body.is_over else None
            if plain is not None:
                await stage()
                return await reading.plain(plain)
            with self._pending.ticket(call.actor.sub) as ticket:
                return await reading.streamed(begun, body, FormReader(content_type, self._form), ticket)
        except GigdeskError:
            call.is_whole = await body.drain()
            raise


class _Reading(FormFiles):
    """The state of one form while it is read."""

    _pending: Ticket | None = None
    _standing: Standing | None = None
    _counted: tuple[str, str, bool] | None = None
    _again: tuple[str, bool] | None = None

    def __init__(self, desk: Gigdesk, rates: RateLimits, call: Call, acquaintances: Acquaintances) -> None:
        self._desk = desk
        self._rates = rates
        self._call = call
        self._acquaintances = acquaintances
        if call.gig_in_path is not None:
            call.fields.add("gigId", call.gig_in_path)

    async def plain(self, fields: list[tuple[str, str]]) -> Opened:
        """Open the case of a form without files, all of which has come."""
        try:
            if self._call.check_csrf is None and self._call.gig_in_path is None:
                self._call.fields.add_all(fields)
                self._key()
            else:
                for name, value in fields:
                    self._field(name, value)
            await self.permit()
            judged = self._judged()
            await stage()
            return self._settled(await self._submit(judged, ()))
        except BaseException:
            self._give_back()
            raise

    async def streamed(self, begun: bytes, body: Body, reader: FormReader, pending: Ticket) -> Opened:
        """Open the case of a form that is read part by part; ``begun`` has come already."""
        self._pending = pending
        try:
            async with self._desk.receiver.files() as files:
                return await self._opened(begun, body, reader, files)
        except BaseException:
            self._give_back()
            raise

    async def _opened(self, begun: bytes, body: Body, reader: FormReader, files: ReceivedFiles) -> Opened:
        await self._read(begun, body, reader, files)
        await self.permit()
        judged = self._judged()
        received = await files.finished()
        self._call.file_bytes = sum(file.size for file in received)
        await self._stand()  # judged once more: an upload can last for hours
        try:
            opened = await self._submit(judged, received)
        except BaseException as error:
            if is_unsure(error):
                files.keep()
            raise
        if not opened.repeated:
            files.keep()
        return self._settled(opened)

    def _field(self, name: str, value: str) -> bool:
        """Take it. Once it is named, gig and type, it can be judged; a page's own form is read on, its text is
        shown again."""
        call = self._call
        if call.check_csrf is not None:
            if name != "csrf" or not call.check_csrf(value):
                raise forged()
            call.check_csrf = None
        if name == "gigId" and call.gig_in_path is not None:
            return False  # the address names the gig; a field cannot name another
        call.fields.add(name, value)
        if name == "idempotencyKey":
            self._key()
        return name in _JUDGED_BY and call.gig_in_path is None and call.fields.values.keys() >= _NAMED

    async def permit(self) -> None:
        """Count the attempt and judge the gig, once it and the reporter are known."""
        if self._call.check_csrf is not None:
            raise forged()
        gig_id, person = gig_id_of(self._call.fields), self._reporter()
        if gig_id is None or self._standing is not None or person is None:
            return
        if not self._counted:
            critical = is_critical(self._call.fields, self._desk.rulebook.taxonomy)
            try:
                self._call.rate_headers = self._rates.hit(person, gig_id, critical=critical)
                self._counted = (person, gig_id, critical)
            except TooMany:
                if not await self._count_again(person, critical=critical):
                    raise
        await self._stand()
        if self._pending:
            self._pending.release()

    async def _stand(self) -> None:
        """Judge what the caller is in the gig, as it is now."""
        fields = self._call.fields.values
        if "gigId" in fields:
            self._standing = await self._desk.reporting.standing(
                self._call.actor, fields["gigId"], fields.get("reporterId")
            )

    def _reporter(self) -> str | None:
        """Who is counted: the caller, or for whom an integration reports, which may come late in the form."""
        actor = self._call.actor
        if Role.INTEGRATION not in actor.roles:
            return actor.sub
        return self._call.fields.values.get("reporterId")

    async def _count_again(self, person: str, *, critical: bool) -> bool:
        """Count what is over the limit as a repeat, if a case stands for its key; whether it could be one."""
        if not await self._desk.handler.opened_before(self._call.actor.sub, self._key()):
            return False
        self._rates.hit_again(person, critical=critical)
        self._again = (person, critical)
        return True

    async def _permit_file(self) -> None:
        await self.permit()
        if self._count > self._desk.limits.files:
            raise too_many_files(self._desk.limits.files)
        if self._standing and self._standing.party:
            side, most = self._standing.party.side, self._desk.limits.description
            if errors := list(early_errors(self._call.fields, side, most, self._desk.rulebook.taxonomy)):
                raise wrong(errors)

    def _arrived(self, size: int) -> None:
        if self._standing is None and self._pending:
            self._pending.take(size)

    def _judged(self) -> Judged:
        """The fields of the whole form, as they must be; raises Invalid."""
        fields = self._call.fields
        side = Side.CLIENT  # without a gig any side will do to say what is missing
        if "gigId" in fields.values:
            if self._standing is None or self._standing.party is None:
                raise wrong([_no_reporter()])
            side = self._standing.party.side
        return judge(fields, side, self._desk.limits.description, self._desk.rulebook.taxonomy)

    async def _submit(self, judged: Judged, files: tuple[ReceivedFile, ...]) -> Opened:
        """Open the case; where its letters go is known before any is owed."""
        assert self._standing is not None  # the form names a gig, or it was refused
        call, key = self._call, self._key()
        if self._acquaintances.is_outstanding(call.actor.sub):
            await self._acquaintances.keep(call.actor.sub)
        return await self._desk.reporting.submit(
            call.actor, self._standing, judged, files, key, call.meanwhile
        )

    def _settled(self, opened: Opened) -> Opened:
        """A repeat is given back what it was counted for."""
        if opened.repeated:
            if self._counted:
                person, gig_id, critical = self._counted
                self._rates.give_back(person, gig_id, critical=critical)
            elif self._again:
                self._rates.give_back_again(self._again[0], critical=self._again[1])
        return opened

    def _give_back(self) -> None:
        """An attempt that fails counts for who made it, but not as a report."""
        if self._counted:
            person, gig_id, critical = self._counted
            self._rates.give_back_gig(person, gig_id, critical=critical)

    def _key(self) -> str | None:
        if self._call.key is not None:
            return self._call.key
        key = self._call.fields.values.get("idempotencyKey") or None
        if key is not None:
            check_key(key)
        return key


def check_key(key: str) -> None:
    """Return if this can be an Idempotency-Key; else raise Malformed."""
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise Malformed(
            "idempotency.malformed",
            "An Idempotency-Key has 1 to %(limit)s printable ASCII characters.",
            limit=MAX_KEY,
        )


def _no_reporter() -> FieldError:
    return FieldError(
        "reporterId", "field.missing", "Name the party for whom you report in the field reporterId."
    )

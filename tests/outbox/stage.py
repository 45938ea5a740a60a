"""An installation whose clock is the test's, so that hours pass in a moment."""

import email
import email.policy
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from gigdesk import wiring
from gigdesk.access.keys import derive
from gigdesk.access.model import Actor, Role
from gigdesk.app import Gigdesk
from gigdesk.cases.act import CaseActs
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.issue_table import built_in
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Case
from gigdesk.cases.opening import Report
from gigdesk.cases.plans import PLANS
from gigdesk.cases.read import CaseReader
from gigdesk.cases.seal import replay
from gigdesk.evidence.model import ReceivedFile
from gigdesk.gigs.model import Gig, Party, Person, Side
from gigdesk.outbox.perform import Performer
from gigdesk.outbox.run import Runner
from gigdesk.settings import Settings
from gigdesk.wiring.identity import installation_key

AMARA = Party(user_id="amara", side=Side.CLIENT, name="Amara", email="amara@mail.example")
JONAS = Party(user_id="jonas", side=Side.WORKER, name="Jonas", email="jonas@mail.example")
THIRD = Party(user_id="teo", side=Side.WORKER, name="Teo", email="teo@mail.example")
GIG = Gig(id="tiles", title="Re-tile a shower wall", parties=(AMARA, JONAS, THIRD))
SUPPORT = "support@market.example"


@dataclass
class Hands:
    """A clock that is set by hand."""

    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.time


@dataclass
class Stage:
    """The installation, its clock, and what the test does with both."""

    desk: Gigdesk
    clock: Hands
    performer: Performer
    folder: Path

    async def report(
        self, code: str = "property.damage", by: Party = AMARA, files: tuple[ReceivedFile, ...] = ()
    ) -> UUID:
        issue_type = built_in(code)
        assert issue_type is not None
        opened = await self.desk.handler.open(
            Report(
                gig=GIG,
                reporter=by,
                sender=by.user_id,
                by="reporter",
                issue_type=issue_type,
                description="The corner of the new tray is chipped.",
                details={},
                files=files,
                key=None,
            )
        )
        return opened.commit.case

    async def act(self, who: Actor, case: UUID, act: Act, method: str = "POST", **values: object) -> None:
        if act is Act.MERGE and "into" in values:
            values["other"] = await self.desk.reader.look(who, UUID(str(values["into"])))
        plan = PLANS[method, act](values, self.desk.handler.person)
        await self.desk.acts.act(who, case, plan)

    async def works_off(self, **later: float) -> None:
        """Let time pass, and do what is owed by then."""
        self.clock.time += timedelta(**later)
        while self._has_come() or await Runner(self.desk.outbox, self.performer.perform).drain():
            pass

    def _has_come(self) -> int:
        """Let the store see as due what is due by the clock of the test; how many there were."""
        now = int(self.clock.time.timestamp() * 1e6)
        due = "UPDATE effects SET ready_at = 0 WHERE parked_at IS NULL AND ready_at > 0 AND due <= ?"
        with closing(sqlite3.connect(self.folder / "gigdesk.db", timeout=10)) as store, store:
            return store.execute(due, (now,)).rowcount

    async def case(self, case: UUID) -> Case:
        state = replay(await self.desk.log.load(case))
        assert state is not None
        return state

    def letters(self) -> list[EmailMessage]:
        """The letters since they were looked at last."""
        new = self.folder / "mail" / "new"
        found = []
        for path in sorted(new.iterdir()) if new.exists() else []:
            found.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
            path.unlink()
        return found  # type: ignore[return-value]

    def told(self) -> set[tuple[str, str]]:
        """To whom, and what the subject says after the reference; since looked at last."""
        return {(str(x["to"]), str(x["subject"]).partition(": ")[2]) for x in self.letters()}

    async def knows(self, user_id: str, role: str | None, email: str = "", *, verified: bool = True) -> None:
        """Somebody came with a token of this role."""
        address = email or f"{user_id}@market.example"
        await self.desk.people.keep(
            Person(user_id=user_id, name=user_id.title(), email=address, verified=verified, role=role)
        )


def staff(sub: str, *roles: Role) -> Actor:
    return Actor(sub=sub, name=sub.title(), roles=frozenset(roles or (Role.AGENT,)))


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    settings = Settings(
        base_url="https://market.example/help",
        secret="s" * 40,  # type: ignore[arg-type]
        jwt_secret="j" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{folder}/gigdesk.db",
        storage_url=f"file:{folder}/objects",
        mail_url=f"maildir:{folder}/mail",
    )
    clock, key = Hands(), derive(installation_key(settings), "cases")
    async with wiring.opened(settings, serving=True) as desk:
        handler = CaseHandler(desk.log, desk.index, clock, key=key, daily_cap=100)
        reader = CaseReader(desk.log, desk.index, handler, desk.signing, desk.rulebook)
        acts = CaseActs(reader, handler, clock, key=key)
        set_back = replace(desk, clock=clock, handler=handler, reader=reader, acts=acts)
        await desk.gig_table.put_gigs([GIG])
        performer = Performer(
            set_back, sender="help@market.example", support=SUPPORT, scratch=folder / "scratch", mail_cap=1000
        )
        yield Stage(set_back, clock, performer, folder)

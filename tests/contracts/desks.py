"""A desk on a store: cases are reported and worked there, and followed into its lists."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gigdesk.access.keys import SigningKeys
from gigdesk.access.model import Actor, Role
from gigdesk.access.queues import Queue, Queues
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.cases.act import CaseActs
from gigdesk.cases.handle import CaseHandler
from gigdesk.cases.issue_table import built_in
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.opening import Report
from gigdesk.cases.plans import PLANS
from gigdesk.cases.read import CaseReader
from gigdesk.cases.routing import Routing
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.taxonomy import Taxonomy
from gigdesk.gigs.model import Gig, Party, Person, Side
from gigdesk.insights.follow import Follower
from gigdesk.insights.lists import DeskLists, Sources
from gigdesk.insights.model import DeskPage
from gigdesk.insights.query import read_query

AMARA = Party(user_id="amara", side=Side.CLIENT, name="Amara", email="amara@mail.example")
JONAS = Party(user_id="jonas", side=Side.WORKER, name="Jonas", email="jonas@mail.example")
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
QUEUES = Queues(
    (
        Queue(name="safety", label="Safety", is_sensitive=True),
        Queue(name="trust", label="Trust", is_sensitive=True, members=frozenset({"ada"})),
        Queue(name="payments", label="Payments"),
        Queue(name="general", label="General"),
    )
)
RULEBOOK = Rulebook(taxonomy=Taxonomy(), queues=QUEUES, routing=Routing(Taxonomy().types, QUEUES))


@dataclass
class Turned:
    """A clock that a test turns."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """What a test does with the desk."""

    store: SqlStore
    clock: Turned = field(default_factory=Turned)

    def __post_init__(self) -> None:
        store, key = self.store, bytes(32)
        self.handler = CaseHandler(store.log, store.index, self.clock, key=key, daily_cap=1000)
        reader = CaseReader(store.log, store.index, self.handler, SigningKeys(store.keys, key), RULEBOOK)
        self.acts = CaseActs(reader, self.handler, self.clock, key=key)
        self.follower = Follower(store.log, store.index, store.projection)
        sources = Sources(desk=store.desk, cases=store.index, leases=store.leases, people=store.people)
        self.lists = DeskLists(sources, self.handler.person, RULEBOOK, self.clock)

    async def report(
        self,
        text: str = "The tray is chipped.",
        code: str = "property.damage",
        by: Party = AMARA,
        gig: str = "tiles",
    ) -> UUID:
        issue_type = built_in(code)
        assert issue_type is not None
        self.clock.at += timedelta(minutes=1)
        opened = await self.handler.open(
            Report(
                gig=Gig(id=gig, title="Re-tile a shower wall", parties=(AMARA, JONAS)),
                reporter=by,
                sender=by.user_id,
                by="reporter",
                issue_type=issue_type,
                description=text,
                details={},
                files=(),
                key=None,
            )
        )
        return opened.commit.case

    async def act(self, who: Actor, case: UUID, act: Act, **values: object) -> None:
        self.clock.at += timedelta(minutes=1)
        await self.acts.act(who, case, PLANS["POST", act](values, self.handler.person))

    async def knows(self, user_id: str, name: str) -> None:
        await self.store.people.keep(
            Person(user_id=user_id, name=name, email="", verified=False, role="agent")
        )

    async def page(self, who: Actor, text: str = "", after: str | None = None, limit: int = 50) -> DeskPage:
        """A page as it is typed."""
        words = self.lists.vocabulary(lead())
        return await self.lists.page(who, read_query(text, words), after, limit)

    async def cases(self, who: Actor, text: str = "") -> list[UUID]:
        return [line.entry.case for line in (await self.page(who, text)).lines]


def agent(sub: str = "priya", *queues: str) -> Actor:
    return Actor(sub=sub, name=sub.title(), roles=frozenset({Role.AGENT}), queues=frozenset(queues))


def lead(sub: str = "lena") -> Actor:
    return Actor(sub=sub, name=sub.title(), roles=frozenset({Role.LEAD}))

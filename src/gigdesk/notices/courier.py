"""Tells people: composes a notice in their language, judges whether it goes out, sends it, keeps the book.

1. Mail goes to verified addresses alone. Which kinds are not wanted is asked before each.
2. A mailbox gets so many letters a day and no more, whatever happens: what is over is held, and said to be.
   The support address is the operator's own and has no such bound.
3. The ledger knows a notice by its id: what was sent is not sent again, and a retry adds no line.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from gigdesk.clock import Clock
from gigdesk.errors import Unavailable
from gigdesk.gigs.model import Person
from gigdesk.gigs.ports import People
from gigdesk.ids import uuid7
from gigdesk.language import Language
from gigdesk.notices.compose import Envelope, compose, kind_of
from gigdesk.notices.deliver import Post, address
from gigdesk.notices.facts import Facts, ToPerson, ToStaff, ToSupport
from gigdesk.notices.kinds import RULES
from gigdesk.notices.model import Entry, Notice, Recipient, State
from gigdesk.notices.plain import visible
from gigdesk.notices.ports import NoticeLedger, Undeliverable
from gigdesk.notices.unsubscribe import Unsubscribing

# What must be known gets through when the rest is held, and has an end all the same.
ESSENTIAL_TIMES = 4
MAX_ANSWER = 120
_ADDRESS = re.compile(r"\S*@\S*")
_OPEN = frozenset({State.QUEUED, State.DEFERRED, State.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The installation as its mail names it. ``daily_cap`` is how many letters a mailbox gets in 24 hours."""

    brand: str
    base_url: str
    support: str
    daily_cap: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A notice as it would go out now: ``state`` is what would become of it, queued where it would be sent.

    Its links open nobody's choices.
    """

    notice: Notice
    state: State
    sender: str
    language: Language


class Delivery:
    """Sends composed notices; ``pseudonym`` makes of an address what tells nobody of it."""

    def __init__(
        self,
        ledger: NoticeLedger,
        post: Post,
        clock: Clock,
        *,
        pseudonym: Callable[[str], str],
        daily_cap: int,
    ) -> None:
        self._ledger = ledger
        self._post = post
        self._clock = clock
        self._pseudonym = pseudonym
        self._cap = daily_cap

    async def deliver(self, notice: Notice, recipient: Recipient) -> State:
        """Send it unless it is not to be sent; what became of it, which stands in the ledger.

        Raises Unavailable to try later, Undeliverable never to: both are in the ledger too.
        """
        now = self._clock.now()
        entry = Entry(
            notice=notice.id,
            case=notice.thread,
            kind=notice.kind,
            person=recipient.person,
            state=await self._judged(notice, recipient),
            queued_at=now,
            changed_at=now,
        )
        state = await self._ledger.enter(entry, self._mailbox(recipient.address), self._most(notice))
        return await self._send(notice) if state in _OPEN else state

    async def foresee(self, notice: Notice, recipient: Recipient) -> State:
        """What would become of it now, with nothing sent and nothing entered. Raises Unavailable."""
        state, most = await self._judged(notice, recipient), self._most(notice)
        if state is not State.QUEUED or most is None:
            return state
        is_full = await self._ledger.is_full(self._mailbox(recipient.address), most, self._clock.now())
        return State.HELD if is_full else state

    @property
    def sender(self) -> str:
        """From whom letters come."""
        return self._post.sender

    async def _judged(self, notice: Notice, recipient: Recipient) -> State:
        rule = RULES[notice.kind]
        if rule.to_support:
            return State.QUEUED
        if not recipient.is_verified or not _is_address(recipient.address):
            return State.UNREACHABLE
        if not rule.essential and notice.kind in await self._ledger.unwanted(recipient.person):
            return State.UNWANTED
        return State.QUEUED

    async def _send(self, notice: Notice) -> State:
        try:
            said = await self._post.send(notice)
        except Unavailable as error:
            await self._mark(notice, State.DEFERRED, _answer_of(error.values, error.code))
            raise
        except Undeliverable as error:
            await self._mark(notice, State.FAILED, _answer_of(error.values, error.code))
            raise
        await self._mark(notice, State.SENT, said)
        return State.SENT

    async def _mark(self, notice: Notice, state: State, said: str) -> None:
        await self._ledger.mark(notice.id, state, shortened(said, notice.to), self._clock.now())

    def _most(self, notice: Notice) -> int | None:
        rule = RULES[notice.kind]
        if rule.to_support:
            return None
        return self._cap * ESSENTIAL_TIMES if rule.essential else self._cap

    def _mailbox(self, text: str) -> str:
        """One pseudonym a mailbox, in whatever case its address is written; none for what is no address."""
        return self._pseudonym(f"mailto:{address(text).addr_spec.lower()}") if _is_address(text) else ""


class Courier:
    """Tells facts to people, whom it finds by their user id, and to the support address."""

    def __init__(
        self,
        house: House,
        delivery: Delivery,
        people: People,
        *,
        person_key: Callable[[str], str],
        language: Callable[[str], Language],
        unsubscribing: Unsubscribing,
    ) -> None:
        self._house = house
        self._delivery = delivery
        self._people = people
        self._person_key = person_key
        self._language = language
        self._unsubscribing = unsubscribing

    async def tell(self, notice: UUID, facts: ToPerson, user_id: str) -> State:
        """Tell a party, in their language; raises what ``Delivery.deliver`` does.

        ``notice`` is its id: the same for the same recipient of the same effect, and no other's.
        """
        recipient, language = await self._party(user_id)
        return await self._delivery.deliver(self._composed(notice, facts, recipient, language), recipient)

    async def foresee(self, facts: ToPerson, user_id: str) -> Foreseen:
        """What ``tell`` would send, with nothing sent. Raises Unavailable."""
        recipient, language = await self._party(user_id)
        envelope = self._envelope(uuid7(), facts, recipient)
        # The link that switches mail off is its owner's alone.
        envelope = replace(envelope, off_url=envelope.choices_url)
        notice = compose(facts, envelope, language)
        state = await self._delivery.foresee(notice, recipient)
        return Foreseen(notice=notice, state=state, sender=self._delivery.sender, language=language)

    async def _party(self, user_id: str) -> tuple[Recipient, Language]:
        person = (await self._people.get([user_id])).get(user_id)
        recipient = Recipient(
            address=person.email if person else "",
            person=self._person_key(user_id),
            is_verified=bool(person and person.verified),
        )
        return recipient, self._language(person.locale if person else "")

    async def tell_staff(self, notice: UUID, facts: ToStaff, person: Person) -> State:
        """Tell one of the staff, in their language; raises what ``Delivery.deliver`` does."""
        key = self._person_key(person.user_id)
        recipient = Recipient(address=person.email, person=key, is_verified=person.verified)
        letter = self._composed(notice, facts, recipient, self._language(person.locale))
        return await self._delivery.deliver(letter, recipient)

    async def tell_support(self, notice: UUID, facts: ToSupport) -> State:
        """Tell the support address, in English; raises what ``Delivery.deliver`` does."""
        recipient = Recipient(address=self._house.support)
        return await self._delivery.deliver(
            self._composed(notice, facts, recipient, self._language("")), recipient
        )

    def _composed(self, notice: UUID, facts: Facts, recipient: Recipient, language: Language) -> Notice:
        return compose(facts, self._envelope(notice, facts, recipient), language)

    def _envelope(self, notice: UUID, facts: Facts, recipient: Recipient) -> Envelope:
        value = self._unsubscribing.value(recipient.person, kind_of(facts))
        return Envelope(
            id=notice,
            to=recipient.address,
            brand=self._house.brand,
            choices_url=f"{self._house.base_url}/notices",
            off_url=f"{self._house.base_url}/notices/unsubscribe/{value}",
        )


def is_reachable(person: Person) -> bool:
    """Whether mail may go to this person at all."""
    return person.verified and _is_address(person.email)


def shortened(said: str, to: str) -> str:
    """What a mail server said, in at most 120 characters, without any address or the name before its @."""
    local = to.rpartition("<")[2].partition("@")[0]
    plain = _ADDRESS.sub("…", visible(said))
    if len(local) > 2:
        plain = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "…", plain, flags=re.IGNORECASE)
    plain = " ".join(plain.split())
    return plain if len(plain) <= MAX_ANSWER else plain[: MAX_ANSWER - 1] + "…"


def _answer_of(values: Mapping[str, object], code: str) -> str:
    return str(values.get("answer") or code)


def _is_address(text: str) -> bool:
    try:
        address(text)
    except Undeliverable:
        return False
    return True

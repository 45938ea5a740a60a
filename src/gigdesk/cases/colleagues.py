"""Who works at the desk, and who of them may see a case: the shell around accounts and those who came lately.

Somebody who came with a token counts as what they came as within 30 days, and sees a sensitive queue only where the
rules name them: what else their token says of queues is not known while they are away.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gigdesk.access.accounts import ID_PREFIX, Account
from gigdesk.access.model import Actor, Role
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.access.ports import Accounts
from gigdesk.cases.mentions import Mention, Nameable, mentions
from gigdesk.cases.ports import CaseRow
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.sight import Sight, viewer_of
from gigdesk.cases.visibility import Viewer
from gigdesk.clock import Clock
from gigdesk.errors import GigdeskError
from gigdesk.gigs.model import Person
from gigdesk.gigs.ports import People

KNOWN_FOR = timedelta(days=30)
"""For how long after their last visit somebody is taken to work here still."""
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works at the desk: how they are named, what is known of them, and what they may do."""

    named: Nameable
    person: Person
    actor: Actor


class Colleagues:
    """Knows who works at the desk."""

    def __init__(
        self,
        people: People,
        accounts: Accounts,
        rulebook: Rulebook,
        *,
        clock: Clock,
        person_key: Callable[[str], str],
    ) -> None:
        self._people = people
        self._accounts = accounts
        self._rulebook = rulebook
        self._clock = clock
        self._person_key = person_key

    async def who_see(self, row: CaseRow, but: str = "") -> Sequence[Colleague]:
        """Who may see this case as staff now, by name, without the person of this key. Raises Unavailable."""
        everybody = await self._everybody()
        found = [one for one in everybody if self._may_see(one.actor, row, but)]
        return sorted(found, key=lambda one: (one.named.name.casefold(), one.named.user_id))

    async def named_in(self, text: str, sight: Sight) -> Sequence[Mention]:
        """Whom a note of who sees this case as staff names, of those who see it too. Raises Unavailable."""
        if "@" not in text or sight.viewer is not Viewer.STAFF:
            return ()
        return mentions(text, [one.named for one in await self.who_see(sight.row, sight.person)])

    async def _everybody(self) -> Sequence[Colleague]:
        accounts = {account.id: account for account in await self._accounts.everyone()}
        known = await self._people.get(list(accounts))
        lately = self._clock.now() - KNOWN_FOR
        others = [
            person
            for person in await self._people.team(MOST, but=ID_PREFIX)
            if person.met_at and person.met_at >= lately
        ]
        return [*_with_accounts(accounts.values(), known.get), *map(_with_token, others)]

    def _may_see(self, actor: Actor, row: CaseRow, but: str) -> bool:
        person, queues = self._person_key(actor.sub), self._rulebook.queues
        if person == but or viewer_of(row, person) is not Viewer.STAFF:
            return False
        facts = Facts(
            is_sensitive=queues.is_sensitive(row.queue),
            is_specialist=queues.is_specialist(actor, row.queue),
        )
        try:
            permit(actor, Action.SEE_AS_STAFF, facts)
        except GigdeskError:
            return False
        return True


def _with_accounts(accounts: Iterable[Account], known: Callable[[str], Person | None]) -> Iterator[Colleague]:
    for account in accounts:
        if (
            account.is_enabled and account.password
        ):  # whoever has never chosen one has yet to show the mailbox is theirs
            met = known(account.id)
            locale = met.locale if met else ""
            yield Colleague(
                named=Nameable(user_id=account.id, name=account.name, login=account.login),
                person=Person(
                    user_id=account.id, name=account.name, email=account.login, verified=True, locale=locale
                ),
                actor=account.actor,
            )


def _with_token(person: Person) -> Colleague:
    role = Role.LEAD if person.role == "lead" else Role.AGENT
    return Colleague(
        named=Nameable(user_id=person.user_id, name=person.name),
        person=person,
        actor=Actor(sub=person.user_id, name=person.name, roles=frozenset({role})),
    )

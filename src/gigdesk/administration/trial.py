"""A routing rule held against the last reports before it is kept: how many it would have matched, and which."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gigdesk.access.model import Actor
from gigdesk.access.policy import Action, Facts, permit
from gigdesk.cases.ports import CaseIndex, CaseRow
from gigdesk.cases.queries import CaseQuery
from gigdesk.cases.routing import plain
from gigdesk.cases.rulebook import Rulebook
from gigdesk.gigs.model import Side
from gigdesk.paging import Place

REPORTS = 1_000
SHOWN = 20
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A report that the rule fits. ``decider`` is the place of the rule that decides it: this one or one before it.

    None: it stays in a sensitive queue whatever a rule says.
    """

    row: CaseRow
    decider: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the rule at ``place`` would have matched of the newest reports: ``looked`` of them at most a thousand.

    ``elsewhere`` of those that it decides stand in another queue than it names. ``others`` counts those that it does
    not decide, by who does.
    """

    place: int
    looked: int
    matches: Sequence[Match]
    elsewhere: int
    others: Mapping[int | None, int]

    @property
    def first(self) -> Sequence[Match]:
        """The newest of them."""
        return self.matches[:SHOWN]


class Trial:
    """Tries rules on the reports that there are; bounded, and it changes nothing."""

    def __init__(self, index: CaseIndex, person_of: Callable[[str], str]) -> None:
        self._index = index
        self._person_of = person_of

    async def run(self, actor: Actor, place: int, rules: Rulebook) -> Tried:
        """Hold the rule at this place against the newest thousand reports, as they are typed today.

        Cases about whoever asks are passed over. Raises NotFound for who may not see settings, Unavailable.
        """
        permit(actor, Action.SEE_SETTINGS, Facts())
        person = self._person_of(actor.sub)
        found: list[Match] = []
        looked, after = 0, None
        while looked < REPORTS:
            rows, after = await self._page(after, person)
            looked += len(rows)
            found += await self._matching(rows, place, rules)
            if after is None:
                break
        queue = rules.routing.rules[place].queue
        return Tried(
            place=place,
            looked=looked,
            matches=found,
            elsewhere=sum(bool(queue) and one.decider == place and one.row.queue != queue for one in found),
            others=Counter(one.decider for one in found if one.decider != place),
        )

    async def _page(self, after: Place | None, person: str) -> tuple[Sequence[CaseRow], Place | None]:
        page = await self._index.list_cases(CaseQuery(not_about=person), after, _PAGE)
        return page.items, page.next

    async def _matching(self, rows: Sequence[CaseRow], place: int, rules: Rulebook) -> list[Match]:
        """Those that the rule fits; texts are read only where it or one before it looks for words."""
        rule = rules.routing.rules[place]
        fitting = [
            (row, kind)
            for row in rows
            if (kind := rules.taxonomy.find(row.issue_type)) is not None
            and rule.may_fit(kind, Side(row.side))
        ]
        has_words = any(one.words for one in rules.routing.rules[: place + 1])
        texts = await self._texts([row.id for row, _ in fitting]) if has_words and fitting else {}
        found = []
        for row, kind in fitting:
            text = texts.get(row.id, "")
            if not rule.words or any(word in text for word in rule.words):
                decider = rules.routing.decider(place, kind, Side(row.side), text)
                found.append(Match(row=row, decider=decider))
        return found

    async def _texts(self, cases: Sequence[UUID]) -> Mapping[UUID, str]:
        sealed = await self._index.sealed(cases, ["description"])
        return {
            case: plain(values["description"].value.decode())
            for case, values in sealed.items()
            if "description" in values
        }

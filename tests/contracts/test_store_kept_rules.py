"""Rules that are kept in the store: they hold in every process, none is lost, and a rule is tried on what there is."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.openings import AT, opening
from gigdesk.access.model import Actor, Role
from gigdesk.access.queues import Queues
from gigdesk.adapters.stores.sql.store import SqlStore
from gigdesk.administration.events import RulesKept
from gigdesk.administration.log import Administration, verify
from gigdesk.administration.model import KeepRules, RulesVersion
from gigdesk.administration.rules import KeptRules, RulesFrom
from gigdesk.administration.trial import Trial
from gigdesk.cases.issue_types import Severity
from gigdesk.cases.ports import Append, SealedValue
from gigdesk.cases.routing import Routing, Rule
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.rules_file.reading import read
from gigdesk.cases.taxonomy import Taxonomy
from gigdesk.clock import SystemClock
from gigdesk.errors import Conflict, GigdeskError, Invalid
from gigdesk.gigs.model import Side

ADMIN = Actor(sub="olga", name="Olga", roles=frozenset({Role.ADMIN}))
TRUST = '[queues.trust]\nlabel = "Trust"\n'


class Process:
    """One process with its rulebook."""

    def __init__(self, store: SqlStore, file: str = "") -> None:
        self.rulebook = Rulebook()
        source = RulesFrom(file=file, read=lambda text: read(text.encode(), "rules", ("en", "es")))
        entries = Administration(store.administration, lambda user: f"key of {user}", SystemClock())
        self.rules = KeptRules(store.rules, entries, self.rulebook, source, SystemClock())

    @property
    def queues(self) -> tuple[str, ...]:
        return self.rulebook.queues.names


async def test_what_is_kept_holds_here_at_once_and_elsewhere_once_it_looks(
    store: SqlStore, other: SqlStore
) -> None:
    here, there = Process(store), Process(other)

    version = await here.rules.save(ADMIN, TRUST, 0)

    assert (version.number, version.actor) == (1, "key of olga")
    assert "trust" in here.queues
    assert "trust" not in there.queues
    await there.rules.catch_up()
    assert "trust" in there.queues
    assert (await there.rules.newest(ADMIN)) == version
    await there.rules.save(ADMIN, "", 1)
    await here.rules.catch_up()
    assert "trust" not in here.queues
    assert await verify(store.administration, store.rules) == (2, "")


async def test_of_two_that_began_with_the_same_version_one_is_told(store: SqlStore, other: SqlStore) -> None:
    here, there = Process(store), Process(other)

    kept = await asyncio.gather(
        here.rules.save(ADMIN, TRUST, 0), there.rules.save(ADMIN, "", 0), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in kept) == ["Conflict", "RulesVersion"]
    assert await store.rules.number() == 1


async def test_what_is_wrong_is_told_by_its_line_and_changes_nothing(store: SqlStore) -> None:
    here = Process(store)

    with pytest.raises(Invalid, match=r"rules:2: “lable” is no key here. Did you mean “label”\?"):
        await here.rules.save(ADMIN, '[queues.trust]\nlable = "Trust"\n', 0)

    assert await store.rules.number() == 0
    assert await store.administration.head() is None
    assert "trust" not in here.queues


async def test_where_a_file_holds_nothing_is_kept_nor_taken(store: SqlStore) -> None:
    await Process(store).rules.save(ADMIN, TRUST, 0)
    here = Process(store, file="rules.toml")

    await here.rules.catch_up()
    with pytest.raises(Conflict, match=r"rules\.toml"):
        await here.rules.save(ADMIN, TRUST, 1)

    assert "trust" not in here.queues


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.AUDITOR])
async def test_only_an_admin_keeps_rules(store: SqlStore, role: Role) -> None:
    here = Process(store)

    with pytest.raises(GigdeskError):
        await here.rules.save(Actor(sub="x", roles=frozenset({role})), TRUST, 0)

    assert await store.rules.number() == 0


async def test_a_version_that_cannot_be_read_leaves_the_one_before_it(store: SqlStore) -> None:
    await Process(store).rules.save(ADMIN, TRUST, 0)
    later = RulesVersion(number=2, at=datetime.now(UTC), actor="a", document="[planets]\n")
    entries = Administration(store.administration, str, SystemClock())
    await entries.record(ADMIN, RulesKept(version=2, content=""), KeepRules(version=later))
    here = Process(store)

    await here.rules.catch_up()

    assert "trust" in here.queues


def report(number: int = 0, text: str = "It is about my IBAN.", **row: str) -> Append:
    one = opening()
    description = SealedValue(item="description", salt=bytes(32), value=text.encode(), person="person-1")
    at = AT + timedelta(minutes=number)
    return replace(
        one, row=replace(one.row, opened_at=at, **row), sealed=(description,), effects=(), objects=()
    )


def ruled(rule: Rule) -> Rulebook:
    """The built-in rules with this one for where cases go."""
    return Rulebook(routing=Routing(Taxonomy().types, Queues(), rules=(rule,)))


async def test_a_rule_is_tried_on_the_newest_thousand_reports(store: SqlStore) -> None:
    await asyncio.gather(*(store.log.append(report(number)) for number in range(1_003)))

    tried = await Trial(store.index, str).run(ADMIN, 0, ruled(Rule(sides=frozenset(Side))))

    assert (tried.looked, len(tried.matches), len(tried.first)) == (1_000, 1_000, 20)
    assert tried.first[0].row.opened_at == AT + timedelta(minutes=1_002)


@pytest.mark.parametrize(
    ("rule", "matched", "elsewhere"),
    [
        (Rule(words=("iban",)), 3, 0),
        (Rule(words=("bank", "my iban")), 3, 0),
        (Rule(words=("bank",)), 0, 0),
        (Rule(words=("iban",), queue="general"), 3, 2),
        (Rule(types=frozenset({"payment.refund"})), 1, 0),
        (Rule(types=frozenset({"quality.late"}), words=("iban",)), 1, 0),
        (Rule(sides=frozenset({Side.CLIENT})), 1, 0),
        (Rule(severities=frozenset({Severity.CRITICAL})), 0, 0),
    ],
)
async def test_a_rule_matches_by_all_that_it_says(
    store: SqlStore, rule: Rule, matched: int, elsewhere: int
) -> None:
    await store.log.append(report(1))
    await store.log.append(report(2, issue_type="payment.refund", side="client"))
    await store.log.append(report(3, issue_type="quality.late", queue="general"))
    await store.log.append(report(4, issue_type="no.longer"))
    await store.log.append(report(5, reporter="olga"))  # about whoever asks: passed over

    tried = await Trial(store.index, str).run(ADMIN, 0, ruled(rule))

    assert (tried.looked, len(tried.matches), tried.elsewhere) == (4, matched, elsewhere)

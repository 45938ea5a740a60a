import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import rfc8785
from hypothesis import given as gives
from hypothesis import strategies as st

from cases.playbook import AT, CASE, FILE
from cases.test_decide import COPY, INSPECTED, OPENED, RECEIVED
from gigdesk.cases import wire
from gigdesk.cases.events import EvidenceInspected, OriginalOpened, from_wire, to_wire
from gigdesk.cases.opening import first_summary, new_people, summary
from gigdesk.cases.ports import Commit
from gigdesk.cases.seal import commit_of, effect_rows, replay, seal_values
from gigdesk.evidence.model import Verdict

NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    TEXT | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
COMMIT = UUID("0193f0c2-0000-7000-8000-00000000000c")


@gives(st.dictionaries(NAMES, VALUES, max_size=6))
def test_canonical_bytes_are_those_of_rfc_8785(document: dict[str, object]) -> None:
    assert wire.canonical(document) == rfc8785.dumps(document)  # type: ignore[arg-type]
    assert wire.parse(wire.canonical(document)) == document


@gives(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)), st.integers(-720, 720))
def test_times_come_back_as_they_were(naive: datetime, minutes: int) -> None:
    at = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert wire.read_moment(wire.moment(at)) == at
    assert wire.moment(at).endswith("Z")


def first_commit() -> Commit:
    events = (OPENED, RECEIVED)
    return commit_of(events, case=CASE, number=1, commit=COMMIT, at=AT, by="reporter", before=wire.root(CASE))


def test_every_event_survives_the_log() -> None:
    events = [
        OPENED,
        RECEIVED,
        INSPECTED,
        EvidenceInspected(evidence=FILE, verdict=Verdict.CLEAN, derivative=COPY, thumbnail=COPY),
        OriginalOpened(evidence=FILE, digests={"reason": "ab"}),
    ]

    assert [from_wire(json.loads(wire.canonical(to_wire(e)))) for e in events] == events


def test_a_commit_is_chained_to_the_one_before() -> None:
    commit = first_commit()

    assert commit.hash == hashlib.sha256(hashlib.sha256(CASE.bytes).digest() + commit.content).digest()
    case = replay([commit])
    assert case is not None
    assert (case.opened_at, len(case.files)) == (AT.astimezone(UTC), 1)


def test_a_retry_owes_the_same_effects() -> None:
    rows = [effect_rows(first_commit(), (OPENED, RECEIVED)) for _ in range(2)]

    assert rows[0] == rows[1]
    assert [row.kind for row in rows[0]] == ["notify", "inspect-evidence"]
    assert len({row.id for row in rows[0]}) == 2


@gives(st.lists(st.tuples(NAMES, st.binary(max_size=40), NAMES), max_size=5, unique_by=lambda v: v[0]))
def test_a_digest_commits_to_the_value_and_its_salt(values: list[tuple[str, bytes, str]]) -> None:
    sealed, digests = seal_values(values)

    assert [(s.item, s.value, s.person) for s in sealed] == values
    assert all(digests[s.item] == hashlib.sha256(s.salt + s.value).hexdigest() for s in sealed)
    assert len({s.salt for s in sealed}) == len(values)
    assert all(len(s.salt) == 32 for s in sealed)


def test_the_summary_of_an_opened_case_is_that_of_the_case_which_its_events_make() -> None:
    commit = first_commit()
    people = new_people(reporter="aa", respondent="bb")
    case = replay([commit])
    assert case is not None
    assert first_summary(commit, OPENED, 1, people) == summary(commit, case, people, AT)

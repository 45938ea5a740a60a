"""The query language: what is read, what is refused and how, and that reading and writing agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.errors import Invalid
from gigdesk.insights.model import Sort
from gigdesk.insights.query import DeskQuery, Words, chips, read_query, write_query
from gigdesk.insights.terms import Term, Vocabulary

WORDS = Vocabulary(
    queues=("safety", "payments", "general"),
    types=("safety.emergency", "safety.conditions", "payment.refund", "other"),
)
READ = [
    ("", "", 0),
    ("is:open", "is:open", 1),
    ("IS:Open  is:open", "is:open", 1),
    ("owner:me is:open", "is:open owner:me", 2),
    (
        "type:safety.* is:unassigned age:>2d waiting:reporter",
        "is:unassigned type:safety.* waiting:reporter age:>2d",
        4,
    ),
    ("-type:other -is:snoozed -owner:nobody", "-is:snoozed -type:other -owner:nobody", 3),
    ("clock:<24H clock:over", "clock:<24h clock:over", 2),
    ("files:>0 files:03", "files:3 files:>0", 2),
    ("age:>002d", "age:>2d", 1),
    ("sort:newest is:closed sort:oldest", "is:closed sort:oldest", 2),
    ('owner:"some one" gig:tiles', 'owner:"some one" gig:tiles', 2),
    ("phase:in_progress status:appealed", "status:appealed phase:in_progress", 2),
    ("priority:urgent severity:high queue:general", "queue:general priority:urgent severity:high", 3),
    ("violin late", "violin late", 2),
    ('late "grey violin  case" late', 'late "grey violin case"', 2),
    ('"never closed', '"never closed"', 1),
    ('half"and"half', 'half "and"', 2),
    ("10:30 -5 e-mail", "10:30 -5 e-mail", 3),
    ("??? word !!!", "word", 1),
    ("gd-7k3m-92qx7", "GD-7K3M-92QX7", 1),
    ("GD7K3M92QX7", "GD-7K3M-92QX7", 1),
    ("7k3m92qx7 violin", "GD-7K3M-92QX7 violin", 2),
    ("GD-7K3M-92QXZ", "GD-7K3M-92QXZ", 1),
    ("gd-oiL0-00000", "GD-0110-00000", 1),
    ("photographs", "photographs", 1),
    (
        "opened:2026-11-01..2026-11-07 decided:2026-11-01",
        "opened:2026-11-01..2026-11-07 decided:2026-11-01",
        2,
    ),
    ("opened:2026-11-01..2026-11-01 opened:..2026-12-01", "opened:..2026-12-01 opened:2026-11-01", 2),
    ("breached:First_Reply breached:any", "breached:any breached:first_reply", 2),
    ("is:reopened -is:overturned is:unreplied", "is:reopened is:unreplied -is:overturned", 3),
    ("decider:me backlog:2026-11-01", "decider:me backlog:2026-11-01", 2),
]
REFUSED = [
    ("typ:other", "Do you mean type?"),
    ("stats:closed", "Do you mean status?"),
    ("http://example.org", "Put words with a colon in quotes"),
    ("type:", "cannot be “”. It has one of: safety.emergency"),
    ("type:nothing.*", "one of: safety.emergency"),
    ("queue:hidden", "one of: safety, payments, general"),
    ("is:unread", "one of: open, closed, unassigned"),
    ("waiting:nobody", "one of: desk, reporter, respondent, external"),
    ("status:new", "one of: received"),
    ("owner:", "me, nobody, or the id"),
    ("gig:a/b", "the id of a gig"),
    ("tag:", "followed by a tag: at most 40 letters"),
    ("tag:a,b", "followed by a tag"),
    ('tag:"two words"', "followed by a tag"),
    ("age:2d", "something like: >2d, <4h"),
    ("opened:yesterday", "something like: 2026-11-01, 2026-11-01..2026-11-07"),
    ("decided:2026-02-30", "something like: 2026-11-01"),
    ("backlog:2026-11-01..2026-11-02", "something like: 2026-11-01."),
    ("breached:second_reply", "one of: first_reply, next_reply, resolution, appeal, account_review, any"),
    ("clock:soon", "something like: <24h"),
    ("files:many", "something like: >0"),
    ("sort:best", "one of: clock, newest, oldest, updated"),
    ("-age:>2d", "only is, type, queue, status, waiting, owner, tag can be turned round"),
    ("-sort:newest", "only is, type"),
    ("???", "no word to search for"),
    ("a " * 21, "at most 20 parts"),
    ("x" * 201, "at most 200 characters"),
]


def read(text: str) -> DeskQuery:
    return read_query(text, WORDS)


@pytest.mark.parametrize(("text", "canonical", "parts"), READ)
def test_a_query_is_written_back_in_one_way(text: str, canonical: str, parts: int) -> None:
    query = read(text)

    assert write_query(query) == canonical
    assert read(canonical) == query
    assert len(chips(query)) == parts


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_what_is_wrong_is_said_at_the_field_with_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)

    [error] = refused.value.errors
    assert error.field == "q"
    assert says in str(error)


def test_a_query_is_made_of_its_parts() -> None:
    query = read('violin "oak floor" gd-7k3m-92qx7 -queue:general is:open sort:updated')

    assert query == DeskQuery(
        terms=(Term(key="is", value="open"), Term(key="queue", value="general", is_not=True)),
        references=("GD-7K3M-92QX7",),
        words=(Words(text="violin"), Words(text="oak floor", is_exact=True)),
        sort=Sort.UPDATED,
    )


def test_each_chip_says_what_is_left_without_it() -> None:
    found = chips(read('is:open -type:other violin "oak floor" GD-7K3M-92QX7 sort:newest'))

    assert [(chip.key, chip.value, chip.without) for chip in found] == [
        ("is", "open", '-type:other GD-7K3M-92QX7 violin "oak floor" sort:newest'),
        ("-type", "other", 'is:open GD-7K3M-92QX7 violin "oak floor" sort:newest'),
        ("reference", "GD-7K3M-92QX7", 'is:open -type:other violin "oak floor" sort:newest'),
        ("words", "violin", 'is:open -type:other GD-7K3M-92QX7 "oak floor" sort:newest'),
        ("words", "oak floor", "is:open -type:other GD-7K3M-92QX7 violin sort:newest"),
        ("sort", "newest", 'is:open -type:other GD-7K3M-92QX7 violin "oak floor"'),
    ]


PIECES = st.one_of(
    st.sampled_from([text for text, _, _ in READ] + [text for text, _ in REFUSED[:21]]),
    st.from_regex(r'\A-?(is|type|queue|owner|tag|age|clock|files|gig|sort):[<>a-z0-9."*]{0,8}\Z'),
    st.text(max_size=12),
)


@given(st.lists(PIECES, max_size=8).map(" ".join))
def test_whatever_is_typed_is_refused_or_reads_as_what_it_is_written_as(text: str) -> None:
    try:
        query = read(text)
    except Invalid as refused:
        entries = [error.field for error in refused.errors]
    else:
        entries = ["q"]
        judge_written(query)
    assert entries == ["q"]


def judge_written(query: DeskQuery) -> None:
    written = write_query(query)
    assert read(written) == query
    assert write_query(read(written)) == written
    for chip in chips(query):
        assert len(chips(read(chip.without))) == len(chips(query)) - 1

"""Rate limits: what is counted, when it is let go, what is told about it."""

import math
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.errors import TooMany
from gigdesk.web.limits import Counter, Rate, RateLimits


class Watch:
    """A watch that is set by hand."""

    def __init__(self) -> None:
        self.time = 3600.0 * 1000

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


def limits(watch: Watch, person: str = "3/hour", gig: str = "2/hour", site: str = "100/minute") -> RateLimits:
    return RateLimits(person, gig, site, now=watch)


def test_a_person_is_refused_after_the_limit_and_told_how_long_to_wait(watch: Watch) -> None:
    rates = limits(watch)
    for gig in "abc":
        rates.hit("amara", gig)
    with pytest.raises(TooMany) as refused:
        rates.hit("amara", "d")
    assert refused.value.code == "rate.person"
    assert refused.value.retry_after == 3601
    assert "3601 seconds" in str(refused.value)
    rates.hit("jonas", "d")


def test_a_gig_is_refused_to_who_reports_it_often(watch: Watch) -> None:
    rates = limits(watch)
    rates.hit("amara", "tiles")
    rates.hit("amara", "tiles")
    with pytest.raises(TooMany) as refused:
        rates.hit("amara", "tiles")
    assert refused.value.code == "rate.gig"
    rates.hit("amara", "roof")


@pytest.mark.abuse(53)
def test_one_party_never_uses_up_what_the_other_may_send(watch: Watch) -> None:
    rates = limits(watch)
    for _ in range(2):
        rates.hit("jonas", "tiles")
    for _ in range(2):
        rates.hit("amara", "tiles")


def test_what_was_sent_before_stops_no_critical_report(watch: Watch) -> None:
    rates = limits(watch, person="2/hour", gig="2/hour")
    for _ in range(2):
        rates.hit("amara", "tiles")
    for _ in range(2):
        rates.hit("amara", "tiles", critical=True)
    with pytest.raises(TooMany):
        rates.hit("amara", "tiles", critical=True)


def test_a_critical_report_counts_for_the_site(watch: Watch) -> None:
    rates = limits(watch, site="1/minute")
    rates.hit("amara", "tiles", critical=True)
    with pytest.raises(TooMany) as refused:
        rates.hit("jonas", "roof", critical=True)
    assert refused.value.code == "rate.site"


def test_the_site_is_refused_whoever_reports_what(watch: Watch) -> None:
    rates = limits(watch, site="2/minute")
    rates.hit("a", "1")
    rates.hit("b", "2")
    with pytest.raises(TooMany) as refused:
        rates.hit("c", "3")
    assert (refused.value.code, refused.value.retry_after) == ("rate.site", 61)


def test_a_refused_report_counts_for_nobody(watch: Watch) -> None:
    rates = limits(watch, person="2/hour", gig="1/hour")
    rates.hit("amara", "tiles")
    for _ in range(5):
        with pytest.raises(TooMany):
            rates.hit("amara", "tiles")
    assert rates.hit("amara", "roof")["ratelimit"].startswith('"person";r=0;')


def test_a_repeat_is_given_back_to_all_three(watch: Watch) -> None:
    rates = limits(watch, person="1/hour", gig="1/hour", site="1/minute")
    for _ in range(10):
        rates.hit("amara", "tiles")
        rates.give_back("amara", "tiles")
    rates.hit("amara", "tiles")


def test_giving_back_what_was_never_counted_gives_nobody_more(watch: Watch) -> None:
    rates = limits(watch, person="1/hour")
    for _ in range(5):
        rates.give_back("amara", "tiles")
    rates.hit("amara", "tiles")
    with pytest.raises(TooMany):
        rates.hit("amara", "roof")


def test_attempts_that_are_refused_do_not_use_up_the_gig(watch: Watch) -> None:
    rates = limits(watch, person="20/hour", gig="1/hour")
    for _ in range(10):
        rates.hit("amara", "tiles")
        rates.give_back_gig("amara", "tiles")
    assert rates.hit("amara", "tiles")


def test_a_report_given_back_in_the_next_window_is_found_in_the_one_before(watch: Watch) -> None:
    rates = limits(watch, person="1/hour")
    rates.hit("amara", "tiles")
    watch.time += 3600
    with pytest.raises(TooMany):
        rates.hit("amara", "tiles")
    rates.give_back("amara", "tiles")
    rates.hit("amara", "tiles")


def test_the_answer_tells_the_policies_and_what_the_person_has_left(watch: Watch) -> None:
    fields = limits(watch).hit("amara", "tiles")
    assert fields == {
        "ratelimit-policy": '"person";q=3;w=3600, "gig";q=2;w=3600, "site";q=100;w=60',
        "ratelimit": '"person";r=2;t=3600',
    }


def test_what_the_other_party_did_is_not_told(watch: Watch) -> None:
    rates = limits(watch, gig="10/hour")
    before = rates.hit("amara", "roof")
    rates.give_back("amara", "roof")
    rates.hit("jonas", "tiles")
    assert rates.hit("amara", "tiles") == before


def test_a_burst_at_the_border_of_two_windows_does_not_double_the_limit(watch: Watch) -> None:
    rates = limits(watch, person="10/hour", gig="100/hour")
    watch.time += 3599
    for _ in range(10):
        rates.hit("amara", "tiles")
    watch.time += 2
    allowed = 0
    for _ in range(10):
        try:
            rates.hit("amara", "tiles")
            allowed += 1
        except TooMany:
            break
    assert allowed <= 1


@given(
    amount=st.integers(1, 50),
    steps=st.lists(st.floats(0, 90, allow_nan=False), min_size=1, max_size=150),
)
def test_who_waits_as_long_as_told_is_let_in(amount: int, steps: list[float]) -> None:
    watch = Watch()
    rates = limits(watch, person=f"{amount}/minute", gig="1000000/minute", site="1000000/minute")
    waits: list[int] = []
    for step in steps:
        watch.time += step
        try:
            rates.hit("amara", "tiles")
        except TooMany as refused:
            waits.append(refused.retry_after or 0)
            watch.time += waits[-1]
            rates.hit("amara", "tiles")
    assert all(1 <= wait <= 121 for wait in waits)


@given(amount=st.integers(1, 30), steps=st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=200))
def test_no_aligned_window_lets_more_in_than_the_limit(amount: int, steps: list[float]) -> None:
    watch = Watch()
    rates = limits(watch, person=f"{amount}/minute", gig="1000000/minute", site="1000000/minute")
    let_in: dict[int, int] = {}
    for step in steps:
        watch.time += step
        try:
            rates.hit("amara", "tiles")
        except TooMany:
            continue
        window = math.floor(watch.time / 60)
        let_in[window] = let_in.get(window, 0) + 1
    assert max(let_in.values(), default=0) <= amount


def test_a_million_persons_take_bounded_memory() -> None:
    counter = Counter(Rate.parse("20/hour"), max_keys=1000)

    def flood(keys: range) -> int:
        for key in keys:
            assert counter.take(f"person-{key}", 0) == 20
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = flood(range(20_000))
        second = flood(range(20_000, 100_000))
    finally:
        tracemalloc.stop()
    assert second < first * 1.5
    assert counter.take("person-99999", 0) == 19
    assert counter.take("person-0", 0) == 20  # the first of this window, and forgotten


def test_keys_of_older_windows_are_forgotten() -> None:
    counter = Counter(Rate.parse("20/minute"))
    assert counter.take("amara", 0) == 20
    assert counter.take("amara", 60) == 19
    assert counter.take("amara", 300) == 20


@pytest.mark.parametrize("text", ["20/hours", "0/hour", "-1/hour", "hour", "20", "", "²/hour", "1.5/hour"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NUMBER/second"):
        Rate.parse(text)


def test_what_a_party_does_with_cases_has_an_end() -> None:
    rates = RateLimits("20/hour", "10/hour", "600/minute", now=lambda: 1000.0)
    for _ in range(120):
        rates.hit_act("amara")
    with pytest.raises(TooMany) as refused:
        rates.hit_act("amara")
    rates.hit_act("jonas")
    assert refused.value.code == "rate.act"

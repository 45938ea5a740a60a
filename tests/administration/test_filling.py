"""Places of canned replies: which are known, what they become, which reply fits which case."""

import pytest

from gigdesk.administration.filling import PLACES, filled, fits, in_language, unknown

VALUES = {"reporter": "Amara", "reference": "GD-1", "gig": ""}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thank you, {reporter}.", "Thank you, Amara."),
        ("{ reporter }: {reference}", "Amara: GD-1"),
        ("{reporter}{reporter}", "AmaraAmara"),
        ("No places, {} and { }", "No places, {} and { }"),
        ("{gig} has no value, {due} neither", "{gig} has no value, {due} neither"),
        ("{{reporter}}", "{Amara}"),
        ("{repor\nter}", "{repor\nter}"),
    ],
)
def test_places_are_filled(text: str, said: str) -> None:
    assert filled(text, VALUES) == said


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert filled("{reporter}", {"reporter": "{agent}", "agent": "Mira"}) == "{agent}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thank you, {reporter}.", ""),
        ("Thank you, {repoter}.", "repoter"),
        ("{reference} {Reporter} {other}", "Reporter"),
        ("{due} {" + "x" * 41 + "}", ""),
        (" ".join(f"{{{name}}}" for name in PLACES), ""),
    ],
)
def test_the_first_place_that_there_is_not_is_named(text: str, name: str) -> None:
    assert unknown(text) == name


@pytest.mark.parametrize(
    ("types", "queue", "is_one"),
    [
        ((), "", True),
        (("payment.*",), "", True),
        (("payment.refund",), "payments", True),
        (("quality.late", "payment.refund"), "", True),
        (("quality.*",), "", False),
        (("pay.*",), "", False),
        (("payment.ref",), "", False),
        ((), "safety", False),
        (("payment.*",), "safety", False),
    ],
)
def test_a_reply_fits_by_type_and_queue(types: tuple[str, ...], queue: str, is_one: bool) -> None:
    assert fits(types, queue, issue_type="payment.refund", in_queue="payments") is is_one


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"en": "a", "es": "b"}, ("es", "b")),
        ({"en": "a", "de": "c"}, ("en", "a")),
        ({"de": "c"}, ("de", "c")),
        ({}, ("es", "")),
    ],
)
def test_the_text_is_that_of_the_reader_or_the_nearest(texts: dict[str, str], found: tuple[str, str]) -> None:
    assert in_language(texts, "es") == found

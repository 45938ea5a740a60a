import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.cases.fields import Fields, early_errors, gig_id_of, judge
from gigdesk.cases.taxonomy import Taxonomy
from gigdesk.cases.text import normalise
from gigdesk.errors import Invalid
from gigdesk.gigs.model import Side

TAXONOMY = Taxonomy()
GOOD = {"gigId": "gig-1", "issueType": "other", "description": "It was not done."}


def form(**values: str) -> Fields:
    fields = Fields()
    for name, value in values.items():
        fields.add(name, value)
    return fields


def refused(fields: Fields, side: Side = Side.CLIENT) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        judge(fields, side, 10_000, TAXONOMY)
    return {e.field: e.code for e in refusal.value.errors}


def test_a_whole_form_is_taken() -> None:
    judged = judge(form(**GOOD), Side.CLIENT, 10_000, TAXONOMY)

    assert (judged.issue_type.code, judged.description, judged.details) == ("other", "It was not done.", {})


def test_details_of_the_type_are_kept() -> None:
    more = {"issueType": "property.damage", "item": " Oak floor ", "amount": "240.50", "currency": "GBP"}

    judged = judge(form(**(GOOD | more)), Side.CLIENT, 10_000, TAXONOMY)

    assert judged.details == {"item": "Oak floor", "amount": "240.50", "currency": "GBP"}


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"description": " \n"}, "description", "field.missing"),
        ({"description": "\x00\x01"}, "description", "field.missing"),
        ({"description": "\u200b\u200d \u2060\ufeff\u3164\ufe0f"}, "description", "field.missing"),
        ({"issueType": ""}, "issueType", "field.missing"),
        ({"issueType": "no such thing"}, "issueType", "issue_type.unknown"),
        ({"issueType": "no_show.client"}, "issueType", "issue_type.unknown"),
        ({"status": "closed"}, "status", "field.unknown"),
        ({"uploads": "01931f2e"}, "uploads", "field.unknown"),
        ({"issueType": "property.damage", "amount": "about 240"}, "amount", "field.wrong"),
        ({"issueType": "property.damage", "currency": "moons"}, "currency", "field.wrong"),
        ({"issueType": "quality.late", "date": "yesterday"}, "date", "field.wrong"),
        ({"description": "x" * 10_001}, "description", "field.too_long"),
    ],
)
def test_each_wrong_field_is_named(wrong: dict[str, str], field: str, code: str) -> None:
    assert refused(form(**(GOOD | wrong))) == {field: code}


def test_all_wrong_fields_are_told_at_once() -> None:
    assert refused(form(issueType="nonsense", amount="x")).keys() >= {"gigId", "issueType", "description"}


def test_a_repeated_field_is_refused() -> None:
    fields = form(**GOOD)
    fields.add("description", "Something else.")

    assert refused(fields) == {"description": "field.repeated"}


def test_a_missing_field_is_no_error_until_the_form_ends() -> None:
    assert list(early_errors(form(gigId="gig-1"), Side.CLIENT, 100, TAXONOMY)) == []


@pytest.mark.parametrize("gig_id", ["", "a b", "../x", "x" * 129, "ü", "a/b", "a\n"])
def test_a_gig_id_of_another_shape_is_refused(gig_id: str) -> None:
    with pytest.raises(Invalid):
        gig_id_of(form(gigId=gig_id))


def test_the_refusal_of_a_type_lists_what_is_allowed() -> None:
    with pytest.raises(Invalid) as refusal:
        judge(form(**(GOOD | {"issueType": "zzz"})), Side.WORKER, 100, TAXONOMY)

    assert "no_show.client" in str(refusal.value)
    assert "no_show.worker" not in str(refusal.value)


@given(st.text())
def test_text_made_plain_stays_so(text: str) -> None:
    plain = normalise(text)

    assert normalise(plain) == plain
    assert "\r" not in plain
    plain.encode()


def test_text_keeps_what_languages_need() -> None:
    assert normalise("a\u200db \u202bשלום\u202c\r\nc\x00\x1b[0m\u0085") == "a\u200db \u202bשלום\u202c\nc[0m"

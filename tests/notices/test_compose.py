"""The words of the notice of a new case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest

from gigdesk.cases.taxonomy import ISSUE_TYPES, find
from gigdesk.notices.compose import NewCase, is_sensitive, moment, new_case, one_line

CASE, EFFECT = uuid4(), uuid4()
FACTS = NewCase(
    case=CASE,
    reference="GD-7K3M-9XQ24",
    issue_type=find("property.damage"),
    code="property.damage",
    severity="high",
    gig_id="tiles-17",
    gig_title="Re-tile a shower wall",
    files=3,
    reply_by=datetime(2026, 11, 24, 10, 42, tzinfo=UTC),
    link=f"https://market.example/help/reports/{CASE}",
)


def written(facts: NewCase = FACTS) -> tuple[str, str, str]:
    notice = new_case(EFFECT, "support@market.example", "Nearhand", facts)
    assert notice.html is not None
    return notice.subject, notice.text, notice.html


def test_the_notice_says_what_it_is_about_and_by_when_to_reply() -> None:
    subject, text, html = written()

    assert subject == "GD-7K3M-9XQ24: Something was damaged"
    for part in (text, html):
        for said in (
            "GD-7K3M-9XQ24",
            "Something was damaged (property.damage)",
            "high",
            "Re-tile a shower wall (tiles-17)",
            "3",
            "by Tuesday 24 November 2026, 10:42 UTC",
            FACTS.link,
            "not sent by mail",
        ):
            assert said in part


def test_the_notice_names_its_effect_and_its_case() -> None:
    notice = new_case(EFFECT, "support@market.example", "Nearhand", FACTS)

    assert (notice.id, notice.thread, notice.to) == (EFFECT, CASE, "support@market.example")


@pytest.mark.parametrize("issue_type", [t for t in ISSUE_TYPES if is_sensitive(t)], ids=lambda t: t.code)
def test_a_sensitive_type_is_not_named_in_the_subject(issue_type: object) -> None:
    facts = replace(FACTS, issue_type=issue_type, code=issue_type.code, severity=issue_type.severity.value)
    subject, text, _ = written(facts)

    assert subject.endswith("GD-7K3M-9XQ24: new report")
    assert issue_type.code in text


def test_everything_of_the_safety_queue_is_sensitive_and_so_is_what_is_not_known() -> None:
    assert {t.code for t in ISSUE_TYPES if is_sensitive(t)} >= {
        "safety.emergency", "safety.conditions", "harassment.verbal", "harassment.sexual",
        "harassment.discrimination", "harassment.stalking",
    }  # fmt: skip
    assert is_sensitive(None)
    assert not is_sensitive(find("payment.underpaid"))


def test_an_emergency_is_called_critical_before_all() -> None:
    facts = replace(FACTS, issue_type=find("safety.emergency"), code="safety.emergency", severity="critical")

    assert written(facts)[0] == "Critical: GD-7K3M-9XQ24: new report"


def test_a_type_that_is_no_longer_known_is_named_by_its_code() -> None:
    subject, text, _ = written(replace(FACTS, issue_type=None, code="old.type", reply_by=None))

    assert subject == "GD-7K3M-9XQ24: new report"
    assert "old.type" in text
    assert "First reply" not in text


@pytest.mark.abuse(44)
def test_a_title_with_markup_stays_text() -> None:
    _, text, html = written(replace(FACTS, gig_title="<img src=x onerror=alert(1)> & <b>co"))

    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;co" in html
    assert "<img" not in html
    assert "<img src=x" in text


@pytest.mark.abuse(51)
@pytest.mark.parametrize("title", ["{{ ''.__class__ }}", "{% for x in y %}", "{{ facts.link }}", "${7*7}"])
def test_a_title_with_a_template_in_it_is_shown_as_it_is(title: str) -> None:
    assert title in written(replace(FACTS, gig_title=title))[1]


@pytest.mark.abuse(43)
def test_a_title_cannot_write_lines_of_its_own() -> None:
    _, text, _ = written(replace(FACTS, gig_title="Tiles\r\nSeverity:     low\u2028\u202eevil\x00"))

    assert "Gig:          Tiles Severity: low evil (tiles-17)" in text
    assert text.count("\nSeverity:") == 1


def test_a_long_title_is_cut() -> None:
    assert len(one_line("x" * 5000)) == 120
    assert one_line("x" * 5000).endswith("…")


def test_times_are_written_in_utc() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    assert moment(datetime(2026, 3, 1, 2, 5, tzinfo=east)) == "Saturday 28 February 2026, 20:35 UTC"

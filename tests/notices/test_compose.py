"""The words of notices: what each says, what none may say, in every language."""

import email
import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigdesk.adapters.mail.maildir import MaildirMailer
from gigdesk.cases.issue_table import ISSUE_TYPES, built_in
from gigdesk.language import Languages
from gigdesk.notices.compose import Envelope, compose, kind_of
from gigdesk.notices.deliver import Post
from gigdesk.notices.examples import FACTS, SHIELDED, TILES
from gigdesk.notices.facts import (
    Acknowledgement,
    Facts,
    NewCase,
    Reader,
    StatementRequest,
    StatusChange,
    is_sensitive,
    reader_of,
)
from gigdesk.notices.kinds import ALWAYS, CHOOSABLE, RULES, Kind
from gigdesk.notices.model import Notice
from gigdesk.notices.plain import lines_of, one_line

LANGUAGES = Languages()
EFFECT = uuid4()
TO_PEOPLE = [facts for facts in FACTS if reader_of(facts) is not Reader.SUPPORT]
by_kind = pytest.mark.parametrize("facts", FACTS, ids=lambda f: kind_of(f).value)
NEW = next(facts for facts in FACTS if isinstance(facts, NewCase))
ENVELOPE = Envelope(
    id=EFFECT,
    to="amara@mail.example",
    brand="Nearhand",
    choices_url="https://market.example/help/notices",
    off_url="https://market.example/help/notices/unsubscribe/abc",
)


class Stopped:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


POST = Post(MaildirMailer(Path("nowhere")), Stopped(), "help@market.example")


def notice(facts: Facts, locale: str = "en", **more: str) -> Notice:
    return compose(facts, replace(ENVELOPE, **more), LANGUAGES.negotiate(person_locale=locale))


def read(composed: Notice) -> EmailMessage:
    content = POST.letter(composed).content
    return email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[return-value]


def whole(composed: Notice) -> str:
    """Everything that somebody can read of it."""
    assert composed.html is not None
    return "\n".join((composed.subject, composed.text, html.unescape(composed.html)))


def texts(facts: Facts) -> Iterator[str]:
    """The names of its places for what somebody typed."""
    return (f.name for f in fields(facts) if f.name in {"text", "reasons", "signed_by", "reporter_name"})


def typed(facts: Facts, value: str) -> Facts:
    """These facts with this in every place for what somebody typed."""
    about = replace(facts.about, gig_title=value, reference=value)
    return replace(facts, about=about, **dict.fromkeys(texts(facts), value))


def test_there_is_a_rule_and_an_example_for_every_kind() -> None:
    assert set(RULES) == set(Kind) == {kind_of(facts) for facts in FACTS}
    assert set(CHOOSABLE) == {Kind.MESSAGE, Kind.STATUS_CHANGE, Kind.REMINDER}
    assert {Kind.ACKNOWLEDGEMENT, Kind.QUESTION, Kind.DECISION, Kind.STATEMENT_REQUEST} <= set(ALWAYS)
    assert {kind for kind, rule in RULES.items() if rule.to_support} == {
        Kind.NEW_CASE, Kind.ESCALATION, Kind.BREACH,
    }  # fmt: skip
    to_staff = {kind for kind, rule in RULES.items() if rule.to_staff}
    assert to_staff == {Kind.STAFF_ESCALATION, Kind.STAFF_BREACH, Kind.STAFF_MENTION}
    assert not to_staff & {*CHOOSABLE, *ALWAYS}  # a page of everybody's does not tell of them


def is_of_staff(facts: Facts) -> bool:
    """Whether it goes to who works at the desk."""
    rule = RULES[kind_of(facts)]
    return rule.to_support or rule.to_staff


@by_kind
@pytest.mark.parametrize("locale", LANGUAGES.tags)
def test_every_kind_says_its_reference_and_leads_to_its_case(facts: Facts, locale: str) -> None:
    composed = notice(facts, locale)

    assert (composed.id, composed.thread, composed.to) == (EFFECT, TILES.case, "amara@mail.example")
    assert composed.subject.startswith("GD-7K3M-9XQ24: ")
    assert composed.html is not None
    for part in (composed.text, composed.html):
        assert "GD-7K3M-9XQ24" in part
        assert (TILES.desk_link if is_of_staff(facts) else TILES.link) in part
        assert (TILES.link if is_of_staff(facts) else TILES.desk_link) not in part
        assert "%(" not in part
    assert f'<html lang="{ {"en": "en-GB", "es": "es"}[locale] }" dir="ltr">' in composed.html


@by_kind
def test_every_kind_has_words_of_its_own_in_spanish(facts: Facts) -> None:
    english, spanish = notice(facts), notice(facts, "es")

    assert english.subject != spanish.subject
    ours = {line for line in english.text.splitlines() if " " in line and not line.startswith("  ")}
    kept = {line for line in ours & set(spanish.text.splitlines()) if "http" not in line}
    assert kept <= {"Re-tile a shower wall"}


@by_kind
def test_links_hold_no_token_and_nothing_is_loaded(facts: Facts) -> None:
    composed = notice(facts)
    assert composed.html is not None
    allowed = {TILES.link, TILES.desk_link, ENVELOPE.choices_url, ENVELOPE.off_url}

    assert set(re.findall(r'(?:href|src)="([^"]*)"', composed.html)) <= allowed
    assert set(re.findall(r"https?://\S+", composed.text)) <= allowed
    assert not re.search(r"<(?:img|script|link|iframe|form)|url\(|@import", composed.html)
    assert 'content="light dark"' in composed.html


@by_kind
def test_only_what_is_not_essential_can_be_switched_off_from_the_mail(facts: Facts) -> None:
    composed = notice(facts)

    if RULES[composed.kind].essential:
        assert composed.headers == {}
        assert ENVELOPE.off_url not in whole(composed)
    else:
        assert composed.headers == {
            "List-Unsubscribe": f"<{ENVELOPE.off_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        assert ENVELOPE.off_url in composed.text
        assert "List-Unsubscribe-Post" not in notice(facts, off_url="http://localhost/off").headers


@by_kind
def test_a_notice_of_a_sensitive_type_names_neither_type_nor_gig_to_people(facts: Facts) -> None:
    for issue_type in (*filter(is_sensitive, ISSUE_TYPES), None):
        code = issue_type.code if issue_type else "old.type"
        about = replace(SHIELDED, issue_type=issue_type, code=code)
        composed = notice(replace(facts, about=about))
        seen = composed.subject if reader_of(facts) is Reader.SUPPORT else whole(composed)
        for told in (code, TILES.gig_title, issue_type.label if issue_type else code):
            assert told not in seen
        if reader_of(facts) is not Reader.SUPPORT:
            assert composed.subject == "GD-7K3M-9XQ24: there is news"
            assert not [name for name in texts(facts) if getattr(facts, name) in seen]


@pytest.mark.parametrize("issue_type", [*ISSUE_TYPES, None], ids=lambda t: t.code if t else "unknown")
def test_a_respondent_is_not_told_who_reported_where_the_type_shields_them(issue_type: object) -> None:
    request = next(facts for facts in FACTS if isinstance(facts, StatementRequest))
    said = whole(notice(replace(request, about=replace(TILES, issue_type=issue_type))))

    shields = issue_type is None or issue_type.shields_reporter
    if shields:
        assert "Amara" not in said
    assert ("Amara Okafor" in said) == (not is_sensitive(issue_type))


@pytest.mark.abuse(42)
@pytest.mark.parametrize("locale", LANGUAGES.tags)
def test_an_acknowledgement_has_no_word_that_a_person_typed(locale: str) -> None:
    facts = next(facts for facts in FACTS if isinstance(facts, Acknowledgement))
    spam = replace(facts, about=replace(TILES, gig_title="Cheap pills at pills.example"))

    assert whole(notice(spam, locale)) == whole(notice(facts, locale))


@by_kind
def test_the_desk_is_quoted_only_in_kinds_that_may(facts: Facts) -> None:
    said = whole(notice(typed(facts, "Words of the desk.")))

    if not RULES[kind_of(facts)].quotes_desk:
        assert not {"text", "reasons"} & set(texts(facts))
    else:
        assert "Words of the desk." in said


def test_waiting_reads_otherwise_on_each_side() -> None:
    def subject(status: str, reader: Reader) -> str:
        return notice(StatusChange(about=TILES, reader=reader, status=status)).subject.partition(": ")[2]

    assert subject("waiting_reporter", Reader.REPORTER) == "Needs your reply"
    assert subject("waiting_reporter", Reader.RESPONDENT) == "Waiting for the other side"
    assert subject("waiting_respondent", Reader.RESPONDENT) == "Needs your reply"
    assert subject("waiting_external", Reader.REPORTER) == "In review"


HOSTILE = [
    "Tiles\r\nBcc: mallory@evil.example",
    "Tiles\nSubject: other",
    "\x00\x01Tiles\x7f\x85\u2028Bcc: x@evil.example",
    "=?utf-8?q?Tiles=0D=0ABcc:_x@evil.example?=",
    "\u202eselit\u2066\u200b\ufeff",
    "<img src=x onerror=alert(1)></td><b>{{ 7*7 }}%(name)s${7}",
    "a" * 5000,
    "\ud800half",
    "",
]
SAFE_KEYS = {
    "Message-ID", "Date", "From", "To", "Subject", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post",
}  # fmt: skip


@pytest.mark.abuse(43, 44, 51)
@by_kind
@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_was_typed_becomes_a_header_markup_or_a_direction(facts: Facts, value: str) -> None:
    composed = notice(typed(facts, value), brand=value)
    message = read(composed)

    assert set(message.keys()) <= SAFE_KEYS
    assert len(message.keys()) == len(set(message.keys()))
    assert not message.defects
    for part in message.iter_parts():
        said = part.get_content()
        assert not re.search(
            r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", said
        )
    assert composed.html is not None
    assert "<img" not in composed.html
    assert "49" not in composed.html or "{{ 7*7 }}" in html.unescape(composed.html)


@pytest.mark.abuse(43)
@given(value=st.text(max_size=80), place=st.integers(0, len(FACTS) - 1))
@settings(max_examples=60, deadline=None)
def test_whatever_was_typed_the_letter_is_read_back_equal(value: str, place: int) -> None:
    composed = notice(typed(FACTS[place], value), brand=value)
    text, drawn = read(composed).iter_parts()

    assert text.get_content().replace("\r\n", "\n") == composed.text
    assert drawn.get_content().replace("\r\n", "\n") == composed.html


def test_the_new_case_notice_says_what_support_needs() -> None:
    composed = notice(NEW)

    assert composed.subject == "GD-7K3M-9XQ24: Something was damaged"
    assert composed.html is not None
    for part in (composed.text, composed.html):
        for said in (
            "Something was damaged (property.damage)",
            "high",
            "Re-tile a shower wall (tiles-17)",
            "by Tuesday, 24 November 2026, 10:42 UTC",
        ):
            assert said in part
    assert "sent by\nmail" in composed.text


def test_mail_to_staff_says_what_it_is_about_but_for_sensitive_types() -> None:
    to_staff = [facts for facts in FACTS if RULES[kind_of(facts)].to_staff]
    assert len(to_staff) == 3
    stalking = replace(TILES, issue_type=built_in("harassment.stalking"), code="harassment.stalking")
    for facts in to_staff:
        is_mention = kind_of(facts) is Kind.STAFF_MENTION  # which says who and where alone
        for word in ("Re-tile a shower wall", "property.damage"):
            assert (word in whole(notice(facts))) is not is_mention
        for word in ("re-tile a shower wall", "tiles-17", "harassment", "stalk"):
            assert word not in whole(notice(replace(facts, about=stalking))).lower()


def test_an_emergency_is_called_critical_before_all() -> None:
    about = replace(TILES, issue_type=built_in("safety.emergency"), code="safety.emergency")

    assert notice(replace(NEW, about=about, severity="critical")).subject == (
        "Critical: GD-7K3M-9XQ24: new report"
    )


@pytest.mark.abuse(43)
def test_a_title_cannot_write_lines_of_its_own() -> None:
    about = replace(TILES, gig_title="Tiles\r\nSeverity:     low\u2028\u202eevil\x00")
    text = notice(replace(NEW, about=about)).text

    assert "Gig:          Tiles Severity: low evil (tiles-17)" in text
    assert text.count("\nSeverity:") == 1


def test_long_texts_are_cut_and_say_so() -> None:
    assert len(one_line("x" * 5000)) == 120
    assert one_line("x" * 5000).endswith("…")
    assert lines_of("x" * 30_000)[-1] == "…"
    assert lines_of("a\n" * 1000)[-1] == "…"
    assert lines_of(" one\r\n\r\ntwo\u202e ") == ("one", "", "two")


def test_times_are_written_in_utc_and_say_so() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 3, 1, 2, 5, tzinfo=east)
    facts = replace(NEW, reply_by=at)

    assert "Saturday, 28 February 2026, 20:35 UTC" in notice(facts).text
    assert "sábado, 28 de febrero de 2026, 20:35 UTC" in notice(facts, "es").text

"""The issue types of the domain, and the words that clients send for them."""

from datetime import timedelta

import pytest

from gigdesk.cases.taxonomy import (
    DETAILS,
    GROUPS,
    ISSUE_TYPES,
    Severity,
    Taxonomy,
)
from gigdesk.gigs.model import Side

TAXONOMY = Taxonomy()
allowed, find, resolve = TAXONOMY.allowed, TAXONOMY.find, TAXONOMY.resolve
KINDS = {
    "safety": ["emergency", "conditions"],
    "harassment": ["verbal", "sexual", "discrimination", "stalking"],
    "fraud": ["scam", "identity", "fake_review"],
    "payment": ["not_received", "underpaid", "overcharged", "tip_or_fee", "refund"],
    "no_show": ["client", "worker"],
    "cancellation": ["late", "fee"],
    "quality": ["incomplete", "not_as_described", "late", "scope"],
    "property": ["damage", "theft", "lost_item", "cleaning"],
    "off_platform": ["payment", "contact"],
    "conduct": ["rude", "rules"],
    "listing": ["illegal", "misleading"],
    "account": ["access", "impersonation", "restricted"],
    "privacy": ["exposure"],
    "technical": ["app", "location"],
    "other": [""],
}
CODES = [f"{family}.{kind}".rstrip(".") for family, kinds in KINDS.items() for kind in kinds]


def test_every_type_of_the_domain_is_there_once():
    assert sorted(t.code for t in ISSUE_TYPES) == sorted(CODES)


@pytest.mark.parametrize(
    ("prefix", "severity", "first_reply"),
    [
        ("safety.emergency", Severity.CRITICAL, timedelta(minutes=15)),
        ("safety.conditions", Severity.HIGH, timedelta(hours=1)),
        ("harassment", Severity.HIGH, timedelta(hours=1)),
        ("fraud", Severity.HIGH, timedelta(hours=4)),
        ("payment", Severity.NORMAL, timedelta(hours=8)),
        ("no_show", Severity.NORMAL, timedelta(hours=8)),
        ("cancellation", Severity.NORMAL, timedelta(hours=8)),
        ("quality", Severity.NORMAL, timedelta(hours=24)),
        ("property", Severity.HIGH, timedelta(hours=8)),
        ("off_platform", Severity.NORMAL, timedelta(hours=24)),
        ("conduct", Severity.LOW, timedelta(hours=24)),
        ("listing", Severity.HIGH, timedelta(hours=24)),
        ("account", Severity.HIGH, timedelta(hours=8)),
        ("privacy", Severity.HIGH, timedelta(hours=4)),
        ("technical", Severity.LOW, timedelta(hours=24)),
        ("other", Severity.NORMAL, timedelta(hours=24)),
    ],
)
def test_a_type_has_the_severity_and_the_first_reply_of_the_domain(prefix, severity, first_reply):
    types = [t for t in ISSUE_TYPES if t.code.startswith(prefix)]
    assert types
    assert {(t.severity, t.first_reply) for t in types} == {(severity, first_reply)}


@pytest.mark.parametrize("side", Side)
def test_each_side_sees_38_types_and_never_its_own_absence(side):
    codes = {t.code for t in allowed(side)}
    assert len(codes) == 38
    assert f"no_show.{side.other}" in codes
    assert f"no_show.{side}" not in codes


def test_no_safety_harassment_or_payment_case_may_expire():
    grave = ("safety.", "harassment.", "payment.")
    assert not [t.code for t in ISSUE_TYPES if t.code.startswith(grave) and t.may_expire]
    assert {t.queue for t in ISSUE_TYPES if t.code.startswith(("safety.", "harassment."))} == {"safety"}
    assert find("safety.emergency").shields_reporter


def test_every_group_has_types_and_every_type_a_group():
    assert len(GROUPS) == 10
    assert {t.group for t in ISSUE_TYPES} == {g.code for g in GROUPS}
    assert all(group.label for group in GROUPS)


def test_details_are_optional_and_known_by_one_kind():
    kinds = {f.name: f.kind for f in DETAILS}
    assert set(kinds) == {"amount", "currency", "date", "time", "place", "item", "link", "device"}
    for kind in ISSUE_TYPES:
        for field in kind.fields:
            assert (kinds[field.name], field.required) == (field.kind, False)


@pytest.mark.parametrize("side", Side)
def test_codes_and_labels_resolve_to_their_own_type(side):
    for kind in allowed(side):
        for word in (
            kind.code,
            kind.code.upper(),
            kind.code.replace(".", "_"),
            kind.label,
            f" {kind.label} ",
        ):
            assert resolve(word, side) is kind, word


@pytest.mark.parametrize(
    ("word", "side", "code"),
    [
        ("payment", Side.WORKER, "payment.not_received"),
        ("Payment issue", Side.WORKER, "payment.not_received"),
        ("PAYMENT", Side.CLIENT, "payment.overcharged"),
        ("no-show", Side.CLIENT, "no_show.worker"),
        ("no_show", Side.WORKER, "no_show.client"),
        ("No Show", Side.WORKER, "no_show.client"),
        ("quality", Side.CLIENT, "quality.incomplete"),
        ("Quality issue", Side.CLIENT, "quality.incomplete"),
        ("safety", Side.WORKER, "safety.emergency"),
        ("damage", Side.CLIENT, "property.damage"),
        ("Property damage", Side.CLIENT, "property.damage"),
        ("harassment", Side.WORKER, "harassment.verbal"),
        ("other", Side.WORKER, "other"),
        ("Technical problem", Side.WORKER, "technical.app"),
    ],
)
def test_a_clients_own_word_is_understood(word, side, code):
    assert resolve(word, side).code == code


@pytest.mark.parametrize("word", ["", "  ", "nonsense", "payment.", "payment.no", "issue", "no_show.worker"])
def test_what_is_no_type_for_a_worker_is_none(word):
    found = resolve(word, Side.WORKER)
    assert found is None or (word == "payment." and found.code == "payment.not_received")


def test_no_name_means_two_types_on_one_side():
    for side in Side:
        seen = {}
        for kind in allowed(side):
            for name in {kind.code.casefold(), *(a.casefold() for a in kind.aliases)}:
                assert seen.setdefault(name, kind.code) == kind.code, name

"""A merge that would tell somebody of a case that they may not know of is refused, and the refusal does nothing."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from journeys.test_joined_cases import COLLEAGUE, Desk
from live import CLIENT, WORKER, Live, eventually
from servers.smtp import Mailbox

SHIELDED, PLAIN = "harassment.verbal", "quality.late"


@pytest.fixture
def desk(another: Callable[..., Live], smtp: Mailbox) -> Desk:
    return Desk(another(GIGDESK_MAIL_URL=smtp.url), smtp)


def everything(desk: Desk, *cases: str) -> list[object]:
    """What stands in the store, and what everybody gets of these cases."""
    stored = [
        desk.site.rows("SELECT case_id, number, hash FROM commits ORDER BY case_id, number"),
        desk.site.rows("SELECT id, version, status FROM cases ORDER BY id"),
        desk.site.rows("SELECT count(*) FROM effects WHERE kind IN ('join-cases', 'tell-duplicates')"),
    ]
    return [*stored, *(desk.has(who, case) for who in (WORKER, CLIENT, COLLEAGUE) for case in cases)]


@pytest.mark.parametrize(
    ("duplicate_by", "is_asked", "primary_by", "primary_type", "is_hidden"),
    [
        (COLLEAGUE, False, WORKER, PLAIN, False),
        (COLLEAGUE, False, WORKER, SHIELDED, True),  # takes no part in it
        (CLIENT, False, WORKER, PLAIN, True),  # it is about them, and they were not asked
        (CLIENT, False, WORKER, SHIELDED, True),
        (WORKER, False, WORKER, SHIELDED, False),  # reported both, and nobody else sees either
        (WORKER, True, WORKER, SHIELDED, True),  # the other side reads of the duplicate
        (WORKER, True, WORKER, PLAIN, True),
    ],
)
def test_a_merge_is_permitted_by_what_each_who_sees_the_duplicate_may_know(
    desk: Desk, duplicate_by: str, is_asked: bool, primary_by: str, primary_type: str, is_hidden: bool
) -> None:
    duplicate, primary = desk.report(duplicate_by), desk.report(primary_by, primary_type)
    if is_asked:
        desk.asks_the_other_side(duplicate)
    before = everything(desk, duplicate, primary)

    answer = desk.do("lena", duplicate, "merge", into=primary)

    if not is_hidden:
        assert (answer.status, answer.json()["closedReason"]) == (200, "duplicate")
        return
    assert (answer.status, answer.json()["code"]) == (409, "merge.hidden")
    assert everything(desk, duplicate, primary) == before
    told = json.dumps(answer.json())
    assert primary not in told
    assert primary_type not in told


def test_a_refusal_is_not_remembered_and_a_party_is_told_of_no_reason(desk: Desk) -> None:
    duplicate, primary = desk.report(WORKER), desk.report(CLIENT)
    headers = {
        "Authorization": f"Bearer {desk.site.token('lena', 'lead')}",
        "Content-Type": "application/json",
        "Idempotency-Key": uuid4().hex,
        "If-Match": "*",
    }
    body = json.dumps({"into": primary}).encode()

    def merge() -> int:
        return desk.site.call("POST", f"/api/cases/{duplicate}/merge", body, headers, by=None).status

    assert merge() == 409
    for who in (WORKER, CLIENT):  # to neither is it said that there is the case of the other
        mine, theirs = (duplicate, primary) if who == WORKER else (primary, duplicate)
        nothing = "01890000-0000-7000-8000-000000000000"
        answers = [desk.do(who, mine, "merge", into=into).json() for into in (theirs, nothing)]
        assert answers[0] == answers[1]
        assert answers[0]["code"] != "merge.hidden"
    desk.asks_the_other_side(primary, "lena")
    assert merge() == 200
    assert merge() == 200
    [(commits,)] = desk.site.rows(
        "SELECT count(*) FROM commits WHERE hex(case_id) = ?", duplicate.replace("-", "").upper()
    )
    assert commits == 2


def test_a_case_that_was_sorted_among_those_that_protect_takes_in_no_strangers_report(desk: Desk) -> None:
    primary, duplicate, again = desk.report(WORKER, "other"), desk.report(COLLEAGUE), desk.report(COLLEAGUE)
    desk.merged(duplicate, primary, "lena")
    changed = desk.do("lena", primary, "type", issueType=SHIELDED, reason="He shouted at her.")
    assert changed.status == 200
    known = desk.has(COLLEAGUE, duplicate)

    refused = desk.do("lena", again, "merge", into=primary)

    assert (refused.status, refused.json()["code"]) == (409, "merge.hidden")
    # Who was joined to it before hears no more of it.
    desk.do("lena", primary, "assignment", owner="lena")
    desk.do("lena", primary, "decision", disposition="upheld", reasons="So it is.", notify="now")
    owed = "SELECT 1 FROM effects WHERE kind = 'tell-duplicates'"
    assert desk.see("lena", primary).json()["status"] == "decided"
    assert eventually(lambda: not desk.site.rows(owed))
    assert desk.has(COLLEAGUE, duplicate)[:2] == known[:2]

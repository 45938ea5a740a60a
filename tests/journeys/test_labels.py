"""Priority and tags by API and at the desk without script: given, shown, found by, and hidden from every party."""

import json
import re
from urllib.parse import quote
from uuid import uuid4

import pytest

import forms
from journeys.test_desk_case import Agent
from journeys.test_desk_case import said as told
from journeys.test_desk_lists import Desk, ids, listed, row
from journeys.test_life_of_a_case import AGENT, LEAD, OTHER, Caller
from live import CLIENT, GIG, WORKER, Live, eventually

AUDITOR = "otto"


@pytest.fixture
def case(site: Live) -> str:
    return str(site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()["id"])


@pytest.fixture
def people(site: Live, case: str) -> dict[str, Caller]:
    return {who: Caller(site, who, case) for who in (WORKER, CLIENT, AGENT, OTHER, LEAD)}


@pytest.fixture
def word() -> str:
    """A tag that no other test has."""
    return f"t{uuid4().hex[:12]}"


def test_staff_who_do_not_own_it_set_both_and_what_is_so_already_is_no_event(
    people: dict[str, Caller],
) -> None:
    ada, clocks = people[AGENT], people[AGENT].see().json()["clocks"]

    urgent = ada.do("priority", {"priority": "urgent", "reason": "They fly home on Friday."})
    tagged = ada.do("tags", {"add": ["Refund", "bank", "REFUND"]})
    again = ada.do("tags", {"add": ["refund"], "remove": ["vip"]})

    assert [answer.status for answer in (urgent, tagged, again)] == [200, 200, 200]
    found = again.json()
    assert (found["priority"], found["tags"], found["version"]) == ("urgent", ["bank", "refund"], 3)
    assert [clock["due"] for clock in found["clocks"]] == [clock["due"] for clock in clocks]
    assert again.headers["etag"] == tagged.headers["etag"] == ada.see().headers["etag"]
    items = people[OTHER].see("/events").json()["items"][1:]
    assert [(one["type"], one["data"]) for one in items] == [
        ("priority.changed", {"priority": "urgent", "text": "They fly home on Friday."}),
        ("tags.changed", {"added": ["bank", "refund"], "removed": []}),
    ]


def test_the_same_request_again_is_done_once_and_a_stale_one_not_at_all(people: dict[str, Caller]) -> None:
    ada, key = people[AGENT], uuid4().hex
    stale = ada.see().headers["etag"]

    for _ in range(2):
        assert ada.do("tags", {"add": ["refund"]}, Idempotency_Key=key).json()["version"] == 2
    other = ada.do("tags", {"add": ["bank"]}, Idempotency_Key=key)
    assert (other.status, other.json()["code"]) == (422, "idempotency.other_body")
    assert ada.do("priority", {"priority": "low"}, If_Match=stale).status == 412
    assert (ada.see().json()["tags"], ada.see().json()["priority"]) == (["refund"], "normal")


@pytest.mark.parametrize(
    ("act", "body", "field", "code"),
    [
        ("priority", {}, "priority", "field.missing"),
        ("priority", {"priority": "Urgent"}, "priority", "field.wrong"),
        ("priority", {"priority": "low", "reason": 3}, "reason", "field.wrong"),
        ("tags", {"add": "refund"}, "add", "field.wrong"),
        ("tags", {"add": ["two words"]}, "add", "tag.wrong"),
        ("tags", {"add": ["<b>"]}, "add", "tag.wrong"),
        ("tags", {"remove": [None]}, "remove", "tag.wrong"),
        ("tags", {"add": ["x" * 41]}, "add", "tag.wrong"),
        ("tags", {"add": [f"t{n}" for n in range(21)]}, "add", "field.wrong"),
        ("tags", {"add": ["a"], "remove": ["A"]}, "add", "tags.both"),
        ("tags", {"tags": ["a"]}, "tags", "field.unknown"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_done(
    people: dict[str, Caller], act: str, body: dict[str, object], field: str, code: str
) -> None:
    refused = people[LEAD].do(act, body)

    assert refused.status == 422
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [(field, code)]
    assert people[LEAD].see().json()["version"] == 1


def test_a_case_has_twenty_tags_and_a_closed_one_can_be_tagged(people: dict[str, Caller]) -> None:
    ada = people[AGENT]
    ada.do("tags", {"add": [f"t{n}" for n in range(20)]})
    full = ada.do("tags", {"add": ["one-more"]})
    assert [error["code"] for error in full.json()["errors"]] == ["tags.too_many"]
    people[LEAD].do("closure", {"reason": "invalid", "text": "x"})

    assert ada.do("tags", {"add": ["wave-3"], "remove": ["t0"]}).status == 200
    late = ada.do("priority", {"priority": "urgent"})
    assert (late.status, late.json()["code"]) == (409, "move.illegal")
    assert "tags" in late.json()["allowed"]
    assert "priority" not in late.json()["allowed"]


def test_parties_give_neither_and_are_told_of_neither(
    site: Live, people: dict[str, Caller], word: str
) -> None:
    worker = people[WORKER]
    before = worker.see()
    people[LEAD].do("tags", {"add": [word]})
    people[LEAD].do("priority", {"priority": "urgent", "reason": word})

    for act, body in (("priority", {"priority": "low"}), ("tags", {"remove": [word]})):
        refused = worker.do(act, body)
        assert (refused.status, refused.json()["code"]) == (409, "move.illegal")
        assert word not in refused.body.decode()
        assert people[CLIENT].do(act, body).status == 404
    seen = worker.see()
    assert (seen.body, seen.headers["etag"]) == (before.body, before.headers["etag"])
    assert (seen.json()["priority"], seen.json()["tags"]) == (None, [])
    for path in ("", "/events", "/record"):
        assert word not in worker.see(path).body.decode(errors="replace")
    assert site.call("GET", f"/api/search?q=tag:{word}", by=WORKER).status == 404


def test_an_auditor_reads_both_and_changes_neither(site: Live, case: str, people: dict[str, Caller]) -> None:
    people[LEAD].do("tags", {"add": ["refund"]})
    otto = Agent(site, AUDITOR, case)

    page = otto.look()
    assert re.search(r'<a class="tag"[^>]*>refund</a>', page)
    assert "move-tags" not in page
    assert {"priority", "tags"} & otto.moves() == set()
    headers = {
        "Authorization": f"Bearer {site.token(AUDITOR, 'auditor')}",
        "Content-Type": "application/json",
    }
    for act, body in (("priority", {"priority": "low"}), ("tags", {"remove": ["refund"]})):
        answer = site.call("POST", f"/api/cases/{case}/{act}", json.dumps(body).encode(), headers, by=None)
        assert (answer.status, answer.json()["code"]) == (409, "move.illegal")
        assert otto.post(f"/desk/cases/{case}/{act}", {"move": act, **body}).status == 409
    assert people[LEAD].see().json()["tags"] == ["refund"]


def test_the_page_of_a_case_has_a_form_for_each(site: Live, case: str, word: str) -> None:
    ada, bert = Agent(site, AGENT, case), Agent(site, OTHER, case)

    page = ada.do("priority", priority="urgent", reason="They <fly> home.")
    assert told(page) == "The case has another priority."
    assert "<b>You</b> set the priority to <b>Urgent</b>" in page
    assert "They &lt;fly&gt; home." in page
    page = ada.do("tags", add=f"#{word}, Refund  bank")
    assert told(page) == "The tags are changed."
    assert f"<b>You</b> tagged the case: <b>bank, refund, {word}</b>" in page
    assert f'href="/desk?q=tag%3A{word}">{word}</a>' in page

    address, hidden = bert.fields("tags")  # drawn before somebody else adds one
    ada.do("tags", add="vip", had=["bank", "refund"], keep=["refund"])
    answer = bert.post(address, {**hidden, "had": ["bank", "refund", word], "keep": [word], "add": ""})
    assert answer.status == 303
    page = bert.look()
    assert "<b>Ada</b> tagged the case: <b>vip</b>. Taken away: <b>bank</b>" in page
    assert "<b>You</b> took tags away: <b>refund</b>" in page
    assert Caller(site, LEAD, case).see().json()["tags"] == sorted([word, "vip"])


def test_what_was_typed_is_kept_where_it_is_no_tag(site: Live, case: str) -> None:
    ada = Agent(site, AGENT, case)
    ada.do("tags", add="refund bank")

    answer = ada.send("tags", add="a-very-fine-tag <script>", had=["bank", "refund"], keep=["bank"])

    page = answer.body.decode()
    assert answer.status == 422
    assert 'value="a-very-fine-tag &lt;script&gt;"' in page
    assert "“&lt;script&gt;” can be no tag." in page
    assert re.search(r'name="keep" value="bank" checked', page)
    assert re.search(r'name="keep" value="refund">', page)
    assert Caller(site, LEAD, case).see().json()["tags"] == ["bank", "refund"]


def test_labels_hold_up_nobody_who_writes(site: Live, case: str) -> None:
    ada = Agent(site, AGENT, case)
    ada.do("claim")
    address, hidden = ada.fields("reply")
    Caller(site, OTHER, case).do("tags", {"add": ["refund"]})
    Caller(site, OTHER, case).do("priority", {"priority": "high"})

    assert ada.post(address, {**hidden, "text": "We look into it."}).status == 303


def test_lists_show_and_find_both(site: Live, case: str, people: dict[str, Caller], word: str) -> None:
    desk, lead = Desk(site, AGENT), people[LEAD]
    lead.do("tags", {"add": [word, "bank"]})
    lead.do("priority", {"priority": "urgent"})

    page = listed(desk, case, f"tag:{word} -tag:{word}x priority:urgent")

    assert ids(page) == [case]
    said = " ".join(row(page, case).split())
    assert f"Priority: Urgent Tags: bank {word} " in said
    assert f"<b>tag:</b>{word}</span>" in page
    assert f'<option value="tag:{word}"></option>' in page
    desk.post("/desk/views", [("q", f"tag:{word}"), ("name", word)])
    assert re.search(
        rf'<span class="name">{word}</span><span class="num" data-count="[^"]*">1</span>', desk.look()
    )
    found = site.call("GET", f"/api/search?q={quote(f'tag:{word}')}", headers=desk.headers, by=None).json()
    assert [(item["id"], item["tags"], item["priority"]) for item in found["items"]] == [
        (case, sorted(["bank", word]), "urgent")
    ]
    file = site.call("GET", f"/api/export?q=tag:{word}", headers=desk.headers, by=None).body.decode()
    assert file.splitlines()[1].endswith(f",{' '.join(sorted(['bank', word]))}")
    wrong = desk.get("/desk?q=tag:a,b")
    assert (wrong.status, "is followed by a tag" in wrong.body.decode()) == (422, True)


def test_a_tag_that_stands_where_one_may_not_look_is_offered_to_nobody(site: Live, word: str) -> None:
    case = site.report(forms.report(GIG) | {"issueType": "safety.conditions"}).json()["id"]
    Caller(site, LEAD, case).do("tags", {"add": [word]})

    assert eventually(lambda: word in Desk(site, LEAD).look(""))
    other = str(site.report(forms.report(GIG)).json()["id"])
    for page in (Desk(site, AGENT).look(""), Agent(site, AGENT, other).look()):
        assert word not in page
    assert ids(Desk(site, AGENT).look(f"tag:{word}")) == []

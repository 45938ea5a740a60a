"""Staff search the desk by API: in its query language, as soon as what happened was followed, and nobody else does."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

import forms
from live import CLIENT, GIG, WORKER, Live, eventually
from raw import Answer

WORD = "xylophone"


def search(site: Live, text: str, who: str = "ada", *roles: str, **more: str) -> Answer:
    query = "&".join(f"{name}={quote(value)}" for name, value in {"q": text, **more}.items())
    token = site.token(who, *(roles or ("agent",)))
    return site.call("GET", f"/api/search?{query}", headers={"Authorization": f"Bearer {token}"}, by=None)


@pytest.fixture(scope="module")
def case(site: Live) -> str:
    """A case about a xylophone, which the desk's search has come up with."""
    fields = forms.report(GIG) | {"issueType": "quality.late", "description": f"The {WORD} came late, são!"}
    found = str(site.report(fields).json()["id"])
    assert eventually(lambda: ids(search(site, WORD)) == [found], 30)
    return found


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [item["id"] for item in answer.json()["items"]]


def test_a_search_says_how_it_was_read_and_where_it_matched(site: Live, case: str) -> None:
    answer = search(site, f'{WORD}  IS:open "came late"').json()

    [item] = answer["items"]
    assert answer["query"] == f'is:open {WORD} "came late"'
    assert answer["next"] is None
    assert (item["id"], item["waitsOn"], item["awaits"], item["clock"]) == (
        case,
        "desk",
        "first_reply",
        "first_reply",
    )
    assert item["owner"] is None
    assert item["matched"][0]["hit"] == WORD
    assert item["matched"][0]["where"] == "description"
    assert ids(search(site, item["reference"].lower().replace("-", ""))) == [case]


def test_who_acts_finds_the_case_as_it_is_now(site: Live, case: str) -> None:
    headers = {"Authorization": f"Bearer {site.token('ada', 'agent')}", "Content-Type": "application/json"}
    note = json.dumps({"text": "ask about the glockenspiel"}).encode()
    owner = json.dumps({"owner": "ada"}).encode()
    assert ids(search(site, "glockenspiel")) == []

    site.call("POST", f"/api/cases/{case}/notes", note, headers, by=None)
    site.call("POST", f"/api/cases/{case}/assignment", owner, {**headers, "If-Match": "*"}, by=None)

    [item] = search(site, "glockenspiel is:mine").json()["items"]
    assert item["owner"] == {"name": "Ada", "isMe": True} or item["owner"]["isMe"]
    assert [found["where"] for found in item["matched"]] == ["note"]


def test_a_query_that_is_wrong_is_explained_in_the_callers_language(site: Live) -> None:
    answer = search(site, "typ:other")
    assert (answer.status, answer.code) == (422, "query.wrong")
    assert "Do you mean type?" in answer.json()["errors"][0]["message"]

    for wrong in ({"limit": "0"}, {"cursor": "x"}, {"page": "2"}):
        assert search(site, "", **wrong).status == 422
    token = site.token("ada", "agent")
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "es"}
    spanish = site.call("GET", "/api/search?q=typ:other", headers=headers, by=None).json()["errors"][0][
        "message"
    ]
    assert "Do you mean" not in spanish


def test_pages_go_on(site: Live, case: str) -> None:
    for _ in range(2):
        site.report(forms.report(GIG) | {"issueType": "quality.late", "description": "A marimba came late"})
    assert eventually(lambda: len(ids(search(site, "marimba"))) == 2, 30)

    first = search(site, "marimba", limit="1").json()
    second = search(site, "marimba", limit="1", cursor=first["next"]).json()

    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert second["next"] is None


@pytest.mark.parametrize(("who", "roles"), [(WORKER, ()), (CLIENT, ()), ("market", ("integration",))])
def test_to_others_there_is_nothing_at_the_address(
    site: Live, case: str, who: str, roles: tuple[str, ...]
) -> None:
    headers = {"Authorization": f"Bearer {site.token(who, *roles)}"}
    answer = site.call("GET", f"/api/search?q={WORD}", headers=headers, by=None)

    assert (answer.status, answer.code) == (404, "address.unknown")


def test_staff_who_are_a_party_find_nothing_of_it(site: Live, case: str) -> None:
    for party in (WORKER, CLIENT):
        assert ids(search(site, WORD, party, "lead")) == []
    assert ids(search(site, WORD, "lena", "lead")) == [case]


def test_the_desk_says_how_far_it_is_behind(site: Live, case: str) -> None:
    def behind() -> object:
        return site.call("GET", "/readyz", by=None).json()["desk"]["behind"]

    assert eventually(lambda: behind() == 0, 30)
    assert b"gigdesk_desk_behind 0.0" in site.call("GET", "/metrics", by=None).body


def test_what_a_killed_server_left_behind_is_followed_by_the_next(another: Callable[..., Live]) -> None:
    site = another()
    cases = set()
    for n in range(30):
        fields = forms.report(GIG) | {"issueType": "quality.late", "description": "A harp"}
        cases.add(str(site.report(fields, Idempotency_Key=f"harp-{n}").json()["id"]))
    site.kill()
    site.start()

    assert eventually(lambda: set(ids(search(site, "harp", limit="100"))) == cases, 60)
    assert site.rows("SELECT count(*) FROM cases WHERE followed < version") == [(0,)]

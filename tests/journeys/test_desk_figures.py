"""Figures and exports as staff use them: by API and by page, over a past of 2,000 cases, and for nobody else."""

import csv
import hashlib
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest

import forms
from journeys.test_form_pages import signed_in
from live import CLIENT, GIG, WORKER, Live, eventually
from past import site_with_a_past
from raw import Answer

CASES = 2_000
AGENT, LEAD, AUDITOR, ADMIN = "ada", "lena", "olga", "root"
ROLES = {AGENT: ["agent"], LEAD: ["lead"], AUDITOR: ["auditor"], ADMIN: ["admin"]}
FORMULA = "=HYPERLINK(1)"
YEAR = {"from": (datetime.now(UTC) - timedelta(days=365)).date().isoformat()}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site with an invented past."""
    running = site_with_a_past(tmp_path_factory.mktemp("past"), CASES)
    yield running
    running.close()


def get(site: Live, path: str, who: str = LEAD, **query: str) -> Answer:
    token = site.token(who, *ROLES.get(who, []), name=who.title())
    address = f"{path}?{urlencode(query)}" if query else path
    return site.call("GET", address, headers={"Authorization": f"Bearer {token}"}, by=None, seconds=60)


def figures(site: Live, who: str = LEAD, **query: str) -> dict[str, object]:
    answer = get(site, "/api/figures", who, **query)
    assert answer.status == 200, answer.body
    return dict(answer.json())


def page(site: Live, who: str = LEAD, **query: str) -> Answer:
    headers = signed_in(site, uuid4().hex, sub=who, roles=ROLES.get(who, []), name=who.title())
    return site.call("GET", f"/desk/figures?{urlencode(query)}", headers=headers, by=None)


def another_of(who: str) -> str:
    """Somebody of the same role, who has exported nothing yet."""
    sub = uuid4().hex
    ROLES[sub] = ROLES[who]
    return sub


def exported(site: Live, who: str = "", **query: str) -> list[dict[str, str]]:
    answer = get(site, "/api/export", who or another_of(LEAD), **query)
    assert answer.status == 200, answer.body[:300]
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


def test_the_figures_are_those_of_the_cases_that_are_exported(past: Live) -> None:
    found = figures(past, **YEAR)
    days = f"{found['from']}..{found['to']}"

    arrived = exported(past, q=f"opened:{days}")
    decided = exported(past, q=f"decided:{days}")

    assert found["total"]["arrived"]["cases"] == len(arrived) > 500
    assert found["total"]["decided"]["cases"] == len(decided) > 400
    assert sum(day["arrived"] for day in found["days"]) == len(arrived)
    by_type = Counter(row["issueType"] for row in arrived)
    assert {
        line["key"]: line["arrived"]["cases"] for line in found["types"] if line["arrived"]["cases"]
    } == by_type
    replied = [row for row in arrived if row["firstReplyAt"]]
    assert found["total"]["firstReply"]["cases"] == len(replied)
    took = sorted(seconds(row, "openedAt", "decidedAt") for row in decided)
    assert found["total"]["decision"]["p50Seconds"] == pytest.approx(took[-(-len(took) // 2) - 1], abs=1)
    assert found["total"]["decision"]["p90Seconds"] == pytest.approx(took[-(-len(took) * 9 // 10) - 1], abs=1)


def seconds(row: dict[str, str], since: str, until: str) -> float:
    return (datetime.fromisoformat(row[until]) - datetime.fromisoformat(row[since])).total_seconds()


def test_every_number_of_the_page_leads_to_as_many_cases(past: Live) -> None:
    first = (datetime.now(UTC) - timedelta(days=200)).date().isoformat()
    drawn = page(past, **{"from": first, "type": "payment.*"}).body.decode()
    cells = re.findall(r'<t[dh][^>]*><a href="([^"]+)">([^<]+)</a></t[dh]>', drawn)
    numbers = [(html.unescape(url), text) for url, text in cells if re.fullmatch(r"[\d,]+", text)]
    assert len(numbers) > 200

    for url, text in numbers[:: len(numbers) // 25]:
        [query] = parse_qs(urlsplit(url).query)["q"]
        assert len(exported(past, q=query)) == int(text.replace(",", "")), query


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_a_file_has_every_case_once_in_the_order_of_its_opening(past: Live, kind: str) -> None:
    answer = get(past, "/api/export", another_of(LEAD), format=kind)

    body = answer.body.decode()
    rows = {
        "csv": lambda: list(csv.DictReader(io.StringIO(body, newline=""))),
        "json": lambda: json.loads(body)["items"],
        "jsonl": lambda: [json.loads(line) for line in body.splitlines()],
    }[kind]()
    assert len({row["id"] for row in rows}) == len(rows) == CASES
    assert [row["openedAt"] for row in rows] == sorted(row["openedAt"] for row in rows)
    assert set(rows[0]) == {
        *("reference", "id", "issueType", "queue", "status", "disposition", "severity", "priority", "gigId"),
        *("openedAt", "firstReplyAt", "decidedAt", "closedAt", "files", "owner", "tags"),
    }
    today = datetime.now(UTC).date().isoformat()
    assert answer.headers["content-disposition"] == f'attachment; filename="cases-{today}.{kind}"'
    assert answer.headers["cache-control"] == "private, no-store"


def test_an_export_holds_a_page_at_a_time(past: Live) -> None:
    get(past, "/api/export", another_of(LEAD), format="json", personal="1")
    before = past.process.memory_info().rss

    for _ in range(8):
        assert get(past, "/api/export", another_of(LEAD), format="json", personal="1").status == 200

    assert past.process.memory_info().rss - before < 24 << 20


def test_names_of_parties_are_for_leads_and_admins_who_ask_for_them(past: Live) -> None:
    assert "reporter" not in exported(past, LEAD, q="is:open")[0]
    for who in (LEAD, ADMIN):
        rows = exported(past, who, q="is:open", personal="1")
        assert all(row["reporter"] and row["respondent"] for row in rows)
    for who in (AGENT, AUDITOR):
        assert get(past, "/api/export", who, personal="1").code == "export.names"


def test_a_name_that_looks_like_a_formula_is_text_in_a_spreadsheet(past: Live) -> None:
    parties = [
        {"userId": "eve", "side": "worker", "name": FORMULA},
        {"userId": "carl", "side": "client", "name": '@carl, the "second"'},
    ]
    body = json.dumps({"title": "A gig", "parties": parties}).encode()
    past.request("PUT", "/api/gigs/-gig", body, token=past.token("market", "integration"))
    case = past.report(forms.report("-gig") | {"issueType": "quality.late"}, by="eve").json()["id"]
    assert eventually(lambda: exported(past, q="gig:-gig"))

    [row] = exported(past, q="gig:-gig", personal="1")
    [plain] = get(past, "/api/export", another_of(LEAD), q="gig:-gig", personal="1", format="json").json()[
        "items"
    ]

    assert (row["id"], row["gigId"], row["reporter"]) == (case, "'-gig", f"'{FORMULA}")
    assert row["respondent"].startswith("'@carl")
    assert (plain["gigId"], plain["reporter"]) == ("-gig", FORMULA)


def test_who_exported_is_in_the_log_and_nobodys_name_is(past: Live) -> None:
    get(past, "/api/export", LEAD, q="is:open", personal="1", format="jsonl")

    def noted() -> list[str]:
        return [line for line in past.whole_log.splitlines() if "export_ended" in line and "jsonl" in line]

    assert eventually(lambda: bool(noted()))
    last = noted()[-1]
    assert re.search(r"rows\W+\d+", last)
    assert "personal" in last
    assert LEAD not in last.lower()
    entries = past.rows("SELECT kind, content FROM administration ORDER BY number")
    assert entries[-1][0] == "cases.exported"
    assert b'"format":"jsonl","is_personal":true' in entries[-1][1]
    # Nor is what somebody could guess and compare: queries have words about people.
    guess = hashlib.sha256(b"is:open").hexdigest().encode()
    assert not any(word in entries[-1][1] for word in (b"is:open", guess, LEAD.encode()))
    written = len(entries)
    assert get(past, "/api/export", AGENT, personal="1").status == 403
    assert past.request("HEAD", "/api/export", token=past.token(LEAD, "lead"))[0] == 200
    assert len(past.rows("SELECT 1 FROM administration")) == written


def test_a_page_of_another_site_makes_nobody_export(past: Live) -> None:
    own = signed_in(past, uuid4().hex, sub=another_of(LEAD), roles=["lead"])
    written = past.rows("SELECT count(*) FROM administration")

    def led(by: dict[str, str]) -> Answer:
        return past.call("GET", "/api/export?personal=1&q=gig:none", headers=own | by, by=None)

    foreign = led({"Sec-Fetch-Site": "cross-site"})

    assert (foreign.status, foreign.code) == (403, "origin.foreign")
    assert past.rows("SELECT count(*) FROM administration") == written
    assert led({"Sec-Fetch-Site": "none"}).status == 200  # an address that was kept


def test_exports_are_counted(another: object) -> None:
    site = another()  # type: ignore[operator]
    answers = [get(site, "/api/export", LEAD) for _ in range(21)]

    assert {answer.status for answer in answers[:20]} == {200}
    assert answers[20].status == 429
    assert int(answers[20].headers["retry-after"]) > 0
    assert get(site, "/api/export", ADMIN).status == 200


def test_what_an_agent_may_not_see_is_in_no_figure_and_no_file(past: Live) -> None:
    mine, all_of_it = figures(past, AGENT, **YEAR), figures(past, LEAD, **YEAR)

    assert {line["key"] for line in mine["queues"]} == {"general", "payments"}
    assert {line["key"] for line in all_of_it["queues"]} == {"general", "payments", "safety"}
    safety = next(line for line in all_of_it["queues"] if line["key"] == "safety")
    assert (
        all_of_it["total"]["arrived"]["cases"]
        == mine["total"]["arrived"]["cases"] + safety["arrived"]["cases"]
    )
    assert {row["queue"] for row in exported(past, AGENT)} == {"general", "payments"}
    assert get(past, "/api/figures", AGENT, queue="safety").status == 422
    assert get(past, "/api/export", AGENT, q="queue:safety").status == 422


def test_nobody_counts_what_is_about_themselves(past: Live) -> None:
    past.put_gig("of-two", LEAD, "zoe")
    today = datetime.now(UTC).date().isoformat()
    before = figures(past, LEAD, **{"from": today})["total"]["arrived"]["cases"]
    others = figures(past, ADMIN, **{"from": today})["total"]["arrived"]["cases"]

    case = past.report(forms.report("of-two") | {"issueType": "quality.late"}, by="zoe").json()["id"]

    def counted() -> bool:
        return figures(past, ADMIN, **{"from": today})["total"]["arrived"]["cases"] == others + 1

    assert eventually(counted)
    assert figures(past, LEAD, **{"from": today})["total"]["arrived"]["cases"] == before
    assert case not in {row["id"] for row in exported(past, LEAD, q=f"opened:{today}")}


@pytest.mark.parametrize("who", [WORKER, CLIENT])
def test_there_are_no_figures_for_who_does_not_work_here(past: Live, who: str) -> None:
    assert get(past, "/api/figures", who).status == 404
    assert get(past, "/api/export", who, personal="1").status == 404
    assert page(past, who).status == 404
    assert past.call("GET", "/api/export", by=None).status == 401


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/figures", {"from": "yesterday"}),
        ("/api/figures", {"from": "2026-01-02", "to": "2026-01-01"}),
        ("/api/figures", {"since": "2026-01-02"}),
        ("/api/figures", {"owner": "x" * 200}),
        ("/api/export", {"q": "typ:x"}),
        ("/api/export", {"format": "xlsx"}),
        ("/api/export", {"personal": "yes"}),
        ("/api/export", {"limit": "5"}),
    ],
)
def test_what_is_not_understood_is_told(past: Live, path: str, query: dict[str, str]) -> None:
    answer = get(past, path, **query)

    assert (answer.status, answer.code) == (422, "query.wrong")
    assert answer.json()["errors"]


def test_a_wrong_address_shows_the_usual_days_and_says_what_is_wrong(past: Live) -> None:
    answer = page(past, **{"from": "<b>then</b>", "type": "nothing.*"})

    drawn = html.unescape(answer.body.decode())
    assert answer.status == 422
    assert "Write a day like 2026-11-01." in drawn
    assert "<b>then</b>" not in answer.body.decode()
    assert "Time to first reply, by week" in drawn


def test_the_page_says_its_days_its_zone_and_what_is_too_few(another: object) -> None:
    site = another(GIGDESK_TIME_ZONE="Asia/Kathmandu")  # type: ignore[operator]
    case = site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()["id"]
    assert eventually(lambda: figures(site)["total"]["arrived"]["cases"] == 1)

    drawn = html.unescape(re.sub(r"\s+", " ", page(site).body.decode()))

    assert "days begin as in Asia/Kathmandu" in drawn
    assert "0 cases; from 5 on it is told" in drawn
    assert "1 without a reply" in drawn
    assert figures(site)["timeZone"] == "Asia/Kathmandu"
    assert case in {row["id"] for row in exported(site, q="is:unreplied")}


def test_a_head_sends_nothing_and_counts_for_nothing(another: object) -> None:
    site = another()  # type: ignore[operator]

    for _ in range(25):
        assert site.request("HEAD", "/api/export", token=site.token(LEAD, "lead")) == (200, b"")

    assert get(site, "/api/export", LEAD).status == 200

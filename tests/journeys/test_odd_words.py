"""Words that no database, log or header likes, wherever a caller can put them: refused or kept, never a fault."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

import forms
import samples
from forms import File
from live import CLIENT, GIG, RAISED, Live, eventually
from raw import Answer

ODD = [
    "\x00",
    "a\x00b",
    "\ud7ff\ue000\uffff",
    "😀" * 50,
    "%",
    "_%\\",
    "'; --",
    "\x1b[31m",
    "\u2028",
    "x" * 3000,
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The same on both stores: each dislikes other characters."""
    environment = dict(RAISED)
    if request.param == "postgresql":
        environment["GIGDESK_DATABASE_URL"] = request.getfixturevalue("postgres").database()
    site = Live(tmp_path_factory.mktemp(request.param), environment)
    try:
        if request.param == "postgresql":
            assert site.run("migrate").returncode == 0
        yield site.open()
    finally:
        site.close()


def by_claims(site: Live, **claims: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {site.token(**{'sub': 'wanda', **claims})}"}  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_odd_words_are_refused_or_kept(site: Live, odd: str) -> None:
    text = quote(odd)
    answers: list[Answer] = [
        site.call("GET", f"/api/cases?gigId={text}"),
        site.call("GET", f"/api/cases?issueType={text}"),
        site.call("GET", f"/api/cases?cursor={text}"),
        site.call("GET", f"/api/cases?{text}={text}"),
        site.call("GET", f"/api/cases/{text}"),
        site.call("GET", f"/api/intake?gigId={text}"),
        site.call("GET", f"/gigs/{text}/report-issue"),
        site.call("GET", f"/reports?cursor={text}"),
        site.call("GET", f"/sign-in?token={text}&next={text}", by=None),
        site.report(forms.report(GIG, description=f"It happened. {odd}")),
        site.report(forms.report(GIG, issueType=odd)),
        site.report(forms.report(odd)),
        site.report({**forms.report(GIG), odd.replace("\x1b", "").replace("\x00", ""): "x"}),
        site.report(forms.report(GIG, issueType="payment.underpaid", amount=odd)),
        site.call("GET", "/api/cases", headers=by_claims(site, sub=odd), by=None),
        site.call("GET", "/api/cases", headers=by_claims(site, name=odd, email=odd, locale=odd), by=None),
        site.call("GET", "/api/cases", headers=by_claims(site, roles=[odd]), by=None),
        site.call("GET", "/api/cases", headers={"Accept-Language": text, "Cookie": f"gigdesk={text}"}),
        site.call(
            "PUT",
            f"/api/gigs/{text}",
            json.dumps(
                {"title": odd, "trade": odd, "place": odd, "parties": [{"userId": odd, "side": "worker"}]}
            ).encode(),
            {"Content-Type": "application/json", **by_claims(site, sub="market", roles=["integration"])},
            by=None,
        ),
    ]
    assert [a.status for a in answers if a.status >= 500] == []
    assert answers[9].status == 201, answers[9].body
    kept = site.call("GET", f"/api/cases/{answers[9].json()['id']}").json()["description"]
    assert kept.startswith("It happened.")
    assert "\x00" not in kept
    assert "request_failed" not in site.whole_log


def test_a_reason_of_odd_words_is_kept_or_refused(site: Live) -> None:
    if "postgres" in site.environment["GIGDESK_DATABASE_URL"]:
        pytest.skip("files are inspected by gigdesk work, which does not run here")
    url = site.report(files=[File(samples.jpeg())]).json()["files"][0]["url"].removeprefix(site.base)
    assert eventually(lambda: site.call("GET", url).status == 200, 30)
    lead = by_claims(site, sub="lea", roles=["lead"])
    for odd in ODD:
        answer = site.call("GET", f"{url}/original?reason={quote(odd)}", headers=lead, by=None)
        assert answer.status in (200, 422), answer.body


def test_a_parameter_that_is_sent_twice_is_refused(site: Live) -> None:
    answer = site.call("GET", "/api/cases?status=received&status=closed")
    assert answer.status == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["status"]


def test_the_length_of_a_page_stands_fast_however_it_is_written(site: Live) -> None:
    for limit in ("000000050999999999", "0000", "101", "9" * 5000, "-1", "٣"):
        assert site.call("GET", f"/api/cases?limit={quote(limit)}").status == 422, limit[:30]
    assert site.call("GET", "/api/cases?limit=050").status == 200


def test_thousands_of_unknown_parameters_are_told_in_twenty(site: Live) -> None:
    many = "&".join(f"x{number}=1" for number in range(2000))
    assert len(site.call("GET", f"/api/cases?{many}").json()["errors"]) == 20


def test_a_case_is_found_by_its_reference_as_somebody_wrote_it(site: Live) -> None:
    case = site.report().json()
    written = case["reference"].lower().replace("-", " ").replace("0", "o")
    lead = by_claims(site, sub="lea", roles=["lead"])
    for answer in (
        site.call("GET", f"/api/cases?q={quote(written)}"),
        site.call("GET", f"/api/cases?q={quote(written)}", headers=lead, by=None),
    ):
        assert [item["id"] for item in answer.json()["items"]] == [case["id"]]
    assert site.call("GET", f"/api/cases?q={quote(written)}", by=CLIENT).json()["items"] == []
    assert site.call("GET", "/api/cases?q=GD-0000-00001").status == 422


def test_addresses_that_somebody_made_up_are_no_labels(site: Live) -> None:
    for number in range(30):
        for path in (f"/%7Bmade-up-{number}%7D", f"/api/%7Bmade-up-{number}%7D", f"/made-up-{number}"):
            assert site.call("GET", path).status == 404
    assert b"made-up" not in site.call("GET", "/metrics", by=None).body
    assert "made-up" not in site.whole_log


def test_each_request_has_a_line_at_debug_with_its_template(another: Callable[..., Live]) -> None:
    site = another(GIGDESK_LOG_LEVEL="debug")
    case = site.report().json()["id"]
    assert site.call("GET", f"/api/cases/{case}").status == 200
    # A line is written after its answer has gone.
    assert eventually(lambda: ("GET", "/api/cases/{case}", 200) in answered(site))
    assert ("POST", "/api/report-issue", 201) in answered(site)
    lines = [line for line in site.whole_log.splitlines() if "request_was_answered" in line]
    assert case not in json.dumps(lines)


def answered(site: Live) -> list[tuple[str, str, int]]:
    lines = [json.loads(line) for line in site.whole_log.splitlines() if "request_was_answered" in line]
    return [(line["method"], line["route"], line["status"]) for line in lines]


def test_the_folder_of_the_site_is_the_only_place_that_is_written(site: Live) -> None:
    assert {path.name for path in Path(site.folder).iterdir()} <= {
        "objects", "mail", "gigdesk.db", "gigdesk.db-wal", "gigdesk.db-shm", "gigdesk.db.lock", "serve.log",
        "tmp", "var",
    }  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_odd_words_in_addresses_of_the_desk_lead_nowhere(site: Live, odd: str) -> None:
    text, admin = quote(odd), by_claims(site, sub="rosa", roles=["admin"])
    answers = {
        path: site.call("GET", path, headers=admin, by=None).status
        for path in (
            f"/desk?q=tag:{text}",
            f"/desk?q=owner:{text}",
            f"/desk?cursor={text}",
            f"/desk/settings/log?person={text}",
            f"/desk/settings/staff/{text}",
            f"/desk/settings/staff?after={text}",
            f"/desk/settings/staff?cursor=2026-01-01T00:00:00%2B00:00%20{text}",
        )
    }

    assert [path for path, status in answers.items() if status >= 500] == []

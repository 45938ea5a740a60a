"""Canned replies: private ones and such for everybody, with undo, in the log, and filled in for a case."""

import html
import json
import re
from typing import Any

import pytest

import forms
from journeys.test_desk_settings import ROLES, Staff, words
from journeys.test_life_of_a_case import AGENT, LEAD, Caller, due
from live import CLIENT, WORKER, Live

TEXTS = {
    "text_en": "Thank you, {reporter}. {reference}: {gig}. {agent}, {due}",
    "text_es": "Gracias, {reporter}.",
}
MACRO = "/desk/macros/0196f0c2-0000-7000-8000-000000000000"
POSTS = ("/desk/macros", MACRO, MACRO + "/removal", MACRO + "/restoration")


def written(staff: Staff, name: str, **fields: str) -> str:
    """The address of a canned reply that was just kept."""
    page = staff.done("/desk/macros", **{"name": name, "kind": "reply", **TEXTS, **fields})
    assert "The canned reply is kept." in page
    [url] = re.findall(rf'href="(/desk/macros/[0-9a-f-]{{36}})"><b>{re.escape(name)}</b>', page)
    return str(url)


def given(staff: Staff, case: str) -> dict[str, Any]:
    """Canned replies for the case, by name."""
    answer = staff.get(f"/api/macros?case={case}")
    assert answer.status == 200, answer.body
    return {item["name"]: item for item in answer.json()["items"]}


def reported(site: Live, kind: str = "quality.late", by: str = WORKER) -> str:
    """A case of a gig whose parties have names, and read Spanish on one side."""
    parties = [
        {"userId": WORKER, "side": "worker", "name": "Wanda Weber"},
        {"userId": CLIENT, "side": "client", "name": "Carl Clark", "locale": "es"},
    ]
    body = json.dumps({"title": "Paint a fence", "parties": parties}).encode()
    site.request("PUT", "/api/gigs/named", body, token=site.token("market", "integration"))
    answer = site.report({**forms.report("named"), "issueType": kind}, by=by)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


@pytest.mark.parametrize("path", ["/desk/macros", "/desk/macros/new", MACRO])
@pytest.mark.parametrize("who", ROLES)
def test_pages_are_for_staff(site: Live, path: str, who: str) -> None:
    expected = {"/desk/macros": 200, "/desk/macros/new": 403 if who == "olga" else 200, MACRO: 404}
    assert Staff(site, who).get(path).status == (404 if who == "wanda" else expected[path])


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(("who", "status"), [("olga", 403), ("wanda", 404)])
def test_who_only_reads_and_who_is_no_staff_changes_none(
    site: Live, path: str, who: str, status: int
) -> None:
    assert Staff(site, who).post(path, name="x", kind="reply", text_en="x").status == status


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_site_changes_nothing(site: Live, path: str) -> None:
    ada = Staff(site, "ada")
    ada.headers["Sec-Fetch-Site"] = "cross-site"

    assert ada.post(path, name="x", kind="reply", text_en="x").status == 403


def test_a_private_reply_is_ones_own_alone(site: Live) -> None:
    ada, lena = Staff(site, "ada"), Staff(site, "lena")
    url = written(ada, "Mine alone")

    assert "Mine alone" not in lena.page("/desk/macros")
    assert lena.get(url).status == 404
    for path in (url, url + "/removal"):
        assert lena.post(path, name="x", kind="reply", text_en="x").status == 404
    assert "Mine alone" not in words(Staff(site, "rosa").page("/desk/settings/log"))


def test_only_leads_and_admins_keep_replies_for_everybody(site: Live) -> None:
    ada, lena = Staff(site, "ada"), Staff(site, "lena")
    url = written(lena, "For all", shared="1")

    assert "For all" in ada.page("/desk/macros")
    assert "disabled" in ada.page(url)
    assert ada.post(url, name="x", kind="reply", text_en="x").status == 403
    assert ada.post(url + "/removal").status == 403
    assert ada.post("/desk/macros", name="x", kind="reply", text_en="x", shared="1").status == 403
    assert ">x</b>" not in ada.page("/desk/macros")
    assert "For all" in Staff(site, "rosa").page("/desk/macros")


def test_what_is_shared_stands_in_the_log_with_each_change(site: Live) -> None:
    lena, rosa = Staff(site, "lena"), Staff(site, "rosa")
    url = written(lena, "Logged", shared="1")
    rosa.done(url, name="Logged again", kind="note", text_en="Seen.", shared="1")
    removed = lena.done(url + "/removal")
    [undo] = re.findall(r'action="([^"]*/restoration)"', removed)

    assert "Logged again" not in removed
    assert "The canned reply is back." in lena.done(undo)
    assert "Logged again" in rosa.page("/desk/macros")
    assert lena.post(undo).status == 404  # there is nothing to bring back
    log = words(rosa.page("/desk/settings/log"))
    order = [
        "Lena · Wrote the canned reply “Logged again” for everybody",
        "Lena · Removed the canned reply “Logged again”",
        "Rosa · Changed the canned reply “Logged again”",
        "Lena · Wrote the canned reply “Logged” for everybody",
    ]
    places = [log.index(line) for line in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text_en": "Dear {reprter}"}, "There is no {reprter}. Known are {reporter}, {respondent}"),
        ({"name": " "}, "Give it a name"),
        ({"name": "n" * 81}, "A name has at most 80 characters."),
        ({"text_en": " ", "text_es": ""}, "Write it in one language at least."),
        ({"text_en": "t" * 4001}, "A text has at most 4,000 characters."),
        ({"types": "payment.* quality.lat"}, "“quality.lat” is no issue type."),
        ({"queue": "nowhere"}, "There is no queue “nowhere”."),
        ({"kind": "song"}, "Choose where it is written."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    site: Live, fields: dict[str, str], told: str
) -> None:
    sent = {
        "name": "Wrong one",
        "kind": "reply",
        "text_en": "Kept <as> typed",
        "types": "payment.*",
        **fields,
    }
    answer = Staff(site, "ada").post("/desk/macros", **sent)

    page = html.unescape(answer.body.decode())
    assert answer.status == 422
    assert page.count(told) == 2  # above, and at the field
    assert sent["text_en"].strip() in page
    assert 'aria-invalid="true"' in page
    assert "Wrong one" not in Staff(site, "ada").page("/desk/macros")


def test_a_preview_shows_how_it_reads_and_keeps_nothing(site: Live) -> None:
    ada = Staff(site, "ada")
    answer = ada.post("/desk/macros", name="Only looked at", kind="reply", preview="1", **TEXTS)

    page = words(html.unescape(answer.body.decode()))
    assert "Thank you, Amara Okafor. GD-7K3M-9XQ24: Re-tile a shower wall. Mira Novak" in page
    assert "Gracias, Amara Okafor." in page
    assert "Only looked at" not in ada.page("/desk/macros")


def test_those_that_fit_a_case_come_filled_in(site: Live) -> None:
    ada = Staff(site, AGENT)
    written(ada, "For late work", types="quality.*", queue="general")
    written(ada, "For payments", types="payment.*")
    written(ada, "For safety", queue="safety")
    written(ada, "A note", kind="note")
    case = reported(site)

    found = given(ada, case)

    assert {"For late work", "A note"} <= set(found)
    assert not {"For payments", "For safety"} & set(found)
    assert found["For late work"]["kind"] == "reply"
    [text] = found["For late work"]["texts"]
    assert (text["to"], text["language"]) == ("reporter", "en")
    assert re.match(
        r"Thank you, Wanda Weber\. GD-\S+: Paint a fence\. Ada, \w+, \d+ \w+ \d{4}$", text["text"]
    )
    [note] = found["A note"]["texts"]
    assert note["to"] == "staff"


def test_the_name_of_who_is_protected_is_filled_in_for_nobody_else(site: Live) -> None:
    lena = Staff(site, "lena")
    written(lena, "Reasons", kind="reasons", shared="1")
    written(lena, "To both", shared="1")

    found = given(lena, reported(site, "harassment.verbal", CLIENT))

    [to_reporter] = found["To both"]["texts"]
    assert (to_reporter["language"], to_reporter["text"]) == ("es", "Gracias, Carl Clark.")
    [reasons] = found["Reasons"]["texts"]
    assert reasons["to"] == "parties"
    assert "Carl" not in reasons["text"]
    assert "Gracias, quien informó." in reasons["text"]


@pytest.mark.parametrize("kind", ["harassment.verbal", "safety.emergency"])
def test_who_is_contacted_is_told_nothing_of_who_is_protected(site: Live, kind: str) -> None:
    lena = Staff(site, "lena")
    everything = "{reporter}, {respondent}, {reference}, {gig}, {agent}, {due}"
    written(lena, f"All of {kind}", shared="1", types=kind, text_en=everything, text_es=everything)
    case = reported(site, kind, CLIENT)
    asked = {"to": "respondent", "text": "What is your side?", "due": due()}
    caller = Caller(site, LEAD, case)
    assert caller.do("assignment", {"owner": LEAD}).status == 200
    assert caller.do("request", asked).status == 200

    texts = {text["to"]: text["text"] for text in given(lena, case)[f"All of {kind}"]["texts"]}

    assert texts["reporter"].startswith("Carl Clark, Wanda Weber, GD-")
    assert texts["respondent"].startswith("the person who reported, Wanda Weber, GD-")
    assert not re.search(rf"Carl|Clark|{CLIENT}", texts["respondent"], re.I)


@pytest.mark.parametrize("query", ["", "?case=x", "?case={case}"])
@pytest.mark.parametrize("who", [WORKER, "stranger"])
def test_parties_are_given_none(site: Live, who: str, query: str) -> None:
    answer = site.call("GET", f"/api/macros{query.format(case=reported(site))}", by=who)

    assert (answer.status, answer.json()["code"]) == (404, "address.unknown")


@pytest.mark.parametrize("query", ["", "?case=x"])
def test_who_comes_is_asked_before_anything_else(site: Live, query: str) -> None:
    assert site.call("GET", f"/api/macros{query}", by=None).status == 401


def test_the_case_is_named(site: Live) -> None:
    assert Staff(site, "ada").get("/api/macros").status == 422
    assert Staff(site, "ada").get("/api/macros?case=x").status == 422
    assert Staff(site, "ada").get(f"/api/macros?case={MACRO.rpartition('/')[2]}").status == 404

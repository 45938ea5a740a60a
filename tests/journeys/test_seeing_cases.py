"""What the API tells of a case to those who may see it."""

from uuid import uuid4

import pytest

import samples
from forms import File
from journeys.test_form_pages import signed_in
from journeys.test_odd_words import by_claims
from live import Live, eventually
from raw import Wire


def test_what_happens_next_is_told_in_the_callers_language(site: Live) -> None:
    address = f"/api/cases/{site.report().json()['id']}"
    english = site.call("GET", address)
    spanish = site.call("GET", address, headers={"Accept-Language": "es-MX"})
    assert (english.headers["content-language"], spanish.headers["content-language"]) == ("en", "es")
    for answer, text in ((english, "A person reads"), (spanish, "Una persona")):
        assert answer.json()["nextStep"]["text"].startswith(text)
    told = [a.json()["clocks"][0]["explanation"] for a in (english, spanish)]
    assert told[0] != told[1]
    assert english.headers["etag"] != spanish.headers["etag"]


def test_a_case_that_is_unchanged_is_not_sent_again(site: Live) -> None:
    address = f"/api/cases/{site.report().json()['id']}"
    tag = site.call("GET", address).headers["etag"]
    for named in (tag, f"W/{tag}", f'"0", {tag}', f'"0",W/{tag} , "x"', "*"):
        assert site.call("GET", address, headers={"If-None-Match": named}).status == 304, named
    for named in ('"0"', tag.strip('"'), ""):
        assert site.call("GET", address, headers={"If-None-Match": named}).status == 200, named


def test_who_tries_many_gigs_is_told_to_wait(site: Live) -> None:
    for half in range(60):
        site.call("GET", f"/api/intake?gigId=made-up-{half}", by="prober")
        site.call("GET", f"/gigs/made-up-{half}/report-issue", by="prober")
    refused = site.call("GET", "/api/intake?gigId=another", by="prober")
    assert (refused.status, refused.json()["code"]) == (429, "rate.lookup")
    assert 1 <= int(refused.headers["retry-after"]) <= 121
    assert site.call("GET", "/api/intake?gigId=gig-1").status == 200


@pytest.fixture(scope="module")
def original(site: Live) -> str:
    """The address of an original that may be opened."""
    url = site.report(files=[File(samples.jpeg())]).json()["files"][0]["url"].removeprefix(site.base)
    assert eventually(lambda: site.call("GET", url).status == 200, 30)
    return f"{url}/original?reason=a+look"


def session(site: Live) -> str:
    return signed_in(site, uuid4().hex, sub="lea", roles=["lead"])["Cookie"]


def commits(site: Live) -> int:
    [(count,)] = site.rows("SELECT count(*) FROM commits")
    return int(count)


def test_asking_only_for_the_head_of_an_original_opens_nothing(site: Live, original: str) -> None:
    lead, before = by_claims(site, sub="lea", roles=["lead"]), commits(site)
    with Wire(site.port) as wire:
        wire.head("HEAD", original, {"Connection": "close", **lead})
        answer = wire.answer(to_head=True)
    assert (answer.status, answer.body, commits(site)) == (200, b"", before)
    assert site.call("GET", original, headers=lead, by=None).status == 200
    assert commits(site) == before + 1


@pytest.mark.parametrize("fetch_site", ["cross-site", "same-site", None])
def test_no_other_site_makes_a_browser_open_an_original(
    site: Live, original: str, fetch_site: str | None
) -> None:
    cookie, before = session(site), commits(site)
    headers = {"Cookie": cookie} | ({"Sec-Fetch-Site": fetch_site} if fetch_site else {})
    assert site.call("GET", original, headers=headers, by=None).status == 403
    assert commits(site) == before


@pytest.mark.parametrize("fetch_site", ["same-origin", "none"])
def test_staff_open_an_original_from_our_own_page(site: Live, original: str, fetch_site: str) -> None:
    headers = {"Cookie": session(site), "Sec-Fetch-Site": fetch_site}
    assert site.call("GET", original, headers=headers, by=None).status == 200

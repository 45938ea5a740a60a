"""The pages as a browser without script meets them: who one is, what is refused, what stays."""

import re
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

import forms
from live import GIG, Live
from raw import Answer
from servers.gigdesk import SECRET

START = Callable[..., Live]
FORM = f"/gigs/{GIG}/report-issue"
PAGE = {"Accept": "text/html"}
R = {name: value for name, value in forms.report(GIG).items() if name != "gigId"}


def hand_over(sub: str = "wanda", **more: object) -> str:
    now = int(time.time())
    claims = {"sub": sub, "iat": now, "exp": now + 60, "aud": "gigdesk-sign-in", **more}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def signed_in(site: Live, jti: str, **more: object) -> dict[str, str]:
    answer = site.call("GET", f"/sign-in?token={hand_over(jti=jti, **more)}", by=None)
    return {**PAGE, "Cookie": answer.headers["set-cookie"].partition(";")[0], "Sec-Fetch-Site": "same-origin"}


def send(site: Live, headers: Mapping[str, str], fields: Mapping[str, str]) -> Answer:
    sent = {**headers, "Content-Type": forms.content_type()}
    return site.call("POST", FORM, forms.form(fields), sent, by=None)


def test_every_page_says_who_is_signed_in(site: Live) -> None:
    headers = signed_in(site, "pages-who", name="Wanda <Reyes>")
    form = site.call("GET", FORM, headers=headers, by=None).body.decode()
    assert "Signed in as Wanda &lt;Reyes&gt;" in form
    assert "You report as Wanda &lt;Reyes&gt;." in form
    nameless = signed_in(site, "pages-nameless", sub="carl")
    assert "Signed in as carl" in site.call("GET", "/reports", headers=nameless, by=None).body.decode()


@pytest.mark.abuse(38)
def test_a_link_on_another_site_is_asked_about_by_name(site: Live) -> None:
    elsewhere = {**PAGE, "Sec-Fetch-Site": "cross-site", "Referer": "https://chat.example/"}
    token = hand_over("carl", jti="pages-asked", name="Carl")
    page = site.call("GET", f"/sign-in?token={token}", headers=elsewhere, by=None)
    assert page.status == 200
    assert "set-cookie" not in page.headers
    assert "Sign in as Carl?" in page.body.decode()
    assert "You are signed in as" not in page.body.decode()


@pytest.mark.parametrize("query", ["", "?token=x", "?token={used}", "?token={other}"])
def test_no_answer_of_sign_in_lets_its_address_be_told(site: Live, query: str) -> None:
    number = str(time.time())
    headers = signed_in(site, f"pages-told-{number}")
    values = {"used": hand_over(jti=f"pages-told-{number}"), "other": hand_over("carl", jti=number)}
    for sent in (headers, PAGE, {}):
        answer = site.call("GET", "/sign-in" + query.format(**values), headers=sent, by=None)
        assert answer.headers["referrer-policy"] == "no-referrer", answer.status


def key_in(page: Answer) -> str:
    [key] = re.findall(r'name="idempotencyKey" value="([^"]+)"', page.body.decode())
    return str(key)


def test_a_text_changed_under_a_used_key_can_be_sent_with_a_fresh_one(site: Live) -> None:
    headers = signed_in(site, "pages-key")
    key = key_in(site.call("GET", FORM, headers=headers, by=None))
    assert send(site, headers, {"idempotencyKey": key, **R}).status == 303
    edited = {**R, "description": "The door stayed closed, and then it rained."}
    page = send(site, headers, {"idempotencyKey": key, **edited})
    assert page.status == 422
    assert key_in(page) != key
    assert edited["description"] in page.body.decode()
    assert send(site, headers, {"idempotencyKey": key_in(page), **edited}).status == 303


def test_any_other_refusal_keeps_the_key_of_the_form(site: Live) -> None:
    page = send(site, signed_in(site, "pages-kept"), {"idempotencyKey": "kept-1", **R, "description": ""})
    assert (page.status, key_in(page)) == (422, "kept-1")


def test_a_form_sent_too_often_says_when_to_send_it_again(another: START) -> None:
    site = another(GIGDESK_RATE_PERSON="1/hour")
    headers = signed_in(site, "often")
    assert send(site, headers, R).status == 303
    page = send(site, headers, R)
    assert page.status == 429
    assert R["description"] in page.body.decode()
    assert int(page.headers["retry-after"]) > 0
    assert page.headers["ratelimit-policy"] == '"person";q=1;w=3600'
    assert page.headers["ratelimit"].startswith('"person";r=0;t=')


MARKET = "https://market.example/login"


def test_who_is_signed_out_is_led_back_to_where_they_were(another: START) -> None:
    site = another(GIGDESK_SIGN_IN_URL=MARKET)
    answer = site.call("GET", f"{FORM}?issueType=other&x=%26", headers=PAGE, by=None)
    assert answer.status == 303
    target = parse_qs(urlsplit(answer.headers["location"]).query)["return_to"]
    assert [urlsplit(address).path for address in target] == [FORM]
    assert [urlsplit(address).query for address in target] == ["issueType=other&x=%26"]
    refused = site.call("GET", "/sign-in?token=x", headers=PAGE, by=None)
    assert "token" not in refused.headers["location"]


def test_a_form_of_who_was_signed_out_meanwhile_is_refused_and_leads_nowhere(another: START) -> None:
    site = another(GIGDESK_SIGN_IN_URL=MARKET)
    answer = send(site, PAGE, R)
    assert answer.status == 401
    assert "Nobody is signed in" in answer.body.decode()
    assert f'href="{MARKET}?return_to=' in answer.body.decode()


def test_pages_lead_back_to_the_marketplace_where_its_pages_are_told(another: START, site: Live) -> None:
    headers = signed_in(site, "pages-no-way")
    assert "Back to the gig" not in site.call("GET", FORM, headers=headers, by=None).body.decode()
    told = another(
        GIGDESK_BRAND_HOME_URL="https://market.example/",
        GIGDESK_BRAND_GIG_URL="https://market.example/gigs/{gigId}",
        GIGDESK_BRAND_EXIT_URL="https://weather.example/",
    )
    headers = signed_in(told, "pages-ways")
    page = told.call("GET", FORM, headers=headers, by=None).body.decode()
    links = dict(re.findall(r'<a class="(back|brand|button danger)" href="([^"]*)"', page))
    assert links == {
        "back": f"https://market.example/gigs/{GIG}",
        "brand": "https://market.example/",
        "button danger": "https://weather.example/",
    }
    listed = told.call("GET", "/reports", headers=headers, by=None).body.decode()
    assert 'class="button" href="https://market.example/"' in listed

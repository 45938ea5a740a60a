"""Rows 34, 35, 36 and 38: credentials that are forged, and pages of other sites that use a person's cookie."""

import asyncio
import base64
import json
import secrets
import socket
import time
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

import forms
import samples
from forms import File
from live import GIG, RAISED, REPORT, Live, nothing_left
from raw import Answer, Wire
from servers import issuer as issuers
from servers.gigdesk import SECRET

R = forms.report(GIG)
BODY = forms.form(R, [File(samples.jpeg())])


def b64(data: object) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**more: object) -> dict[str, object]:
    now = int(time.time())
    every = {"sub": "wanda", "iat": now, "exp": now + 600, **more}
    return {name: value for name, value in every.items() if value is not None}


def signed(header: dict[str, object], content: dict[str, object], key: bytes = SECRET.encode()) -> str:
    """A token whose HS256 signature is right, whatever its header says."""
    import hashlib
    import hmac

    text = f"{b64(header)}.{b64(content)}"
    return f"{text}.{b64(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def by_token(site: Live, token: str) -> Answer:
    sent = {"Content-Type": forms.content_type(), "Authorization": f"Bearer {token}"}
    return site.call("POST", REPORT, BODY, sent, by=None)


def forged(listener: str = "http://127.0.0.1:9") -> dict[str, str]:
    """Tokens that must open nothing."""
    rsa = RSAKey.generate_key(2048, private=True)
    good = signed({"alg": "HS256"}, claims())
    head, content, signature = good.split(".")
    hs = {"alg": "HS256", "typ": "JWT"}
    return {
        "alg none": f"{b64({'alg': 'none'})}.{b64(claims())}.",
        "alg nOnE": f"{b64({'alg': 'nOnE'})}.{b64(claims())}.",
        "alg none with the signature": f"{b64({'alg': 'none'})}.{content}.{signature}",
        "no alg": signed({}, claims()),
        "RS256 by a key of its own": jwt.encode({"alg": "RS256"}, claims(), rsa, algorithms=["RS256"]),
        "RS256 said, HS256 done": signed({"alg": "RS256"}, claims()),
        "HS512 said, HS256 done": signed({"alg": "HS512"}, claims()),
        "by a public key as secret": signed(hs, claims(), rsa.as_pem(private=False)),
        "by an empty secret": signed(hs, claims(), b""),
        "signature cut off": f"{head}.{content}.{signature[:-2]}",
        "no signature": f"{head}.{content}.",
        "other claims": f"{head}.{b64(claims(sub='carl'))}.{signature}",
        "a key in the header": signed(
            {**hs, "jwk": {"kty": "oct", "k": b64(b"k" * 32)}}, claims(), b"k" * 32
        ),
        "unknown crit": signed({**hs, "crit": ["wax"], "wax": 1}, claims()),
        "empty crit": signed({**hs, "crit": []}, claims()),
        "b64 crit": signed({**hs, "crit": ["b64"], "b64": False}, claims()),
        "jku": signed({**hs, "jku": f"{listener}/jwks.json", "kid": "x"}, claims(), b"k" * 32),
        "x5u": signed({**hs, "x5u": f"{listener}/cert.pem"}, claims(), b"k" * 32),
        "kid as a path": signed({**hs, "kid": "../../../../dev/null"}, claims(), b""),
        "kid as SQL": signed({**hs, "kid": "x' UNION SELECT 'k"}, claims(), b"k"),
        "no exp": signed(hs, claims(exp=None)),
        "exp as text": signed(hs, claims(exp="tomorrow")),
        "exp beyond numbers": signed(hs, claims(exp=1e400) | {"exp": float("inf")}),
        "expired": signed(hs, claims(exp=int(time.time()) - 600)),
        "not yet": signed(hs, claims(nbf=int(time.time()) + 3600)),
        "no sub": signed(hs, claims(sub=None)),
        "sub as a list": signed(hs, claims(sub=["wanda"])),
        "empty sub": signed(hs, claims(sub="")),
        "a hand-over": signed(hs, claims(aud="gigdesk-sign-in", jti=secrets.token_hex(8))),
        "encrypted": f"{b64({'alg': 'dir', 'enc': 'A256GCM'})}..{b64(b'i' * 12)}.{b64(b'c')}.{b64(b't' * 16)}",
        "two dots only": "..",
        "not base64": "a!b.c!d.e!f",
        "deep": f"{b64(b'[' * 20_000)}.{b64(claims())}.{signature}",
        "not UTF-8": f"{b64(bytes([255, 254]))}.{b64(claims())}.{signature}",
    }


@pytest.mark.abuse(34)
@pytest.mark.abuse(35)
@pytest.mark.parametrize("name", forged())
def test_a_forged_token_is_401(site: Live, name: str) -> None:
    before = site.stored()
    answer = by_token(site, forged()[name])
    assert answer.status == 401, answer.body
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert nothing_left(site, before)


@pytest.mark.abuse(35)
def test_no_address_that_a_token_names_is_ever_fetched(site: Live) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for name in ("jku", "x5u"):
            assert by_token(site, forged(address)[name]).status == 401
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.abuse(35)
def test_issuer_and_audience_count_where_they_are_set(tmp_path: Path) -> None:
    right = {"iss": "https://market.example", "aud": "gigdesk"}
    named = {"GIGDESK_JWT_ISSUER": right["iss"], "GIGDESK_JWT_AUDIENCE": right["aud"]}
    site = Live(tmp_path, {**RAISED, **named})
    try:
        site.start()
        judge_issuer_and_audience(site, right)
    finally:
        site.close()


def judge_issuer_and_audience(site: Live, right: dict[str, str]) -> None:
    assert by_token(site, signed({"alg": "HS256"}, claims(**right))).status == 403, (
        "known, and of another gig"
    )
    for wrong in (
        {},
        {"iss": "https://market.example"},
        {"aud": "gigdesk"},
        {**right, "iss": "https://market.example/"},
        {**right, "aud": "gigdesk-sign-in"},
        {**right, "aud": []},
        {**right, "iss": ["https://market.example"]},
    ):
        assert by_token(site, signed({"alg": "HS256"}, claims(**wrong))).status == 401, wrong


@pytest.mark.abuse(36)
async def test_random_kids_make_one_fetch_and_known_ones_stay_known(tmp_path: Path) -> None:
    async with issuers.running() as issuer:
        key = issuers.rsa()
        issuer.keys = [issuers.public(key)]
        wanted = {"iss": "https://id.example", "aud": "gigdesk"}
        site = Live(
            tmp_path,
            {
                **RAISED,
                "GIGDESK_JWKS_URL": f"{issuer.url}/jwks.json",
                "GIGDESK_JWT_ISSUER": wanted["iss"],
                "GIGDESK_JWT_AUDIENCE": wanted["aud"],
            },
        )
        good = issuers.sign(key, claims(**wanted))

        def storm() -> set[int]:
            with Wire(site.port) as wire:
                found = set()
                for number in range(200):
                    bad = f"{b64({'alg': 'RS256', 'kid': secrets.token_hex(8)})}.{b64(claims(**wanted))}.{'A' * 342}"
                    wire.head("GET", "/api/cases", {"Authorization": f"Bearer {bad}"})
                    found.add(wire.answer().status)
                    if number % 100 == 0:
                        wire.head("GET", "/api/cases", {"Authorization": f"Bearer {good}"})
                        found.add(wire.answer().status)
                return found

        try:
            await asyncio.to_thread(site.start)
            assert await asyncio.to_thread(storm) == {200, 401}
            assert issuer.asked <= 2
            confused = signed({"alg": "HS256", "kid": key.kid}, claims(**wanted), key.as_pem(private=False))
            assert (await asyncio.to_thread(by_token, site, confused)).status == 401
            assert issuer.others == []
        finally:
            site.close()


@pytest.fixture(scope="module")
def cookie(site: Live) -> str:
    """The session cookie of Wanda, who came by hand-over."""
    now = int(time.time())
    content = {"sub": "wanda", "iat": now, "exp": now + 120, "jti": "row-38", "aud": "gigdesk-sign-in"}
    token = jwt.encode({"alg": "HS256"}, content, OctKey.import_key(SECRET))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = site.call("POST", "/sign-in", f"token={token}".encode(), form, by=None)
    assert answer.status == 303, answer.body
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]
    return answer.headers["set-cookie"].partition(";")[0]


def by_cookie(site: Live, cookie: str, path: str = REPORT, body: bytes = BODY, **headers: str) -> Answer:
    sent = {"Content-Type": forms.content_type(), "Cookie": cookie}
    return site.call("POST", path, body, sent | {k.replace("_", "-"): v for k, v in headers.items()}, by=None)


FOREIGN: dict[str, dict[str, str]] = {
    "another site's form": {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    "a sibling's form": {"Sec_Fetch_Site": "same-site"},
    "typed by hand": {"Sec_Fetch_Site": "none"},
    "an older browser": {"Origin": "https://evil.example"},
    "a frame without origin": {"Origin": "null"},
    "our name within another": {"Origin": "http://127.0.0.1.evil.example"},
    "no header at all": {},
    "a wrong token": {"X_CSRF_Token": "0" * 64},
}


@pytest.mark.abuse(38)
@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("path", [REPORT, f"/gigs/{GIG}/report-issue", "/sign-out"])
def test_a_form_of_another_site_is_403(site: Live, cookie: str, name: str, path: str) -> None:
    before = site.stored()
    body = BODY if path != "/sign-out" else b"csrf=no"
    headers = dict(FOREIGN[name])
    if path == "/sign-out":
        headers["Content_Type"] = "application/x-www-form-urlencoded"
    assert by_cookie(site, cookie, path, body, **headers).status == 403
    assert nothing_left(site, before)
    assert site.call("GET", "/api/cases", headers={"Cookie": cookie}, by=None).status == 200, (
        "still signed in"
    )


@pytest.mark.abuse(38)
def test_a_form_of_another_site_is_refused_before_its_body(site: Live, cookie: str) -> None:
    with Wire(site.port) as wire:
        wire.head(
            "POST",
            REPORT,
            {
                "Cookie": cookie,
                "Sec-Fetch-Site": "cross-site",
                "Content-Type": forms.content_type(),
                "Content-Length": 1 << 30,
            },
        )
        assert wire.answer().status == 403


@pytest.mark.abuse(38)
def test_our_own_page_may_send(site: Live, cookie: str) -> None:
    assert by_cookie(site, cookie, Sec_Fetch_Site="same-origin").status == 201
    assert by_cookie(site, cookie, Origin=site.base).status == 201
    page = site.call("GET", f"/gigs/{GIG}/report-issue", headers={"Cookie": cookie}, by=None).body.decode()
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    assert len(token) == 64
    assert by_cookie(site, cookie, X_CSRF_Token=token).status == 201
    first = forms.field("csrf", token) + BODY
    assert by_cookie(site, cookie, body=first).status == 201
    late = forms.form([*R.items(), ("csrf", token)])
    assert by_cookie(site, cookie, body=late).status == 403, "the token comes first, or not at all"


@pytest.mark.abuse(38)
def test_with_a_token_no_cookie_counts(site: Live, cookie: str) -> None:
    headers = {"Cookie": cookie, "Authorization": "Bearer forged", "Sec-Fetch-Site": "same-origin"}
    sent = headers | {"Content-Type": forms.content_type()}
    assert site.call("POST", REPORT, BODY, sent, by=None).status == 401

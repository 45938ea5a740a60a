"""A marketplace mounts gigdesk under ``/help``: every link, cookie and asset honours that path."""

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

import forms
import samples
from forms import File
from live import GIG, RAISED, Live
from raw import Answer
from servers.gigdesk import SECRET

BASE = "https://market.example/help"
QUICK_EXIT = "https://www.wikipedia.org/"


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    site = Live(tmp_path_factory.mktemp("mounted"), {**RAISED, "GIGDESK_BASE_URL": BASE})
    try:
        yield site.open()
    finally:
        site.close()


def signed_in(site: Live, jti: str) -> Answer:
    now = int(time.time())
    content = {"sub": "wanda", "iat": now, "exp": now + 60, "jti": jti, "aud": "gigdesk-sign-in"}
    token = jwt.encode({"alg": "HS256"}, content, OctKey.import_key(SECRET))
    return site.call("GET", f"/help/sign-in?token={token}&next=/gigs/{GIG}/report-issue", by=None)


@pytest.mark.parametrize("prefix", ["/help", ""], ids=["left on", "taken off by the proxy"])
def test_a_journey_below_a_path(mounted: Live, prefix: str) -> None:
    site = mounted
    arrived = signed_in(site, f"journey{prefix}")
    assert arrived.status == 303
    assert arrived.headers["location"] == f"{BASE}/gigs/{GIG}/report-issue"
    assert "Path=/help;" in arrived.headers["set-cookie"]
    assert "Secure" in arrived.headers["set-cookie"]
    cookie = {"Cookie": arrived.headers["set-cookie"].partition(";")[0], "Origin": "https://market.example"}
    page = site.call("GET", f"{prefix}/gigs/{GIG}/report-issue", headers=cookie, by=None)
    assert page.status == 200
    for link in re.findall(r'(?:href|src|action)="([^"#]+)"', page.body.decode()):
        if link == QUICK_EXIT:
            continue
        target = urlsplit(link)
        assert target.netloc in ("", "market.example"), link
        assert target.scheme == "tel" or target.path.startswith("/help/"), link
        if "/assets/" in target.path:
            asset = site.call("GET", target.path.replace("/help", prefix, 1), by=None)
            assert asset.status == 200, link
    body = forms.form(forms.report(GIG), [File(samples.jpeg())])
    sent = {**cookie, "Content-Type": forms.content_type()}
    from_page = site.call("POST", f"{prefix}/gigs/{GIG}/report-issue", body, sent, by=None)
    assert from_page.status == 303
    assert urlsplit(from_page.headers["location"]).path.startswith("/help/reports/")
    from_api = site.call("POST", f"{prefix}/api/report-issue", body, sent, by=None)
    assert from_api.status == 201
    assert from_api.headers["location"] == f"{BASE}/api/cases/{from_api.json()['id']}"
    assert from_api.json()["files"][0]["url"].startswith(f"{BASE}/api/cases/")
    shown = site.call("GET", f"{prefix}/reports/{from_api.json()['id']}", headers=cookie, by=None)
    assert from_api.json()["reference"] in shown.body.decode()


def test_what_only_begins_like_the_path_is_not_below_it(mounted: Live) -> None:
    assert mounted.call("GET", "/helpful/healthz", by=None).status == 404
    assert mounted.call("GET", "/help/help/healthz", by=None).status == 404
    assert mounted.call("GET", "/help/healthz", by=None).status == 200

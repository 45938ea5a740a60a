"""Who comes with verified claims is known afterwards: by token, by hand-over, by the marketplace's cookie."""

import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.jwk import OctKey

from live import Live

AUTHJS_SECRET = "the secret of the marketplace's own cookie"
OF_AMARA = {"name": "Amara Okafor", "email": "amara@mail.example", "email_verified": True, "locale": "en"}
KNOWN = ("Amara Okafor", "amara@mail.example", 1, "en")


@pytest.fixture
def site(another: Callable[..., Live]) -> Live:
    return another(GIGDESK_AUTHJS_SECRET=AUTHJS_SECRET)


def person(site: Live, user_id: str, wanted: object = None) -> tuple[object, ...] | None:
    """What is known of somebody, within three seconds."""
    for _ in range(60):
        rows = site.rows("SELECT name, email, verified, locale FROM people WHERE user_id = ?", user_id)
        if rows and wanted in (None, rows[0]):
            return rows[0]
        time.sleep(0.05)
    return rows[0] if rows else None


def marketplace_cookie(claims: dict[str, object]) -> str:
    """The session cookie of NextAuth 4."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=b"", info=b"NextAuth.js Generated Encryption Key")
    key = OctKey.import_key(hkdf.derive(AUTHJS_SECRET.encode()))
    head = {"alg": "dir", "enc": "A256GCM"}
    return "next-auth.session-token=" + jwe.encrypt_compact(head, json.dumps(claims).encode(), key)


def test_a_token_a_hand_over_and_a_cookie_each_make_a_person_known(site: Live) -> None:
    expires = int(time.time()) + 200
    token = site.token("amara-1", **OF_AMARA)
    handed = site.token("amara-2", seconds=200, aud="gigdesk-sign-in", jti="once", **OF_AMARA)
    cookie = marketplace_cookie({"sub": "amara-3", "exp": expires, **OF_AMARA})

    assert site.call("GET", "/api/cases", headers={"Authorization": f"Bearer {token}"}, by=None).status == 200
    assert site.request("GET", f"/sign-in?{urlencode({'token': handed})}")[0] == 303
    assert site.call("GET", "/api/cases", headers={"Cookie": cookie}, by=None).status == 200

    assert [person(site, f"amara-{n}") for n in (1, 2, 3)] == [KNOWN] * 3


def test_a_person_is_kept_before_the_report_that_is_owed_a_letter_is_answered(site: Live) -> None:
    token = site.token("wanda", name="Wanda Reyes", email="wanda@mail.example")

    answer = site.report(by=None, Authorization=f"Bearer {token}")
    at_once = site.rows("SELECT name, email FROM people WHERE user_id = 'wanda'")

    assert answer.status == 201
    assert at_once == [("Wanda Reyes", "wanda@mail.example")]


def test_a_forged_token_makes_nobody_known(site: Live) -> None:
    token = site.token("mallory", **OF_AMARA)[:-4] + "AAAA"

    answer = site.call("GET", "/api/cases", headers={"Authorization": f"Bearer {token}"}, by=None)
    time.sleep(1)

    assert answer.status == 401
    assert site.rows("SELECT * FROM people WHERE user_id = 'mallory'") == []

"""Staff come in with the account of their company: to the provider and back, and everything that it may lie about."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from desk import Visitor
from live import Live, eventually
from servers.issuer import public, rsa, sign
from servers.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

ROLES = "desk-people=agent desk-leads=lead"


@pytest.fixture(scope="module")
def serving() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(serving: Provider) -> Provider:
    serving.behave()
    return serving


@pytest.fixture(scope="module")
def desk(serving: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    running = Live(tmp_path_factory.mktemp("work"), settings(serving))
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture
def visitor(desk: Live) -> Iterator[Visitor]:
    with fresh(desk) as visitor:
        yield visitor


ADDRESSES = iter(range(1, 65_000))


def fresh(site: Live) -> Visitor:
    """A browser at an address that nobody has tried from."""
    number = next(ADDRESSES)
    return Visitor(site, **{"x-forwarded-for": f"198.51.{number // 250}.{number % 250 + 1}"})


def settings(provider: Provider, **more: str) -> dict[str, str]:
    return {
        "GIGDESK_OIDC_ISSUER": provider.url,
        "GIGDESK_OIDC_CLIENT_ID": CLIENT_ID,
        "GIGDESK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        **more,
    }


def gone(visitor: Visitor, next_path: str = "/desk/sessions") -> httpx.Response:
    """At the provider's page."""
    return visitor.get("/desk/sign-in/work", params={"next": next_path})


def come_back(visitor: Visitor, there: httpx.Response) -> str:
    """The way back that the provider sends the browser on."""
    assert there.status_code == 303, there.text
    back: str = httpx.get(there.headers["location"]).headers["location"]
    return back


def signed_in(visitor: Visitor) -> httpx.Response:
    return visitor.get(come_back(visitor, gone(visitor)))


def refused(visitor: Visitor, status: int, says: str) -> None:
    """Nobody is let in, and the page says why."""
    answer = signed_in(visitor)
    assert answer.status_code == status, (answer.status_code, answer.headers.get("location"))
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert found
    assert says in found[1]
    assert "gigdesk=" not in answer.headers.get("set-cookie", "").replace("gigdesk-", "")
    assert not visitor.is_in


def test_the_page_offers_the_work_account_and_it_leads_in(
    desk: Live, provider: Provider, visitor: Visitor
) -> None:
    page = visitor.get("/desk/sign-in?next=/desk/sessions").text
    assert 'href="/desk/sign-in/work?next=/desk/sessions"' in page

    answer = signed_in(visitor)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{desk.base}/desk/sessions")
    assert provider.refused == []
    shown = visitor.get("/desk/sessions").text
    assert "Signed in as Priya Raman" in shown
    assert "With a work account" in shown
    query = "SELECT name, email, role FROM people JOIN staff USING (user_id) WHERE user_id = ?"
    wanted = [("Priya Raman", "priya@work.example", "staff")]
    assert eventually(lambda: desk.rows(query, "oidc:priya") == wanted)


def test_what_goes_to_the_provider_is_a_code_flow_with_pkce(visitor: Visitor, provider: Provider) -> None:
    there = gone(visitor)
    url = httpx.URL(there.headers["location"])
    query = dict(url.params)
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert query["scope"].split()[0] == "openid"
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3
    assert all(len(query[name]) == 43 for name in ("state", "nonce", "code_challenge"))
    cookie = there.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Max-Age=600;" in cookie
    assert not any(query[name] in cookie for name in ("state", "nonce"))
    assert dict(httpx.URL(gone(visitor).headers["location"]).params)["state"] != query["state"]


def test_discovery_is_read_once_for_many(visitor: Visitor, provider: Provider, desk: Live) -> None:
    signed_in(visitor)
    provider.asked.clear()
    for _ in range(4):
        gone(visitor)
    assert provider.asked == []


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([], 403),
        (None, 403),
        (["integration"], 403),
        (["root"], 403),
        ({"agent": True}, 403),
        ("reader agent", 303),
        (["auditor", "else"], 303),
    ],
)
def test_nobody_comes_in_without_a_role_of_staff(
    visitor: Visitor, provider: Provider, roles: object, status: int
) -> None:
    provider.person["roles"] = roles
    answer = signed_in(visitor)
    assert answer.status_code == status
    assert visitor.is_in is (status == 303)
    if status == 403:
        assert "Your work account has no role at this desk." in answer.text


def test_values_of_another_claim_are_mapped_to_roles(
    provider: Provider, another: Callable[..., Live]
) -> None:
    site = another(
        **settings(provider, GIGDESK_OIDC_ROLES_CLAIM="realm_access.roles", GIGDESK_OIDC_ROLES_MAP=ROLES)
    )
    for given, is_in in (
        ({"roles": ["desk-leads"]}, True),
        ({"roles": ["lead"]}, False),
        ("desk-leads", False),
    ):
        provider.person = {"sub": "priya", "realm_access": given}
        with fresh(site) as visitor:
            signed_in(visitor)
            assert visitor.is_in is is_in, given


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another nonce": ({"nonce": "x" * 43}, "does not fit to what was asked"),
    "no nonce": ({"nonce": None}, "does not fit to what was asked"),
    "for another client": ({"aud": "somebody-else"}, "meant for someone else"),
    "for several, for another of them": ({"aud": [CLIENT_ID, "b"], "azp": "b"}, "does not fit"),
    "for several, for none of them": ({"aud": [CLIENT_ID, "b"]}, "does not fit to what was asked"),
    "authorised for another": ({"azp": "b"}, "does not fit to what was asked"),
    "from another issuer": ({"iss": "https://evil.example"}, "issuer that is trusted"),
    "expired": ({"exp": int(time.time()) - 5}, "has expired"),
    "without an end": ({"exp": None}, "has no exp"),
    "old": ({"iat": int(time.time()) - 3600}, "does not fit to what was asked"),
    "without a beginning": ({"iat": None}, "does not fit to what was asked"),
    "from the future": ({"iat": int(time.time()) + 3600}, "begins in the future"),
    "without a subject": ({"sub": None}, "not a user id"),
}


@pytest.mark.parametrize(("lie", "says"), LIES.values(), ids=LIES.keys())
def test_an_id_token_that_lies_lets_nobody_in(
    visitor: Visitor, provider: Provider, lie: dict[str, Any], says: str
) -> None:
    provider.lies = lie
    refused(visitor, 422, says)


def test_a_token_of_another_key_lets_nobody_in(visitor: Visitor, provider: Provider) -> None:
    other = rsa(kid=str(provider.key.kid))
    provider.signed = lambda claims: sign(other, claims)
    refused(visitor, 422, "not signed by a key that is trusted")


def by_secret(claims: dict[str, object], secret: str, kid: str) -> str:
    lenient = JWSRegistry(algorithms=["HS256"], strict_check_header=False)
    return jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key(secret), registry=lenient)


def test_no_token_is_taken_that_is_signed_by_a_secret_or_not_at_all(
    visitor: Visitor, provider: Provider
) -> None:
    kid = str(provider.key.kid)
    provider.signed = lambda claims: by_secret(claims, CLIENT_SECRET, kid)
    refused(visitor, 422, "did not confirm")
    published = str(public(provider.key)["n"])
    provider.signed = lambda claims: by_secret(claims, published, kid)
    refused(visitor, 422, "did not confirm")
    provider.signed = lambda claims: sign(provider.key, claims).rpartition(".")[0] + "."
    refused(visitor, 422, "not signed by a key")
    provider.signed = lambda claims: "eyJhbGciOiJub25lIn0." + sign(provider.key, claims).split(".")[1] + "."
    refused(visitor, 422, "did not confirm")


def test_a_way_back_that_was_not_begun_here_lets_nobody_in(
    desk: Live, visitor: Visitor, provider: Provider
) -> None:
    back = come_back(visitor, gone(visitor))
    with fresh(desk) as victim:
        answer = victim.get(back)
        assert answer.status_code == 422
        assert "not begun in this browser" in answer.text
        gone(victim)
        assert victim.get(back).status_code == 422  # somebody else's state with a cookie of one's own
        assert not victim.is_in
    assert provider.refused == []
    assert "/token" not in provider.asked


def test_a_way_back_works_once_even_where_the_provider_knows_the_code_for_ever(
    desk: Live, visitor: Visitor, provider: Provider
) -> None:
    provider.knows_codes_for_ever = True
    provider.person["sub"] = "once"
    there = gone(visitor)
    cookie = there.headers["set-cookie"].partition(";")[0]
    back = come_back(visitor, there)
    assert visitor.get(back).status_code == 303
    assert visitor.get(back).status_code == 422  # its cookie is forgotten
    with fresh(desk) as thief:
        again = thief.get(back, headers={"cookie": cookie})
        assert again.status_code == 422
        assert "was used before" in again.text
        assert not thief.is_in
    assert desk.rows("SELECT count(*) FROM sessions WHERE sub = 'oidc:once'") == [(1,)]


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"),
        lambda value: value.replace(".", ".9", 1),
        lambda value: ".".join([value.split(".")[0], value.split(".")[1], "L2V2aWw", value.split(".")[3]]),
        lambda value: "",
        lambda value: "....",
        lambda value: "\u00e9" * 20,
    ],
)
def test_a_cookie_that_was_changed_is_no_beginning(
    desk: Live, visitor: Visitor, provider: Provider, change: Callable[[str], str]
) -> None:
    there = gone(visitor)
    name, _, value = there.headers["set-cookie"].partition(";")[0].partition("=")
    back = come_back(visitor, there)
    with fresh(desk) as changed:
        sent = f"{name}={change(value)}".encode("latin-1")
        assert changed.get(back, headers=[(b"cookie", sent)]).status_code == 422


@pytest.mark.parametrize(
    ("back", "says"),
    [
        ({"iss": "https://evil.example"}, "did not confirm"),
        ({"iss": ""}, "did not confirm"),
        ({"error": "access_denied", "code": ""}, "did not let you in"),
        ({"code": ""}, "did not let you in"),
        ({"code": "x" * 5000}, "did not let you in"),
        ({"code": "made-up"}, "did not confirm"),
    ],
)
def test_a_way_back_that_says_something_else_lets_nobody_in(
    visitor: Visitor, provider: Provider, back: dict[str, str], says: str
) -> None:
    provider.back = back
    refused(visitor, 422, says)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 500, 503])
def test_a_provider_that_gives_no_token_is_away_for_now(
    visitor: Visitor, provider: Provider, status: int
) -> None:
    provider.token_status = status
    answer = signed_in(visitor)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "does not work right now" in answer.text
    assert 'name="password"' in answer.text
    assert not visitor.is_in


@pytest.mark.parametrize("body", [b"nothing", b"[]", b"{}", b'{"id_token": 7}', b"{" + b" " * 300_000 + b"}"])
def test_a_provider_that_babbles_is_away_for_now(visitor: Visitor, provider: Provider, body: bytes) -> None:
    provider.token_body = body
    assert signed_in(visitor).status_code == 503


def test_a_slow_provider_keeps_nobody_for_longer_than_some_seconds(
    visitor: Visitor, provider: Provider
) -> None:
    there = come_back(visitor, gone(visitor))
    provider.delay = 8.0
    answer = visitor.get(there)
    assert answer.status_code == 503


def test_with_another_session_in_the_browser_the_new_one_takes_its_place(
    desk: Live, visitor: Visitor, provider: Provider
) -> None:
    signed_in(visitor)
    before = visitor.cookies["gigdesk"]
    signed_in(visitor)
    assert visitor.cookies["gigdesk"] != before
    with fresh(desk) as kept:
        kept.cookies.set("gigdesk", before, domain="127.0.0.1", path="/")
        assert not kept.is_in


@pytest.mark.parametrize("next_path", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_next_leads_to_no_other_site(
    desk: Live, visitor: Visitor, provider: Provider, next_path: str
) -> None:
    back = come_back(visitor, gone(visitor, next_path))
    assert visitor.get(back).headers["location"] == f"{desk.base}/desk"


def test_looking_ahead_begins_nothing(visitor: Visitor, provider: Provider) -> None:
    for method, headers in (("HEAD", {}), ("GET", {"sec-purpose": "prefetch"})):
        ahead = visitor.request(method, "/desk/sign-in/work", headers=headers)
        assert ahead.status_code == 204
        assert "set-cookie" not in ahead.headers


def test_without_a_provider_there_is_no_such_way(site: Live) -> None:
    with Visitor(site) as visitor:
        assert visitor.get("/desk/sign-in/work").status_code == 404
        assert visitor.get("/desk/sign-in/work/back").status_code == 404
        assert "work account" not in visitor.get("/desk/sign-in").text


def test_no_code_token_or_secret_stands_in_the_log(desk: Live, visitor: Visitor, provider: Provider) -> None:
    back = come_back(visitor, gone(visitor))
    visitor.get(back)
    query = dict(httpx.URL(back).params)
    for word in (query["code"], query["state"], CLIENT_SECRET, "priya"):
        assert word not in desk.whole_log


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "another issuer": ({"issuer": "https://evil.example"}, "it writes its issuer as https://evil.example"),
    "only secrets": ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "none of RS256"),
    "no PKCE": ({"code_challenge_methods_supported": ["plain"]}, "does not take PKCE with S256"),
    "no way for a secret": (
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        "client's secret",
    ),
    "no token endpoint": ({"token_endpoint": None}, "it names no token_endpoint"),
    "a script": ({"authorization_endpoint": "javascript:alert(1)"}, "is no https address"),
    "a private network": ({"jwks_uri": "http://10.0.0.7/keys"}, "which is not public"),
    "a metadata service": ({"jwks_uri": "http://169.254.169.254/keys"}, "which is not public"),
    "no keys": ({"jwks_uri": "http://127.0.0.1:1/keys"}, "its keys: "),
}


@pytest.mark.parametrize(("says", "found"), WRONG.values(), ids=WRONG.keys())
def test_doctor_says_what_is_wrong_with_the_provider_and_names_the_fix(
    desk: Live, provider: Provider, says: dict[str, object], found: str
) -> None:
    provider.says = says
    done = desk.run("doctor")
    part = next(part for part in re.split(r"\n(?=\w)", done.stdout) if "oidc" in part)
    [line, fix] = part.splitlines()[:2]
    assert line.startswith("FAIL oidc")
    assert found in line
    assert "GIGDESK_OIDC_ISSUER" in fix


def test_doctor_is_content_with_an_honest_provider(desk: Live, provider: Provider) -> None:
    done = desk.run("doctor")
    assert re.search(rf"ok +oidc +{re.escape(provider.url)} answers, and has keys for RS256\.", done.stdout)


def test_a_dead_provider_is_a_sentence_and_passwords_still_work(another: Callable[..., Live]) -> None:
    with running() as provider:
        site = another(**settings(provider))
        provider.die()
        with Visitor(site) as visitor:
            answer = gone(visitor)
            assert answer.status_code == 503
            assert "does not work right now" in answer.text
            assert 'name="password"' in answer.text
        assert "FAIL oidc" in site.run("doctor").stdout

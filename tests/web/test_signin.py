"""``/sign-in`` and ``/sign-out`` as a browser meets them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from access.stage import SECRET, TurnedClock, claims, hand_over_claims, opened_store, token
from gigdesk.access.signin import SignIn
from gigdesk.adapters.identity.secret import SecretVerifier
from gigdesk.adapters.identity.tokens import Expected
from gigdesk.errors import GigdeskError
from gigdesk.web.identity import Identity, Site
from gigdesk.web.reporter.views import SignedOut, SwitchPerson
from gigdesk.web.signin import SignInPages

OWN = {"sec-fetch-site": "same-origin", "origin": "https://desk.example"}
MARKET = {"sec-fetch-site": "cross-site", "origin": "https://market.example"}
EVIL = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}


def draw(request: Request, template: str, page: object) -> Response:
    if isinstance(page, SwitchPerson):
        return JSONResponse({name: getattr(page, name) for name in SwitchPerson.__slots__})
    assert isinstance(page, SignedOut)
    return PlainTextResponse(f"{template} {page.just_now} {page.sign_in_url}")


async def refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, GigdeskError)
    return JSONResponse({"code": error.code}, 400)


def site_app(identity: Identity, sign_in: SignIn) -> Starlette:
    pages = SignInPages(identity, sign_in, draw, "https://market.example/login?from=desk")

    async def who(request: Request) -> Response:
        return PlainTextResponse((await identity.ask(request.scope)).actor.sub)

    routes = [
        Route("/sign-in", pages.get, methods=["GET"]),
        Route("/sign-in", pages.post, methods=["POST"]),
        Route("/sign-out", pages.sign_out, methods=["POST"]),
        Route("/who", who),
    ]
    return Starlette(routes=routes, exception_handlers={GigdeskError: refuse})


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async for client in opened_browser(tmp_path, "https://desk.example"):
        yield client


async def opened_browser(folder: Path, base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    clock = TurnedClock()
    async with opened_store(folder) as store:
        verifier = SecretVerifier(SECRET, clock, Expected(audience="gigdesk-sign-in"))
        sign_in = SignIn(store.sessions, verifier, clock)
        identity = Identity(Site.of(base_url), SecretVerifier(SECRET, clock), sign_in, b"k" * 32)
        transport = httpx.ASGITransport(site_app(identity, sign_in))
        async with httpx.AsyncClient(transport=transport, base_url="https://desk.example") as client:
            yield client


def way_in(sub: str = "amara", jti: str = "1", **more: object) -> str:
    return token(hand_over_claims(sub=sub, jti=jti, **more))


async def who(browser: httpx.AsyncClient) -> str:
    answer = await browser.get("/who")
    return answer.text if answer.status_code == 200 else answer.json()["code"]


async def test_a_link_signs_in_and_leads_on(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/sign-in", params={"token": way_in(), "next": "/gigs/g1/report-issue"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "https://desk.example/gigs/g1/report-issue"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-gigdesk=")
    assert cookie.endswith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure")
    assert await who(browser) == "amara"


async def test_a_form_signs_in_from_the_marketplace(browser: httpx.AsyncClient) -> None:
    form = {"token": way_in(), "next": "/reports"}
    answer = await browser.post("/sign-in", data=form, headers=MARKET)
    assert (answer.status_code, answer.headers["location"]) == (303, "https://desk.example/reports")
    assert await who(browser) == "amara"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
async def test_no_link_leads_to_another_site(browser: httpx.AsyncClient, elsewhere: str) -> None:
    answer = await browser.get("/sign-in", params={"token": way_in(), "next": elsewhere})
    assert answer.headers["location"] == "https://desk.example/"


@pytest.mark.parametrize("path", ["/reports", "/help/reports"])
async def test_under_a_path_people_stay_under_it(tmp_path: Path, path: str) -> None:
    async for browser in opened_browser(tmp_path, "https://desk.example/help"):
        answer = await browser.get("/sign-in", params={"token": way_in(), "next": path})
        assert answer.headers["location"] == "https://desk.example/help/reports"
        assert "Path=/help;" in answer.headers["set-cookie"]


async def test_a_link_works_once(browser: httpx.AsyncClient) -> None:
    link = {"token": way_in()}
    await browser.get("/sign-in", params=link)
    browser.cookies.clear()
    answer = await browser.get("/sign-in", params=link)
    assert answer.json() == {"code": "sign_in.used"}
    assert "set-cookie" not in answer.headers


async def test_a_link_clicked_twice_leads_on_who_is_in_already(browser: httpx.AsyncClient) -> None:
    link = {"token": way_in(), "next": "/reports"}
    await browser.get("/sign-in", params=link)
    answer = await browser.get("/sign-in", params=link)
    assert (answer.status_code, answer.headers["location"]) == (303, "https://desk.example/reports")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"sec-purpose": "prefetch"}),
        ("GET", {"sec-purpose": "prefetch;prerender"}),
        ("GET", {"purpose": "prefetch"}),
        ("GET", {"x-moz": "prefetch"}),
    ],
)
async def test_looking_ahead_uses_nothing_up(
    browser: httpx.AsyncClient, method: str, headers: dict[str, str]
) -> None:
    link = {"token": way_in()}
    ahead = await browser.request(method, "/sign-in", params=link, headers=headers)
    assert ahead.status_code in {200, 204}
    assert "set-cookie" not in ahead.headers
    assert (await browser.get("/sign-in", params=link)).status_code == 303
    assert await who(browser) == "amara"


async def test_who_is_signed_in_as_somebody_else_is_asked_first(browser: httpx.AsyncClient) -> None:
    await browser.get("/sign-in", params={"token": way_in("amara", "1")})
    link = {"token": way_in("jonas", "2", name="Jonas"), "next": "/reports"}

    page = await browser.get("/sign-in", params=link)

    assert page.status_code == 200
    assert page.json()["current_name"] == "amara"
    assert page.json()["coming_name"] == "Jonas"
    assert page.json()["next_path"] == "/reports"
    assert await who(browser) == "amara"
    form = {"token": page.json()["token"], "next": "/reports", "switch": "yes"}
    answer = await browser.post("/sign-in", data=form, headers=OWN)
    assert answer.status_code == 303
    assert await who(browser) == "jonas"


async def test_switching_ends_the_other_session_on_the_server(browser: httpx.AsyncClient) -> None:
    await browser.get("/sign-in", params={"token": way_in("amara", "1")})
    old = browser.cookies["__Host-gigdesk"]
    form = {"token": way_in("jonas", "2"), "switch": "yes"}
    await browser.post("/sign-in", data=form, headers=OWN)
    browser.cookies.clear()
    answer = await browser.get("/who", headers={"cookie": f"__Host-gigdesk={old}"})
    assert answer.json() == {"code": "token.missing"}


@pytest.mark.abuse(38)
@pytest.mark.parametrize("more", [{}, {"switch": "yes"}, {"switch": "yes", "csrf": "x" * 64}])
async def test_another_site_signs_nobody_in_unasked(browser: httpx.AsyncClient, more: dict[str, str]) -> None:
    form = {"token": way_in("mallory", "2"), **more}
    page = await browser.post("/sign-in", data=form, headers=EVIL)
    assert page.json()["coming_name"] == "mallory"
    assert page.json()["current_name"] == ""
    assert "set-cookie" not in page.headers
    assert await who(browser) == "token.missing"


@pytest.mark.abuse(38)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("referrer", ["https://evil.example/chat", "https://evil.example:x/", "about:blank"])
async def test_a_link_on_another_site_signs_nobody_in_unasked(
    browser: httpx.AsyncClient, site: str, referrer: str
) -> None:
    link = {"token": way_in("mallory", "2"), "next": "/reports"}
    page = await browser.get("/sign-in", params=link, headers={"sec-fetch-site": site, "referer": referrer})
    assert page.json()["coming_name"] == "mallory"
    assert page.json()["current_name"] == ""
    assert "set-cookie" not in page.headers
    answer = await browser.post("/sign-in", data={**link, "switch": "yes"}, headers=OWN)
    assert answer.status_code == 303
    assert await who(browser) == "mallory"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "referer": "https://market.example/gigs/1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-origin", "referer": "https://desk.example/demo"},
        {"sec-fetch-site": "none"},
        {"referer": "https://mail.example/"},
    ],
)
async def test_a_link_of_the_marketplace_asks_nothing(
    browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await browser.get("/sign-in", params={"token": way_in()}, headers=headers)
    assert answer.status_code == 303
    assert await who(browser) == "amara"


@pytest.mark.abuse(38)
async def test_another_site_cannot_answer_the_question_itself(browser: httpx.AsyncClient) -> None:
    await browser.get("/sign-in", params={"token": way_in("amara", "1")})
    form = {"token": way_in("mallory", "2"), "switch": "yes"}
    for headers in (EVIL, MARKET, {}, {"origin": "null"}):
        page = await browser.post("/sign-in", data=form, headers=headers)
        assert page.status_code == 200
        assert await who(browser) == "amara"


async def test_a_browser_without_origin_headers_switches_with_the_csrf_token(
    browser: httpx.AsyncClient,
) -> None:
    await browser.get("/sign-in", params={"token": way_in("amara", "1")})
    page = await browser.get("/sign-in", params={"token": way_in("jonas", "2")})
    form = {"token": page.json()["token"], "csrf": page.json()["csrf"], "switch": "yes"}
    assert (await browser.post("/sign-in", data=form)).status_code == 303
    assert await who(browser) == "jonas"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (token(claims(jti="1")), "token.audience"),
        (way_in(exp=claims()["iat"]), "token.expired"),
        (way_in(secret=1)[:-4] + "AAAA", "token.forged"),
        ("", "token.malformed"),
        ("x", "token.malformed"),
    ],
)
async def test_a_token_that_does_not_hold_opens_nothing(
    browser: httpx.AsyncClient, given: str, code: str
) -> None:
    answer = await browser.get("/sign-in", params={"token": given})
    assert answer.json() == {"code": code}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"", "application/x-www-form-urlencoded", "sign_in.no_token"),
        (b"next=/", "application/x-www-form-urlencoded", "sign_in.no_token"),
        (b"token=%ff", "application/x-www-form-urlencoded", "form.malformed"),
        (b"a=1&" * 100, "application/x-www-form-urlencoded", "form.malformed"),
        (b"token=" + b"x" * 40_000, "application/x-www-form-urlencoded", "form.too_large"),
        (b'{"token": "x"}', "application/json", "form.expected"),
    ],
)
async def test_a_form_that_is_none_is_refused(
    browser: httpx.AsyncClient, content: bytes, kind: str, code: str
) -> None:
    answer = await browser.post("/sign-in", content=content, headers={"content-type": kind})
    assert answer.json() == {"code": code}


async def test_without_a_token_the_page_says_where_to_sign_in(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/sign-in", params={"next": "/reports?page=2"})
    assert answer.text == (
        "signed_out False https://market.example/login?from=desk"
        "&return_to=https%3A%2F%2Fdesk.example%2Freports%3Fpage%3D2"
    )


async def test_who_is_signed_in_already_is_led_on(browser: httpx.AsyncClient) -> None:
    await browser.get("/sign-in", params={"token": way_in()})
    answer = await browser.get("/sign-in", params={"next": "/reports"})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://desk.example/reports")


async def test_signing_out_ends_the_session(browser: httpx.AsyncClient) -> None:
    await browser.get("/sign-in", params={"token": way_in()})
    old = browser.cookies["__Host-gigdesk"]

    answer = await browser.post("/sign-out", headers=OWN)

    assert answer.status_code == 303
    assert answer.headers["location"] == "https://desk.example/sign-in?signed-out=1"
    assert "__Host-gigdesk" not in browser.cookies
    again = await browser.get("/who", headers={"cookie": f"__Host-gigdesk={old}"})
    assert again.json() == {"code": "token.missing"}
    assert (await browser.get("/sign-in?signed-out=1")).text.startswith("signed_out True")


@pytest.mark.abuse(38)
async def test_another_site_signs_nobody_out(browser: httpx.AsyncClient) -> None:
    await browser.get("/sign-in", params={"token": way_in()})
    form = "application/x-www-form-urlencoded"
    assert (await browser.post("/sign-out", headers=EVIL)).json() == {"code": "origin.foreign"}
    nothing = await browser.post("/sign-out", content=b"", headers={"content-type": form})
    assert nothing.json() == {"code": "csrf.missing"}
    assert await who(browser) == "amara"


async def test_signing_out_who_is_not_signed_in_is_no_error(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/sign-out", headers=OWN)).status_code == 303

"""Attacks on the door of the desk: guessing, fixed sessions, foreign forms, and links that lead elsewhere."""

import re
from collections.abc import Callable, Iterator

import pytest

from desk import PASSWORD, Visitor, account, code_of, staff
from live import Live
from raw import Wire

EVIL = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
FORM = "application/x-www-form-urlencoded"
# Tries are counted in two windows; where one ends while a test tries, a try more is let through.
AT_A_BORDER = 1


@pytest.fixture
def visitor(site: Live) -> Iterator[Visitor]:
    with Visitor(site) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def login(site: Live) -> str:
    return account(site, "ines@desk.example")


def test_who_guesses_a_password_is_told_to_wait_and_the_right_one_waits_too(
    another: Callable[..., Live],
) -> None:
    site = another()
    login = account(site, "mira@desk.example")
    with Visitor(site) as visitor:
        guesses = [visitor.sign_in(login if n % 2 else login.upper(), f"guess {n}") for n in range(12)]
        told = ["Tries left" in answer.text for answer in guesses if answer.status_code == 422]
        refused = visitor.sign_in(login)

        assert len(told) in (10, AT_A_BORDER + 10)
        assert told == sorted(told)
        assert sum(told) in (6, AT_A_BORDER + 6)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 2 * 15 * 60
        assert re.search(r"Wait \d+ min", refused.text)
        assert not visitor.is_in
        unknown = [visitor.sign_in("nobody@desk.example", "x").status_code for _ in range(12)]
        assert unknown == sorted(unknown)
        assert unknown.count(422) in (10, AT_A_BORDER + 10)


def test_an_address_that_tries_many_logins_is_told_to_wait_and_another_is_not(
    another: Callable[..., Live],
) -> None:
    site = another()
    login = account(site, "mira@desk.example")
    with Visitor(site, **{"x-forwarded-for": "198.51.100.7"}) as sprayer, Visitor(site) as visitor:
        answers = [sprayer.sign_in(f"login{n}@desk.example", "x" * 300).status_code for n in range(55)]
        assert answers == sorted(answers)
        assert set(answers) == {422, 429}
        assert answers.count(422) in range(50, 55)
        forged = {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}
        assert visitor.post("/desk/sign-in", data={"email": "x"}, headers=forged).status_code == 403
        spoofing = visitor.sent("/desk/sign-in", {"email": "x"}, **forged)
        assert spoofing.status_code == 429
        assert visitor.sign_in(login).status_code == 303


def test_a_right_password_is_no_try(another: Callable[..., Live]) -> None:
    site = another()
    login = account(site, "mira@desk.example")
    with Visitor(site) as visitor:
        assert {visitor.sign_in(login).status_code for _ in range(12)} == {303}


def test_who_has_the_password_guesses_few_codes_and_the_right_one_waits_too(
    another: Callable[..., Live],
) -> None:
    site = another()
    login = account(site, "mira@desk.example")
    with Visitor(site) as owner, Visitor(site) as guesser:
        owner.sign_in(login)
        secret, codes = owner.set_up_second_step()
        answers = []
        for n in range(7):
            if n in (0, 4):
                guesser.sign_in(login)  # a right password gives no more tries
            answers.append(guesser.sent("/desk/sign-in/code", {"code": f"{n:06}"}))
        statuses = [answer.status_code for answer in answers]
        assert statuses == sorted(statuses)
        assert statuses.count(422) in (5, AT_A_BORDER + 5)
        for code in (code_of(secret, 1), codes[0]):
            refused = guesser.sent("/desk/sign-in/code", {"code": code})
            assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
        assert owner.sent("/desk/second-step", {"deed": "off", "code": codes[0]}).status_code == 429
        assert not guesser.is_in
        assert owner.is_in


def test_half_the_way_opens_nothing_and_a_foreign_form_does_not_end_it(site: Live, visitor: Visitor) -> None:
    login = account(site, "half@desk.example", "admin")
    visitor.sign_in(login)
    secret, _ = visitor.set_up_second_step()
    with Visitor(site) as other:
        other.sign_in(login)
        [note] = [cookie.value for cookie in other.cookies.jar if cookie.name.endswith("-code")]
        for path in ("/desk", "/desk/sessions", "/desk/second-step", "/desk/settings", "/api/cases"):
            assert other.get(path).status_code in (303, 401), path
        other.cookies.set("gigdesk", str(note), domain="127.0.0.1", path="/")
        assert not other.is_in
        form = {"code": code_of(secret, 1)}
        assert other.post("/desk/sign-in/code", data=form, headers=EVIL).status_code == 403
        assert other.post("/desk/sign-in/code", data=form).status_code == 403
        left = other.sent("/desk/sign-in/code", {**form, "next": "//evil.example"})
        assert left.headers["location"] == f"{site.base}/desk"
        assert other.is_in
    for word in (secret, form["code"], note):
        assert str(word) not in site.whole_log


def test_a_session_that_somebody_else_set_is_not_the_one_that_is_signed_in(
    site: Live, visitor: Visitor, login: str
) -> None:
    planted = "A" * 43
    visitor.cookies.set("gigdesk", planted, domain="127.0.0.1", path="/")

    answer = visitor.sign_in(login)

    assert answer.status_code == 303
    value = re.search(r"gigdesk=([^;]+)", answer.headers["set-cookie"])
    assert value
    assert value[1] != planted
    with Visitor(site) as attacker:
        attacker.cookies.set("gigdesk", planted, domain="127.0.0.1", path="/")
        assert not attacker.is_in


def test_signing_in_again_ends_the_session_before(site: Live, visitor: Visitor, login: str) -> None:
    before = visitor.sign_in(login).headers["set-cookie"].partition(";")[0]
    visitor.sign_in(login)
    with Visitor(site, cookie=before) as kept:
        assert not kept.is_in


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%2e%2e//evil"),
        *(
            "javascript:alert(1)",
            "/..//evil.example",
            "https:evil.example",
            "/a//evil.example",
            "/\tevil",
            "",
        ),
    ],
)
def test_next_leads_to_no_other_site(site: Live, visitor: Visitor, login: str, elsewhere: str) -> None:
    assert visitor.sign_in(login, next=elsewhere).headers["location"] == f"{site.base}/desk"
    again = visitor.get("/desk/sign-in", params={"next": elsewhere})
    assert again.headers["location"] == f"{site.base}/desk"


def test_a_form_of_another_site_signs_nobody_in_out_or_off(site: Live, visitor: Visitor, login: str) -> None:
    form = {"email": login, "password": PASSWORD}
    assert visitor.post("/desk/sign-in", data=form, headers=EVIL).status_code == 403
    link = staff(site, "add", "newcomer@desk.example", "--role", "agent", "--invite").strip()
    chosen = {"invitation": visitor.field(link, "invitation"), "password": PASSWORD, "again": PASSWORD}
    assert visitor.post("/desk/welcome", data=chosen, headers=EVIL).status_code == 403
    assert visitor.get(link).status_code == 200
    visitor.sign_in(login)
    key = visitor.field("/desk/sessions", "session")
    for path, data in (
        ("/desk/sessions/end", {"session": key}),
        ("/desk/sessions/end-others", {"csrf": "x"}),
        ("/desk/sign-out", {"csrf": "x"}),
    ):
        assert visitor.post(path, data=data, headers=EVIL).status_code == 403
        assert visitor.post(path, data=data).status_code == 403  # no header and no token either
    assert visitor.is_in


def test_without_headers_a_form_needs_the_token_of_its_own_browser(
    site: Live, visitor: Visitor, login: str
) -> None:
    form = {"email": login, "password": PASSWORD}
    own = visitor.field("/desk/sign-in", "csrf")
    with Visitor(site) as other:
        foreign = other.field("/desk/sign-in", "csrf")
    with Visitor(site) as bare:
        assert bare.post("/desk/sign-in", data={**form, "csrf": own}).status_code == 403
    assert visitor.post("/desk/sign-in", data={**form, "csrf": foreign}).status_code == 403
    assert visitor.post("/desk/sign-in", data=form).status_code == 403
    assert visitor.post("/desk/sign-in", data={**form, "csrf": own}).status_code == 303


def test_a_foreign_form_is_refused_before_its_body(site: Live) -> None:
    with Wire(site.port) as wire:
        wire.head("POST", "/desk/sign-in", {"Content-Type": FORM, "Content-Length": 20_000, **EVIL})
        assert wire.answer().status == 403


@pytest.mark.parametrize(
    "form",
    [
        {"email": "a" * 20_000, "password": "x"},
        {"email": "' OR 1=1 --", "password": "' OR 1=1 --"},
        {"email": "mira@desk.example\x00", "password": "\x00"},
        {"email": "\u202emira@desk.example", "password": "x" * 10_000},
        {"email": "<script>alert(1)</script>@x", "password": "x"},
        {},
    ],
)
def test_odd_words_are_a_wrong_login_and_nothing_else(visitor: Visitor, form: dict[str, str]) -> None:
    answer = visitor.sent("/desk/sign-in", form)
    assert answer.status_code == 422
    assert "E-mail or password is wrong." in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("invitation", ["", "x", "A" * 43, "A" * 43 + "%00", "' OR ''='"])
def test_a_made_up_link_opens_nothing(visitor: Visitor, invitation: str) -> None:
    assert visitor.get(f"/desk/welcome?invitation={invitation}").status_code == 404
    form = {"invitation": invitation, "password": PASSWORD, "again": PASSWORD}
    assert visitor.sent("/desk/welcome", form).status_code == 404


def test_no_password_login_or_link_stands_in_the_log(site: Live, visitor: Visitor, login: str) -> None:
    visitor.sign_in(login, "a secret that nobody logs")
    link = staff(site, "password", login, "--invite").strip()
    visitor.get(link)
    visitor.sign_in(login)
    for word in ("a secret that nobody logs", login, link.rpartition("=")[2], PASSWORD):
        assert word not in site.whole_log

"""Staff come to the desk with a password: the form, the first password, their sessions, and the way out."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from desk import FIREFOX, PASSWORD, Visitor, account, staff
from live import Live, eventually

PIXEL = "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/151.0 Mobile Safari/537.36"


@pytest.fixture
def visitor(site: Live) -> Iterator[Visitor]:
    with Visitor(site) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def mira(site: Live) -> str:
    return account(site, "mira@desk.example", "agent", "--name", "Mira Sandoval")


def test_who_is_signed_out_is_led_to_the_door_and_back_to_where_they_wanted(
    site: Live, visitor: Visitor, mira: str
) -> None:
    sent_away = visitor.get("/desk/sessions?x=1")
    assert sent_away.status_code == 303
    door = sent_away.headers["location"]
    assert door == "/desk/sign-in?next=%2Fdesk%2Fsessions%3Fx%3D1"
    next_path = visitor.field(door, "next")

    answer = visitor.sign_in(mira, next=next_path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{site.base}/desk/sessions?x=1")
    assert answer.headers["cache-control"] == "no-store"
    page = visitor.get("/desk/sessions")
    assert "Signed in as Mira Sandoval" in page.text
    assert visitor.get(door).headers["location"] == f"{site.base}/desk/sessions?x=1"


def test_who_is_signed_out_and_sends_a_form_is_told_and_led_to_the_door(visitor: Visitor) -> None:
    answer = visitor.sent("/desk/sessions/end", {"session": "x"})
    assert answer.status_code == 401
    assert 'href="/desk/sign-in?next=%2Fdesk"' in answer.text


def test_a_session_of_staff_has_a_cookie_of_eight_hours(visitor: Visitor, mira: str) -> None:
    cookie = visitor.sign_in(mira).headers["set-cookie"]
    assert cookie.startswith("gigdesk=")
    assert cookie.endswith("; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax")


def test_what_was_wrong_is_not_said_and_the_address_stays(visitor: Visitor, mira: str) -> None:
    wrong = visitor.sign_in(mira, "another password")
    unknown = visitor.sign_in("nobody@desk.example", PASSWORD)

    for answer, login in ((wrong, mira), (unknown, "nobody@desk.example")):
        assert answer.status_code == 422
        assert "E-mail or password is wrong." in answer.text
        assert f'value="{login}"' in answer.text
        assert "another password" not in answer.text
    assert not visitor.is_in


def test_a_person_without_a_role_finds_nothing_at_the_desk(site: Live, visitor: Visitor) -> None:
    token = site.token("amara", seconds=200, aud="gigdesk-sign-in", jti="amara-desk")
    assert visitor.get("/sign-in?" + urlencode({"token": token})).status_code == 303
    for path in ("/desk", "/desk/sessions", "/desk/nowhere"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert "There is nothing at this address." in answer.text
    assert visitor.get("/desk/sign-in").status_code == 200


@pytest.mark.parametrize("role", ["agent", "lead", "auditor", "admin"])
def test_a_hand_over_of_staff_lands_on_the_desk(site: Live, visitor: Visitor, role: str) -> None:
    token = site.token(f"{role}-1", role, seconds=200, aud="gigdesk-sign-in", jti=f"desk-{role}")

    answer = visitor.get("/sign-in?" + urlencode({"token": token, "next": "/desk"}))

    assert (answer.status_code, answer.headers["location"]) == (303, f"{site.base}/desk")
    assert visitor.get("/desk").status_code in (200, 303)
    assert "Came from gigdesk" in visitor.get("/desk/sessions").text


def test_a_first_password_is_chosen_by_a_link_once(site: Live, visitor: Visitor) -> None:
    link = staff(site, "add", "nora@desk.example", "--role", "lead", "--name", "Nora <b>", "--invite").strip()
    page = visitor.get(link)
    assert page.status_code == 200
    assert "Welcome, Nora &lt;b&gt;." in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    form = {"invitation": visitor.field(link, "invitation"), "password": "short", "again": "short"}
    assert "at least 12 characters" in visitor.sent("/desk/welcome", form).text
    assert "not the same" in visitor.sent("/desk/welcome", form | {"again": "shorter"}).text

    chosen = visitor.sent("/desk/welcome", form | {"password": PASSWORD, "again": PASSWORD})

    assert (chosen.status_code, chosen.headers["location"]) == (303, f"{site.base}/desk/sign-in?chosen=1")
    assert "Your password is set." in visitor.get(chosen.headers["location"]).text
    assert visitor.get(link).status_code == 404
    assert visitor.sign_in("nora@desk.example").status_code == 303
    assert visitor.is_in


def test_sessions_are_shown_in_words_and_ended_one_by_one_or_all_others(site: Live, mira: str) -> None:
    with Visitor(site) as desktop, Visitor(site, PIXEL) as phone, Visitor(site, "curl/9") as program:
        staff(site, "password", mira, "--password-file", str(site.folder / "password"))  # ends earlier ones
        for browser in (phone, program, desktop):
            assert browser.sign_in(mira).status_code == 303
        page = desktop.get("/desk/sessions").text
        labels = re.findall(r"<h2>([^<]*)", page)
        assert [label.strip() for label in labels] == [
            "Firefox, Linux",
            "A browser that we do not know",
            "Chrome, Android",
        ]
        assert page.count("This browser") == 1
        assert FIREFOX not in str(site.rows("SELECT * FROM sessions"))
        keys = re.findall(r'name="session" value="(\w+)"', page)

        ended = desktop.sent("/desk/sessions/end", {"session": keys[2]})
        assert ended.headers["location"] == f"{site.base}/desk/sessions?ended=one"
        assert not phone.is_in
        assert program.is_in
        assert desktop.sent("/desk/sessions/end", {"session": keys[2]}).status_code == 404

        assert phone.sign_in(mira).status_code == 303
        assert desktop.sent("/desk/sessions/end-others", {}).status_code == 303
        assert [browser.is_in for browser in (desktop, phone, program)] == [True, False, False]

        last = desktop.sent("/desk/sessions/end", {"session": keys[0]})
        assert last.headers["location"] == f"{site.base}/desk/sign-in?signed-out=1"
        assert not desktop.is_in


def test_nobody_ends_the_session_of_another(site: Live, visitor: Visitor, mira: str) -> None:
    paul = account(site, "paul@desk.example", "admin")
    with Visitor(site) as other:
        other.sign_in(mira)
        key = other.field("/desk/sessions", "session")
        visitor.sign_in(paul)
        assert visitor.sent("/desk/sessions/end", {"session": key}).status_code == 404
        assert visitor.sent("/desk/sessions/end-others", {}).status_code == 303
        assert other.is_in


def test_signing_out_ends_the_session_on_the_server(site: Live, visitor: Visitor, mira: str) -> None:
    cookie = visitor.sign_in(mira).headers["set-cookie"].partition(";")[0]
    out = visitor.sent("/desk/sign-out", {})
    assert out.headers["location"] == f"{site.base}/desk/sign-in?signed-out=1"
    assert "You are signed out." in visitor.get(out.headers["location"]).text
    assert visitor.get("/desk/sessions", headers={"cookie": cookie}).status_code == 303


def test_a_disabled_account_is_out_at_the_next_click_and_other_roles_hold_at_once(
    site: Live, visitor: Visitor
) -> None:
    login = account(site, "olga@desk.example")
    visitor.sign_in(login)
    assert visitor.is_in
    staff(site, "change", login, "--role", "lead")
    assert visitor.is_in

    staff(site, "disable", login)

    assert visitor.get("/desk/sessions").status_code == 303
    sessions = "SELECT count(*) FROM sessions JOIN staff_accounts AS a ON sub = a.id WHERE login = ?"
    assert site.rows(sessions, login) == [(0,)]
    assert visitor.sign_in(login).status_code == 422


def test_who_signs_in_is_known_for_mail_about_their_cases(site: Live, visitor: Visitor) -> None:
    login = account(site, "lena@desk.example", "lead", "--name", "Lena")
    visitor.sign_in(login)
    query = (
        "SELECT p.name, p.verified, s.role FROM people AS p JOIN staff AS s USING (user_id) WHERE email = ?"
    )
    assert eventually(lambda: site.rows(query, login) == [("Lena", 1, "lead")])


def test_below_a_path_everything_stays_below_it(another: Callable[..., Live]) -> None:
    below = another()
    below.close()
    below.environment["GIGDESK_BASE_URL"] = f"{below.base}/help"
    below.start()
    login = account(below, "mira@desk.example")
    with Visitor(below) as visitor:
        away = visitor.get("/help/desk/sessions")
        assert away.headers["location"] == "/help/desk/sign-in?next=%2Fdesk%2Fsessions"
        door = visitor.get(away.headers["location"])
        assert 'action="/help/desk/sign-in"' in door.text
        form = {"email": login, "password": PASSWORD, "next": "/desk/sessions"}
        answer = visitor.sent("/help/desk/sign-in", form)
        assert answer.headers["location"] == f"{below.base}/help/desk/sessions"
        assert "Path=/help;" in answer.headers["set-cookie"]
        assert visitor.get("/help/desk/sessions").status_code == 200


def test_on_postgresql_it_is_the_same(tmp_path: Path, postgres_url: str) -> None:
    site = Live(tmp_path, {"GIGDESK_DATABASE_URL": postgres_url})
    try:
        assert site.run("migrate").returncode == 0
        site.start()
        login = account(site, "mira@desk.example")
        with Visitor(site) as visitor, Visitor(site) as other:
            assert [browser.sign_in(login).status_code for browser in (visitor, other)] == [303, 303]
            assert (
                visitor.get("/desk/sessions").text.count("Firefox, Linux") == 3
            )  # two, and a name of a button
            assert visitor.sent("/desk/sessions/end-others", {}).status_code == 303
            assert (visitor.is_in, other.is_in) == (True, False)
            staff(site, "disable", login)
            assert not visitor.is_in
            assert "disabled" in staff(site, "list")
    finally:
        site.close()


def test_the_door_speaks_the_language_of_who_reads(visitor: Visitor) -> None:
    page = visitor.get("/desk/sign-in", headers={"accept-language": "es"})
    assert "Contraseña" in page.text
    assert page.headers["content-language"] == "es"

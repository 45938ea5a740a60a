"""The second step at the door: set up by its owner, asked for after the password, lost and removed."""

import html
import re
from collections.abc import Iterator
from itertools import count

import pytest

from desk import PASSWORD, Visitor, account, code_of
from journeys.test_cli import printed
from journeys.test_desk_accounts import STAFF, entries, id_of, sent
from journeys.test_desk_settings import Staff
from live import Live

STEP, CODE = "/desk/second-step", "/desk/sign-in/code"
_number = count()


@pytest.fixture
def login(site: Live) -> str:
    return account(site, f"step{next(_number)}@desk.example", "agent", "--name", "Ste Per")


@pytest.fixture
def visitor(site: Live, login: str) -> Iterator[Visitor]:
    with Visitor(site) as visitor:
        visitor.sign_in(login)
        yield visitor


def test_a_second_step_is_set_up_asked_for_and_switched_off(site: Live, visitor: Visitor, login: str) -> None:
    with Visitor(site) as elsewhere:
        elsewhere.sign_in(login)
        assert "Off: whoever knows" in visitor.get("/desk/sessions").text
        page = visitor.get(STEP).text
        assert "<svg viewBox" in page
        assert f"otpauth://totp/gigdesk:{login.replace('@', '%40')}?secret=" in html.unescape(page)
        secret, codes = visitor.set_up_second_step()
        assert len(codes) == 10
        assert visitor.is_in
        assert not elsewhere.is_in
        again = visitor.get(STEP).text
        assert "10 recovery codes are left." in again
        assert not any(word in again for word in (secret, *codes))
        held = str(site.rows("SELECT * FROM staff_accounts WHERE login = ?", login))
        assert not any(word in held for word in (secret, *codes, *(code.replace("-", "") for code in codes)))

        asked = elsewhere.sign_in(login, next="/desk/sessions")
        assert asked.headers["location"] == f"{site.base}{CODE}?next=%2Fdesk%2Fsessions"
        assert not elsewhere.is_in
        assert login in elsewhere.get(asked.headers["location"]).text
        wrong = elsewhere.sent(CODE, {"code": "000000", "next": "/desk/sessions"})
        assert (wrong.status_code, "That code is wrong" in wrong.text) == (422, True)
        used = code_of(secret, 1)
        right = elsewhere.sent(CODE, {"code": used, "next": "/desk/sessions"})
        assert (right.status_code, right.headers["location"]) == (303, f"{site.base}/desk/sessions")
        assert elsewhere.is_in

    with Visitor(site) as replaying:
        replaying.sign_in(login)
        assert replaying.sent(CODE, {"code": used}).status_code == 422
        assert replaying.sent(CODE, {"code": codes[0], "recovery": "1"}).status_code == 303
        assert "9 recovery codes are left." in replaying.get(STEP).text
        off = replaying.sent(STEP, {"deed": "off", "code": codes[1]})
        assert off.headers["location"] == f"{site.base}{STEP}?off=1"
    with Visitor(site) as plain:
        assert plain.sign_in(login).headers["location"] == f"{site.base}/desk"
        assert plain.is_in


def test_new_recovery_codes_take_the_place_of_the_old(site: Live, visitor: Visitor, login: str) -> None:
    _, codes = visitor.set_up_second_step()
    answer = visitor.sent(STEP, {"deed": "codes", "code": codes[0]})
    fresh = re.findall(r"<code>([^<]+)</code>", answer.text)
    assert len({*fresh, *codes}) == 20
    with Visitor(site) as other:
        other.sign_in(login)
        assert other.sent(CODE, {"code": codes[1]}).status_code == 422
        assert other.sent(CODE, {"code": fresh[1]}).status_code == 303


def test_a_wrong_code_keeps_the_offer_that_was_scanned(visitor: Visitor) -> None:
    page = visitor.get(STEP).text
    key, offer = (
        re.findall(r'id="key">([^<]+)<', page)[0],
        re.findall(r'name="offer" value="([^"]+)"', page)[0],
    )
    answer = visitor.sent(STEP, {"deed": "on", "offer": offer, "code": "000000"})
    assert answer.status_code == 422
    assert "That is not the code of now." in answer.text
    assert key in answer.text
    assert visitor.sent(STEP, {"deed": "x", "code": "000000"}).status_code == 422


def test_who_comes_without_an_account_of_the_desk_has_none(site: Live) -> None:
    rosa = Staff(site, "rosa")
    assert rosa.get(STEP).status == 404
    assert rosa.post(STEP, deed="on", code="123456").status == 404
    assert "Second step" not in rosa.page("/desk/sessions")


def test_who_is_not_half_way_is_led_to_the_door(site: Live) -> None:
    with Visitor(site) as visitor:
        door = f"{site.base}/desk/sign-in"
        assert visitor.get(CODE).headers["location"].startswith(f"{door}?next=")
        late = visitor.sent(CODE, {"code": "123456", "next": "//evil.example"})
        assert late.headers["location"] == f"{door}?next=%2Fdesk&again=1"
        assert "That took too long" in visitor.get(late.headers["location"]).text


def test_an_admin_removes_the_second_step_of_who_lost_everything(
    site: Live, visitor: Visitor, login: str
) -> None:
    visitor.set_up_second_step()
    rosa, own = Staff(site, "rosa"), f"{STAFF}/{id_of(site, login)}"
    assert "/remove-second-step" not in Staff(site, "lena").page(own)
    version = sent(rosa, login)["version"]

    assert "The second step is removed." in rosa.done(f"{own}/remove-second-step", version=version)

    assert entries(rosa)[0] == "Rosa</b> · Removed the second step of Ste Per"
    with Visitor(site) as plain:
        plain.sign_in(login)
        assert plain.is_in


def test_the_verb_tells_and_removes(site: Live, visitor: Visitor, login: str) -> None:
    visitor.set_up_second_step()
    assert printed(site, "staff", "second-step", login) == f"{login}: second step on\n"
    assert printed(site, "staff", "second-step", login, "--remove") == f"{login}: second step off\n"
    with Visitor(site) as plain:
        plain.sign_in(login, PASSWORD)
        assert plain.is_in

"""Accounts of staff on the pages of the desk: invited, changed, shut and opened by an admin, with the log of it."""

import html
import re

import pytest

from desk import PASSWORD, Visitor, account
from journeys.test_cli import printed
from journeys.test_desk_settings import Staff, words
from journeys.test_staff_verbs import refused
from live import Live, eventually

STAFF = "/desk/settings/staff"


@pytest.fixture(scope="module")
def place(site: Live) -> Live:
    return site


def id_of(place: Live, login: str) -> str:
    [(own,)] = place.rows("SELECT id FROM staff_accounts WHERE login = ?", login)
    return str(own).removeprefix("desk:")


def sent(rosa: Staff, login: str, **more: str) -> dict[str, str]:
    """The form of an account as its page has it, with ``more`` in it."""
    page = rosa.page(f"{STAFF}/{id_of(rosa.site, login)}")
    ticked = re.findall(r'name="((?:role|queue)_[\w-]+)" value="1" checked', page)
    [name] = re.findall(r'id="name"[^>]* value="([^"]*)"', page)
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    return {"csrf": "", "version": version, "name": name, **dict.fromkeys(ticked, "1"), **more}


def entries(rosa: Staff) -> list[str]:
    return re.findall(r"<b>([^<]*</b> · [^<]*)</span>", rosa.page("/desk/settings/log"))


def test_somebody_is_invited_comes_in_is_changed_and_shut_out(place: Live) -> None:
    rosa, login = Staff(place, "rosa"), "ines.dahl@desk.example"
    form = {"login": login, "name": "Inés Dahl", "role_agent": "1", "queue_safety": "1"}
    made = rosa.post(STAFF, **form)
    assert made.status == 200, made.body
    assert made.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in made.headers["cache-control"]
    page = made.body.decode()
    link = html.unescape(re.findall(r'<code id="link">([^<]+)</code>', page)[0])
    assert link.startswith(f"{place.base}/desk/welcome?invitation=")
    own = f"{STAFF}/{id_of(place, login)}"
    assert "Invited until" in words(rosa.page(own))
    assert "Inés Dahl Agent · Safety" in words(rosa.page(STAFF))
    secret = link.partition("=")[2]
    assert secret not in str(place.rows("SELECT * FROM staff_accounts"))
    assert secret not in rosa.page(own) + rosa.page("/desk/settings/log")

    with Visitor(place) as ines:
        chosen = {"invitation": secret, "password": PASSWORD, "again": PASSWORD}
        assert ines.sent("/desk/welcome", chosen).status_code == 303
        assert ines.sign_in(login).status_code == 303
        assert ines.is_in
        assert ines.get(STAFF).status_code == 404
        changed = sent(rosa, login, role_lead="1", name="Inés D.")
        del changed["role_agent"]
        assert "It holds from their next click." in rosa.done(own, **changed)
        assert ines.get(STAFF).status_code == 200
        assert "Every session of this account has ended." in rosa.done(f"{own}/end-sessions", csrf="")
        assert not ines.is_in
        assert ines.sign_in(login).status_code == 303
        version = sent(rosa, login)["version"]
        assert "The account is disabled." in rosa.done(f"{own}/disable", version=version)
        assert not ines.is_in
        assert ines.sign_in(login).status_code == 422
        assert "Disabled" in words(rosa.page(STAFF))
        version = sent(rosa, login)["version"]
        assert "The account is enabled" in rosa.done(f"{own}/enable", version=version)
        assert ines.sign_in(login).status_code == 303

    assert [html.unescape(entry) for entry in entries(rosa)[:5]][::-1] == [
        "Rosa</b> · Invited Inés D. as Agent; queues: Safety",
        "Rosa</b> · Changed the account of Inés D.: roles from Agent to Lead; another name",
        "Rosa</b> · Ended every session of Inés D.",
        "Rosa</b> · Disabled the account of Inés D.",
        "Rosa</b> · Enabled the account of Inés D.",
    ]
    assert "Invitó a Inés D." in words(Staff(place, "lena", "es").page("/desk/settings/log"))
    content = str(place.rows("SELECT content FROM administration"))
    assert not any(word in content for word in (secret, login, "Dahl", PASSWORD))
    assert "all whole" in printed(place, "audit", "verify")


def test_a_new_link_ends_the_one_before_it(place: Live) -> None:
    rosa, login = Staff(place, "rosa"), "link@desk.example"
    first = rosa.post(STAFF, login=login, name="Lin K.", role_agent="1").body.decode()
    own = f"{STAFF}/{id_of(place, login)}"
    second = rosa.post(f"{own}/link", version=sent(rosa, login)["version"])
    assert second.status == 200
    links = [re.findall(r"invitation=([\w-]{43})", page)[0] for page in (first, second.body.decode())]
    with Visitor(place) as lin:
        assert lin.get(f"/desk/welcome?invitation={links[0]}").status_code == 404
        assert lin.get(f"/desk/welcome?invitation={links[1]}").status_code == 200
    assert rosa.get(f"{own}/link").headers["location"] == own


def test_what_is_wrong_is_said_at_its_field_and_kept(place: Live) -> None:
    rosa = Staff(place, "rosa")
    account(place, "taken.already@desk.example")
    for status, field, form in (
        (422, "login", {"login": "nobody", "name": "N", "role_agent": "1"}),
        (422, "roles", {"login": "a@desk.example", "name": "N"}),
        (422, "roles", {"login": "a@desk.example", "name": "N", "role_integration": "1"}),
        (422, "name", {"login": "a@desk.example", "name": "x" * 300, "role_lead": "1"}),
        (409, "login", {"login": "Taken.already@desk.example", "name": "N", "role_lead": "1"}),
    ):
        before = place.rows("SELECT count(*) FROM administration")
        answer = rosa.post(STAFF, **form)
        page = answer.body.decode()
        assert (answer.status, f'id="{field}-error"' in page) == (status, True), form
        assert f'value="{form["login"]}"' in page
        assert place.rows("SELECT count(*) FROM administration") == before


def test_of_two_who_change_an_account_the_slower_is_told(place: Live) -> None:
    rosa, login = Staff(place, "rosa"), account(place, "two.at.once@desk.example")
    own = f"{STAFF}/{id_of(place, login)}"
    first = sent(rosa, login, name="First")
    second = sent(rosa, login, name="Second", role_auditor="1")
    rosa.done(own, **first)

    answer = rosa.post(own, **second)

    page = answer.body.decode()
    assert answer.status == 409
    assert "The account has changed meanwhile." in page
    assert 'value="Second"' in page
    assert 'name="role_auditor" value="1" checked' in page
    assert rosa.post(f"{own}/disable", version=second["version"]).status == 409
    assert rosa.post(f"{own}/disable", version="x").status == 409
    assert place.rows("SELECT name, enabled FROM staff_accounts WHERE login = ?", login) == [("First", 1)]


def test_an_admin_cannot_shut_themselves_out(place: Live) -> None:
    login = account(place, "olive@desk.example", "admin", "--name", "Olive")
    with Visitor(place) as olive:
        olive.sign_in(login)
        own = f"{STAFF}/{id_of(place, login)}"
        page = olive.get(own).text
        assert "/disable" not in page
        assert "This is your own account." in page
        [version] = set(re.findall(r'name="version" value="(\d+)"', page))
        for path, form in (
            (f"{own}/disable", {}),
            (own, {"name": "Olive", "role_lead": "1"}),
            (own, {"name": "Olive", "role_admin": "1", "role_auditor": "1"}),
        ):
            answer = olive.sent(path, {"version": version, **form})
            assert answer.status_code == 409
            assert "You cannot disable your own account" in answer.text
        assert olive.is_in


def test_the_last_admin_is_kept_but_by_a_flag(another) -> None:
    place: Live = another()
    login, rosa = account(place, "last@desk.example", "admin"), Staff(place, "rosa")
    own = f"{STAFF}/{id_of(place, login)}"
    answer = rosa.post(f"{own}/disable", version=sent(rosa, login)["version"])
    assert answer.status == 409
    assert "is the last admin with an account" in answer.body.decode()
    assert "the last admin" in refused(place, "disable", login)
    assert "disabled" in printed(place, "staff", "disable", login, "--even-the-last-admin")
    assert "gigdesk staff</b> · Disabled the account of last" in entries(rosa)


def test_leads_and_auditors_read_an_account_and_have_no_form(place: Live) -> None:
    login = account(place, "read@desk.example", "agent", "--name", "Reada Ble")
    own = f"{STAFF}/{id_of(place, login)}"
    for who in ("lena", "olga"):
        page = Staff(place, who).page(own)
        assert "Reada Ble" in page
        assert 'fieldset class="plain" disabled' in page
        assert "/disable" not in page
        assert "/new" not in Staff(place, who).page(STAFF)
    assert Staff(place, "ada").get(own).status == 404
    assert Staff(place, "rosa").get(f"{STAFF}/{'0' * 32}").status == 404


def test_who_comes_without_an_account_is_listed_apart(place: Live) -> None:
    rosa = Staff(place, "rosa")
    login = account(place, "mira.apart@desk.example", "agent", "--name", "Mira Apart")
    with Visitor(place) as mira:
        mira.sign_in(login)
    assert eventually(lambda: "Rosa Staff · by the marketplace" in words(rosa.page(STAFF)))
    assert eventually(
        lambda: place.rows("SELECT 1 FROM staff WHERE user_id = ?", f"desk:{id_of(place, login)}")
    )
    page = rosa.page(STAFF)
    assert page.count("<b>Mira Apart</b>") == 1
    assert "Mira Apart" in page.partition("others-title")[0]


def test_accounts_are_paged_by_login(another) -> None:
    place: Live = another()
    rosa = Staff(place, "rosa")
    for number in range(27):
        assert (
            rosa.post(STAFF, login=f"p{number:02}@desk.example", name=f"P{number:02}", role_agent="1").status
            == 200
        )
    first = rosa.page(STAFF)
    [older] = re.findall(r'<a href="([^"]+)" rel="next"', first)
    second = rosa.page(older)
    shown = [re.findall(r"<b>(P\d\d)</b>", page) for page in (first, second)]
    assert [len(names) for names in shown] == [25, 2]
    assert [*shown[0], *shown[1]] == [f"P{number:02}" for number in range(27)]
    assert "others-title" not in second

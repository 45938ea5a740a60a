"""People choose what they are sent: signed in on ``/notices``, or by the link in a mail."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from gigdesk.access.keys import derive
from gigdesk.cases.seal import person_key
from gigdesk.notices.kinds import ALWAYS, CHOOSABLE, RULES, Kind
from gigdesk.notices.unsubscribe import Unsubscribing
from live import Live
from servers.gigdesk import OWN_SECRET

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OWN = {"Sec-Fetch-Site": "same-origin", **FORM}
ALL = dict.fromkeys(CHOOSABLE, "on")


@pytest.fixture
def own(another: Callable[..., Live]) -> Live:
    return another()


def off(site: Live, user_id: str = "wanda") -> set[str]:
    """What this person has switched off, as the store has it."""
    person = person_key(derive(OWN_SECRET.encode(), "cases"), user_id)
    return {kind for (kind,) in site.rows("SELECT kind FROM unwanted_notices WHERE person = ?", person)}


def link(kind: Kind = Kind.REMINDER, user_id: str = "wanda") -> str:
    person = person_key(derive(OWN_SECRET.encode(), "cases"), user_id)
    value = Unsubscribing(derive(OWN_SECRET.encode(), "unsubscribing")).value(person, kind)
    return f"/notices/unsubscribe/{value}"


def cookie(site: Live, user_id: str = "wanda") -> dict[str, str]:
    token = site.token(
        user_id, seconds=200, aud="gigdesk-sign-in", jti=f"{user_id}{time.time()}", locale="en"
    )
    answer = site.call("GET", f"/sign-in?{urlencode({'token': token})}", by=None)
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def post(site: Live, path: str, fields: dict[str, str], headers: dict[str, str]) -> int:
    return site.call("POST", path, urlencode(fields).encode(), headers, by=None).status


def test_the_page_shows_every_kind_and_keeps_what_is_chosen(own: Live) -> None:
    mine = cookie(own)
    page = own.call("GET", "/notices", headers=mine, by=None).body.decode()
    for kind in (*CHOOSABLE, *ALWAYS):
        assert RULES[kind].label in page
    assert page.count("checked") == len(CHOOSABLE)
    assert set(re.findall(r'type="checkbox" name="([^"]+)"', page)) == set(CHOOSABLE)

    chosen = {kind: "on" for kind in CHOOSABLE if kind is not Kind.REMINDER}
    answer = own.call("POST", "/notices", urlencode(chosen).encode(), {**OWN, **mine}, by=None)

    assert (answer.status, answer.headers["location"]) == (303, "/notices?saved=1")
    assert off(own) == {"reminder"}
    page = own.call("GET", "/notices?saved=1", headers=mine, by=None).body.decode()
    assert "Saved." in page
    assert page.count("checked") == len(CHOOSABLE) - 1
    assert post(own, "/notices", {**ALL, "decision": ""}, {**OWN, **mine}) == 303
    assert off(own) == set()


@pytest.mark.abuse(38)
def test_another_site_chooses_for_nobody(site: Live) -> None:
    mine = cookie(site)
    page = site.call("GET", "/notices", headers=mine, by=None).body.decode()
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None

    assert post(site, "/notices", {}, {**FORM, **mine, "Sec-Fetch-Site": "cross-site"}) == 403
    assert post(site, "/notices", {}, {**FORM, **mine}) == 403
    assert post(site, "/notices", {}, FORM) == 401
    assert off(site) == set()
    assert post(site, "/notices", {**ALL, "csrf": csrf[1]}, {**FORM, **mine}) == 303


def test_nobody_sees_choices_without_signing_in(site: Live) -> None:
    assert site.call("GET", "/notices", by=None).status == 401


def test_the_link_shows_a_button_switches_off_and_can_be_undone(site: Live) -> None:
    path = link()
    shown = site.call("GET", path, by=None)
    assert shown.status == 200
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["cache-control"] == "private, no-store"
    assert off(site) == set()

    done = site.call("POST", path, b"", by=None)
    assert (done.status, off(site)) == (200, {"reminder"})
    assert f'action="{path}/undo"' in done.body.decode()
    assert "no more mail" in site.call("GET", path, by=None).body.decode()

    assert site.call("POST", f"{path}/undo", b"", by=None).status == 200
    assert off(site) == set()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        ),
    ],
)
def test_a_mail_program_switches_off_in_one_request(site: Live, content_type: str, body: bytes) -> None:
    path = link(Kind.STATUS_CHANGE, f"reader of {content_type}")

    answer = site.call("POST", path, body, {"Content-Type": content_type}, by=None)

    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    assert off(site, f"reader of {content_type}") == {"status_change"}


@pytest.mark.abuse(29)
def test_a_link_that_was_not_made_here_switches_nothing_off(site: Live) -> None:
    good = link(Kind.MESSAGE, "carl").rpartition("/")[2]
    essential = link(Kind.DECISION, "carl").rpartition("/")[2]
    for value in (good[:-3], good + "AA", good[::-1], essential, "x", "%C3%A9", "A" * 3000):
        for method, body in (("GET", None), ("POST", b"")):
            answer = site.call(method, f"/notices/unsubscribe/{value}", body, by=None)
            assert (answer.status, answer.code) == (404, "notices.link")
    assert off(site, "carl") == set()

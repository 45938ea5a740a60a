"""The settings of the desk: who may see and change what, what is parked and tried again, and the log of it."""

import html
import re
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from journeys.test_cli import printed
from journeys.test_form_pages import signed_in
from live import Live, eventually
from raw import Answer
from servers.smtp import Mailbox

ROLES = {"ada": ["agent"], "lena": ["lead"], "olga": ["auditor"], "rosa": ["admin"], "wanda": []}
PAGES = ("/desk/settings", "/desk/settings/outbox", "/desk/settings/log", "/desk/settings/staff")
POSTS = ("/desk/settings/outbox/retries", "/desk/settings/outbox/0196f0c2-0000-7000-8000-000000000000/retry")


@pytest.fixture
def place(another) -> Live:
    running: Live = another()
    return running


class Staff:
    """One person at the desk, signed in by cookie, with the token of forms."""

    def __init__(self, site: Live, who: str, language: str = "en") -> None:
        self.site = site
        self.headers = signed_in(site, uuid4().hex, sub=who, roles=ROLES[who], name=who.title())
        self.headers["Accept-Language"] = language

    def get(self, path: str) -> Answer:
        return self.site.call("GET", path, headers=self.headers, by=None)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status == 200, answer.body.decode()
        return html.unescape(answer.body.decode())

    def post(self, path: str, **fields: str) -> Answer:
        sent = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self.site.call("POST", path, urlencode(fields).encode(), sent, by=None)

    def done(self, path: str, **fields: str) -> str:
        """The page that a form leads to."""
        answer = self.post(path, **fields)
        assert answer.status == 303, answer.body.decode()
        return self.page(answer.headers["location"])


def words(page: str) -> str:
    """What stands on it, without marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("who", "status"), [("rosa", 200), ("lena", 200), ("olga", 200), ("ada", 404), ("wanda", 404)]
)
def test_pages_are_for_those_who_may_see_settings(site: Live, path: str, who: str, status: int) -> None:
    assert Staff(site, who).get(path).status == status


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(("who", "status"), [("lena", 404), ("olga", 403), ("ada", 404), ("wanda", 404)])
def test_only_an_admin_changes_anything(site: Live, path: str, who: str, status: int) -> None:
    assert Staff(site, who).post(path).status == status


def test_an_effect_that_is_not_parked_is_not_there(site: Live) -> None:
    rosa = Staff(site, "rosa")

    assert rosa.post(POSTS[1]).status == 404
    assert rosa.post("/desk/settings/outbox/that-one/retry").status == 404


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_site_changes_nothing(site: Live, path: str) -> None:
    rosa = Staff(site, "rosa")
    rosa.headers["Sec-Fetch-Site"] = "cross-site"

    assert rosa.post(path).status == 403


@pytest.mark.parametrize("path", POSTS)
def test_the_address_of_a_form_leads_back_to_its_page(site: Live, path: str) -> None:
    answer = Staff(site, "rosa").get(path)

    assert (answer.status, answer.headers["location"]) == (303, "/desk/settings/outbox")


@pytest.mark.parametrize(("who", "is_led"), [("rosa", True), ("lena", True), ("olga", True), ("ada", False)])
def test_the_bar_leads_to_settings_who_may_see_them(site: Live, who: str, is_led: bool) -> None:
    [bar] = re.findall(r"<header.*?</header>", Staff(site, who).page("/desk"), re.S)

    assert ('href="/desk/settings"' in bar) is is_led


@pytest.mark.parametrize(
    "wrong",
    ["outbox?cursor=x", "outbox?cursor=2026-01-01_x", "log?before=-1", "staff?cursor=x", "log?before=%C2%B2"],
)
def test_a_place_that_is_none_is_told(site: Live, wrong: str) -> None:
    assert Staff(site, "rosa").get(f"/desk/settings/{wrong}").status == 422


def test_what_failed_for_good_is_tried_again_and_stands_in_the_log(another, smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"
    place = another(GIGDESK_MAIL_URL=smtp.url)
    for _ in range(3):
        place.report()
    parked = "SELECT count(*) FROM effects WHERE parked_at IS NOT NULL"
    assert eventually(lambda: place.rows(parked) == [(3,)], 20)
    rosa, lena = Staff(place, "rosa"), Staff(place, "lena")

    before = rosa.page("/desk/settings/outbox")
    assert len(re.findall(r"GD-[0-9A-Z]{4}-[0-9A-Z]{5}", before.partition("upcoming-title")[0])) == 3
    assert "mail.refused" in before
    assert "warn support, since nobody owns it: the first reply is due soon" in before
    assert "/retry" not in lena.page("/desk/settings/outbox")
    smtp.behaviour = "accept"
    one = re.findall(r'action="([^"]*/retry)"', before)[1]
    assert "1 effect is due now." in rosa.done(one)
    assert eventually(lambda: len(smtp.letters) == 1, 20)
    assert "2 effects are due now." in rosa.done("/desk/settings/outbox/retries")
    assert eventually(lambda: len(smtp.letters) == 3, 20)
    assert "Nothing is parked." in rosa.done("/desk/settings/outbox/retries")

    log = words(lena.page("/desk/settings/log"))
    assert "Rosa · Tried everything again that was parked (2)" in log
    assert "Rosa · Tried again what was parked: Mail" in log
    assert "entry 1 " in log
    assert "entry 3 " not in log
    assert "Probó de nuevo" in words(Staff(place, "lena", "es").page("/desk/settings/log"))
    kind = words(lena.page("/desk/settings/log?kind=effect.retried"))
    assert "(2)" not in kind
    [(content, person)] = place.rows("SELECT content, actor FROM administration WHERE number = 1")
    assert b"Rosa" not in content
    assert "(2)" in words(lena.page(f"/desk/settings/log?person={person}"))
    assert "Nothing fits this filter." in lena.page("/desk/settings/log?person=nobody")
    assert "2 administrative entries: all whole." in printed(place, "audit", "verify")


def test_the_log_is_paged_by_number(another, smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"
    place = another(GIGDESK_MAIL_URL=smtp.url)
    place.report()
    rosa = Staff(place, "rosa")
    parked = "SELECT count(*) FROM effects WHERE parked_at IS NOT NULL"
    for _ in range(27):
        assert eventually(lambda: place.rows(parked) == [(1,)], 20)
        rosa.done("/desk/settings/outbox/retries")

    first = rosa.page("/desk/settings/log")
    [older] = re.findall(r'<a href="([^"]+)" rel="next"', first)
    second = rosa.page(older)

    assert urlsplit(older).query == "before=3"
    assert [int(n) for n in re.findall(r"entry (\d+)", first)] == list(range(27, 2, -1))
    assert [int(n) for n in re.findall(r"entry (\d+)", second)] == [2, 1]
    assert 'rel="next"' not in second


def test_who_works_here_is_listed_with_what_they_own(place: Live) -> None:
    rosa, ada = Staff(place, "rosa"), Staff(place, "ada")
    Staff(place, "lena"), Staff(place, "wanda")
    case = place.report().json()["id"]
    claimed = place.call(
        "POST",
        f"/api/cases/{case}/assignment",
        b'{"owner": "ada"}',
        {
            "Authorization": f"Bearer {place.token('ada', 'agent')}",
            "If-Match": "*",
            "Content-Type": "application/json",
        },
        by=None,
    )
    assert claimed.status == 200, claimed.body
    assert eventually(lambda: words(rosa.page("/desk/settings/staff")).count("Seen ") == 3)
    assert eventually(lambda: "Open cases: 1" in words(rosa.page("/desk/settings/staff")))

    page = rosa.page("/desk/settings/staff")
    said = words(page)
    assert "Lena Lead" in said
    assert "Ada Staff" in said
    assert "Wanda" not in said
    [url] = re.findall(r'<a href="([^"]+)">Open cases: 1', page)
    assert case in rosa.page(url)
    assert case in ada.page(url)


def test_staff_is_paged(place: Live) -> None:
    for number in range(27):
        place.call("GET", "/api/cases", headers=named(place, f"agent-{number:02}"), by=None)
    rosa = Staff(place, "rosa")
    # What waits is written a moment later.
    assert eventually(lambda: len(place.rows("SELECT user_id FROM staff")) == 28)

    first = rosa.page("/desk/settings/staff")
    [older] = re.findall(r'<a href="([^"]+)" rel="next"', first)
    second = rosa.page(older)

    shown = [re.findall(r"<b>([^<]+)</b>", page.partition("setting-lines")[2]) for page in (first, second)]
    assert [len(names) for names in shown] == [25, 3]
    assert len({*shown[0], *shown[1]}) == 28


def named(place: Live, who: str) -> dict[str, str]:
    token = place.token(who, "agent", name=who.title())
    return {"Authorization": f"Bearer {token}"}

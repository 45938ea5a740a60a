"""Every route of the desk against everybody who has no business with it: no answer, and nothing changed."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlencode
from uuid import uuid4

import pytest

import forms
from desk import account
from journeys.test_form_pages import signed_in
from live import CLIENT, GIG, WORKER, Live
from raw import Answer
from urls import URLS

NOBODY = "01890000-0000-7000-8000-000000000000"
STAFF_API = ("/api/search", "/api/figures", "/api/export", "/api/macros")
# Where people come in; anybody may knock.
DOORS = (
    *("/desk/sign-in", "/desk/sign-in/code", "/desk/sign-in/work", "/desk/sign-in/work/back"),
    *("/desk/welcome", "/desk/sign-out"),
)
ROUTES = [
    (method, path) for path, method in URLS if path.startswith(("/desk", *STAFF_API)) and path not in DOORS
]
OF_CASE = [route for route in ROUTES if "{case}" in route[1]]
OF_SETTINGS = [route for route in ROUTES if route[1].startswith("/desk/settings")]
POSTED = [route for route in ROUTES if route[0] == "POST"]
# What the desk keeps for all of its staff; a look leaves its mark in none of them.
KEPT = ("commits", "administration", "macros", "rules", "saved_views", "presence", "staff_accounts")
# Forms that are worth sending, by the end of their address; those of a case stand apart.
FORMS: dict[str, dict[str, str]] = {
    "/desk/next": {},
    "/desk/views": {"q": "is:open", "name": "A view"},
    "/desk/macros": {"name": "A macro", "kind": "reply", "text_en": "Thank you.", "text_es": "Gracias."},
    "/desk/bulk": {"deed": "claim", "confirmed": "1"},
    "/desk/settings/rules": {"document": "", "base": "0"},
    "/desk/settings/staff": {"login": "new@desk.example", "name": "New", "role_agent": "1"},
    "/desk/settings/staff/{account}": {"name": "Other", "role_admin": "1", "version": "1"},
    "/desk/settings/staff/{account}/link": {"version": "1"},
    "/desk/settings/staff/{account}/disable": {"version": "1"},
    "/desk/settings/staff/{account}/enable": {"version": "1"},
    "/desk/settings/staff/{account}/end-sessions": {},
    "/desk/settings/staff/{account}/remove-second-step": {"version": "1"},
    "/desk/second-step": {"deed": "on", "code": "123456"},
}
MOVES: dict[str, dict[str, str]] = {
    "assignment": {"move": "claim"},
    "notes": {"move": "note", "text": "Seen."},
    "preview": {"move": "reply", "text": "We look into it."},
    "messages": {"move": "reply", "text": "We look into it."},
    "request": {"move": "ask_reporter", "text": "When was it?", "due": "2d"},
    "review": {"move": "review"},
    "decision": {"move": "decide", "disposition": "upheld", "reasons": "It is so."},
    "closure": {"move": "close", "reason": "invalid", "text": "It is none."},
    "reopening": {"move": "reopen", "reason": "There is more."},
    "merge": {"move": "merge", "into": NOBODY},
    "snooze": {"move": "snooze", "until": "1d"},
    "escalation": {"move": "escalate", "reason": "It is urgent."},
    "hold": {"move": "hold", "reason": "A court asks."},
    "type": {"move": "type", "issueType": "other", "reason": "It is that."},
    "priority": {"move": "priority", "priority": "urgent"},
    "tags": {"move": "tags", "add": "refund"},
}
DONE = {
    "assignment",
    "notes",
    "messages",
    "hold",
    "escalation",
    "type",
    "priority",
    "tags",
}  # with a case that is new
Person = Callable[[str, list[str]], dict[str, str]]
# What every member of staff has for themselves.
OWN = ("/desk/views", "/desk/sessions/end", "/desk/sessions/end-others", "/desk/cases/{case}/here")
STRANGERS: dict[str, tuple[str, list[str]]] = {
    "a stranger": ("mallory", []),
    "the reporter": (WORKER, []),
    "the other party": (CLIENT, []),
    "an integration": ("market", ["integration"]),
}


@pytest.fixture(scope="module")
def case(site: Live) -> str:
    answer = site.report(forms.report(GIG) | {"issueType": "safety.conditions"})
    return str(answer.json()["id"])


def kept(site: Live) -> str:
    """All that the desk keeps, as one short word."""
    tables = (site.rows(f"SELECT * FROM {table} ORDER BY 1") for table in KEPT)
    return hashlib.sha256(repr(list(tables)).encode()).hexdigest()


def said(answer: Answer, case: str) -> tuple[object, ...]:
    """What an answer tells, beside the id that was asked for and what is new in each."""
    told = re.sub(rf"{case}|[0-9a-f]{{16}}|[\w-]{{43}}", "*", answer.body.decode())
    return answer.status, answer.headers.get("location", "").replace(case, "*"), told


def leads_back(answer: Answer) -> bool:
    """Whether it only leads from the address of a form to its page, which asks who comes."""
    return answer.status == 303 and answer.headers["location"].startswith("/desk")


def form_of(path: str, case: str) -> dict[str, str]:
    if path == "/desk/bulk":
        return {**FORMS[path], "case": f"{case}.1"}
    move = MOVES.get(path.rpartition("/")[2]) if "{case}" in path else None
    return {**move, "version": "1"} if move else FORMS.get(path, {})


def call(site: Live, method: str, path: str, case: str, headers: dict[str, str]) -> Answer:
    address = path.replace("{case}", case) + (f"?case={case}" if path == "/api/macros" else "")
    for place in ("evidence", "view", "effect", "macro", "code"):
        address = address.replace(f"{{{place}}}", NOBODY)
    if "{account}" in address:
        address = address.replace("{account}", account_of(site))
    body = None
    if method == "POST":
        body = urlencode(form_of(path, case)).encode()
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    return site.call(method, address, body, headers, by=None)


def account_of(site: Live) -> str:
    """An account that is there, so that a form about it would be worth sending."""
    login = "kept@desk.example"
    if not (found := site.rows("SELECT id FROM staff_accounts WHERE login = ?", login)):
        account(site, login)
        found = site.rows("SELECT id FROM staff_accounts WHERE login = ?", login)
    return str(found[0][0]).removeprefix("desk:")


@pytest.fixture(scope="module")
def person(site: Live) -> Person:
    """What a browser of this person sends, who signs in once."""
    account_of(site)

    @cache
    def headers(who: str, *roles: str) -> dict[str, str]:
        return signed_in(site, uuid4().hex, sub=who, roles=list(roles))

    return lambda who, roles: dict(headers(who, *roles))


@pytest.mark.parametrize(
    "path",
    [
        *("/desk/views", "/desk/macros", "/desk/bulk", "/desk/cases/{case}/here"),
        *(f"/desk/cases/{{case}}/{act}" for act in sorted(DONE)),
        *("/desk/settings/rules", "/desk/settings/staff", "/desk/settings/staff/{account}"),
        "/desk/settings/staff/{account}/end-sessions",
    ],
)
def test_these_forms_are_worth_sending(site: Live, person: Person, path: str) -> None:
    own = str(site.report(forms.report(GIG) | {"issueType": "safety.conditions"}).json()["id"])
    before, headers = kept(site), person("rosa", ["admin"])

    assert call(site, "POST", path, own, headers).status in (200, 303)
    assert kept(site) != before


@pytest.mark.abuse(29)
@pytest.mark.parametrize("who", STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_there_is_no_desk_for_who_is_no_staff(
    site: Live, person: Person, case: str, method: str, path: str, who: tuple[str, list[str]]
) -> None:
    before, headers = kept(site), person(*who)
    there, missing = (call(site, method, path, one, headers) for one in (case, NOBODY))

    assert there.status in (403, 404) or (method == "GET" and leads_back(there))
    assert said(there, case) == said(missing, NOBODY)
    assert kept(site) == before


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_who_is_not_signed_in_gets_nothing(site: Live, case: str, method: str, path: str) -> None:
    before = kept(site)
    answer = call(site, method, path, case, {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})

    assert answer.status in (401, 403) or leads_back(answer)
    assert kept(site) == before


@pytest.mark.abuse(29)
@pytest.mark.parametrize(("method", "path"), OF_CASE)
def test_a_case_that_an_agent_may_not_see_is_none(
    site: Live, person: Person, case: str, method: str, path: str
) -> None:
    before, headers = kept(site), person("ada", ["agent"])
    foreign, missing = (call(site, method, path, one, headers) for one in (case, NOBODY))

    assert said(foreign, case) == said(missing, NOBODY)
    assert foreign.status == 404 or (method == "GET" and leads_back(foreign))
    assert kept(site) == before


@pytest.mark.parametrize(("method", "path"), OF_SETTINGS)
def test_an_agent_has_no_settings(site: Live, person: Person, case: str, method: str, path: str) -> None:
    before = kept(site)

    assert call(site, method, path, case, person("ada", ["agent"])).status == 404
    assert kept(site) == before


@pytest.mark.parametrize(("method", "path"), [route for route in POSTED if route[1] not in OWN])
def test_an_auditor_changes_nothing(site: Live, person: Person, case: str, method: str, path: str) -> None:
    before = kept(site)

    assert call(site, method, path, case, person("otto", ["auditor"])).status >= 400
    assert kept(site) == before


@pytest.mark.abuse(38)
@pytest.mark.parametrize(("method", "path"), POSTED)
def test_a_form_of_another_site_is_refused(
    site: Live, person: Person, case: str, method: str, path: str
) -> None:
    before, headers = kept(site), person("rosa", ["admin"])
    headers |= {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    assert call(site, method, path, case, headers).status == 403
    assert kept(site) == before

"""Rows 43, 50 and 52: words that want to be headers, hosts that want to be ours, and what logs must not say."""

import email
import email.policy
import json
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

import forms
import samples
from forms import File
from live import CLIENT, GIG, WORKER, Live, eventually
from raw import Wire
from servers.gigdesk import SECRET

START = Callable[..., Live]
SPLITS = [
    "Bcc: evil@evil.example",
    "Tap\r\nBcc: evil@evil.example",
    "Tap\nSubject: You won",
    "Tap\r\n\r\n<h1>body</h1>",
    "=?utf-8?Q?Tap=0D=0ABcc:_evil@evil.example?=",
    "Tap\u2028Bcc: evil@evil.example",
    "\u202egig eht",
]


def letters(site: Live) -> list[EmailMessage]:
    """The mail in the maildir, read by the standard library."""
    found = []
    for path in sorted((site.folder / "mail").rglob("*")):
        if path.is_file() and path.parent.name in ("new", "cur"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            found.append(message)
    return found


@pytest.mark.abuse(43)
def test_no_words_of_a_person_become_headers_of_a_mail(another: START) -> None:
    site = another()
    integration = {"Authorization": f"Bearer {site.token('market', 'integration')}"}
    sent = 0
    for number, words in enumerate(SPLITS):
        party = {"userId": WORKER, "side": "worker", "name": words, "email": "wanda@mail.example"}
        gig = {"title": words, "parties": [party, {"userId": CLIENT, "side": "client", "name": words}]}
        body = json.dumps(gig).encode()
        head = {**integration, "Content-Type": "application/json"}
        put = site.call("PUT", f"/api/gigs/split-{number}", body, head, by=None)
        assert put.status in (200, 422), put.body
        if put.status == 422:
            continue
        fields = forms.report(f"split-{number}", description=f"{words}\r\n.\r\nBcc: evil@evil.example")
        assert site.report(fields, [File(samples.jpeg(), "a%0D%0ABcc: x.jpg")]).status == 201
        sent += 1
    assert eventually(lambda: len(letters(site)) >= 2 * sent, 30)
    for letter in letters(site):
        assert not letter.defects
        assert letter["To"] in ("support@localhost", "wanda@mail.example")
        assert letter["Bcc"] is None
        assert letter["Cc"] is None
        assert len(letter.get_all("Subject", [])) == 1
        assert letter["Subject"].partition(": ")[0].startswith("GD-")
        assert "evil" not in str(letter["Subject"])
        for part in letter.walk():
            if part.get_content_type() == "text/html":
                assert "<h1>body" not in part.get_content()
            assert "attachment" not in str(part.get("Content-Disposition", ""))


@pytest.mark.abuse(43)
@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a%0d%0aX-Evil:%201", "é\r\n"])
def test_no_words_of_a_request_become_headers_of_an_answer(site: Live, value: str) -> None:
    for path in (f"/sign-in?next=/{value}", f"/gigs/{value}/report-issue", f"/api/cases/{value}"):
        with Wire(site.port) as wire:
            wire.head("GET", quote(path, safe="/%?=:"), ["Host: x", "X-Request-Id: a b"])
            answer = wire.answer()
        assert answer.status < 500
        assert "x-evil" not in answer.headers
        assert answer.headers["x-request-id"] != "a b"


@pytest.mark.abuse(50)
@pytest.mark.parametrize(
    "lines",
    [
        ["Host: evil.example"],
        ["Host: evil.example", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"],
        ["Host: evil.example", "Forwarded: host=evil.example;proto=https"],
        ["Host: evil.example:1@127.0.0.1", "X-Original-URL: /evil", "X-Rewrite-URL: /evil"],
    ],
)
def test_links_come_from_the_configured_address_alone(site: Live, lines: list[str]) -> None:
    token = f"Authorization: Bearer {site.token('wanda')}"
    body = forms.form(forms.report(GIG), [File(samples.jpeg())])
    more = [token, f"Content-Type: {forms.content_type()}", f"Content-Length: {len(body)}"]
    with Wire(site.port) as wire:
        wire.head("POST", "/api/report-issue", [*lines, *more])
        wire.send(body)
        answer = wire.answer()
        assert answer.status == 201
        said = answer.body.decode() + str(answer.headers)
        assert "evil" not in said
        assert answer.headers["location"].startswith(site.base + "/")
        assert answer.json()["receipt"]["url"].startswith(site.base + "/")
        for path in (
            f"/reports/{answer.json()['id']}",
            f"/gigs/{GIG}/report-issue",
            "/sign-in",
            "/reports",
            "/nowhere",
        ):
            wire.head("GET", path, [*lines, token, "Accept: text/html"])
            page = wire.answer()
            assert page.status in (200, 303, 404)
            assert "evil" not in page.body.decode() + str(page.headers)
        wire.head("GET", "http://evil.example/sign-in", [*lines, token])
        page = wire.answer()
        assert "evil" not in page.body.decode() + str(page.headers)


@pytest.mark.abuse(52)
def test_a_whole_journey_leaves_nothing_of_a_person_in_the_logs(another: START) -> None:
    site = another(GIGDESK_LOG_LEVEL="debug")
    now = int(time.time())
    person = {"name": "Wanda Quillfeather", "email": "wanda.quill@mail.example", "email_verified": True}
    token = site.token(WORKER, **person)
    bearer = {"Authorization": f"Bearer {token}"}
    content = {
        "sub": WORKER,
        "iat": now,
        "exp": now + 120,
        "jti": "journey",
        "aud": "gigdesk-sign-in",
        **person,
    }
    hand_over = jwt.encode({"alg": "HS256"}, content, OctKey.import_key(SECRET))
    arrived = site.call("GET", f"/sign-in?token={hand_over}&next=/reports", by=None)
    assert arrived.status == 303
    cookie = arrived.headers["set-cookie"].partition(";")[0]
    secret_words = "The quetzal flew over Marlborough Crescent"
    fields = forms.report(GIG, description=f'{secret_words}\r\n{{"event": "forged"}}\nforged line')
    photo = File(samples.jpeg(), "kitchen-of-wanda.jpg")
    body = forms.form(fields, [photo])
    head = {"Content-Type": forms.content_type(), **bearer, "Idempotency-Key": "key-of-wanda"}
    opened = site.call("POST", "/api/report-issue", body, head, by=None)
    assert opened.status == 201
    case = f"/api/cases/{opened.json()['id']}"
    for path in (
        case,
        f"{case}/receipt",
        "/api/cases",
        f"/reports/{opened.json()['id']}",
        f"/api/intake?gigId={GIG}",
    ):
        assert site.call("GET", path, headers=bearer, by=None).status == 200
    for bad in (
        body[:-30],
        forms.form({**fields, "issueType": secret_words}),
        forms.form(fields, [File(b"MZ\0\0" * 50, "kitchen-of-wanda.exe")]),
    ):
        assert site.call("POST", "/api/report-issue", bad, head, by=None).status >= 400
    site.call("GET", f"/api/cases?cursor={secret_words.replace(' ', '+')}", headers=bearer, by=None)
    site.call("GET", "/api/cases", headers={"Authorization": f"Bearer {token}x"}, by=None)
    site.call("GET", "/reports", headers={"Cookie": cookie}, by=None)
    site.call("GET", "/%0a%7b%22event%22:%22forged%22%7d", headers={"X-Request-Id": "a\tforged"}, by=None)
    evidence = opened.json()["files"][0]["url"].removeprefix(site.base)
    assert eventually(lambda: site.call("GET", evidence).status == 200, 30)
    assert eventually(lambda: len(letters(site)) == 2, 20)
    objects = site.folder / "objects"
    objects.rename(site.folder / "aside")
    objects.write_text("")
    assert (
        site.call("POST", "/api/report-issue", body, {**head, "Idempotency-Key": "x"}, by=None).status == 503
    )
    site.call("GET", evidence, headers=bearer, by=None)
    site.stop()
    log = site.whole_log
    for telling in (
        "wanda", "quill", "Quillfeather", "mail.example", token, token.split(".")[2], hand_over, "eyJ",
        cookie.partition("=")[2], "quetzal", "Marlborough", "kitchen", "forged", SECRET, "key-of-wanda",
    ):  # fmt: skip
        assert telling.lower() not in log.lower(), telling
    for line in log.splitlines():
        if line and not line.startswith("gigdesk serves"):
            assert json.loads(line)["event"]


def test_every_row_of_this_folder_is_marked() -> None:
    """Each test here carries the row that it stands for, but this one."""
    for path in Path(__file__).parent.glob("test_rows_*.py"):
        text = path.read_text().partition("\n\n\n")[2]
        for block in text.split("\n\n\n"):
            if "\ndef test_" in f"\n{block}" or "\nasync def test_" in f"\n{block}":
                assert "abuse(" in block or "every_row" in block, block[:120]

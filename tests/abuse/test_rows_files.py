"""Rows 17 to 20 and 27: what files are called, where they stand, and which of them are ever shown."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

import forms
import samples
from bombs import BOMBS
from forms import File
from live import GIG, Live, eventually, nothing_left
from raw import Answer, Wire
from servers import free_port

START = Callable[..., Live]
R = forms.report(GIG)


def sent_as(site: Live, name: str) -> Answer:
    """A report with a photo of this name, as a browser writes it."""
    escaped = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return site.report(R, [File(samples.jpeg(), escaped)])


def verdict(site: Live, answer: Answer) -> str:
    """The state of the first file of a report that was just sent."""
    case = site.call("GET", f"/api/cases/{answer.json()['id']}").json()
    return str(case["files"][0]["state"])


def inspected(site: Live, answer: Answer, seconds: float = 30) -> str:
    """The verdict, once there is one."""
    eventually(lambda: verdict(site, answer) != "pending", seconds)
    return verdict(site, answer)


@pytest.mark.abuse(17)
def test_stored_names_come_from_chance_and_count_nothing(site: Live) -> None:
    known = {path.name for path in site.objects()}
    for _ in range(12):
        assert site.report(R, [File(samples.jpeg())] * 4).status == 201
    every = [key.replace("/", "") for (key,) in site.rows("SELECT key FROM objects")]
    keys = [key for key in every if "." not in key]  # copies are named after their original
    fresh = [key for key in keys if key not in known]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[0-9a-f]{32,}|[A-Za-z0-9_-]{22,}", key) for key in keys), keys[:3]
    for place in range(min(map(len, fresh))):
        assert len({key[place] for key in fresh}) > 4, f"place {place} hardly varies: a counter or a clock"


@pytest.mark.abuse(18)
@pytest.mark.parametrize(
    "path",
    [
        "/api/cases/../../../../etc/passwd",
        "/api/cases/..%2f..%2f..%2fetc%2fpasswd",
        "/api/cases/%2e%2e/%2e%2e/etc/passwd",
        "/api/cases/..\\..\\etc\\passwd",
        "/api/cases/%00",
        "/api/cases/" + "a" * 5000,
        "/api/cases/CON",
        "/api/cases/{case}/evidence/../../../gigdesk.db",
        "/api/cases/{case}/evidence/..%2f..%2fgigdesk.db",
        "/api/cases/{case}/evidence/%2e%2e%2fgigdesk.db/original?reason=x",
        "/api/cases/{case}/evidence/%00/original?reason=x",
        "/api/cases/{case}/evidence/aux",
        "/reports/..%2f..%2fgigdesk.db",
        "/reports/{case}/files/..%2f..%2fgigdesk.db",
        "/reports/{case}/files/%2e%2e/thumbnail",
        "/assets/../gigdesk.db",
        "/assets/..%2f..%2f..%2fsettings.py",
        "/assets/%2e%2e/app.py",
        "/assets/..\\app.py",
        "/assets/%00",
        "/assets/%c0%ae%c0%ae/app.py",
        "/assets/" + "a" * 5000,
        "//etc/passwd",
        "/../../etc/passwd",
    ],
)
def test_no_address_leads_out_of_its_place(site: Live, path: str) -> None:
    opened = site.report(R, [File(samples.jpeg())])
    path = path.replace("{case}", opened.json()["id"])
    for by in ("wanda", None):
        with Wire(site.port) as wire:
            token = [f"Authorization: Bearer {site.token(by)}"] if by else []
            wire.head("GET", path, ["Host: x", *token])
            answer = wire.answer()
        assert answer.status in ((400, 404) if by else (400, 401, 404)), answer.body[:200]
        assert b"root:" not in answer.body
        assert b"SQLite format" not in answer.body
        assert str(site.folder).encode() not in answer.body


NAMES = {
    "../../../../etc/cron.d/evil.jpg": "evil.jpg",
    "..\\..\\windows\\win.ini.jpg": "win.ini.jpg",
    "C:\\Users\\me\\photo.jpg": "photo.jpg",
    "/etc/passwd": "passwd.jpg",
    "%2e%2e%2fphoto.jpg": None,
    ".htaccess": "htaccess.jpg",
    "\u200b.htaccess": "htaccess.jpg",
    "\ufeff\u2060.user.ini": None,
    "web.config": "web.config.jpg",
    "shell.php": "shell.php.jpg",
    "shell.php.jpg": "shell.php.jpg",
    "photo.jpg.exe": "photo.jpg.exe.jpg",
    "photo.jpg. . .": None,
    "photo.jpg::$DATA": None,
    "\u202egpj.exe": "gpj.exe.jpg",
    "ph\u043eto.jpg": "ph\u043eto.jpg",
    "CON": "_CON.jpg",
    "aux.jpg": "_aux.jpg",
    "a\nb\r\nSet-Cookie: x=y.jpg": None,
    'a"; filename="b.php': None,
    "x" * 900 + ".jpg": None,
    "größe 📷.jpeg": "größe 📷.jpg",
    "<script>alert(1)</script>.jpg": None,
    "': DROP TABLE cases --.jpg": None,
    "": "file.jpg",
    " ": "file.jpg",
    ".": "file.jpg",
    "..": "file.jpg",
}


@pytest.mark.abuse(18)
@pytest.mark.abuse(19)
@pytest.mark.abuse(20)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_cleaned_first_and_never_used_on_disk(site: Live, name: str) -> None:
    answer = sent_as(site, name)
    assert answer.status == 201, answer.body
    shown = answer.json()["files"][0]["name"]
    assert NAMES[name] in (None, shown)
    assert shown.endswith(".jpg")
    assert shown.isprintable()
    assert not re.search(r'[/\\<>:"|?*]|^\.|\.\.$', shown)
    assert len(shown) <= 150
    root = os.path.realpath(site.folder / "objects")
    for path in site.objects():
        assert os.path.realpath(path).startswith(root + os.sep)
        assert re.fullmatch(r"[0-9a-f]{30,}(-[0-9a-f]{16})?([-.](derivative|thumbnail)\.[a-z]+)?", path.name)
    assert not Path("/etc/cron.d/evil.jpg").exists()


@pytest.mark.abuse(18)
@pytest.mark.parametrize("name", ["a\x00b.jpg", "a.php\x00.jpg", "a\x07.jpg", "a\x7f.jpg"])
def test_a_name_with_controls_is_refused(site: Live, name: str) -> None:
    before = site.stored()
    answer = site.report(R, [File(samples.jpeg(), name)])
    assert (answer.status, answer.code) == (400, "multipart.part_headers")
    assert nothing_left(site, before)


@pytest.mark.abuse(20)
@pytest.mark.parametrize(
    "name", ["\u202egpj.php", 'a"; filename="b.php', "größe.jpg", "a\r\nX-Evil: 1.jpg", "a.html"]
)
def test_a_download_has_a_safe_name_and_is_never_a_page(site: Live, name: str) -> None:
    answer = sent_as(site, name)
    assert inspected(site, answer) == "clean"
    url = answer.json()["files"][0]["url"].removeprefix(site.base)
    found = site.call("GET", url)
    assert found.status == 200
    disposition = found.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    plain, _, extended = disposition.partition("; filename*=UTF-8''")
    assert re.fullmatch(r'attachment; filename="[ -!#-\[\]-~]*\.jpg"', plain)
    assert not extended or unquote(extended).endswith(".jpg")
    assert "x-evil" not in found.headers
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    assert found.headers["cache-control"] == "private, no-store"
    assert found.headers["content-type"].startswith("image/")


@pytest.mark.abuse(27)
@pytest.mark.parametrize("scanner", ["builtin", "clamd"])
def test_an_infected_file_is_opened_by_nobody(
    another: START, request: pytest.FixtureRequest, scanner: str
) -> None:
    url = "builtin:" if scanner == "builtin" else request.getfixturevalue("clamd_url")
    site = another(GIGDESK_SCANNER_URL=url)
    infected = site.report(R, [File(samples.jpeg_with_eicar())])
    clean = site.report(R, [File(samples.jpeg())])
    assert infected.status == 201
    assert inspected(site, clean) == "clean"
    assert inspected(site, infected) == "infected"
    path = infected.json()["files"][0]["url"].removeprefix(site.base)
    token = {"Authorization": f"Bearer {site.token('lea', 'lead', 'agent')}"}
    for answer in (
        site.call("GET", path),
        site.call("GET", path, headers=token, by=None),
        site.call("GET", f"{path}/original?reason=curious", headers=token, by=None),
    ):
        assert (answer.status, answer.code) == (409, "evidence.infected"), answer.body
        assert samples.eicar() not in answer.body
    page = f"/reports/{infected.json()['id']}/files/{infected.json()['files'][0]['id']}"
    for address in (page, f"{page}/thumbnail"):
        assert site.call("GET", address).status in (401, 404, 409)


@pytest.mark.abuse(27)
def test_with_the_scanner_away_a_file_stays_pending_and_is_not_called_clean(another: START) -> None:
    site = another(GIGDESK_SCANNER_URL=f"clamd://127.0.0.1:{free_port()}")
    answer = site.report(R, [File(samples.jpeg())])
    assert answer.status == 201
    assert not eventually(lambda: verdict(site, answer) != "pending", 4)
    path = answer.json()["files"][0]["url"].removeprefix(site.base)
    lead = {"Authorization": f"Bearer {site.token('lea', 'lead')}"}
    for told in (
        site.call("GET", path),
        site.call("GET", f"{path}/original?reason=x", headers=lead, by=None),
    ):
        assert (told.status, told.code) == (409, "evidence.pending")
        assert told.json()["state"] == "pending"


@pytest.mark.abuse(24)
def test_the_original_of_a_picture_that_cannot_be_shown_opens_for_staff(site: Live) -> None:
    cut = samples.jpeg()[:500]
    answer = site.report(R, [File(cut)])
    assert inspected(site, answer) == "unreadable"
    path = answer.json()["files"][0]["url"].removeprefix(site.base)
    lead = {"Authorization": f"Bearer {site.token('lea', 'lead')}"}
    assert site.call("GET", path, headers=lead, by=None).code == "evidence.unreadable"
    original = site.call("GET", f"{path}/original?reason=call+the+reporter", headers=lead, by=None)
    assert (original.status, original.body) == (200, cut)


@pytest.mark.abuse(23)
def test_bombs_are_judged_outside_of_the_server_which_serves_meanwhile(site: Live) -> None:
    memory = site.process.memory_info().rss
    opened = {}
    for name, (content, media_type, _) in BOMBS.items():
        opened[name] = site.report(R, [File(content, "bomb", media_type)])
        assert opened[name].status == 201, name
        assert site.call("GET", "/healthz", by=None).status == 200
    for name, (_, _, reason) in BOMBS.items():
        state = inspected(site, opened[name])
        assert state == "unreadable" if reason else state in ("clean", "unreadable"), (name, state)
    assert site.process.memory_info().rss - memory < 32 << 20
    assert site.report(R, [File(samples.jpeg())]).status == 201

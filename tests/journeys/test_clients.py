"""Real clients: each sees its 201, and each sees a refusal that comes before its body has ended."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import requests

import forms
import samples
from live import GIG, REPORT, Live, nothing_left
from servers import Missing, lane

MIB = 1 << 20


@dataclass(frozen=True)
class Sent:
    """A report as a client is told to send it; ``before`` files come ahead of ``after``."""

    url: str
    token: str
    gig: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Seen:
    """What the client saw."""

    status: int
    document: dict[str, object]


Client = Callable[[Sent], Seen]


def by_curl(sent: Sent) -> Seen:
    fields = [f"{name}={value}" for name, value in forms.report(sent.gig).items()]
    files = [f"files=@{path}" for path in sent.files]
    command = ["curl", "-sS", "--max-time", "60", "-w", "\n%{http_code}", sent.url]
    command += ["-H", f"Authorization: Bearer {sent.token}"] if sent.token else []
    for entry in fields + files:
        command += ["-F", entry]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    body, _, status = done.stdout.rpartition("\n")
    assert status.isdigit(), done.stderr
    assert int(status), done.stderr
    return Seen(int(status), json.loads(body))


def by_requests(sent: Sent) -> Seen:
    answer = requests.post(sent.url, files=_parts(sent), headers=_headers(sent), timeout=60)
    return Seen(answer.status_code, answer.json())


def by_httpx(sent: Sent) -> Seen:
    answer = httpx.post(sent.url, files=_parts(sent), headers=_headers(sent), timeout=60)
    return Seen(answer.status_code, answer.json())


NODE = """
const { openAsBlob } = require("node:fs");
const sent = JSON.parse(process.argv[1]);
(async () => {
  const form = new FormData();
  for (const [name, value] of Object.entries(sent.fields)) form.append(name, value);
  for (const path of sent.files) form.append("files", await openAsBlob(path), path.split("/").pop());
  const headers = sent.token ? { Authorization: `Bearer ${sent.token}` } : {};
  const answer = await fetch(sent.url, { method: "POST", body: form, headers });
  console.log(JSON.stringify({ status: answer.status, document: await answer.json() }));
})().catch((error) => { console.error(error.cause ?? error); process.exit(1); });
"""


def by_node(sent: Sent) -> Seen:
    told = {"url": sent.url, "token": sent.token, "fields": forms.report(sent.gig)}
    told |= {"files": [str(path) for path in sent.files]}
    done = subprocess.run(["node", "-e", NODE, json.dumps(told)], capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    return Seen(**json.loads(done.stdout))


def _parts(sent: Sent) -> list[tuple[str, tuple[str | None, bytes, str]]]:
    """Fields as parts too: without a file, both libraries would write another kind of form."""
    fields = [(name, (None, value.encode(), "text/plain")) for name, value in forms.report(sent.gig).items()]
    return [*fields, *[("files", (path.name, path.read_bytes(), "image/jpeg")) for path in sent.files]]


def _headers(sent: Sent) -> dict[str, str]:
    return {"Authorization": f"Bearer {sent.token}"} if sent.token else {}


CLIENTS: dict[str, Client] = {"curl": by_curl, "requests": by_requests, "httpx": by_httpx, "node": by_node}


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    """Each client in turn; programs that are not installed are lanes that do not run."""
    name = request.param
    if name in ("curl", "node"):
        with lane(name):
            if shutil.which(name) is None:
                raise Missing(f"no {name} on PATH")
    return CLIENTS[name]


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "kitchen größe.jpg"
    path.write_bytes(samples.jpeg(640, 480))
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 MB that are no photo."""
    path = tmp_path_factory.mktemp("large") / "photo.jpg"
    path.write_bytes(b"MZ\x90\x00" + bytes(20 * MIB))
    return path


def sent(site: Live, *files: Path, by: str = "wanda", gig: str = GIG) -> Sent:
    return Sent(site.base + REPORT, site.token(by) if by else "", gig, files)


def test_a_report_with_a_photo_is_201(site: Live, client: Client, photo: Path) -> None:
    seen = client(sent(site, photo))
    assert seen.status == 201
    assert seen.document["success"] is True
    assert seen.document["message"] == "Issue reported successfully."
    [file] = seen.document["files"]  # type: ignore[misc]
    assert file["size"] == photo.stat().st_size  # type: ignore[has-type]
    assert file["name"] == photo.name  # type: ignore[has-type]


def test_a_report_without_a_file_is_201(site: Live, client: Client) -> None:
    assert client(sent(site)).status == 201


@pytest.mark.parametrize("files", [1, 3])
def test_an_early_401_is_seen_with_a_large_body(site: Live, client: Client, large: Path, files: int) -> None:
    before = site.stored()
    seen = client(sent(site, *[large] * files, by=""))
    assert (seen.status, seen.document["code"]) == (401, "token.missing")
    assert nothing_left(site, before)


def test_a_415_in_the_middle_of_20_mb_is_seen(site: Live, client: Client, photo: Path, large: Path) -> None:
    before = site.stored()
    seen = client(sent(site, photo, large))
    assert (seen.status, seen.document["code"]) == (415, "file.type_not_allowed")
    assert "photo.jpg" in str(seen.document["message"])
    assert nothing_left(site, before)


def test_the_403_of_a_wrong_gig_is_seen(site: Live, client: Client, photo: Path, large: Path) -> None:
    seen = client(sent(site, photo, large, gig="gig-of-nobody"))
    assert (seen.status, seen.document["code"]) == (403, "gig.not_yours")


def test_a_report_over_the_whole_limit_sees_its_413(
    another: Callable[..., Live], client: Client, large: Path
) -> None:
    site = another(GIGDESK_MAX_BODY_BYTES=str(MIB))
    seen = client(sent(site, large))
    assert (seen.status, seen.document["code"]) == (413, "body.too_large")

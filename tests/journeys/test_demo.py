"""``gigdesk demo``, as somebody sees it who has just installed it: look, click, paste, end, come back."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from servers import free_port

SECONDS = 40


class Demo:
    """The program in a terminal of its own, which reads what it prints."""

    def __init__(self, folder: Path, port: int, *more: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIGDESK_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gigdesk", "demo", "--port", str(port), "--folder", "data", *more],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self.complained: list[str] = []
        self._readers = [
            threading.Thread(target=kept.extend, args=(stream,))
            for stream, kept in ((self.process.stdout, self.said), (self.process.stderr, self.complained))
        ]
        for reader in self._readers:
            reader.start()

    @property
    def text(self) -> str:
        return "".join(self.said)

    def open(self) -> "Demo":
        """Wait until the site answers where the program says it is."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(r"gigdesk runs at (\S+)", self.text):
                self.base = found[1]
                try:
                    if httpx.get(f"{self.base}/readyz").status_code == 200:
                        return self
                except httpx.TransportError:
                    pass
            time.sleep(0.05)
        raise AssertionError(f"the demo did not start: {self.text} {self.complained}")

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        self.close()
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        for reader in self._readers:
            reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts a demo in a folder of this name."""
    started: list[Demo] = []

    def start(name: str, port: int = 0, *more: str) -> Demo:
        (tmp_path / name).mkdir(exist_ok=True)
        started.append(Demo(tmp_path / name, port or free_port(), *more))
        return started[-1].open()

    yield start
    for running in started:
        running.close()


def pasted(demo: Demo) -> str:
    """What the printed curl line prints when it is pasted into a shell."""
    found = re.search(r"^ +curl .*?api/report-issue$", demo.text, re.DOTALL | re.MULTILINE)
    assert found, demo.text
    done = subprocess.run(
        ["bash", "-c", found[0]], capture_output=True, text=True, timeout=30, cwd="/", check=True
    )
    return done.stdout


def test_the_curl_line_works_and_a_second_start_keeps_what_it_brought(demo: Callable[..., Demo]) -> None:
    first = demo("here")
    answer = json.loads(pasted(first))
    assert answer["success"] is True
    assert first.interrupt() in (0, 130)
    second = demo("here")
    [bearer] = set(re.findall(r"Bearer ([\w.-]+)", second.text))

    cases = httpx.get(f"{second.base}/api/cases", headers={"Authorization": f"Bearer {bearer}"}).json()

    assert json.loads(pasted(second))["success"] is True
    assert answer["reference"] in json.dumps(cases)
    assert len(answer["files"]) == 1


def test_each_of_the_links_signs_somebody_in(demo: Callable[..., Demo], tmp_path: Path) -> None:
    running = demo("here")
    links = re.findall(r"\S+/demo\?as=\w+", running.text)
    assert [link.rpartition("=")[2] for link in links] == ["worker", "client", "agent", "lead", "admin"]

    for link in links * 2:  # each click brings a fresh token
        assert link.startswith(running.base)
        with httpx.Client(follow_redirects=True) as browser:
            page = browser.get(link)
            assert (page.status_code, "/sign-out" in page.text) == (200, True)
            assert browser.get(f"{running.base}/api/cases").status_code == 200
            is_staff = not link.endswith(("worker", "client"))
            assert browser.get(f"{running.base}/desk").status_code == (200 if is_staff else 404)
            assert browser.get(f"{running.base}/desk/sessions").status_code == (200 if is_staff else 404)
    with closing(sqlite3.connect(tmp_path / "here" / "data" / "gigdesk.db")) as connection:
        sessions = [json.loads(actor) for (actor,) in connection.execute("SELECT actor FROM sessions")]
    assert sorted(actor["sub"] for actor in sessions) == sorted(
        ["amara", "jonas", "mira", "paul", "nora"] * 2
    )
    shown = httpx.get(f"{running.base}/demo").text
    assert [f"as={who}" in shown for who in ("agent", "lead", "admin")] == [True] * 3


def test_a_busy_port_is_said_and_the_next_is_taken(demo: Callable[..., Demo]) -> None:
    first = demo("here")
    port = int(first.base.rpartition(":")[2])

    second = demo("there", port)

    assert re.search(rf"Port {port} is busy; this takes \d+\.", second.text)
    assert second.base != first.base
    assert json.loads(pasted(second))["success"] is True


def test_a_second_demo_of_a_folder_is_told_where_the_first_is(
    demo: Callable[..., Demo], tmp_path: Path
) -> None:
    first = demo("here")
    second = Demo(tmp_path / "here", free_port())
    try:
        assert second.process.wait(SECONDS) == 1
    finally:
        second.close()

    [sentence] = "".join(second.complained).splitlines()
    assert "data runs already" in sentence
    assert first.base in sentence
    assert "--folder" in sentence
    assert second.text == ""
    assert json.loads(pasted(first))["success"] is True


def test_a_demo_beside_another_server_on_its_database_promises_nothing(
    demo: Callable[..., Demo], tmp_path: Path
) -> None:
    first = demo("here")
    (tmp_path / "here" / "data" / "demo.lock").unlink()  # as where `gigdesk serve` has the database
    second = Demo(tmp_path / "here", free_port())
    try:
        assert second.process.wait(SECONDS) == 1
    finally:
        second.close()

    assert str(first.process.pid) in "".join(second.complained)
    assert second.text == ""


def test_a_demo_that_was_killed_holds_its_folder_no_longer(demo: Callable[..., Demo]) -> None:
    first = demo("here")
    first.process.kill()
    first.close()

    assert json.loads(pasted(demo("here")))["success"] is True


def test_ctrl_c_ends_it_cleanly(demo: Callable[..., Demo]) -> None:
    running = demo("here")

    assert running.interrupt() in (0, 130)
    assert "Traceback" not in running.text + "".join(running.complained)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.base}/healthz")


@pytest.mark.parametrize("lane", ["sqlite", "postgresql"])
def test_a_past_is_invented_once_and_verifies(
    demo: Callable[..., Demo], tmp_path: Path, request: pytest.FixtureRequest, lane: str
) -> None:
    more = ["--cases", "300"]
    url = f"sqlite:///{tmp_path}/here/data/gigdesk.db"
    if lane == "postgresql":
        url = request.getfixturevalue("postgres_url")
        more += ["--database-url", url]
    demo("here", 0, *more).interrupt()
    again = demo("here", 0, *more)
    again.interrupt()

    secret = (tmp_path / "here" / "data" / "secret").read_text().strip()
    environment = os.environ | {"GIGDESK_DATABASE_URL": url, "GIGDESK_SECRET": secret}
    audit = [sys.executable, "-m", "gigdesk", "audit", "verify"]
    told = subprocess.run(audit, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert "has cases already" in again.text
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(r"300 cases, \d+ commits: all whole", told.stdout)

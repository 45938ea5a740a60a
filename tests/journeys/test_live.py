"""A case is followed as it happens: over a real socket, from where one left off, and by nobody else."""

import socket
import time
from collections.abc import Iterator

import pytest

import forms
from desk import Visitor, account, staff
from journeys.test_life_of_a_case import AGENT, Caller
from live import CLIENT, GIG, WORKER, Live


class Stream:
    """An event stream on a connection of its own."""

    def __init__(
        self, site: Live, case: str, who: str, *roles: str, last: str = "", cookie: str = ""
    ) -> None:
        self.socket = socket.create_connection(("127.0.0.1", site.port), timeout=10)
        lines = [
            f"GET /api/cases/{case}/events HTTP/1.1",
            "Host: x",
            "Accept: text/event-stream",
            f"Cookie: {cookie}" if cookie else f"Authorization: Bearer {site.token(who, *roles)}",
            *([f"Last-Event-ID: {last}"] if last else []),
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.text = ""

    def until(self, part: str, seconds: float = 8) -> str:
        """What came, once this is in it."""
        end = time.monotonic() + seconds
        while part not in self.text and time.monotonic() < end:
            self.socket.settimeout(max(0.05, end - time.monotonic()))
            try:
                got = self.socket.recv(65536)
            except TimeoutError:
                break
            if not got:
                break
            self.text += got.decode()
        assert part in self.text, self.text
        return self.text

    def ends(self, seconds: float = 8) -> bool:
        """Whether the server ends it."""
        self.socket.settimeout(seconds)
        while got := self.socket.recv(65536):
            self.text += got.decode()
            if self.text.endswith("0\r\n\r\n"):
                return True
        return True

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def case(site: Live) -> str:
    return str(site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()["id"])


@pytest.fixture
def streams(site: Live, case: str) -> Iterator[list[Stream]]:
    opened: list[Stream] = []
    yield opened
    for stream in opened:
        stream.close()


def test_a_party_hears_what_concerns_them_and_nothing_else(
    site: Live, case: str, streams: list[Stream]
) -> None:
    worker, agent = Stream(site, case, WORKER), Stream(site, case, AGENT, "agent")
    streams += [worker, agent]
    worker.until("retry: 3000")
    agent.until("retry: 3000")
    ada = Caller(site, AGENT, case)

    ada.do("assignment", {"owner": AGENT})
    ada.do("notes", {"text": "A note for us."})
    ada.do("messages", {"to": "reporter", "text": "We have begun."})

    assert "A note for us." in agent.until("We have begun.")
    heard = worker.until("We have begun.")
    assert "text/event-stream" in heard
    assert "A note for us." not in heard
    assert "owner.changed" not in heard
    assert [line for line in heard.splitlines() if line.startswith("id: ")] == ["id: 2-1", "id: 3-1"]


def test_one_goes_on_where_one_left_off(site: Live, case: str, streams: list[Stream]) -> None:
    wanda = Caller(site, WORKER, case)
    for text in ("first words", "second words"):
        wanda.do("messages", {"text": text})

    stream = Stream(site, case, WORKER, last="2-1")
    streams.append(stream)

    heard = stream.until("second words")
    assert "first words" not in heard


def test_it_is_followed_by_nobody_else_and_not_without_end(another, streams: list[Stream]) -> None:  # type: ignore[no-untyped-def]
    site = another()
    case = str(site.report(forms.report(GIG)).json()["id"])
    stranger = Stream(site, case, CLIENT)
    streams.append(stranger)
    assert "404" in stranger.until("case.unknown")
    for _ in range(6):
        streams.append(Stream(site, case, WORKER))
        streams[-1].until("retry: 3000")

    assert streams[1].ends(), "the oldest of six makes way"
    Caller(site, WORKER, case).do("messages", {"text": "Still there?"})
    for stream in streams[2:]:
        stream.until("Still there?")


def test_who_is_shut_out_hears_nothing_more(site: Live, case: str, streams: list[Stream]) -> None:
    login = account(site, "leaver@desk.example", "agent")
    with Visitor(site) as leaver:
        leaver.sign_in(login)
        cookie = "; ".join(f"{name}={value}" for name, value in leaver.cookies.items())
    stream = Stream(site, case, login, cookie=cookie)
    streams.append(stream)
    stream.until("retry: 3000")
    ada = Caller(site, AGENT, case)
    ada.do("notes", {"text": "For all of us."})
    stream.until("For all of us.")

    staff(site, "disable", login)
    ada.do("notes", {"text": "Not for who has left."})

    assert stream.ends()
    assert "Not for who has left." not in stream.text


def test_a_server_that_ends_does_not_wait_for_who_follows(another, streams: list[Stream]) -> None:  # type: ignore[no-untyped-def]
    site = another()
    case = str(site.report(forms.report(GIG)).json()["id"])
    stream = Stream(site, case, WORKER)
    streams.append(stream)
    stream.until("retry: 3000")
    begun = time.monotonic()
    site.stop()
    assert time.monotonic() - begun < 8  # ten seconds is how long it would wait

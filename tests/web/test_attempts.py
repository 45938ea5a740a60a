"""How tries at the door are counted, and where a request comes from."""

import pytest
from starlette.requests import Request

from gigdesk.errors import TooMany
from gigdesk.web.staff.attempts import ADDRESS_TRIES, LOGIN_TRIES, WINDOW_SECONDS, Attempts, address_of

PROXY = "10.0.0.2"


class Turned:
    def __init__(self) -> None:
        self.at = 10_000.0 * WINDOW_SECONDS

    def __call__(self) -> float:
        return self.at


def request(peer: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return Request({"type": "http", "client": (peer, 1) if peer else None, "headers": headers})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", (), "198.51.100.7"),
        (PROXY, ("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        (PROXY, ("203.0.113.9", "198.51.100.7"), "198.51.100.7"),
        ("127.0.0.1", ("8.8.8.8",), "8.8.8.8"),
        ("8.8.8.8", ("1.1.1.1",), "8.8.8.8"),  # who comes from outside is not believed
        (PROXY, ("nonsense",), PROXY),
        (PROXY, ("",), PROXY),
        ("2a01:4f8:1:2:3:4:5:6", (), "2a01:4f8:1:2::"),
        (PROXY, ("2a01:4f8:1:2:ffff::1",), "2a01:4f8:1:2::"),
        ("::ffff:8.8.8.8", ("1.1.1.1",), "8.8.8.8"),
        ("::1", ("::ffff:1.1.1.1",), "1.1.1.1"),
        (None, (), "None"),
    ],
)
def test_a_request_comes_from_where_its_peer_or_our_own_proxy_says(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    assert address_of(request(peer, *forwarded)) == address


def test_a_login_has_so_many_tries_from_wherever_and_is_free_again_in_time() -> None:
    now = Turned()
    attempts = Attempts(now)
    left = [attempts.hit(" Mira@X" if n % 2 else "mira@x", f"address {n}") for n in range(LOGIN_TRIES)]
    assert left == list(range(LOGIN_TRIES - 1, -1, -1))
    with pytest.raises(TooMany) as refused:
        attempts.hit("mira@x", "address")
    assert attempts.hit("paul@x", "address") == LOGIN_TRIES - 1
    wait = refused.value.retry_after
    assert wait
    assert 0 < wait <= 2 * WINDOW_SECONDS
    now.at += wait
    assert attempts.hit("mira@x", "address") >= 0


def test_what_was_right_counts_for_nothing() -> None:
    attempts = Attempts(Turned())
    for _ in range(3 * ADDRESS_TRIES):
        attempts.hit("mira@x", "address")
        attempts.give_back("mira@x", "address")
    assert attempts.hit("mira@x", "address") == LOGIN_TRIES - 1


def test_being_right_once_forgives_no_other_login() -> None:
    attempts = Attempts(Turned())
    for number in range(ADDRESS_TRIES - 1):
        attempts.hit(f"login {number}", "address")
    attempts.hit("own@x", "address")
    attempts.give_back("own@x", "address")
    attempts.hit("another", "address")
    with pytest.raises(TooMany):
        attempts.hit("and another", "address")


@pytest.mark.parametrize("login", ["", "\ud800", "x" * 100_000])
def test_any_login_can_be_counted(login: str) -> None:
    assert Attempts(Turned()).hit(login, "address") == LOGIN_TRIES - 1

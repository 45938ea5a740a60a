"""What is kept of a browser's own words: two names at most."""

import pytest

from gigdesk.web.browsers import browser_of

BY_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0", "Firefox, Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {BY_WEBKIT} Chrome/151.0 Safari/537.36", "Chrome, Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64) {BY_WEBKIT} Chrome/151.0 Safari/537.36 Edg/151.0",
            "Edge, Windows",
        ),
        (f"Mozilla/5.0 (Linux; Android 16) {BY_WEBKIT} Chrome/151.0 Mobile Safari/537.36", "Chrome, Android"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) {BY_WEBKIT} Safari/604.1",
            "Safari, iPhone",
        ),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {BY_WEBKIT} Safari/605.1", "Safari, macOS"),
        ("curl/9.0", ""),
        ("", ""),
        ("<script>alert(1)</script>" * 500, ""),
    ],
)
def test_a_browser_is_named_in_two_words(user_agent: str, label: str) -> None:
    assert browser_of(user_agent) == label

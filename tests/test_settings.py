"""Settings that are refused, each with a sentence that says what to write."""

import pytest

from gigdesk.errors import Invalid
from gigdesk.settings import OWN_PATHS, read


@pytest.mark.parametrize("path", sorted(OWN_PATHS))
def test_a_public_path_that_is_one_of_our_own_is_refused(path: str) -> None:
    for address in (
        f"https://market.example/{path}",
        f"https://market.example/{path}/",
        f"http://a/{path}/x",
    ):
        with pytest.raises(Invalid, match=f"/{path} is one of our own"):
            read({"GIGDESK_BASE_URL": address})


@pytest.mark.parametrize("path", ["", "/", "/help", "/help/reports", "/reports-of-gigs"])
def test_any_other_public_path_is_taken(path: str) -> None:
    assert read({"GIGDESK_BASE_URL": f"https://market.example{path}"}).base_url.startswith("https://")


@pytest.mark.parametrize(
    "accent",
    ["#17607f", "#ABC", "rebeccapurple", "oklch(0.46 0.085 232)", "rgb(1, 2, 3)", "hsl(200deg 69% 29%)"],
)
def test_a_colour_is_taken(accent: str) -> None:
    assert read({"GIGDESK_BRAND_ACCENT": accent}).brand_accent == accent


@pytest.mark.parametrize(
    "accent",
    ["#12", "red;}", "url(x)", "#fff;background:url(//x)", "rgb(1,2)", "rgb(a-b)", "var(--x)", "red\n}"],
)
def test_what_is_no_colour_is_refused(accent: str) -> None:
    with pytest.raises(Invalid, match="GIGDESK_BRAND_ACCENT: write a CSS colour"):
        read({"GIGDESK_BRAND_ACCENT": accent})


PAGES = ("BRAND_HOME_URL", "BRAND_GIG_URL", "BRAND_EXIT_URL")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_marketplace_is_taken(name: str) -> None:
    address = "https://market.example/gigs/{gigId}?from=desk#top"
    base = {"GIGDESK_BASE_URL": "https://market.example/help"}
    assert getattr(read({**base, f"GIGDESK_{name}": address}), name.lower()) == address
    assert read({f"GIGDESK_{name}": "http://localhost:3000/{gigId}"})


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//{gigId}",
        "JavaScript://market.example/%0aalert(1)/{gigId}",
        "data:text/html,{gigId}",
        "//market.example/{gigId}",
        "/gigs/{gigId}",
        "https://user:word@market.example/{gigId}",
        "https:///{gigId}",
        'https://market.example/{gigId}"onclick="x',
        "https://market.example/{gigId}\n",
    ],
)
def test_what_is_no_page_is_refused(name: str, address: str) -> None:
    with pytest.raises(Invalid, match=f"GIGDESK_{name}: write the whole address of a page"):
        read({f"GIGDESK_{name}": address})


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_less_safe_than_our_own(name: str) -> None:
    given = {"GIGDESK_BASE_URL": "https://market.example", f"GIGDESK_{name}": "http://market.example/{gigId}"}
    with pytest.raises(Invalid, match=f"GIGDESK_{name} begins with https://"):
        read(given)


def test_the_page_of_a_gig_has_a_place_for_the_gig() -> None:
    with pytest.raises(Invalid, match="needs the place"):
        read({"GIGDESK_BRAND_GIG_URL": "https://market.example/gigs"})

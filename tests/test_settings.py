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

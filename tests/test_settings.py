"""Settings that are refused, each with a sentence that says what to write."""

import base64

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


HOOK = {"GIGDESK_WEBHOOK_URL": "https://market.example/hooks/gigdesk", "GIGDESK_WEBHOOK_SECRET": ""}
HOOK_SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


def hook_secret(length: int) -> str:
    return "whsec_" + base64.b64encode(bytes(range(length))).decode()


@pytest.mark.parametrize("length", range(24, 65))
def test_a_secret_of_a_webhook_has_24_to_64_bytes(length: int) -> None:
    assert read({**HOOK, "GIGDESK_WEBHOOK_SECRET": hook_secret(length)}).webhook_secret


@pytest.mark.parametrize(
    "secret",
    [
        *(hook_secret(length) for length in (1, 23, 65, 66, 100)),
        hook_secret(32).removeprefix("whsec_"),
        hook_secret(32).removesuffix("="),
        *(hook_secret(32) + more for more in ("=", " ", "\n", "A")),
        "whsec_" + "-_" * 22,
        "whpk_" + "A" * 44,
    ],
)
def test_what_is_no_secret_of_a_webhook_is_refused_and_not_told(secret: str) -> None:
    with pytest.raises(Invalid, match="GIGDESK_WEBHOOK_SECRET: is whsec_ and 24 to 64 bytes") as refused:
        read({**HOOK, "GIGDESK_WEBHOOK_SECRET": secret})
    assert secret not in str(refused.value)


def test_a_webhook_needs_its_address_and_its_secret() -> None:
    for given in (HOOK, {"GIGDESK_WEBHOOK_SECRET": HOOK_SECRET}):
        with pytest.raises(Invalid, match="are set both, or neither"):
            read(given)
    assert read({"GIGDESK_WEBHOOK_ALLOW": "hooks.internal"}).webhook_url is None


@pytest.mark.parametrize(
    "url",
    [
        "https://market.example",
        "https://market.example:8443/hook?key=a%20b&x=[1]",
        "https://10.0.0.1/",
        "https://[2606:4700::1]:443/x",
        "https://my_service:3000/",
        "https://xn--maana-pta.example/",
    ],
)
def test_an_address_of_a_webhook_is_taken(url: str) -> None:
    assert read({"GIGDESK_WEBHOOK_URL": url, "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET}).webhook_url == url


def test_the_path_of_a_webhook_is_not_told_where_it_is_refused() -> None:
    given = {"GIGDESK_WEBHOOK_URL": "https://a@market.example/s3cr3t", "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET}
    with pytest.raises(Invalid) as refused:
        read(given)
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "allow"),
    [("http://hooks.internal:3000/", "other.internal HOOKS.internal"), ("http://[::1]/", "::1")],
)
def test_a_webhook_in_the_clear_is_for_hosts_that_are_named(url: str, allow: str) -> None:
    given = {"GIGDESK_WEBHOOK_URL": url, "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET}
    assert read({**given, "GIGDESK_WEBHOOK_ALLOW": allow}).webhook_url == url
    with pytest.raises(Invalid, match="GIGDESK_WEBHOOK_ALLOW names its host"):
        read({**given, "GIGDESK_WEBHOOK_ALLOW": "internal"})


@pytest.mark.parametrize(
    "host", ["*.internal", "*", "10.0.0.0/8", "http://hooks.internal", "hooks.internal:80", "a,b", "[::1]"]
)
def test_only_names_of_hosts_are_allowed(host: str) -> None:
    with pytest.raises(Invalid, match="GIGDESK_WEBHOOK_ALLOW: write names of hosts alone"):
        read({"GIGDESK_WEBHOOK_ALLOW": f"hooks.internal {host}"})


WORK = {
    "GIGDESK_OIDC_ISSUER": "https://login.example/tenant/",
    "GIGDESK_OIDC_CLIENT_ID": "gigdesk",
    "GIGDESK_OIDC_CLIENT_SECRET": "s",
}


def test_a_provider_of_work_accounts_is_taken_whole() -> None:
    read_so = read({**WORK, "GIGDESK_OIDC_ROLES_MAP": "a=agent cn=desk,dc=x=lead"})
    assert read_so.oidc_issuer == "https://login.example/tenant/"
    assert read_so.oidc_roles == {"a": "agent", "cn=desk,dc=x": "lead"}
    assert read({**WORK, "GIGDESK_OIDC_ISSUER": "http://127.0.0.1:9000"})
    assert read({}).oidc_issuer is None


@pytest.mark.parametrize("left_out", WORK)
def test_a_provider_of_work_accounts_is_refused_in_part(left_out: str) -> None:
    with pytest.raises(Invalid, match="are set all, or none"):
        read({name: value for name, value in WORK.items() if name != left_out})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ISSUER", "http://login.example", "begins with https://"),
        ("ISSUER", "login.example", "write the whole address"),
        ("ISSUER", "https://login.example?x=1", "write the whole address"),
        ("ISSUER", "https://user@login.example", "write the whole address"),
        ("ROLES_MAP", "desk", "write VALUE=ROLE"),
        ("ROLES_MAP", "desk=root", "write VALUE=ROLE"),
        ("ROLES_MAP", "desk=integration", "write VALUE=ROLE"),
        ("ALLOW", "https://x", "write names of hosts alone"),
    ],
)
def test_what_does_not_fit_to_work_accounts_is_refused(name: str, value: str, says: str) -> None:
    with pytest.raises(Invalid, match=f"GIGDESK_OIDC_{name}: {says}"):
        read({**WORK, f"GIGDESK_OIDC_{name}": value})

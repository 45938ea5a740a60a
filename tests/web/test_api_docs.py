"""``/api/docs``: all of the document stands on the page, every link leads somewhere, no script is needed."""

import gzip
import html
import json
import re
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gigdesk.web.assets import Assets
from gigdesk.web.pages import HEADERS
from live import Live
from raw import Answer, Wire

MORE_WEIGHT = 3_000  # bytes of the page's own stylesheet, gzipped


class Shown(HTMLParser):
    """What a page says, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [value for _, a in self.found if (value := a.get(attribute))]


@pytest.fixture(scope="module", params=["", "/help"], ids=["at the root", "under a path"])
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Live]:
    running = Live(tmp_path_factory.mktemp("site"))
    running.environment["GIGDESK_BASE_URL"] = running.base + request.param
    running.prefix = request.param
    running.start()
    try:
        yield running
    finally:
        running.close()


def get(site: Live, path: str, **headers: str) -> Answer:
    with Wire(site.port) as wire:
        wire.head("GET", site.prefix + path, {name.replace("_", "-"): v for name, v in headers.items()})
        return wire.answer()


@pytest.fixture(scope="module")
def answer(site: Live) -> Answer:
    return get(site, "/api/docs")


@pytest.fixture(scope="module")
def page(answer: Answer) -> Shown:
    return Shown(answer.body.decode())


def test_anybody_may_read_it_with_the_headers_of_every_page(answer: Answer) -> None:
    assert answer.status == 200
    told = {**HEADERS, "content-language": "en", "vary": "Accept-Encoding"}
    assert {name: answer.headers[name] for name in told} == told


def test_every_operation_and_schema_of_the_served_document_stands_on_it(site: Live, page: Shown) -> None:
    document = get(site, "/api/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert f"{method.upper()} {site.prefix}{path}\n" in page.text
            assert operation["summary"].removesuffix(".") in page.text
            assert f"operation-{operation['operationId']}" in page.all("id")
            assert operation["x-callers"] in page.text
            for status, response in operation["responses"].items():
                assert re.search(rf"{status}\s+{re.escape(response['description'])}", page.text)
            for parameter in operation.get("parameters", ()):
                assert parameter["name"] in page.text
    for name, schema in document["components"]["schemas"].items():
        assert f"schema-{name}" in page.all("id")
        for field in schema["properties"]:
            assert field in page.text
    for header in document["components"]["headers"].values():
        assert header["description"] in page.text


def test_every_link_within_it_has_a_target_and_no_target_stands_twice(site: Live, page: Shown) -> None:
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    links = page.all("href")
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert {value for name in ("aria-labelledby",) for value in page.all(name)} <= set(ids)
    assert {value[1:] for value in page.all("data-copy")} <= set(ids)
    for address in [link for link in links + page.all("src") if not link.startswith("#")]:
        assert address.startswith(f"{site.prefix}/"), address
        assert get(site, address.removeprefix(site.prefix)).status == 200


def test_it_needs_no_script_no_inline_style_and_nobody_else(page: Shown) -> None:
    for tag, attributes in page.found:
        assert not {name for name in attributes if name == "style" or name.startswith("on")}
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
    assert [a["lang"] for _, a in page.found if "lang" in a] == ["en-GB", "en"]


def test_calls_and_examples_name_this_site(site: Live, answer: Answer, page: Shown) -> None:
    calls = re.findall(r'-curl">(curl .*?)</code>', answer.body.decode(), re.S)
    assert len(calls) == len(re.findall(r'class="card api-operation"', answer.body.decode()))
    assert all(f"{site.base}{site.prefix}/" in html.unescape(call) for call in calls)
    for example in re.findall(
        r'aria-label="Example of [^"]*"><code>(.*?)</code>', answer.body.decode(), re.S
    ):
        json.loads(html.unescape(example))


def test_the_call_that_keeps_a_gig_works_as_it_stands_there(site: Live, answer: Answer) -> None:
    call = re.search(r'id="operation-putGig-curl">(.*?)</code>', answer.body.decode(), re.S)
    assert call is not None
    words = shlex.split(html.unescape(call[1]).replace("\\\n", ""))
    told = dict(w.split(": ", 1) for i, w in enumerate(words) if words[i - 1] == "-H")
    told["Authorization"] = told["Authorization"].replace("$TOKEN", site.token("market", "integration"))
    body = words[words.index("--data") + 1]
    with Wire(site.port) as wire:
        lengths = {"Content-Length": len(body.encode())}
        wire.head("PUT", words[3].removeprefix(site.base), told | lengths)
        wire.send(body.encode())
        kept = wire.answer()
    assert kept.status == 200, kept.body
    assert kept.json()["title"] == json.loads(body)["title"]


def test_it_is_sent_gzipped_to_who_takes_that(site: Live, answer: Answer) -> None:
    zipped = get(site, "/api/docs", Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == answer.body
    assert len(zipped.body) < 40_000


def test_its_styles_are_its_own_and_light() -> None:
    assets = Assets("#17607f")
    if not assets.is_built:
        pytest.skip("lane web: scripts and styles were not built (pip install .)")
    own = assets.style("api")
    assert own is not None
    assert own not in assets.styles()
    assert len(assets.find(own).gzipped) < MORE_WEIGHT


def test_it_is_readable_where_nothing_was_built(tmp_path: Path) -> None:
    assert Assets("#17607f", tmp_path).style("api") is None

"""Pages: addresses under a path, text that stays text, the host's colour, weight."""

import gzip
import json
import re
from html.parser import HTMLParser

import pytest

from browser import states
from gigdesk.web.api.documents import intake_document
from gigdesk.web.assets import STATIC, Assets, theme_css
from gigdesk.web.language import Languages
from gigdesk.web.pages import CONTENT_SECURITY_POLICY, TEMPLATES, Brand, Pages
from gigdesk.web.reporter.views import FieldProblem, Refused, ReportForm, Viewer

HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}%(name)s'
WEIGHT = 40_000
DESK_WEIGHT = 60_000


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def named(self, name):
        return [a for _, a in self.found if a.get("name") == name]


def draw(form: ReportForm, pages: Pages | None = None) -> bytes:
    language = Languages().negotiate("en")
    return (pages or states.pages()).render("report", language, Viewer(name="A", csrf="c"), form=form)


@pytest.mark.parametrize("state", states.STATES)
def test_every_address_of_a_page_stands_under_the_path(state):
    elements = Elements(states.draw(states.pages("https://market.example/help"), state)).found
    for _, attributes in elements:
        for name in ("href", "src", "action"):
            address = attributes.get(name) or ""
            if address.startswith("/") and "/reports" not in address:
                assert address.startswith("/help/") or address in {"/file", "/receipt", "/x", "/y", "/r"}


@pytest.mark.parametrize("state", states.STATES)
def test_no_page_needs_inline_style_or_script_or_another_host(state):
    page = states.draw(states.pages(), state)
    for tag, attributes in Elements(page).found:
        assert not {a for a in attributes if a == "style" or a.startswith("on")}, (tag, attributes)
        if tag == "script":
            assert attributes.get("type") == "application/json" or (attributes["src"] or "").startswith(
                "/help/"
            )
        if tag in {"link", "img"}:
            assert not (attributes.get("href") or attributes.get("src") or "").startswith("http")
    assert b"<style" not in page
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_what_people_wrote_is_shown_and_never_run():
    form = states.form(
        typed={"issueType": "property.damage", "description": HOSTILE, "item": HOSTILE, "x": HOSTILE},
        problems=[FieldProblem(field="item", message=HOSTILE), FieldProblem(field="", message=HOSTILE)],
        draft_key=HOSTILE,
        idempotency_key=HOSTILE,
    )
    page = draw(form)
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page
    assert Elements(page).named("item")[0]["value"] == HOSTILE
    case = states.pages().render(
        "case",
        Languages().negotiate("es"),
        None,
        page=states.case(description=HOSTILE, issue_label="%s <b>", mailed_to=HOSTILE),
    )
    assert b"<script>alert" not in case


def test_the_csrf_token_is_the_first_field_of_the_form():
    names = [a["name"] for t, a in Elements(draw(states.form())).found if t == "input" and a.get("name")]
    names = names[names.index("csrf", 1) if names[0] != "csrf" else 0 :]
    assert names[:3] == ["csrf", "idempotencyKey", "gigId"] or names[1:4] == [
        "csrf",
        "idempotencyKey",
        "gigId",
    ]


def test_what_was_typed_is_kept_and_errors_stand_at_their_fields():
    page = draw(states.form(typed=states.TYPED | {"description": "Hello"}, problems=states.PROBLEMS))
    elements = Elements(page)
    amount = elements.named("amount")[0]
    assert (amount["value"], amount["aria-invalid"]) == ("about 240", "true")
    assert "amount-error" in (amount["aria-describedby"] or "")
    assert any("checked" in a and a["value"] == "property.damage" for a in elements.named("issueType"))
    assert "Hello" in page.decode()
    targets = re.findall(r'<li><a href="#([\w-]+)"', page.decode())
    ids = {a["id"] for _, a in elements.found if a.get("id")}
    assert set(targets) <= ids


def test_a_textarea_keeps_a_first_empty_line():
    assert b">\n\n  text</textarea>" in draw(states.form(typed={"description": "\n  text"}))


def test_the_safety_page_comes_with_help_first_and_a_way_out():
    page = states.draw(states.pages(), "report-safety").decode()
    assert page.index('id="emergency"') < page.index('id="report"')
    assert 'href="tel:112"' in page
    assert 'id="exit"' in page
    assert 'id="exit" hidden' not in page


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503, 418])
def test_every_refusal_is_a_page(status):
    page = states.pages().refusal(
        Languages().negotiate("en"), Refused(status=status, message="Do this.", number="r-1")
    )
    assert b"Do this." in page
    assert (b"r-1" in page) is (status >= 500)


@pytest.mark.parametrize(
    ("code", "title"), [("gig.not_yours", b"You cannot report"), ("csrf.missing", b"not done")]
)
def test_a_page_of_what_is_not_allowed_speaks_of_that(code, title):
    language = Languages().negotiate("en")
    page = states.pages().refusal(language, Refused(status=403, message="Do this.", code=code))
    assert title in page


def test_at_the_desk_a_refusal_leads_back_to_its_cases():
    language = Languages().negotiate("en")
    page = states.pages().refusal(language, Refused(status=404, message="Do this.", desk_url="/help/desk"))
    assert b'href="/help/desk"' in page
    assert b"My reports" not in page


def test_the_script_is_told_everything_it_needs():
    page = states.draw(states.pages(), "report", "es").decode()
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', page, re.S)[1])
    assert data["api"] == "/help/api/report-issue"
    assert data["limits"]["files"] == 10
    assert data["types"]["safety.emergency"]["keepsDraft"] is False
    assert data["words"]["sending"] == "Enviando"
    assert said(of_case=False) <= data["words"].keys()


def said(*, of_case):
    """What the scripts of the form, or of a case, say by name."""
    names = set()
    for script in (STATIC.parents[3] / "frontend/src").glob("*.ts"):
        text = script.read_text()
        if (script.name == "case-page.ts" or '"./case-page"' in text) is of_case:
            names |= set(re.findall(r'say\(\s*"(\w+)"', text))
    return names


def test_the_script_of_a_case_is_told_everything_it_needs():
    page = states.draw(states.pages(), "live", "es").decode()
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', page, re.S)[1])
    assert data["events"] == "/help/api/cases/1/events"
    assert data["words"]["sending"] == "Enviando"
    spoken = {"signedOut", "gone", "offline", "broke", "busy", "notSent"}
    assert said(of_case=True) | spoken == data["words"].keys()


def test_the_intake_document_names_every_type_and_limit():
    english = intake_document(states.form().intake, Languages().negotiate("en").gettext)
    spanish = intake_document(states.form().intake, Languages().negotiate("es").gettext)
    types = [t for g in english["groups"] for t in g["issueTypes"]]
    assert len(types) == 38
    assert all(t["label"] and t["firstReplySeconds"] > 0 for t in types)
    assert "image/jpeg" in english["limits"]["mediaTypes"]
    assert spanish["groups"][0]["label"] == "Daños o pérdidas"
    json.dumps(english)


def test_a_colour_becomes_a_stylesheet():
    assert theme_css("#17607f") == ":root { --accent: #17607f; }\n"


def test_pages_stay_readable_where_nothing_was_built(tmp_path):
    (tmp_path / "plain.css").write_bytes((STATIC / "plain.css").read_bytes())
    assets = Assets("#17607f", tmp_path)
    assert not assets.is_built
    assert assets.styles()[0] == "plain.css"
    assert assets.script("report") is None
    assert assets.find("plain.css").media_type.startswith("text/css")
    assert assets.find("../pages.py") is None


def test_script_and_styles_of_the_form_are_light():
    assets = Assets("#17607f")
    if not assets.is_built:
        pytest.skip("lane web: scripts and styles were not built (pip install .)")
    for script in ("report", "case", "reports"):
        names = [assets.styles()[0], assets.script("site"), assets.script(script)]
        weights = {name: len(gzip.compress(assets.find(name).content, 9)) for name in names}
        assert sum(weights.values()) < WEIGHT, weights
        assert b"import" not in assets.find(assets.script(script)).content.split(b";")[0]


def test_script_and_style_of_the_desk_are_light_enough_for_a_desk():
    assets = Assets("#17607f")
    if not assets.is_built:
        pytest.skip("lane web: scripts and styles were not built (pip install .)")
    names = [assets.styles()[0], assets.style("desk"), assets.script("site"), assets.script("desk")]
    weights = {name: len(gzip.compress(assets.find(name).content, 9)) for name in names}
    assert sum(weights.values()) < DESK_WEIGHT, weights


def test_no_template_asks_htmx_to_make_a_function_of_a_string():
    """The policy of the pages forbids eval: hx-on, js: and filters of triggers would do nothing but break."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for asks in ("hx-on", "js:", "javascript:", "hx-vals", "hx-headers"):
            assert asks not in text, (path.name, asks)
        assert not re.search(r'hx-trigger="[^"]*\[', text), path.name


def test_only_the_desk_loads_the_desk():
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text()
        assert "script('desk')" not in text, path.name
        assert "style('desk')" not in text, path.name


def test_no_template_marks_text_as_safe_but_our_own():
    for template in TEMPLATES.glob("*.html"):
        for use in re.findall(r"[^\n]*\|\s*safe[^\n]*", template.read_text()):
            assert "detail.kind" in use, template.name


def test_a_brand_with_markup_in_its_name_is_text():
    pages = Pages("http://x.example", Brand(name="<b>Nearhand</b>"))
    assert b"<b>Nearhand" not in draw(states.form(), pages)

"""The lists of the desk as staff use them without script: views, filters, pages, the next case, many at once."""

import html
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import uuid4

import pytest

import forms
from journeys.test_form_pages import signed_in
from journeys.test_life_of_a_case import AGENT, LEAD, OTHER
from live import CLIENT, GIG, WORKER, Live, eventually
from raw import Answer

ROLES = {AGENT: ["agent"], OTHER: ["agent"], LEAD: ["lead"], "olga": ["auditor"]}
WORDS = "Zwetschgenkuchen on the carpet"


class Desk:
    """One member of staff at the lists."""

    def __init__(self, site: Live, who: str) -> None:
        self.site = site
        self.headers = signed_in(site, uuid4().hex, sub=who, roles=ROLES.get(who, []), name=who.title())

    def get(self, path: str) -> Answer:
        return self.site.call("GET", path, headers=self.headers, by=None)

    def look(self, query: str | None = None) -> str:
        path = "/desk" if query is None else f"/desk?q={quote(query)}"
        answer = self.get(path)
        assert answer.status == 200, answer.body.decode()
        return answer.body.decode()

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        sent = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self.site.call("POST", path, urlencode(fields).encode(), sent, by=None)

    def bulk(self, deed: str, cases: list[str], **more: str) -> Answer:
        fields = [
            ("q", "is:open sort:newest"),
            ("deed", deed),
            *(("case", case) for case in cases),
            *more.items(),
        ]
        return self.post("/desk/bulk", fields)


def cases(page: str) -> list[str]:
    """Ids and versions, as the boxes have them, in order."""
    return re.findall(r'name="case" value="([0-9a-f-]{36}\.\d+)"', page)


def ids(page: str) -> list[str]:
    return [case.partition(".")[0] for case in cases(page)]


def row(page: str, case: str) -> str:
    found = re.search(rf'<tr[^>]*id="case-{case}".*?</tr>', page, re.S)
    assert found, f"{case} is not on the page"
    return html.unescape(re.sub(r"<[^>]*>|\s+", " ", found[0]))


@pytest.fixture
def desk(site: Live) -> Desk:
    return Desk(site, AGENT)


def report(site: Live, **fields: str) -> str:
    given: Mapping[str, str] = {**forms.report(GIG), "issueType": "quality.late", **fields}
    return str(site.report(given).json()["id"])


def listed(desk: Desk, case: str, query: str = "is:open") -> str:
    """The page of the list once the case is on it."""
    eventually(lambda: case in ids(desk.look(f"{query} sort:newest")))
    return desk.look(f"{query} sort:newest")


def test_a_report_is_on_the_list_with_what_an_agent_needs(site: Live, desk: Desk) -> None:
    case = report(site, description="The kettle was <b>hot</b>.")

    said = row(listed(desk, case), case)

    assert "It was late" in said
    assert "“The kettle was <b>hot</b>.”" in said
    assert "Us: first reply" in said
    assert "left" in said
    assert "Nobody" in said


def test_the_drawing_of_what_is_dangerous_is_told_apart(site: Live) -> None:
    lead = Desk(site, LEAD)
    case = report(site, issueType="safety.conditions")
    other = report(site)

    page = listed(lead, case, "type:safety.conditions")

    assert re.search(rf'id="case-{case}".*?<span class="what hot"><svg class="i" ', page, re.S)
    assert re.search(rf'id="case-{other}".*?<span class="what"><svg class="i" ', listed(lead, other), re.S)


def test_a_view_is_an_address_and_says_which_it_is(desk: Desk) -> None:
    page = desk.look()
    [side] = re.findall(r'<nav class="side".*?</nav>', page, re.S)
    views = re.findall(r'<a href="(/desk\?q=[^"]+)"([^>]*)>', side)
    assert len(views) >= 8
    assert sum('aria-current="page"' in rest for _, rest in views) == 1
    for address, _ in views:
        answer = desk.get(html.unescape(address))
        assert answer.status == 200
        here = re.findall(r'<a href="([^"]+)" aria-current="page"', answer.body.decode())
        assert address in here


def test_what_is_typed_is_added_to_what_holds(desk: Desk) -> None:
    answer = desk.get(f"/desk?with={quote('is:open')}&q={quote('type:payment.* kettle')}")

    assert answer.status == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)["q"]
    assert query == ["is:open type:payment.* kettle"]


def test_a_filter_that_is_not_understood_is_told_and_kept(desk: Desk) -> None:
    answer = desk.get(f"/desk?with={quote('is:open')}&q={quote('typ:payment.*')}")

    page = html.unescape(answer.body.decode())
    assert answer.status == 422
    assert "There is no filter “typ”. Do you mean type?" in page
    assert 'value="typ:payment.*"' in page
    assert cases(page)  # the list that held is still there


def test_words_are_found_and_it_is_said_where(site: Live, desk: Desk) -> None:
    case = report(site, description=f"There was {WORDS}.")

    page = listed(desk, case, '"zwetschgenkuchen on the carpet"')

    assert ids(page) == [case]
    assert "In the report" in row(page, case)
    assert "<mark>" in page


def test_a_case_is_taken_over_at_once_and_given_back(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = [box for box in cases(listed(desk, case)) if box.startswith(case)]

    done = desk.bulk("claim", [box])

    assert done.status == 303
    page = desk.get(done.headers["location"]).body.decode()
    assert "1 case is yours now." in page
    assert "You" in row(page, case)
    assert case in ids(desk.look("is:open is:mine sort:newest"))
    [undo] = re.findall(r'<form class="done".*?</form>', page, re.S)
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', undo)
    [deed] = re.findall(r'name="deed" value="(\w+)"', undo)
    assert desk.post("/desk/bulk", [*fields, ("deed", deed)]).status == 303
    assert "Nobody" in row(listed(desk, case), case)


def test_many_are_rehearsed_before_they_are_done_and_each_is_told_by_itself(site: Live, desk: Desk) -> None:
    mine, theirs = report(site), report(site)
    other = Desk(site, OTHER)
    listed(other, theirs)
    boxes = [box for box in cases(listed(desk, mine)) if box[:36] in {mine, theirs}]
    [taken] = [box for box in boxes if box.startswith(theirs)]
    assert other.bulk("claim", [taken]).status == 303

    rehearsed = desk.bulk("snooze", boxes)

    page = rehearsed.body.decode()
    assert rehearsed.status == 200
    assert "It can be done with 1 of 2." in page
    assert "It has changed since you looked at it." in page
    assert ids(page) == [mine]
    assert case_status(desk, mine) == "received"  # nothing was done yet
    done = desk.bulk("snooze", boxes, confirmed="1", choice="tomorrow")
    assert done.status == 409
    assert "1 of 2 were done." in done.body.decode()
    assert mine in ids(desk.look("is:snoozed"))
    assert theirs not in ids(desk.look("is:snoozed"))


def case_status(desk: Desk, case: str) -> str:
    return str(desk.get(f"/api/cases/{case}").json()["status"])


def test_a_deed_that_needs_a_reason_asks_for_it(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = [box for box in cases(listed(desk, case)) if box.startswith(case)]

    asked = desk.bulk("invalid", [box])
    empty = desk.bulk("invalid", [box], confirmed="1", text="  ")
    done = desk.bulk("invalid", [box], confirmed="1", text="It holds nothing.")

    assert (asked.status, empty.status, done.status) == (200, 422, 303)
    assert 'name="text"' in asked.body.decode()
    assert "Say why, in a sentence or two." in empty.body.decode()
    assert case_status(desk, case) == "closed"


def test_the_next_case_is_another_for_everybody(site: Live, desk: Desk) -> None:
    for _ in range(2):
        listed(desk, report(site))
    other = Desk(site, OTHER)

    first = desk.post("/desk/next", []).headers["location"]
    second = other.post("/desk/next", []).headers["location"]

    assert first.startswith("/desk/cases/")
    assert second.startswith("/desk/cases/")
    assert first != second
    assert desk.post("/desk/next", []).headers["location"] == first  # it is theirs still


def test_the_news_of_a_list_are_its_cases_and_counts(site: Live, desk: Desk) -> None:
    case = report(site)
    listed(desk, case)

    news = desk.get(f"/desk/news?q={quote('is:open sort:newest')}").json()

    assert news["cases"][case] == 1
    assert {"mine", "unassigned", "queue-general"} <= news["counts"].keys()


def test_a_form_of_another_site_does_nothing(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = [box for box in cases(listed(desk, case)) if box.startswith(case)]
    desk.headers = {**desk.headers, "Sec-Fetch-Site": "cross-site"}

    for path in ("/desk/bulk", "/desk/next"):
        assert desk.post(path, [("deed", "claim"), ("case", box), ("q", "")]).status == 403
    assert case_status(Desk(site, AGENT), case) == "received"


def test_what_an_agent_may_not_see_is_in_no_list_count_or_deed(site: Live, desk: Desk) -> None:
    case = report(site, issueType="harassment.verbal", description="Unsagbar words were said.")
    lead = Desk(site, LEAD)
    page = listed(lead, case)
    [box] = [box for box in cases(page) if box.startswith(case)]

    assert case not in ids(desk.look("is:open sort:newest"))
    assert ids(desk.look("unsagbar")) == []
    assert "Safety" not in desk.look()
    refused = desk.bulk("claim", [box])
    assert refused.status in (200, 409)
    assert "There is no such report, or it is not yours." in refused.body.decode()
    assert "GD-" not in "".join(re.findall(r'<ul class="outcomes">.*?</ul>', refused.body.decode(), re.S))
    assert case_status(lead, case) == "received"


def test_an_auditor_reads_and_changes_nothing(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = [box for box in cases(listed(desk, case)) if box.startswith(case)]
    auditor = Desk(site, "olga")

    page = auditor.look("is:open sort:newest")

    assert case in page
    assert 'name="case"' not in page
    assert "/desk/next" not in page
    assert auditor.bulk("claim", [box], confirmed="1").status == 409
    assert auditor.post("/desk/next", []).status == 403
    assert case_status(desk, case) == "received"


@pytest.mark.parametrize("who", [WORKER, CLIENT])
def test_there_is_no_desk_for_who_does_not_work_here(site: Live, who: str) -> None:
    person = Desk(site, who)

    assert person.get("/desk").status == 404
    assert person.get("/desk/news").status == 404
    assert person.bulk("claim", []).status == 404
    assert person.post("/desk/next", []).status == 404


def test_pages_go_on_where_the_one_before_ended(site: Live, desk: Desk) -> None:
    made = {report(site, description=f"Blorf number {n}.") for n in range(52)}
    eventually(lambda: "52 cases" in desk.look("blorf"))

    first = desk.look("blorf")
    [following] = re.findall(r'<a href="([^"]+)" rel="next">', first)
    second = desk.get(html.unescape(following)).body.decode()

    assert len(ids(first)) == 50
    assert set(ids(first)) | set(ids(second)) == made
    assert not set(ids(first)) & set(ids(second))
    assert 'rel="next"' not in second
    assert "First page" in second


def test_an_empty_list_says_why_and_where_to_go(desk: Desk) -> None:
    assert "No case fits these filters" in desk.look("is:open xylophonquark")
    assert "Nobody waits" in desk.get("/desk?nothing=1").body.decode()


def side(page: str) -> str:
    found = re.search(r'<nav class="side".*?</nav>', page, re.S)
    assert found
    return html.unescape(found[0])


def save(desk: Desk, name: str, query: str, **more: str) -> Answer:
    return desk.post("/desk/views", [("q", query), ("name", name), *more.items()])


def test_a_list_gets_a_name_that_is_private_or_everybodys(site: Live, desk: Desk) -> None:
    other, lead = Desk(site, OTHER), Desk(site, LEAD)

    assert save(desk, "My Friday sweep", "is:open age:>2d").status == 303
    assert save(desk, "Damage", "type:property.* is:open", shared="1").status == 303

    assert "My Friday sweep" in side(desk.look())
    assert "My Friday sweep" not in side(other.look())
    assert "Damage" in side(other.look())
    page = desk.look("is:open type:property.*")
    assert "<h1" in page
    assert re.search(r"<h1[^>]*>Damage</h1>", page)
    [removal] = re.findall(r'action="(/desk/views/[^"]+/removal)"', page)
    assert other.post(removal, [("q", "")]).status == 404
    removed = lead.post(removal, [("q", "is:open")])
    assert removed.status == 303
    after = lead.get(removed.headers["location"]).body.decode()
    assert "The view “Damage” is removed." in html.unescape(after)
    assert "Damage" not in side(other.look())
    [form] = re.findall(r'<form class="done".*?</form>', after, re.S)
    fields = [(name, html.unescape(v)) for name, v in re.findall(r'name="(\w+)" value="([^"]*)"', form)]
    assert lead.post("/desk/views", fields).status == 303
    assert "Damage" in side(other.look())


def test_a_view_without_a_name_is_not_saved_and_said_so(desk: Desk) -> None:
    refused = save(desk, "   ", "is:open")

    page = desk.get(refused.headers["location"]).body.decode()
    assert "Give the view a name" in html.unescape(page)
    assert "Saved" not in side(page) or "   " not in side(page)


def test_a_shared_view_shows_nobody_more_than_they_may_see(site: Live, desk: Desk) -> None:
    report(site, issueType="harassment.verbal", description="Geheim things.")
    lead = Desk(site, LEAD)
    save(lead, "All of safety", "queue:safety", shared="1")

    assert "All of safety" in side(lead.look())
    assert "All of safety" not in side(desk.look())


def test_places_are_told_to_who_is_staff_with_their_own_views_alone(site: Live, desk: Desk) -> None:
    for who in (AGENT, OTHER):
        saved = Desk(site, who).post(
            "/desk/views", [("q", "is:open type:payment.*"), ("name", f"Money of {who}")]
        )
        assert saved.status == 303

    told = desk.get("/desk/places").json()

    labels = [view["label"] for view in told["views"]]
    assert {"Mine", "Unassigned", f"Money of {AGENT}"} <= set(labels)
    assert f"Money of {OTHER}" not in labels
    assert desk.get(told["views"][0]["url"]).status == 200
    assert all("owner%3A" in person["url"] for person in told["people"])
    assert site.call("GET", "/desk/places", by=WORKER).status == 404

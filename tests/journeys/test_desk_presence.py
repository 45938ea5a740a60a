"""Who else reads a case: told to staff who see it, and to nobody else."""

import json
import re
import sqlite3
from contextlib import closing

import pytest

import forms
from journeys.test_desk_case import Agent
from journeys.test_life_of_a_case import AGENT, LEAD, OTHER
from live import CLIENT, GIG, WORKER, Live
from raw import Answer


class Reader(Agent):
    """A member of staff with the case before them."""

    def beat(self, **more: str) -> Answer:
        [csrf] = set(re.findall(r'name="csrf" value="([^"]*)"', self.site.call(
            "GET", "/desk", headers=self.headers, by=None
        ).body.decode()))  # fmt: skip
        return self.post(f"{self.address}/here", {"csrf": csrf, **more})

    def hears(self) -> str:
        answer = self.beat()
        assert answer.status == 200, answer.body.decode()
        return str(answer.json()["words"])

    def news(self) -> dict[str, dict[str, object]]:
        answer = self.site.call("GET", "/desk/news?q=is:open+sort:newest", headers=self.headers, by=None)
        found: dict[str, dict[str, object]] = answer.json()["readers"]
        return found

    def row(self) -> str:
        """Their row of this case, in the list that begins with it."""
        page = self.site.call(
            "GET", "/desk?q=is:open+sort:newest", headers=self.headers, by=None
        ).body.decode()
        [found] = re.findall(rf'<tr[^>]*id="case-{self.case}".*?</tr>', page, re.S)
        return str(found)

    @property
    def case(self) -> str:
        return self.address.rpartition("/")[2]


def report(site: Live, kind: str) -> str:
    return str(site.report(forms.report(GIG) | {"issueType": kind}).json()["id"])


@pytest.fixture
def case(site: Live) -> str:
    return report(site, "quality.late")


def test_who_reads_a_case_is_told_to_who_else_does_at_its_top_and_in_the_list(site: Live, case: str) -> None:
    ada, bert, lead = (Reader(site, who, case) for who in (AGENT, OTHER, LEAD))
    assert "is reading this" not in ada.look()

    assert bert.hears() == ""
    words = f"{OTHER.title()} is reading this"

    assert ada.hears() == words
    assert words in ada.look()
    assert words in ada.row()
    assert ada.news()[case]["words"] == words
    assert bert.hears() == f"{AGENT.title()} is reading this"
    assert lead.hears() == f"{AGENT.title()}, {OTHER.title()} are reading this"


def test_who_leaves_is_gone(site: Live, case: str) -> None:
    ada, bert = (Reader(site, who, case) for who in (AGENT, OTHER))
    bert.beat()
    left = bert.beat(leaves="1")

    assert (left.status, left.body) == (204, b"")
    assert ada.hears() == ""
    assert "is reading this" not in ada.look() + ada.row()
    assert case not in ada.news()


def test_who_was_not_heard_of_for_a_minute_is_gone(site: Live, case: str) -> None:
    ada, bert = (Reader(site, who, case) for who in (AGENT, OTHER))
    bert.beat()
    with closing(sqlite3.connect(site.folder / "gigdesk.db", timeout=10)) as store, store:
        store.execute("UPDATE presence SET seen_at = seen_at - 61000000 WHERE name = ?", (OTHER.title(),))

    assert ada.hears() == ""
    assert case not in ada.news()


def test_beats_make_one_row_a_person_and_case(site: Live, case: str) -> None:
    bert = Reader(site, OTHER, case)
    for _ in range(3):
        bert.beat()

    [(rows,)] = site.rows(
        "SELECT count(*) FROM presence WHERE hex(case_id) = ?", case.replace("-", "").upper()
    )
    assert rows == 1


def test_who_does_not_see_a_case_hears_of_no_reader_and_is_none(site: Live) -> None:
    case = report(site, "harassment.verbal")
    lead, ada = Reader(site, "lara", case, ["lead"]), Reader(site, AGENT, case)
    assert lead.hears() == ""

    assert ada.beat().status == 404
    assert case not in json.dumps(ada.news())
    assert "Lara" not in json.dumps(ada.news())
    assert Reader(site, LEAD, case).news()[case]["words"] == "Lara is reading this"
    assert lead.hears() == ""


def test_no_party_hears_who_reads_their_case(site: Live, case: str) -> None:
    Reader(site, OTHER, case).beat()

    for path in ("", "/events", "/notices", "/record", "/receipt"):
        answer = site.call("GET", f"/api/cases/{case}{path}")
        assert OTHER.title().encode() not in answer.body
    for path in (f"/reports/{case}", "/reports"):
        assert OTHER.title().encode() not in site.call("GET", path).body


@pytest.mark.parametrize("who", [WORKER, CLIENT])
def test_staff_who_take_part_in_the_gig_read_no_case_of_it(site: Live, case: str, who: str) -> None:
    assert Reader(site, who, case, ["agent"]).beat().status == 404


def test_a_beat_of_another_site_is_none(site: Live, case: str) -> None:
    ada, bert = (Reader(site, who, case) for who in (AGENT, OTHER))

    del bert.headers["Sec-Fetch-Site"]  # which shows where a request comes from
    refused = bert.post(f"{bert.address}/here", {"csrf": "guessed"})

    assert refused.status == 403
    assert ada.hears() == ""

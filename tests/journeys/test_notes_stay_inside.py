"""What staff do among themselves changes nothing that a party can reach: not a byte, whatever they write."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

import forms
from gigdesk.web.openapi.document import document
from journeys.test_life_of_a_case import AGENT, Caller, due
from live import CLIENT, GIG, WORKER, Live

READ = sorted(
    path
    for path, operations in document("https://market.example")["paths"].items()  # type: ignore[attr-defined]
    if "get" in operations and "{case}" in path and "{evidence}" not in path
)
PAGES = ("/reports", "/reports/{case}")
LISTS = (
    "/api/cases",
    "/api/cases?phase=in_progress",
    "/api/cases?status=in_review",
    f"/api/cases?gigId={GIG}",
)
# What is made anew for each view: the key against sending a form twice.
MADE_ANEW = re.compile(rb'(name="idempotencyKey" value=")[^"]*')
TEXTS = some.text(some.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
ENDED: dict[str, dict[str, str]] = {"escalation": {}, "hold": {"reason": "It is over."}, "snooze": {}}
# Everything that no party may notice: the sub-resource, its body, and whether it is ended again.
WITHIN = some.one_of(
    some.tuples(some.just("notes"), TEXTS.map(lambda text: {"text": text})),
    some.tuples(some.just("notes"), TEXTS.map(lambda text: {"text": f"@{AGENT} {text}"})),
    some.tuples(some.just("escalation"), TEXTS.map(lambda text: {"reason": text})),
    some.tuples(some.just("hold"), TEXTS.map(lambda text: {"reason": text})),
    some.tuples(
        some.just("snooze"),
        some.integers(1, 400).map(
            lambda hours: {"until": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()}
        ),
    ),
    some.tuples(some.just("priority"), TEXTS.map(lambda text: {"reason": text})),
    some.tuples(some.just("tags"), some.just({})),
    some.tuples(some.just("assignment"), some.sampled_from([{"owner": "bert"}, {"owner": "lena"}])),
)


def within(archive: bytes) -> bytes:
    """Every file of an archive with its name, but for the one that says when it was made."""
    with zipfile.ZipFile(io.BytesIO(archive)) as read:
        names = [name for name in read.namelist() if "manifest" not in name]
        return b"".join(name.encode() + read.read(name) for name in names)


class Party:
    """A party and everything of one case that they can read."""

    def __init__(self, site: Live, who: str, case: str) -> None:
        self.site, self.who, self.case = site, who, case

    def reads(self) -> dict[str, tuple[int, str, bytes]]:
        """Status, ETag and body by address."""
        found = {}
        for path in (*READ, *PAGES, *LISTS):
            answer = self.site.call("GET", path.replace("{case}", self.case), by=self.who)
            body = MADE_ANEW.sub(rb"\1", answer.body)
            if path.endswith("/record") and answer.status == 200:
                body = within(answer.body)
            found[path] = (answer.status, str(answer.headers.get("etag", "")), body)
        return found


@pytest.fixture(scope="module")
def case(site: Live) -> str:
    """A case of which both sides know, in review."""
    case = str(site.report(forms.report(GIG) | {"issueType": "quality.late"}).json()["id"])
    agent = Caller(site, AGENT, case)
    agent.do("assignment", {"owner": AGENT})
    agent.do("request", {"to": "respondent", "text": "What is your side?", "due": due()})
    assert Caller(site, CLIENT, case).do("statement", {"text": "I was on time."}).status == 201
    return case


@settings(max_examples=15, phases=(Phase.generate,), deadline=None, suppress_health_check=list(HealthCheck))
@given(act=WITHIN, ends=some.booleans())
def test_nothing_that_stays_inside_can_be_noticed(
    site: Live, case: str, act: tuple[str, dict[str, Any]], ends: bool
) -> None:
    parties, lead = [Party(site, who, case) for who in (WORKER, CLIENT)], Caller(site, "lena", case)
    before = [party.reads() for party in parties]
    assert before[0]["/api/cases/{case}"][0] == before[1]["/api/cases/{case}"][0] == 200
    commits = site.rows("SELECT count(*) FROM commits")

    name, body = act
    if name in ENDED:
        assert (
            lead.do(name, ENDED[name], method="DELETE").status == 200
        )  # what is so already would be no news
    token = uuid4().hex
    said = body | {key: f"{token} {text}" for key, text in body.items() if key in ("text", "reason")}
    if name == "priority":
        said["priority"] = "low" if lead.see().json()["priority"] == "urgent" else "urgent"
    if name == "tags":
        said = {"add": [token], "remove": lead.see().json()["tags"]}
    assert lead.do(name, said).status in (200, 201)
    if ends and name in ENDED:
        assert lead.do(name, ENDED[name], method="DELETE").status == 200

    assert site.rows("SELECT count(*) FROM commits") > commits or name == "assignment"
    after = [party.reads() for party in parties]
    assert after == before
    if name != "assignment" and name != "snooze":
        assert token in json.dumps(lead.see("/events").json())
    assert not [path for seen in after for path, (_, _, body) in seen.items() if token.encode() in body]
    found = site.call("GET", f"/api/cases?q={token}", by=WORKER)
    assert found.status == 422 or found.json()["items"] == []

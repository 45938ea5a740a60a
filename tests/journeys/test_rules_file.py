"""An installation with a rules file: what people are offered, where cases go, who sees them, and what its log keeps."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from live import CLIENT, GIG, RAISED, WORKER, Live, eventually
from raw import Answer

EXAMPLE = Path(__file__).parents[2] / "docs" / "reference" / "rules-example.toml"
STORY = "Three deep scratches along the left side."


@pytest.fixture(scope="module")
def housed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site that runs by a copy of the example file."""
    folder = tmp_path_factory.mktemp("housed")
    shutil.copy(EXAMPLE, folder / "rules.toml")
    running = Live(folder, {**RAISED, "GIGDESK_RULES_FILE": "rules.toml"})
    try:
        yield running.open()
    finally:
        running.close()


def reported(site: Live, issue_type: str, text: str = STORY, by: str = WORKER) -> str:
    answer = site.report({"gigId": GIG, "issueType": issue_type, "description": text}, by=by)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


def seen(site: Live, case: str, by: str, *roles: str, **claims: Any) -> Answer:
    token = site.token(by, *roles, **claims)
    return site.call("GET", f"/api/cases/{case}", headers={"Authorization": f"Bearer {token}"}, by=None)


def terms_in_log(site: Live, case: str) -> dict[str, Any] | None:
    [(content,)] = site.rows(
        "SELECT content FROM commits WHERE number = 1 AND hex(case_id) = ?", case.replace("-", "").upper()
    )
    found: dict[str, Any] | None = json.loads(content)["events"][0].get("terms")
    return found


@pytest.mark.parametrize(
    ("language", "label"), [("en", "The van was scratched"), ("es", "Rayaron la furgoneta")]
)
def test_the_form_is_what_the_host_offers(housed: Live, language: str, label: str) -> None:
    answer = housed.call("GET", f"/api/intake?gigId={GIG}", headers={"Accept-Language": language})
    types = {kind["code"]: kind for group in answer.json()["groups"] for kind in group["issueTypes"]}

    assert types["fleet.scratch"]["label"] == label
    assert types["fleet.scratch"]["firstReplySeconds"] == 7200
    assert types["fleet.scratch"]["openingHours"].startswith("Mon–Thu" if language == "en" else "lun–jue")
    assert types["safety.emergency"]["openingHours"] is None
    assert "listing.illegal" not in types
    page = housed.call(
        "GET", f"/gigs/{GIG}/report-issue", headers={"Accept-Language": language}
    ).body.decode()
    assert label in page
    client = housed.call("GET", f"/api/intake?gigId={GIG}", by=CLIENT).json()
    assert "fleet.scratch" not in json.dumps(client)


def test_the_document_lists_the_codes_of_the_host(housed: Live) -> None:
    document = housed.call("GET", "/api/openapi.json", by=None).json()
    codes = document["components"]["schemas"]["IssueType"]["properties"]["code"]["enum"]

    assert "fleet.scratch" in codes
    assert "listing.illegal" not in codes


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("van", "fleet.scratch"),
        ("broken-item", "property.damage"),
        ("Did not show", "no_show.client"),
        ("fleet.scratch", "fleet.scratch"),
    ],
)
def test_the_hosts_own_names_are_understood(housed: Live, said: str, code: str) -> None:
    case = reported(housed, said)

    assert housed.call("GET", f"/api/cases/{case}").json()["issueType"] == code


def test_a_type_that_is_hidden_is_refused_with_those_that_are_allowed(housed: Live) -> None:
    answer = housed.report({"gigId": GIG, "issueType": "listing.illegal", "description": STORY})

    assert answer.status == 422
    told = answer.json()["errors"][0]["message"]
    assert "fleet.scratch" in told
    assert re.findall(r"listing\.\w+", told) == [
        "listing.illegal",
        "listing.misleading",
    ]  # the given one, an allowed one


def test_the_page_and_the_mail_use_the_words_of_the_host(housed: Live) -> None:
    case = reported(housed, "fleet.scratch")
    page = housed.call("GET", f"/reports/{case}", headers={"Accept-Language": "es"}).body.decode()
    listed = housed.call("GET", "/reports").body.decode()

    assert "Rayaron la furgoneta" in page
    assert "The van was scratched" in listed
    assert eventually(lambda: any("The van was scratched" in mail for mail in mails(housed)))


def test_support_reads_what_the_host_calls_a_queue(housed: Live) -> None:
    case = reported(housed, "quality.late")
    headers = {"Authorization": f"Bearer {housed.token('lea', 'lead')}", "Content-Type": "application/json"}
    body = b'{"reason": "It waits too long."}'

    assert housed.call("POST", f"/api/cases/{case}/escalation", body, headers, by=None).status == 200
    assert eventually(lambda: any("Customer care" in mail for mail in mails(housed)))


def mails(site: Live) -> list[str]:
    return [path.read_text() for path in (site.folder / "mail").rglob("*") if path.is_file()]


def test_rules_set_queue_and_priority_and_parties_learn_of_neither(housed: Live) -> None:
    case = reported(housed, "payment.not_received", "Without it I cannot pay the RENT.")
    staff = seen(housed, case, "lea", "lead").json()
    party = housed.call("GET", f"/api/cases/{case}").json()

    assert (staff["queue"], staff["priority"], staff["severity"]) == ("payments", "urgent", "normal")
    assert (party["queue"], party["priority"]) == (None, None)


def test_a_sensitive_queue_is_seen_by_its_specialists_and_leads_alone(housed: Live) -> None:
    legal = reported(housed, "quality.scope", "Talk to my  LAWYER.")
    safety = reported(housed, "harassment.verbal")

    for case, who, status in (
        (legal, ("lea", "lead"), 200),
        (legal, ("ada", "agent"), 404),
        (legal, ("mira", "agent"), 404),
        (safety, ("mira", "agent"), 200),
        (safety, ("mira",), 404),
        (safety, ("ada", "agent"), 404),
    ):
        assert seen(housed, case, *who).status == status, (case, who)
    assert seen(housed, legal, "ada", "agent", queues=["legal"]).status == 200
    assert seen(housed, legal, "ada", queues=["legal"]).status == 404


def test_lists_have_the_queues_that_the_caller_works(housed: Live) -> None:
    legal = reported(housed, "quality.scope", "Talk to my lawyer.")

    def listed(by: str, *roles: str, **claims: Any) -> set[str]:
        token = housed.token(by, *roles, **claims)
        answer = housed.call(
            "GET", "/api/cases?limit=100", headers={"Authorization": f"Bearer {token}"}, by=None
        )
        return {item["id"] for item in answer.json()["items"]}

    assert legal in listed("lea", "lead")
    assert legal in listed("nils", "agent", queues=["legal"])
    assert legal not in listed("ada", "agent")


def test_a_specialist_asks_the_other_side_and_nobody_where_the_type_forbids_it(housed: Live) -> None:
    safety, rude = reported(housed, "harassment.verbal"), reported(housed, "conduct.rude")
    asked = {
        "to": "respondent",
        "text": "What happened?",
        "due": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}",
    }

    def act(case: str, name: str, body: dict[str, Any]) -> Answer:
        headers = {
            "Authorization": f"Bearer {housed.token('mira', 'agent')}",
            "Content-Type": "application/json",
            "If-Match": "*",
        }
        return housed.call("POST", f"/api/cases/{case}/{name}", json.dumps(body).encode(), headers, by=None)

    for case in (safety, rude):
        assert act(case, "assignment", {"owner": "mira"}).status == 200
    assert act(safety, "request", asked).status == 200
    refused = act(rude, "request", asked)
    assert (refused.status, refused.json()["code"]) == (409, "contact.not_permitted")


def test_clocks_say_when_they_run_and_stand_where_they_stood_after_the_file_is_edited(
    another: Callable[..., Live], tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    shutil.copy(EXAMPLE, rules)
    site = another(GIGDESK_RULES_FILE=str(rules))
    case = reported(site, "fleet.scratch")
    before = seen(site, case, "lea", "lead").json()
    said = {clock["kind"]: clock["explanation"] for clock in before["clocks"]}
    assert said["first_reply"].startswith(
        "Runs Mon–Thu 09:00–12:30, 13:30–17:00; Fri 09:00–15:00 (Europe/Berlin)"
    )
    assert terms_in_log(site, case) is not None

    site.stop()
    rules.write_text('[types."conduct.rude"]\nfirst_reply = "1 min"\n')  # no hours, and no such type any more
    site.start()
    after = seen(site, case, "lea", "lead").json()

    assert [clock["due"] for clock in after["clocks"]] == [clock["due"] for clock in before["clocks"]]
    assert after["nextStep"]["by"] == before["nextStep"]["by"]
    assert after["issueType"] == "fleet.scratch"
    assert site.call("GET", f"/reports/{case}").status == 200
    assert site.run("audit", "verify").returncode == 0


def test_a_type_that_was_taken_out_is_still_found_in_lists_and_shown_with_its_details(
    another: Callable[..., Live], tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    own = '[types."fleet.scratch"]\nlabel = "A scratch"\ngroup = "damage"\nfields = ["item", "place"]\n'
    rules.write_text(own)
    site = another(GIGDESK_RULES_FILE=str(rules))
    fields = {"gigId": GIG, "issueType": "fleet.scratch", "description": STORY}
    case = str(site.report(fields | {"item": "Van 7", "place": "Depot"}).json()["id"])

    def listed(code: str, *roles: str) -> Answer:
        token = site.token("ada" if roles else WORKER, *roles)
        headers = {"Authorization": f"Bearer {token}"}
        return site.call("GET", f"/api/cases?issueType={code}", headers=headers, by=None)

    site.stop()
    rules.write_text("")
    site.start()

    for roles in ((), ("agent",)):
        assert [item["id"] for item in listed("fleet.scratch", *roles).json()["items"]] == [case]
        assert listed("fleet.never", *roles).status == 422
    page = site.call("GET", f"/reports/{case}").body.decode()
    assert "fleet.scratch" in page
    assert "Van 7" in page
    assert "Depot" in page
    assert site.call("GET", f"/api/cases/{case}").json()["details"] == {"item": "Van 7", "place": "Depot"}


def test_words_of_the_host_are_shown_as_they_were_written(
    another: Callable[..., Live], tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[types."other"]\nlabel = "R&D <b>100 %(x)s</b>"\nhint = "50 % of it"\n')
    site = another(GIGDESK_RULES_FILE=str(rules))
    case = reported(site, "other")

    for path in (f"/gigs/{GIG}/report-issue?issueType=other", "/reports", f"/reports/{case}"):
        assert "R&amp;D &lt;b&gt;100 %(x)s&lt;/b&gt;" in site.call("GET", path).body.decode(), path


def test_without_a_file_the_log_says_nothing_of_terms(site: Live) -> None:
    case = reported(site, "safety.emergency")

    assert terms_in_log(site, case) is None


@pytest.mark.parametrize(
    "verb", [("serve",), ("work", "--once"), ("rules", "check", "bad.toml"), ("doctor",)]
)
def test_a_file_that_is_wrong_stops_the_start_with_its_line(tmp_path: Path, verb: tuple[str, ...]) -> None:
    (tmp_path / "bad.toml").write_text('\n[types."safety.emergency"]\nhidden = true\n')
    running = Live(tmp_path, {"GIGDESK_RULES_FILE": "bad.toml"})

    done = running.run(*verb)

    assert done.returncode == 1
    assert "bad.toml:3: An emergency can always be reported" in done.stderr + done.stdout
    assert not (tmp_path / "gigdesk.db").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    running = Live(tmp_path, {"GIGDESK_RULES_FILE": "none.toml"})

    done = running.run("serve")

    assert (done.returncode, "none.toml" in done.stderr) == (1, True)


def test_the_verbs_check_show_and_begin(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "gigdesk", "rules", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        ).stdout

    checked = run("check", str(EXAMPLE))
    assert "is right: 40 issue types, 1 hidden, 3 aliases, 4 queues, 1 with hours, 2 rules." in checked
    assert "queue\tlegal\tLegal\tsensitive\tday and night" in run("show", str(EXAMPLE)).splitlines()
    (tmp_path / "begun.toml").write_text(run("begin"))
    assert "39 issue types, 0 hidden" in run("check", "begun.toml")
    assert run("show", "begun.toml") == run("show")


def test_fields_of_the_hosts_type_are_taken_and_others_refused(housed: Live) -> None:
    sent = {"gigId": GIG, "issueType": "van", "description": STORY}

    assert housed.report({**sent, "amount": "120"}).status == 201
    assert housed.report({**sent, "item": "door"}).status == 422

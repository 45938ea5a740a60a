"""The rules of the desk from its pages: documents, forms, what a rule would have done, and a file instead."""

import html
import re
from pathlib import Path

import pytest

import forms
from journeys.test_cli import printed
from journeys.test_desk_settings import Staff, words
from live import GIG, RAISED, Live, eventually
from raw import Answer

RULES = "/desk/settings/rules"
LISTS = tuple(f"/desk/settings/{kind}" for kind in ("queues", "types", "routing"))
FORMS = ("/desk/settings/queues/safety", "/desk/settings/types/quality.late", "/desk/settings/routing/new")
POSTS = (RULES, *FORMS, "/desk/settings/routing/1/move")


def base(page: str) -> str:
    return re.findall(r'name="base" value="(\d+)"', page)[0]


def document(page: str) -> str:
    [text] = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    return str(text)


def kept(staff: Staff, text: str) -> Answer:
    return staff.post(RULES, document=text, base=base(staff.page(RULES)))


def sent(staff: Staff, path: str, **fields: str) -> Answer:
    return staff.post(path, base=base(staff.page(RULES)), **fields)


def said(answer: Answer) -> str:
    return words(html.unescape(answer.body.decode()))


@pytest.fixture
def place(another) -> Live:
    running: Live = another()
    return running


@pytest.mark.parametrize("path", [RULES, *LISTS])
@pytest.mark.parametrize(
    ("who", "status"), [("rosa", 200), ("lena", 200), ("olga", 200), ("ada", 404), ("wanda", 404)]
)
def test_rules_are_read_by_those_who_may_see_settings(site: Live, path: str, who: str, status: int) -> None:
    assert Staff(site, who).get(path).status == status


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("who", "status"), [("rosa", 200), ("lena", 404), ("olga", 403), ("ada", 404), ("wanda", 404)]
)
def test_forms_are_for_admins(site: Live, path: str, who: str, status: int) -> None:
    assert Staff(site, who).get(path).status == status


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(("who", "status"), [("lena", 404), ("olga", 403), ("ada", 404), ("wanda", 404)])
def test_only_an_admin_changes_them(site: Live, path: str, who: str, status: int) -> None:
    assert Staff(site, who).post(path, document="", base="0", label_en="x").status == status


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_site_changes_nothing(site: Live, path: str) -> None:
    rosa = Staff(site, "rosa")
    rosa.headers["Sec-Fetch-Site"] = "cross-site"

    assert rosa.post(path, document="", base="0", label_en="x").status == 403


@pytest.mark.parametrize(
    "path",
    [
        "queues/nowhere",
        "types/no.such",
        "routing/0",
        "routing/1",
        "routing/²",
        "routing/-1",
        "rules?version=9",
    ],
)
def test_what_there_is_not_is_not_there(site: Live, path: str) -> None:
    assert Staff(site, "rosa").get(f"/desk/settings/{path.replace('²', '%C2%B2')}").status == 404


def test_a_document_that_is_kept_holds_at_once_and_stands_in_the_log(place: Live) -> None:
    rosa = Staff(place, "rosa")
    assert "# [types." in document(rosa.page(RULES))

    answer = kept(rosa, '[types."fleet.scratch"]\nlabel = "Van scratched"\ngroup = "damage"\n')

    assert "Version 1 of the rules holds now" in rosa.page(answer.headers["location"])
    report = {**forms.report(GIG), "issueType": "fleet.scratch"}
    assert place.report(report).status == 201
    assert "fleet.scratch" in printed(place, "rules", "show")
    log = words(Staff(place, "lena").page("/desk/settings/log"))
    assert "Rosa · Kept version 1 of the rules" in log
    assert "1 administrative entries: all whole." in printed(place, "audit", "verify")
    kept(rosa, "")
    assert place.report(report).status == 422
    assert "Van scratched" in document(rosa.page(f"{RULES}?version=1"))
    place.stop()
    place.start()
    assert "Version 2 of the rules holds." in rosa.page(RULES)


def test_what_is_wrong_is_told_by_its_line_and_nothing_is_lost(place: Live) -> None:
    rosa = Staff(place, "rosa")
    text = '# mine\n[types."quality.late"]\nhiden = true\n'

    answer = kept(rosa, text)

    assert answer.status == 422
    assert "3: “hiden” is no key here. Did you mean “hidden”?" in said(answer)
    assert document(html.unescape(answer.body.decode())) == text
    assert "The built-in rules hold." in rosa.page(RULES)
    late = rosa.post(RULES, document=text.replace("hiden", "hidden"), base="7")
    assert late.status == 409
    assert "# mine" in said(late)


def test_a_form_changes_a_type_and_leaves_the_rest_as_it_is(place: Live) -> None:
    rosa = Staff(place, "rosa")
    kept(
        rosa,
        '# ours\n[types."quality.late"]\nlabel = "Too late"\nhint = "By how much?"\n\n# theirs\n[aliases]\n',
    )
    page = rosa.page("/desk/settings/types/quality.late")
    assert 'value="Too late"' in page

    done = sent(
        rosa,
        "/desk/settings/types/quality.late",
        label_en="Very late",
        label_es="Muy tarde",
        first_reply="2 h",
    )

    assert done.status == 303, said(done)
    text = document(rosa.page(RULES))
    assert text.startswith("# ours\n")
    assert (
        'label = { en = "Very late", es = "Muy tarde" }\nhint = "By how much?"\nfirst_reply = "2 h"' in text
    )
    assert "# theirs\n[aliases]" in text
    listed = words(rosa.page("/desk/settings/types"))
    assert "Very late quality.late First reply within 2 h" in listed
    assert "From line 2 of the document" in listed
    wrong = sent(rosa, "/desk/settings/types/quality.late", first_reply="soon")
    assert wrong.status == 422
    assert "Write a length of time like “15 min”" in said(wrong)
    assert 'value="soon"' in wrong.body.decode()
    sent(rosa, "/desk/settings/types/safety.emergency", hidden="1")
    assert "An emergency can always be reported" in said(
        sent(rosa, "/desk/settings/types/safety.emergency", hidden="1")
    )


def test_a_form_gives_a_queue_hours_holidays_and_specialists(place: Live) -> None:
    rosa = Staff(place, "rosa")
    fields = {"label_en": "Safety team", "members": "mira\nnoah\n", "time_zone": "Europe/Berlin"}

    done = sent(
        rosa,
        "/desk/settings/queues/safety",
        **fields,
        hours="mon-fri 09:00-12:30, 13:30-17:00\nsat 10:00-12:00",
        holidays="2026-12-25\n2026-12-26",
    )

    assert done.status == 303, said(done)
    listed = words(rosa.page("/desk/settings/queues"))
    assert "Safety team safety Mon–Fri 09:00–12:30" in listed
    assert "Specialists: 2" in listed
    again = rosa.page("/desk/settings/queues/safety")
    assert "mon-fri 09:00-12:30, 13:30-17:00\nsat 10:00-12:00" in again
    assert "2026-12-25\n2026-12-26" in again
    wrong = sent(rosa, "/desk/settings/queues/general", hours="mon-fri 9-17", time_zone="Berlin")
    assert wrong.status == 422
    assert "Write hours like “09:00-17:00”" in said(wrong)
    assert "“Berlin” is no time zone." in said(wrong)
    # Leads are told who works it by the queue, and see nothing to press.
    assert "/desk/settings/queues/safety" not in Staff(place, "lena").page("/desk/settings/queues")


def test_a_rule_is_tried_before_it_holds_then_kept_moved_and_taken_out(place: Live) -> None:
    rosa = Staff(place, "rosa")
    for number in range(3):
        text = "They ask for my BANK card." if number else "It was late."
        assert (
            place.report({**forms.report(GIG), "issueType": "quality.late", "description": text}).status
            == 201
        )
    rule = {"name": "Bank words", "issue_type": "quality.*", "contains": "bank\niban", "queue": "payments"}

    tried = sent(rosa, "/desk/settings/routing/new", **rule, **{"try": "1"})

    assert tried.status == 200
    assert "It would have matched 2 of the last 3 reports." in said(tried)
    assert "2 of these stand in another queue now." in said(tried)
    assert len(re.findall(r'href="/desk/cases/[0-9a-f-]{36}"', tried.body.decode())) == 2
    assert "There are no rules yet" in rosa.page("/desk/settings/routing")
    assert sent(rosa, "/desk/settings/routing/new", **rule).status == 303
    case = place.report({**forms.report(GIG), "issueType": "quality.late", "description": "My bank"}).json()[
        "id"
    ]
    assert place.rows("SELECT queue FROM cases WHERE hex(id) = ?", case.replace("-", "").upper()) == [
        ("payments",)
    ]

    sent(rosa, "/desk/settings/routing/new", name="Clients", side="client", priority="high")
    listed = words(rosa.page("/desk/settings/routing"))
    assert listed.index("Bank words") < listed.index("Clients")
    assert "Has the words: “bank”, “iban” · → queue Payments" in listed
    assert sent(rosa, "/desk/settings/routing/2/move", do="up").status == 303
    listed = words(rosa.page("/desk/settings/routing"))
    assert listed.index("Clients") < listed.index("Bank words")
    assert sent(rosa, "/desk/settings/routing/1/move", do="up").status == 404
    assert sent(rosa, "/desk/settings/routing/1/move", do="remove").status == 303
    assert "Clients" not in rosa.page("/desk/settings/routing")
    assert rosa.post("/desk/settings/routing/1/move", do="remove", base="1").status == 409
    late = {"name": "Late", "issue_type": "quality.*", "queue": "safety"}
    after = sent(rosa, "/desk/settings/routing/new", **late, **{"try": "1"})
    assert "It would have matched 4 of the last 4 reports." in said(after)
    assert "3 of these are decided by “Bank words”, which stands before." in said(after)
    assert "1 of these stand in another queue now." in said(after)
    assert said(after).count("· decided by “Bank words”") == 3
    wrong = sent(rosa, "/desk/settings/routing/new", name="Says nothing", **{"try": "1"})
    assert wrong.status == 422
    assert "A rule needs one condition at least" in said(wrong)


def test_a_file_that_holds_is_shown_with_its_lines_and_changed_there_alone(another, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        '# ours\n[types."quality.late"]\nlabel = "Too late"\n\n[[rules]]\nside = "client"\npriority = "high"\n'
    )
    rosa = Staff(another(GIGDESK_RULES_FILE=str(file)), "rosa")

    types = words(rosa.page("/desk/settings/types"))

    assert "They are changed there, and hold from the next start." in types
    assert re.search(rf"Too late quality\.late .*? From {re.escape(str(file))}, line 2", types)
    assert f"From {file}, line 5" in words(rosa.page("/desk/settings/routing"))
    assert "readonly" in rosa.page(RULES)
    assert 'label = "Too late"' in rosa.page(RULES)
    for path in FORMS:
        assert rosa.get(path).status == 404
        assert rosa.post(path, base="0", label_en="x").status == 404
    assert rosa.post(RULES, document="", base="0").status == 409
    assert file.read_text().startswith("# ours")


def test_other_processes_take_what_was_kept(tmp_path: Path, postgres_url: str) -> None:
    several = [tmp_path / name for name in ("first", "second")]
    sites = []
    for folder in several:
        folder.mkdir()
        sites.append(Live(folder, {**RAISED, "GIGDESK_DATABASE_URL": postgres_url}))
    first, second = sites
    assert first.run("migrate").returncode == 0
    try:
        first.start()
        second.start()
        assert kept(Staff(first, "rosa"), '[queues.trust]\nlabel = "Trust and safety"\n').status == 303

        queues = "/desk/settings/queues"
        assert eventually(lambda: "Trust and safety" in Staff(second, "rosa").page(queues), 10)
    finally:
        for site in sites:
            site.close()

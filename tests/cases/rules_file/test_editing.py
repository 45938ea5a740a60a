"""Changing one table of a rules file: what it says is changed, what stands around it is not."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gigdesk.cases.rules_file.editing import Document
from gigdesk.errors import Invalid

TEXT = """\
# Our rules

[types."fleet.scratch"]  # ours
label = "Scratched"
group = "damage"

# Payments are quick
[types.payment.refund]
first_reply = "2 h"

[queues.trust]
label = { en = "Trust", es = "Confianza" }
sensitive = true

[queues.trust.hours]
mon-fri = ["09:00-17:00"]

# First
[[rules]]
issue_type = "payment.*"
priority = "high"

# Second
[[rules]]
contains = ["bank",
  "iban"]
queue = "payments"

[aliases]
"Broken" = "property.damage"
"""


def test_a_table_is_written_anew_in_its_place() -> None:
    text = Document(TEXT).put(
        ("types", "fleet.scratch"), {"label": 'The "van"', "group": "damage", "hidden": True}
    )

    assert tomllib.loads(text)["types"]["fleet.scratch"] == {
        "label": 'The "van"',
        "group": "damage",
        "hidden": True,
    }
    assert text.splitlines()[0] == "# Our rules"
    assert "# Payments are quick\n[types.payment.refund]" in text
    before, after = tomllib.loads(TEXT), tomllib.loads(text)
    del before["types"]["fleet.scratch"], after["types"]["fleet.scratch"]
    assert before == after


def test_a_table_that_is_not_there_is_added_at_the_end() -> None:
    text = Document(TEXT).put(("types", "other"), {"hidden": True})

    assert text.startswith(TEXT.rstrip())
    assert tomllib.loads(text)["types"]["other"] == {"hidden": True}
    assert Document("").put(("types", "a.b"), {"hidden": True}) == '[types."a.b"]\nhidden = true\n'


def test_the_hours_of_a_queue_stay_below_it() -> None:
    hours = {"mon-fri": "10:00-16:00", "sat": ["10:00-12:00", "13:00-14:00"]}
    values = {"label": "Trust", "holidays": [date(2026, 12, 25)], "hours": hours}

    text = Document(TEXT).put(("queues", "trust"), values)

    assert tomllib.loads(text)["queues"]["trust"] == values
    assert text.count("[queues.trust.hours]") == 1
    assert "# First\n[[rules]]" in text


def test_a_table_is_taken_out_with_what_is_below_it() -> None:
    text = Document(TEXT).remove(("queues", "trust"))

    assert "queues" not in tomllib.loads(text)
    assert Document(TEXT).remove(("queues", "other")) == TEXT


def test_rules_change_places_and_comments_stay_where_they_are() -> None:
    document = Document(TEXT)
    text = document.swap(("rules", 0), ("rules", 1))

    assert tomllib.loads(text)["rules"] == tomllib.loads(TEXT)["rules"][::-1]
    assert tomllib.loads(text)["aliases"] == tomllib.loads(TEXT)["aliases"]
    assert text.index("# First") < text.index("iban") < text.index("# Second")
    assert Document(text).swap(("rules", 0), ("rules", 1)) == TEXT


def test_a_rule_is_changed_added_and_taken_out_by_its_place() -> None:
    added = Document(TEXT).put(("rules", 2), {"side": "client", "queue": "general"})
    assert tomllib.loads(added)["rules"][2] == {"side": "client", "queue": "general"}
    changed = Document(added).put(("rules", 1), {"side": "worker"})
    assert [len(rule) for rule in tomllib.loads(changed)["rules"]] == [2, 1, 2]
    left = Document(changed).remove(("rules", 0))
    assert tomllib.loads(left)["rules"] == tomllib.loads(changed)["rules"][1:]


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ('[types]\n"a.b" = { hidden = true }\n', ("types", "a.b"), 2),
        ("[queues]\n\ntrust.label = 'T'\n", ("queues", "trust"), 3),
        ("rules = [{ side = 'client', queue = 'general' }]\n", ("rules", 0), 1),
    ],
)
def test_what_stands_within_another_table_is_changed_by_hand(
    text: str, path: tuple[str | int, ...], line: int
) -> None:
    for change in (lambda: Document(text).put(path, {"label": "x"}), lambda: Document(text).remove(path)):
        with pytest.raises(Invalid, match=f"line {line} of the document"):
            change()


def test_where_something_stands_is_known_by_its_line() -> None:
    document = Document(TEXT.replace("\n", "\r\n"))

    assert document.line(("types", "payment", "refund")) == 8
    assert document.line(("rules", 1)) == 24
    assert document.line(("types", "other")) is None
    assert document.table(("rules", 0)) == {"issue_type": "payment.*", "priority": "high"}
    assert document.table(("rules", 2)) is None


words = some.text(some.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
values = some.dictionaries(
    words.filter(lambda name: name != "hours"),
    some.one_of(
        words, some.booleans(), some.dates(), some.lists(words, max_size=3), some.dictionaries(words, words)
    ),
    max_size=5,
)


@given(values, words)
def test_whatever_is_written_is_read_as_it_was_given(said: dict[str, object], code: str) -> None:
    text = (
        Document(TEXT).put(("types", code, "x"), said) if code not in ("payment", "fleet.scratch") else TEXT
    )

    assert Document(text).table(("types", code, "x")) == (said if text is not TEXT else None)

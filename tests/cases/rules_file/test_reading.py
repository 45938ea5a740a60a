"""What a rules file may say: each thing it can change, and each thing that is refused with its line."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gigdesk.access.model import Actor, Role
from gigdesk.cases.issue_table import ISSUE_TYPES
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.rules_file.beginning import beginning
from gigdesk.cases.rules_file.reading import MAX_BYTES, read
from gigdesk.cases.rules_file.showing import counted, shown, untold
from gigdesk.cases.terms import Priority
from gigdesk.errors import Invalid
from gigdesk.gigs.model import Side
from gigdesk.language import Languages

LANGUAGES = ("en", "es")


def rulebook(text: str) -> Rulebook:
    return read(text.encode(), "rules.toml", LANGUAGES)


def wrong(text: str | bytes) -> list[str]:
    """The lines that are told, without the name of the file."""
    with pytest.raises(Invalid) as refusal:
        read(text if isinstance(text, bytes) else text.encode(), "rules.toml", LANGUAGES)
    assert refusal.value.code == "rules.wrong"
    return [line.removeprefix("rules.toml:") for line in str(refusal.value).splitlines()]


def test_an_empty_file_changes_nothing() -> None:
    for text in ("", "# nothing\n", beginning()):
        assert rulebook(text).taxonomy.types == ISSUE_TYPES
        assert rulebook(text).queues.names == Rulebook().queues.names


def test_the_file_to_begin_with_says_what_is_built_in() -> None:
    lines = [line.removeprefix("# ") for line in beginning().splitlines()[3:]]
    taken_up = rulebook("\n".join(lines))

    for kind in ISSUE_TYPES:
        found = taken_up.taxonomy.find(kind.code)
        place = taken_up.routing.place(kind, Side.CLIENT, "")
        assert found is not None
        assert found.label == kind.label
        assert (found.hint, found.evidence, found.sides) == (kind.hint, kind.evidence, kind.sides)
        assert place.recorded is None
    assert taken_up.taxonomy.find("fleet.scratch") is not None
    assert counted(taken_up).startswith("40 issue types")


def test_a_type_is_changed_in_all_that_it_is() -> None:
    found = rulebook(
        """
[types."conduct.rude"]
label = { en = "Bad manners", es = "Malos modales" }
hint = "Shouting, swearing"
evidence = "A recording helps."
sides = "client"
severity = "high"
first_reply = "30 min"
resolution = "2 d"
queue = "trust"
shields_reporter = true
may_expire = false
contact = false
group = "work"
fields = ["date", "place"]
aliases = ["manners"]
[queues.trust]
sensitive = true
"""
    ).taxonomy.find("conduct.rude")
    assert found is not None
    assert found.label == "Bad manners"
    assert Languages().negotiate("es").gettext(found.label) == "Malos modales"
    assert (found.hint, found.evidence, found.group) == ("Shouting, swearing", "A recording helps.", "work")
    assert (found.sides, found.severity.value, found.queue) == ({Side.CLIENT}, "high", "trust")
    assert (found.first_reply, found.resolution) == (timedelta(minutes=30), timedelta(days=2))
    assert (found.shields_reporter, found.may_expire, found.permits_contact) == (True, False, False)
    assert [field.name for field in found.fields] == ["date", "place"]
    assert found.aliases[0] == "manners"


def test_a_type_of_the_hosts_own_is_offered_and_a_hidden_one_is_not() -> None:
    taxonomy = rulebook(
        """
[types.fleet.scratch]
label = "The van was scratched"
group = "damage"
[types."listing.illegal"]
hidden = true
"""
    ).taxonomy
    own = taxonomy.find("fleet.scratch")
    assert own is not None
    assert own in taxonomy.allowed(Side.WORKER)
    assert taxonomy.resolve("the van was SCRATCHED", Side.WORKER) is own
    assert taxonomy.find("listing.illegal") is not None
    assert taxonomy.resolve("listing.illegal", Side.CLIENT) is None
    assert "listing.illegal" not in taxonomy.codes


def test_a_type_of_its_own_in_a_grave_group_is_careful_by_itself() -> None:
    own = rulebook('[types."harassment.online"]\nlabel = "Online"\ngroup = "safety"').taxonomy.find(
        "harassment.online"
    )
    assert own is not None
    assert (own.queue, own.shields_reporter, own.may_expire, own.severity.value) == (
        "safety",
        True,
        False,
        "high",
    )


def test_aliases_go_before_built_in_names_and_may_mean_one_type_a_side() -> None:
    taxonomy = rulebook(
        """
[aliases]
"Broken item" = "property.damage"
"payment" = "payment.refund"
"did not show" = ["no_show.worker", "no_show.client"]
"""
    ).taxonomy

    def code(word: str, side: Side) -> str | None:
        kind = taxonomy.resolve(word, side)
        return kind.code if kind else None

    assert code("broken-ITEM", Side.CLIENT) == "property.damage"
    assert [code("payment", side) for side in Side] == ["payment.refund"] * 2
    assert code("did not show", Side.WORKER) == "no_show.client"
    assert code("did not show", Side.CLIENT) == "no_show.worker"


def test_a_queue_has_hours_holidays_and_members() -> None:
    book = rulebook(
        """
[queues.trust]
label = "Trust"
sensitive = true
members = ["mira"]
time_zone = "Europe/Berlin"
holidays = [2026-12-25]
[queues.trust.hours]
mon-fri = ["09:00-12:00", "13:00-17:00"]
sun = "00:00-24:00"
"""
    )
    hours = book.routing.hours_of_queue("trust")
    assert hours is not None
    assert hours.week == (*(((540, 720), (780, 1020)),) * 5, (), ((0, 1440),))
    assert (hours.zone, hours.holidays) == ("Europe/Berlin", {date(2026, 12, 25)})
    assert book.queues.is_specialist(Actor(sub="mira", roles=frozenset({Role.AGENT})), "trust")


def test_rules_set_queue_and_priority() -> None:
    book = rulebook(
        """
[[rules]]
name = "Money that went elsewhere"
issue_type = ["payment.*", "off_platform.payment"]
side = "worker"
contains = ["IBAN", "bank  transfer"]
queue = "safety"
priority = "urgent"
"""
    )
    kind = book.taxonomy.find("payment.refund")
    assert kind is not None
    place = book.routing.place(kind, Side.WORKER, "They asked for a BANK\n transfer.")
    assert (place.queue, place.terms.priority) == ("safety", Priority.URGENT)
    assert book.routing.place(kind, Side.CLIENT, "bank transfer").queue == "payments"
    assert any("iban" in line for line in shown(book))


T = '[types."safety.emergency"]\n'
H = '[types."harassment.sexual"]\n'
Q = "[queues.general]\n"
BERLIN = Q + 'time_zone = "Europe/Berlin"\n[queues.general.hours]\n'
REFUSED = [
    (T + "may_expire = true", "2: “safety.emergency” never closes by time alone"),
    (T + "shields_reporter = false", "2: “safety.emergency” protects who reports"),
    (T + "hidden = true", "2: An emergency can always be reported"),
    (T + 'sides = ["client"]', "2: Everybody can report an emergency"),
    (T + 'first_reply = "16 min"', "2: An emergency is answered within 15 min"),
    (T + 'severity = "high"', "2: “safety.emergency” is “critical” at least"),
    (T + 'queue = "general"', "2: “safety.emergency” goes to a sensitive queue; “general” is none"),
    (T + 'group = "other"', "2: An emergency stands where people look"),
    (H + "may_expire = true", "2: “harassment.sexual” never closes by time alone"),
    (H + "shields_reporter = false", "2: “harassment.sexual” protects who reports"),
    (H + 'severity = "normal"', "2: “harassment.sexual” is “high” at least"),
    (H + 'queue = "payments"', "2: “harassment.sexual” goes to a sensitive queue"),
    ('[types."payment.refund"]\nmay_expire = true', "2: “payment.refund” never closes by time alone"),
    ("[queues.safety]\nsensitive = false", "2: The queue “safety” stays sensitive"),
    ('[aliases]\n"Emergency" = "other"', "2: “Emergency” is a word for “safety.emergency”"),
    ('[types."conduct.rude"]\nlabel = "Danger"', "1: “Danger” already names “safety.emergency”"),
    ('[[rules]]\nissue_type = "safety.*"\nqueue = "general"', "3: A rule moves no case out of a sensitive queue"),
    ('[[rules]]\nissue_type = "harassment.*"\npriority = "low"', "3: What is about safety or harassment"),
    ("\n\n[types]\nx = 1", "4: “x” is a table"),
    ('[types."other"]\nseverity = "hgh"', "2: “hgh” is no severity. Did you mean “high”?"),
    ('[types."property.damge"]\nlabel = "x"', "1: “property.damge” is a new type and needs a group"),
    ('[types."own.damge"]\ngroup = "damage"', "1: “own.damge” is a new type and needs a label."),
    (
        '[types."property.damge"]\nhidden = true',
        "1: “property.damge” is a new type and needs a label. Did you mean “property.damage”?",
    ),
    ('[types."Fleet.Damage"]\nlabel = "x"\ngroup = "damage"', "1: “Fleet.Damage” is no code of an issue type"),
    ('[types."other"]\nlabel = "Nothing of it"\nlabl = "x"', "3: “labl” is no key here. Did you mean “label”?"),
    ('[types."other"]\nlabel = { de = "x" }', "2: “de” is no language here. Known are: en, es."),
    ('[types."other"]\nlabel = {}', "2: Say it in one language"),
    ('[types."other"]\nlabel = 3', "2: Write a text in quotes."),
    ('[types."other"]\nlabel = "' + "x" * 81 + '"', "2: The text has 81 characters; 80 are the most."),
    ('[types."other"]\nlabel = "a\\nb"', "2: Write it on one line"),
    ('[types."other"]\nlabel = "\\u202Ea"', "2: Write it on one line"),
    ('[types."other"]\nlabel = " "', "2: The text is empty."),
    ('[types."other"]\nhidden = "no"', "2: Write true or false"),
    ('[types."other"]\nfirst_reply = "soon"', "2: Write a length of time"),
    ('[types."other"]\nfirst_reply = "91 d"', "2: Write a length of time"),
    ('[types."other"]\nqueue = "genral"', "2: “genral” is no queue. Did you mean “general”?"),
    ('[types."other"]\nsides = []', "2: The list is empty."),
    ('[types."other"]\naliases = [\n"a",\n""]', "4: The text is empty."),
    ('[types."conduct.rude"]\nlabel = "Rules were broken"', "1: “Rules were broken” already names “conduct.rules”"),
    ('[aliases]\n"x" = "othr"', "2: “othr” is no issue type that is offered. Did you mean “other”?"),
    ('[aliases]\n"..." = "other"', "2: A name has 1 to 100 letters or digits."),
    ('[aliases]\n"conduct-rude" = "other"', "2: “conduct-rude” is the code “conduct.rude”"),
    ('[aliases]\n"x" = ["other", "conduct.rude"]', "2: From a worker “x” would mean both"),
    ('[queues."a b"]\n', "1: “a b” is no name for a queue"),
    (Q + 'members = ["a"]', "2: Members are named of sensitive queues alone"),
    (Q + 'time_zone = "Europe/Berln"', "2: “Europe/Berln” is no time zone. Did you mean “Europe/Berlin”?"),
    (Q + 'time_zone = "../etc"', "2: “../etc” is no time zone. Write one like"),
    (Q + 'time_zone = "Europe"', "2: “Europe” is no time zone."),
    (Q + "holidays = [2026-12-25]", "2: holidays says nothing without hours"),
    (Q + '[queues.general.hours]\nmon = "09:00-17:00"', "2: Hours need a time_zone"),
    (BERLIN + 'mon = "17:00-09:00"', "4: Write hours like"),
    (BERLIN + 'mon = "09:00-24:01"', "4: Write hours like"),
    (BERLIN + 'mon = "9-17"', "4: Write hours like"),
    (BERLIN + 'mon = ["09:00-12:00", "11:00-17:00"]', "4: These hours overlap."),
    (BERLIN + 'mon-fri = "09:00-17:00"\nwed = "09:00-17:00"', "5: The hours of wed stand here a second time."),
    (BERLIN + 'fri-mon = "09:00-17:00"', "4: “fri-mon” names no days."),
    (BERLIN + 'mon = "09:00-13:59"', "3: A queue is open for 5 hours a week at least."),
    (Q + 'holidays = ["2026-12-25"]', "2: Write a day like 2026-12-25"),
    ('[[rules]]\nqueue = "safety"', "1: A rule needs one condition"),
    ('[[rules]]\nside = "client"', "1: A rule says a queue, a priority, or both."),
    (
        '[[rules]]\nissue_type = "paymnt.*"\nqueue = "safety"',
        "2: “paymnt.*” is no issue type and no group of them. Did you mean “payment.*”?",
    ),
    ('[[rules]]\nside = "client"\n[[rules]]\nside = "client"\npriority = "x"', "5: “x” is no priority"),
    ("rules = 3", "1: Write each of them under a line [[rules]]."),
    ("[rule]\nx = 1", "1: “rule” is no key here. Did you mean “rules”?"),
    ("a = 1\nb = = 2", "2: This is not TOML"),
    ('a = "', "1: This is not TOML"),
    ("a = 1\na = 2", "2: This is not TOML"),
    ("a = " + "[" * 5000, "1: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=[told[:50] for _, told in REFUSED])
def test_what_is_wrong_is_told_with_its_line(text: str, told: str) -> None:
    assert [line for line in wrong(text) if line.startswith(told)] != [], wrong(text)


def test_bytes_that_are_no_utf_8_and_files_that_are_too_large_are_refused() -> None:
    assert wrong(b"# ok\n# \xff") == ["2: This is not UTF-8. Save the file as UTF-8."]
    assert wrong(b"#" * (MAX_BYTES + 1))[0].startswith("1: The file has more than 256 KiB")
    assert (
        read(b"\xef\xbb\xbf# ok\r\n[queues.general]\r\nlabel = 'Desk'\r\n", "x", LANGUAGES).queues.label(
            "general"
        )
        == "Desk"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("".join(f'[types."own.t{n}"]\nlabel = "T{n}"\ngroup = "other"\n' for n in range(201)), "201 types of its own"),
        ("[aliases]\n" + "".join(f'"name {n}" = "other"\n' for n in range(501)), "501 aliases; 500 are"),
        ("".join(f"[queues.q{n}]\n" for n in range(48)), "51 queues; 50 are"),
        ('[[rules]]\ncontains = "x"\npriority = "high"\n' * 201, "201 entries; 200 are"),
        ("[[rules]]\npriority = 'high'\ncontains = [" + "'x'," * 51 + "]", "51 entries; 50 are"),
        (("[[rules]]\npriority = 'high'\ncontains = [" + "'x'," * 50 + "]\n") * 11, "550 words; 500 are"),
        (Q + "holidays = [" + "2026-01-01," * 201 + "]", "201 entries; 200 are"),
    ],
)  # fmt: skip
def test_everything_has_a_limit(text: str, told: str) -> None:
    assert any(told in line for line in wrong(text)), wrong(text)


def test_twenty_lines_are_told_and_how_many_more_there_are() -> None:
    told = wrong("".join(f"x{n} = 1\n" for n in range(25)))

    assert len(told) == 21
    assert told[-1] == " and 5 more."
    assert told[0].startswith("1: ")


def test_a_label_that_a_language_lacks_is_named() -> None:
    book = rulebook('[types."other"]\nlabel = { en = "Else" }\n[types."conduct.rude"]\nlabel = "Rude"')

    assert list(untold(book, LANGUAGES)) == ["The label of “other” is missing in: es."]


WORDS = some.sampled_from(
    [
        "types",
        "queues",
        "rules",
        "aliases",
        "safety.emergency",
        "label",
        "severity",
        "hidden",
        "general",
        "hours",
        "x",
    ]
)
VALUES = some.recursive(
    some.sampled_from(["1", "true", '"high"', '"09:00-17:00"', '""', "2026-12-25", "1.5", '"safety"', "nan"]),
    lambda inner: (
        some.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | some.dictionaries(WORDS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f'"{key}" = {value}' for key, value in table.items()) + "}"
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(pairs=some.dictionaries(WORDS, VALUES, max_size=4))
def test_whatever_stands_in_it_a_file_is_taken_or_refused_in_words(pairs: dict[str, str]) -> None:
    text = "\n".join(f'"{key}" = {value}' for key, value in pairs.items())
    told = ""
    try:
        rulebook(text)
    except Invalid as refusal:
        told = str(refusal)
    assert all(line.startswith("rules.toml:") for line in told.splitlines())

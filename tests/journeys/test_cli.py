"""The program's verbs as a person runs them: what they print, and what they say when they cannot."""

import json
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import samples
from forms import File
from live import GIG, RAISED, WORKER, Live, eventually
from servers import free_port
from servers.smtp import Mailbox

START = Callable[..., Live]
CSV = "gigId,title,side,userId\ntap-1,Mend a tap,worker,pawel\ntap-1,,client,olena\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Live]:
    """A place in which nothing was started yet."""
    site = Live(tmp_path, RAISED)
    try:
        yield site
    finally:
        site.close()


def refused(site: Live, *arguments: str) -> str:
    """What the verb says when it cannot: a sentence, never a traceback."""
    done = site.run(*arguments)
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("gigdesk: ")
    return done.stderr


def printed(site: Live, *arguments: str) -> str:
    """What the verb prints when it can."""
    done = site.run(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


# ---- token


def test_a_token_opens_the_api(site: Live) -> None:
    token = printed(site, "token", "--sub", WORKER, "--name", "Wanda", "--ttl", "10m").strip()

    answer = site.call("GET", "/api/cases", headers={"Authorization": f"Bearer {token}"}, by=None)

    assert answer.status == 200


def test_a_hand_over_signs_in_also_where_an_issuer_is_set(place: Live) -> None:
    place.environment["GIGDESK_JWT_ISSUER"] = "https://market.example"
    place.start()

    token = printed(place, "token", "--sub", WORKER, "--sign-in").strip()

    answer = place.call("GET", f"/sign-in?token={token}", by=None)
    assert answer.status == 303, answer


def test_a_token_never_makes_a_secret_and_names_the_file_it_looked_for(place: Live) -> None:
    del place.environment["GIGDESK_JWT_SECRET"]

    assert "There is no secret in var/jwt-secret" in refused(place, "token", "--sub", "a")
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--ttl", "tomorrow"], "Write the ttl like 30s, 10m, 1h or 7d"),
        (["--role", "boss"], "“boss” is no role; they are agent, lead, auditor, admin, integration"),
    ],
)
def test_a_token_that_cannot_be_made_is_explained(place: Live, arguments: list[str], says: str) -> None:
    assert says in refused(place, "token", "--sub", "a", *arguments)


# ---- gigs


@pytest.mark.parametrize("name", ["gigs.csv", "gigs.json"])
def test_gigs_are_imported_and_listed(place: Live, name: str) -> None:
    parties = [{"userId": "pawel", "side": "worker"}, {"userId": "olena", "side": "client"}]
    content = CSV if name.endswith("csv") else json.dumps(
        [{"gigId": "tap-1", "title": "Mend a tap", "parties": parties}]
    )  # fmt: skip
    (place.folder / name).write_text(content)
    printed(place, "migrate")

    assert printed(place, "gigs", "import", name) == "1 gigs are in.\n"
    assert printed(place, "gigs", "list") == "tap-1\tMend a tap\tworker: pawel, client: olena\n"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", CSV.replace("client", "boss"), "line 3, side"),
        ("a.csv", CSV + "tap-2,Another,worker\n", "line 4"),
        ("a.csv", "gigId,title\n", "line 1"),
        ("a.json", "[{]", "line 1"),
        ("a.json", '[{"gigId": "tap-1", "parties": []}]', "gig 1, title"),
        ("a.txt", CSV, "neither .csv nor .json"),
        ("absent.csv", None, "absent.csv cannot be read"),
    ],
)
def test_an_import_that_is_wrong_names_the_line_and_puts_nothing_in(
    place: Live, name: str, content: str | None, says: str
) -> None:
    if content is not None:
        (place.folder / name).write_text(content)
    printed(place, "migrate")

    assert says in refused(place, "gigs", "import", name)
    assert printed(place, "gigs", "list") == ""


def test_an_import_names_every_wrong_line(place: Live) -> None:
    (place.folder / "a.csv").write_text(CSV.replace("worker", "boss").replace("client", "chief"))

    said = refused(place, "gigs", "import", "a.csv")

    assert "2 to put right" in said
    assert "line 2, side" in said
    assert "line 3, side" in said


# ---- migrate


def test_migrating_says_which_schema_stands_there_and_may_be_repeated(place: Live) -> None:
    assert re.fullmatch(r"The database is at schema \d{4}\.\n", printed(place, "migrate"))
    assert printed(place, "migrate") == printed(place, "migrate")


def test_postgresql_is_migrated_once_by_hand(place: Live, postgres_url: str) -> None:
    place.environment["GIGDESK_DATABASE_URL"] = postgres_url

    assert "Run once: gigdesk migrate" in refused(place, "gigs", "list")
    printed(place, "migrate")
    assert printed(place, "gigs", "list") == ""


@pytest.mark.parametrize(
    "verb",
    [
        ("audit", "verify"),
        ("gigs", "list"),
        ("audit", "verify-receipt", "receipt.json"),
        ("work", "--parked"),
        ("work", "--upcoming"),
        ("work", "--retry", "all"),
    ],
)
def test_looking_makes_no_database_and_migrates_none(place: Live, verb: tuple[str, ...]) -> None:
    (place.folder / "receipt.json").write_text("{}")
    database = place.folder / "gigdesk.db"

    said = refused(place, *verb)
    assert f"There is no database at {database}" in said
    assert not list(place.folder.glob("gigdesk.db*"))

    database.touch()
    assert "not at this version's schema. Run once: gigdesk migrate" in refused(place, *verb)
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(0,)]
    connection.close()


# ---- the database's address


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mongodb://x", "begin it with sqlite:///"),
        ("sqlite:var/x.db", "begin it with sqlite:///"),
        ("postgres:/x", "or with postgresql://"),
        ("postgresql://u@127.0.0.1:port/x", "port"),
        ("postgresql://u@127.0.0.1:9/x", "See that it runs and that the address is right"),
    ],
)
def test_an_address_of_no_database_is_named_with_what_to_do(place: Live, url: str, says: str) -> None:
    place.environment["GIGDESK_DATABASE_URL"] = url

    for verb in ("serve", "--port", str(place.port)), ("migrate",):
        done = place.run(*verb)
        assert done.returncode != 0
        assert "GIGDESK_DATABASE_URL" in done.stderr
        assert says in done.stderr
        assert "Send it again" not in done.stderr
        assert "Traceback" not in done.stderr


# ---- audit


def test_a_changed_commit_is_found_and_its_case_named(place: Live) -> None:
    place.open()
    cases = [place.report().json()["id"] for _ in range(3)]
    place.stop()
    assert re.fullmatch(r"3 cases, \d+ commits: all whole\.\n", printed(place, "audit", "verify"))

    with sqlite3.connect(place.folder / "gigdesk.db") as connection:
        connection.execute(
            "UPDATE commits SET content = CAST(replace(content, 'other', 'otter') AS BLOB)"
            " WHERE number = 1 AND case_id = ?",
            (bytes.fromhex(cases[1].replace("-", "")),),
        )
    connection.close()
    done, one = place.run("audit", "verify"), place.run("audit", "verify", cases[0])

    assert done.returncode == 1
    assert f"case {cases[1]}, commit 1" in done.stdout
    assert cases[0] not in done.stdout
    assert "3 cases" in done.stdout
    assert "1 broken" in done.stdout
    assert one.returncode == 0


def test_no_id_of_a_case_is_a_sentence(place: Live) -> None:
    assert "is not the id of a case" in refused(place, "audit", "verify", "GD-7K3M-9XQ24")


def test_a_receipt_is_genuine_here_alone_and_only_as_it_was(place: Live, another: START) -> None:
    place.open()
    case = place.report(files=[File(samples.jpeg())]).json()["id"]
    receipt = place.folder / "receipt.json"
    receipt.write_bytes(place.call("GET", f"/api/cases/{case}/receipt").body)
    changed = place.folder / "changed.json"
    changed.write_text(receipt.read_text().replace(GIG, "gig-2").replace('"number":1', '"number":1 '))
    other = another(GIGDESK_SECRET="the key of another installation, and long enough")

    genuine, forged, foreign = (
        site.run("audit", "verify-receipt", str(file))
        for site, file in ((place, receipt), (place, changed), (other, receipt))
    )

    assert (genuine.returncode, genuine.stdout) == (0, "The receipt is genuine.\n")
    assert (forged.returncode, foreign.returncode) == (1, 1)
    assert "was changed, or is of another installation" in forged.stdout
    assert "The log of this installation has no such commit" in foreign.stdout
    assert "not a receipt" in refused(place, "audit", "verify-receipt", "gigdesk.db")
    assert "cannot be read" in refused(place, "audit", "verify-receipt", "absent.json")


# ---- work


def test_what_failed_for_good_is_listed_and_done_once_retried(place: Live, smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"
    place.environment["GIGDESK_MAIL_URL"] = smtp.url
    place.open()
    place.report()
    for _ in range(100):
        if "\tnotify\t" in (listed := printed(place, "work", "--parked").lower()):
            break
    place.stop()
    effect = listed.split("\t")[0]
    smtp.behaviour = "accept"

    assert re.fullmatch(
        rf"{effect}\tnotify\t[0-9a-f-]{{36}}\t\d+\tmail.refused\t\d{{4}}-\d\d-\d\dt\d\d:\d\d:\d\dz\n", listed
    )
    assert printed(place, "work", "--once") == "0 effects done.\n"
    assert printed(place, "work", "--retry", effect) == "It is due now.\n"
    assert printed(place, "work", "--once") == "1 effects done.\n"
    assert printed(place, "work", "--parked") == "Nothing is parked.\n"
    assert len(smtp.letters) == 1
    assert "No effect of this id is parked" in refused(place, "work", "--retry", effect)
    assert "is not the id of an effect" in refused(place, "work", "--retry", "that one")


def test_all_that_failed_for_good_is_retried_beside_a_server_that_serves(place: Live, smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"
    place.environment["GIGDESK_MAIL_URL"] = smtp.url
    place.open()
    for _ in range(3):
        place.report()
    parked = "SELECT count(*) FROM effects WHERE parked_at IS NOT NULL"
    assert eventually(lambda: place.rows(parked) == [(3,)], 20)

    listed = printed(place, "work", "--parked", "--limit", "2").splitlines()
    smtp.behaviour = "accept"

    assert [line.count("\t") for line in listed] == [5, 5, 0]
    assert listed[2] == "and 1 more. Show more with --limit."
    assert printed(place, "work", "--retry", "all") == "3 effects are due now.\n"
    assert eventually(lambda: len(smtp.letters) == 3, 20)
    assert printed(place, "work", "--retry", "all") == "Nothing is parked.\n"


def test_what_is_owed_for_later_is_listed_with_its_time(place: Live) -> None:
    place.open()
    assert printed(place, "work", "--upcoming") == "Nothing is owed for later.\n"
    case = place.report().json()["id"]
    assert eventually(lambda: f"\twake\t{case}" in printed(place, "work", "--upcoming"), 10)
    assert "warn support, since nobody owns it: the first reply is due soon" in printed(
        place, "work", "--upcoming"
    )
    place.stop()
    with sqlite3.connect(place.folder / "gigdesk.db") as connection:
        connection.execute("DELETE FROM effects")
        for day in (3, 1, 2):
            due = int(datetime(2101, 1, day, tzinfo=UTC).timestamp() * 1_000_000)
            connection.execute(
                "INSERT INTO effects (id, case_id, kind, body, due, ready_at, created_at)"
                " VALUES (?, ?, 'wake', CAST('{}' AS BLOB), ?, ?, 0)",
                (bytes([day] * 16), bytes.fromhex(case.replace("-", "")), due, due),
            )
    connection.close()
    place.start()

    listed = printed(place, "work", "--upcoming", "--limit", "2").splitlines()

    first = "01010101-0101-0101-0101-010101010101"
    assert listed[0].startswith(
        f"2101-01-01T00:00:00Z\t{first}\twake\t{case}\tnote that the first reply is missed"
    )
    assert listed[1].startswith("2101-01-02T00:00:00Z\t")
    assert listed[2:] == ["and 1 more. Show more with --limit."]
    assert len(printed(place, "work", "--upcoming").splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--retry", ""], "is not the id of an effect. gigdesk work --parked lists them; all is all of them"),
        (["--retry", "GD-7K3M-9XQ24"], "“GD-7K3M-9XQ24” is not the id of an effect"),
        (["--parked", "--upcoming"], "Give one of --parked, --upcoming at a time"),
        (["--parked", "--limit", "0"], "--limit is from 1 to 10000"),
    ],
)
def test_options_of_work_that_are_wrong_are_explained(place: Live, arguments: list[str], says: str) -> None:
    assert says in refused(place, "work", *arguments)


# ---- serve


def test_an_unknown_setting_names_the_nearest(place: Live) -> None:
    place.environment["GIGDESK_STORAGE_ULR"] = "file:x"

    assert "GIGDESK_STORAGE_ULR is not a setting; did you mean GIGDESK_STORAGE_URL?" in refused(
        place, "serve"
    )


def test_two_workers_are_refused_on_sqlite_naming_postgresql(place: Live) -> None:
    said = refused(place, "serve", "--workers", "2")

    assert "--workers 2 needs PostgreSQL" in said
    assert "GIGDESK_DATABASE_URL=postgresql://" in said


def test_a_second_server_on_the_same_database_is_refused_with_the_first_ones_pid(site: Live) -> None:
    done = site.run("serve", "--port", str(free_port()))

    assert done.returncode != 0
    assert f"process {site.processes[0].pid}," in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_named(site: Live, place: Live) -> None:
    said = refused(place, "serve", "--port", str(site.port))

    assert f"127.0.0.1:{site.port} is in use. Choose another with --port." in said


def test_secrets_are_made_once_and_for_nobody_else(place: Live) -> None:
    del place.environment["GIGDESK_SECRET"], place.environment["GIGDESK_JWT_SECRET"]
    place.start()
    kept = {path.name: path.read_text() for path in (place.folder / "var").iterdir()}
    place.stop()
    place.start()

    assert set(kept) == {"secret", "jwt-secret"}
    assert {path.name: path.read_text() for path in (place.folder / "var").iterdir()} == kept
    assert all((place.folder / "var" / name).stat().st_mode & 0o777 == 0o600 for name in kept)
    assert kept["secret"] != kept["jwt-secret"]
    assert printed(place, "token", "--sub", "a").count(".") == 2


def test_a_missing_extra_is_named_with_what_installs_it(place: Live) -> None:
    printed(place, "migrate")
    (place.folder / "obstore.py").write_text("raise ImportError('not installed here')\n")
    place.environment |= {"PYTHONPATH": str(place.folder), "GIGDESK_STORAGE_URL": "s3://bucket"}

    assert "pip install 'gigdesk[s3]'" in refused(place, "gigs", "list")


def test_each_verb_has_help_with_an_example(place: Live) -> None:
    verbs = ("serve", "work", "migrate", "demo", "doctor", "token", "backup")
    second = ("gigs import", "gigs list", "notices preview", "audit verify", "audit verify-receipt")
    listed = printed(place, "--help")

    assert "Work off effects: inspect files, send mail." in listed
    for verb in (*verbs, *second):
        assert verb.split()[0] in listed
        assert f"gigdesk {verb}" in printed(place, *verb.split(), "--help").split("For example", 1)[1]


def test_ctrl_c_ends_the_server_and_the_worker_cleanly(place: Live) -> None:
    place.start(outbox=True)

    for process in place.processes:
        process.send_signal(signal.SIGINT)
    codes = [process.wait(20) for process in place.processes]

    assert set(codes) <= {0, 130}
    assert "Traceback" not in place.whole_log

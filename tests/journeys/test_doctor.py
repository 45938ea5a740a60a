"""``gigdesk doctor`` finds what is broken, names the setting that puts it right, and lets the rest be well."""

import asyncio
import json
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from live import RAISED, Live
from servers import free_port, issuer, market, receiver
from servers.certificate import Certificate
from servers.s3 import S3Server
from servers.smtp import Mailbox

PARTS = (
    "settings",
    "secrets",
    "address",
    "store",
    "objects",
    "clock",
    "keys",
    "gigs",
    "mail",
    "webhook",
    "scanner",
    "outbox",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installation leaves that has served once."""
    site = Live(tmp_path_factory.mktemp("served"), RAISED)
    try:
        site.open()
        site.stop()
    finally:
        site.close()
    return site.folder


@pytest.fixture
def place(tmp_path: Path, served: Path) -> Iterator[Live]:
    """An installation that has served once and stands still."""
    shutil.copytree(served, tmp_path, dirs_exist_ok=True)
    site = Live(tmp_path, RAISED)
    try:
        yield site
    finally:
        site.close()


class Report:
    """What the doctor printed: an exit code, and for each part its states and sentences."""

    def __init__(self, code: int, text: str, errors: str) -> None:
        self.code, self.text, self.errors = code, text, errors
        lines = re.findall(r"^(ok|warn|FAIL|skip) +(\w+) +(.*)$", text, re.MULTILINE)
        self.found = {part: [(s, says) for s, p, says in lines if p == part] for part in PARTS}

    def states(self, part: str) -> list[str]:
        return [state for state, _ in self.found[part]]

    @property
    def failed(self) -> set[str]:
        return {part for part in PARTS if "FAIL" in self.states(part)}


def examined(site: Live, **environment: str) -> Report:
    site.environment |= environment
    done = site.run("doctor")
    assert "Traceback" not in done.stderr
    return Report(done.returncode, done.stdout, done.stderr)


def test_where_all_is_well_nothing_fails(site: Live, smtp: Mailbox, clamd_url: str) -> None:
    before = dict(site.environment)
    try:
        report = examined(site, GIGDESK_MAIL_URL=smtp.url, GIGDESK_SCANNER_URL=clamd_url)
    finally:
        site.environment = before

    assert report.code == 0, report.text
    wanted = {part: {"ok"} for part in PARTS} | {"webhook": {"skip"}}
    assert {part: set(report.states(part)) for part in PARTS} == wanted, report.text
    assert report.text.endswith("All is well.\n")
    assert report.errors == ""
    assert smtp.letters == []
    assert site.rows("SELECT * FROM sessions WHERE actor LIKE '%doctor%'") == []
    assert "\x1b" not in report.text


def test_the_embedded_default_is_warned_of_what_is_not_for_production(place: Live) -> None:
    report = examined(place)

    assert report.code == 0
    assert report.failed == set()
    assert "knows only the EICAR test file" in report.text
    assert "GIGDESK_SCANNER_URL, like clamd://127.0.0.1:3310" in report.text
    assert "Nothing answers at" in report.text


def test_an_empty_place_is_warned_and_nothing_is_made_there(tmp_path: Path) -> None:
    site = Live(tmp_path)
    for name in ("SECRET", "JWT_SECRET", "DATABASE_URL"):
        del site.environment[f"GIGDESK_{name}"]

    report = examined(site)

    assert report.code == 0
    assert "There is no database at var/gigdesk.db yet" in report.text
    assert not (tmp_path / "var").exists()


def test_a_setting_that_is_wrong_is_the_first_thing_said(place: Live) -> None:
    report = examined(place, GIGDESK_RATE_GIG="many", GIGDESK_SCANNER_URL="builtin:")
    unknown = examined(place, GIGDESK_SCANER_URL="builtin:")

    assert (report.code, report.failed) == (1, {"settings"})
    assert "GIGDESK_RATE_GIG: write a rate as" in report.text
    assert "did you mean GIGDESK_SCANNER_URL?" in unknown.text


HOOK_SECRET = "whsec_" + "Z2lnZGVz" * 5
BROKEN = {
    "a dead database": ("store", {"GIGDESK_DATABASE_URL": "postgresql://a:hidden@127.0.0.1:{port}/x"}),
    "a database that cannot be made": ("store", {"GIGDESK_DATABASE_URL": "sqlite:////proc/none/x.db"}),
    "a file that is no database": ("store", {"GIGDESK_DATABASE_URL": "sqlite:///{folder}/objects.txt"}),
    "a folder that cannot be written": ("objects", {"GIGDESK_STORAGE_URL": "file:{folder}/objects.txt"}),
    "an unknown storage": ("objects", {"GIGDESK_STORAGE_URL": "ftp://host/x"}),
    "a dead bucket": (
        "objects",
        {"GIGDESK_STORAGE_URL": "s3://b", "AWS_ENDPOINT_URL": "http://127.0.0.1:{port}"}
        | {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1"},
    ),
    "another installation's key": (
        "keys",
        {"GIGDESK_SECRET": "a key that this database has never seen before"},
    ),
    "a dead issuer": (
        "keys",
        {"GIGDESK_JWKS_URL": "http://127.0.0.1:{port}/jwks", "GIGDESK_JWT_ISSUER": "i"}
        | {"GIGDESK_JWT_AUDIENCE": "a"},
    ),
    "a dead call-back": (
        "gigs",
        {"GIGDESK_GIGS_URL": "http://127.0.0.1:{port}/{{gigId}}", "GIGDESK_GIGS_SECRET": "g" * 32},
    ),
    "a dead mail server": ("mail", {"GIGDESK_MAIL_URL": "smtp://127.0.0.1:{port}"}),
    "a maildir that cannot be": ("mail", {"GIGDESK_MAIL_URL": "maildir:{folder}/objects.txt"}),
    "a webhook whose name is unknown": (
        "webhook",
        {"GIGDESK_WEBHOOK_URL": "https://hooks.invalid/x", "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET},
    ),
    "a webhook that leads inside": (
        "webhook",
        {"GIGDESK_WEBHOOK_URL": "https://localhost:{port}/x", "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET},
    ),
    "a webhook at a port that is none": (
        "webhook",
        {"GIGDESK_WEBHOOK_URL": "https://market.example:99999/", "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET},
    ),
    "a dead webhook": (
        "webhook",
        {"GIGDESK_WEBHOOK_URL": "http://localhost:{port}/x", "GIGDESK_WEBHOOK_SECRET": HOOK_SECRET}
        | {"GIGDESK_WEBHOOK_ALLOW": "localhost"},
    ),
    "a dead scanner": ("scanner", {"GIGDESK_SCANNER_URL": "clamd://127.0.0.1:{port}"}),
    "a public address in the clear": ("address", {"GIGDESK_BASE_URL": "http://market.example"}),
    "one secret for two": (
        "secrets",
        {"GIGDESK_AUTHJS_SECRET": "an-installation-key-for-one-test-run-alone"},
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_named_alone_with_its_setting(place: Live, what: str) -> None:
    part, settings = BROKEN[what]
    (place.folder / "objects.txt").write_text("no folder and no database, " * 100)
    facts = {"port": free_port(), "folder": place.folder}

    report = examined(place, **{name: value.format(**facts) for name, value in settings.items()})

    assert report.code == 1
    assert report.failed == {part}, report.text
    assert (
        next(name for name in settings if name.startswith("GIGDESK_")).removesuffix("_SECRET") in report.text
    )
    assert "hidden" not in report.text
    assert "1 failed" in report.text


def test_secrets_that_others_can_read_are_found(tmp_path: Path) -> None:
    site = Live(tmp_path)
    del site.environment["GIGDESK_SECRET"]
    site.start()
    site.stop()
    (tmp_path / "var" / "secret").chmod(0o644)

    report = examined(site)

    assert report.failed == {"secrets"}
    assert "chmod 600 var/secret" in report.text


async def test_a_call_back_must_deny_a_gig_that_does_not_exist(place: Live) -> None:
    place.environment |= {"GIGDESK_GIGS_SECRET": "another secret than the marketplace has"}
    async with market.running() as running:
        place.environment["GIGDESK_GIGS_URL"] = f"{running.url}/gigs/{{gigId}}"
        forged = await asyncio.to_thread(examined, place)
        running.answer = lambda _: market.http(200, b"{}")
        place.environment["GIGDESK_GIGS_SECRET"] = market.SECRET.decode()
        kind = await asyncio.to_thread(examined, place)
        running.answer = lambda _: market.http(404)
        well = await asyncio.to_thread(examined, place)

    assert forged.failed == {"gigs"}
    assert "answers 401 for a gig that does not exist" in forged.text
    assert "answers 200 for a gig that does not exist" in kind.text
    assert well.states("gigs") == ["ok"]


async def test_a_webhook_is_connected_to_and_told_nothing(place: Live, tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    folder.mkdir()
    certificate = Certificate(folder, "localhost")
    place.environment |= {"GIGDESK_WEBHOOK_SECRET": HOOK_SECRET, "GIGDESK_WEBHOOK_ALLOW": "localhost"}
    async with receiver.running(certificate.context()) as running:
        url = f"https://localhost:{running.port}/hooks/a-secret-path"
        strange = await asyncio.to_thread(examined, place, GIGDESK_WEBHOOK_URL=url)
        well = await asyncio.to_thread(examined, place, SSL_CERT_FILE=str(certificate.root))
        assert running.arrived == []

    assert strange.failed == {"webhook"}
    assert "does not prove by TLS who it is (SSLCertVerificationError)" in strange.text
    assert "name your own authority in SSL_CERT_FILE" in strange.text
    assert well.found["webhook"] == [
        ("ok", f"The webhook's receiver localhost:{running.port} answers with TLS.")
    ]
    assert "a-secret-path" not in strange.text + well.text


def test_a_webhook_that_leads_inside_is_told_with_its_address(place: Live) -> None:
    place.environment |= {"GIGDESK_WEBHOOK_SECRET": HOOK_SECRET}
    report = examined(place, GIGDESK_WEBHOOK_URL="https://0x7f.1/")

    assert "0x7f.1 is at 127.0.0.1, which is not public (loopback)" in report.text
    assert "name the host in GIGDESK_WEBHOOK_ALLOW" in report.text


async def test_an_issuer_is_asked_for_its_keys_and_the_time(place: Live) -> None:
    async with issuer.running() as running:
        running.keys = [issuer.public(issuer.rsa())]
        date = {"date": "Mon, 24 Nov 2025 09:00:00 GMT"}
        body = json.dumps({"keys": running.keys}).encode()
        running.answer = lambda: market.http(200, body, **date)
        place.environment |= {"GIGDESK_JWT_ISSUER": "https://issuer.example", "GIGDESK_JWT_AUDIENCE": "desk"}
        report = await asyncio.to_thread(examined, place, GIGDESK_JWKS_URL=f"{running.url}/jwks.json")

    assert report.states("keys") == ["ok", "ok"]
    assert report.states("clock") == ["ok", "FAIL"]
    assert "This machine's clock and the issuer's are" in report.text


@asynccontextmanager
async def lying_clamd(answer: bytes) -> AsyncIterator[str]:
    """A scanner that says the same of everything."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\0")
        if asked == b"zINSTREAM\0":
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                await reader.readexactly(size)
        writer.write(b"ClamAV 1.4.3\0" if asked == b"zVERSION\0" else answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"clamd://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"stream: OK\0", "did not find the EICAR test file"),
        (b"stream: Anything FOUND\0", "found harmless words infected"),
    ],
)
async def test_a_scanner_that_says_the_same_of_everything_is_found_out(
    place: Live, answer: bytes, says: str
) -> None:
    async with lying_clamd(answer) as url:
        report = await asyncio.to_thread(examined, place, GIGDESK_SCANNER_URL=url)

    assert report.failed == {"scanner"}
    assert says in report.text


async def test_a_part_that_says_nothing_is_given_five_seconds(place: Live) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    report = await asyncio.wait_for(
        asyncio.to_thread(examined, place, GIGDESK_MAIL_URL=f"smtp://127.0.0.1:{port}"), 25
    )
    server.close()

    assert report.failed == {"mail"}
    assert "no answer within 5 seconds" in report.text


def test_a_bucket_with_a_rule_that_deletes_is_warned_of(place: Live, s3: S3Server) -> None:
    tidy = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}}
    rules = [
        {**tidy, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}},
        {**tidy, "ID": "monthly", "Expiration": {"Days": 30}},
    ]
    well = examined(place, GIGDESK_STORAGE_URL=s3.url, **s3.environment)
    s3.client().put_bucket_lifecycle_configuration(Bucket=s3.bucket, LifecycleConfiguration={"Rules": rules})
    warned = examined(place)
    s3.client().delete_bucket_lifecycle(Bucket=s3.bucket)

    assert well.states("objects") == ["ok", "ok"]
    assert warned.states("objects") == ["ok", "warn"]
    assert "deletes objects after 30 days (monthly)" in warned.text
    assert warned.code == 0
    assert s3.objects() == []


def test_postgresql_is_probed_and_an_old_schema_fails(place: Live, postgres_url: str) -> None:
    old = examined(place, GIGDESK_DATABASE_URL=postgres_url)
    place.run("migrate")
    new = examined(place)

    assert old.failed == {"store"}
    assert "Run once: gigdesk migrate" in old.text
    assert new.failed == set(), new.text
    assert "a row written, read and removed" in new.text


def test_what_failed_for_good_and_what_nobody_works_off_is_told(place: Live, smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"
    place.environment["GIGDESK_MAIL_URL"] = smtp.url
    place.open()
    place.report()
    place.report()
    for _ in range(100):
        if place.rows("SELECT count(*) FROM effects WHERE parked_at IS NOT NULL") == [(2,)]:
            break
        time.sleep(0.05)
    place.stop()
    with closing(sqlite3.connect(place.folder / "gigdesk.db")) as connection, connection:
        connection.execute("DELETE FROM effects WHERE kind = 'wake'")
        one = "SELECT id FROM effects LIMIT 1"
        connection.execute(f"UPDATE effects SET parked_at = NULL, ready_at = 1, due = 1 WHERE id = ({one})")

    report = examined(place)

    assert report.states("outbox") == ["warn", "warn"]
    assert "1 effects failed for good" in report.text
    assert "gigdesk work --parked" in report.text
    assert "nobody works them off" in report.text

    with closing(sqlite3.connect(place.folder / "gigdesk.db")) as connection, connection:
        connection.execute(
            "UPDATE effects SET reason = 'held: mail', ready_at = 1 << 60 WHERE parked_at IS NULL"
        )
    held = examined(place)

    assert "1 effects wait, because mail, scanner or storage did not answer" in held.text
    assert "nobody works them off" not in held.text

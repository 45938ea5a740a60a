"""The store and what stands in it: schema, a row written and read, clock, keys, gigs, outbox."""

import asyncio
import secrets
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from gigdesk.access.keys import SigningKeys
from gigdesk.access.model import Actor
from gigdesk.access.ports import Session
from gigdesk.cli.checkup.findings import LATE, SECONDS, Finding, Found, fail, ok, skip, warn, words
from gigdesk.errors import NotFound
from gigdesk.settings import Settings
from gigdesk.wiring import probing

FIX = (
    "Set GIGDESK_DATABASE_URL to a database that answers, like sqlite:///var/gigdesk.db or"
    " postgresql://gigdesk:secret@db.internal/gigdesk."
)
OLDEST_SERVER = 150_000
MANY_GIGS = 1_000
LATE_EFFECTS = timedelta(minutes=10)
APART = timedelta(seconds=5)
TOO_FAR_APART = timedelta(seconds=60)


class StoreCheck:
    """Asks a store that was connected once; without one, what depends on it is passed over."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: probing.ProbedStore | None = None
        self._why: Finding | None = None

    async def connect(self, stack: AsyncExitStack) -> None:
        """Connect until ``stack`` ends; that it failed is a finding like others."""
        try:
            async with asyncio.timeout(SECONDS):
                self._store = await stack.enter_async_context(probing.store_as_it_stands(self._settings))
        except NotFound as absent:
            self._why = _never_made(Path(str(absent.values["path"])))
        except TimeoutError:
            self._why = fail(LATE, FIX)
        except Exception as error:  # noqa: BLE001 - the other parts are asked all the same
            self._why = fail(words(error), FIX)
        else:
            self._why = _schema(self._store, self._settings)

    async def answers(self) -> Found:
        """Connect, the schema, and a row that is written, read and taken away again."""
        if self._store is None or self._why is not None:
            return [self._why or skip("not asked")]
        began = time.perf_counter()
        now, key = datetime.now(UTC), secrets.token_bytes(32)
        session = Session(id=key, actor=Actor(sub="gigdesk-doctor"), created_at=now, seen_at=now)
        await self._store.sessions.open_session(session, secrets.token_hex(32), now)
        found = await self._store.sessions.get_session(key)
        await self._store.sessions.end_session(key)
        if found is None:
            return [fail("What was written was not there to read.", FIX)]
        spent = round((time.perf_counter() - began) * 1000)
        where = _without_secret(self._settings.database_url)
        return [ok(f"{where}: schema {self._store.schema}, a row written, read and removed in {spent} ms.")]

    async def clock(self) -> Found:
        """This machine's clock against the store's, and against the issuer's where there is one."""
        found = []
        if self._store is not None:
            before = datetime.now(UTC)
            theirs = await self._store.now()
            found.append(_apart("the store's", theirs - before - (datetime.now(UTC) - before) / 2))
        if self._settings.jwks_url and (theirs_at := await _date_of(self._settings.jwks_url)):
            found.append(_apart("the issuer's", theirs_at - datetime.now(UTC)))
        return found or [skip("There was no other clock to ask.")]

    async def keys(self) -> Found:
        """The signing keys open and sign; the issuer's keys can be read."""
        found = [await self._signing()]
        if self._settings.jwks_url:
            await probing.issuer(self._settings).probe()
            found.append(ok(f"The issuer's keys were read from {self._settings.jwks_url}."))
        return found

    async def _signing(self) -> Finding:
        if self._store is None or self._why is not None:
            return skip("The signing keys are in the store, which was not asked.")
        if self._settings.secret is None:
            return skip("The signing keys open with GIGDESK_SECRET, which is not there.")
        signing = SigningKeys(self._store.ring, self._settings.secret.get_secret_value().encode())
        await signing.load()
        kid, signature = signing.sign(b"gigdesk doctor")
        if not signing.verify(kid, b"gigdesk doctor", signature):
            return fail("The signing key does not verify what it signed.", "Restore the store from a backup.")
        return ok(f"The signing keys open; receipts are signed with {kid}.")

    async def gigs(self) -> Found:
        """The call-back says that an impossible gig does not exist; or the table has gigs."""
        outside = probing.gigs(self._settings)
        if outside is not None:
            try:
                await outside.probe()
            finally:
                await outside.close()
            said = (
                "knows no gig that does not exist" if ":/" in self._settings.gigs_url else "are in the token"
            )
            return [ok(f"{self._settings.gigs_url}: {said}.")]
        if self._store is None or self._why is not None:
            return [skip("The gigs table is in the store, which was not asked.")]
        count = len(await self._store.gig_table.list_gigs(MANY_GIGS))
        if not count:
            return [
                warn(
                    "The gigs table is empty: nobody can report.",
                    "Fill it: gigdesk gigs import gigs.csv, PUT /api/gigs/{gigId}, or set GIGDESK_GIGS_URL to a"
                    " call-back like https://market.example/internal/gigs/{gigId}",
                )
            ]
        return [ok(f"The gigs table has {count if count < MANY_GIGS else f'{MANY_GIGS} or more'} gigs.")]

    async def outbox(self) -> Found:
        """What is owed, what failed for good, and whether somebody works it off."""
        if self._store is None or self._why is not None:
            return [skip("The outbox is in the store, which was not asked.")]
        state = await self._store.outbox.state()
        found = []
        if state.parked:
            found.append(
                warn(
                    f"{state.parked} effects failed for good.",
                    "See why: gigdesk work --parked. Then: gigdesk work --retry ID, or all",
                )
            )
        if state.held:
            says = f"{state.held} effects wait, because mail, scanner or storage did not answer."
            found.append(
                warn(says, "Look at the other lines here; the log names it: destination_was_paused.")
            )
        elif state.due and state.oldest > LATE_EFFECTS:
            is_embedded = self._settings.database_url.startswith("sqlite:")
            verb = "gigdesk serve" if is_embedded else "gigdesk work"
            minutes = int(state.oldest.total_seconds() // 60)
            says = f"{state.due} effects are due, the oldest for {minutes} minutes: nobody works them off."
            found.append((warn if is_embedded else fail)(says, f"Start {verb}, and look at its log."))
        return found or [ok(f"{state.due} effects are due, {state.later} later, none parked.")]


def _never_made(path: Path) -> Finding:
    """An embedded database that is not there yet: well, where it can be made."""
    above = next(folder for folder in path.absolute().parents if folder.exists())
    if not above.is_dir():
        return fail(f"{path} cannot be made: {above} is no folder.", FIX)
    try:
        probe = above / f".gigdesk-doctor-{secrets.token_hex(8)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return fail(f"{path} cannot be made in {above}: {error.strerror}.", FIX)
    return warn(f"There is no database at {path} yet.", "gigdesk serve makes it, or gigdesk migrate.")


def _schema(store: probing.ProbedStore, settings: Settings) -> Finding | None:
    """What is wrong with the schema or the server's version, or nothing."""
    if 0 < store.version < OLDEST_SERVER:
        return fail(f"PostgreSQL {store.version // 10_000} is too old.", "Use PostgreSQL 15 or later.")
    if store.schema == store.newest:
        return None
    says = f"The schema is {store.schema or 'empty'}, and this version needs {store.newest}."
    judged = warn if settings.database_url.startswith("sqlite:") else fail
    return judged(says, "Run once: gigdesk migrate")


def _apart(whose: str, difference: timedelta) -> Finding:
    apart = abs(difference)
    says = f"This machine's clock and {whose} are {apart.total_seconds():.1f} s apart."
    fix = "Have the clocks of all machines set by NTP."
    if apart > TOO_FAR_APART:
        return fail(says, fix)
    return warn(says, fix) if apart > APART else ok(says)


async def _date_of(url: str) -> datetime | None:
    """The time that the server of this address says it is (RFC 9110 §6.6.1)."""
    from httpx2 import AsyncClient, HTTPError, InvalidURL

    try:
        async with AsyncClient(timeout=SECONDS / 2, follow_redirects=False) as client:
            return parsedate_to_datetime((await client.get(url)).headers["date"])
    except (HTTPError, InvalidURL, OSError, KeyError, ValueError):
        return None


def _without_secret(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":…@") if parts.password else url

"""How quick the desk is, from 10,000 to 1,000,000 cases on PostgreSQL: `make bench-desk`, or

    bench/desk.py --sizes 10000,100000,1000000 --times 60

For each size a history is invented, projected and analysed; then each page is asked for in turns over HTTP, as an
agent's browser asks. Nothing but 127.0.0.1 is contacted, and nothing is a test. `--database-url` names a database that
was filled before, at the size that `--sizes` names. `--plans` prints what PostgreSQL did for each page, and measures
nothing.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from contestants import RAISED
from gigdesk import settings, wiring
from servers import postgres
from servers.gigdesk import Site

RESULTS = Path(__file__).parent / "results"
# What an agent looks at, and its goal: ms of p95. At the largest size each is to be at most twice as slow.
PAGES: Mapping[str, tuple[str, int]] = {
    "all open": ("is:open -is:snoozed", 100),
    "mine": ("is:open is:mine -is:snoozed", 100),
    "breaching first": ("is:open -is:snoozed clock:<24h", 100),
    "unassigned": ("is:open is:unassigned -is:snoozed", 100),
    "they answered": ("is:open is:answered", 100),
    "a queue": ("is:open queue:payments", 100),
    "everything, newest": ("sort:newest", 100),
    "closed of a type": ("status:closed type:property.damage sort:newest", 100),
    "a group of types": ("type:payment.* sort:newest", 100),
    "one owner's, closed": ("owner:ines status:closed sort:newest", 100),
    "one gig": ("gig:past-gig-1000", 100),
    "a common word": ("they", 200),
    "a rare word": ("violin", 200),
    "exact words": ('"cutter was dragged over the oak floor"', 200),
    "words and filters": ("status:closed type:property.* oak floor", 200),
}


TODAY = datetime.now(UTC).date()
FIGURES = {
    "figures, 30 days": "/desk/figures",
    "figures, a year": f"/desk/figures?{urlencode({'from': TODAY - timedelta(days=364), 'to': TODAY})}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Milliseconds of each time a page was asked for."""

    times: list[float]

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1] if len(self.times) > 1 else self.times[0]


def main() -> None:
    options = _options()
    sizes = [int(size) for size in options.sizes.split(",")]
    found: dict[int, dict[str, Took]] = {}
    with contextlib.contextmanager(postgres.running)(**_settings(explains=options.plans)) as cluster:
        for size in sizes:
            with _site(
                options.database_url or cluster.database(), size, filled=bool(options.database_url)
            ) as site:
                if options.plans:
                    _explain(site, cluster)
                else:
                    found[size] = _measured(site, options.times)
    if found:
        _print(found)
        RESULTS.mkdir(exist_ok=True)
        times = {size: {name: took.times for name, took in rows.items()} for size, rows in found.items()}
        (RESULTS / "desk.json").write_text(json.dumps(times))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked for")
    parser.add_argument("--plans", action="store_true", help="print the plan of each list instead")
    parser.add_argument("--database-url", default="", help="one that is filled already")
    return parser.parse_args()


def _settings(*, explains: bool) -> dict[str, str]:
    """Of the PostgreSQL that is started: room for a large history, written without waiting for the disk."""
    plain = {"shared_buffers": "1GB", "max_wal_size": "8GB", "synchronous_commit": "off"}
    explaining = {
        "session_preload_libraries": "auto_explain",
        "auto_explain.log_min_duration": "0",
        "auto_explain.log_analyze": "on",
        "auto_explain.log_buffers": "on",
    }
    return plain | (explaining if explains else {})


@contextlib.contextmanager
def _site(url: str, size: int, *, filled: bool) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-bench-"))
    site = Site(folder, {**RAISED, "GIGDESK_DATABASE_URL": url}, 1)
    try:
        if not filled:
            began = time.monotonic()
            asyncio.run(_fill(site, size))
            print(f"{size:,} cases: invented and projected in {time.monotonic() - began:.0f} s", flush=True)
        site.start()
        yield site
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)


async def _fill(site: Site, size: int) -> None:
    chosen = settings.Settings.model_validate(
        {
            name.removeprefix("GIGDESK_").lower(): value
            for name, value in site.environment.items()
            if name.startswith("GIGDESK_")
        }
    )
    await wiring.invent(chosen, size, 1, lambda done: None)
    async with wiring.opened(chosen) as desk:
        await desk.insights.follower.follow_all()
    await _analyse(chosen.database_url)


async def _analyse(url: str) -> None:
    """What PostgreSQL does by itself a minute later."""
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute("ANALYZE", timeout=600)
    await connection.close()


def _measured(site: Site, times: int) -> dict[str, Took]:
    """Each page in turns, so that what the machine does meanwhile meets all alike."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(site.base).port, timeout=60)
    cookie = _signed_in(site, connection)
    took: dict[str, list[float]] = {
        name: [] for name in (*PAGES, *FIGURES, "counts of all views", "next page")
    }
    following = ""
    for turn in range(times + 2):
        for name, (query, _) in PAGES.items():
            spent, page = _get(connection, f"/desk?{urlencode({'q': query})}", cookie)
            if turn > 1:
                took[name].append(spent)
            if name == "everything, newest" and 'rel="next"' in page:
                following = page.rpartition('" rel="next"')[0].rpartition('href="')[2].replace("&amp;", "&")
        for name, path in FIGURES.items():
            took[name].append(_get(connection, path, cookie)[0])
        spent, _ = _get(connection, f"/desk/news?{urlencode({'q': 'is:open'})}", cookie)
        took["counts of all views"].append(spent)
        if following:
            took["next page"].append(_get(connection, following, cookie)[0])
    return {name: Took(times=spans) for name, spans in took.items() if spans}


def _signed_in(site: Site, connection: http.client.HTTPConnection) -> str:
    claims = {"aud": "gigdesk-sign-in", "jti": str(uuid4()), "name": "Mira Sandoval"}
    token = site.token("mira", "lead", seconds=120, **claims)
    connection.request("GET", f"/sign-in?token={token}&next=/desk")
    answer = connection.getresponse()
    answer.read()
    return str(answer.headers["set-cookie"]).partition(";")[0]


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[float, str]:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    answer = connection.getresponse()
    page = answer.read().decode()
    spent = (time.perf_counter() - began) * 1000
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {page[:300]}")
    return spent, page


def _explain(site: Site, cluster: postgres.Cluster) -> None:
    """What PostgreSQL did for each page, by its own word (auto_explain)."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(site.base).port, timeout=60)
    cookie = _signed_in(site, connection)
    for name, (query, _) in PAGES.items():
        before = len(cluster.log)
        _get(connection, f"/desk?{urlencode({'q': query})}", cookie)
        plans = [
            line for line in cluster.log[before:].splitlines() if line.startswith("\t") and " desk" in line
        ]
        print(f"\n{name}: {query}\n" + "\n".join(plans))


def _print(found: Mapping[int, Mapping[str, Took]]) -> None:
    sizes = sorted(found)
    names = list(found[sizes[0]])
    print(
        "\npage of the desk, ms over HTTP".ljust(32)
        + "".join(f"{size:>12,} p50    p95" for size in sizes)
        + "   growth  goal"
    )
    for name in names:
        goal = None if name in FIGURES else PAGES.get(name, ("", 100))[1]
        cells = "".join(f"{found[size][name].p50:>16.1f} {found[size][name].p95:>6.1f}" for size in sizes)
        growth = found[sizes[-1]][name].p50 / found[sizes[0]][name].p50
        missed = " !" if goal and found[sizes[-1]][name].p95 > goal else ""
        print(f"{name:<31}{cells}   {growth:>5.2f}x  {f'<{goal}' if goal else 'none'}{missed}")


if __name__ == "__main__":
    main()

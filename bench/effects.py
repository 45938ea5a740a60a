"""How soon: from `gigdesk serve` to the first answer, and from a 201 to the mail that is owed for it.

`python bench/effects.py [--reports 100] [--postgres]`. The mail is seen in the maildir, so that its time holds
everything between: commit, waking, claim, composing, writing. The site is idle otherwise.
"""

import argparse
import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import traffic
from contestants import RAISED
from servers import postgres
from servers.gigdesk import SECRET, Site

STARTS = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL with `gigdesk work` beside it")
    options = parser.parse_args()
    with _site(options.postgres) as site:
        starts = [_start(site, options.postgres) for _ in range(STARTS)]
        print(
            f"to the first answer: median {statistics.median(starts):.2f} s, worst {max(starts):.2f} s (goal: 1.5)"
        )
        _start(site, options.postgres, keep=True)
        site.put_gig(traffic.gig(0), worker="wanda", client="carl")
        waits = [_mail_after_report(site) for _ in range(options.reports)]
        cuts = statistics.quantiles(waits, n=100)
        print(
            f"from 201 to the mail, {len(waits)} times: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms", end=" "
        )
        print("(goals to the claim: 20 and 250)")


@contextlib.contextmanager
def _site(on_postgres: bool) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="gigdesk-bench-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = dict(RAISED)
        if on_postgres:
            cluster = stack.enter_context(contextlib.contextmanager(postgres.running)())
            environment["GIGDESK_DATABASE_URL"] = cluster.database()
        site = Site(folder, environment)
        if on_postgres and (done := site.run("migrate")).returncode:
            raise RuntimeError(done.stderr)
        stack.callback(site.close)
        yield site


def _start(site: Site, outbox: bool, *, keep: bool = False) -> float:
    begun = time.perf_counter()
    site.start(outbox=outbox and keep)
    took = time.perf_counter() - begun
    if not keep:
        site.stop()
    return took


def _mail_after_report(site: Site) -> float:
    """Milliseconds from the answer to the new mail."""
    inbox = site.folder / "mail" / "new"
    before = set(inbox.iterdir()) if inbox.exists() else set()
    time.sleep(0.1)
    status, content = traffic.post(site.base, traffic.token(SECRET), traffic.report(traffic.gig(0), []))
    begun = time.perf_counter()
    if status != 201:
        raise SystemExit(f"refused with {status}: {content[:300]!r}")
    while not inbox.exists() or len(set(inbox.iterdir()) - before) == 0:
        if time.perf_counter() - begun > 20:
            raise SystemExit("no mail after 20 s")
        time.sleep(0.001)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()

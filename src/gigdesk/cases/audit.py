"""The audit: walks the log, computes every hash anew, holds sealed values against the digests that name them.

1. A case is whole if its commits are numbered without a gap, each hash follows from the one before and the
   bytes, the bytes say the same as the columns beside them, and as many stand there as the summary counts.
2. A sealed value that was erased is no fault; one that the log does not name, or names otherwise, is.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gigdesk.cases import wire
from gigdesk.cases.ports import CaseIndex, CaseLog, Commit, SealedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first thing that is wrong with a case, at which commit; number 0 is the case as a whole."""

    case: UUID
    number: int
    reason: str

    def __str__(self) -> str:
        return f"case {self.case}, commit {self.number}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """How much was walked, and each case that is not whole."""

    cases: int
    commits: int
    broken: tuple[Broken, ...]


async def verify(log: CaseLog, index: CaseIndex, case: UUID | None = None) -> Findings:
    """Check one case, or all of them; safe while others write. Raises Unavailable."""
    cases = commits = 0
    broken: list[Broken] = []
    async for found in _one(case) if case else log.all_cases():
        walked, fault = await _verify_case(log, index, found)
        cases += 1
        commits += walked
        if fault:
            broken.append(fault)
    return Findings(cases=cases, commits=commits, broken=tuple(broken))


async def _one(case: UUID) -> AsyncIterator[UUID]:
    yield case


async def _verify_case(log: CaseLog, index: CaseIndex, case: UUID) -> tuple[int, Broken | None]:
    # The log is read last: what a commit wrote meanwhile is then in the log at least.
    row = await index.get_row(case)
    sealed = (await index.sealed([case])).get(case, {})
    commits = await log.load(case)
    fault = first_broken(case, commits) or broken_seal(case, commits, sealed)
    if fault is None and (row is None or row.version > len(commits)):
        reason = "no summary stands beside the log" if row is None else f"{row.version} commits were written"
        fault = Broken(case=case, number=len(commits), reason=reason)
    return len(commits), fault


def first_broken(case: UUID, commits: Sequence[Commit]) -> Broken | None:
    """The first commit that does not follow from the one before it. Pure."""
    if not commits:
        return Broken(case=case, number=0, reason="there are no commits")
    before = wire.root(case)
    for number, commit in enumerate(commits, 1):
        if commit.number != number:
            return Broken(case=case, number=number, reason="this commit is missing")
        if wire.chain(before, commit.content) != commit.hash:
            return Broken(case=case, number=number, reason="its hash does not follow from its bytes")
        if not _says_the_same(commit):
            return Broken(case=case, number=number, reason="its bytes name another case, number, id or time")
        before = commit.hash
    return None


def broken_seal(case: UUID, commits: Sequence[Commit], sealed: Mapping[str, SealedValue]) -> Broken | None:
    """A sealed value that is not the one whose digest stands in the log. Pure."""
    named = {item: (c.number, digest) for c in commits for item, digest in _digests(c)}
    for item, value in sorted(sealed.items()):
        number, digest = named.get(item, (0, ""))
        if not number:
            return Broken(case=case, number=0, reason=f"the log does not name the sealed value {item}")
        if wire.digest(value.salt, value.value) != digest:
            return Broken(case=case, number=number, reason=f"the sealed value {item} is another")
    return None


def _says_the_same(commit: Commit) -> bool:
    """Whether the bytes agree with the columns; a name that they do not hold is not held against them."""
    try:
        said = wire.parse(commit.content)
    except (ValueError, TypeError):
        return False
    stands = {
        "case": str(commit.case),
        "number": commit.number,
        "commit": str(commit.id),
        "at": wire.moment(commit.at),
    }
    return all(said.get(name, value) == value for name, value in stands.items())


def _digests(commit: Commit) -> list[tuple[str, str]]:
    """Every (item, digest) that the events of a commit name."""
    events = wire.parse(commit.content).get("events")
    if not isinstance(events, list):
        return []
    named = [event.get("digests") for event in events if isinstance(event, dict)]
    return [(str(i), str(d)) for digests in named if isinstance(digests, dict) for i, d in digests.items()]

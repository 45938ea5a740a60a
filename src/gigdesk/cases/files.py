"""What a file is called and what its bytes hash to: sealed, since both can tell of a person. Pure.

The chain knows the two by one salted digest. An unsalted hash of a photo would go on proving, after the
photo is erased, that it was here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from gigdesk.cases import wire
from gigdesk.cases.ports import SealedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """The display name and the sha256 of a file; both None once they are erased."""

    name: str | None
    sha256: str | None


def file_item(evidence: UUID) -> str:
    """Under which item the facts of a file are sealed."""
    return f"file:{evidence}"


def facts_value(name: str, sha256: str) -> bytes:
    """The value that is sealed: canonical JSON of both."""
    return wire.canonical({"name": name, "sha256": sha256})


def facts_of(sealed: Mapping[str, SealedValue], evidence: UUID) -> FileFacts:
    """The facts of this file among the sealed values of its case."""
    value = sealed.get(file_item(evidence))
    if value is None:
        return FileFacts(name=None, sha256=None)
    facts = wire.parse(value.value)
    return FileFacts(name=str(facts["name"]), sha256=str(facts["sha256"]))

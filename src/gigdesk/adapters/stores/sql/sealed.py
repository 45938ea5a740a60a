"""The sealed values of a commit, packed into one value: the column ``commits.sealed``.

It stands beside the hashed bytes and is no part of them, so it is the one thing of a commit that may change:

1. To erase an item is to unpack the value, leave the item out, and put the rest back, or NULL where nothing
   is left. The chain knows a digest only, and still verifies.
2. To erase what concerns a person is the same for every commit whose value holds their key; the key stands
   in it as plain text, so the database can look for it.

One row a commit, where there was one a value: four rows and four index entries fewer for each report.
"""

from collections.abc import Iterable, Iterator
from struct import Struct

from gigdesk.cases.ports import SealedValue

# How long the item, the person, the salt and the value are; then those four.
HEAD = Struct(">HHHI")


def pack(values: Iterable[SealedValue]) -> bytes | None:
    """The values as one; None for none. An item, a person or a salt has at most 65,535 bytes."""
    parts: list[bytes] = []
    for sealed in values:
        item, person = sealed.item.encode(), sealed.person.encode()
        salt, value = sealed.salt, sealed.value
        parts += (HEAD.pack(len(item), len(person), len(salt), len(value)), item, person, salt, value)
    return b"".join(parts) or None


def unpack(packed: bytes) -> Iterator[SealedValue]:
    """The values that ``pack`` was given. What was tampered with comes as values that no digest matches."""
    place = 0
    while place < len(packed):
        lengths = HEAD.unpack(packed[place : place + HEAD.size].ljust(HEAD.size, b"\xff"))
        place += HEAD.size
        fields = []
        for length in lengths:
            fields.append(packed[place : place + length])
            place += length
        item, person, salt, value = fields
        yield SealedValue(
            item=item.decode(errors="replace"), salt=salt, value=value, person=person.decode(errors="replace")
        )

"""The sealed values of a commit, packed into one value: the column ``commits.sealed``.

It stands beside the hashed bytes and is no part of them, so it is the one thing of a commit that may change:

1. To erase an item is to unpack the value, leave the item out, and put the rest back, or NULL where nothing
   is left. The chain knows a digest only, and still verifies.
2. To erase what concerns a person is the same for every commit whose value holds their key; the key stands
   in it as plain text, so the database can look for it.

One row a commit, where there was one a value: four rows and four index entries fewer for each report.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from operator import attrgetter
from struct import Struct

from gigdesk.cases.ports import SealedValue

# How long the item, the person, the salt and the value are; then those four. No person: the same as before.
HEAD = Struct(">HHHI")
_fields_of = attrgetter("item", "person", "salt", "value")


def pack(values: Iterable[SealedValue]) -> bytes | None:
    """The values as one; None for none. An item, a person or a salt has at most 65,535 bytes.

    Raises ValueError for a value that concerns nobody.
    """
    fields = [*map(_fields_of, values)]
    if not fields:
        return None
    items, persons, salts, contents = zip(*fields, strict=True)
    if "" in persons:
        raise ValueError("every sealed value concerns a person")
    names = [*map(str.encode, items)]
    owners = [b"" if person == last else person.encode() for last, person in pairwise(("", *persons))]
    heads = map(HEAD.pack, map(len, names), map(len, owners), map(len, salts), map(len, contents))
    return b"".join(chain.from_iterable(zip(heads, names, owners, salts, contents, strict=True)))


def unpack(packed: bytes) -> Iterator[SealedValue]:
    """The values that ``pack`` was given. What was tampered with comes as values that no digest matches."""
    place = 0
    owner = b""
    while place < len(packed):
        lengths = HEAD.unpack(packed[place : place + HEAD.size].ljust(HEAD.size, b"\xff"))
        place += HEAD.size
        fields = []
        for length in lengths:
            fields.append(packed[place : place + length])
            place += length
        item, person, salt, value = fields
        owner = person or owner
        yield SealedValue(
            item=item.decode(errors="replace"), salt=salt, value=value, person=owner.decode(errors="replace")
        )

"""Values that nobody changes: frozen to the type checker, plain where they are made.

A frozen dataclass sets every field by a call of its own, a plain one does not: made in half the time, which
counts where one report makes thirty. Who would change one is stopped by mypy, in `make check`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

__all__ = ["record"]

_Record = TypeVar("_Record")

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool, kw_only: bool) -> Callable[[type[_Record]], type[_Record]]:
        """A dataclass that is equal and hashed by its fields; written ``@record(frozen=True, …)``."""
        return dataclass(slots=slots, kw_only=kw_only, unsafe_hash=frozen)

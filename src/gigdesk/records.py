"""Values that nobody changes: frozen to the type checker, plain where they are made.

A frozen dataclass sets every field by a call of its own, a plain one does not: made in half the time, which
counts where one report makes thirty. Who would change one is stopped by mypy, in `make check`.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

__all__ = ["maker", "record"]

_Record = TypeVar("_Record")
_Made = TypeVar("_Made")
_Given = ParamSpec("_Given")

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool, kw_only: bool) -> Callable[[type[_Record]], type[_Record]]:
        """A dataclass that is equal and hashed by its fields; written ``@record(frozen=True, …)``."""
        return dataclass(slots=slots, kw_only=kw_only, unsafe_hash=frozen)


def maker(kind: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """A function that makes a record as its class does, by names, in a third of the time.

    What a class is called with goes into a dict and out of it again (CPython 3.11); what a function is called
    with does not. For the few records that every report makes.
    """
    names: dict[str, Any] = {"_new": object.__new__, "_kind": kind, "_missing": MISSING}
    given, steps = [], []
    for field in fields(kind):  # type: ignore[arg-type]  # it is a record
        name = value = field.name
        if field.default_factory is not MISSING:
            names[f"_make_{name}"] = field.default_factory
            value = f"_make_{name}() if {name} is _missing else {name}"
        is_needed = field.default is MISSING and field.default_factory is MISSING
        names[f"_else_{name}"] = field.default
        given.append(name if is_needed else f"{name}=_else_{name}")
        steps.append(f"    self.{name} = {value}\n")
    source = f"def _make(*, {', '.join(given)}):\n    self = _new(_kind)\n{''.join(steps)}    return self\n"
    exec(source, names)  # noqa: S102 - made of the names of fields alone
    made: Callable[_Given, _Made] = names["_make"]
    return made

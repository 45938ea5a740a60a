"""The queues that cases stand in: which are sensitive, and who is a specialist of one. Pure.

Every agent works the ordinary ones. A sensitive one is seen by its members, and by leads, auditors and admins.
"""

import re
from collections.abc import Iterable, Mapping

from gigdesk.access.model import Actor, Role
from gigdesk.records import record

SENSITIVE_QUEUES = frozenset({"safety"})
MAX_QUEUES = 50
QUEUE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_SEES_ALL = frozenset({Role.LEAD, Role.AUDITOR, Role.ADMIN})


@record(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue. ``members`` are the user ids of its specialists, beside those whose token names it."""

    name: str
    label: str
    is_sensitive: bool = False
    members: frozenset[str] = frozenset()


BUILT_IN = (
    Queue(name="safety", label="Safety", is_sensitive=True),
    Queue(name="payments", label="Payments"),
    Queue(name="general", label="General"),
)


class Queues:
    """The queues of an installation. One that it does not know, because it was taken out, is as guarded as any."""

    def __init__(self, queues: Iterable[Queue] = BUILT_IN) -> None:
        self._queues: Mapping[str, Queue] = {queue.name: queue for queue in queues}
        self._ordinary = frozenset(name for name, queue in self._queues.items() if not queue.is_sensitive)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all queues."""
        return tuple(self._queues)

    def find(self, name: str) -> Queue | None:
        """The queue of this name, or None."""
        return self._queues.get(name)

    def label(self, name: str) -> str:
        """What people call it."""
        queue = self._queues.get(name)
        return queue.label if queue else name

    def is_sensitive(self, name: str) -> bool:
        """Whether only specialists work it."""
        return name not in self._ordinary

    def is_specialist(self, actor: Actor, name: str) -> bool:
        """Whether this agent is a member of this sensitive queue, by the rules file or by their token."""
        queue = self._queues.get(name)
        if queue is None or not queue.is_sensitive or Role.AGENT not in actor.roles:
            return False
        return name in actor.queues or actor.sub in queue.members

    def visible(self, actor: Actor) -> frozenset[str] | None:
        """Whose cases staff may list: None is every queue. Without a staff role there is none."""
        if actor.roles & _SEES_ALL:
            return None
        if Role.AGENT not in actor.roles:
            return frozenset()
        return self._ordinary | {name for name in self._queues if self.is_specialist(actor, name)}

"""What a host may set about the work of the desk: the built-in rules, or what its rules file makes of them."""

from dataclasses import dataclass, field

from gigdesk.access.queues import Queues
from gigdesk.cases.routing import Routing
from gigdesk.cases.taxonomy import Taxonomy


@dataclass(slots=True, kw_only=True)
class Rulebook:
    """Issue types, queues, and where cases go: the rules that hold now, in a place of their own.

    Everybody holds the same one, so that what is taken holds everywhere at once and costs a report a look at an
    attribute. Whoever needs two parts that agree reads both without waiting in between.
    """

    taxonomy: Taxonomy = field(default_factory=Taxonomy)
    queues: Queues = field(default_factory=Queues)
    routing: Routing = field(default_factory=lambda: Routing(Taxonomy().types, Queues()))

    def take(self, other: "Rulebook") -> None:
        """From now on the rules of the other hold here; cases that there are keep their terms (ADR 12)."""
        self.taxonomy, self.queues, self.routing = other.taxonomy, other.queues, other.routing

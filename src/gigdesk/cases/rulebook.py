"""What a host may set about the work of the desk: the built-in rules, or what its rules file makes of them."""

from dataclasses import dataclass, field

from gigdesk.access.queues import Queues
from gigdesk.cases.routing import Routing
from gigdesk.cases.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Issue types, queues, and where cases go."""

    taxonomy: Taxonomy = field(default_factory=Taxonomy)
    queues: Queues = field(default_factory=Queues)
    routing: Routing = field(default_factory=lambda: Routing(Taxonomy().types, Queues()))

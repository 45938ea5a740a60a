"""The built-in views of the desk: each is a query, so that its address is the view. Pure."""

from dataclasses import dataclass

from gigdesk.access.model import Actor
from gigdesk.access.queues import Queues
from gigdesk.cases.issue_types import msg

DEFAULT = "is:open -is:snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A list that has a name. ``label`` is a message id, but for queues, which have names of their own."""

    name: str
    label: str
    icon: str
    query: str
    key: str = ""


VIEWS = (
    View(name="mine", label=msg("Mine"), icon="person", query="is:open is:mine -is:snoozed", key="g m"),
    View(
        name="breaching",
        label=msg("Breaching first"),
        icon="alert",
        query="is:open -is:snoozed clock:<24h",
        key="g b",
    ),
    View(
        name="unassigned",
        label=msg("Unassigned"),
        icon="inbox",
        query="is:open is:unassigned -is:snoozed",
        key="g u",
    ),
    View(name="answered", label=msg("They answered"), icon="reply", query="is:open is:answered", key="g t"),
    View(name="snoozed", label=msg("Snoozed"), icon="moon", query="is:open is:snoozed", key="g s"),
    View(name="open", label=msg("All open"), icon="ring", query=DEFAULT, key="g o"),
)
_ICONS = {"safety": "shield", "payments": "purse"}


def queue_views(queues: Queues, actor: Actor) -> tuple[View, ...]:
    """What is open in each queue that this member of staff may see."""
    seen = queues.visible(actor)
    return tuple(
        View(
            name=f"queue-{name}",
            label=queues.label(name),
            icon=_ICONS.get(name, "people"),
            query=f"is:open -is:snoozed queue:{name}",
        )
        for name in queues.names
        if seen is None or name in seen
    )

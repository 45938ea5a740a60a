"""The composition root: from settings to adapters to Gigdesk. The only importer of adapters."""

from gigdesk.wiring.copies import backup, restore
from gigdesk.wiring.identity import mint, mint_hand_over
from gigdesk.wiring.installation import migrate, opened, rules_in_force
from gigdesk.wiring.invention import invent
from gigdesk.wiring.rules import rulebook, rulebook_in
from gigdesk.wiring.site import drain, site, work

__all__ = [
    "backup",
    "drain",
    "invent",
    "migrate",
    "mint",
    "mint_hand_over",
    "opened",
    "restore",
    "rulebook",
    "rulebook_in",
    "rules_in_force",
    "site",
    "work",
]

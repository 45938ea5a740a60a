"""The composition root: from settings to adapters to Gigdesk. The only importer of adapters."""

from gigdesk.wiring.identity import mint
from gigdesk.wiring.installation import migrate, opened
from gigdesk.wiring.site import runner, site

__all__ = ["migrate", "mint", "opened", "runner", "site"]

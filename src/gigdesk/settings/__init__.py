"""What an installation is told, and how that is read."""

from gigdesk.settings.model import MIB, OWN_PATHS, PREFIX, Settings
from gigdesk.settings.reading import read

__all__ = ["MIB", "OWN_PATHS", "PREFIX", "Settings", "read"]

"""One of several workers: ``… TARGET HOST PORT SERVER PARENT LIMITS WORKERS LISTENER SHARES PLACE``."""

import sys

from gigdesk.ending import run_to_end
from gigdesk.web.server.worker import main

if __name__ == "__main__":
    sys.exit(run_to_end(lambda: main(sys.argv[1:])))

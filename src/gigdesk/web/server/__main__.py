"""One of several workers: ``… TARGET HOST PORT SERVER PARENT LIMITS WORKERS LISTENER SHARES PLACE``."""

import sys

from gigdesk.web.server.worker import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

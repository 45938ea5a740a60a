"""``python -m gigdesk.web.server TARGET HOST PORT SERVER PARENT LIMITS``: one of several workers."""

import sys

from gigdesk.web.server.worker import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

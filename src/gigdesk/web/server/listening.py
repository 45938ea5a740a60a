"""The socket that is listened on: taken exclusively, so that two servers never share a port unnoticed."""

import errno
import socket

from gigdesk.errors import Unavailable


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to this address; raises Unavailable, naming it, where somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(1)
    except OSError as error:
        sock.close()
        why = "is in use" if error.errno == errno.EADDRINUSE else error.strerror or "cannot be had"
        raise Unavailable(
            "serve.port",
            "%(host)s:%(port)s %(why)s. Choose another with --port.",
            host=host,
            port=port,
            why=why,
        ) from None
    return sock

"""How long and how much a client may take before the application has its say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """Limits of each connection and each process; seconds and bytes.

    Bodies are not limited here: the application times and caps what it asks for.
    """

    header_seconds: float = 10.0
    """From the first byte of a request, or the opening of the connection, to its last header."""
    header_bytes: int = 32 << 10
    headers: int = 100
    keep_alive_seconds: float = 65.0
    """That a connection may stand idle; longer than the 60 s of common proxies in front."""
    pipelined: int = 64
    """Requests that may wait on one connection for the answers before theirs."""
    linger_seconds: float = 3.0
    """That a connection stays half open, so that a client that still sends reads its early answer."""
    linger_bytes: int = 64 << 10
    """Of a body nobody asked for that are read and dropped meanwhile."""
    write_seconds: float = 60.0
    """In which a client must take 64 KiB of what is sent to it, or all that is left."""
    connections: int = 4000
    """Open at once in a process; more are answered with 503."""
    graceful_seconds: int = 10
    """That requests in flight have to end when the server is told to."""
    backlog: int = 2048

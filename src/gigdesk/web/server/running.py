"""One process or several that serve."""


def run(target: str, *, host: str, port: int, workers: int, server: str) -> int:
    """Serve until told to stop; the exit code."""
    import uvicorn

    from gigdesk.web.server.listening import bind

    bind(host, port).close()
    uvicorn.run(
        target, factory=True, host=host, port=port, workers=workers, loop="uvloop", http="httptools",
        access_log=False, server_header=False, log_level="warning", lifespan="on", backlog=2048,
        timeout_graceful_shutdown=10, timeout_keep_alive=65,
    )  # fmt: skip
    return 0

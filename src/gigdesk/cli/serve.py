"""``gigdesk serve``: run the site."""

from typing import Annotated

from cyclopts import Parameter


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: Annotated[int, Parameter(help="Processes that serve; more than 1 needs PostgreSQL.")] = 1,
) -> int:
    """Run the site; with the embedded store (SQLite) one process is the whole system.

    For example:

        gigdesk serve
        gigdesk serve --host 0.0.0.0 --port 8080
        GIGDESK_DATABASE_URL=postgresql://… gigdesk serve --workers 2
    """
    from gigdesk import settings, wiring
    from gigdesk.cli.environment import complete
    from gigdesk.errors import Invalid
    from gigdesk.web.server import run

    chosen = complete(settings.read())
    wiring.rulebook(chosen)  # told before any process is started
    if workers > 1 and chosen.database_url.startswith("sqlite:"):
        raise Invalid(
            "serve.workers",
            "--workers %(workers)s needs PostgreSQL: two processes that write one SQLite file stall each other."
            " Set GIGDESK_DATABASE_URL=postgresql://… or leave --workers out.",
            workers=workers,
        )
    return run("gigdesk.asgi:create", host=host, port=port, workers=workers, server=chosen.server)

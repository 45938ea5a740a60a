"""The way in for an ASGI server: ``gigdesk.asgi:create`` makes the site from the settings."""

from starlette.types import ASGIApp


def create() -> ASGIApp:
    """The site, as the settings say."""
    from gigdesk import settings, wiring

    return wiring.site(settings.read())


def create_demo() -> ASGIApp:
    """The site with ``/demo``: only for ``gigdesk demo``."""
    from gigdesk import settings, wiring

    return wiring.site(settings.read(), is_demo=True)

"""Runs the ASGI application on a real server: uvicorn with a connection of our own, or granian."""

from gigdesk.web.server.limits import ServerLimits
from gigdesk.web.server.listening import bind
from gigdesk.web.server.running import run

__all__ = ["ServerLimits", "bind", "run"]

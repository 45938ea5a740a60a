"""Runs the ASGI application on a real server: uvicorn, or granian."""

from gigdesk.web.server.listening import bind
from gigdesk.web.server.running import run

__all__ = ["bind", "run"]

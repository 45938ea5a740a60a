"""``/api/docs``: the OpenAPI document as a page, for anybody, in English as the document is."""

import asyncio
import gzip
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.cases.rulebook import Rulebook
from gigdesk.web.language import Languages
from gigdesk.web.openapi.document import document
from gigdesk.web.openapi.reading import read
from gigdesk.web.pages import HEADERS, Pages


class DocsPage:
    """Draws the document that ``/api/openapi.json`` serves; it changes with the program and the issue types alone."""

    def __init__(self, pages: Pages, rulebook: Rulebook) -> None:
        self._pages = pages
        self._rulebook = rulebook
        self._drawn = lru_cache(maxsize=2)(self._draw)

    async def get(self, request: Request) -> Response:
        """The page, gzipped where the browser takes it."""
        headers = {**HEADERS, "content-language": "en", "vary": "Accept-Encoding"}
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        if zipped:
            headers["content-encoding"] = "gzip"
        # Drawing it the first time takes a third of a second, in which reports are to be answered.
        plain, packed = await asyncio.to_thread(self._drawn, self._rulebook.taxonomy.codes)
        return Response(packed if zipped else plain, headers=headers)

    def _draw(self, codes: tuple[str, ...]) -> tuple[bytes, bytes]:
        """The page for these codes, plain and gzipped."""
        reading = read(document(self._pages.base_url, codes))
        plain = self._pages.render("api_docs", Languages().negotiate("en"), page=reading)
        # Nobody's secret stands on it, and it is the same for all: its length tells nothing.
        return plain, gzip.compress(plain, 9, mtime=0)

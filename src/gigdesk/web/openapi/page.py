"""``/api/docs``: the OpenAPI document as a page, for anybody, in English as the document is."""

import asyncio
import gzip
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.web.language import Languages
from gigdesk.web.openapi.document import document
from gigdesk.web.openapi.reading import read
from gigdesk.web.pages import HEADERS, Pages


class DocsPage:
    """Draws the document that ``/api/openapi.json`` serves, once; it changes with the program alone."""

    def __init__(self, pages: Pages, codes: tuple[str, ...]) -> None:
        self._pages = pages
        self._codes = codes

    async def get(self, request: Request) -> Response:
        """The page, gzipped where the browser takes it."""
        headers = {**HEADERS, "content-language": "en", "vary": "Accept-Encoding"}
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        if zipped:
            headers["content-encoding"] = "gzip"
        # Drawing it the first time takes a third of a second, in which reports are to be answered.
        body = await asyncio.to_thread(lambda: self._gzipped if zipped else self._drawn)
        return Response(body, headers=headers)

    @cached_property
    def _drawn(self) -> bytes:
        reading = read(document(self._pages.base_url, self._codes))
        return self._pages.render("api_docs", Languages().negotiate("en"), page=reading)

    @cached_property
    def _gzipped(self) -> bytes:
        # Nobody's secret stands on it, and it is the same for all: its length tells nothing.
        return gzip.compress(self._drawn, 9, mtime=0)

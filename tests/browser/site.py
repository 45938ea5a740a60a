"""A small site that shows every state of the pages under a path, and answers reports as it is told."""

import contextlib
import functools
import http.server
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from urllib.parse import parse_qs, urlsplit

from browser import states
from gigdesk.web.pages import HEADERS

PREFIX = "/help"


@dataclass
class Site:
    """``answers`` are given to reports in turn: (status, document, headers); None cuts the line."""

    address: str = ""
    answers: deque[tuple[int, dict[str, object], dict[str, str]] | None] = field(default_factory=deque)
    reports: list[dict[str, object]] = field(default_factory=list)
    read_slowly: float = 0.0

    def state(self, name: str, language: str = "en") -> str:
        return f"{self.address}{PREFIX}/state/{name}?language={language}"


@contextmanager
def running() -> Iterator[Site]:
    site = Site()
    handler = functools.partial(Handler, site, states.pages())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, site, pages, *arguments):
        self.site, self.pages = site, pages
        super().__init__(*arguments)

    def do_GET(self):
        url = urlsplit(self.path)
        path = url.path.removeprefix(PREFIX)
        if path.startswith("/assets/"):
            return self.give_asset(path.removeprefix("/assets/"))
        if path.startswith("/state/"):
            language = parse_qs(url.query).get("language", ["en"])[0]
            return self.give(200, states.draw(self.pages, path.removeprefix("/state/"), language), HEADERS)
        if path.endswith("/events"):
            return self.stream()
        if path.startswith("/reports"):
            return self.give(200, states.draw(self.pages, "received"), HEADERS)
        if path.startswith("/gigs/"):
            name = "report-safety" if "safety" in url.query else "report"
            return self.give(200, states.draw(self.pages, name), HEADERS)
        return self.give(404, b"", {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.site.reports.append(read_form(self.headers["content-type"], body, dict(self.headers.items())))
        answer = self.site.answers.popleft() if self.site.answers else created()
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        status, document, headers = answer
        self.give(status, json.dumps(document).encode(), {"content-type": "application/json"} | headers)

    def stream(self):
        """Events that never come, until nobody listens."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b": still here\n\n")
                time.sleep(0.5)

    def give_asset(self, name):
        asset = self.pages.assets.find(name)
        if asset is None:
            return self.give(404, b"", {})
        return self.give(200, asset.content, {"content-type": asset.media_type})

    def give(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def created() -> tuple[int, dict[str, object], dict[str, str]]:
    return 201, {"success": True, "id": "0196f0c2", "reference": "GD-7K3M-9XQ24"}, {}


def read_form(content_type: str, body: bytes, headers: dict[str, str]) -> dict[str, object]:
    """The fields and files of a form, in order, as a server sees them."""
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    ]
    return {
        "headers": {name.lower(): value for name, value in headers.items()},
        "fields": {name: payload.decode() for name, filename, payload in parts if filename is None},
        "files": [(filename, payload) for _, filename, payload in parts if filename is not None],
        "order": [name for name, _, _ in parts],
    }

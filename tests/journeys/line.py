"""The line between a phone and the clinic, which a test can cut, also in the middle of a post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "accept-encoding"}
Answer = tuple[int, list[tuple[str, str]], bytes]
Asked = tuple[str, str, bytes]  # method, path and body
Ask = Callable[[], Answer]
Change = Callable[[Asked, Ask], Answer | None]


class Line(ThreadingHTTPServer):
    """Passes every request on. change: what arrives instead, with or without asking the clinic; None: the line breaks.

    posts: the path of each post that reached the clinic, and the status of its answer.
    """

    daemon_threads = True

    def __init__(self, site: str) -> None:
        super().__init__(("127.0.0.1", 0), _Hop)
        self.site = urlsplit(site).netloc
        self.url = f"http://localhost:{self.server_port}"
        self.change: Change = unchanged
        self.is_cut = False
        self.posts: list[tuple[str, int]] = []

    def handle_error(self, *_whose: object) -> None:
        """A phone that hangs up is no error here."""


def unchanged(_asked: Asked, ask: Ask) -> Answer:
    return ask()


@contextmanager
def line_to(site: str) -> Iterator[Line]:
    """A line to the clinic for the block."""
    with Line(site) as line:
        Thread(target=line.serve_forever, daemon=True).start()
        yield line
        line.shutdown()


class _Hop(BaseHTTPRequestHandler):
    server: Line
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = (self.command, self.path, body)
        is_cut = self.server.is_cut
        arrives = None if is_cut else self.server.change(asked, lambda: self._ask(body))
        if arrives is None:
            self.close_connection = True
        else:
            self._answer(*arrives)

    def _ask(self, body: bytes) -> Answer:
        clinic = HTTPConnection(self.server.site, timeout=30)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in OF_ONE_HOP}
            clinic.request(self.command, self.path, body or None, headers)
            found = clinic.getresponse()
            if self.command == "POST":
                self.server.posts.append((self.path, found.status))
            kept = [(k, v) for k, v in found.getheaders() if k.lower() not in OF_ONE_HOP]
            return found.status, kept, found.read()
        finally:
            clinic.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """The clinic's own log is enough."""

    do_GET = do_POST = do_HEAD = _pass_on

"""The port that a ``Site`` listens on: HTTP/1.1 with connections that stay, and that can all be cut at once."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latam_rag.testing.site import Page


class Server:
    """``answer`` gives the page for a target and its headers, None to drop the connection."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Page | None]) -> None:
        self._answer = answer
        self._open: set[socket.socket] = set()
        self._http: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def open(self) -> None:
        """On a free port the first time, on the same one later."""
        if self._http is not None:
            return
        answer, connections = self._answer, self._open

        class Handler(_Handler):
            def handle(self) -> None:
                connections.add(self.connection)
                try:
                    super().handle()
                finally:
                    connections.discard(self.connection)

            def page(self) -> Page | None:
                return answer(self.path, {name.lower(): value for name, value in self.headers.items()})

        self._http = _Http(("127.0.0.1", self.port), Handler)
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._http = self._thread = None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is nobody's fault."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def page(self) -> Page | None:
        raise NotImplementedError

    def do_GET(self) -> None:  # the standard library's name
        page = self.page()
        if page is None:
            self.close_connection = True
            return
        time.sleep(page.delay)
        self.send_response(page.status)
        for name, value in page.headers:
            self.send_header(name, value.encode().decode("latin-1"))
        if page.status != 304:
            self.send_header("Content-Length", str(len(page.content)))
        self.end_headers()
        if page.status == 304:
            return
        sent = page.content if page.cut is None else page.content[: page.cut]
        if page.drip:
            for byte in sent:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(page.drip)
        else:
            self.wfile.write(sent)
        if page.cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The site's own log is kept by ``Site``."""

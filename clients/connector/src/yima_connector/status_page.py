"""The page that says what goes, over HTTP on the hospital's own network; `/health/live` is for who restarts it."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from yima_connector.overview import metrics, overview, page
from yima_connector.settings import Settings
from yima_connector.spool import Spool

READ_SECONDS = 10
POLL_SECONDS = 0.1  # after which it notices that it is to end
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@contextmanager
def serving(spool: Spool, settings: Settings) -> Generator[int]:
    """Serve the page while the block runs; gives the port."""

    class Handler(BaseHTTPRequestHandler):
        timeout = READ_SECONDS
        server_version, sys_version = "yima-connector", ""

        def do_GET(self) -> None:
            shown = overview(spool, settings)
            match self.path.partition("?")[0]:
                case "/":
                    self._answer(200, page(shown), "text/html; charset=utf-8")
                case "/status.json":
                    self._answer(200, json.dumps(shown), "application/json")
                case "/metrics":
                    self._answer(200, metrics(shown), "text/plain; version=0.0.4; charset=utf-8")
                case "/health/live":
                    status = "live" if shown["running"] else "silent"
                    self._answer(200 if shown["running"] else 503, json.dumps({"status": status}), "application/json")
                case _:
                    self._answer(404, "There is no such page; see /.\n", "text/plain; charset=utf-8")

        def _answer(self, status: int, text: str, content_type: str) -> None:
            body = text.encode()
            self.send_response(status)
            for name, value in {**HEADERS, "content-type": content_type, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of who looks."""

    server = ThreadingHTTPServer((settings.status.host, settings.status.port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="status", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()

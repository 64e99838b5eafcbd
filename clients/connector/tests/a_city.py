"""What a city answers to a connector over HTTP (docs/collection.md), for answers that a real one seldom gives."""

import hashlib
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SOURCE = "src_" + "1" * 32


class ACity:
    """Takes batches by their number. `answers` come first, each once: a status, headers and a body."""

    def __init__(self) -> None:
        self.batches: dict[int, bytes] = {}
        self.puts: list[int] = []  # numbers, as they came
        self.tokens = 0
        self.answers: list[tuple[int, dict[str, str], dict[str, Any]]] = []
        self.lost: set[int] = set()  # numbers that it asks for again
        self.away = False
        self.refused: dict[int, list[dict[str, Any]]] = {}
        self.reports: list[dict[str, Any]] = []
        self.url = ""
        self.on_put: Callable[[int], None] = lambda _number: None

    def refuse(self, status: int, code: str, wait: str = "") -> None:
        headers = {"retry-after": wait} if wait else {}
        self.answers.append((status, headers, {"type": f"urn:yima:problem:{code}", "title": code, "detail": ""}))

    def put(self, number: int, content: bytes, digest: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        self.puts.append(number)
        self.on_put(number)
        if self.answers:
            return self.answers.pop(0)
        if number in self.batches and number not in self.lost and self.batches[number] != content:
            return 409, {}, {"type": "urn:yima:problem:batch-differs", "title": "other bytes"}
        known = number in self.batches
        self.batches[number] = content
        self.lost.discard(number)
        return 200, {}, {"sha256": hashlib.sha256(content).hexdigest(), "known": known}

    def answer(  # noqa: PLR0911 an answer a route
        self, method: str, path: str, body: bytes, digest: str
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        match method, path.partition("?")[0].strip("/").split("/"):
            case "GET", ["fhir", *_]:
                return 200, {}, {"token_endpoint": "https://outside.example.org/oauth/token"}
            case "POST", ["oauth", "token"]:
                self.tokens += 1
                return 200, {}, {"access_token": f"t{self.tokens}", "expires_in": 300}
            case "PUT", ["sources", _, "batches", number]:
                return self.put(int(number), body, digest)
            case "POST", ["sources", _, "missing-batches"]:
                return 200, {}, {"numbers": sorted(self.lost), "missing": len(self.lost), "askAgainSeconds": 60}
            case "POST", ["sources", _, "connector-reports"]:
                self.reports.append(json.loads(body))
                return 200, {}, {"health": "WELL"}
            case "GET", ["sources", _, "batches", number]:
                outcomes = self.refused.get(int(number), [])
                lines = self.batches[int(number)].count(b"\n")
                return (
                    200,
                    {},
                    {
                        "processedAt": "2026-11-28T00:00:00Z",
                        "created": lines - len(outcomes),
                        "updated": 0,
                        "unchanged": 0,
                        "waiting": 0,
                        "refused": len(outcomes),
                        "outcomes": outcomes,
                    },
                )
            case "GET", ["sources", _]:
                highest = max(set(self.batches) - self.lost, default=0)
                return 200, {}, {"highestNumber": highest, "status": "APPROVED", "name": "Laboratory"}
            case _:
                return 404, {}, {"type": "urn:yima:problem:not-found", "title": "not found"}


@contextmanager
def a_city() -> Generator[ACity]:
    city = ACity()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if city.away:
                self.close_connection = True
                return
            status, headers, said = city.answer(self.command, self.path, body, self.headers.get("content-digest", ""))
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = _handle  # noqa: N815 the library's names

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    city.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield city
    finally:
        server.shutdown()
        server.server_close()

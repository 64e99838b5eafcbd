"""What every answer of the gateway has around it: headers for browsers, and who may call from another origin (CORS)."""

import re
from collections.abc import Awaitable, Callable, Iterable
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from chassis import problems
from chassis.settings import SettingUnfit
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

HEADER_BYTES_MAX = 16 * 1024
HOST = re.compile(rb"([A-Za-z0-9._~-]{1,253}|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")
PREFLIGHT_SECONDS = 600
ALLOWED_METHODS = b"GET, POST, PUT, PATCH, DELETE, OPTIONS"
ALLOWED_HEADERS = (
    b"authorization, content-type, accept-language, if-none-match, traceparent, if-match, if-none-exist, "
    b"if-modified-since, prefer, purpose-of-use, access-mode, information-types, scan-receipt"
)
EXPOSED_HEADERS = b"etag, retry-after, content-disposition, location, content-location, last-modified"
NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
OWN_FILES = NOTHING + b"; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
PAGES = frozenset({"/", "/console", "/verify"})  # which run scripts, of their own
# The pages read QR codes by machine code of their own (WebAssembly), where a browser cannot.
APP = OWN_FILES.replace(b"script-src 'self'", b"script-src 'self' 'wasm-unsafe-eval'") + (
    b"; font-src 'self'; manifest-src 'self'; worker-src 'self'"
)
APP_PATH = "/app/"
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def origins(setting: str) -> frozenset[bytes]:
    """The origins of `YIMA_CORS_ORIGINS`: `https://app.example.org,https://…`, or `*` for any."""
    accepted = set()
    for part in (part.strip().rstrip("/") for part in setting.split(",")):
        parsed = urlsplit(part)
        if part and part != "*" and (parsed.scheme not in ("https", "http") or not parsed.netloc or parsed.path):
            raise SettingUnfit(f"YIMA_CORS_ORIGINS: {part!r} is no origin; one looks like https://app.example.org")
        if part:
            accepted.add(part.lower().encode())
    return frozenset(accepted)


type Post = Callable[[HTTPScope, Receive], Awaitable[ASGIApp]]


class Edge:
    """An ASGI application around the gateway's own. `post` answers `POST /graphql`, which is nearly all there is:
    Litestar's routing would cost each of them as much as all that is done here."""

    def __init__(self, app: ASGIApp, post: Post, allowed: Iterable[bytes], hsts_seconds: int) -> None:
        self._app = app
        self._post = post
        self._allowed = frozenset(allowed)
        hsts = (
            ((b"strict-transport-security", b"max-age=%d; includeSubDomains" % hsts_seconds),) if hsts_seconds else ()
        )
        self._plain = [*SAFE, *hsts, (b"content-security-policy", NOTHING)]
        self._page = [*SAFE, *hsts, (b"content-security-policy", OWN_FILES)]
        self._app_page = [*SAFE, *hsts, (b"content-security-policy", APP)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        size = sum(map(len, chain.from_iterable(scope["headers"])))
        origin = headers.get(b"origin", b"")
        if scope["type"] == ScopeType.WEBSOCKET:
            if size > HEADER_BYTES_MAX or (origin and not self._may_connect(origin, headers.get(b"host", b""))):
                await receive()
                await send(
                    {"type": "websocket.close", "code": 4403, "reason": "this origin may not call from a browser"}
                )
            else:
                await self._app(scope, receive, send)
            return
        added = self._around(scope["path"])
        if self._allowed:
            added = [*added, *self._cross_origin(origin)]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        if size > HEADER_BYTES_MAX:
            await answer(send_with_headers, 431)
        elif not HOST.fullmatch(headers.get(b"host", b"" if scope.get("http_version") == "1.1" else b"none")):
            await answer(send_with_headers, 400)  # RFC 9112: a proxy before us may have read another address
        elif origin and scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await answer(send_with_headers, 204, self._preflight(origin))
        elif scope["path"] == "/graphql" and scope["method"] == "POST":
            try:
                answered: ASGIApp = await self._post(scope, receive)
            except Exception as error:
                answered = problems.answer_to(error, {})
            await answered(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _around(self, path: str) -> list[tuple[bytes, bytes]]:
        if path == "/graphql":
            return self._plain
        if path.startswith(APP_PATH):
            return self._app_page
        return self._page if path in PAGES else self._plain

    def _allows(self, origin: bytes) -> bool:
        return b"*" in self._allowed or origin.lower() in self._allowed

    def _may_connect(self, origin: bytes, host: bytes) -> bool:
        """Browsers open WebSockets to anywhere, and say from which page: one of our own, or one that is allowed."""
        return origin.lower().partition(b"://")[2] == host.lower() or self._allows(origin)

    def _cross_origin(self, origin: bytes) -> list[tuple[bytes, bytes]]:
        headers = [(b"vary", b"origin")]
        if origin and self._allows(origin):
            headers += [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", EXPOSED_HEADERS),
            ]
        return headers

    def _preflight(self, origin: bytes) -> list[tuple[bytes, bytes]]:
        if not self._allows(origin):
            return []
        return [
            (b"access-control-allow-methods", ALLOWED_METHODS),
            (b"access-control-allow-headers", ALLOWED_HEADERS),
            (b"access-control-max-age", b"%d" % PREFLIGHT_SECONDS),
        ]


async def answer(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    start: Any = {"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", b"0")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"", "more_body": False})

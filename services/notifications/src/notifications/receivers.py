"""Speaking to partners' receivers: a port. What is sent is signed after Standard Webhooks.

A connection is made to an address that was looked at, and to no other: the name is resolved here, all it resolves to
must be allowed, and the connection goes to that address (so a name that resolves otherwise a moment later gains
nothing). Redirects are answers like any other. No proxy is asked, whatever the environment says: it would connect for
us.
"""

import asyncio
import base64
import re
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpcore2
from chassis import failures, tls
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from notifications.domain.addresses import Allowed, may_connect
from notifications.domain.deliveries import ANSWER_LENGTH_MAX, Answer
from notifications.domain.endpoints import Signature

ATTEMPT_SECONDS = 10.0  # for all of it: a receiver that drips has no more than one that hangs
CONNECT_SECONDS = 3.0
ANSWER_BYTES_MAX = 16 * 1024  # what is read of an answer; a receiver that sends more is hung up on
CONNECTIONS_MAX = 128
IDLE_SECONDS = 20.0
USER_AGENT = "Yima-Webhooks/1"
DIGITS = re.compile("[0-9]{1,9}")


class NotAllowed(Exception):
    """The receiver's name resolves to an address that webhooks are not sent to."""


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that webhooks may be sent to, and to no other."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        error: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in await self.resolve(host, port):
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                error = failed
                continue
            peer = stream.get_extra_info("server_addr")
            if not may_connect(host, peer[0], self._allowed):
                await stream.aclose()
                raise NotAllowed("the connection leads to an address inside a network")
            return stream
        raise error

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host. Raises `NotAllowed` where one of them is not to be reached: the others are not
        either."""
        try:
            entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise httpcore2.ConnectError(f"{host} is not found") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        if not all(may_connect(host, address, self._allowed) for address in addresses):
            raise NotAllowed(f"{host} resolves to an address inside a network")
        return addresses

    async def connect_unix_socket(self, path: str, *_args: Any, **_options: Any) -> httpcore2.AsyncNetworkStream:
        raise NotAllowed("webhooks go to no file")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Receivers:
    """A process's connections to all receivers."""

    def __init__(
        self, allowed: Allowed, context: ssl.SSLContext | None = None, clock_ahead: timedelta = timedelta()
    ) -> None:
        """`clock_ahead` is how far our clock is ahead of theirs, by which they hold when something was signed."""
        self._clock_ahead = clock_ahead
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context or tls.context(),
            max_connections=CONNECTIONS_MAX,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=CheckedBackend(allowed),
        )

    def time_there(self, now: datetime) -> datetime:
        """What their clocks say at this moment of ours."""
        return now - self._clock_ahead

    async def close(self) -> None:
        await self._pool.aclose()

    async def post(self, url: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Answer:
        """Post a body, and say how that went. It never raises what a receiver can cause."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                status, answer, retry_after = await self._ask(url, headers, body)
        except TimeoutError:
            error = f"no whole answer came within {ATTEMPT_SECONDS:.0f} seconds"
        except NotAllowed as refused:
            error = str(refused)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
            error = f"no connection: {reason(failed)}"
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException, OSError) as failed:
            error = f"no whole answer: {type(failed).__name__}"
        else:
            return Answer(status, refused_because(status), milliseconds(began), answer, retry_after)
        return Answer(0, error, milliseconds(began))

    async def _ask(
        self, url: str, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, str, timedelta | None]:
        timeout = dict.fromkeys(("connect", "pool"), CONNECT_SECONDS) | dict.fromkeys(
            ("read", "write"), ATTEMPT_SECONDS
        )
        sent = [(b"host", urlsplit(url).netloc.encode()), (b"content-length", str(len(body)).encode()), *headers]
        async with self._pool.stream(
            "POST", url, headers=sent, content=body, extensions={"timeout": timeout}
        ) as response:
            read = bytearray()
            async for part in response.aiter_stream():
                read += part
                if len(read) > ANSWER_BYTES_MAX:
                    break
            waits = dict(response.headers).get(b"retry-after", b"").decode("latin-1")
            after = timedelta(seconds=int(waits)) if DIGITS.fullmatch(waits) else None
            return response.status, printable(bytes(read[: ANSWER_LENGTH_MAX * 4])), after


def reason(failed: Exception) -> str:
    """Why there is no connection, in words without a receiver's own."""
    causes = [cause for cause in failures.chain(failed) if isinstance(cause, ssl.SSLError)]
    if (
        cause := next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    ) is not None:
        return f"its certificate is not believed: {cause.verify_message}"
    if causes:
        return "it does not speak TLS"
    if isinstance(failed, httpcore2.ConnectTimeout):
        return f"nobody answered within {CONNECT_SECONDS:.0f} seconds"
    return str(failed) if "is not found" in str(failed) else "it is refused"


def refused_because(status: int) -> str:
    """Why an answer does not count, where that needs saying."""
    return "redirects are not followed: give the address itself" if 300 <= status <= 399 else ""


def milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def printable(body: bytes) -> str:
    """The beginning of an answer as text that can be stored and shown."""
    text = body.decode("utf-8", "replace")[:ANSWER_LENGTH_MAX]
    return "".join(character if character.isprintable() else " " for character in text).strip()


def headers_of(
    webhook_id: str, body: bytes, signature: Signature, secrets: Sequence[bytes], now: datetime
) -> Sequence[tuple[bytes, bytes]]:
    """What is sent beside a body: its id, the time, and a signature by each secret that is in force."""
    signatures = " ".join(signed(webhook_id, body, signature, secret, now) for secret in secrets)
    return [
        (b"content-type", b"application/json"),
        (b"user-agent", USER_AGENT.encode()),
        (b"webhook-id", webhook_id.encode()),
        (b"webhook-timestamp", str(int(now.timestamp())).encode()),
        (b"webhook-signature", signatures.encode()),
    ]


def signed(webhook_id: str, body: bytes, signature: Signature, secret: bytes, now: datetime) -> str:
    """The signature of a body by one secret."""
    if signature == Signature.HMAC:
        return Webhook(secret).sign(webhook_id, now.astimezone(UTC), body.decode())
    content = f"{webhook_id}.{int(now.timestamp())}.".encode() + body
    return f"v1a,{base64.b64encode(Ed25519PrivateKey.from_private_bytes(secret).sign(content)).decode()}"

"""HL7 v2 over MLLP: framed messages, each acknowledged once it is on disk.

AA: it is kept. AE: it could not be kept now; send it again. AR: it will never be taken as it is.
"""

import asyncio
import ipaddress
import logging
import re
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from yima_connector.hl7v2.messages import Message, Unreadable, read
from yima_connector.settings import Mllp, Tls

log = logging.getLogger("yima_connector.mllp")
START, END, RETURN = b"\x0b", b"\x1c", b"\r"
CHUNK = 64 * 1024
STRAY_MAX = 1024  # bytes between messages that are passed over: line ends, mostly
CLOSING_SECONDS = 5.0
TEXT = re.compile(r"[^ -~]")

type Keep = Callable[[Message, bytes], Awaitable[None]]


class NotFramed(Exception):
    """The bytes are no MLLP. Its text has nothing of them."""


class Frames:
    """Takes messages out of bytes as they come. Raises `NotFramed`; nothing can be read after that."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._held = bytearray()
        self._inside = False
        self._stray = 0

    @property
    def inside(self) -> bool:
        """Was a message begun that has not ended?"""
        return self._inside

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that end within this data."""
        self._held += data
        messages: list[bytes] = []
        while self._held:
            if not self._inside:
                start = self._held.find(START)
                stray = len(self._held) if start < 0 else start
                self._stray += stray
                if self._stray > STRAY_MAX:
                    raise NotFramed("bytes come that are not within a message: is it MLLP?")
                del self._held[: stray + (start >= 0)]
                if start < 0:
                    break
                self._inside, self._stray = True, 0
            end = self._held.find(END + RETURN)
            if end < 0:
                if len(self._held) > self._bytes_max + 1:
                    raise NotFramed(f"a message has more than {self._bytes_max} bytes")
                break
            if end > self._bytes_max:
                raise NotFramed(f"a message has more than {self._bytes_max} bytes")
            messages.append(bytes(self._held[:end]))
            del self._held[: end + 2]
            self._inside = False
        return messages


def framed(message: bytes) -> bytes:
    return START + message + END + RETURN


def answer(message: Message | None, code: str, text: str = "", error: str = "") -> bytes:
    """The acknowledgement of a message; `error` is a code of table 0357. Its text says nothing of the message."""
    header = message.header if message else None
    marks = message.delimiters if message else None
    field = marks.field if marks else "|"
    component = marks.component if marks else "^"
    delimiters = f"{component}{marks.repetition}{marks.escape}{marks.subcomponent}" if marks else "^~\\&"

    def of(number: int) -> str:
        return TEXT.sub("", header.text(number)).replace(field, " ")[:180] if header else ""

    event = TEXT.sub("", header.text(9, 2))[:3] if header else ""
    kind = f"ACK{component}{event}" if event else "ACK"
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S+0000")
    safe = TEXT.sub(" ", text).replace(field, " ")
    segments = [
        [
            "MSH",
            delimiters,
            of(5),
            of(6),
            of(3),
            of(4),
            now,
            "",
            kind,
            uuid4().hex[:20],
            of(11) or "P",
            of(12) or "2.5",
        ],
        ["MSA", code, of(10), *([safe] if text else [])],
    ]
    if error:
        severity = "E"
        segments.append(["ERR", "", "", f"{error}{component}{component}HL70357", severity, "", "", "", safe])
    return "".join(field.join(segment) + "\r" for segment in segments).encode("ascii", "replace")


class Server:
    """Listens for a hospital's systems. `keep` puts a message onto the disk, or raises."""

    def __init__(self, settings: Mllp, encoding: str, keep: Keep) -> None:
        self._settings = settings
        self._encoding = encoding
        self._keep = keep
        self._networks = [ipaddress.ip_network(each) for each in settings.from_networks]
        self._connections: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[Sequence[tuple[str, int]]]:
        """Listen while the block runs; gives the addresses. A message that is being answered is answered before it
        ends."""
        context = tls(self._settings.tls) if self._settings.tls else None
        server = await asyncio.start_server(
            self._connected, self._settings.host, self._settings.port, ssl=context, limit=CHUNK
        )
        try:
            yield [each.getsockname()[:2] for each in server.sockets]
        finally:
            server.close()
            for connection in self._connections:
                connection.cancel()
            if self._connections:
                await asyncio.wait(self._connections, timeout=CLOSING_SECONDS)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        peer = str(writer.get_extra_info("peername", ("?",))[0])
        self._connections.add(task)
        try:
            if not self._admits(peer):
                log.warning("%s may not connect; look at from_networks", peer)
            elif len(self._connections) > self._settings.connections_max:
                log.warning("%s is not let in: %d connections are open", peer, self._settings.connections_max)
            else:
                await self._serve(reader, writer, peer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    def _admits(self, peer: str) -> bool:
        if not self._networks:
            return True
        address = ipaddress.ip_address(peer)
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        frames = Frames(self._settings.message_bytes_max)
        loop = asyncio.get_running_loop()
        begun = 0.0
        while True:
            left = begun + self._settings.frame_seconds - loop.time() if begun else self._settings.idle_seconds
            try:
                data = await asyncio.wait_for(reader.read(CHUNK), max(left, 0.0))
            except TimeoutError:
                log.info("%s: %s", peer, "a message was begun and not ended" if begun else "nothing came for long")
                return
            if not data:
                return
            try:
                messages = frames.feed(data)
            except NotFramed as why:
                log.warning("%s: %s", peer, why)
                writer.write(framed(answer(None, "AR", str(why), "100")))
                await writer.drain()
                return
            for content in messages:
                # A message that is kept and not answered comes again, and is known then.
                writer.write(framed(await self._taken(content, peer)))
                await writer.drain()
            begun = (begun if begun and not messages else loop.time()) if frames.inside else 0.0

    async def _taken(self, content: bytes, peer: str) -> bytes:
        """Keep a message; returns its acknowledgement."""
        try:
            message = read(content, self._encoding)
        except Unreadable as why:
            log.warning("%s: a message is refused: %s", peer, why)
            return answer(None, "AR", str(why), "100")
        if (why_not := self._never(message)) is not None:
            log.warning("%s: a message is refused: %s", peer, why_not[0])
            return answer(message, "AR", *why_not)
        try:
            await self._keep(message, content)
        except Exception as error:  # it is not kept, so it is not acknowledged
            log.error("%s: a message is not kept: %s", peer, type(error).__name__)
            return answer(message, "AE", "it could not be kept now; send it again", "207")
        return answer(message, "AA")

    def _never(self, message: Message) -> tuple[str, str] | None:
        """Why a message is never taken, with the code of table 0357; None where it is."""
        if not message.control_id:
            return "MSH-10 is empty: what should be acknowledged?", "101"
        if not message.header.text(9):
            return "MSH-9 is empty: what kind of message is it?", "101"
        processing = message.header.text(11) or "P"
        if processing not in self._settings.processing:
            return "MSH-11 is not what is taken here: it is no message of patients' care", "202"
        return None


def tls(settings: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.certificate, settings.key)
    if settings.clients is not None:
        context.load_verify_locations(settings.clients)
        context.verify_mode = ssl.CERT_REQUIRED
    return context

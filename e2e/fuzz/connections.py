"""Bytes on a connection, as no client library sends them: headers twice, bodies packed, slow, cut short or too long."""

import asyncio
import gzip
import random
import zlib
from contextlib import suppress

import orjson

from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.routes import methods

BODY_SECONDS = 5.0  # as long as a body may take, and a little for a busy machine
END_SECONDS = 60.0  # a head that never ends has three quarters of a minute
QUESTION = orjson.dumps({"query": "{ me { role } }"})
ENDINGS = (b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0", b"HTTP/9.9", b"HTCPCP/1.0", b"")


@generator("L1", "L2", "L7", "L6", weight=3)
async def headers(operation: Operation) -> None:
    """Headers twice, empty, of a hundred thousand bytes, in no known language; a Host twice, missing or of somebody."""
    chance = operation.chance
    once = chance.choice([b"Host", b"Authorization", b"Content-Type", b"Idempotency-Key"])
    sent = [(b"Host", b"a"), (b"Content-Type", b"application/json"), (b"Content-Length", str(len(QUESTION)).encode())]
    refused = False
    match chance.randrange(6):
        case 0:
            token = operation.scene.people["resident"].token.encode()
            values = {b"Host": b"a", b"Authorization": b"Bearer " + token, b"Content-Type": b"application/json"}
            sent = [
                *[header for header in sent if header[0] != once],
                *[(once, values.get(once, b"k"))] * chance.randint(2, 4),
            ]
            refused = True
        case 1:
            host = chance.choice([b"a@b", b"", b"a b", b"a/../b", b"[::1", b"x" * 300, b"a:b", b"a:99999", b"\xff"])
            sent[0], refused = (b"Host", host), host not in (b"", b"a:99999")
        case 2:
            del sent[0]
            refused = True
        case 3:
            sent.append((b"X-Long", b"x" * chance.choice([10_000, 100_000, 1_000_000])))
        case 4:
            languages = [b"en;q=0", b"zh;q=1.5", b"*;q=-1", b"en," * 3_000, b"\xff", b"a" * 9_000, b"en;q=\xd9\xa1"]
            sent.append((b"Accept-Language", chance.choice(languages)))
        case _:
            traces = [b"x" * 999, b"00-0-0-00", b"00-" + b"f" * 32 + b"-" + b"0" * 16 + b"-01"]
            sent.append((b"traceparent", chance.choice(traces)))
    status = await exchange(operation, target(operation), request(sent, QUESTION, chance))
    if refused and 200 <= status < 300:
        operation.fault(f"answered {status} to what is refused", sent)


@generator("L7", "H3", weight=2)
async def packed_bodies(operation: Operation) -> None:
    """A body that says it is packed, and is, or is not, or unpacks to a gigabyte."""
    chance = operation.chance
    encoding = chance.choice([b"gzip", b"GZIP", b"deflate", b"br", b"zstd", b"gzip, gzip", b"identity, gzip", b"x"])
    bomb = zlib.compress(bytes(10_000_000))
    body = chance.choice([gzip.compress(QUESTION), QUESTION, bomb, b"", zlib.compress(QUESTION)])
    sent = [
        (b"Host", b"a"),
        (b"Content-Type", b"application/json"),
        (b"Content-Encoding", encoding),
        (b"Content-Length", str(len(body)).encode()),
    ]
    status = await exchange(operation, target(operation), request(sent, body, chance))
    if 200 <= status < 300:
        operation.fault(f"a body of content-encoding {encoding!r} was answered {status}", body)


@generator("L7", "M6", weight=2)
async def framing(operation: Operation) -> None:
    """Lengths that disagree, chunks of odd sizes, lines that end otherwise, methods and versions that are not."""
    chance = operation.chance
    length = str(len(QUESTION)).encode()
    frames = [
        [(b"Content-Length", length), (b"Content-Length", b"3")],
        [(b"Content-Length", length), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"chunked, chunked")],
        [(b"Transfer-Encoding", b"xchunked")],
        [(b"Transfer-Encoding", b"chunked")],
        [(b"Content-Length", b"+" + length)],
        [(b"Content-Length", b"-1")],
        [(b"Content-Length", b"9" * 30)],
        [(b"Content-Length ", length)],
        [(b"Content-Length", length), (b"X", b"a\0b")],
    ]
    sent = [(b"Host", b"a"), (b"Content-Type", b"application/json"), *chance.choice(frames)]
    chunks = [b"ffffffffffffffff\r\n", b"-1\r\n", b"0\r\n\r\n", b"2;x=y\r\n{}\r\n0\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n"]
    body = chance.choice([QUESTION, *chunks])
    raw = request(sent, body, chance, line_end=chance.choice([b"\r\n", b"\r\n", b"\n", b"\r"]))
    await exchange(operation, target(operation), raw)


@generator("M8")
async def pages(operation: Operation) -> None:
    """Pages and answers asked for by other sites, in any form: none may be framed, sniffed or read from elsewhere."""
    chance = operation.chance
    path = chance.choice(["/", "/graphql", "/health/live", "/nothing", "/graphql?query=%7B__typename%7D"])
    headers = {
        "accept": chance.choice(["text/html", "*/*", "application/json;q=0", "x"]),
        "origin": chance.choice(["https://elsewhere.example", "null", "http://127.0.0.1"]),
    }
    method = chance.choice(["GET", "GET", "OPTIONS"])
    answer = await operation.send(method, operation.scene.origin + path, headers=headers, files=True)
    if answer.headers.get("access-control-allow-origin") in ("*", headers["origin"]):
        operation.fault(f"{path} may be read from {headers['origin']}", answer.headers)
    if method == "GET" and "html" in answer.headers.get("content-type", ""):
        policy = answer.headers.get("content-security-policy", "")
        if "frame-ancestors" not in policy or answer.headers.get("x-content-type-options") != "nosniff":
            operation.fault(f"{path} may be framed or sniffed", answer.headers)


@generator("M6")
async def slow_bodies(operation: Operation) -> None:
    """A head, and then a byte now and then: the connection is ended, and nobody waits for it."""
    chance = operation.chance
    host, port = target(operation)
    sent = [(b"Host", b"a"), (b"Content-Type", b"application/json"), (b"Content-Length", b"9000")]
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request(sent, b"", chance, plain=True))
    try:
        async with asyncio.timeout(BODY_SECONDS + END_SECONDS):
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(4096), 0.5)
    except TimeoutError:
        operation.fault("a body a byte at a time kept its connection", sent)
    except OSError:
        pass  # ended, as it should be
    finally:
        writer.close()
    operation.ended("slow: ended")


def target(operation: Operation) -> tuple[str, int]:
    """The gateway, or a service."""
    stack = operation.scene.stack
    return "127.0.0.1", stack.base_port + operation.chance.choice([0, 0, *range(1, 8)])


def request(
    sent: list[tuple[bytes, bytes]],
    body: bytes,
    chance: random.Random,
    *,
    line_end: bytes = b"\r\n",
    plain: bool = False,
) -> bytes:
    path = b"/graphql" if plain or chance.random() < 0.7 else chance.choice(paths())
    odd = not plain and chance.random() < 0.1
    method = chance.choice([b"GET", b"TRACE", b"CONNECT", b"get", b"POST ", b"\x00"]) if odd else b"POST"
    version = chance.choice(ENDINGS) if odd else b"HTTP/1.1"
    lines = [method + b" " + path + b" " + version, *(name + b": " + value for name, value in sent), b"", b""]
    return line_end.join(lines) + body


def paths() -> list[bytes]:
    from chassis.routes import policy

    return [policy(method)[1].replace("{", "").replace("}", "").encode() for _, method in methods()]


async def exchange(operation: Operation, address: tuple[str, int], raw: bytes) -> int:
    """Send these bytes, and wait for what comes or the end. The status of the answer; 0 where there was none."""
    reader, writer = await asyncio.open_connection(*address)
    answer = b""
    try:
        async with asyncio.timeout(END_SECONDS):
            writer.write(raw)
            await writer.drain()
            if writer.can_write_eof() and operation.chance.random() < 0.3:
                writer.write_eof()
            answer = await reader.read(65536)
    except TimeoutError:
        operation.fault(f"neither an answer nor an end within {END_SECONDS:.0f} s", raw)
    except OSError:
        pass
    finally:
        writer.close()
    status = int(answer[9:12]) if answer.startswith(b"HTTP/1.") and answer[9:12].isdigit() else 0
    if status >= 500 and status not in (501, 505):  # what HTTP has for a method or version that is none
        operation.fault(f"{status}: {answer[:300]!r}", raw)
    operation.ended(f"bytes: {status or 'ended'}")
    return status

"""A receiver of webhooks in a process of its own: well behaved, or not, by the path it is asked at.

It prints its port, then a line of JSON for each request that it was sent, as it came.
"""

import asyncio
import json
import sys
from typing import Any

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
SEEN: dict[str, int] = {}


def say(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes] | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return first.split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def answer(path: str, writer: asyncio.StreamWriter) -> bool:  # noqa: PLR0912 a case a kind
    """Answer as the path says; False where the connection is over then."""
    kind, _, rest = path.strip("/").partition("/")
    SEEN[path] = SEEN.get(path, 0) + 1
    match kind:
        case "hang":
            await asyncio.sleep(3600)
        case "drip":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(100_000):
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.05)
        case "flood":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            for _ in range(1000):
                writer.write(b"x" * 1_000_000)
                await writer.drain()
        case "redirect":
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: /{rest}\r\nContent-Length: 0\r\n\r\n".encode())
        case "html":
            page = b"<!doctype html><title>Welcome</title>"
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)
            )
        case "lie":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")
            return False
        case "garbage":
            writer.write(b"\x00\xffnothing that HTTP knows\r\n\r\n")
            return False
        case "gone":
            writer.write(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
        case "fail":
            times = int(rest.partition("/")[0] or 0)
            if times and SEEN[path] > times:
                writer.write(OK)
            else:
                writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops")
        case "slow":
            await asyncio.sleep(float(rest.partition("/")[0]))
            writer.write(OK)
        case _:
            writer.write(OK)
    await writer.drain()
    return True


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while (request := await read(reader)) is not None:
            path, headers, body = request
            say({"path": path, "headers": headers, "body": body.decode("utf-8", "replace")})
            if not await answer(path, writer):
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    say({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

"""What a route costs that does nothing: `python -m bench.same_bytes PORT MEDIA_TYPE PATH FILE …` answers each path with
what is in its file, by GET and by POST, on the servers that services run on."""

import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from chassis.service import collect_less
from devstack.ports import free
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import HttpMethod, Litestar, Response
from litestar.handlers import HTTPRouteHandler

from bench.measure import listening


@asynccontextmanager
async def same_bytes(folder: Path, media_type: str, bodies: Mapping[str, bytes]) -> AsyncGenerator[str]:
    """A process that answers each path with its bytes; gives its address."""
    port = free()
    named: list[str] = []
    for number, (path, body) in enumerate(bodies.items()):
        file = folder / f"same-bytes-{number}"
        file.write_bytes(body)
        named += [path, str(file)]
    process = subprocess.Popen([sys.executable, "-m", "bench.same_bytes", str(port), media_type, *named])
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def answering(path: str, media_type: str, body: bytes) -> HTTPRouteHandler:
    async def same() -> Response[bytes]:
        return Response(body, media_type=media_type)

    return HTTPRouteHandler(path, http_method=[HttpMethod.GET, HttpMethod.POST], status_code=200)(same)


async def serve(port: int, media_type: str, files: Mapping[str, Path]) -> None:
    handlers = [answering(path, media_type, file.read_bytes()) for path, file in files.items()]
    collect_less()
    await Server(Litestar(handlers, openapi_config=None), port=port, interface=Interfaces.ASGI).serve()


if __name__ == "__main__":
    _, port, media_type, *named = sys.argv
    uvloop.run(serve(int(port), media_type, dict(zip(named[::2], map(Path, named[1::2]), strict=True))))

"""Files of our own pages, as they are served."""

import importlib.resources

from litestar import Response, get
from litestar.handlers import BaseRouteHandler


def own_file(path: str | list[str], folder: str, name: str, media_type: str) -> BaseRouteHandler:
    """What answers `path`, or each of several, with a file that ships with the gateway."""
    content = (importlib.resources.files("gateway") / folder / name).read_bytes()

    @get(path)
    async def serve() -> Response[bytes]:
        return Response(content, media_type=media_type, headers={"cache-control": "no-cache"})

    return serve

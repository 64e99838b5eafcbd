"""The pages for people (`clients/web`), as they were built: held in memory, served at `/app/`.

Files whose names have a hash of what is in them are kept by browsers for good. Everything else is asked for again, and
a path that is none of the files is a page's own: the first page's script shows what belongs there.
"""

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chassis.settings import SettingUnfit
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

FIRST = "index.html"
DOCUMENTS = "documents.json"  # the GraphQL documents that the pages ask for, which strangers may run
HASHED = "assets/"
FOR_GOOD = "public, max-age=31536000, immutable"
COMPRESSED = frozenset(
    {"text/html", "text/css", "text/javascript", "application/json", "application/wasm", "image/svg+xml", "text/plain"}
)
COMPRESSED_BYTES_MIN = 1_000
TYPES = {
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    packed: bytes  # by gzip; empty where that is no smaller
    media_type: str
    etag: str
    cache_control: str


@dataclass(frozen=True)
class Pages:
    """What was built: files by their paths below `/app/`, and the documents they ask for."""

    files: Mapping[str, File] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.files)


def built(folder: str) -> Pages:
    """The pages of a folder; none where none is named. Raises `SettingUnfit` where it has none."""
    if not folder:
        return Pages()
    root = Path(folder)
    if not (root / FIRST).is_file():
        raise SettingUnfit(
            f"YIMA_PAGES: {folder} has no {FIRST}; build the pages into it (make web), or leave it empty"
        )
    files = {
        path.relative_to(root).as_posix(): file_of(path, path.relative_to(root).as_posix())
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != DOCUMENTS
    }
    return Pages(files, json.loads((root / DOCUMENTS).read_text("utf-8")))


def file_of(path: Path, name: str) -> File:
    content = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = b""
    if media_type in COMPRESSED and len(content) >= COMPRESSED_BYTES_MIN:
        packed = gzip.compress(content, mtime=0)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    cache_control = FOR_GOOD if name.startswith(HASHED) else "no-cache"
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return File(content, packed if len(packed) < len(content) else b"", media_type + charset, etag, cache_control)


def handlers(pages: Pages) -> Sequence[BaseRouteHandler]:
    if not pages:
        return []

    @get("/")
    async def first() -> Redirect:
        return Redirect("/app/", status_code=307)

    @get(["/app", "/app/{path:path}"])
    async def serve(request: Request[Any, Any, Any], path: FromPath[str] = "") -> Response[bytes]:
        return answered(pages, request.scope["path"].removeprefix("/app").strip("/"), request.headers)

    return [first, serve]


def answered(pages: Pages, name: str, headers: Mapping[str, str]) -> Response[bytes]:
    """A file, as the browser takes it. A hashed file that is not there is not: an old page asks for it."""
    file = pages.files.get(name or FIRST)
    if file is None and not name.startswith(HASHED):
        file = pages.files[FIRST]
    if file is None:
        return Response(b"", status_code=404, media_type="text/plain", headers={"cache-control": "no-store"})
    shown = {"cache-control": file.cache_control, "etag": file.etag, "vary": "accept-encoding"}
    if file.etag in headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=file.media_type, headers=shown)
    if file.packed and "gzip" in headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers=shown | {"content-encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=shown)

"""Lighthouse, run on the pages by the browser that the tests use: as it runs from anybody's Chrome, on a phone that it
makes up. It is installed by `npm ci` in `bench/lighthouse`, the first time that it is asked for."""

import asyncio
import functools
import http.server
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from devstack.ports import free

from e2e.browser import ARGUMENTS, unpacked

FOLDER = Path(__file__).parents[1] / "bench" / "lighthouse"
BIN = Path(sys.executable).parent  # of node and npm
CATEGORIES = ("performance", "accessibility", "best-practices")
READY_SECONDS = 30
BARE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A bare page</title></head><body><main><h1>A bare page</h1><p>It asks for nothing else.</p></main></body></html>
"""


class NotInstalled(Exception):
    """Lighthouse is not here, and the registry did not give it."""


@dataclass(frozen=True)
class Audited:
    """What Lighthouse says of a page: scores from 0 to 100, milliseconds on its phone, bytes over the network."""

    name: str
    scores: dict[str, int]
    first_paint: int
    largest_paint: int
    speed_index: int
    blocked: int
    shift: float
    bytes: int
    failed: tuple[str, ...]  # what it finds wrong in accessibility and best practices


@contextmanager
def a_bare_page() -> Generator[str]:
    """The address of a page with nothing on it: what this machine and Lighthouse cost by themselves."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(BARE, "utf-8")
        (Path(folder) / "favicon.ico").write_bytes(b"")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            server.server_close()


@asynccontextmanager
async def a_browser_with_a_port() -> AsyncGenerator[tuple[Any, int]]:
    """A browser of playwright's that Lighthouse can be pointed at, and its port. What is signed in, is in both."""
    from playwright.async_api import Error, async_playwright

    folder, port, profile = unpacked(), free(), tempfile.mkdtemp()
    more = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    own = (f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "--disable-dev-shm-usage", "about:blank")
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        folder / "chromium", *ARGUMENTS, *own, env=os.environ | more, stdout=quiet, stderr=quiet
    )
    try:
        async with async_playwright() as playwright:
            for attempt in range(READY_SECONDS * 2):
                try:
                    yield await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}"), port
                    break
                except Error:
                    if attempt == READY_SECONDS * 2 - 1:
                        raise
                    await asyncio.sleep(0.5)
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(profile, ignore_errors=True)


async def run(*command: str | Path) -> str:
    """What a program of node's said; raises `NotInstalled` with what it complained of where it failed."""
    environment = os.environ | {"PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")])}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=FOLDER, env=environment, stdout=pipe, stderr=pipe)
    said, complained = await process.communicate()
    if process.returncode:
        raise NotInstalled(complained.decode(errors="replace")[-2_000:])
    return said.decode()


async def installed() -> Path:
    program = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        await run(BIN / "npm", "ci", "--silent", "--ignore-scripts")
    return program


def audited(name: str, report: dict[str, Any]) -> Audited:
    """Lighthouse's report, as far as the table has it."""
    if report.get("runtimeError"):
        raise ValueError(f"{name}: {report['runtimeError']['message']}")
    audits = report["audits"]

    def number(audit: str) -> float:
        return float(audits[audit].get("numericValue") or 0)

    counted = [ref["id"] for each in CATEGORIES[1:] for ref in report["categories"][each]["auditRefs"] if ref["weight"]]
    return Audited(
        name,
        {each: round((report["categories"][each]["score"] or 0) * 100) for each in CATEGORIES},
        round(number("first-contentful-paint")),
        round(number("largest-contentful-paint")),
        round(number("speed-index")),
        round(number("total-blocking-time")),
        round(number("cumulative-layout-shift"), 3),
        round(number("total-byte-weight")),
        tuple(each for each in counted if audits[each]["score"] is not None and audits[each]["score"] < 1),
    )


async def audit(port: int, pages: Sequence[tuple[str, str]]) -> list[Audited]:
    """Have Lighthouse look at pages, by name and address, one after the other, in the browser at this port."""
    program = await installed()
    rows = []
    for name, address in pages:
        chosen = (f"--port={port}", f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--quiet")
        rows.append(audited(name, orjson.loads(await run(BIN / "node", program, address, *chosen))))
        print(f"Lighthouse: {name}: {rows[-1].scores}")
    return rows

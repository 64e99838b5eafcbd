"""The connector as a process: its inlets, the spool between, and what sends."""

import asyncio
import json
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from yima_connector import csv_folder, view
from yima_connector import mapping as mappings
from yima_connector.city import City, connect
from yima_connector.errors import NotMapped, SettingsWrong, unforeseen
from yima_connector.hl7v2 import mapped as hl7_mapped
from yima_connector.hl7v2.messages import Message, Unreadable, read
from yima_connector.mapping import Mapped, Rows
from yima_connector.mllp import Server
from yima_connector.overview import BEAT_SECONDS, beat
from yima_connector.pace import Pace
from yima_connector.resources import Line
from yima_connector.rows import mapped as row_mapped
from yima_connector.sending import Mapper, SourceSender
from yima_connector.settings import Settings, Source
from yima_connector.spool import Received, Spool
from yima_connector.status_page import serving

log = logging.getLogger("yima_connector")
MLLP = "mllp"
FORGET_SECONDS = 3600.0
NAME_LENGTH_MAX = 199


def mapper_of(mapping: Mapped) -> Mapper:
    """What makes lines of a source's messages and rows."""

    def lines_of(message: Received) -> Sequence[Line]:
        if message.inlet == MLLP:
            try:
                return hl7_mapped.mapped(read(message.content, mapping.encoding), mapping)
            except Unreadable as why:
                raise NotMapped("", str(why)) from None
        if message.kind not in mapping.rows:
            raise NotMapped("", f"`rows.{message.kind}` is not in the mapping")
        return row_mapped(json.loads(message.content), mapping.rows[message.kind], mapping)

    return lines_of


def rows_of(name: str, source: Source, mapping: Mapped, rows: str) -> Rows:
    """Rows of the mapping by their name. Raises `SettingsWrong` where there are none."""
    if rows not in mapping.rows:
        raise SettingsWrong(f"sources.{name}: {source.mapping} has no rows {rows!r}")
    return mapping.rows[rows]


@dataclass
class Running:
    """Where a connector that runs can be reached."""

    mllp_ports: Mapping[str, int] = field(default_factory=dict)
    status_port: int = 0


async def run(settings: Settings, spool: Spool, started: Callable[[Running], None] = lambda _running: None) -> None:
    """Run until SIGTERM or SIGINT."""
    spool.hold()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        city = await stack.enter_async_context(connect(settings.city))
        pace = Pace(settings.retry)
        ports: dict[str, int] = {}
        work = [
            repeated(lambda: beat(spool), BEAT_SECONDS),
            repeated(lambda: spool.forget(settings.spool.keep_days), FORGET_SECONDS),
        ]
        for name, source in settings.sources.items():
            sender, inlets = await assembled(name, source, spool, city, pace, settings, stack, ports)
            work += [sender.run(), *inlets]
        beat(spool)
        status_port = stack.enter_context(serving(spool, settings))
        tasks = [asyncio.ensure_future(each) for each in work]
        stopping = asyncio.create_task(stop.wait())
        started(Running(ports, status_port))
        log.info("it runs; the page is on port %d", status_port)
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


async def assembled(
    name: str,
    source: Source,
    spool: Spool,
    city: City,
    pace: Pace,
    settings: Settings,
    stack: AsyncExitStack,
    ports: dict[str, int],
) -> tuple[SourceSender, list[Coroutine[Any, Any, None]]]:
    """A source's sender, and what takes in; its MLLP port is open already."""
    rules = mappings.read(source.mapping)
    sender = SourceSender(name, source, mapper_of(rules), spool, city, pace, settings.retry)
    loop = asyncio.get_running_loop()

    def kept() -> None:
        loop.call_soon_threadsafe(sender.wake_up.set)

    inlets: list[Coroutine[Any, Any, None]] = []
    if source.mllp:

        async def keep(message: Message, content: bytes) -> None:
            row = (message.control_id[:NAME_LENGTH_MAX], message.kind, content, "")
            await asyncio.to_thread(spool.keep, name, MLLP, [row])
            kept()

        server = Server(source.mllp, rules.encoding, keep)
        addresses = await stack.enter_async_context(server.listening())
        ports[name] = addresses[0][1]
        log.info("%s: listens for HL7 v2 on port %d", name, ports[name])
    if source.csv:
        rows = rows_of(name, source, rules, source.csv.rows)
        inlets.append(csv_folder.CsvFolder(name, source.csv, rows, spool, kept).run())
    if source.view:
        reading = view.DatabaseView(name, source.view, rows_of(name, source, rules, source.view.rows), spool, kept)
        stack.callback(reading.close)
        inlets.append(reading.run())
    return sender, inlets


async def repeated(step: Callable[[], object], seconds: float) -> None:
    """Do something in a thread, again and again. What it fails of is logged."""
    while True:
        try:
            await asyncio.to_thread(step)
        except Exception as error:
            log.error("%s", unforeseen(error))
        await asyncio.sleep(seconds)

"""A view of a hospital's database, read in the order of a column that only grows. Nothing is written there.

It is read in rounds. A round begins a while before the furthest that was read, since what is committed late has an
earlier watermark, and goes on row by row until there is none. Rows that were read before are known by their key, their
watermark and what they say.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, column, create_engine, inspect, or_, select, table, text
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.sql import Select

from yima_connector.errors import SettingsWrong, SpoolFull, unforeseen
from yima_connector.mapping import Rows
from yima_connector.rows import columns_needed
from yima_connector.settings import View
from yima_connector.spool import Spool

log = logging.getLogger("yima_connector.view")
INLET = "view"
MINUTE = 60.0
RETRY_SECONDS_MAX = 600.0
# What a session is told first, by dialect: it reads, and never for long.
FIRST = {
    "postgresql": ("set transaction read only", "set local statement_timeout = {milliseconds}"),
    "mysql": ("set transaction read only", "set session max_execution_time = {milliseconds}"),
    "mariadb": ("set transaction read only", "set session max_statement_time = {seconds}"),
    "oracle": ("set transaction read only",),
    "mssql": ("set transaction isolation level read committed",),
}


@dataclass(frozen=True, slots=True)
class Position:
    """How far a view was read: within a round up to `mark` and `key`; between two `key` is None."""

    mark: Any
    key: Any
    furthest: Any

    def written(self) -> str:
        return json.dumps([tagged(each) for each in (self.mark, self.key, self.furthest)])

    @staticmethod
    def read(written: str | None) -> "Position | None":
        return Position(*map(untagged, json.loads(written))) if written else None


class DatabaseView:
    """What takes rows out of a view into the spool."""

    def __init__(self, source: str, settings: View, rows: Rows, spool: Spool, kept: Callable[[], None]) -> None:
        self._source = source
        self._settings = settings
        self._spool = spool
        self._kept = kept
        self._names = sorted(columns_needed(rows) | {settings.watermark, settings.key})
        try:
            self._engine = create_engine(settings.url, pool_size=1, max_overflow=0, pool_pre_ping=True)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise SettingsWrong(
                f"view.url: cannot be used ({type(error).__name__}); is its driver there? (yima-connector[postgresql])"
            ) from None
        self._types: Mapping[str, Any] = {}

    async def run(self) -> None:
        """Read for ever, never more rows a minute than the database is to be asked for."""
        failures = 0
        while True:
            wait = self._settings.poll_seconds
            try:
                count = await asyncio.to_thread(self.read_some)
                failures = 0
                if count == self._settings.rows_at_once:  # there is more
                    wait = MINUTE * count / self._settings.rows_a_minute
            except SpoolFull as full:
                log.warning("%s: the view is not read: %s", self._source, full)
            except (SQLAlchemyError, SettingsWrong) as error:
                failures += 1
                wait = min(RETRY_SECONDS_MAX, max(1.0, wait) * 2.0 ** min(failures, 10))
                why = error if isinstance(error, SettingsWrong) else type(error).__name__
                log.error("%s: the view cannot be read: %s", self._source, why)
            except Exception as error:  # nobody foresaw it: what was read up to is known, and it goes on from there
                failures += 1
                wait = min(RETRY_SECONDS_MAX, max(1.0, wait) * 2.0 ** min(failures, 10))
                log.error("%s: the view cannot be read: %s", self._source, unforeseen(error))
            await asyncio.sleep(wait)

    def close(self) -> None:
        self._engine.dispose()

    def check(self) -> None:
        """Ask for the view's columns. Raises `SettingsWrong` where it does not have those that the mapping names."""
        schema, _, name = self._settings.view.rpartition(".")
        try:
            columns = {each["name"]: each["type"] for each in inspect(self._engine).get_columns(name, schema or None)}
        except NoSuchTableError:
            raise SettingsWrong(f"view.view: there is no {self._settings.view}, or it may not be read") from None
        if absent := sorted(set(self._names) - set(columns)):
            raise SettingsWrong(f"view.view: {self._settings.view} has no column {', '.join(absent)}")
        self._types = columns

    def read_some(self) -> int:
        """Keep the next rows of the round; returns how many were read."""
        self._spool.check_room()
        if not self._types:
            self.check()
        after = Position.read(self._spool.fact(self._source, self._fact))
        seconds = self._settings.statement_seconds
        with self._engine.connect() as connection:
            for statement in FIRST.get(connection.dialect.name, ()):
                connection.execute(text(statement.format(milliseconds=int(seconds * 1000), seconds=seconds)))
            rows = [row._asdict() for row in connection.execute(self._query(after))]
            connection.rollback()
        if rows:
            self._spool.keep(self._source, INLET, [self._kept_as(row) for row in rows])
        self._note(after, rows[-1] if rows else None, len(rows) == self._settings.rows_at_once)
        self._kept()
        return len(rows)

    @property
    def _fact(self) -> str:
        return f"watermark:{self._settings.view}:{self._settings.watermark}"

    def _note(self, after: Position | None, last: Mapping[str, Any] | None, more: bool) -> None:
        """Note how far it was read. What is noted is never before what is kept: both are on the disk."""
        if last is not None:
            mark = last[self._settings.watermark]
            furthest = mark if after is None else max(mark, after.furthest)
            position = Position(mark, last[self._settings.key] if more else None, furthest)
        elif after is not None:
            position = Position(after.mark, None, after.furthest)
        else:
            return
        if position != after:
            self._spool.note(self._source, self._fact, position.written())

    def _query(self, after: Position | None) -> Select[Any]:
        schema, _, name = self._settings.view.rpartition(".")
        view = table(name, *(column(each, self._types[each]) for each in self._names), schema=schema or None)
        mark, key = view.c[self._settings.watermark], view.c[self._settings.key]
        query = select(*view.c).where(mark.is_not(None)).order_by(mark, key).limit(self._settings.rows_at_once)
        if after is None:
            return query
        if after.key is not None:
            return query.where(or_(mark > after.mark, and_(mark == after.mark, key > after.key)))
        return query.where(mark >= earlier(after.furthest, self._settings.overlap))

    def _kept_as(self, row: Mapping[str, Any]) -> tuple[str, str, bytes, str]:
        said = {name: shown(row[name]) for name in self._names}
        name = f"{said[self._settings.key]}@{said[self._settings.watermark]}"
        return name, self._settings.rows, json.dumps(said).encode(), ""


def earlier(mark: Any, overlap: float) -> Any:
    """A watermark a while before: seconds of a time, as much of a number."""
    if isinstance(mark, datetime):
        return mark - timedelta(seconds=overlap)
    if isinstance(mark, date):
        return mark - timedelta(days=overlap // 86_400 + 1)
    if isinstance(mark, int):
        return mark - int(overlap)
    return mark - Decimal(overlap) if isinstance(mark, Decimal) else mark


def shown(value: Any) -> str:
    """A value as the text that a CSV file would have."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.hex() if isinstance(value, bytes) else str(value)


def tagged(value: Any) -> Any:
    """A watermark or key as JSON, from which it is the same again."""
    match value:
        case None | int() | str():
            return value
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case UUID():
            return {"uuid": str(value)}
        case Decimal():
            return {"decimal": str(value)}
        case _:
            raise SettingsWrong("view.watermark and view.key must be of times, numbers, texts or UUIDs")


def untagged(written: Any) -> Any:
    readers: Mapping[str, Callable[[str], Any]] = {
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
        "uuid": UUID,
        "decimal": Decimal,
    }
    if isinstance(written, dict):
        ((kind, value),) = written.items()
        return readers[kind](value)
    return written

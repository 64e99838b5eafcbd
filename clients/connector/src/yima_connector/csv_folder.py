"""A folder of CSV files: each is claimed by renaming it, and kept row by row before it is put aside.

`claimed/` has what is being read, `done/` what was. A file that was being read when the process died is read again: its
rows are known by the file's name and time, and their number.
"""

import asyncio
import csv
import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from yima_connector.errors import SpoolFull, unforeseen
from yima_connector.mapping import Rows
from yima_connector.rows import columns_needed
from yima_connector.settings import Csv
from yima_connector.spool import Spool

log = logging.getLogger("yima_connector.csv")
CLAIMED, DONE, INLET = "claimed", "done", "csv"
ROWS_AT_ONCE = 500
CELL_LENGTH_MAX = 64 * 1024
NAME_LENGTH_MAX = 200

type Kept = tuple[str, str, bytes, str]


class CsvFolder:
    """What takes files out of a folder into the spool."""

    def __init__(self, source: str, settings: Csv, rows: Rows, spool: Spool, kept: Callable[[], None]) -> None:
        self._source = source
        self._settings = settings
        self._rows = rows
        self._spool = spool
        self._kept = kept
        self._folder = settings.folder

    async def run(self) -> None:
        """Look into the folder for ever."""
        while True:
            try:
                await asyncio.to_thread(self.take_all)
            except SpoolFull as full:
                log.warning("%s: no file is taken: %s", self._source, full)
            except OSError as error:
                log.error("%s: %s: %s", self._source, self._folder, error.strerror)
            except Exception as error:  # nobody foresaw it: the file stays where it is, and is tried again
                log.error("%s: no file is taken: %s", self._source, unforeseen(error))
            await asyncio.sleep(self._settings.poll_seconds)

    def take_all(self) -> int:
        """Take each file that is complete, the oldest first; returns how many."""
        claimed, done = self._folder / CLAIMED, self._folder / DONE
        claimed.mkdir(mode=0o700, exist_ok=True)
        done.mkdir(mode=0o700, exist_ok=True)
        for path in self._complete():
            self._spool.check_room()
            path.rename(claimed / f"{path.stat().st_mtime_ns}-{path.name}")
        files = sorted(claimed.iterdir(), key=lambda path: (path.stat().st_mtime_ns, path.name))
        for path in files:
            self._take(path)
            path.rename(done / path.name)
        return len(files)

    def _complete(self) -> list[Path]:
        """Files that fit, and that nobody has written into for a while."""
        old = time.time() - self._settings.settle_seconds
        files = [path for path in self._folder.glob(self._settings.pattern) if path.is_file()]
        return sorted(
            (path for path in files if path.stat().st_mtime <= old),
            key=lambda path: (path.stat().st_mtime_ns, path.name),
        )

    def _take(self, path: Path) -> None:
        """Keep a file's rows. Bad ones are put aside, each by itself."""
        pending: list[Kept] = []
        for row in self._read(path):
            pending.append(row)
            if len(pending) >= ROWS_AT_ONCE:
                self._spool.keep(self._source, INLET, pending)
                pending = []
        if pending:
            self._spool.keep(self._source, INLET, pending)
        self._kept()

    def _read(self, path: Path) -> Iterator[Kept]:
        """The rows of a file as they are kept, and what is wrong with those that cannot be read."""
        name = path.name[:NAME_LENGTH_MAX]
        if path.stat().st_size > self._settings.file_bytes_max:
            yield f"{name}:0", "file", b"", f"the file has more than {self._settings.file_bytes_max} bytes"
            return
        lines = Lines(path, self._settings.encoding)
        reader = csv.reader(lines, delimiter=self._settings.delimiter, strict=True)
        if (header := next_row(reader)) is None or isinstance(header, str):
            yield f"{name}:1", "file", b"", f"the file has no header that can be read: {header or 'it is empty'}"
            return
        header = [column.strip() for column in header]
        if absent := sorted(columns_needed(self._rows) - set(header)):
            yield f"{name}:1", "file", b"", f"the file has no column {', '.join(absent)}; look at `rows` in the mapping"
            return
        number = 1
        while (row := next_row(reader)) is not None:
            number += 1
            if not row:
                continue
            at = f"{name}:{number}"
            if isinstance(row, str):
                yield at, self._settings.rows, lines.last, row
            elif len(row) != len(header):
                yield at, self._settings.rows, lines.last, f"the row has {len(row)} columns, the header {len(header)}"
            elif lines.bad:
                yield at, self._settings.rows, lines.last, f"the row is not written in {self._settings.encoding}"
            else:
                yield at, self._settings.rows, json.dumps(dict(zip(header, row, strict=True))).encode(), ""
            lines.bad = False


class Lines:
    """A file's lines as text; what is not in its encoding is noted, and the lines after it are read all the same."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._encoding = encoding
        self._lines = self._read(path)
        self.bad = False  # was something of the row not in the encoding?
        self.last = b""  # the last line, as it is in the file

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._lines)

    def _read(self, path: Path) -> Iterator[str]:
        with path.open("rb") as file:
            for line in file:
                self.last = line[:CELL_LENGTH_MAX]
                try:
                    yield line.decode(self._encoding)
                except UnicodeDecodeError:
                    self.bad = True
                    yield line.decode(self._encoding, "replace")


def next_row(reader: Iterator[list[str]]) -> list[str] | str | None:
    """The next row, why it cannot be read, or None at the end."""
    try:
        return next(reader)
    except StopIteration:
        return None
    except csv.Error as error:
        return f"the row is no CSV: {error}"

"""A clock of one's own for all processes of one system, which goes forward when it is told to.

libfaketime stands between a program and the machine's clock, so PostgreSQL, every service, gateway and sandbox see the
same time, whatever they ask for it by; only what a program measures intervals by stays the machine's. It is loaded
into a process when it starts, so a system has such a clock from its start or not at all. NATS asks no library for the
time and keeps the machine's: by it only messages that are sent twice are known, and what has waited for long.
"""

import importlib.util
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

REREAD_SECONDS = 1  # how often a process looks at the file
SETTLED_SECONDS = 3.5  # it counts whole seconds, and forked processes begin with what they were given
AHEAD_MAX = timedelta(days=3660)
LIBRARIES = {"linux": ("LD_PRELOAD", "libfaketime.so.1"), "darwin": ("DYLD_INSERT_LIBRARIES", "libfaketime.1.dylib")}


class ClockRefused(Exception):
    """The clock cannot be moved so; the text says why."""


def preloaded() -> dict[str, str]:
    """What has a process ask libfaketime for the time; what that says, another of its variables does. How long
    something takes, and when a file was written, is as ever."""
    variable, library = LIBRARIES[sys.platform]
    package = importlib.util.find_spec("libfaketime")
    assert package is not None and package.origin is not None
    return {
        variable: str(Path(package.origin).parent / "vendor" / "libfaketime" / "src" / library),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


@dataclass(frozen=True)
class Clock:
    """By how much `file` says that the clock is ahead of the machine's."""

    file: Path

    @property
    def ahead(self) -> timedelta:
        try:
            return timedelta(seconds=int(self.file.read_text("ascii")))
        except FileNotFoundError:
            return timedelta()

    def begin(self) -> None:
        """Have a file, which says how far ahead the clock is by now."""
        if not self.file.exists():
            self._write(timedelta())

    def check(self, ahead: timedelta) -> None:
        """Raise `ClockRefused` unless the clock may be put so far ahead: it goes forward only."""
        if ahead <= self.ahead:
            raise ClockRefused("the clock goes forward only: what has happened is not undone by an earlier time")
        if ahead > AHEAD_MAX:
            raise ClockRefused(f"the clock goes {AHEAD_MAX.days} days ahead at most")

    def move(self, ahead: timedelta) -> None:
        """Put the clock so far ahead of the machine's. Nothing that minds may run meanwhile: processes see it within
        `REREAD_SECONDS`, and not all at once. Returns when each does."""
        self.check(ahead)
        self._write(ahead)
        time.sleep(SETTLED_SECONDS)

    def environment(self) -> dict[str, str]:
        """What has a process, and those it starts, go by this clock."""
        file = {"FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_CACHE_DURATION": str(REREAD_SECONDS)}
        return preloaded() | file

    def _write(self, ahead: timedelta) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"+{int(ahead.total_seconds())}\n", "ascii")
        fresh.chmod(0o644)  # the databases' own user reads it, too
        fresh.rename(self.file)

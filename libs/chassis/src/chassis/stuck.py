"""A loop that stands still says where: what keeps a service from answering is in its log, and not only that it did."""

import asyncio
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field

STUCK_SECONDS = 20.0  # a loop that has not turned for so long says where it stands


@dataclass
class Watch:
    """A thread that looks whether a loop turns.

    It asks the interpreter where threads stand, and so holds its lock meanwhile. `faulthandler` reads without it: a
    thread that goes on just then, as all do when a stopped process is continued, has freed what is read.
    """

    turned: float = field(default_factory=time.monotonic)  # when the loop last did
    _ended: threading.Event = field(default_factory=threading.Event)

    def end(self) -> None:
        self._ended.set()

    def run(self) -> None:
        looked, reported = time.monotonic(), 0.0
        while not self._ended.wait(STUCK_SECONDS / 8):
            now = time.monotonic()
            if now - looked > STUCK_SECONDS / 2:
                self.turned = now  # this thread did not run either: all of the process was stopped
            elif now - self.turned > STUCK_SECONDS and reported != self.turned:
                reported = self.turned
                sys.stderr.write(where_threads_stand())
                sys.stderr.flush()
            looked = now


async def report_when_stuck() -> None:
    """Write where every thread stands to standard error once the loop has not turned for long: lines, no values."""
    watch = Watch()
    threading.Thread(target=watch.run, name="watch", daemon=True).start()
    try:
        while True:
            watch.turned = time.monotonic()
            await asyncio.sleep(STUCK_SECONDS / 4)
    finally:
        watch.end()


def where_threads_stand() -> str:
    """The frames of every thread but this one, the newest first."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    lines = [f"the loop has not turned for {STUCK_SECONDS:g} seconds"]
    for ident, frame in sys._current_frames().items():
        if ident != threading.get_ident():
            lines.append(f"thread {names.get(ident, ident)}:")
            lines += [
                f'  File "{at.f_code.co_filename}", line {line} in {at.f_code.co_name}'
                for at, line in traceback.walk_stack(frame)
            ]
    return "\n".join(lines) + "\n"

"""How long to wait for a city that cannot be reached: longer each time, never all at once, and as long as it says."""

import random
from dataclasses import dataclass

from yima_connector.settings import Retry

OPENS_AFTER = 5  # failures in a row, after which one request at a time finds out whether it is there again


@dataclass
class Pace:
    """Of one city. It is shared by all that ask: who finds it away slows the others down."""

    settings: Retry
    failures: int = 0
    open_until: float = 0.0  # by the event loop's clock: nothing is asked before

    def wait_seconds(self, now: float) -> float:
        """How long to wait before asking."""
        return max(0.0, self.open_until - now)

    def failed(self, now: float, asked_seconds: float = 0.0) -> float:
        """Note that it was away; returns for how long to leave it alone: full jitter, and never less than it asked."""
        ceiling = min(self.settings.longest_seconds, self.settings.first_seconds * 2.0 ** min(self.failures, 30))
        self.failures += 1
        wait = max(asked_seconds, random.uniform(ceiling / 2, ceiling))  # noqa: S311 no secret
        if self.is_open:
            self.open_until = max(self.open_until, now + wait)
        return wait

    def succeeded(self) -> None:
        self.failures, self.open_until = 0, 0.0

    @property
    def is_open(self) -> bool:
        """Has it been away so often that others need not find out for themselves?"""
        return self.failures >= OPENS_AFTER

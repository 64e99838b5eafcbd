"""What stays open: sockets, subscriptions, consumers of the bus. So many for each address or account, and in all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.refusals import Refusal


class TooManyOpen(Refusal):
    code = "too-many-open"
    title = "Too many connections or subscriptions are open; close some, or try again later."


class Openings:
    """One kind of what stays open, counted by who opened it."""

    def __init__(self, what: str, of_each: int, altogether: int) -> None:
        self._what = what
        self._of_each = of_each
        self._altogether = altogether
        self._open: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return self._open.total()

    def check(self, client: str) -> None:
        """Raise `TooManyOpen` where the client may open no more."""
        if self._open[client] >= self._of_each:
            raise TooManyOpen(f"at most {self._of_each} {self._what} of one account, or of strangers at one address")
        if self.count >= self._altogether:
            raise TooManyOpen(f"no more {self._what} can be opened now; try again later")

    def open(self, client: str) -> "Opening":
        """Count one more of the client's. Raises `TooManyOpen`."""
        self.check(client)
        self._open[client] += 1
        return Opening(self, client)

    def close(self, client: str) -> None:
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    @contextmanager
    def opened(self, client: str) -> Iterator[None]:
        opening = self.open(client)
        try:
            yield
        finally:
            opening.close()


class Opening:
    """One open connection or subscription, until it is closed."""

    def __init__(self, openings: Openings, client: str) -> None:
        self._openings = openings
        self._client: str | None = client

    def move(self, client: str) -> None:
        """It turned out to be somebody else's. Raises `TooManyOpen`, and leaves it where it was."""
        if self._client not in (None, client):
            self._openings.open(client)
            self.close()
            self._client = client

    def close(self) -> None:
        if self._client is not None:
            self._openings.close(self._client)
            self._client = None

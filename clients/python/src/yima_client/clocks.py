"""What time it is where a city is: a sandbox's clock, for one, may be weeks ahead of ours."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

APART = timedelta(seconds=5)  # of two clocks that count as the same: what is answered is a second or two old


class CityClock:
    """By how much a city's clock is ahead of this machine's, by the `Date` of what it answered last."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def heard(self, date: str) -> None:
        """An answer said that this is the time. Whatever is no date says nothing."""
        try:
            ahead = parsedate_to_datetime(date) - datetime.now(UTC)
        except (ValueError, TypeError):
            return
        self.ahead = ahead if abs(ahead) > APART else timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

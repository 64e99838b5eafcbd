"""A partner's registration: whether its register still confirms it, and when that is asked again."""

from datetime import timedelta

RETRY_FIRST = timedelta(seconds=30)
RETRY_LAST = timedelta(hours=1)


def retry_after(attempts: int) -> timedelta:
    """How long to wait before the register is asked again, which has not answered so many times in a row."""
    return min(RETRY_LAST, RETRY_FIRST * (1 << min(attempts - 1, 10)))

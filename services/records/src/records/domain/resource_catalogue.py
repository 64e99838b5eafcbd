"""The resource catalogue: which data there is, from whom, how fresh and how good, and by which consents it is used.

It counts nobody. A line is of at least `RESIDENTS_MIN` residents. What is counted is said rounded down to one digit;
days are those that as many residents reach; and all of it is worked out once a day, so that asking again says nothing
of who came in between.
"""

from datetime import timedelta
from decimal import Decimal

from records.domain.grades import RESIDENTS_MIN

COUNT_EVERY = timedelta(hours=24)
ACCESS_MODES = ("VIEW", "STORE", "COMPUTE")

__all__ = ["ACCESS_MODES", "COUNT_EVERY", "RESIDENTS_MIN", "rounded_down"]


def rounded_down(count: int) -> int:
    """A count to one digit: 10, 20, …, 100, 200, …"""
    if count < RESIDENTS_MIN:
        return 0
    return int(Decimal(count) - Decimal(count) % (Decimal(10) ** Decimal(count).adjusted()))

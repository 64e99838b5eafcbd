"""Which grades of data an operator is asked to look at. Nothing follows from one by itself: a person decides."""

from collections.abc import Iterable
from datetime import datetime


def to_review(letter: str, floor: str, graded_at: datetime, reviewed: Iterable[datetime]) -> bool:
    """Is a grade below the city's floor, with no review of technology since it was reported? Letters: A is best."""
    return letter > floor and all(moment <= graded_at for moment in reviewed)

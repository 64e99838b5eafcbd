"""What was measured of one thing over time: values of several institutions in one unit, and which way they go."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from chassis.refusals import Invalid

from records.domain import quantities
from records.domain.quantities import SentQuantity
from records.domain.timeline import Bounds, Measured

LAST_DEFAULT = 100
LAST_MAX = 500
STEADY = Decimal("0.05")  # of what the values before were: a smaller change is none
BEFORE = 3  # values that the latest is held against


class Trend(StrEnum):
    """Which way a series goes. The values are the contract's, in lower case."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


def check_last(last: int) -> int:
    """How many values are wanted."""
    if not 0 <= last <= LAST_MAX:
        raise Invalid("last", f"must be between 1 and {LAST_MAX}")
    return last or LAST_DEFAULT


def made_alike(value: Measured, unit: str, molar_mass: Decimal | None) -> Measured | None:
    """A value in a unit, with its range; None: it is no number, or of a unit that cannot be made that one. The first
    unit that is another takes a second: call it in a thread."""
    if value.number is None or not value.exact:
        return None
    if value.ucum == unit:
        return value

    def in_unit(number: Decimal) -> Decimal | None:
        return quantities.in_unit(SentQuantity("", "", number, value.ucum), unit, molar_mass)

    made = in_unit(value.number)
    if made is None:
        return None
    sent = value.bounds
    bounds = None
    if sent is not None:
        low, high = (None if end is None else in_unit(end) for end in (sent.low, sent.high))
        bounds = Bounds(low, high)
    return replace(value, number=made, ucum=unit, bounds=bounds)


def trend(values: Sequence[Decimal]) -> Trend | None:
    """Of the latest value against the mean of the few before it, the oldest first; None: there are too few."""
    if len(values) < 2:
        return None
    before = values[-1 - BEFORE : -1]
    mean = sum(before, Decimal(0)) / len(before)
    change = values[-1] - mean
    if abs(change) <= abs(mean) * STEADY:
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING

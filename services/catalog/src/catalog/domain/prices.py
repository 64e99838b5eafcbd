"""Bands of prices, by which offerings are counted."""

from collections.abc import Sequence

from chassis.money import currency_of, decimals

STEPS = (1, 2, 5)
LARGEST = 5  # digits of the highest bound, beside the first


def bounds(currency: str) -> Sequence[int]:
    """Where bands begin, in minor units: at nothing, 1, 2, 5, 10, 20, 50 and so on."""
    unit = 10 ** decimals(currency_of(currency))
    return [0, *(step * 10**power * unit for power in range(LARGEST + 1) for step in STEPS)]

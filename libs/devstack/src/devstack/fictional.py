"""Identity numbers that are nobody's, for examples and tests."""

import itertools
import random

from stdnum.cn import ric

AREA = "0"  # no area's code begins with it; the sandbox's register of people enters such numbers as it meets them
NUMBERS = 10**8  # of one birthday: five digits of an area, three of an order
STEP = 61_803_399  # without a factor of NUMBERS, so that each comes once before any comes again

_numbers = itertools.count(random.randrange(NUMBERS), STEP)  # noqa: S311 no secret


def identity_number(birth_date: str) -> str:
    """A number with a right check digit, of nobody real, born on this day (ISO 8601); another each time."""
    return identity_number_of(next(_numbers), birth_date)


def identity_number_of(number: int, birth_date: str) -> str:
    """The same number each time for the same `number`, modulo 10**8."""
    digits = f"{number % NUMBERS:08}"
    written = f"{AREA}{digits[:5]}{birth_date.replace('-', '')}{digits[5:]}"
    return written + ric.calc_check_digit(f"{written}0")

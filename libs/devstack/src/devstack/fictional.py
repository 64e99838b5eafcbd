"""Identity numbers that are nobody's, for examples and tests."""

import random

from stdnum.cn import ric

AREA = "0"  # no area's code begins with it; the sandbox's register of people enters such numbers as it meets them


def identity_number(birth_date: str) -> str:
    """A number with a right check digit, of nobody real, born on this day (ISO 8601): one of a hundred million."""
    area, order = f"{AREA}{random.randrange(100_000):05}", f"{random.randrange(1_000):03}"  # noqa: S311 no secret
    number = f"{area}{birth_date.replace('-', '')}{order}"
    return number + ric.calc_check_digit(f"{number}0")

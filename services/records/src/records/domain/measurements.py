"""What devices measure, by LOINC code: in which unit, and which values are possible or usual. `measurements.csv` is the
table. A value may come in another unit of the table; it is compared in the code's own.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources

DIGITS_MAX = 12  # significant digits of a measured value


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a LOINC code stands for. Bounds are in `unit`, the ends included."""

    code: str
    display: str
    unit: str  # UCUM
    category: str  # of a FHIR Observation
    information_type: str
    possible: tuple[Decimal, Decimal]
    usual: tuple[Decimal, Decimal]
    also_units: Sequence[str]

    @property
    def units(self) -> Sequence[str]:
        return [self.unit, *self.also_units]


class Plausibility(StrEnum):
    """Can a body have this value, and does one often?"""

    USUAL = "usual"
    UNUSUAL = "unusual"
    IMPOSSIBLE = "impossible"


# From a unit to another: multiply, then add.
CONVERSIONS: Mapping[tuple[str, str], tuple[Decimal, Decimal]] = {
    ("[degF]", "Cel"): (Decimal(5) / 9, Decimal(-160) / 9),
    ("g", "kg"): (Decimal("0.001"), Decimal(0)),
    ("[lb_av]", "kg"): (Decimal("0.45359237"), Decimal(0)),
    ("min", "h"): (1 / Decimal(60), Decimal(0)),
    ("mL", "L"): (Decimal("0.001"), Decimal(0)),
    ("L/s", "L/min"): (Decimal(60), Decimal(0)),
    ("s", "ms"): (Decimal(1000), Decimal(0)),
}


def table(name: str) -> Sequence[Mapping[str, str]]:
    """The rows of one of this room's tables, by the names of its columns."""
    return list(csv.DictReader(resources.files(__package__).joinpath(name).read_text("utf-8").splitlines()))


@cache
def measurements() -> Mapping[str, Measurement]:
    """All measurements, by code."""
    return {
        row["code"]: Measurement(
            row["code"],
            row["display"],
            row["unit"],
            row["category"],
            row["information_type"],
            (Decimal(row["possible_low"]), Decimal(row["possible_high"])),
            (Decimal(row["usual_low"]), Decimal(row["usual_high"])),
            [unit for unit in row["also_units"].split("|") if unit],
        )
        for row in table("measurements.csv")
    }


def in_own_unit(measurement: Measurement, value: Decimal, unit: str) -> Decimal:
    """A value in the unit that the measurement is compared in."""
    if unit == measurement.unit:
        return value
    factor, offset = CONVERSIONS[unit, measurement.unit]
    return value * factor + offset


def plausibility(measurement: Measurement, value: Decimal) -> Plausibility:
    """How plausible a value is, which is in the measurement's own unit."""
    if not measurement.possible[0] <= value <= measurement.possible[1]:
        return Plausibility.IMPOSSIBLE
    return Plausibility.USUAL if measurement.usual[0] <= value <= measurement.usual[1] else Plausibility.UNUSUAL

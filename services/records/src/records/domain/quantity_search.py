"""Searching by a measured amount: in whatever unit it was sent, and in whatever unit it is asked for.

FHIR R4 has it as `[prefix][number]|[system]|[code]`. The unit is needed, by its UCUM code: without one an amount says
nothing. A number without a prefix stands for what rounds to it, so 5.4 is from 5.35 until before 5.45.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chassis.refusals import Invalid

from records.domain.quantities import SentQuantity, in_unit
from records.domain.rule_packs import Measurement
from records.domain.units import SYSTEM

QUANTITY = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(-?[0-9]{1,12}(?:\.[0-9]{1,12})?)\|([^|]*)\|([^|]+)", re.DOTALL)
ANYWHERE, ALONE, IN_COMPONENT = "%", "valueQuantity", "component[%"  # patterns of a measurement's path


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Of these LOINC codes, an amount above `low` and below `high`, each in the unit that such are made alike in."""

    codes: Sequence[str]
    low: Decimal | None = None
    high: Decimal | None = None
    with_low: bool = False
    with_high: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """Fits what has an amount at the path within one of these ranges, or within none of them."""

    path: str
    ranges: Sequence[AmountRange]
    outside: bool = False


def measured(name: str, path: str, values: Sequence[str], measurements: Mapping[str, Measurement]) -> Measured:
    """What a search by quantity means. Raises `Invalid` at the parameter."""
    ranges: list[AmountRange] = []
    outside = False
    for value in values:
        parts = QUANTITY.fullmatch(value)
        if parts is None or parts[3] not in ("", SYSTEM):
            raise Invalid(name, f"must be a number with a UCUM unit, such as gt7|{SYSTEM}|mmol/L")
        prefix, number, unit = parts[1] or "eq", Decimal(parts[2]), parts[4]
        outside = outside or prefix == "ne"
        if outside and len(values) > 1:
            raise Invalid(name, "ne takes one value")
        alike = in_units(prefix, number, unit, measurements)
        if not alike:
            raise Invalid(name, "nothing that is measured here has a unit that this can be made")
        ranges += alike
    return Measured(path, ranges, outside)


def in_units(prefix: str, number: Decimal, unit: str, measurements: Mapping[str, Measurement]) -> list[AmountRange]:
    """The range that an amount means, for each unit that something is made alike in."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "it is a number"
    half = Decimal(5).scaleb(exponent - 1) if prefix != "ap" else abs(number) / 10
    by_unit: dict[tuple[str, Decimal | None], list[str]] = {}
    for measurement in measurements.values():
        by_unit.setdefault((measurement.unit, measurement.molar_mass), []).append(measurement.code)
    ranges = []
    for (target, mass), codes in by_unit.items():
        at, low, high = (
            in_unit(SentQuantity("", "", amount, unit), target, mass)
            for amount in (number, number - half, number + half)
        )
        if at is None or low is None or high is None:
            continue
        match prefix:
            case "gt" | "sa":
                ranges.append(AmountRange(codes, low=at))
            case "lt" | "eb":
                ranges.append(AmountRange(codes, high=at))
            case "ge":
                ranges.append(AmountRange(codes, low=at, with_low=True))
            case "le":
                ranges.append(AmountRange(codes, high=at, with_high=True))
            case _:
                ranges.append(AmountRange(codes, low, high, with_low=True))
    return ranges

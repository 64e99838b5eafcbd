"""Quantities made alike: one unit for each thing that is measured, by UCUM. What was sent stays as it was sent.

Conversions are `pint`'s by `ucumvert`'s reading of UCUM. Both are imported when a unit that is not the wanted one comes
for the first time; every pair of units is worked out once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache, lru_cache
from typing import Any

from records.domain.rule_packs import Measurement
from records.domain.units import CODE_LENGTH_MAX, LOINC, SYSTEM

DIGITS = Context(prec=6, rounding=ROUND_HALF_EVEN)  # of a converted value: more would claim what nobody measured
LINE_DIGITS = Context(prec=15)
PAIRS_MAX = 4_096
EXPONENT_MAX = 30  # of a sent value: beyond, it measures nothing


@dataclass(frozen=True, slots=True)
class SentQuantity:
    """A quantity as it was sent: at which path of a resource, of which LOINC code, how much of which UCUM unit (empty
    where none was sent by its code)."""

    path: str
    code: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """A unit in another: factor times what was sent, plus an offset that only temperatures have."""

    factor: Decimal
    offset: Decimal


def quantities(resource: Mapping[str, Any]) -> Iterator[SentQuantity]:
    """The quantities of an Observation and of its components, each with each of its LOINC codes."""
    parts = [("", resource)]
    parts += [(f"component[{index}].", part) for index, part in enumerate(resource.get("component") or ())]
    for at, part in parts:
        quantity = part.get("valueQuantity") if isinstance(part, Mapping) else None
        if not isinstance(quantity, Mapping):
            continue
        value = decimal_of(quantity.get("value"))
        if value is None or quantity.get("comparator"):
            continue
        by_code = quantity.get("system") == SYSTEM and isinstance(quantity.get("code"), str)
        unit = str(quantity["code"]) if by_code else ""
        for coding in (part.get("code") or {}).get("coding") or ():
            if coding.get("system") == LOINC and isinstance(coding.get("code"), str):
                yield SentQuantity(f"{at}valueQuantity", coding["code"], value, unit)


def decimal_of(number: object) -> Decimal | None:
    """A number of JSON as it was written; None: it is none, or of a size that nothing has."""
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        return None
    value = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    return value if value.is_finite() and abs(value.adjusted()) <= EXPONENT_MAX else None


def canonical(sent: SentQuantity, measurement: Measurement) -> Decimal | None:
    """How much it is in the unit that the thing measured is made alike in; None: its unit is of something else."""
    return in_unit(sent, measurement.unit, measurement.molar_mass)


def in_unit(sent: SentQuantity, unit: str, molar_mass: Decimal | None) -> Decimal | None:
    """How much it is in a unit; None: its own unit is of something else. With a molar mass, mass is substance, too."""
    if not sent.unit or len(sent.unit) > CODE_LENGTH_MAX:
        return None
    if sent.unit == unit:
        return sent.value
    line = line_between(sent.unit, unit, molar_mass)
    if line is None:
        return None
    return plain(DIGITS.plus(sent.value * line.factor + line.offset))


def plain(value: Decimal) -> Decimal:
    """Without an exponent and without zeros at its end, so that equal values are written alike."""
    value = value.normalize()
    return (
        value.quantize(Decimal(1)) if value == value.to_integral_value() and value.adjusted() < DIGITS.prec else value
    )


@lru_cache(PAIRS_MAX)
def line_between(sent: str, target: str, molar_mass: Decimal | None) -> Line | None:
    """How a unit is another; None: they are of different things, or one of them is no unit."""
    from lark.exceptions import LarkError  # noqa: PLC0415 see above
    from pint import errors  # noqa: PLC0415

    try:
        at_zero, at_unity = (converted(amount, sent, target, molar_mass) for amount in (0, 1))
    except (LarkError, errors.PintError, ValueError, ArithmeticError, AttributeError, TypeError):
        return None
    return Line(LINE_DIGITS.plus(at_unity - at_zero), LINE_DIGITS.plus(at_zero))


def converted(amount: int, sent: str, target: str, molar_mass: Decimal | None) -> Decimal:
    registry = units_of_measure()
    there = registry.from_ucum(target).units
    here = registry.Quantity(amount, registry.from_ucum(sent).units)
    if molar_mass is not None and here.dimensionality != there.dimensionality:
        mole = registry.Quantity(float(molar_mass), "gram / mole")
        here = here / mole if (here / mole).dimensionality == there.dimensionality else here * mole
    return Decimal(repr(float(here.to(there).magnitude)))


@cache
def units_of_measure() -> Any:
    from ucumvert import PintUcumRegistry  # type: ignore[import-untyped] # noqa: PLC0415

    return PintUcumRegistry()

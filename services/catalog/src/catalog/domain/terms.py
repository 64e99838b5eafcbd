"""Terms of an offering: what it costs, contains, asks of data, what cancelling costs, and whom it is for."""

import re
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from chassis.refusals import Invalid
from city_pack.information import ASKED_TYPES, PURPOSES, check_each_known, check_known
from city_pack.pack import Tree

TITLE_LENGTH_MAX = 120
DESCRIPTION_LENGTH_MAX = 4_000
REFERENCE_LENGTH_MAX = 64
DISTRICTS_MAX = 40
PROGRAMMES_MAX = 10
ITEMS_MAX = 100
PRICE_MINOR_MAX = 10_000_000_00
VALID_DAYS_MAX = 5 * 365
RETENTION_DAYS_MAX = 30 * 366  # as long as China has inpatient records kept
TIMES_MAX = 366
WEIGHT_MAX = 1_000
RULES_MAX = 10
HOURS_MAX = 8_760
BASIS_POINTS = 10_000
AGE_MONTHS_MAX = 1_500
UNITS_MAX = 10_000
PERIOD_DAYS = range(7, 367)
PERIODS = range(2, 61)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_slug(value: str, field: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > REFERENCE_LENGTH_MAX:
        raise Invalid(field, "must be lower-case words joined by hyphens, e.g. chronic-care")
    return value


def check_slugs(values: Sequence[str], field: str, limit: int) -> None:
    if len(values) > limit or len(set(values)) != len(values):
        raise Invalid(field, f"at most {limit}, none twice")
    for index, value in enumerate(values):
        check_slug(value, f"{field}[{index}]")


def check_price(minor: int, currency: str, city_currency: str, field: str) -> None:
    """Refuse a price that is negative, too high, or not in the city's currency."""
    if currency != city_currency:
        raise Invalid(f"{field}.currency", f"must be {city_currency}, the city's currency")
    if not 0 <= minor <= PRICE_MINOR_MAX:
        raise Invalid(field, f"must be between 0 and {PRICE_MINOR_MAX} minor units")


def check_consent(
    information_types: Sequence[str],
    purpose: str,
    access_mode: int,
    valid_days: int,
    retention_days: int,
    field: str,
    sensitive_categories: Sequence[str] = (),
    categories: Collection[str] = (),
) -> None:
    """Refuse a consent template that is not of known kinds of data, for a known purpose and a bounded time. Of what is
    apart unless it is named, `categories` are the city's."""
    if not information_types:
        return
    check_each_known(information_types, f"{field}.information_types", ASKED_TYPES)
    if len(set(information_types)) != len(information_types):
        raise Invalid(f"{field}.information_types", "none may be named twice")
    check_each_known(sensitive_categories, f"{field}.sensitive_categories", categories)
    if len(set(sensitive_categories)) != len(sensitive_categories):
        raise Invalid(f"{field}.sensitive_categories", "none may be named twice")
    check_known(purpose, f"{field}.purpose", PURPOSES)
    if not access_mode:
        raise Invalid(f"{field}.access_mode", "must be VIEW, STORE or COMPUTE")
    if not 1 <= valid_days <= VALID_DAYS_MAX:
        raise Invalid(f"{field}.valid_days", f"must be between 1 and {VALID_DAYS_MAX}")
    if not 0 <= retention_days <= RETENTION_DAYS_MAX:
        raise Invalid(f"{field}.retention_days", f"must be between 0 and {RETENTION_DAYS_MAX}")


@dataclass(frozen=True, slots=True)
class Item:
    """What an offering contains of one thing, and how many."""

    code: str
    kind: int
    times: int
    weight: int


def check_contents(items: Sequence[Item], valid_days: int, field: str, by_period: bool = False) -> None:
    """Refuse contents that name a thing twice, or have no bounded number or time of use, which is the period's where
    they are paid so (`by_period`)."""
    if not items:
        if valid_days:
            raise Invalid(f"{field}.valid_days", "is for offerings with contents")
        return
    if len(items) > ITEMS_MAX:
        raise Invalid(f"{field}.contents", f"at most {ITEMS_MAX}")
    for index, item in enumerate(items):
        check_slug(item.code, f"{field}.contents[{index}].code")
        if not item.kind:
            raise Invalid(f"{field}.contents[{index}].kind", "must be VISIT or MEASUREMENT")
        if not 1 <= item.times <= TIMES_MAX:
            raise Invalid(f"{field}.contents[{index}].times", f"must be between 1 and {TIMES_MAX}")
        if not 0 <= item.weight <= WEIGHT_MAX:
            raise Invalid(f"{field}.contents[{index}].weight", f"must be between 0 and {WEIGHT_MAX}")
    if len({item.code for item in items}) < len(items):
        raise Invalid(f"{field}.contents", "each code may be there once")
    if by_period:
        if valid_days:
            raise Invalid(f"{field}.valid_days", "leave it out: the contents are used within their period")
        return
    if not 1 <= valid_days <= VALID_DAYS_MAX:
        raise Invalid(f"{field}.valid_days", f"must be between 1 and {VALID_DAYS_MAX}")


class PricedPer(StrEnum):
    """What a price is for."""

    ORDER = "order"
    PACKAGE = "package"
    USAGE = "usage"
    PERIOD = "period"


def check_priced(
    priced: PricedPer | None, items: Sequence[Item], units_max: int, unused_charged: bool, measured: int, field: str
) -> None:
    """Refuse a price for what the offering is not. One for a unit is of one thing that is measured, each of which costs
    it and nothing but what was used: `measured` is the kind of such an item."""
    if priced is PricedPer.ORDER and items:
        raise Invalid(f"{field}.priced_per", "it has contents: their price is PACKAGE's, or USAGE's")
    if priced in (PricedPer.PACKAGE, PricedPer.PERIOD) and not items:
        raise Invalid(f"{field}.priced_per", "it is for contents, and there are none")
    if priced is not PricedPer.USAGE:
        if units_max:
            raise Invalid(f"{field}.units_max", "is for a price per unit, USAGE")
        return
    if len(items) != 1 or items[0].kind != measured:
        raise Invalid(f"{field}.contents", "a price per unit is for one content, of kind MEASUREMENT")
    if items[0].times != 1:
        raise Invalid(f"{field}.contents[0].times", "must be 1: the price is for one, and who orders says how many")
    if unused_charged:
        raise Invalid(f"{field}.unused", "a price per unit is for what was used")
    if not 1 <= units_max <= UNITS_MAX:
        raise Invalid(f"{field}.units_max", f"must be between 1 and {UNITS_MAX}")


def check_periods(
    priced: PricedPer | None,
    period_days: int,
    periods_max: int,
    price_minor: int,
    booking_required: bool,
    field: str,
) -> None:
    """Refuse periods of a price that is for none; and ones that are too short or too many, that cost nothing, since
    paying is how each is agreed to, or whose sessions somebody would have to book as the next is prepared."""
    if priced is not PricedPer.PERIOD:
        for name, value in (("period_days", period_days), ("periods_max", periods_max)):
            if value:
                raise Invalid(f"{field}.{name}", "is for a price per period, PERIOD")
        return
    if period_days and period_days not in PERIOD_DAYS:
        raise Invalid(
            f"{field}.period_days",
            f"must be between {PERIOD_DAYS.start} and {PERIOD_DAYS.stop - 1}, or left out for a month",
        )
    if periods_max not in PERIODS:
        raise Invalid(f"{field}.periods_max", f"must be between {PERIODS.start} and {PERIODS.stop - 1}")
    if not price_minor:
        raise Invalid(f"{field}.price", "a price per period is more than nothing: who pays a period agrees to it")
    if booking_required:
        raise Invalid(f"{field}.booking_required", "what is paid by the period is not booked as it is ordered")


def check_cancellation(rules: Sequence[tuple[int, int]], booking_required: bool, field: str) -> None:
    """Refuse fees, by hours before the booked time and basis points, that do not rise as the time comes nearer."""
    if rules and not booking_required:
        raise Invalid(field, "fees go by a booked time; this offering is not booked")
    if len(rules) > RULES_MAX:
        raise Invalid(field, f"at most {RULES_MAX}")
    for index, (hours, fee) in enumerate(rules):
        if not 1 <= hours <= HOURS_MAX:
            raise Invalid(f"{field}[{index}].hours_before", f"must be between 1 and {HOURS_MAX}")
        if not 1 <= fee <= BASIS_POINTS:
            raise Invalid(f"{field}[{index}].fee_basis_points", f"must be between 1 and {BASIS_POINTS}")
    for index, ((earlier, lower), (later, higher)) in enumerate(pairwise(rules)):
        if not (earlier > later and lower < higher):
            raise Invalid(
                f"{field}[{index + 1}]", "must be nearer to the booked time than the rule before, and cost more"
            )


def check_codes(values: Sequence[str], tree: Container[str], field: str, kind: str) -> None:
    """Refuse a code that the city does not have."""
    for index, value in enumerate(values):
        if value not in tree:
            raise Invalid(f"{field}[{index}]", f"there is no {kind} {value!r} in this city")


def check_served(values: Sequence[str], served: Sequence[str], tree: Tree, field: str) -> None:
    """Refuse a district that lies in none of those an offering serves; one that serves none named serves all."""
    for index, value in enumerate(values):
        if served and not set(served).intersection(tree.lineage(value)):
            raise Invalid(f"{field}[{index}]", "lies in none of the offering's own districts")


def below(category: str, taxonomy: Tree, field: str) -> list[str]:
    """A category and all below it: who looks for it finds offerings of each."""
    if category not in taxonomy:
        raise Invalid(field, f"there is no category {category!r} in this city")
    return taxonomy.within(category)


def around(district: str, districts: Tree, field: str) -> list[str]:
    """A district, those it lies in and those in it: an offering for one of them serves people there."""
    if district not in districts:
        raise Invalid(field, f"there is no district {district!r} in this city")
    return [*districts.lineage(district), *districts.within(district)[1:]]


@dataclass(frozen=True, slots=True)
class Ages:
    """Whom an offering is for, by age in whole months: at least `start`, below `end`; 0 is no bound."""

    start: int = 0
    end: int = 0


def check_ages(ages: Ages, field: str) -> None:
    if not 0 <= ages.start <= AGE_MONTHS_MAX:
        raise Invalid(f"{field}.age_from_months", f"must be between 0 and {AGE_MONTHS_MAX}")
    if ages.end and not ages.start < ages.end <= AGE_MONTHS_MAX:
        raise Invalid(f"{field}.age_below_months", f"must lie above age_from_months, up to {AGE_MONTHS_MAX}")


def within_population(ages: Ages, population: Ages, field: str) -> Ages:
    """Whom an offering serves: the ages in its terms; where they have none, those of its population."""
    if 0 < ages.start < population.start or (population.end and ages.start >= population.end):
        raise Invalid(f"{field}.age_from_months", f"is not among its population, {describe(population)}")
    if ages.end and (ages.end <= population.start or ages.end > population.end > 0):
        raise Invalid(f"{field}.age_below_months", f"is not among its population, {describe(population)}")
    return Ages(ages.start or population.start, ages.end or population.end)


def describe(ages: Ages) -> str:
    return f"people from {ages.start} months" + (f" and below {ages.end}" if ages.end else "")

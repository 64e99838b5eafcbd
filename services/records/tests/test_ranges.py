"""What a body can have: the same by the table of what devices measure and by the packs of rules."""

from decimal import Decimal
from pathlib import Path

import pytest
from records.commands.quality import check_ranges
from records.domain.measurements import Plausibility, measurements, plausibility
from records.domain.quantities import SentQuantity, in_unit
from records.domain.rule_packs import SHIPPED, BadRulePack, RangeRule, read_packs

BOOK = read_packs(["core-2026.1", "measured-2026.1"], [SHIPPED])
RULES = {rule.code: rule for rule in BOOK.of_type(RangeRule)}
PACK = """
pack: own-1
title: Of a city's own
rules:
  - id: own-range
    title: Nobody has such a value
    kind: range
    severity: ERROR
    code: {code}
    unit: {unit}
    bounds: [{bounds}]
    remedy: Look at it.
"""


def test_all_that_devices_measure_has_the_bounds_of_a_rule() -> None:
    check_ranges(BOOK)
    assert measurements().keys() <= RULES.keys()


@pytest.mark.parametrize("code", sorted(measurements()))
def test_no_value_is_possible_to_a_device_and_impossible_by_the_rules_at_every_age_or_the_other_way_round(
    code: str,
) -> None:
    measurement, rule = measurements()[code], RULES[code]
    named = BOOK.measurements.get(code)
    low, high = measurement.possible
    step = (high - low) / 100_000
    for value in (low, high, low - step, high + step, (low + high) / 2, *measurement.usual):
        sent = in_unit(SentQuantity("", code, value, measurement.unit), rule.unit, named.molar_mass if named else None)
        assert sent is not None
        by_rules = any(bounds.allow(sent) for bounds in rule.bounds)
        assert by_rules is (plausibility(measurement, value) is not Plausibility.IMPOSSIBLE), value


def test_what_is_usual_is_possible_and_one_thing_in_two_units_has_the_same_bounds() -> None:
    for measurement in measurements().values():
        assert measurement.possible[0] <= measurement.usual[0] < measurement.usual[1] <= measurement.possible[1]
    for mass, substance in (("2339-0", "15074-8"), ("2345-7", "14749-6"), ("2093-3", "14647-2")):
        named = BOOK.measurements[mass]
        ends = [
            in_unit(SentQuantity("", mass, end, "mg/dL"), "mmol/L", named.molar_mass)
            for end in measurements()[mass].possible
        ]
        assert ends == [*measurements()[substance].possible]


@pytest.mark.parametrize(
    ("code", "unit", "bounds"),
    [
        ("8310-5", "Cel", "{low: 25, high: 45}"),
        ("8310-5", "Cel", "{ageBelowYears: 1, low: 30, high: 44}, {ageFromYears: 1, low: 28, high: 40}"),
        ("2345-7", "mmol/L", "{low: 5.40468, high: 1801.56}"),
        ("29463-7", "cm", "{low: 0.3, high: 500}"),
    ],
)
def test_a_pack_by_which_something_else_is_possible_is_refused_by_its_rule(
    code: str, unit: str, bounds: str, tmp_path: Path
) -> None:
    (tmp_path / "own-1.yaml").write_text(PACK.format(code=code, unit=unit, bounds=bounds))
    with pytest.raises(BadRulePack, match=f"own-1: own-range: bounds: what devices measure as {code}"):
        check_ranges(read_packs(["own-1"], [tmp_path]))


@pytest.mark.parametrize(
    ("unit", "bounds"),
    [
        ("Cel", "{ageBelowYears: 1, low: 30, high: 44}, {ageFromYears: 1, low: 25, high: 43}"),
        ('"[degF]"', "{low: 77, high: 111.2}"),
    ],
)
def test_a_pack_may_say_less_of_an_age_and_in_another_unit(unit: str, bounds: str, tmp_path: Path) -> None:
    (tmp_path / "own-1.yaml").write_text(PACK.format(code="8310-5", unit=unit, bounds=bounds))
    book = read_packs(["own-1"], [tmp_path])
    check_ranges(book)
    assert plausibility(measurements()["8310-5"], Decimal(44)) is Plausibility.UNUSUAL

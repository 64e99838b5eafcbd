"""What an offering contains, what cancelling it costs and whom it is for is refused where no order could follow it."""

from typing import Any

import pytest
from catalog.commands.terms import check_participants, check_process_terms, check_residence
from catalog_scenario import JINAN
from chassis.refusals import Invalid
from yima.catalog.v1 import api_pb2 as pb

LOCALES = ["en"]
VISIT: dict[str, Any] = {"code": "visit", "title": {"text": {"en": "Visit"}}, "kind": pb.UNIT_KIND_VISIT, "times": 3}


UNIT: dict[str, Any] = {"code": "day", "title": {"text": {"en": "Day"}}, "kind": pb.UNIT_KIND_MEASUREMENT, "times": 1}
PER_UNIT: dict[str, Any] = {"contents": [UNIT], "priced_per": pb.PRICE_BASIS_USAGE, "units_max": 500}


PER_PERIOD: dict[str, Any] = {
    "priced_per": pb.PRICE_BASIS_PERIOD,
    "periods_max": 12,
    "valid_days": 0,
    "price": {"minor": 3_000, "currency": "CNY"},
}


def package(**changes: Any) -> pb.OfferingManifest:
    values: dict[str, Any] = {"kind": pb.OFFERING_KIND_PACKAGE, "contents": [VISIT], "valid_days": 60} | changes
    return pb.OfferingManifest(**values)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contents": [VISIT | {"times": 0}]}, "manifest.contents[0].times"),
        ({"contents": [VISIT | {"times": 367}]}, "manifest.contents[0].times"),
        ({"contents": [VISIT | {"kind": 0}]}, "manifest.contents[0].kind"),
        ({"contents": [VISIT | {"weight": -1}]}, "manifest.contents[0].weight"),
        ({"contents": [VISIT | {"code": "A visit"}]}, "manifest.contents[0].code"),
        ({"contents": [VISIT | {"title": {}}]}, "manifest.contents[0].title"),
        ({"contents": [VISIT, VISIT]}, "manifest.contents"),
        ({"valid_days": 0}, "manifest.valid_days"),
        ({"contents": []}, "manifest.valid_days"),
        ({"kind": pb.OFFERING_KIND_SINGLE_VISIT}, "manifest.contents"),
        ({"kind": pb.OFFERING_KIND_DEVICE_MONITORING, "contents": [], "valid_days": 0}, "manifest.contents"),
        ({"cancellation": [{"hours_before": 24, "fee_basis_points": 100}]}, "manifest.cancellation"),
        ({"priced_per": pb.PRICE_BASIS_ORDER}, "manifest.priced_per"),
        ({"priced_per": 99}, "manifest.priced_per"),
        ({"priced_per": pb.PRICE_BASIS_PACKAGE, "contents": [], "valid_days": 0}, "manifest.priced_per"),
        ({"units_max": 10}, "manifest.units_max"),
        (PER_UNIT | {"units_max": 0}, "manifest.units_max"),
        (PER_UNIT | {"units_max": 10_001}, "manifest.units_max"),
        (PER_UNIT | {"contents": [VISIT | {"times": 1}]}, "manifest.contents"),
        (PER_UNIT | {"contents": [UNIT, UNIT | {"code": "night"}]}, "manifest.contents"),
        (PER_UNIT | {"contents": [UNIT | {"times": 2}]}, "manifest.contents[0].times"),
        (PER_UNIT | {"unused": pb.UNUSED_CHARGED}, "manifest.unused"),
        ({"periods_max": 12}, "manifest.periods_max"),
        ({"period_days": 30}, "manifest.period_days"),
        (PER_PERIOD | {"periods_max": 1}, "manifest.periods_max"),
        (PER_PERIOD | {"periods_max": 61}, "manifest.periods_max"),
        (PER_PERIOD | {"period_days": 6}, "manifest.period_days"),
        (PER_PERIOD | {"period_days": 367}, "manifest.period_days"),
        (PER_PERIOD | {"period_days": -1}, "manifest.period_days"),
        (PER_PERIOD | {"valid_days": 30}, "manifest.valid_days"),
        (PER_PERIOD | {"units_max": 30}, "manifest.units_max"),
        (PER_PERIOD | {"contents": []}, "manifest.priced_per"),
        (PER_PERIOD | {"price": {"minor": 0, "currency": "CNY"}}, "manifest.price"),
        (PER_PERIOD | {"booking_required": True}, "manifest.booking_required"),
        ({"eligibility": {"age_from_months": -1}}, "manifest.eligibility.age_from_months"),
        ({"eligibility": {"age_from_months": 12, "age_below_months": 12}}, "manifest.eligibility.age_below_months"),
    ],
)
def test_terms_an_order_could_not_follow_are_refused_at_their_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_process_terms(package(**changes), LOCALES, "manifest")
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("served", "homes", "field"),
    [
        (["lixia"], ["atlantis"], "manifest.eligibility.districts[0]"),
        (["lixia"], ["lixia", "lixia"], "manifest.eligibility.districts"),
        (["lixia"], ["lixia-yaojia", "shizhong"], "manifest.eligibility.districts[1]"),
        (["lixia-yaojia"], ["lixia"], "manifest.eligibility.districts[0]"),
        ([], ["Lixia"], "manifest.eligibility.districts[0]"),
    ],
)
def test_residents_of_districts_that_are_none_or_are_not_served_are_refused_at_their_line(
    served: list[str], homes: list[str], field: str
) -> None:
    terms = package(districts=served, eligibility={"districts": homes})
    with pytest.raises(Invalid) as refused:
        check_residence(terms, JINAN.districts, "manifest")
    assert refused.value.field == field
    for fine in ([], ["lixia"]):
        check_residence(
            package(districts=fine, eligibility={"districts": ["lixia-yaojia"]}), JINAN.districts, "manifest"
        )


@pytest.mark.parametrize(
    ("programmes", "field"),
    [
        (["atlantis"], "manifest.eligibility.programmes[0]"),
        (["hypertension", "Diabetes"], "manifest.eligibility.programmes[1]"),
        (["hypertension", "hypertension"], "manifest.eligibility.programmes"),
        ([f"p{number}" for number in range(11)], "manifest.eligibility.programmes"),
    ],
)
def test_programmes_that_the_city_does_not_have_are_refused_at_their_line(programmes: list[str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_participants(package(eligibility={"programmes": programmes}), JINAN, "manifest")
    assert refused.value.field == field
    for fine in ([], ["hypertension", "diabetes"]):
        check_participants(package(eligibility={"programmes": fine}), JINAN, "manifest")


def test_sound_terms_pass_and_are_refused_once_a_later_cancellation_costs_less() -> None:
    early, late = {"hours_before": 48, "fee_basis_points": 2_000}, {"hours_before": 2, "fee_basis_points": 10_000}
    check_process_terms(package(booking_required=True, cancellation=[early, late]), LOCALES, "manifest")
    for days in (0, 7, 366):
        check_process_terms(package(**PER_PERIOD, period_days=days), LOCALES, "manifest")
    cheaper = late | {"fee_basis_points": 1_000}
    with pytest.raises(Invalid, match="cancellation"):
        check_process_terms(package(booking_required=True, cancellation=[early, cheaper]), LOCALES, "manifest")

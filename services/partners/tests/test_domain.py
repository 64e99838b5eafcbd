"""Partners are screened and certified in five aspects before they may do anything, and lose it by the clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from chassis.refusals import Invalid, Refusal
from city_pack.pack import Commission, Tariff
from hypothesis import given
from hypothesis import strategies as st
from partners.domain import tariffs
from partners.domain.applications import check_valid_until
from partners.domain.certificates import Aspect, CertificateTerms, certified_scope, certified_until
from partners.domain.standing import ALLOWED, NEXT, Actor, Capability, PartnerStatus, advance, capabilities
from yima.settlement.v1.split_pb2 import Share

FREE = Tariff(shares=(), commission=Commission(basisPointsMax=10_000, minorMax=10**9))
NOW = datetime(2026, 5, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


def certified(aspects: Any = Aspect, scope: str = "*", expires_at: datetime = NOW + YEAR) -> list[CertificateTerms]:
    return [CertificateTerms(aspect, frozenset({scope}), expires_at) for aspect in aspects]


aspects = st.sets(st.sampled_from(Aspect))
certificates = st.lists(
    st.builds(
        CertificateTerms,
        st.sampled_from(Aspect),
        st.sets(st.sampled_from(["*", "chronic-care", "maternal", "child-health"]), min_size=1).map(frozenset),
        st.timedeltas(-YEAR, YEAR).map(lambda offset: NOW + offset),
    ),
    max_size=8,
)


def test_an_active_partner_with_all_five_certificates_may_do_everything() -> None:
    assert set(capabilities(PartnerStatus.ACTIVE, certified(), NOW)) == set(Capability)


@given(aspects)
def test_one_aspect_missing_is_not_certified(held: set[Aspect]) -> None:
    complete = held == set(Aspect)
    assert (certified_until(certified(held)) is not None) is complete
    assert (Capability.SELL in capabilities(PartnerStatus.ACTIVE, certified(held), NOW)) is complete


def test_a_lapsed_certificate_leaves_open_orders_and_payouts_only() -> None:
    held = [*certified(list(Aspect)[1:]), CertificateTerms(Aspect.LAW, frozenset({"*"}), NOW)]
    assert capabilities(PartnerStatus.ACTIVE, held, NOW - timedelta(microseconds=1)) == sorted(Capability)
    assert set(capabilities(PartnerStatus.ACTIVE, held, NOW)) == {Capability.FULFIL, Capability.BE_PAID}


def test_a_suspended_partner_finishes_its_orders_and_is_paid_nothing() -> None:
    assert capabilities(PartnerStatus.SUSPENDED, certified(), NOW) == [Capability.FULFIL]


@given(st.sampled_from(sorted(set(PartnerStatus) - set(ALLOWED))), certificates)
def test_nobody_may_do_anything_before_a_contract_is_signed(
    status: PartnerStatus, held: list[CertificateTerms]
) -> None:
    assert capabilities(status, held, NOW) == []


@given(certificates)
def test_a_partner_may_sell_only_what_every_one_of_the_five_covers(held: list[CertificateTerms]) -> None:
    newest = {certificate.aspect: certificate for certificate in held}
    for category in certified_scope(held):
        assert all(category in certificate.scope or "*" in certificate.scope for certificate in newest.values())
    if set(newest) != set(Aspect):
        assert certified_scope(held) == []


@given(certificates)
def test_certification_ends_with_the_first_certificate_to_end(held: list[CertificateTerms]) -> None:
    newest = {certificate.aspect: certificate for certificate in held}
    until = certified_until(held)
    if until is not None:
        assert until == min(certificate.expires_at for certificate in newest.values())


@given(st.sampled_from(PartnerStatus), st.sampled_from(PartnerStatus), st.sampled_from(Actor))
def test_a_step_is_in_the_table_for_that_role_or_refused(
    current: PartnerStatus, target: PartnerStatus, actor: Actor
) -> None:
    if actor in NEXT.get(current, {}).get(target, ()):
        assert advance(current, target, actor) == target
    else:
        with pytest.raises(Refusal):
            advance(current, target, actor)


def test_every_waiting_partner_can_still_become_active() -> None:
    for status in PartnerStatus:
        reached, todo = {status}, [status]
        while todo:
            for following in NEXT.get(todo.pop(), ()):
                if following not in reached:
                    reached.add(following)
                    todo.append(following)
        assert PartnerStatus.ACTIVE in reached, status


CNY = {"currency": "CNY"}


def share(party: str, points: int | None = None, **more: Any) -> Share:
    return Share(party=party, basis_points=points, **more)


def check(shares: Sequence[Share]) -> None:
    """Check a plan by the default tariff of a city whose currency is CNY."""
    tariffs.check_plan(shares, FREE, "CNY")


@pytest.mark.parametrize(
    ("shares", "field"),
    [
        ([share("platform")], "shares[0]"),
        ([share("platform", -1)], "shares[0].basis_points"),
        ([share("platform", 10_001)], "shares[0].basis_points"),
        ([share("platform", 9_000), share("fund:public-health", 1_001)], "shares"),
        ([share("platform", 800), share("platform", 100)], "shares"),
        ([share("platform", tiers=[{"above": CNY | {"minor": 5}, "basis_points": 100}])], "shares[0].tiers[0].above"),
        (
            [share("platform", tiers=[{"above": {"currency": "KWD"}, "basis_points": 100}])],
            "shares[0].tiers[0].above.currency",
        ),
        ([share("platform", 800, tiers=[{"above": CNY, "basis_points": 100}])], "shares[0]"),
        ([share("tax:vat", 600, of="platform")], "shares[0].of"),
        ([share("platform", fixed={"currency": "KWD", "minor": 5})], "shares[0].fixed.currency"),
        ([share("platform", fixed=CNY | {"minor": -5})], "shares[0].fixed"),
        ([share("platform", 800, floor=CNY | {"minor": 9}, cap=CNY | {"minor": 8})], "shares[0].floor"),
        ([share(f"fund:f{number}", 1) for number in range(21)], "shares"),
        ([share("platform", tiers=[{"above": CNY | {"minor": step}} for step in range(21)])], "shares[0].tiers"),
    ],
)
def test_a_split_plan_that_could_not_be_carried_out_is_refused_at_its_field(shares: list[Share], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check(shares)
    assert refusal.value.field == field


@pytest.mark.parametrize("points", [0, 800, 10_000])
def test_a_platform_that_takes_nothing_or_everything_is_allowed(points: int) -> None:
    check([share("platform", points)])


@pytest.mark.parametrize(
    ("value", "refused"), [("2026-04-30", True), ("2026-05-01", False), ("soon", True), ("2026-13-01", True)]
)
def test_evidence_is_in_force_today(value: str, refused: bool) -> None:
    today = date(2026, 5, 1)
    if not refused:
        assert check_valid_until(value, today, "f") >= today
        return
    with pytest.raises(Invalid):
        check_valid_until(value, today, "f")

"""Splits and refunds, whatever the amounts."""

from uuid import uuid4

import pytest
from city_pack.split_plans import Share, Tier
from hypothesis import given
from hypothesis import strategies as st
from settlement.domain import splits
from settlement.domain.ledger import JournalEntry, Posting, Unbalanced, account_of, settled
from settlement.domain.splits import PlanMalformed, RefundTooLarge, share_of
from yima.common.v1.types_pb2 import Money
from yima.settlement.v1 import split_pb2
from yima.settlement.v1.split_pb2 import SplitPlan

GROSS = st.integers(0, 10**10)
AMOUNT = st.one_of(st.none(), st.integers(0, 10**6))
PERCENTAGE = st.builds(Share, st.just("platform"), st.integers(0, 3000), st.none(), AMOUNT, AMOUNT)
FIXED = st.builds(Share, st.just("fund:x"), st.none(), st.integers(0, 10**6), AMOUNT, AMOUNT)
RATE = st.integers(0, 2000)
TIERED = st.builds(
    lambda steps, rates: Share(
        "practitioner:x",
        tiers=tuple(Tier(above, rate) for above, rate in zip([0, *sorted(steps)], rates, strict=False)),
    ),
    st.sets(st.integers(1, 10**8), max_size=3),
    st.lists(RATE, min_size=4, max_size=4),
)
TAX = st.builds(lambda rate: Share("tax:vat", rate, of="platform"), st.integers(0, 10_000))
PLANS = st.tuples(
    st.lists(PERCENTAGE, max_size=1),
    st.lists(FIXED, max_size=1),
    st.lists(TIERED, max_size=1),
    st.lists(TAX, max_size=1),
).map(lambda values: [share for some in values for share in some if share.of != "platform" or values[0]])


@given(GROSS, PLANS)
def test_parts_sum_to_the_gross_and_none_is_negative(gross: int, plan: list[Share]) -> None:
    parts = splits.split(gross, plan, "seller")
    assert sum(part.amount_minor for part in parts) == gross
    assert all(part.amount_minor >= 0 for part in parts)
    assert parts[-1].party == "partner:seller"


@given(GROSS, PLANS)
def test_a_plan_that_is_frozen_with_a_line_and_read_back_splits_as_before(gross: int, plan: list[Share]) -> None:
    def amount(minor: int | None) -> Money | None:
        return None if minor is None else Money(currency="CNY", minor=minor)

    written = SplitPlan(
        shares=[
            split_pb2.Share(
                party=share.party,
                basis_points=share.basis_points,
                fixed=amount(share.fixed_minor),
                floor=amount(share.floor_minor),
                cap=amount(share.cap_minor),
                of=share.of,
                tiers=[
                    split_pb2.Tier(above=amount(tier.above_minor), basis_points=tier.basis_points)
                    for tier in share.tiers
                ],
            )
            for share in plan
        ]
    )
    back = [share_of(share) for share in SplitPlan.FromString(written.SerializeToString()).shares]
    assert splits.split(gross, back, "seller") == splits.split(gross, plan, "seller")


@given(GROSS, PLANS)
def test_recomputing_a_split_reproduces_it(gross: int, plan: list[Share]) -> None:
    assert splits.split(gross, plan, "seller") == splits.split(gross, list(plan), "seller")


@pytest.mark.parametrize(
    ("gross", "plan", "expected"),
    [
        (36_000, [Share("platform", 800), Share("fund:x", 200)], [2880, 720, 32400]),
        (1, [Share("platform", 3333), Share("fund:x", 3333)], [1, 0, 0]),
        (10, [Share("platform", 3333), Share("fund:x", 3333)], [4, 4, 2]),
        (100, [Share("platform", 0)], [0, 100]),
        (1_000, [Share("platform", 500, floor_minor=200)], [200, 800]),
        (100_000, [Share("platform", 500, cap_minor=1_000)], [1_000, 99_000]),
        (50, [Share("platform", fixed_minor=80)], [50, 0]),
        (0, [Share("platform", 800)], [0, 0]),
        (10_000, [Share("platform", 1_000), Share("tax:vat", 600, of="platform")], [940, 60, 9_000]),
        (100, [Share("platform", 100), Share("tax:vat", 10_000, floor_minor=5, of="platform")], [0, 1, 99]),
        (30_000, [Share("platform", tiers=(Tier(0, 1_000), Tier(10_000, 500), Tier(20_000, 100)))], [1_600, 28_400]),
        (5_000, [Share("platform", tiers=(Tier(0, 1_000), Tier(10_000, 500)))], [500, 4_500]),
        (30_000, [Share("platform", tiers=(Tier(0, 1_000),), cap_minor=2_000)], [2_000, 28_000]),
        (
            36_000,
            [
                Share("platform", 800),
                Share("practitioner:7", fixed_minor=5_000),
                Share("partner:device", 1_000),
                Share("fund:public-health", 200),
                Share("tax:vat", 600, of="platform"),
            ],
            [2_707, 5_000, 3_600, 720, 173, 23_800],
        ),
    ],
)
def test_known_splits(gross: int, plan: list[Share], expected: list[int]) -> None:
    assert [part.amount_minor for part in splits.split(gross, plan, "seller")] == expected


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any), st.lists(st.integers(1, 10**6), max_size=8))
def test_any_sequence_of_refunds_gives_back_the_stored_parts_exactly(parts: list[int], amounts: list[int]) -> None:
    """lago#2643: credit notes that sum to 335.00 on an invoice of 334.99."""
    remaining = list(parts)
    for requested in [*amounts, sum(parts)]:
        amount = min(requested, sum(remaining))
        if amount == 0:
            break
        borne = splits.refund(amount, remaining)
        assert sum(borne) == amount
        remaining = [left - bears for left, bears in zip(remaining, borne, strict=True)]
        assert min(remaining) >= 0
    if sum(remaining):
        assert splits.refund(sum(remaining), remaining) == remaining


def test_more_than_was_taken_cannot_be_given_back() -> None:
    with pytest.raises(RefundTooLarge):
        splits.refund(101, [60, 40])
    with pytest.raises(RefundTooLarge):
        splits.refund(0, [60, 40])


def test_an_entry_that_does_not_balance_cannot_exist() -> None:
    with pytest.raises(Unbalanced):
        JournalEntry(uuid4(), "test", "test:1", (Posting("a", 1, "CNY"), Posting("b", -1, "USD")))


def test_parties_have_accounts_of_their_own() -> None:
    assert account_of("platform") == "platform:commission"
    assert account_of("fund:public-health") == "fund:public-health"
    assert settled(account_of("partner:7")) == "partner:7:payable"


@pytest.mark.parametrize(
    ("shares", "field"),
    [
        ([Share("", 100)], "shares[0].party"),
        ([Share("platform")], "shares[0]"),
        ([Share("platform", 100, fixed_minor=5)], "shares[0]"),
        ([Share("platform", 10_001)], "shares[0].basis_points"),
        ([Share("platform", -1)], "shares[0].basis_points"),
        ([Share("platform", 5_001), Share("fund:x", 5_000)], "shares"),
        ([Share("platform", 100, cap_minor=-1)], "shares[0].cap"),
        ([Share("platform", 100, floor_minor=9, cap_minor=8)], "shares[0].floor"),
        ([Share("platform", 100, tiers=(Tier(0, 1),))], "shares[0]"),
        ([Share("platform", tiers=(Tier(5, 1),))], "shares[0].tiers[0].above"),
        ([Share("platform", tiers=(Tier(0, 1), Tier(0, 2)))], "shares[0].tiers[1].above"),
        ([Share("platform", tiers=(Tier(0, 10_001),))], "shares[0].tiers[0].basis_points"),
        ([Share("platform", tiers=(Tier(0, 100), Tier(9, 6_000))), Share("fund:x", 4_001)], "shares"),
        ([Share("tax:vat", 600, of="platform")], "shares[0].of"),
        ([Share("platform", 800), Share("tax:vat", fixed_minor=6, of="platform")], "shares[1].of"),
        ([Share("platform", 800), Share("platform", 100)], "shares"),
    ],
)
def test_a_plan_that_cannot_be_applied_is_refused_naming_the_field(shares: list[Share], field: str) -> None:
    with pytest.raises(PlanMalformed) as refused:
        splits.check(shares)
    assert refused.value.field == field


@given(PLANS)
def test_several_shares_with_floors_and_caps_are_applied_in_the_plan_s_order(plan: list[Share]) -> None:
    """mercur#1357: several commissions with minimum and maximum."""
    plan = [share for share in plan if not share.of]
    enough = sum((share.floor_minor or 0) + (share.fixed_minor or 0) for share in plan) * 2 + 10**7
    parts = splits.split(enough, plan, "seller")
    for share, part in zip(plan, parts, strict=False):
        if share.cap_minor is not None:
            assert part.amount_minor <= share.cap_minor
        elif share.floor_minor is not None and part is not parts[-1]:
            assert part.amount_minor >= share.floor_minor

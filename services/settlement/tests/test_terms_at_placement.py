"""An order is divided by the contract that was in effect when it was placed, whenever that is heard of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from settlement import handlers
from yima.partners.v1.events_pb2 import ContractSigned
from yima.settlement.v1.split_pb2 import Share, SplitPlan

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
NOW = datetime.now(UTC).replace(microsecond=0)
BEGINS = NOW + timedelta(days=10)


async def sign(harness: Harness, version: int, points: int, signed_at: datetime, effective_at: datetime | None) -> None:
    plan = SplitPlan(id=str(uuid4()), version=version, shares=[Share(party="platform", basis_points=points)])
    signed = ContractSigned(
        contract_id=str(uuid4()),
        partner_id=str(harness.partner),
        split_plan=plan,
        signed_at=timestamp(signed_at),
        effective_at=timestamp(effective_at),
    )
    await harness.hear(handlers.on_contract_signed, signed)


async def commission_of(harness: Harness, placed_at: datetime) -> int:
    """What the platform gets of an order of 100.00 that was placed then and served."""
    before = await harness.commission()
    await harness.fulfil(await harness.place(10_000, at=placed_at))
    return await harness.commission() - before


async def test_orders_placed_before_the_day_keep_their_terms_even_where_they_are_heard_of_after_it(
    harness: Harness,
) -> None:
    await sign(harness, 2, 500, NOW, BEGINS)
    assert await commission_of(harness, NOW + timedelta(days=1)) == 800, "the first contract's"
    assert await commission_of(harness, BEGINS - timedelta(microseconds=1)) == 800
    assert await commission_of(harness, BEGINS) == 500
    assert await commission_of(harness, BEGINS + timedelta(days=30)) == 500
    assert await commission_of(harness, NOW) == 800, "it was on its way for long"
    assert await harness.holds()


async def test_a_later_agreement_counts_before_an_older_one_whose_day_comes_after(harness: Harness) -> None:
    await sign(harness, 2, 500, NOW, BEGINS)
    await sign(harness, 3, 300, NOW + timedelta(days=1), NOW + timedelta(days=5))
    assert await commission_of(harness, NOW + timedelta(days=4)) == 800
    assert await commission_of(harness, NOW + timedelta(days=6)) == 300
    assert await commission_of(harness, BEGINS + timedelta(days=1)) == 300


async def test_a_contract_of_before_there_were_dates_is_in_effect_from_its_signature(harness: Harness) -> None:
    await sign(harness, 2, 500, NOW, None)
    assert await commission_of(harness, NOW - timedelta(seconds=1)) == 800
    assert await commission_of(harness, NOW) == 500

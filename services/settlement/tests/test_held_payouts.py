"""What a partner hears of money that is not paid yet: the run and the outlook say the same."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from settlement import commands, handlers
from yima.ordering.v1.events_pb2 import ComplaintOpened, OrderPlaced

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def complained_of(harness: Harness, placed: OrderPlaced) -> None:
    about = {
        "complaint_id": str(uuid4()),
        "order_id": placed.order_id,
        "partner_id": str(harness.partner),
        "version": 1,
    }
    await harness.hear(handlers.on_complaint_opened, ComplaintOpened(**about))  # type: ignore[arg-type]


async def held_since_its_capture(harness: Harness, _placed: OrderPlaced) -> None:
    await harness.agree(hold_days=3)


async def disputed(harness: Harness, placed: OrderPlaced) -> None:
    await harness.dispute(placed)


async def frozen(harness: Harness, _placed: OrderPlaced) -> None:
    await harness.agree(frozen="case 17")


async def below_its_minimum(harness: Harness, _placed: OrderPlaced) -> None:
    await harness.agree(minimum_minor=1_000_000)


async def reserved(harness: Harness, _placed: OrderPlaced) -> None:
    await harness.agree(reserve_basis_points=10_000, reserve_days=3)


async def below_its_minimum_after_the_reserve(harness: Harness, _placed: OrderPlaced) -> None:
    await harness.agree(minimum_minor=32_000, reserve_basis_points=1_000, reserve_days=3)


async def refunded_after_its_payout(harness: Harness, placed: OrderPlaced) -> None:
    await harness.pay()
    await harness.refund(placed)


async def nothing(_harness: Harness, _placed: OrderPlaced) -> None:
    """It is paid."""


@pytest.mark.parametrize(
    "holding",
    [
        complained_of, held_since_its_capture, disputed, frozen, below_its_minimum, reserved,
        below_its_minimum_after_the_reserve, refunded_after_its_payout, nothing,
    ],
)  # fmt: skip
async def test_a_run_says_of_every_partner_it_does_not_pay_what_the_outlook_says(
    harness: Harness, holding: Callable[[Harness, OrderPlaced], Awaitable[None]]
) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    await holding(harness, placed)
    async with harness.store.transaction() as session:
        _, (outlook,) = await commands.payout_outlook(session, partner_id=harness.partner, now=datetime.now(UTC))
    async with harness.store.transaction() as session:
        payouts, held = await commands.run_payouts(session, partner_id=harness.partner, now=datetime.now(UTC))
    assert [payout.amount_minor for payout in payouts] == ([] if outlook.held_because else [outlook.due_minor])
    assert [(unpaid.reason, unpaid.held_until) for unpaid in held] == (
        [(outlook.held_because, outlook.held_until)] if outlook.held_because else []
    )
    assert bool(outlook.held_because) == (holding is not nothing)
    assert (outlook.held_until is not None) == (holding is held_since_its_capture)

"""What a partner hears of money that is not paid yet: the run and the outlook say the same."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from settlement import commands, handlers
from settlement.tables import PayoutRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.ordering.v1.events_pb2 import ComplaintOpened, OrderPlaced
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID
from yima.partners.v1.events_pb2 import FreezeImposed, Standing

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


async def stands(harness: Harness, version: int, *, frozen: bool) -> None:
    """Settlement hears where its partner stands."""
    standing = Standing(partner_id=str(harness.partner), version=version)
    standing.capabilities.extend([] if frozen else [CAPABILITY_BE_PAID])
    if frozen:
        standing.freezes.add(case_number="WJW-2026-0117", capabilities=[CAPABILITY_BE_PAID])
    await harness.hear(handlers.on_standing, FreezeImposed(standing=standing))


async def payouts_of(harness: Harness) -> int:
    async with harness.store.transaction() as session:
        query = text("SELECT count(*) FROM payout WHERE partner_id = :partner")
        return int(await session.scalar(query, {"partner": harness.partner}) or 0)


async def test_a_freeze_that_races_payouts_leaves_none_after_it(harness: Harness) -> None:
    """What was being paid is committed before the freeze is heard of; what comes later is held, and says the case."""
    paid_first = held_first = 0
    for round_ in range(12):
        await harness.fulfil(await harness.place())

        async def run() -> list[str]:
            async with harness.store.transaction() as session:
                _, held = await commands.run_payouts(session, partner_id=harness.partner, now=datetime.now(UTC))
            return [unpaid.reason for unpaid in held]

        async def freeze(version: int = 2 * round_ + 2) -> int:
            await stands(harness, version, frozen=True)
            return await payouts_of(harness)

        first, second, third, at_once = await asyncio.gather(run(), run(), run(), freeze())
        assert await payouts_of(harness) == at_once, "a payout was committed after the freeze"
        reasons = [reason for reasons in (first, second, third, await run()) for reason in reasons]
        assert all("WJW-2026-0117" in reason for reason in reasons), reasons
        held_first, paid_first = held_first + bool(reasons), paid_first + (not reasons)
        await stands(harness, 2 * round_ + 3, frozen=False)
    assert held_first + paid_first == 12


async def test_the_database_itself_pays_nobody_who_is_frozen(harness: Harness) -> None:
    await stands(harness, 9, frozen=True)
    payout = PayoutRow(
        id=uuid4(),
        partner_id=harness.partner,
        amount_minor=1,
        currency="CNY",
        status="claimed",
        entries_claimed=0,
        created_at=datetime.now(UTC),
    )
    for partner_id in (harness.partner, uuid4()):
        with pytest.raises(DBAPIError, match="is not paid"):
            async with harness.store.transaction() as session:
                session.add(PayoutRow(**payout.model_dump() | {"partner_id": partner_id}))

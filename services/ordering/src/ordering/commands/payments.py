"""What a payment's fate means for its order."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.domain.process import Deadlines
from ordering.store import orders
from ordering.store.orders import PaymentFailure


async def keep_authorised(
    session: AsyncSession, causes: Mapping[UUID, Cause], deadlines: Deadlines, now: datetime
) -> None:
    """The money of these orders is promised: those that wait for nothing else are confirmed."""
    await orders.lock_orders(session, list(causes))
    await orders.money_in(session, list(causes), deadlines.placed, now)
    await confirm(session, causes, deadlines, now)


async def confirm(session: AsyncSession, causes: Mapping[UUID, Cause], deadlines: Deadlines, now: datetime) -> None:
    """Confirm those of these locked orders that wait for nothing any more."""
    for order in await orders.confirm(session, list(causes), now, now + deadlines.acceptance):
        publish(session, events.order_confirmed(order), order.id, causes[order.id])


async def keep_failed(
    session: AsyncSession, failures: Mapping[UUID, PaymentFailure], causes: Mapping[UUID, Cause], now: datetime
) -> None:
    """Keep the reason and say so at once: the resident waits for it, to choose another method."""
    await orders.lock_orders(session, list(failures))
    for order, reason in await orders.payment_failed(session, failures, now):
        publish(session, events.order_payment_failed(order, reason), order.id, causes[order.id])


async def close(session: AsyncSession, causes: Mapping[UUID, Cause], now: datetime) -> None:
    """Close those of these orders that were fulfilled: their money was taken."""
    await orders.lock_orders(session, list(causes))
    for order in await orders.close(session, list(causes), now):
        publish(session, events.order_closed(order), order.id, causes[order.id])

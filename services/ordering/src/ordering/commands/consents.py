"""What a consent's fate means for its order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.outbox import Cause
from sqlalchemy.ext.asyncio import AsyncSession

from ordering.aggregate import OrderAggregate
from ordering.commands.lifecycle import call_off, move, shorten_deadline
from ordering.commands.payments import confirm
from ordering.domain.process import Actor, Deadlines, OrderStatus, processes
from ordering.events import dues_for_use
from ordering.store import orders
from ordering.tables import OrderRow

DENIED = "the resident did not consent to what the offering asks"
REVOKED = "the resident revoked the consent this service is nothing without"


async def keep_granted(
    session: AsyncSession,
    lines: Sequence[tuple[UUID, int]],
    causes: Mapping[UUID, Cause],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """`lines` are order lines with the versions of their consents. Orders that wait for nothing else are confirmed."""
    await orders.lock_orders(session, list(causes))
    await orders.set_consented(session, lines, True)
    await confirm(session, causes, deadlines, now)


async def keep_revoked(
    session: AsyncSession,
    lines: Sequence[tuple[UUID, int]],
    causes: Mapping[UUID, Cause],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """An order that is not confirmed yet waits for consent again. A confirmed order goes on without the data, or is
    cancelled where its process says that it cannot go on without them."""
    await orders.lock_orders(session, list(causes))
    changed = await orders.set_consented(session, lines, False)
    await cancel(
        session,
        {order_id: cause for order_id, cause in causes.items() if order_id in changed},
        REVOKED,
        lambda order: order.status != OrderStatus.PLACED and processes()[order.process].cancelled_when_revoked,
        deadlines,
        now,
    )


async def keep_denied(session: AsyncSession, causes: Mapping[UUID, Cause], deadlines: Deadlines, now: datetime) -> None:
    """Cancel these orders: their residents did not consent."""
    await orders.lock_orders(session, list(causes))
    await cancel(session, causes, DENIED, lambda _order: True, deadlines, now)


async def cancel(
    session: AsyncSession,
    causes: Mapping[UUID, Cause],
    reason: str,
    where: Callable[[OrderRow], bool],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Cancel those of these locked orders that may be and for which `where` holds; what was used of them is due."""
    ended: list[tuple[OrderAggregate, Cause | None]] = []
    for order in await orders.orders_by_id(session, list(causes)):
        if not order.may_be_cancelled(Actor.SYSTEM) or not where(order.row):
            continue
        until = order.row.objection_until
        if order.row.status == OrderStatus.FULFILLING and until is not None and until > now:
            # What the partner alone says is not due before the time to object is over: the order ends by itself then.
            order.row.version += 1
            shorten_deadline(order, deadlines, now)
        else:
            move(order, OrderStatus.CANCELLED, Actor.SYSTEM, deadlines, now, "consent", reason)
            ended.append((order, causes[order.row.id]))
    await call_off(session, ended, "consent", {order.row.id: dues_for_use(order) for order, _ in ended})

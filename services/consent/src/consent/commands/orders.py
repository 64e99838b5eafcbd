"""What an order's life means for its consents: in force from the confirmation to the end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession

from consent import events
from consent.commands import changes
from consent.domain.consents import ConsentEnd, RequestStatus
from consent.store import consents, orders
from consent.store.orders import OrderParties


async def confirm_orders(session: AsyncSession, confirmed: Sequence[OrderParties], now: datetime) -> None:
    """What was granted for these orders is in force from now on."""
    await orders.lock_orders(session, [order.id for order in confirmed])
    await orders.note_confirmed(session, confirmed, now)


async def transfer_orders(session: AsyncSession, transferred: Sequence[OrderParties]) -> None:
    """These orders serve another resident from now on."""
    await orders.lock_orders(session, [order.id for order in transferred])
    await orders.note_served(session, transferred)


async def end_orders(
    session: AsyncSession,
    ended: Sequence[OrderParties],
    because: ConsentEnd,
    causes: Mapping[UUID, Cause],
    now: datetime,
) -> None:
    """End what depends on orders that are over: open requests are withdrawn, artefacts end. `causes` is by order."""
    order_ids = [order.id for order in ended]
    await orders.lock_orders(session, order_ids)
    await orders.note_ended(session, ended, because, now)
    for request in await consents.open_requests(session, order_ids):
        request.status = RequestStatus.WITHDRAWN
    artefacts = await consents.artefacts_of_orders(session, order_ids)
    for artefact in artefacts:
        artefact.ended_at, artefact.ended_because = now, because
        cause = causes[artefact.order_id] if artefact.order_id is not None else None
        publish(session, events.consent_ended(artefact), artefact.order_id, cause)
    await changes.log_ended(session, artefacts, now)

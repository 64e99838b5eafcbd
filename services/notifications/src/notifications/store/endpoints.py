"""Webhook endpoints and their secrets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from chassis.rows import lock_count
from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.domain.endpoints import EndpointStatus
from notifications.tables import DeliveryRow, EndpointRow, SecretRow


async def count_live(session: AsyncSession, partner_id: UUID) -> int:
    """How many endpoints a partner has that have not ended; nobody else makes one of it in this transaction."""
    await lock_count(session, "webhook endpoints", partner_id)
    query = select(func.count()).where(
        col(EndpointRow.partner_id) == partner_id, col(EndpointRow.status) != EndpointStatus.ENDED
    )
    return int(await session.scalar(query) or 0)


async def for_update(session: AsyncSession, endpoint_id: UUID, partner_id: UUID) -> EndpointRow:
    """An endpoint of the partner, locked."""
    query = select(EndpointRow).where(col(EndpointRow.id) == endpoint_id, col(EndpointRow.partner_id) == partner_id)
    endpoint = await session.scalar(query.with_for_update(key_share=True))
    if endpoint is None:
        raise NotFound("there is no such endpoint", "webhook_endpoint_id")
    return endpoint


async def locked(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[EndpointRow]:
    """These endpoints, locked in one order for all who do so."""
    query = select(EndpointRow).where(col(EndpointRow.id).in_(ids)).order_by(col(EndpointRow.id))
    return (await session.scalars(query.with_for_update(key_share=True))).all()


async def newest(session: AsyncSession, partner_id: UUID, part: Part[tuple[UUID]]) -> Sequence[EndpointRow]:
    query = select(EndpointRow).where(col(EndpointRow.partner_id) == partner_id)
    return (await session.scalars(part.of(query, col(EndpointRow.id), descending=True))).all()


async def secrets(session: AsyncSession, endpoint_ids: Sequence[UUID]) -> Sequence[SecretRow]:
    """All that there are, of a time that is over too."""
    return (await session.scalars(select(SecretRow).where(col(SecretRow.endpoint_id).in_(endpoint_ids)))).all()


async def replace_secret(
    session: AsyncSession, endpoint_id: UUID, sealed: bytes, now: datetime, old_until: datetime
) -> None:
    """Put a secret in the place of the current one, which goes on until a moment; the one before that is gone."""
    await session.execute(
        delete(SecretRow).where(col(SecretRow.endpoint_id) == endpoint_id, col(SecretRow.place) == "previous")
    )
    current = await session.get(SecretRow, (endpoint_id, "current"))
    if current is not None:
        session.add(
            SecretRow(
                endpoint_id=endpoint_id,
                place="previous",
                sealed=current.sealed,
                made_at=current.made_at,
                until=old_until,
            )
        )
        current.sealed, current.made_at = sealed, now
        await session.flush()


async def forget_secrets(session: AsyncSession, endpoint_id: UUID) -> None:
    await session.execute(delete(SecretRow).where(col(SecretRow.endpoint_id) == endpoint_id))


async def forget_old_secrets(session: AsyncSession, now: datetime) -> None:
    """Delete secrets whose time is over."""
    await session.execute(delete(SecretRow).where(col(SecretRow.until) <= now))


async def secrets_to_seal(session: AsyncSession, head: bytes, most: int) -> Sequence[SecretRow]:
    """Secrets that are not enciphered with the key in use, locked."""
    query = (
        select(SecretRow)
        .where(func.substr(col(SecretRow.sealed), 1, len(head)) != head)
        .order_by(col(SecretRow.endpoint_id), col(SecretRow.place))
        .limit(most)
    )
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def waiting(session: AsyncSession, endpoint_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many events wait for each endpoint."""
    query = (
        select(col(DeliveryRow.endpoint_id), func.count())
        .where(col(DeliveryRow.endpoint_id).in_(endpoint_ids), col(DeliveryRow.status) == "waiting")
        .group_by(col(DeliveryRow.endpoint_id))
    )
    return dict((await session.execute(query)).tuples().all())

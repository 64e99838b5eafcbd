"""Which offerings a regulator has frozen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.tables import OfferingFreezeRow, OfferingRow

# A freeze is lifted once: whichever of its two events comes last, it stays lifted.
NOTE = text(
    """
    INSERT INTO offering_freeze AS known (freeze_id, offering_id, lifted)
    SELECT freeze_id, offering_id, bool_or(lifted)
    FROM unnest(CAST(:freezes AS uuid[]), CAST(:offerings AS uuid[]), CAST(:lifted AS boolean[]))
        AS given (freeze_id, offering_id, lifted)
    GROUP BY freeze_id, offering_id
    ON CONFLICT (freeze_id) DO UPDATE SET lifted = true WHERE excluded.lifted AND NOT known.lifted
    """
)


async def note(session: AsyncSession, freezes: Sequence[OfferingFreezeRow]) -> Sequence[UUID]:
    """Keep freezes; returns whose offerings they are of. The offerings are locked first, so that none is published
    meanwhile."""
    locked = await session.scalars(
        select(OfferingRow.partner_id)
        .where(col(OfferingRow.id).in_([row.offering_id for row in freezes]))
        .order_by(col(OfferingRow.id))
        .with_for_update()
    )
    partners = sorted(set(locked))
    await session.execute(
        NOTE,
        {
            "freezes": [row.freeze_id for row in freezes],
            "offerings": [row.offering_id for row in freezes],
            "lifted": [row.lifted for row in freezes],
        },
    )
    return partners


async def in_force(session: AsyncSession) -> Mapping[UUID, UUID]:
    """Freezes that were not lifted, and which offering each is of."""
    rows = await session.scalars(select(OfferingFreezeRow).where(col(OfferingFreezeRow.lifted).is_(False)))
    return {row.freeze_id: row.offering_id for row in rows}


async def is_frozen(session: AsyncSession, offering_id: UUID) -> bool:
    query = select(OfferingFreezeRow.freeze_id).where(
        OfferingFreezeRow.offering_id == offering_id, col(OfferingFreezeRow.lifted).is_(False)
    )
    return await session.scalar(query.limit(1)) is not None

"""Which practitioners a regulator has frozen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.tables import PractitionerFreezeRow

# A freeze is lifted once: whichever of its two events comes last, it stays lifted.
NOTE = text(
    """
    INSERT INTO practitioner_freeze AS known (freeze_id, practitioner_id, lifted)
    SELECT freeze_id, practitioner_id, bool_or(lifted)
    FROM unnest(CAST(:freezes AS uuid[]), CAST(:practitioners AS uuid[]), CAST(:lifted AS boolean[]))
        AS given (freeze_id, practitioner_id, lifted)
    GROUP BY freeze_id, practitioner_id
    ON CONFLICT (freeze_id) DO UPDATE SET lifted = true WHERE excluded.lifted AND NOT known.lifted
    """
)
LIFT = text("UPDATE practitioner_freeze SET lifted = true WHERE NOT lifted AND freeze_id = ANY(CAST(:ids AS uuid[]))")

FROZEN_AMONG = Statement(
    """
    SELECT practitioner_id FROM practitioner_freeze
    WHERE NOT lifted AND practitioner_id = ANY(CAST(:practitioners AS uuid[]))
    """
)


async def note(session: AsyncSession, freezes: Sequence[PractitionerFreezeRow]) -> None:
    await session.execute(
        NOTE,
        {
            "freezes": [row.freeze_id for row in freezes],
            "practitioners": [row.practitioner_id for row in freezes],
            "lifted": [row.lifted for row in freezes],
        },
    )


async def lift(session: AsyncSession, freezes: Sequence[UUID]) -> None:
    await session.execute(LIFT, {"ids": list(freezes)})


async def in_force(session: AsyncSession, practitioner_id: UUID | None = None) -> Mapping[UUID, UUID]:
    """Freezes that were not lifted, and whom they are of: all, or those of one."""
    query = select(PractitionerFreezeRow).where(col(PractitionerFreezeRow.lifted).is_(False))
    if practitioner_id is not None:
        query = query.where(PractitionerFreezeRow.practitioner_id == practitioner_id)
    return {row.freeze_id: row.practitioner_id for row in await session.scalars(query)}


async def frozen_among(session: AsyncSession, practitioners: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these practitioners are frozen."""
    rows = await FROZEN_AMONG.fetch(session, practitioners=practitioners)
    return frozenset(row["practitioner_id"] for row in rows)

"""Copies of how partners serve."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.tables import MeasuresRow


async def put_measures(session: AsyncSession, rows: Sequence[MeasuresRow]) -> Sequence[UUID]:
    """Store how partners serve; measures that are older than the stored ones change nothing. Returns whose changed."""
    statement = upsert(MeasuresRow).values([row.model_dump() for row in rows])
    changed = await session.scalars(
        statement.on_conflict_do_update(
            index_elements=["partner_id"],
            set_={name: statement.excluded[name] for name in ("measures", "version")},
            where=col(MeasuresRow.version) < statement.excluded["version"],
        ).returning(col(MeasuresRow.partner_id))
    )
    return changed.all()


async def measures(session: AsyncSession, partner_ids: Sequence[UUID]) -> Sequence[MeasuresRow]:
    return (await session.scalars(select(MeasuresRow).where(col(MeasuresRow.partner_id).in_(partner_ids)))).all()

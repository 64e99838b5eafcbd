"""Copies of how partners serve, and of how good the data is that they send."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.tables import DataQualityRow, MeasuresRow


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


async def put_quality(session: AsyncSession, rows: Sequence[DataQualityRow]) -> None:
    """Store how good partners' data is; grades of an older month change nothing."""
    statement = upsert(DataQualityRow).values([row.model_dump() for row in rows])
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partner_id"],
            set_={name: statement.excluded[name] for name in ("grades", "version")},
            where=col(DataQualityRow.version) < statement.excluded["version"],
        )
    )


async def quality(session: AsyncSession, partner_ids: Sequence[UUID]) -> Sequence[DataQualityRow]:
    query = select(DataQualityRow).where(col(DataQualityRow.partner_id).in_(partner_ids))
    return (await session.scalars(query)).all()

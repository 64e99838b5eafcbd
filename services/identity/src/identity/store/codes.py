"""Health codes, and the scans that honoured them."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import ResidentRow, ScanRow


async def resident_of_code(session: AsyncSession, health_code_id: UUID) -> UUID | None:
    return await session.scalar(select(ResidentRow.id).where(ResidentRow.health_code_id == health_code_id))


async def add_scan(session: AsyncSession, scan: ScanRow) -> bool:
    """Honour a token: True for the one caller who is first, however many try at once."""
    added = await session.execute(
        upsert(ScanRow)
        .values(scan.model_dump())
        .on_conflict_do_nothing(index_elements=["token_id"])
        .returning(col(ScanRow.id))
    )
    return added.first() is not None


async def scan_of_token(session: AsyncSession, token_id: bytes) -> ScanRow | None:
    return (await session.scalars(select(ScanRow).where(ScanRow.token_id == token_id))).one_or_none()


async def resident_of_scan(session: AsyncSession, scan: ScanRow) -> ResidentRow:
    return await session.get_one(ResidentRow, scan.resident_id)

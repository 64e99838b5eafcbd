"""SQL of files for the bank."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import BankFileRow


async def bank_file_for_update(session: AsyncSession, file_id: UUID) -> BankFileRow:
    found = await session.scalar(select(BankFileRow).where(BankFileRow.id == file_id).with_for_update())
    if found is None:
        raise NotFound("there is no such bank file", "file_id")
    return found


async def bank_files(session: AsyncSession, after: UUID | None, most: int) -> Sequence[BankFileRow]:
    """Bank files, newest first, one more than wanted."""
    query = select(BankFileRow).order_by(col(BankFileRow.id).desc()).limit(most + 1)
    if after is not None:
        query = query.where(col(BankFileRow.id) < after)
    return (await session.scalars(query)).all()


SUBMIT = text(
    "UPDATE payout SET status = 'submitted', submitted_at = :now WHERE bank_file_id = :file_id AND status = 'claimed'"
)


async def submit(session: AsyncSession, file_id: UUID, now: datetime) -> None:
    """A file's payouts are the bank's to make."""
    await session.execute(SUBMIT, {"file_id": file_id, "now": now})

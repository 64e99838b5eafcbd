"""SQL of complaints."""

from collections.abc import Sequence
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import ComplaintRow


async def propose_refund(session: AsyncSession, complaint_id: UUID, proposal_id: UUID) -> None:
    """Note which proposal is of the complaint's refund."""
    statement = update(ComplaintRow).where(col(ComplaintRow.complaint_id) == complaint_id)
    await session.execute(statement.values(proposal_id=proposal_id))


async def put(session: AsyncSession, rows: Sequence[ComplaintRow]) -> set[UUID]:
    """Keep the newest of each complaint; returns those that changed something. An older event undoes nothing."""
    ids = [row.complaint_id for row in rows]
    query = select(ComplaintRow.complaint_id, ComplaintRow.version).where(col(ComplaintRow.complaint_id).in_(ids))
    before = {row.complaint_id: row.version for row in await session.execute(query)}
    await insert(
        session,
        rows,
        """
        ON CONFLICT (complaint_id) DO UPDATE
        SET version = excluded.version, decided = excluded.decided, upheld = excluded.upheld
        WHERE complaint.version < excluded.version
        """,
    )
    return {row.complaint_id for row in rows if before.get(row.complaint_id, 0) < row.version}

"""SQL of complaints, and of what they hold."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import ComplaintRow


async def put(session: AsyncSession, rows: Sequence[ComplaintRow]) -> set[UUID]:
    """Keep the newest of each complaint; returns those that were news. An older event undoes nothing."""
    ids = [row.complaint_id for row in rows]
    query = select(ComplaintRow.complaint_id, ComplaintRow.version).where(col(ComplaintRow.complaint_id).in_(ids))
    before = {row[0]: row[1] for row in await session.execute(query)}
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


HELD = text(
    """
    SELECT complaint.partner_id, posting.currency, -sum(posting.amount_minor)::bigint
    FROM (SELECT DISTINCT order_id, partner_id FROM complaint WHERE NOT decided AND partner_id = ANY(:partners))
        AS complaint
    JOIN journal_entry AS entry ON entry.order_id = complaint.order_id
    JOIN posting ON posting.entry_id = entry.id
        AND posting.account = 'partner\\:' || complaint.partner_id || '\\:payable'
    WHERE NOT EXISTS (SELECT FROM payout_claim AS claim WHERE claim.position = posting.position)
    GROUP BY complaint.partner_id, posting.currency HAVING sum(posting.amount_minor) <> 0
    """
)


async def held(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[tuple[UUID, str], int]:
    """What open complaints hold of these partners' money, by partner and currency."""
    return {(row[0], row[1]): row[2] for row in await session.execute(HELD, {"partners": list(partners)})}

"""SQL of payouts: what they claim, and which there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import PayoutRow

LOCK = text("SELECT pg_advisory_xact_lock(1346456915)")  # one run of payouts at a time
UNCLAIMED = text(
    """
    SELECT posting.account, posting.currency, -sum(posting.amount_minor)::bigint, array_agg(posting.position)
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    WHERE posting.account LIKE :pattern AND entry.kind <> 'payout'
        AND NOT EXISTS (SELECT FROM payout_claim WHERE payout_claim.position = posting.position)
    GROUP BY posting.account, posting.currency ORDER BY posting.account, posting.currency LIMIT :most
    """
)
CLAIM = text(
    """
    INSERT INTO payout_claim (position, payout_id)
    SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:payouts AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """What no payout has paid yet on a partner's account; negative when the partner owes."""

    account: str
    currency: str
    balance_minor: int
    positions: Sequence[int]


async def unclaimed(session: AsyncSession, pattern: str, most: int) -> Sequence[Unclaimed]:
    """Unclaimed postings of payable accounts like `pattern`. One run at a time: the lock is held to the commit."""
    await session.execute(LOCK)
    return [Unclaimed(*row) for row in await session.execute(UNCLAIMED, {"pattern": pattern, "most": most})]


async def add_payouts(
    session: AsyncSession, payouts: Sequence[PayoutRow], claims: Mapping[UUID, Sequence[int]]
) -> None:
    """Payouts with the postings each claims; a posting claimed before fails the whole run."""
    await session.execute(insert(PayoutRow), [row.model_dump() for row in payouts])
    pairs = [(position, payout_id) for payout_id, positions in claims.items() for position in positions]
    await session.execute(
        CLAIM, {"positions": [position for position, _ in pairs], "payouts": [payout_id for _, payout_id in pairs]}
    )


async def payouts_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, PayoutRow]:
    found = await session.scalars(select(PayoutRow).where(col(PayoutRow.id).in_(ids)).with_for_update())
    return {row.id: row for row in found}


async def page(session: AsyncSession, partner_id: UUID | None, after: UUID | None, most: int) -> Sequence[PayoutRow]:
    """Payouts, newest first, one more than wanted."""
    query = select(PayoutRow).order_by(col(PayoutRow.id).desc()).limit(most + 1)
    if partner_id is not None:
        query = query.where(PayoutRow.partner_id == partner_id)
    if after is not None:
        query = query.where(col(PayoutRow.id) < after)
    return (await session.scalars(query)).all()

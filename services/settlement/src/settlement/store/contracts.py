"""SQL of contracts, and of partners as payees."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.rows import insert
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import ContractRow, PayeeRow


async def add_contracts(session: AsyncSession, contracts: Sequence[ContractRow]) -> None:
    await insert(session, contracts, "ON CONFLICT DO NOTHING")


# Of those in effect when an order was placed the newest. An order is placed by another clock than the first contract is
# signed by: where none was in effect yet, the first counts.
PLANS_AT_PLACEMENT = Statement(
    """
    SELECT DISTINCT ON (placed.order_id) placed.order_id, contract.plan
    FROM unnest(CAST(:orders AS uuid[]), CAST(:partners AS uuid[]), CAST(:moments AS timestamptz[]))
        AS placed (order_id, partner_id, placed_at)
        JOIN contract ON contract.partner_id = placed.partner_id
    ORDER BY placed.order_id, coalesce(contract.effective_at, contract.signed_at) <= placed.placed_at DESC,
        CASE WHEN coalesce(contract.effective_at, contract.signed_at) <= placed.placed_at
            THEN contract.version ELSE -contract.version END DESC
    """
)


async def plans_at_placement(
    session: AsyncSession, orders: Sequence[UUID], partners: Sequence[UUID], moments: Sequence[datetime]
) -> Mapping[UUID, bytes]:
    """The split plan of each order, of its partner's contract that was in effect when it was placed. Orders of partners
    without a contract are left out. `partners` and `moments` are of the orders, in their order."""
    rows = await PLANS_AT_PLACEMENT.fetch(session, orders=orders, partners=partners, moments=moments)
    return {row["order_id"]: row["plan"] for row in rows}


async def put_standings(session: AsyncSession, payees: Sequence[PayeeRow]) -> None:
    await insert(
        session,
        payees,
        """
        ON CONFLICT (partner_id) DO UPDATE
        SET may_be_paid = excluded.may_be_paid, standing_version = excluded.standing_version,
            frozen_case = excluded.frozen_case
        WHERE payee.standing_version < excluded.standing_version
        """,
    )


async def put_bank_accounts(session: AsyncSession, payees: Sequence[PayeeRow]) -> None:
    """Keep the newest account of each partner; payouts that came back from the one before do not count any more."""
    await insert(
        session,
        payees,
        """
        ON CONFLICT (partner_id) DO UPDATE
        SET bank_account = excluded.bank_account, account_version = excluded.account_version,
            returns_since = excluded.returns_since
        WHERE payee.account_version < excluded.account_version
        """,
    )


async def payees(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, PayeeRow]:
    """Partners as payees. None of them changes before we commit: who pays them goes by what it reads here."""
    query = select(PayeeRow).where(col(PayeeRow.partner_id).in_(partners)).order_by(col(PayeeRow.partner_id))
    rows = await session.scalars(query.with_for_update(read=True))
    return {row.partner_id: row for row in rows}


async def release_payouts(session: AsyncSession, partner_id: UUID, now: datetime) -> None:
    """Let a partner be paid again whose payouts came back."""
    await session.execute(
        text("UPDATE payee SET returns_since = :now WHERE partner_id = :partner"), {"partner": partner_id, "now": now}
    )

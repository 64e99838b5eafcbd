"""What is kept of partners: the plans they signed, whether they may be paid, and to which account."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1.split_pb2 import SplitPlan

from settlement.domain import splits
from settlement.domain.cases import CaseKind
from settlement.store import cases
from settlement.store import contracts as store
from settlement.tables import ContractRow, PayeeRow


async def keep_plans(session: AsyncSession, rows: Sequence[ContractRow]) -> None:
    """Keep signed plans. Raises `PlanMalformed` where one of them could not be applied to an order."""
    for row in rows:
        plan = SplitPlan.FromString(row.plan)
        splits.check([splits.share_of(share) for share in plan.shares])
        splits.check_currency(plan)
    await store.add_contracts(session, rows)


async def keep_standings(session: AsyncSession, rows: Sequence[PayeeRow]) -> None:
    """Keep where partners stand as payees. Rows are locked in one order, as a run of payouts locks them."""
    await store.put_standings(session, sorted(rows, key=lambda row: row.partner_id))


async def keep_bank_accounts(session: AsyncSession, rows: Sequence[PayeeRow], now: datetime) -> None:
    """Keep partners' accounts. Their payouts are tried again, which ends the case that they were stopped."""
    await store.put_bank_accounts(session, rows)
    await cases.came_right(session, [CaseKind.PAYOUTS_STOPPED], [row.partner_id for row in rows], now)

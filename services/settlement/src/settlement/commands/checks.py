"""Recomputing all of it: every law of the ledger, and every line's split by the plan it was frozen with."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from settlement.store import checks, splits
from settlement.store.checks import SPLITS, LedgerCheck
from settlement.store.splits import parts_of

LINES_AT_ONCE_MAX = 5_000
FOUND_MAX = 5


async def check_ledger(session: AsyncSession) -> LedgerCheck:
    """Hold the whole ledger against every law, and say what is off."""
    check = await checks.check(session)
    return replace(check, broken={**check.broken, SPLITS.name: await split_otherwise(session)})


async def split_otherwise(session: AsyncSession) -> list[str]:
    """Lines whose parts are not what their plan comes to, some at most; a bounded piece at a time."""
    off: list[str] = []
    after: UUID | None = None
    while len(off) < FOUND_MAX:
        lines = await splits.lines_after(session, after, LINES_AT_ONCE_MAX)
        for line in lines:
            parts = [(part.party, part.account, part.amount_minor) for part in parts_of(line.line, line.seller)]
            if parts != line.parts:
                off.append(str(line.line.order_line_id))
        if len(lines) < LINES_AT_ONCE_MAX:
            break
        after = lines[-1].line.order_line_id
    return off[:FOUND_MAX]

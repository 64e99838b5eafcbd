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
    found = await checks.check(session)
    return replace(found, broken={**found.broken, SPLITS.name: await split_otherwise(session)})


async def split_otherwise(session: AsyncSession) -> list[str]:
    """Lines whose parts are not what their plan comes to, some at most; a bounded piece at a time."""
    off: list[str] = []
    after: UUID | None = None
    while len(off) < FOUND_MAX:
        found = await splits.lines_after(session, after, LINES_AT_ONCE_MAX)
        for one in found:
            again = [(part.party, part.account, part.amount_minor) for part in parts_of(one.line, one.seller)]
            if again != one.parts:
                off.append(str(one.line.order_line_id))
        if len(found) < LINES_AT_ONCE_MAX:
            break
        after = found[-1].line.order_line_id
    return off[:FOUND_MAX]

"""Reading the provider's report of what moved: a bounded piece a transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chassis.database import Database
from chassis.refusals import Unavailable

from settlement import commands
from settlement.provider.port import Movement, Provider, Unreachable
from settlement.store import bank

MOVEMENTS_READ_MAX = 5_000


async def read(provider: Provider, after: int) -> Sequence[Movement]:
    try:
        return await provider.report(after, MOVEMENTS_READ_MAX)
    except Unreachable as away:
        raise Unavailable(f"the provider's report cannot be read: {away}") from away


async def read_all(database: Database, provider: Provider, clock: Callable[[], datetime]) -> int:
    """Take in all that is new in the provider's report, a bounded piece a transaction."""
    count = 0
    while True:
        began = clock()
        async with database.transaction() as session:
            after = await bank.last_place(session)
        movements = await read(provider, after)
        async with database.transaction() as session:
            await commands.take_report(session, movements=movements, now=began, lag=provider.report_lag)
        count += len(movements)
        if len(movements) < MOVEMENTS_READ_MAX:
            return count

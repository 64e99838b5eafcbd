"""Reading the provider's report of what moved: a bounded piece a transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import Unavailable
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import commands
from settlement.domain.ledger import BANK, CASH, PROVIDER_FEES, SETTLING, JournalEntry, Posting
from settlement.provider.port import Movement, Provider, Unreachable
from settlement.store import ledger, provider_report
from settlement.store import reconciliation as store
from settlement.tables import ProviderReportRow

MOVEMENTS_READ_MAX = 5_000
CLOCKS_DIFFER = timedelta(minutes=5)  # the provider's from ours; reading takes seconds of it


async def read(provider: Provider, after: int, now: datetime) -> Sequence[Movement]:
    """What is new in the provider's report. One that tells of a time to come is not believed, like any other answer in
    another form than agreed."""
    try:
        movements = await provider.report(after, MOVEMENTS_READ_MAX)
    except Unreachable as away:
        raise Unavailable(f"the provider's report cannot be read: {away}") from away
    latest = now + CLOCKS_DIFFER
    for movement in movements:
        if movement.at > latest:
            said = f"place {movement.place} moves at {movement.at.isoformat()}, which is to come"
            raise Unavailable(f"the provider's report cannot be read: {said}; ask the provider to mend it")
    return movements


async def read_all(database: Database, provider: Provider, clock: Callable[[], datetime]) -> int:
    """Take in all that is new in the provider's report, a bounded piece a transaction."""
    count = 0
    while True:
        began = clock()
        async with database.transaction() as session:
            after = await provider_report.last_place(session)
        movements = await read(provider, after, began)
        async with database.transaction() as session:
            complete = is_complete(movements)
            lag = provider.report_lag
            await commands.take_report(session, movements=movements, now=began, lag=lag, complete=complete)
        count += len(movements)
        if complete:
            return count


def is_complete(movements: Sequence[Movement]) -> bool:
    """Was this the last piece of the report? A full one may have another after it."""
    return len(movements) < MOVEMENTS_READ_MAX


async def take_report(
    session: AsyncSession,
    *,
    movements: Sequence[Movement],
    now: datetime,
    lag: timedelta = timedelta(),
    complete: bool = True,
) -> None:
    """Take in what is new in the provider's report. What moved within `lag` may not be in it yet, and until the last
    piece is read, nobody knows what is not in it."""
    await store.lock(session)
    await provider_report.add_movements(session, movements)
    if complete:
        row = ProviderReportRow(id=new_id(), read_at=now - lag, movements=len(movements))
        await provider_report.add_report(session, row)
    await book_settlements(session, now)


async def book_settlements(session: AsyncSession, now: datetime) -> None:
    """What the provider says it sent is on its way; what of it the bank says it got has arrived; its fees are ours."""
    sent, received = await provider_report.unbooked_settlements(session)
    fees = await provider_report.unbooked_fees(session)
    entries = [
        transfer(f"provider-settled:{transferred.key}", SETTLING, CASH, transferred.amount_minor, transferred.currency)
        for transferred in sent
    ]
    entries += [
        transfer(f"bank-received:{transferred.key}", BANK, SETTLING, transferred.amount_minor, transferred.currency)
        for transferred in received
    ]
    entries += [
        transfer(f"provider-fee:{transferred.key}", PROVIDER_FEES, CASH, transferred.amount_minor, transferred.currency)
        for transferred in fees
    ]
    await ledger.append(session, entries, now)


def transfer(reference: str, to: str, out_of: str, minor: int, currency: str) -> JournalEntry:
    postings = (Posting(to, minor, currency), Posting(out_of, -minor, currency))
    return JournalEntry(new_id(), reference.partition(":")[0], reference, postings)

"""What became of payouts, by the payment provider or by the bank's statement."""

import time
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chassis import telemetry
from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.domain.ledger import BANK, CASH, IN_TRANSIT, JournalEntry, Posting, payable
from settlement.domain.payout_terms import Rail
from settlement.domain.payouts import PayoutStatus, move_payout
from settlement.store import ledger, payouts
from settlement.tables import PayoutRow

TRACES_MAX = 200  # of a payout's orders; few are traced


def cash_of(payout: PayoutRow) -> str:
    """The account the payout's money leaves from."""
    return BANK if payout.rail == Rail.BANK else CASH


async def record(
    session: AsyncSession, reasons: Mapping[UUID, str], now: datetime, booked: Mapping[UUID, datetime] | None = None
) -> None:
    """Payouts that arrived, or, where a reason is given, did not and are owed again; `booked` says when."""
    entries = []
    for payout in (await payouts.payouts_for_update(session, list(reasons))).values():
        payout.settled_at = now
        leaves = Posting(IN_TRANSIT, payout.amount_minor, payout.currency)
        if not reasons[payout.id]:
            move_payout(payout, PayoutStatus.PAID)
            arrives = Posting(cash_of(payout), -payout.amount_minor, payout.currency)
            kind = "payout-paid"
            publish(session, events.payout_paid(payout), payout.id)
        else:
            move_payout(payout, PayoutStatus.RETURNED)
            payout.failure = reasons[payout.id]
            arrives = Posting(payable(payout.partner_id), -payout.amount_minor, payout.currency)
            kind = "payout-returned"
            publish(session, events.payout_returned(payout), payout.id)
        entries.append(
            JournalEntry(
                new_id(),
                kind,
                f"{kind}:{payout.id}",
                (leaves, arrives),
                payout_id=payout.id,
                effective_at=(booked or {}).get(payout.id),
            )
        )
    await session.flush()
    await ledger.append(session, entries, now)
    began = time.time_ns()
    for trace in await payouts.traces_of(
        session, [payout_id for payout_id in reasons if not reasons[payout_id]], TRACES_MAX
    ):
        telemetry.note_span("payout paid", trace, began)


async def record_return(
    session: AsyncSession, payout: PayoutRow, reason: str, now: datetime, booked: datetime | None = None
) -> None:
    """A payout that had been paid came back: it is owed again."""
    move_payout(payout, PayoutStatus.RETURNED)
    payout.failure, payout.settled_at = reason, now
    postings = (
        Posting(cash_of(payout), payout.amount_minor, payout.currency),
        Posting(payable(payout.partner_id), -payout.amount_minor, payout.currency),
    )
    entry = JournalEntry(
        new_id(), "payout-returned", f"payout-returned:{payout.id}", postings, payout_id=payout.id, effective_at=booked
    )
    await session.flush()
    await ledger.append(session, [entry], now)
    publish(session, events.payout_returned(payout), payout.id)

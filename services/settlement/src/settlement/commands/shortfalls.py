"""Less money came than was owed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain import splits
from settlement.domain.ledger import RECEIVABLE, JournalEntry, Posting
from settlement.store import ledger, payments
from settlement.store import splits as splits_store
from settlement.tables import PartRow


async def post_shortfalls(session: AsyncSession, short: Mapping[UUID, int], now: datetime) -> None:
    """The provider took less than was owed: each part of the lines bears what is missing, as it would a refund."""
    if not short:
        return
    rows = await payments.payments_by_id_for_update(session, list(short))
    entries = []
    for payment_id, lines in (await splits_store.splits(session, list(short))).items():
        payment, minor = rows[payment_id], short[payment_id]
        parts = [part for line, stored in lines if line.fulfilled for part in stored]
        by_account: dict[str, int] = {}
        for part, bears in zip(parts, splits.refund(minor, [left_of(part) for part in parts]), strict=True):
            part.refunded_minor += bears
            by_account[part.account] = by_account.get(part.account, 0) + bears
        postings = [Posting(account, bears, payment.currency) for account, bears in by_account.items() if bears]
        postings.append(Posting(RECEIVABLE, -minor, payment.currency))
        reference = f"capture-short:{payment.order_id}"
        entries.append(JournalEntry(new_id(), "capture-short", reference, tuple(postings), order_id=payment.order_id))
    await session.flush()
    await ledger.append(session, entries, now)


def left_of(part: PartRow) -> int:
    """What of a part has not been given back."""
    return part.amount_minor - part.refunded_minor

"""What ledger, bank and provider do not agree on is looked after, matched by hand, or adjusted by two people."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.commands.reconciliation import resolve
from settlement.domain.ledger import (
    BANK,
    BANK_FEES,
    CASH,
    COMMISSION,
    PROVIDER_FEES,
    SETTLING,
    SUSPENSE,
    WRITE_OFF,
    JournalEntry,
    Posting,
    payable,
)
from settlement.domain.proposals import SamePerson
from settlement.domain.reconciliation import (
    NOT_MOVED,
    AdjustmentDecided,
    AdjustmentPending,
    BreakKind,
    BreakResolved,
    NotEven,
    NothingToAdjust,
    Resolution,
    Source,
)
from settlement.store import ledger
from settlement.store import reconciliation as store
from settlement.tables import AdjustmentRow, BreakRow

MATCHED_TOGETHER_MAX = 100
CASH_OF = {Source.BANK: BANK, Source.PROVIDER: CASH}
AGAINST = frozenset({COMMISSION, BANK_FEES, PROVIDER_FEES, WRITE_OFF, SUSPENSE, SETTLING})
PARTNERS_ACCOUNT = re.compile(payable(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))


async def open_breaks(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[BreakRow]:
    """These breaks, locked, all of them open."""
    await store.lock(session)
    rows = await store.breaks_for_update(session, ids)
    for row in rows:
        if row.status != "open":
            raise BreakResolved(f"{row.id} was {row.resolution}", "break_id")
    return rows


async def assign_break(session: AsyncSession, *, break_id: UUID, owner: UUID) -> BreakRow:
    (row,) = await open_breaks(session, [break_id])
    row.owner = owner
    await session.flush()
    return row


async def match_breaks(
    session: AsyncSession, *, break_ids: Sequence[UUID], by: UUID, now: datetime
) -> Sequence[BreakRow]:
    """Say that these items are the same money: what the ledger has of it must be what its source reports."""
    if not 1 <= len(set(break_ids)) <= MATCHED_TOGETHER_MAX:
        raise Invalid("break_ids", f"must name 1 to {MATCHED_TOGETHER_MAX} breaks")
    rows = await open_breaks(session, break_ids)
    if len({row.source for row in rows}) > 1 or any(BreakKind(row.kind) in NOT_MOVED for row in rows):
        raise Invalid("break_ids", "must all be of the bank's statement or of the provider's report")
    for row in rows:
        await refuse_pending(session, row)
    items = await store.items_of(session, rows)
    if any(off := differences(items).values()):
        raise NotEven(f"they are off by {', '.join(map(str, off))} minor units", "break_ids")
    serial = await store.add_match(session, "by hand", list(items), by, now)
    for row in rows:
        resolve(row, Resolution.MATCHED, serial, now)
    await session.flush()
    return rows


def differences(items: Mapping[tuple[str, int], store.BreakItem]) -> dict[str, int]:
    """By currency, what is reported beyond what the ledger has."""
    off: dict[str, int] = {}
    for (side, _), item in items.items():
        sign = -1 if side == "ledger" else 1
        off[item.currency] = off.get(item.currency, 0) + sign * item.amount_minor
    return off


async def refuse_pending(session: AsyncSession, row: BreakRow) -> None:
    if await store.proposed_of(session, row.id) is not None:
        raise AdjustmentPending("decide the proposed adjustment first", "break_id")


async def propose_adjustment(
    session: AsyncSession, *, break_id: UUID, account: str, reason: str, by: UUID, now: datetime
) -> AdjustmentRow:
    """Propose the entry that would bring the ledger to what is reported, against `account`. Another person decides."""
    reason = texts.reason(reason)
    (break_row,) = await open_breaks(session, [break_id])
    cash = CASH_OF[Source(break_row.source)]
    if account not in AGAINST | {BANK, CASH} - {cash} and not PARTNERS_ACCOUNT.fullmatch(account):
        known = ", ".join(sorted(AGAINST | {BANK, CASH} - {cash}))
        raise Invalid("account", f"must be one of {known}, or a partner's payable account")
    await refuse_pending(session, break_row)
    off = {
        currency: minor for currency, minor in differences(await store.items_of(session, [break_row])).items() if minor
    }
    if BreakKind(break_row.kind) in NOT_MOVED or len(off) != 1:
        raise NothingToAdjust(f"a break of kind {break_row.kind} in {', '.join(off) or break_row.currency}", "break_id")
    ((currency, minor),) = off.items()
    row = AdjustmentRow(
        id=new_id(),
        break_id=break_row.id,
        cash_account=cash,
        account=account,
        amount_minor=minor,
        currency=currency,
        reason=reason,
        proposed_by=by,
        proposed_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def decide_adjustment(
    session: AsyncSession, *, adjustment_id: UUID, approved: bool, by: UUID, now: datetime
) -> AdjustmentRow:
    """Approve an adjustment that another proposed: its entry is written, and the break resolved. Or reject it."""
    await store.lock(session)
    row = await store.adjustment_for_update(session, adjustment_id)
    if row.status != "proposed":
        raise AdjustmentDecided(f"it was {row.status}", "adjustment_id")
    if approved and row.proposed_by == by:
        raise SamePerson("ask somebody else to decide it", "adjustment_id")
    row.decided_by, row.decided_at = by, now
    if not approved:
        row.status = "rejected"
        await session.flush()
        return row
    (break_row,) = await open_breaks(session, [row.break_id])
    postings = (
        Posting(row.cash_account, row.amount_minor, row.currency),
        Posting(row.account, -row.amount_minor, row.currency),
    )
    entry = JournalEntry(new_id(), "adjustment", f"adjustment:{row.id}", postings, effective_at=break_row.occurred_at)
    await ledger.append(session, [entry], now)
    _, written = await ledger.entry(session, entry.id)
    items = [*await store.items_of(session, [break_row])]
    items += [("ledger", posting.position) for posting in written if posting.account == row.cash_account]
    serial = await store.add_match(session, f"adjustment:{row.id}", items, by, now)
    row.status, row.entry_id = "approved", entry.id
    resolve(break_row, Resolution.ADJUSTED, serial, now)
    await session.flush()
    return row

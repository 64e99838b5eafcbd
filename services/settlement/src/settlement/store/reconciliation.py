"""SQL of reconciliation: matches, breaks, adjustments, and what was known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from chassis.rows import insert as insert_rows
from chassis.statements import Statement
from sqlalchemy import Row, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from settlement.domain.ledger import BANK, CASH, RECEIVABLE
from settlement.domain.reconciliation import BreakKind, Discrepancy, Item, Pair, Source
from settlement.store import locks
from settlement.store.sql import literal, literals
from settlement.tables import AdjustmentRow, BreakRow, MatchedItemRow, MatchRow, MatchRuleRow, ReconciliationRow


async def lock(session: AsyncSession) -> None:
    """One transaction at a time adds reported money or matches it: what was known before is then a number. Held to the
    commit."""
    await locks.take(session, locks.RECONCILIATION)


async def rules(session: AsyncSession) -> Sequence[MatchRuleRow]:
    return (await session.scalars(select(MatchRuleRow).order_by(col(MatchRuleRow.place)))).all()


async def put_rules(session: AsyncSession, rows: Sequence[MatchRuleRow]) -> None:
    await session.execute(delete(MatchRuleRow))
    await insert_rows(session, rows)


@dataclass(frozen=True, slots=True)
class Horizon:
    """What is known at a moment. `snapshot` says whose transactions' postings are: it stays the same for ever."""

    ledger_position: int
    snapshot: str
    bank_position: int
    provider_position: int
    match_serial: int
    bank_until: datetime | None
    provider_until: datetime | None


KNOWN = text(
    """
    WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
    SELECT
        coalesce((SELECT max(position) FROM posting WHERE pg_visible_in_snapshot(posting.xid, seen.snapshot)), 0)
            AS ledger_position,
        seen.snapshot::text AS snapshot,
        coalesce((SELECT max(position) FROM bank_line), 0) AS bank_position,
        coalesce((SELECT max(position) FROM provider_movement), 0) AS provider_position,
        coalesce((SELECT max(serial) FROM match), 0) AS match_serial,
        (SELECT (max(end_on) + 1)::timestamp AT TIME ZONE :zone FROM bank_statement) AS bank_until,
        (SELECT max(read_at) FROM provider_report) AS provider_until
    FROM seen
    """
)


async def known(session: AsyncSession, zone: str) -> Horizon:
    return Horizon(**(await session.execute(KNOWN, {"zone": zone})).mappings().one())


LEDGER_ITEMS = text(
    f"""
    SELECT CASE posting.account WHEN {literal(BANK)} THEN 'bank' ELSE 'provider' END AS source, posting.position,
        entry.reference, posting.amount_minor, posting.currency, entry.recorded_at AS at
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    WHERE posting.account IN ({literals((BANK, CASH))}) AND posting.position <= :ledger_position
        AND pg_visible_in_snapshot(posting.xid, CAST(CAST(:snapshot AS text) AS pg_snapshot))
        AND NOT EXISTS (
            SELECT FROM matched_item AS item WHERE item.side = 'ledger' AND item.position = posting.position
                AND item.match_serial <= :match_serial
        )
    ORDER BY posting.position
    """  # noqa: S608 put together of what the domain names
)
REPORTED_ITEMS = text(
    """
    SELECT movement.source, movement.position, movement.reference, movement.amount_minor, movement.currency, movement.at
    FROM (
        SELECT 'bank' AS source, position, reference, amount_minor, currency,
            booked_on::timestamp AT TIME ZONE :zone AS at
        FROM bank_line WHERE position <= :bank_position AND amount_minor <> 0
        UNION ALL
        SELECT 'provider', position, reference, amount_minor, currency, moved_at
        FROM provider_movement WHERE position <= :provider_position AND amount_minor <> 0
    ) AS movement
    WHERE NOT EXISTS (
        SELECT FROM matched_item AS item WHERE item.side = movement.source AND item.position = movement.position
            AND item.match_serial <= :match_serial
    )
    ORDER BY movement.source, movement.position
    """
)
UNCONFIRMED = text(
    """
    SELECT payout.id, payout.amount_minor, payout.currency, payout.submitted_at FROM payout
    WHERE payout.rail = 'bank' AND payout.submitted_at < CAST(:cutoff AS timestamptz) AND NOT EXISTS (
        SELECT FROM journal_entry AS entry
        WHERE entry.reference IN ('payout-paid\\:' || payout.id, 'payout-returned\\:' || payout.id)
            AND pg_visible_in_snapshot(entry.xid, CAST(CAST(:snapshot AS text) AS pg_snapshot))
    )
    ORDER BY payout.id
    """
)


async def open_items(session: AsyncSession, at: Horizon, zone: str) -> tuple[Sequence[Item], Sequence[Item]]:
    """What of the known is not matched: the ledger's, and what bank and provider report."""
    in_ledger = await session.execute(
        LEDGER_ITEMS,
        {"ledger_position": at.ledger_position, "snapshot": at.snapshot, "match_serial": at.match_serial},
    )
    reported = await session.execute(
        REPORTED_ITEMS,
        {
            "zone": zone,
            "bank_position": at.bank_position,
            "provider_position": at.provider_position,
            "match_serial": at.match_serial,
        },
    )
    return (
        [item_of(row, in_ledger=True) for row in in_ledger],
        [item_of(row, in_ledger=False) for row in reported],
    )


def item_of(row: Row[Any], in_ledger: bool) -> Item:
    return Item(Source(row.source), in_ledger, row.position, row.reference, row.amount_minor, row.currency, row.at)


async def unconfirmed(session: AsyncSession, at: Horizon, within: timedelta) -> Sequence[Discrepancy]:
    """Payouts given to the bank that are on no statement although it is time."""
    if at.bank_until is None:
        return []
    rows = await session.execute(UNCONFIRMED, {"cutoff": at.bank_until - within, "snapshot": at.snapshot})
    return [
        Discrepancy(
            BreakKind.PAYOUT_UNCONFIRMED,
            Source.BANK,
            payout_id=row.id,
            amount_minor=-row.amount_minor,
            currency=row.currency,
            at=row.submitted_at,
        )
        for row in rows
    ]


# As of what was known: whether an entry is there is asked of the snapshot, not of now.
SEEN = "pg_visible_in_snapshot(entry.xid, CAST(CAST(:snapshot AS text) AS pg_snapshot))"
OVERDUE_REFUNDS = text(
    f"""
    SELECT refund.id, refund.amount_minor, payment.currency, refund.asked_at AS owed_since
    FROM refund JOIN payment ON payment.id = refund.payment_id
    WHERE refund.kind <> 'chargeback' AND refund.asked_at < CAST(:cutoff AS timestamptz)
        AND (refund.state <> 'done' OR refund.paid_at >= CAST(:cutoff AS timestamptz))
        AND (
            SELECT coalesce(sum(CASE entry.kind WHEN 'refund-returned' THEN -1 ELSE 1 END), 0)
            FROM journal_entry AS entry
            WHERE entry.order_id = payment.order_id AND {SEEN}
                AND entry.kind IN ('refund-paid', 'refund-returned', 'refund-by-bank', 'refund-by-chargeback')
                AND split_part(entry.reference, ':', 2) = refund.id::text
        ) <= 0
    ORDER BY refund.id
    """.replace("':'", "'\\:'")  # noqa: S608 ours
)
OVERDUE_CAPTURES = text(
    f"""
    SELECT payment.id, posting.amount_minor, posting.currency, entry.recorded_at AS owed_since
    FROM journal_entry AS entry JOIN payment ON payment.order_id = entry.order_id
    JOIN posting ON posting.entry_id = entry.id AND posting.account = {literal(RECEIVABLE)}
    WHERE entry.kind = 'order-fulfilled' AND entry.recorded_at < CAST(:cutoff AS timestamptz) AND {SEEN}
        AND NOT EXISTS (
            SELECT FROM journal_entry AS ended WHERE ended.order_id = entry.order_id
                AND ended.kind IN ('payment-captured', 'capture-failed') AND {SEEN.replace("entry.", "ended.")}
        )
    ORDER BY payment.id
    """  # noqa: S608 ours
)


async def not_moved(session: AsyncSession, at: Horizon, within: timedelta) -> Sequence[Discrepancy]:
    """What was owed for so long when the provider's report was read, and did not move: refunds, and captures."""
    if at.provider_until is None:
        return []
    parameters = {"cutoff": at.provider_until - within, "snapshot": at.snapshot}
    overdue: list[Discrepancy] = []
    for kind, query, sign in (
        (BreakKind.REFUND_OVERDUE, OVERDUE_REFUNDS, -1),
        (BreakKind.CAPTURE_OVERDUE, OVERDUE_CAPTURES, 1),
    ):
        overdue += [
            Discrepancy(
                kind,
                Source.PROVIDER,
                amount_minor=sign * row.amount_minor,
                currency=row.currency,
                at=row.owed_since,
                subject_id=row.id,
            )
            for row in await session.execute(query, parameters)
        ]
    return overdue


ADD_MATCHES = Statement(
    """
    WITH pair AS (
        SELECT * FROM unnest(
            CAST(:rules AS text[]), CAST(:postings AS bigint[]), CAST(:sources AS text[]), CAST(:movements AS bigint[])
        ) WITH ORDINALITY AS pair (rule, posting, source, movement, number)
    ), made AS (
        INSERT INTO match (reconciliation_id, rule, made_at)
        SELECT CAST(:reconciliation_id AS uuid), rule, CAST(:made_at AS timestamptz) FROM pair ORDER BY number
        RETURNING serial
    ), numbered AS (
        SELECT serial, row_number() OVER (ORDER BY serial) AS number FROM made
    ), matched AS (
        SELECT pair.*, numbered.serial FROM pair JOIN numbered USING (number)
    )
    INSERT INTO matched_item (side, position, match_serial)
    SELECT 'ledger', posting, serial FROM matched UNION ALL SELECT source, movement, serial FROM matched
    """
)


async def add_matches(session: AsyncSession, run: ReconciliationRow, pairs: Sequence[Pair]) -> None:
    """A match for each pair, with its two items."""
    session.add(run)
    await session.flush()
    if not pairs:
        return
    parameters = {
        "reconciliation_id": run.id,
        "made_at": run.ran_at,
        "rules": [pair.rule for pair in pairs],
        "postings": [pair.ledger.position for pair in pairs],
        "sources": [pair.reported.source for pair in pairs],
        "movements": [pair.reported.position for pair in pairs],
    }
    await ADD_MATCHES.fetch(session, **parameters)


async def add_match(session: AsyncSession, rule: str, items: Sequence[tuple[str, int]], by: UUID, now: datetime) -> int:
    """A match made by a person; returns its serial."""
    statement = insert(MatchRow).values(rule=rule, made_by=by, made_at=now).returning(col(MatchRow.serial))
    serial = (await session.execute(statement)).scalar_one()
    rows = [{"side": side, "position": position, "match_serial": serial} for side, position in items]
    await session.execute(insert(MatchedItemRow), rows)
    return serial


async def open_breaks(session: AsyncSession) -> Sequence[BreakRow]:
    """Every break that is open, locked."""
    return (await session.scalars(select(BreakRow).where(BreakRow.status == "open").with_for_update())).all()


async def breaks_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[BreakRow]:
    query = select(BreakRow).where(col(BreakRow.id).in_(ids)).order_by(col(BreakRow.id)).with_for_update()
    rows = (await session.scalars(query)).all()
    if len(rows) < len(set(ids)):
        raise NotFound("there is no such break", "break_id")
    return rows


async def breaks(session: AsyncSession, status: str, part: Part[tuple[UUID]]) -> Sequence[BreakRow]:
    """Breaks, oldest first; of any status where none is named."""
    query = select(BreakRow)
    if status:
        query = query.where(BreakRow.status == status)
    return (await session.scalars(part.of(query, col(BreakRow.id)))).all()


async def runs(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[ReconciliationRow]:
    """Reconciliations, newest first."""
    query = select(ReconciliationRow)
    return (await session.scalars(part.of(query, col(ReconciliationRow.id), descending=True))).all()


async def run(session: AsyncSession, run_id: UUID) -> ReconciliationRow:
    row = await session.scalar(select(ReconciliationRow).where(ReconciliationRow.id == run_id))
    if row is None:
        raise NotFound("there is no such reconciliation", "reconciliation_id")
    return row


BREAK_ITEMS = text(
    """
    SELECT 'bank' AS side, position, amount_minor, currency, reference FROM bank_line WHERE position = ANY(:bank)
    UNION ALL SELECT 'provider', position, amount_minor, currency, reference FROM provider_movement
        WHERE position = ANY(:provider)
    UNION ALL SELECT 'ledger', posting.position, posting.amount_minor, posting.currency, entry.reference
        FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id WHERE posting.position = ANY(:ledger)
    """
)


@dataclass(frozen=True, slots=True)
class BreakItem:
    """An item of a break: on which side it is, and what it says."""

    amount_minor: int
    currency: str
    reference: str


async def items_of(session: AsyncSession, break_rows: Sequence[BreakRow]) -> Mapping[tuple[str, int], BreakItem]:
    """The items of some breaks, by side and position."""
    sides: dict[str, list[int]] = {"bank": [], "provider": [], "ledger": []}
    for break_row in break_rows:
        if break_row.told_position is not None:
            sides[break_row.source].append(break_row.told_position)
        if break_row.posting_position is not None:
            sides["ledger"].append(break_row.posting_position)
    items = await session.execute(BREAK_ITEMS, sides)
    return {(row.side, row.position): BreakItem(row.amount_minor, row.currency, row.reference) for row in items}


async def adjustment_for_update(session: AsyncSession, adjustment_id: UUID) -> AdjustmentRow:
    row = await session.scalar(select(AdjustmentRow).where(AdjustmentRow.id == adjustment_id).with_for_update())
    if row is None:
        raise NotFound("there is no such adjustment", "adjustment_id")
    return row


async def proposed_of(session: AsyncSession, break_id: UUID) -> AdjustmentRow | None:
    query = select(AdjustmentRow).where(AdjustmentRow.break_id == break_id, AdjustmentRow.status == "proposed")
    return (await session.scalars(query)).first()


async def adjustments(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[AdjustmentRow]:
    """Adjustments, newest first."""
    query = select(AdjustmentRow)
    return (await session.scalars(part.of(query, col(AdjustmentRow.id), descending=True))).all()

"""The ledger's SQL: appended to in sets, read as snapshot and tail, never locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.ledger import ADVANCES, ANY, CASH, PAYABLE, PENDING, RECEIVABLE, JournalEntry, pending
from settlement.domain.payments import PaymentStatus, before
from settlement.store.sql import literal, literals
from settlement.tables import JournalEntryRow, PostingRow

ENTRIES = text(
    """
    INSERT INTO journal_entry (id, kind, reference, order_id, payout_id, reverses, effective_at, recorded_at)
    SELECT *, :now FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:refs AS text[]),
        CAST(:orders AS uuid[]), CAST(:payouts AS uuid[]), CAST(:reverses AS uuid[]), CAST(:effective AS timestamptz[]))
    """
)
POSTINGS = text(
    """
    INSERT INTO posting (entry_id, account, amount_minor, currency)
    SELECT * FROM unnest(CAST(:entries AS uuid[]), CAST(:accounts AS text[]), CAST(:amounts AS bigint[]),
        CAST(:currencies AS text[]))
    """
)


async def append(session: AsyncSession, entries: Sequence[JournalEntry], now: datetime) -> None:
    """Write entries with their postings, in two statements however many they are."""
    if not entries:
        return
    await session.execute(
        ENTRIES,
        {
            "ids": [entry.id for entry in entries],
            "kinds": [entry.kind for entry in entries],
            "refs": [entry.reference for entry in entries],
            "orders": [entry.order_id for entry in entries],
            "payouts": [entry.payout_id for entry in entries],
            "reverses": [entry.reverses for entry in entries],
            "effective": [entry.effective_at for entry in entries],
            "now": now,
        },
    )
    postings = [(entry.id, posting) for entry in entries for posting in entry.postings if posting.amount_minor]
    await session.execute(
        POSTINGS,
        {
            "entries": [entry_id for entry_id, _ in postings],
            "accounts": [posting.account for _, posting in postings],
            "amounts": [posting.amount_minor for _, posting in postings],
            "currencies": [posting.currency for _, posting in postings],
        },
    )


# What fulfilled orders owe whom, straight from their stored parts, as one statement for a whole batch: the lines are
# marked, the captures fall due, and each order's entry is written with its postings. A line knows its entry from the
# start: joined in later, a batch would be compared with itself, row by row.
FULFIL = Statement(
    f"""
    WITH heard AS (
        SELECT * FROM unnest(CAST(:orders AS uuid[]), CAST(:entries AS uuid[]), CAST(:calls AS uuid[]),
            CAST(:traces AS text[]), CAST(:effective AS timestamptz[]))
            AS heard (order_id, entry_id, call_id, traceparent, effective_at)
    ), lines AS (
        UPDATE line_split SET fulfilled = true FROM payment JOIN heard USING (order_id)
        WHERE payment.status IN ({literals(before(PaymentStatus.CAPTURING))})
            AND line_split.payment_id = payment.id AND line_split.order_line_id = ANY(CAST(:lines AS uuid[]))
        RETURNING line_split.order_line_id, line_split.payment_id, line_split.gross_minor, heard.entry_id,
            payment.currency
    ), due AS (
        UPDATE payment SET status = '{PaymentStatus.CAPTURING}', version = version + 1
        FROM (SELECT payment_id, sum(gross_minor)::bigint AS gross FROM lines GROUP BY payment_id) AS sums
        WHERE payment.id = sums.payment_id
        RETURNING payment.id, payment.order_id, payment.currency, payment.provider_reference, payment.advanced_minor,
            sums.gross
    ), calls AS (
        INSERT INTO provider_call (id, step, subject_id, payment_id, amount_minor, currency, detail, traceparent,
            state, attempts, due_at)
        SELECT call_id, 'capture', due.id, due.id, gross, currency, provider_reference, traceparent, 'due', 0, :now
        FROM due JOIN heard USING (order_id) WHERE due.advanced_minor = 0
    ), entry AS (
        INSERT INTO journal_entry (id, kind, reference, order_id, effective_at, recorded_at, traceparent)
        SELECT entry_id, 'order-fulfilled', 'order-fulfilled:' || order_id, order_id, effective_at, :now,
            CASE WHEN traceparent ~ '[13579bdf]$' THEN traceparent END -- the last bit says that it is sampled
        FROM due JOIN heard USING (order_id)
        RETURNING id, order_id
    ), posted AS (
        INSERT INTO posting (entry_id, account, amount_minor, currency)
        SELECT entry.id, {literal(RECEIVABLE)}, due.gross, due.currency FROM entry JOIN due USING (order_id)
        UNION ALL
        SELECT lines.entry_id, part.account, -sum(part.amount_minor), lines.currency
        FROM lines JOIN part ON part.order_line_id = lines.order_line_id
        GROUP BY lines.entry_id, part.account, lines.currency HAVING sum(part.amount_minor) > 0
    )
    SELECT count(*) AS due FROM due
    """  # noqa: S608 put together of what the domain names
)


async def fulfil(
    session: AsyncSession,
    orders: Sequence[UUID],
    lines: Sequence[UUID],
    entries: Sequence[UUID],
    calls: Sequence[UUID],
    traces: Sequence[str],
    effective: Sequence[datetime],
    now: datetime,
) -> int:
    """Post fulfilled orders; entry and call ids, traces and moments belong to `orders` one by one. Returns how many
    fell due."""
    (row,) = await FULFIL.fetch(
        session,
        orders=orders,
        lines=lines,
        entries=entries,
        calls=calls,
        traces=traces,
        effective=effective,
        now=now,
    )
    return int(row["due"])


CAPTURED = text(
    f"""
    WITH heard AS (
        SELECT * FROM unnest(CAST(:payments AS uuid[]), CAST(:amounts AS bigint[]), CAST(:entries AS uuid[]))
            AS heard (payment_id, amount, entry_id)
    ), done AS (
        UPDATE payment SET status = '{PaymentStatus.CAPTURED}', captured_minor = heard.amount, owed_minor = 0,
            failure = '', version = version + 1
        FROM heard WHERE payment.id = heard.payment_id
            AND payment.status IN ({literals(before(PaymentStatus.CAPTURED))})
        RETURNING payment.id, payment.order_id, payment.partner_id, payment.currency, payment.version,
            heard.amount, heard.entry_id, payment.advanced_minor
    ), entry AS (
        INSERT INTO journal_entry (id, kind, reference, order_id, recorded_at)
        SELECT entry_id, 'payment-captured', 'payment-captured:' || order_id, order_id, :now FROM done
    ), earned AS (
        SELECT done.entry_id, done.currency, part.account, sum(part.amount_minor - part.refunded_minor) AS amount
        FROM done JOIN line_split AS line ON line.payment_id = done.id AND line.fulfilled
        JOIN part ON part.order_line_id = line.order_line_id
        WHERE part.account LIKE {literal(pending(ANY))}
        GROUP BY done.entry_id, done.currency, part.account HAVING sum(part.amount_minor - part.refunded_minor) > 0
    ), posted AS (
        INSERT INTO posting (entry_id, account, amount_minor, currency)
        SELECT entry_id, CASE WHEN advanced_minor > 0 THEN {literal(ADVANCES)} ELSE {literal(CASH)} END, amount,
            currency FROM done
        UNION ALL SELECT entry_id, {literal(RECEIVABLE)}, -amount, currency FROM done
        UNION ALL SELECT entry_id, account, amount, currency FROM earned
        UNION ALL
        SELECT entry_id, regexp_replace(account, {literal(f":{PENDING}$")}, {literal(f":{PAYABLE}")}), -amount, currency
        FROM earned
    )
    SELECT id AS payment_id, order_id, partner_id, currency, version, amount AS amount_minor FROM done
    """  # noqa: S608 put together of what the domain names
)


@dataclass(frozen=True, slots=True)
class CapturedPayment:
    """A payment that has just been captured."""

    payment_id: UUID
    order_id: UUID
    partner_id: UUID
    currency: str
    version: int
    amount_minor: int


async def captured(
    session: AsyncSession, payments: Sequence[UUID], amounts: Sequence[int], entries: Sequence[UUID], now: datetime
) -> Sequence[CapturedPayment]:
    """Record captures with their entries, in one statement."""
    rows = await session.execute(CAPTURED, {"payments": payments, "amounts": amounts, "entries": entries, "now": now})
    return [CapturedPayment(**row) for row in rows.mappings()]


async def entries(
    session: AsyncSession, order_id: UUID | None, payout_id: UUID | None, most: int
) -> Sequence[tuple[JournalEntryRow, Sequence[PostingRow]]]:
    """An order's or a payout's entries with their postings, in the order they were written."""
    query = select(JournalEntryRow).order_by(col(JournalEntryRow.recorded_at), col(JournalEntryRow.id)).limit(most)
    query = (
        query.where(JournalEntryRow.order_id == order_id)
        if order_id
        else query.where(JournalEntryRow.payout_id == payout_id)
    )
    rows = (await session.scalars(query)).all()
    postings: dict[UUID, list[PostingRow]] = {row.id: [] for row in rows}
    for posting in await session.scalars(
        select(PostingRow).where(col(PostingRow.entry_id).in_(list(postings))).order_by(col(PostingRow.position))
    ):
        postings[posting.entry_id].append(posting)
    return [(row, postings[row.id]) for row in rows]


async def entry(session: AsyncSession, entry_id: UUID) -> tuple[JournalEntryRow, Sequence[PostingRow]]:
    """One entry with its postings."""
    row = (await session.scalars(select(JournalEntryRow).where(JournalEntryRow.id == entry_id))).one()
    query = select(PostingRow).where(PostingRow.entry_id == entry_id).order_by(col(PostingRow.position))
    return row, (await session.scalars(query)).all()


async def by_reference(session: AsyncSession, *references: str) -> tuple[JournalEntryRow, Sequence[PostingRow]]:
    """The one entry of one of these references, with its postings."""
    query = select(JournalEntryRow.id).where(col(JournalEntryRow.reference).in_(references))
    return await entry(session, (await session.scalars(query)).one())


async def began(session: AsyncSession) -> datetime | None:
    """When the ledger's first entry was recorded; entries' ids are in the order of their making."""
    return await session.scalar(select(JournalEntryRow.recorded_at).order_by(col(JournalEntryRow.id)).limit(1))


BALANCES = text(
    """
    SELECT account, currency, sum(balance)::bigint AS balance_minor FROM (
        SELECT account, currency, balance_minor AS balance FROM balance_snapshot WHERE account LIKE :pattern
        UNION ALL
        SELECT posting.account, posting.currency, posting.amount_minor
        FROM posting LEFT JOIN balance_snapshot AS snapshot USING (account, currency)
        WHERE posting.account LIKE :pattern AND posting.xid >= coalesce(snapshot.before_xid, '0'::xid8)
    ) AS counted
    GROUP BY account, currency ORDER BY account, currency LIMIT :most
    """
)


async def balances(session: AsyncSession, pattern: str, most: int) -> Sequence[tuple[str, str, int]]:
    """Account, currency and balance (debit positive) of accounts like `pattern`: snapshot plus what came since."""
    rows = await session.execute(BALANCES, {"pattern": pattern, "most": most})
    return [(row.account, row.currency, row.balance_minor) for row in rows]


# Only postings of transactions that have ended for everybody are counted; the others stay in the tail.
SNAPSHOT = text(
    """
    WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
    INSERT INTO balance_snapshot AS snapshot (account, currency, balance_minor, before_xid)
    SELECT posting.account, posting.currency, sum(posting.amount_minor), horizon.xid
    FROM horizon, posting LEFT JOIN balance_snapshot AS known USING (account, currency)
    WHERE posting.xid >= coalesce(known.before_xid, '0'::xid8) AND posting.xid < horizon.xid
    GROUP BY posting.account, posting.currency, horizon.xid
    ON CONFLICT (account, currency) DO UPDATE
    SET balance_minor = snapshot.balance_minor + excluded.balance_minor, before_xid = excluded.before_xid
    """
)


async def take_snapshot(session: AsyncSession) -> None:
    await session.execute(text("LOCK TABLE balance_snapshot IN SHARE ROW EXCLUSIVE MODE"))
    await session.execute(SNAPSHOT)


STATEMENT = text(
    """
    SELECT posting.position, posting.amount_minor, posting.currency, entry.kind, entry.reference, entry.order_id,
        entry.payout_id, entry.recorded_at, payment.captured_minor AS gross_minor
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    LEFT JOIN payment ON payment.order_id = entry.order_id AND entry.kind = 'payment-captured'
    WHERE posting.account = :account AND entry.recorded_at >= :start AND entry.recorded_at < :finish
    ORDER BY posting.position LIMIT :most
    """
)
OPENING = text(
    """
    SELECT posting.currency, sum(posting.amount_minor)::bigint AS balance_minor
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    WHERE posting.account = :account AND entry.recorded_at < :start GROUP BY posting.currency
    """
)


@dataclass(frozen=True, slots=True)
class Movement:
    """A posting on a partner's payable account, with what it was about."""

    position: int
    amount_minor: int
    currency: str
    kind: str
    reference: str
    order_id: UUID | None
    payout_id: UUID | None
    recorded_at: datetime
    gross_minor: int | None


async def movements(
    session: AsyncSession, account: str, start: datetime, finish: datetime, most: int
) -> tuple[dict[str, int], Sequence[Movement]]:
    """Opening balances by currency, and what moved within [start, finish)."""
    opening = await session.execute(OPENING, {"account": account, "start": start})
    rows = await session.execute(STATEMENT, {"account": account, "start": start, "finish": finish, "most": most})
    return {row.currency: row.balance_minor for row in opening}, [Movement(**row) for row in rows.mappings()]

"""Statements: issued from a cut of the ledger, answered by the partner, explained line by line."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound
from chassis.sealing import Sealer
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.types_pb2 import Interval
from yima.settlement.v1 import api_pb2 as pb

from settlement import events
from settlement.documents import keys
from settlement.documents.keys import DocumentKey
from settlement.documents.statement import as_json, as_pdf, from_json
from settlement.domain.amounts import amount
from settlement.domain.ledger import payable
from settlement.domain.statements import (
    ANSWER_WITHIN,
    LedgerDiffers,
    NotDisputed,
    PeriodClosed,
    StatementStatus,
    check_answer,
    check_end,
    stands,
)
from settlement.store import documents, evidence, ledger, payments, splits
from settlement.store import statements as store
from settlement.store.statements import Cut, Line
from settlement.tables import JournalEntryRow, LineSplitRow, PartRow, PostingRow, ProofRow, StatementRow

LINES_MAX = 100_000
DISPUTED_MAX = 100
CLAIMED_MAX = 5_000


async def issue_statement(
    session: AsyncSession,
    *,
    partner_id: UUID,
    finish: datetime,
    issuer: str,
    sealer: Sealer,
    zone: tzinfo,
    now: datetime,
) -> StatementRow:
    """Issue a partner's statement up to `finish`, from where the one before ended. Its PDF's times are those of `zone`.

    What was entered late into a closed period is in the next statement; nothing is in two of them or in none.
    """
    history = await store.partner_history(session, partner_id, payable(partner_id), finish)
    if history.signed_at is None and not history.moved_before:
        raise NotFound("no such partner has a contract", "partner_id")
    check_end(finish, None if history.moved_before else history.signed_at, zone, now)
    await store.lock(session)
    before = await store.last(session, partner_id)
    if before is not None and finish <= before.finish_at:
        raise PeriodClosed(f"there is a statement up to {before.finish_at:%Y-%m-%d %H:%M} UTC", "period_end")
    snapshot = await store.current_snapshot(session)
    message = await compute(session, partner_id, before, Cut(finish, snapshot))
    content = as_json(message)
    key = await documents.signing_key(session, sealer, issuer, now)
    deadline = now + ANSWER_WITHIN
    row = StatementRow(
        id=new_id(),
        partner_id=partner_id,
        previous_id=before.id if before else None,
        start_at=before.finish_at if before else None,
        finish_at=finish,
        ledger_position=message.ledger_position,
        snapshot=snapshot,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        pdf=await asyncio.to_thread(signed_pdf, message, content, key, issuer, now, deadline, zone),
        issued_at=now,
        deadline_at=deadline,
    )
    session.add(row)
    await session.flush()
    publish(session, events.statement_issued(row), row.id)
    return row


def signed_pdf(
    message: pb.Statement,
    content: bytes,
    key: DocumentKey,
    issuer: str,
    now: datetime,
    deadline: datetime,
    zone: tzinfo,
) -> bytes:
    return keys.signed(as_pdf(message, content, issuer, now, deadline, zone), key)


async def compute(session: AsyncSession, partner_id: UUID, before: StatementRow | None, end: Cut) -> pb.Statement:
    """What the ledger says of a partner's account between two cuts; its closing balance is the ledger's."""
    account = payable(partner_id)
    start = Cut(before.finish_at, before.snapshot) if before else None
    opening = await store.balances(session, account, start) if start else {}
    lines = await store.lines(session, account, start, end, LINES_MAX + 1)
    if len(lines) > LINES_MAX:
        raise Invalid("period_end", f"more than {LINES_MAX} movements; issue it up to an earlier moment")
    closing = await store.balances(session, account, end)
    message = pb.Statement(
        partner_id=str(partner_id),
        period=Interval(start=timestamp(start.finish) if start else None, end=timestamp(end.finish)),
        ledger_position=max((line.position for line in lines), default=before.ledger_position if before else 0),
    )
    for currency in sorted(opening.keys() | closing.keys()):
        mine = [line for line in lines if line.currency == currency]
        add_currency(message, currency, opening.get(currency, 0), mine, closing.get(currency, 0))
    return message


def add_currency(message: pb.Statement, currency: str, opening: int, lines: Sequence[Line], closing: int) -> None:
    """Opening + Σ lines = closing, where the closing balance was summed on its own. Credit is the partner's."""
    if opening + sum(line.amount_minor for line in lines) != closing:
        raise LedgerDiffers(f"{message.partner_id} in {currency}")
    statement = message.currencies.add(opening=amount(-opening, currency), closing=amount(-closing, currency))
    for line in lines:
        shown = statement.lines.add(
            recorded_at=timestamp(line.recorded_at),
            kind=line.kind,
            reference=line.reference,
            order_id=str(line.order_id or ""),
            payout_id=str(line.payout_id or ""),
            amount=amount(-line.amount_minor, currency),
            position=line.position,
            entry_id=str(line.entry_id),
        )
        if line.gross_minor is not None:
            shown.gross.CopyFrom(amount(line.gross_minor, currency))


async def recompute_statement(
    session: AsyncSession, *, statement_id: UUID, partner_id: UUID | None
) -> tuple[StatementRow, str]:
    """A statement, and the hash of what the ledger gives for it now."""
    row = await store.statement(session, statement_id, partner_id)
    before = await store.statement(session, row.previous_id, row.partner_id) if row.previous_id else None
    message = await compute(session, row.partner_id, before, Cut(row.finish_at, row.snapshot))
    return row, hashlib.sha256(as_json(message)).hexdigest()


async def confirm_statement(
    session: AsyncSession, *, statement_id: UUID, partner_id: UUID, by: UUID, now: datetime
) -> StatementRow:
    row = await store.statement(session, statement_id, partner_id)
    check_answer(row.answer, row.deadline_at, now)
    row.answer, row.answered_by, row.answered_at = StatementStatus.CONFIRMED, by, now
    await session.flush()
    publish(session, events.statement_confirmed(row, now), row.id)
    return row


async def dispute_statement(
    session: AsyncSession,
    *,
    statement_id: UUID,
    partner_id: UUID,
    reason: str,
    positions: Sequence[int],
    by: UUID,
    now: datetime,
) -> StatementRow:
    """Disagree with a statement: with all of it, or with some of its lines."""
    row = await store.statement(session, statement_id, partner_id)
    check_answer(row.answer, row.deadline_at, now)
    reason = texts.reason(reason)
    if len(positions) > DISPUTED_MAX:
        raise Invalid("positions", f"at most {DISPUTED_MAX}")
    disputed = sorted(set(positions))
    known = {line.position for currency in from_json(row.content).currencies for line in currency.lines}
    if missing := [position for position in disputed if position not in known]:
        raise Invalid("positions", f"{missing[0]} is no line of this statement")
    row.answer, row.reason, row.answered_by, row.answered_at = StatementStatus.DISPUTED, reason, by, now
    await session.flush()
    await store.dispute_lines(session, row.id, disputed)
    return row


async def resolve_statement(
    session: AsyncSession, *, statement_id: UUID, resolution: str, by: UUID, now: datetime
) -> StatementRow:
    """Answer a dispute. What was wrong is corrected in the ledger, and shows in the next statement."""
    row = await store.statement(session, statement_id, None)
    if row.answer != StatementStatus.DISPUTED:
        raise NotDisputed(f"it is {stands(row.answer, row.deadline_at, now).replace('_', ' ')}", "statement_id")
    resolution = texts.reason(resolution, "resolution")
    row.answer, row.resolution, row.resolved_by, row.resolved_at = StatementStatus.RESOLVED, resolution, by, now
    await session.flush()
    return row


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a statement's line comes from."""

    line: pb.StatementLine
    entry: JournalEntryRow
    postings: Sequence[PostingRow]
    currency: str
    splits: Sequence[tuple[LineSplitRow, Sequence[PartRow]]]
    proofs: Sequence[ProofRow]
    paid_positions: Sequence[int]


async def explain_line(
    session: AsyncSession, *, statement_id: UUID, position: int, partner_id: UUID | None
) -> Explanation:
    """Why a line is on a statement: entry, order lines with the plan they were split by, proofs; what a payout paid."""
    row = await store.statement(session, statement_id, partner_id)
    stated = (line for currency in from_json(row.content).currencies for line in currency.lines)
    line = next((line for line in stated if line.position == position), None)
    if line is None:
        raise NotFound("there is no such line on this statement", "position")
    entry, postings = await ledger.entry(session, UUID(line.entry_id))
    lines: Sequence[tuple[LineSplitRow, Sequence[PartRow]]] = []
    if entry.order_id is not None:
        by_order = await payments.payments_of(session, [entry.order_id])
        if (payment := by_order.get(entry.order_id)) is not None:
            lines = (await splits.splits(session, [payment.id])).get(payment.id, [])
    return Explanation(
        line=line,
        entry=entry,
        postings=postings,
        currency=line.amount.currency,
        splits=lines,
        proofs=await evidence.proofs(session, [order_line.order_line_id for order_line, _ in lines]),
        paid_positions=await store.claimed(session, entry.payout_id, CLAIMED_MAX) if entry.payout_id else [],
    )

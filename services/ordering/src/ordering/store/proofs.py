"""Proofs of service and records of use, and what is used up by them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.rows import dumps, insert
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.domain.proofs import ScanUsed, StatementUsed
from ordering.tables import EntitlementRow, ProofRow, ScanUsedRow, UsageRecordRow


async def use_scan(session: AsyncSession, scan_id: UUID, order_id: UUID) -> None:
    """Use a scan for an order; a scan used for another is refused."""
    await session.execute(upsert(ScanUsedRow).values(scan_id=scan_id, order_id=order_id).on_conflict_do_nothing())
    if await use_of_scan(session, scan_id) != order_id:
        raise ScanUsed("each scan proves the services of one order", "scan_receipt")


async def use_of_scan(session: AsyncSession, scan_id: UUID) -> UUID | None:
    """Which order a scan was used for; None: for none yet."""
    return await session.scalar(select(ScanUsedRow.order_id).where(ScanUsedRow.scan_id == scan_id))


async def refuse_repeats(session: AsyncSession, proofs: Sequence[ProofRow]) -> None:
    """Refuse a scan or a statement that has proven something before."""
    scans = [proof.scan_id for proof in proofs if proof.scan_id is not None]
    if await session.scalar(select(ProofRow.id).where(col(ProofRow.scan_id).in_(scans)).limit(1)) is not None:
        raise ScanUsed("each scan proves one service; scan again", "scan_receipt")
    statements = [proof.statement_key for proof in proofs if proof.statement_key is not None]
    if await session.scalar(select(ProofRow.id).where(col(ProofRow.statement_key).in_(statements))) is not None:
        raise StatementUsed("give each statement an id of its own", "statement")


async def add(session: AsyncSession, proofs: Sequence[ProofRow]) -> None:
    await insert(session, proofs)


async def add_entitlements(session: AsyncSession, rows: Sequence[EntitlementRow]) -> None:
    await insert(session, rows)


LINES_OF = text(
    """
    SELECT line.id, line.order_id FROM order_line AS line JOIN orders ON orders.id = line.order_id
    WHERE line.id = ANY(CAST(:lines AS uuid[])) AND orders.partner_id = :partner_id
    """
)
RECORD = text(
    """
    INSERT INTO usage_record (partner_id, key, order_line_id, item, units, used_at, recorded_at, objection_until)
    SELECT :partner_id, key, order_line_id, item, units, used_at, :now, objection_until
    FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS record (key text, order_line_id uuid, item text, units int,
        used_at timestamptz, objection_until timestamptz)
    """
)
# What the partner alone says and could be objected to at that moment counts no more.
STRIKE = text(
    """
    WITH struck AS (
        UPDATE proof SET struck_at = :now FROM order_line AS line
        WHERE line.id = proof.order_line_id AND line.order_id = :order_id AND proof.struck_at IS NULL
            AND proof.objection_until > :objected_at
        RETURNING proof.order_line_id, proof.item, proof.units
    ), unrecorded AS (
        UPDATE usage_record SET struck_at = :now FROM order_line AS line
        WHERE line.id = usage_record.order_line_id AND line.order_id = :order_id AND usage_record.struck_at IS NULL
            AND usage_record.objection_until > :objected_at
        RETURNING usage_record.order_line_id, usage_record.item, usage_record.units
    ), given_back AS (
        SELECT order_line_id, item, sum(units) AS units
        FROM (SELECT * FROM struck UNION ALL SELECT * FROM unrecorded) AS both_kinds GROUP BY order_line_id, item
    )
    UPDATE entitlement SET used = used - given_back.units FROM given_back
    WHERE entitlement.order_line_id = given_back.order_line_id AND entitlement.code = given_back.item
    """
)


async def strike(session: AsyncSession, order_id: UUID, objected_at: datetime, now: datetime) -> None:
    """Strike what was objected to at that moment; its units are unused again."""
    await session.execute(STRIKE, {"order_id": order_id, "objected_at": objected_at, "now": now})


async def orders_of_lines(session: AsyncSession, partner_id: UUID, lines: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """The orders that these lines of a partner's are of."""
    rows = await session.execute(LINES_OF, {"partner_id": partner_id, "lines": lines})
    return {row.id: row.order_id for row in rows}


# A key is a partner's, whatever it is of: one transaction at a time reads which have counted, and adds to them.
LOCK_KEYS = text("SELECT pg_advisory_xact_lock(hashtextextended('usage of ' || :partner_id, 0))")


async def known_keys(session: AsyncSession, partner_id: UUID, keys: Sequence[str]) -> Mapping[str, UsageRecordRow]:
    """The records that have counted under these keys. Nobody counts others of this partner's before we commit; orders
    are locked before."""
    await session.execute(LOCK_KEYS, {"partner_id": str(partner_id)})
    rows = await session.scalars(
        select(UsageRecordRow).where(UsageRecordRow.partner_id == partner_id, col(UsageRecordRow.key).in_(keys))
    )
    return {row.key: row for row in rows}


async def record(session: AsyncSession, partner_id: UUID, records: Sequence[Mapping[str, Any]], now: datetime) -> None:
    await session.execute(RECORD, {"partner_id": partner_id, "records": dumps(records), "now": now})

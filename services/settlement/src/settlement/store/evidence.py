"""SQL of evidence: what is known around a disputed payment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import Result, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.evidence import ConsentEnding
from settlement.store.sql import CHAIN_OF_POSTING
from settlement.tables import ConsentReceiptRow, DecisionsRow, EvidenceRow, ProofRow, RefundRow

REVOKED = text(
    """
    UPDATE consent_receipt AS receipt SET revoked_at = coalesce(receipt.revoked_at, event.revoked_at)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS event (consent_id, revoked_at)
    WHERE receipt.consent_id = event.consent_id
    RETURNING receipt.consent_id
    """
)
ENDED = text(
    """
    UPDATE consent_receipt AS receipt
    SET ended_at = coalesce(receipt.ended_at, event.ended_at),
        ended_because = CASE WHEN receipt.ended_at IS NULL THEN event.because ELSE receipt.ended_because END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[]), CAST(:reasons AS text[]))
        AS event (consent_id, ended_at, because)
    WHERE receipt.consent_id = event.consent_id
    RETURNING receipt.consent_id
    """
)
PROVIDER_SAID = text(
    """
    SELECT call.id AS call_id, call.step, call.state, call.amount_minor, call.currency,
        webhook.id AS webhook_id, webhook.received_at
    FROM provider_call AS call LEFT JOIN webhook ON webhook.call_id = call.id
    WHERE call.payment_id = :payment_id ORDER BY call.id, webhook.id
    """
)
PAID_BY = text(
    """
    SELECT DISTINCT claim.payout_id FROM journal_entry AS entry
    JOIN posting ON posting.entry_id = entry.id JOIN payout_claim AS claim ON claim.position = posting.position
    WHERE entry.order_id = :order_id ORDER BY 1
    """
)
# The first link of each chain that covers all of the order's postings in it.
SEALED = text(
    f"""
    SELECT DISTINCT ON (seal.chain) seal.chain, seal.number, seal.hash FROM (
        SELECT {CHAIN_OF_POSTING} AS chain, max(posting.position) AS position
        FROM journal_entry AS entry JOIN posting ON posting.entry_id = entry.id
        WHERE entry.order_id = :order_id GROUP BY 1
    ) AS last JOIN seal ON seal.chain = last.chain AND seal.upto >= last.position
    ORDER BY seal.chain, seal.number
    """  # noqa: S608 put together of what the domain names
)


def named(rows: Result[Any]) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.mappings()]


async def add_receipts(session: AsyncSession, rows: Sequence[ConsentReceiptRow]) -> None:
    await insert(session, rows, "ON CONFLICT DO NOTHING")


async def revoke(session: AsyncSession, moments: Mapping[UUID, datetime]) -> int:
    """Note when consents were revoked. Returns how many of them are known here."""
    rows = await session.execute(REVOKED, {"ids": list(moments), "moments": list(moments.values())})
    return len(rows.all())


async def end(session: AsyncSession, ends: Mapping[UUID, ConsentEnding]) -> int:
    """Note when and why consents ended without being revoked. Returns how many of them are known here."""
    moments, reasons = [ending.ended_at for ending in ends.values()], [ending.because for ending in ends.values()]
    rows = await session.execute(ENDED, {"ids": list(ends), "moments": moments, "reasons": reasons})
    return len(rows.all())


async def receipts(session: AsyncSession, order_id: UUID) -> Sequence[ConsentReceiptRow]:
    query = select(ConsentReceiptRow).where(ConsentReceiptRow.order_id == order_id)
    return (await session.scalars(query.order_by(col(ConsentReceiptRow.consent_id)))).all()


async def add_decisions(session: AsyncSession, rows: Sequence[DecisionsRow]) -> None:
    """The first answer about a dispute counts."""
    await insert(session, rows, "ON CONFLICT DO NOTHING")


async def decisions(session: AsyncSession, dispute_id: UUID) -> DecisionsRow | None:
    """What consent answered about a dispute's order; None before it has answered."""
    return await session.get(DecisionsRow, dispute_id)


async def frozen(session: AsyncSession, dispute_id: UUID) -> EvidenceRow | None:
    return await session.get(EvidenceRow, dispute_id)


async def refunds(session: AsyncSession, payment_id: UUID) -> Sequence[RefundRow]:
    query = select(RefundRow).where(RefundRow.payment_id == payment_id).order_by(col(RefundRow.id))
    return (await session.scalars(query)).all()


async def provider_said(session: AsyncSession, payment_id: UUID) -> Sequence[Mapping[str, Any]]:
    """What was asked of the provider for a payment, and which webhooks answered it."""
    return named(await session.execute(PROVIDER_SAID, {"payment_id": payment_id}))


async def paid_by(session: AsyncSession, order_id: UUID) -> Sequence[UUID]:
    """The payouts that paid something of an order."""
    return list(await session.scalars(PAID_BY, {"order_id": order_id}))


async def sealed(session: AsyncSession, order_id: UUID) -> Sequence[Mapping[str, Any]]:
    """The links that cover an order's postings."""
    return named(await session.execute(SEALED, {"order_id": order_id}))


async def add_proofs(session: AsyncSession, proofs: Sequence[ProofRow]) -> None:
    await insert(session, proofs, "ON CONFLICT DO NOTHING")


async def proofs(session: AsyncSession, lines: Sequence[UUID]) -> Sequence[ProofRow]:
    query = select(ProofRow).where(col(ProofRow.order_line_id).in_(lines)).order_by(col(ProofRow.order_line_id))
    return (await session.scalars(query)).all()

"""SQL of the provider's report, and of what the ledger does not have of it yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from settlement.provider.port import Movement
from settlement.tables import ProviderMovementRow, ProviderReportRow


async def last_place(session: AsyncSession) -> int:
    """How far the provider's report has been read."""
    return await session.scalar(select(func.max(ProviderMovementRow.place))) or 0


ADD_MOVEMENTS = text(
    """
    INSERT INTO provider_movement (place, key, kind, amount_minor, currency, moved_at, reference)
    SELECT movement.place, movement.key, movement.kind, movement.amount_minor, movement.currency, movement.moved_at,
        CASE
            WHEN movement.kind = 'settlement' THEN 'provider-settled\\:' || movement.key
            WHEN movement.kind = 'fee' THEN 'provider-fee\\:' || movement.key
            WHEN movement.kind = 'capture' AND call.step = 'authorise' THEN
                CASE WHEN EXISTS (
                    SELECT FROM provider_call AS early WHERE early.payment_id = payment.id AND early.step = 'advance'
                ) THEN 'payment-advanced\\:' ELSE 'payment-captured\\:' END || payment.order_id
            WHEN movement.kind = 'capture' AND call.step = 'capture' THEN 'payment-captured\\:' || payment.order_id
            WHEN movement.kind = 'capture' AND call.step = 'advance' THEN 'payment-advanced\\:' || payment.order_id
            WHEN movement.kind = 'refund' AND call.step = 'refund' THEN
                'refund-paid\\:' || call.subject_id || tried.suffix
            WHEN movement.kind = 'refund-return' AND call.step = 'refund' THEN
                'refund-returned\\:' || call.subject_id || tried.suffix
            WHEN movement.kind = 'chargeback' THEN 'chargeback-taken\\:' || movement.key
            WHEN movement.kind = 'chargeback-return' THEN 'chargeback-returned\\:' || movement.key
            WHEN movement.kind = 'payout' AND call.step = 'pay_out' THEN 'payout-paid\\:' || call.subject_id
            WHEN movement.kind = 'payout-return' AND call.step = 'pay_out' THEN 'payout-returned\\:' || call.subject_id
            ELSE ''
        END
    FROM unnest(CAST(:places AS bigint[]), CAST(:keys AS text[]), CAST(:kinds AS text[]), CAST(:amounts AS bigint[]),
        CAST(:currencies AS text[]), CAST(:times AS timestamptz[]))
        AS movement (place, key, kind, amount_minor, currency, moved_at)
    LEFT JOIN provider_call AS call
        ON call.id = CASE WHEN movement.key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN movement.key::uuid END
    LEFT JOIN payment ON payment.id = call.payment_id
    CROSS JOIN LATERAL (SELECT CASE WHEN call.tries > 0 THEN '\\:' || call.tries ELSE '' END AS suffix) AS tried
    ORDER BY movement.place ON CONFLICT (place) DO NOTHING
    """
)


async def add_movements(session: AsyncSession, movements: Sequence[Movement]) -> None:
    if movements:
        await session.execute(
            ADD_MOVEMENTS,
            {
                "places": [movement.place for movement in movements],
                "keys": [movement.key for movement in movements],
                "kinds": [movement.kind for movement in movements],
                "amounts": [movement.amount_minor for movement in movements],
                "currencies": [movement.currency for movement in movements],
                "times": [movement.at for movement in movements],
            },
        )


@dataclass(frozen=True, slots=True)
class ProviderTransfer:
    """What the provider sent to our bank, or kept."""

    key: str
    amount_minor: int
    currency: str


UNBOOKED_SETTLED = text(
    """
    SELECT moved.key, -moved.amount_minor AS amount_minor, moved.currency FROM provider_movement AS moved
    WHERE moved.kind = 'settlement' AND moved.amount_minor < 0
        AND NOT EXISTS (SELECT FROM journal_entry WHERE reference = moved.reference)
    ORDER BY moved.position
    """
)
UNBOOKED_RECEIVED = text(
    """
    SELECT DISTINCT ON (moved.key) moved.key, line.amount_minor, line.currency
    FROM provider_movement AS moved JOIN bank_line AS line
        ON line.reference = 'bank-received\\:' || moved.key
        AND (line.amount_minor, line.currency) = (-moved.amount_minor, moved.currency)
    WHERE moved.kind = 'settlement'
        AND NOT EXISTS (SELECT FROM journal_entry WHERE reference = 'bank-received\\:' || moved.key)
    ORDER BY moved.key, line.position
    """
)
UNBOOKED_FEES = text(
    """
    SELECT moved.key, -moved.amount_minor AS amount_minor, moved.currency FROM provider_movement AS moved
    WHERE moved.kind = 'fee' AND moved.amount_minor <> 0
        AND NOT EXISTS (SELECT FROM journal_entry WHERE reference = moved.reference)
    ORDER BY moved.position
    """
)


async def transfers(session: AsyncSession, query: TextClause) -> Sequence[ProviderTransfer]:
    return [ProviderTransfer(**row) for row in (await session.execute(query)).mappings()]


async def unbooked_fees(session: AsyncSession) -> Sequence[ProviderTransfer]:
    """What the provider kept for its work and the ledger does not have."""
    return await transfers(session, UNBOOKED_FEES)


async def unbooked_settlements(session: AsyncSession) -> tuple[Sequence[ProviderTransfer], Sequence[ProviderTransfer]]:
    """What the provider says it sent and the ledger does not have, and what of it has arrived at the bank."""
    sent = await transfers(session, UNBOOKED_SETTLED)
    return sent, await transfers(session, UNBOOKED_RECEIVED)


async def add_report(session: AsyncSession, row: ProviderReportRow) -> None:
    await session.execute(insert(ProviderReportRow), [row.model_dump()])

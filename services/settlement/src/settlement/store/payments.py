"""SQL of contracts, payments, their splits, refunds, and of what the provider is to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import insert
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.payments import PaymentStatus
from settlement.tables import LineSplitRow, PartRow, PaymentRow, ProviderCallRow


async def add_payments(
    session: AsyncSession,
    payments: Sequence[PaymentRow],
    splits: Sequence[LineSplitRow],
    parts: Sequence[PartRow],
    calls: Sequence[ProviderCallRow],
) -> None:
    """New payments with their frozen splits and the first thing to ask of the provider."""
    for rows in (payments, splits, parts, calls):
        await insert(session, rows)


async def payments_of(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    """Payments by their order."""
    rows = await session.scalars(select(PaymentRow).where(col(PaymentRow.order_id).in_(orders)))
    return {row.order_id: row for row in rows}


STATUSES = Statement("SELECT order_id, status FROM payment WHERE order_id = ANY(CAST(:orders AS uuid[]))")


async def statuses_of(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, str]:
    """Where the payments of these orders stand."""
    return {row["order_id"]: row["status"] for row in await STATUSES.fetch(session, orders=orders)}


async def promised_before(session: AsyncSession, moment: datetime, most: int) -> Sequence[PaymentRow]:
    """Payments that were authorised before this moment and are nothing more yet, locked; without those another has."""
    query = select(PaymentRow).where(
        PaymentRow.status == PaymentStatus.AUTHORISED, col(PaymentRow.authorised_at) < moment
    )
    query = query.order_by(col(PaymentRow.authorised_at)).limit(most).with_for_update(skip_locked=True)
    return (await session.scalars(query)).all()


async def payments_for_update(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    rows = await session.scalars(
        select(PaymentRow).where(col(PaymentRow.order_id).in_(orders)).order_by(col(PaymentRow.id)).with_for_update()
    )
    return {row.order_id: row for row in rows}


async def payments_by_id_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    rows = await session.scalars(
        select(PaymentRow).where(col(PaymentRow.id).in_(ids)).order_by(col(PaymentRow.id)).with_for_update()
    )
    return {row.id: row for row in rows}


async def payment_for_update(session: AsyncSession, order_id: UUID, partner_id: UUID | None) -> PaymentRow:
    """An order's payment, locked; another partner's does not exist for this one."""
    row = (await payments_for_update(session, [order_id])).get(order_id)
    if row is None or (partner_id is not None and row.partner_id != partner_id):
        raise NotFound("there is no payment of such an order", "order_id")
    return row


async def payment_of_reference(session: AsyncSession, reference: str) -> PaymentRow | None:
    """The payment the provider promised under this reference, locked."""
    query = select(PaymentRow).where(PaymentRow.provider_reference == reference).with_for_update()
    return (await session.scalars(query)).first() if reference else None


AUTHORISED = text(
    f"""
    UPDATE payment SET status = '{PaymentStatus.AUTHORISED}', failure = '', provider_reference = done.reference,
        authorised_at = :now, version = version + 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:refs AS text[])) AS done (id, reference)
    WHERE payment.id = done.id AND payment.status = '{PaymentStatus.AUTHORISING}'
    RETURNING payment.id, payment.order_id, payment.amount_minor, payment.currency, payment.version, payment.owed_minor
    """  # noqa: S608 put together of what the domain names
)


@dataclass(frozen=True, slots=True)
class AuthorisedPayment:
    """A payment whose money has just been promised, and what it owes for what was served already."""

    id: UUID
    order_id: UUID
    amount_minor: int
    currency: str
    version: int
    owed_minor: int


async def authorised(
    session: AsyncSession, references: Mapping[UUID, str], now: datetime
) -> Sequence[AuthorisedPayment]:
    """Record authorisations; returns the payments that still waited for them."""
    rows = await session.execute(AUTHORISED, {"ids": list(references), "refs": list(references.values()), "now": now})
    return [AuthorisedPayment(**row) for row in rows.mappings()]

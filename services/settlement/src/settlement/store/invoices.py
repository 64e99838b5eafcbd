"""SQL of invoices and of what was paid of them."""

from collections.abc import Sequence
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import InvoicePaymentRow, InvoiceRow


async def invoice_for_update(session: AsyncSession, invoice_id: UUID) -> InvoiceRow:
    row = await session.scalar(select(InvoiceRow).where(InvoiceRow.id == invoice_id).with_for_update())
    if row is None:
        raise NotFound("there is no such invoice", "invoice_id")
    return row


async def invoice_payment(session: AsyncSession, invoice_id: UUID, bank_reference: str) -> InvoicePaymentRow | None:
    query = select(InvoicePaymentRow).where(
        InvoicePaymentRow.invoice_id == invoice_id, InvoicePaymentRow.bank_reference == bank_reference
    )
    return (await session.scalars(query)).first()


async def invoices(session: AsyncSession, partner_id: UUID | None, part: Part[tuple[UUID]]) -> Sequence[InvoiceRow]:
    """Invoices, newest first."""
    query = select(InvoiceRow)
    if partner_id is not None:
        query = query.where(InvoiceRow.partner_id == partner_id)
    return (await session.scalars(part.of(query, col(InvoiceRow.id), descending=True))).all()

"""Invoices of partners' debts, and what was paid of them."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field

from settlement.tables.base import Base


class InvoiceRow(Base, table=True):
    """A partner's debt, asked for by invoice."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="invoice_amount"),
        CheckConstraint("paid_minor BETWEEN 0 AND amount_minor", name="invoice_paid"),
        CheckConstraint("approved_by <> issued_by", name="invoice_by_two"),
        Index("invoice_alone", "issued_by", "issued_at", postgresql_where=text("approved_by IS NULL")),
        only_added("paid_minor"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    issued_by: UUID
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))
    paid_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    approved_by: UUID | None = None  # where it took two people


class InvoicePaymentRow(Base, table=True):
    """A payment of an invoice; the bank's reference lets it be recorded once."""

    __tablename__ = "invoice_payment"
    __table_args__ = (
        UniqueConstraint("invoice_id", "bank_reference"),
        CheckConstraint("amount_minor > 0", name="invoice_payment_amount"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    invoice_id: UUID = Field(foreign_key="invoice.id")
    amount_minor: int = Field(sa_type=BigInteger)
    bank_reference: str
    entry_id: UUID = Field(foreign_key="journal_entry.id")
    paid_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_by: UUID
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None  # where no statement shows it

"""Orders' money: how it is split, what the provider is to do, and what is disputed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, text
from sqlmodel import Field

from settlement.tables.base import Base


class PaymentRow(Base, table=True):
    """The money of one order."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(
            "status IN ('awaiting_method', 'authorising', 'authorised', 'advancing', 'advanced', 'capturing',"
            " 'captured', 'voiding', 'voided', 'failed', 'partly_refunded', 'refunded', 'refunding', 'refund_failed',"
            " 'capture_failed', 'void_failed')",
            name="payment_status",
        ),
        CheckConstraint("0 <= refunded_minor", name="payment_refunded"),
        CheckConstraint("refunded_minor <= captured_minor", name="payment_refunded_at_most_captured"),
        CheckConstraint("captured_minor <= amount_minor", name="payment_captured_at_most_authorised"),
        CheckConstraint("advanced_minor BETWEEN 0 AND amount_minor", name="payment_advanced"),
        Index("payment_promised", "authorised_at", postgresql_where=text("status = 'authorised'")),
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(unique=True)
    partner_id: UUID = Field(index=True)
    resident_id: UUID
    placed_by: UUID
    status: str
    amount_minor: int = Field(sa_type=BigInteger)
    captured_minor: int = Field(default=0, sa_type=BigInteger)
    refunded_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str
    failure: str = ""
    provider_reference: str = ""
    authorised_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    advanced_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    owed_minor: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # fulfilled, unpaid
    version: int = Field(default=1, sa_type=BigInteger)
    chosen_version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # the order's

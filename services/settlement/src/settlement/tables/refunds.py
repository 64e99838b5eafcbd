"""Refunds."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, text
from sqlmodel import Field

from settlement.tables.base import Base


class RefundRow(Base, table=True):
    """Money to be given back; `beyond_minor` of it is more than the partner had then."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("approved_by <> asked_by", name="refund_by_two"),
        Index("refund_alone", "asked_by", "asked_at", postgresql_where=text("approved_by IS NULL")),
        CheckConstraint("state IN ('asked', 'done', 'failed')", name="refund_state"),
        CheckConstraint("kind IN ('refund', 'advance', 'chargeback')", name="refund_kind"),
        CheckConstraint("(state = 'done') = (paid_at IS NOT NULL)", name="refund_paid"),
        Index("refund_open", "asked_at", postgresql_where=text("state <> 'done'")),
        CheckConstraint("by_bank_minor BETWEEN 0 AND amount_minor", name="refund_by_bank"),
        only_added("paid_at", "state", "failure", "tries", "by_bank_minor"),
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    reason: str
    order_line_id: UUID | None = Field(default=None, foreign_key="line_split.order_line_id")
    asked_by: UUID
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))
    paid_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None
    beyond_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    state: str = Field(default="asked", sa_column_kwargs={"server_default": "asked"})
    kind: str = Field(default="refund", sa_column_kwargs={"server_default": "refund"})
    failure: str = Field(default="", sa_column_kwargs={"server_default": ""})
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # calls that were refused before the newest
    by_bank_minor: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # what of it the cardholder's bank gave back, by a chargeback

    @property
    def due_minor(self) -> int:
        """What of it the provider is to give back."""
        return self.amount_minor - self.by_bank_minor

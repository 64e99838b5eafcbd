"""Disputes about payments."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, text
from sqlmodel import Field

from settlement.tables.base import Base


class DisputeRow(Base, table=True):
    """A resident's or a bank's claim on a payment's money, which is held until it is decided."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'won', 'lost')", name="dispute_status"),
        CheckConstraint("amount_minor > 0", name="dispute_amount"),
        CheckConstraint("excess_minor BETWEEN 0 AND amount_minor", name="dispute_excess"),
        CheckConstraint("(claimed_minor IS NULL) = (claimed_currency IS NULL)", name="dispute_claimed"),
        CheckConstraint("taken_minor BETWEEN 0 AND amount_minor", name="dispute_taken"),
        CheckConstraint("beyond_minor >= 0", name="dispute_beyond"),
        Index(
            "dispute_open",
            "payment_id",
            unique=True,
            postgresql_where=text("status = 'open' AND provider_reference IS NULL"),
        ),
        Index("dispute_of_payment", "payment_id"),
        Index("dispute_of_provider", "provider_reference", unique=True),
        only_added(
            "status",
            "decided_by",
            "decided_at",
            "provider_reference",
            "taken_minor",
            "beyond_minor",
            "amount_minor",
            "excess_minor",
            "entry_id",
        ),
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    partner_id: UUID = Field(index=True)
    entry_id: UUID = Field(foreign_key="journal_entry.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    reason: str
    status: str
    opened_by: UUID | None = None  # nobody: the cardholder's bank, as the provider reports
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None  # of the opening, where it took two people
    excess_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # above the rest
    claimed_minor: int | None = Field(default=None, sa_type=BigInteger)  # as the cardholder's bank counts it
    claimed_currency: str | None = None
    provider_reference: str | None = None  # the provider's own id of it; then the bank decides
    taken_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # by the bank
    beyond_minor: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # what of it is on the suspense account: covered by refunds that are due, or by nothing

"""How partners are paid, and what they owe."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index
from sqlmodel import Field

from settlement.tables.base import Base


class PayoutRow(Base, table=True):
    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("status IN ('claimed', 'submitted', 'paid', 'returned')", name="payout_status"),
        CheckConstraint("amount_minor > 0", name="payout_amount"),
        CheckConstraint("rail IN ('provider', 'bank')", name="payout_rail"),
        CheckConstraint("(rail = 'bank') = (bank_file_id IS NOT NULL)", name="payout_by_file"),
        Index("payout_by_partner", "partner_id", "id"),
        CheckConstraint("return_approved_by <> return_told_by", name="payout_return_by_two"),
        only_added("status", "failure", "settled_at", "submitted_at", "return_told_by", "return_approved_by"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    status: str
    entries_claimed: int
    failure: str = ""
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    settled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    rail: str = Field(default="provider", sa_column_kwargs={"server_default": "provider"})
    bank_file_id: UUID | None = Field(default=None, foreign_key="bank_file.id", index=True)
    submitted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    return_told_by: UUID | None = None  # who took in the bank's statement that it came back
    return_approved_by: UUID | None = None


class PayoutClaimRow(Base, table=True):
    """Which payout paid a posting: the primary key lets it be one."""

    __tablename__ = "payout_claim"
    __table_args__ = only_added()

    position: int = Field(primary_key=True, foreign_key="posting.position", sa_type=BigInteger)
    payout_id: UUID = Field(foreign_key="payout.id", index=True)


class PayoutRunRow(Base, table=True):
    """That payouts were run, so that somebody notices when they are not."""

    __tablename__ = "payout_run"
    __table_args__ = only_added()

    id: UUID = Field(primary_key=True)
    ran_at: datetime = Field(sa_type=DateTime(timezone=True))
    made: int
    held: int
    partner_id: UUID | None = None  # whom it was for; none: everybody

"""How partners are paid, and what they owe."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint, text
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


class PayoutTermsRow(Base, table=True):
    """How a partner is paid; without a row, as partners of the risk tier "new" are."""

    __tablename__ = "payout_terms"
    __table_args__ = (
        CheckConstraint("hold_days BETWEEN 0 AND 365", name="terms_hold"),
        CheckConstraint("minimum_minor >= 0", name="terms_minimum"),
        CheckConstraint("reserve_basis_points BETWEEN 0 AND 10000", name="terms_reserve"),
        CheckConstraint("reserve_days BETWEEN 0 AND 365", name="terms_reserve_days"),
        CheckConstraint("rail IN ('provider', 'bank')", name="terms_rail"),
        CheckConstraint(
            "(schedule = 'daily' AND schedule_day = 0) OR (schedule = 'weekly' AND schedule_day BETWEEN 1 AND 7)"
            " OR (schedule = 'monthly' AND schedule_day BETWEEN 1 AND 28)",
            name="terms_schedule",
        ),
    )

    partner_id: UUID = Field(primary_key=True)
    hold_days: int = 0
    minimum_minor: int = Field(default=0, sa_type=BigInteger)
    reserve_basis_points: int = 0
    reserve_days: int = 0
    frozen: str = ""
    rail: str = Field(default="provider", sa_column_kwargs={"server_default": "provider"})
    schedule: str = Field(default="daily", sa_column_kwargs={"server_default": "daily"})
    schedule_day: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    risk_tier: str = Field(
        default="standard", foreign_key="risk_tier.name", sa_column_kwargs={"server_default": "standard"}
    )
    set_by: UUID
    set_at: datetime = Field(sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None  # where it took two people


class PayoutRunRow(Base, table=True):
    """That payouts were run, so that somebody notices when they are not."""

    __tablename__ = "payout_run"
    __table_args__ = only_added()

    id: UUID = Field(primary_key=True)
    ran_at: datetime = Field(sa_type=DateTime(timezone=True))
    made: int
    held: int
    partner_id: UUID | None = None  # whom it was for; none: everybody


class BankFileRow(Base, table=True):
    """Payouts of one currency as a file for the bank. A trigger keeps it as it was made; exported once."""

    __tablename__ = "bank_file"
    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="file_hash"),
        CheckConstraint("payouts > 0 AND total_minor > 0", name="file_pays_something"),
        CheckConstraint("(exported_at IS NULL) = (exported_by IS NULL)", name="file_exported_by_somebody"),
        only_added("exported_at", "exported_by"),
    )

    id: UUID = Field(primary_key=True)
    currency: str
    payouts: int
    total_minor: int = Field(sa_type=BigInteger)
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    exported_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    exported_by: UUID | None = None


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
    approved_by: UUID | None = None  # where no statement told of it


class RiskTierRow(Base, table=True):
    """What partners of one risk are asked for. Who has no terms is "new"; "standard" is everybody else's until
    another is set."""

    __tablename__ = "risk_tier"
    __table_args__ = (
        CheckConstraint("hold_days BETWEEN 0 AND 365", name="tier_hold"),
        CheckConstraint("reserve_basis_points BETWEEN 0 AND 10000", name="tier_reserve"),
        CheckConstraint("reserve_days BETWEEN 0 AND 365", name="tier_reserve_days"),
    )

    name: str = Field(primary_key=True)
    hold_days: int
    reserve_basis_points: int
    reserve_days: int
    set_by: UUID | None = None
    set_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))

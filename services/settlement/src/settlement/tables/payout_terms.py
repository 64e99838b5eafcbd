"""How partners are paid, and what is asked of their risk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime
from sqlmodel import Field

from settlement.tables.base import Base


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

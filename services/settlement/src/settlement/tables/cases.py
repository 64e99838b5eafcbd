"""What only a person can settle."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, text
from sqlmodel import Field

from settlement.tables.base import Base


class MoneyCaseRow(Base, table=True):
    """What only a person can settle, with its owner; the system resolves it where it comes right by itself."""

    __tablename__ = "money_case"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('refund_failed', 'void_failed', 'capture_failed', 'payouts_stopped', 'no_answer',"
            " 'amount_differs', 'contradicted', 'charged_beyond', 'statement_gap')",
            name="money_case_kind",
        ),
        CheckConstraint("resolved_by IS NULL OR resolved_at IS NOT NULL", name="money_case_resolved"),
        Index("money_case_open", "kind", "subject_id", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("money_case_of_order", "order_id", postgresql_where=text("resolved_at IS NULL")),
        Index("money_case_by_age", "id", postgresql_where=text("resolved_at IS NULL")),
        only_added("detail", "owner", "resolved_at", "resolved_by", "resolution"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    subject_id: UUID  # a refund's, payment's, call's, partner's, dispute's or bank statement's id
    order_id: UUID | None = None
    partner_id: UUID | None = None
    amount_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = ""
    detail: str
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    owner: UUID | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    resolved_by: UUID | None = None
    resolution: str = ""

"""What one person may not do alone."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, text
from sqlmodel import Field

from settlement.tables.base import Base


class ProposalRow(Base, table=True):
    """What one person may not do alone, until another approves it. Nobody proposed what the system did."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="proposal_status"),
        CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="proposal_decided"),
        CheckConstraint("status <> 'approved' OR decided_by IS DISTINCT FROM proposed_by", name="proposal_by_two"),
        Index("proposal_open", "id", postgresql_where=text("status = 'proposed'")),
        only_added("status", "proposed_by", "decided_by", "decided_at"),
    )

    id: UUID = Field(primary_key=True)
    act: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # ProposedAct
    reason: str
    status: str = "proposed"
    proposed_by: UUID | None = None
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))

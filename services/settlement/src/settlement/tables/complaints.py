"""Complaints about orders."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index
from sqlmodel import Field

from settlement.tables.base import Base


class ComplaintRow(Base, table=True):
    """A resident's complaint about an order, as ordering published it. Its money is not paid out before it is decided,
    and the refund that was proposed for it is done or rejected."""

    __tablename__ = "complaint"
    __table_args__ = (Index("complaint_of_order", "order_id"),)

    complaint_id: UUID = Field(primary_key=True)
    order_id: UUID
    partner_id: UUID
    version: int = Field(sa_type=BigInteger)
    decided: bool
    upheld: bool
    heard_at: datetime = Field(sa_type=DateTime(timezone=True))
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")  # of its refund

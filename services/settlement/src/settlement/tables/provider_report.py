"""What the payment provider reports of what moved."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, Column, DateTime, Identity
from sqlmodel import Field

from settlement.tables.base import Base


class ProviderReportRow(Base, table=True):
    """That the provider's report was read, and how many movements were new."""

    __tablename__ = "provider_report"
    __table_args__ = only_added()

    id: UUID = Field(primary_key=True)
    read_at: datetime = Field(sa_type=DateTime(timezone=True))
    movements: int


class ProviderMovementRow(Base, table=True):
    """A movement of money in the provider's report, by the provider's own number of it."""

    __tablename__ = "provider_movement"
    __table_args__ = only_added()

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    place: int = Field(unique=True, sa_type=BigInteger)
    key: str
    kind: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    moved_at: datetime = Field(sa_type=DateTime(timezone=True))
    reference: str = Field(index=True)

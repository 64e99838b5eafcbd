"""Contracts of partners, and what is known of them as payees."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, UniqueConstraint
from sqlmodel import Field

from settlement.tables.base import Base


class ContractRow(Base, table=True):
    """A partner's signed split plan. Orders go by the newest of those in effect when they were placed."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("partner_id", "version"), only_added())

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    version: int
    plan: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signed_at: datetime = Field(sa_type=DateTime(timezone=True))
    effective_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # None: as it was signed


class PayeeRow(Base, table=True):
    """Whether and where a partner may be paid; a copy kept from partners' events."""

    __tablename__ = "payee"

    partner_id: UUID = Field(primary_key=True)
    may_be_paid: bool = False
    standing_version: int = Field(default=0, sa_type=BigInteger)
    bank_account: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    account_version: int = Field(default=0, sa_type=BigInteger)
    frozen_case: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the regulator's cases, while frozen
    returns_since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # earlier ones do not count

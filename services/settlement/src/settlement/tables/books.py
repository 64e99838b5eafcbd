"""Periods that are closed, seals and exchanges."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from settlement.tables.base import Base


class PeriodRow(Base, table=True):
    """A closed accounting period: nothing counts in it from then on. The first one has no beginning."""

    __tablename__ = "accounting_period"
    __table_args__ = (
        UniqueConstraint("starts_at", postgresql_nulls_not_distinct=True),
        CheckConstraint("starts_at < ends_at AND ends_at <= closed_at", name="period_has_ended"),
        only_added(),
    )

    ends_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    starts_at: datetime | None = Field(
        default=None, foreign_key="accounting_period.ends_at", sa_type=DateTime(timezone=True)
    )
    entries: int = Field(sa_type=BigInteger)
    closed_by: UUID
    closed_at: datetime = Field(sa_type=DateTime(timezone=True))


class PeriodBalanceRow(Base, table=True):
    """An account's balance over everything that counts before a closed period's end."""

    __tablename__ = "period_balance"
    __table_args__ = only_added()

    ends_at: datetime = Field(
        primary_key=True, foreign_key="accounting_period.ends_at", sa_type=DateTime(timezone=True)
    )
    account: str = Field(primary_key=True, sa_type=Text)
    currency: str = Field(primary_key=True)
    balance_minor: int = Field(sa_type=BigInteger)


class SealRow(Base, table=True):
    """A link of a chain of hashes over the ledger: a partner's postings, or the city's own, up to a position."""

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("number > 0 AND postings > 0", name="seal_seals_something"),
        CheckConstraint("length(hash) = 32", name="seal_hash"),
        Index("seal_upto", "upto"),
        only_added(),
    )

    chain: str = Field(primary_key=True, sa_type=Text)  # "partner:<id>", or "city"
    number: int = Field(primary_key=True, sa_type=BigInteger)
    upto: int = Field(sa_type=BigInteger)
    postings: int = Field(sa_type=BigInteger)
    previous: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed_at: datetime = Field(sa_type=DateTime(timezone=True))


class ExchangeRow(Base, table=True):
    """Money of one currency given for money of another, at a rate that is written down."""

    __tablename__ = "exchange"
    __table_args__ = (
        CheckConstraint("sold_minor > 0 AND bought_minor > 0 AND rate > 0", name="exchange_moves_something"),
        CheckConstraint("sold_currency <> bought_currency", name="exchange_of_two"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    entry_id: UUID = Field(foreign_key="journal_entry.id", unique=True)
    sold_minor: int = Field(sa_type=BigInteger)
    sold_currency: str
    bought_minor: int = Field(sa_type=BigInteger)
    bought_currency: str
    rate: Decimal = Field(sa_type=Numeric)
    reason: str
    made_by: UUID
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None  # of those from before it took two

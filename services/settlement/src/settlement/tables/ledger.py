"""The ledger. Entries and postings are only ever added; triggers and the role's rights see to it."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Text,
    text,
)
from sqlmodel import Field

from settlement.tables.base import Base, Xid8


class JournalEntryRow(Base, table=True):
    """An entry. A deferred trigger refuses one whose postings do not sum to zero in every currency.

    It counts at `effective_at`; where what it records happened in a period that was closed by then, `late_for` says
    when that was. A trigger sees to it. Entries from before there were periods count when they were recorded.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        CheckConstraint("late_for < effective_at", name="entry_late"),
        Index("entry_by_moment", "recorded_at", postgresql_using="brin"),
        Index("entry_effective", "effective_at", postgresql_where=text("late_for IS NOT NULL")),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    reference: str = Field(unique=True)
    order_id: UUID | None = Field(default=None, index=True)
    payout_id: UUID | None = Field(default=None, index=True)
    reverses: UUID | None = Field(default=None, foreign_key="journal_entry.id")
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    effective_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    late_for: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    xid: int = Field(sa_column=Column(Xid8, nullable=False, server_default=text("pg_current_xact_id()")))
    traceparent: str | None = None  # of an order that is traced: its payout is traced there


class PostingRow(Base, table=True):
    """A posting. `xid` says which transaction wrote it, so that a snapshot knows what it has counted."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="posting_moves_something"),
        Index("posting_by_account", "account", "currency", "xid", postgresql_include=["amount_minor"]),
        Index("posting_of", "entry_id"),
        only_added(),
    )

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    entry_id: UUID  # of an entry of the same transaction: a trigger looks, once a statement
    account: str = Field(sa_type=Text)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    xid: int = Field(sa_column=Column(Xid8, nullable=False, server_default=text("pg_current_xact_id()")))


class BalanceSnapshotRow(Base, table=True):
    """An account's balance over all postings of transactions before `before_xid`."""

    __tablename__ = "balance_snapshot"

    account: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    balance_minor: int = Field(sa_type=BigInteger)
    before_xid: int = Field(sa_column=Column(Xid8, nullable=False))


class LedgerCheckRow(Base, table=True):
    """How often an invariant was broken when the ledger was checked."""

    __tablename__ = "ledger_check"
    __table_args__ = only_added()

    checked_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    invariant: str = Field(primary_key=True)
    violations: int = Field(sa_type=BigInteger)

"""What bank and provider report, and how it agrees with the ledger."""

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
    text,
)
from sqlmodel import Field

from settlement.tables.base import Base


class MatchRuleRow(Base, table=True):
    """A rule of the automatic matching, in its place."""

    __tablename__ = "match_rule"
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 60", name="rule_days"),)

    place: int = Field(primary_key=True)
    name: str = Field(unique=True)
    by_reference: bool
    days: int


class ReconciliationRow(Base, table=True):
    """A reconciliation, with what it knew: done again with that, it comes to the same digest."""

    __tablename__ = "reconciliation"
    __table_args__ = only_added()

    id: UUID = Field(primary_key=True)
    ran_at: datetime = Field(sa_type=DateTime(timezone=True))
    ledger_position: int = Field(sa_type=BigInteger)
    snapshot: str  # which transactions had ended, as PostgreSQL writes it
    bank_position: int = Field(sa_type=BigInteger)
    provider_position: int = Field(sa_type=BigInteger)
    match_serial: int = Field(sa_type=BigInteger)
    bank_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    provider_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    rules: str  # as JSON
    matched: int
    opened: int
    resolved: int
    digest: str
    not_moved: bool = Field(
        default=True, sa_column_kwargs={"server_default": "false"}
    )  # looked for what is overdue, too
    pairs_max: int | None = None  # how many matches it could make at most; runs of earlier releases had no bound


class MatchRow(Base, table=True):
    """Items that are the same money, matched by a rule or a person. A deferred trigger refuses uneven ones."""

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint("(reconciliation_id IS NULL) = (made_by IS NOT NULL)", name="match_by_whom"),
        only_added(),
    )

    serial: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    reconciliation_id: UUID | None = Field(default=None, foreign_key="reconciliation.id", index=True)
    rule: str
    made_by: UUID | None = None
    made_at: datetime = Field(sa_type=DateTime(timezone=True))


class MatchedItemRow(Base, table=True):
    """A posting, bank line or provider movement that is matched: the primary key lets it be once."""

    __tablename__ = "matched_item"
    __table_args__ = (CheckConstraint("side IN ('ledger', 'bank', 'provider')", name="item_side"), only_added())

    side: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=BigInteger)
    match_serial: int = Field(foreign_key="match.serial", index=True, sa_type=BigInteger)


class BreakRow(Base, table=True):
    """What the ledger and its source do not agree on, until it is resolved."""

    __tablename__ = "break"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('not_in_ledger', 'not_told', 'amount_differs', 'payout_unconfirmed', 'refund_overdue',"
            " 'capture_overdue')",
            name="break_kind",
        ),
        CheckConstraint("source IN ('bank', 'provider')", name="break_source"),
        CheckConstraint("status IN ('open', 'resolved')", name="break_status"),
        CheckConstraint("(status = 'resolved') = (resolved_at IS NOT NULL)", name="break_resolved"),
        Index("break_open", "status", "id"),
        Index("break_of_posting", "posting_position", unique=True, postgresql_where=text("status = 'open'")),
        Index("break_of_told", "source", "told_position", unique=True, postgresql_where=text("status = 'open'")),
        Index("break_of_payout", "payout_id", unique=True, postgresql_where=text("status = 'open'")),
        Index("break_of_subject", "kind", "subject_id", unique=True, postgresql_where=text("status = 'open'")),
        only_added("owner", "status", "resolution", "resolved_at", "match_serial"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    source: str
    posting_position: int | None = Field(default=None, foreign_key="posting.position", sa_type=BigInteger)
    told_position: int | None = Field(default=None, sa_type=BigInteger)
    payout_id: UUID | None = Field(default=None, foreign_key="payout.id")
    subject_id: UUID | None = None  # of what is owed and did not move: a refund, or an order's payment
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    reconciliation_id: UUID = Field(foreign_key="reconciliation.id")
    owner: UUID | None = None
    status: str = "open"
    resolution: str = ""
    resolved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    match_serial: int | None = Field(default=None, foreign_key="match.serial", sa_type=BigInteger)


class AdjustmentRow(Base, table=True):
    """An entry that would settle a break: proposed by one person, approved by another."""

    __tablename__ = "adjustment"
    __table_args__ = (
        CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="adjustment_status"),
        CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="adjustment_decided"),
        CheckConstraint("status <> 'approved' OR decided_by <> proposed_by", name="adjustment_by_two"),
        CheckConstraint("(status = 'approved') = (entry_id IS NOT NULL)", name="adjustment_entry"),
        CheckConstraint("amount_minor <> 0", name="adjustment_amount"),
        Index("adjustment_proposed", "break_id", unique=True, postgresql_where=text("status = 'proposed'")),
        only_added("status", "decided_by", "decided_at", "entry_id"),
    )

    id: UUID = Field(primary_key=True)
    break_id: UUID = Field(foreign_key="break.id")
    cash_account: str
    account: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    reason: str
    status: str = "proposed"
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    entry_id: UUID | None = Field(default=None, foreign_key="journal_entry.id")

"""Settlement's tables. Entries and postings are only ever added; triggers and the role's rights see to it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import registry
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel


class Xid8(UserDefinedType[int]):
    """PostgreSQL's full transaction id."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "xid8"


class Base(SQLModel, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class ContractRow(Base, table=True):
    """A partner's signed split plan; the newest is in force."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("partner_id", "version"),)

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    version: int
    plan: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signed_at: datetime = Field(sa_type=DateTime(timezone=True))


class PayeeRow(Base, table=True):
    """Whether and where a partner may be paid; a copy kept from partners' events."""

    __tablename__ = "payee"

    partner_id: UUID = Field(primary_key=True)
    may_be_paid: bool = False
    standing_version: int = Field(default=0, sa_type=BigInteger)
    bank_account: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    account_version: int = Field(default=0, sa_type=BigInteger)


class PaymentRow(Base, table=True):
    """The money of one order."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(
            "status IN ('awaiting_method', 'authorising', 'authorised', 'capturing', 'captured', 'voiding',"
            " 'voided', 'failed', 'partly_refunded', 'refunded')",
            name="payment_status",
        ),
        CheckConstraint("0 <= refunded_minor", name="payment_refunded"),
        CheckConstraint("refunded_minor <= captured_minor", name="payment_refunded_at_most_captured"),
        CheckConstraint("captured_minor <= amount_minor", name="payment_captured_at_most_authorised"),
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(unique=True)
    partner_id: UUID = Field(index=True)
    resident_id: UUID
    placed_by: UUID
    status: str
    amount_minor: int = Field(sa_type=BigInteger)
    captured_minor: int = Field(default=0, sa_type=BigInteger)
    refunded_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str
    failure: str = ""
    provider_reference: str = ""
    version: int = Field(default=1, sa_type=BigInteger)


class LineSplitRow(Base, table=True):
    """A line's gross and the plan it was split by, frozen when it was ordered."""

    __tablename__ = "line_split"

    order_line_id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    place: int
    gross_minor: int = Field(sa_type=BigInteger)
    plan: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fulfilled: bool = False


class PartRow(Base, table=True):
    """A party's part of a line, and where it is credited."""

    __tablename__ = "part"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="part_amount"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="part_refunded"),
    )

    order_line_id: UUID = Field(primary_key=True, foreign_key="line_split.order_line_id")
    place: int = Field(primary_key=True)
    party: str
    account: str
    amount_minor: int = Field(sa_type=BigInteger)
    refunded_minor: int = Field(default=0, sa_type=BigInteger)


class RefundRow(Base, table=True):
    __tablename__ = "refund"

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    reason: str
    order_line_id: UUID | None = Field(default=None, foreign_key="line_split.order_line_id")
    asked_by: UUID
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))
    paid_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class JournalEntryRow(Base, table=True):
    """An entry. A deferred trigger refuses one whose postings do not sum to zero in every currency."""

    __tablename__ = "journal_entry"

    id: UUID = Field(primary_key=True)
    kind: str
    reference: str = Field(unique=True)
    order_id: UUID | None = Field(default=None, index=True)
    payout_id: UUID | None = Field(default=None, index=True)
    reverses: UUID | None = Field(default=None, foreign_key="journal_entry.id")
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    xid: int = Field(sa_column=Column(Xid8, nullable=False, server_default=text("pg_current_xact_id()")))


class PostingRow(Base, table=True):
    """A posting. `xid` says which transaction wrote it, so that a snapshot knows what it has counted."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="posting_moves_something"),
        Index("posting_by_account", "account", "currency", "xid", postgresql_include=["amount_minor"]),
        Index("posting_of", "entry_id"),
    )

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    entry_id: UUID = Field(foreign_key="journal_entry.id")
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


class PayoutRow(Base, table=True):
    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("status IN ('claimed', 'submitted', 'paid', 'returned')", name="payout_status"),
        CheckConstraint("amount_minor > 0", name="payout_amount"),
        CheckConstraint("rail IN ('provider', 'bank')", name="payout_rail"),
        CheckConstraint("(rail = 'bank') = (bank_file_id IS NOT NULL)", name="payout_by_file"),
        Index("payout_by_partner", "partner_id", "id"),
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


class BankFileRow(Base, table=True):
    """Payouts of one currency as a file for the bank. A trigger keeps it as it was made; exported once."""

    __tablename__ = "bank_file"
    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="file_hash"),
        CheckConstraint("payouts > 0 AND total_minor > 0", name="file_pays_something"),
        CheckConstraint("(exported_at IS NULL) = (exported_by IS NULL)", name="file_exported_by_somebody"),
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


class PayoutTermsRow(Base, table=True):
    """How a partner is paid; without a row, at once and in full."""

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
    set_by: UUID
    set_at: datetime = Field(sa_type=DateTime(timezone=True))


class PayoutRunRow(Base, table=True):
    """That payouts were run, so that somebody notices when they are not."""

    __tablename__ = "payout_run"

    id: UUID = Field(primary_key=True)
    ran_at: datetime = Field(sa_type=DateTime(timezone=True))
    made: int
    held: int
    partner_id: UUID | None = None  # whom it was for; none: everybody


class DisputeRow(Base, table=True):
    """A resident's or a bank's claim on a payment's money, which is held until it is decided."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'won', 'lost')", name="dispute_status"),
        CheckConstraint("amount_minor > 0", name="dispute_amount"),
        Index("dispute_open", "payment_id", unique=True, postgresql_where=text("status = 'open'")),
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    partner_id: UUID = Field(index=True)
    entry_id: UUID = Field(foreign_key="journal_entry.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    reason: str
    status: str
    opened_by: UUID
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class InvoiceRow(Base, table=True):
    """A partner's debt, asked for by invoice."""

    __tablename__ = "invoice"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="invoice_amount"),)

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    issued_by: UUID
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))


class PayoutClaimRow(Base, table=True):
    """Which payout paid a posting: the primary key lets it be one."""

    __tablename__ = "payout_claim"

    position: int = Field(primary_key=True, foreign_key="posting.position", sa_type=BigInteger)
    payout_id: UUID = Field(foreign_key="payout.id", index=True)


class WebhookRow(Base, table=True):
    """A webhook that was taken: its id lets it have its effect once."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    call_id: UUID = Field(foreign_key="provider_call.id", index=True)
    kind: str
    received_at: datetime = Field(sa_type=DateTime(timezone=True))


class ProviderCallRow(Base, table=True):
    """Something the payment provider is to do. Its id is the provider's idempotency key, so it is done once."""

    __tablename__ = "provider_call"
    __table_args__ = (
        CheckConstraint("step IN ('authorise', 'capture', 'void', 'refund', 'pay_out')", name="call_step"),
        CheckConstraint("state IN ('due', 'done', 'refused')", name="call_state"),
        Index("provider_call_due", "due_at", postgresql_where=text("state = 'due'")),
    )

    id: UUID = Field(primary_key=True)
    step: str
    subject_id: UUID  # a payment's, refund's or payout's id
    payment_id: UUID | None = Field(default=None, foreign_key="payment.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    detail: str  # a payment method, a provider's reference, or a bank account
    traceparent: str = ""
    state: str = "due"
    attempts: int = 0
    due_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankStatementRow(Base, table=True):
    """A statement the bank gave of an account of ours. A deferred trigger holds it against its lines."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("account", "currency", "statement_id"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="statement_hash"),
    )

    id: UUID = Field(primary_key=True)
    statement_id: str
    account: str
    currency: str
    start_on: date
    end_on: date
    opening_minor: int = Field(sa_type=BigInteger)
    closing_minor: int = Field(sa_type=BigInteger)
    lines: int
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ingested_by: UUID
    ingested_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankLineRow(Base, table=True):
    """Something the bank booked. `reference` is that of the entry which should be in the ledger, where it says."""

    __tablename__ = "bank_line"
    __table_args__ = (UniqueConstraint("statement_id", "place"),)

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    statement_id: UUID = Field(foreign_key="bank_statement.id")
    place: int
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    booked_on: date
    end_to_end_id: str
    bank_reference: str
    remittance: str
    return_reason: str
    reference: str = Field(index=True)


class ProviderReportRow(Base, table=True):
    """That the provider's report was read, and how many movements were new."""

    __tablename__ = "provider_report"

    id: UUID = Field(primary_key=True)
    read_at: datetime = Field(sa_type=DateTime(timezone=True))
    movements: int


class ProviderMovementRow(Base, table=True):
    """A movement of money the provider's report tells of, by the provider's own number of it."""

    __tablename__ = "provider_movement"

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    place: int = Field(unique=True, sa_type=BigInteger)
    key: str
    kind: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    moved_at: datetime = Field(sa_type=DateTime(timezone=True))
    reference: str = Field(index=True)


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


class MatchRow(Base, table=True):
    """Items that tell of the same money, matched by a rule or a person. A deferred trigger refuses uneven ones."""

    __tablename__ = "match"
    __table_args__ = (CheckConstraint("(reconciliation_id IS NULL) = (made_by IS NOT NULL)", name="match_by_whom"),)

    serial: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    reconciliation_id: UUID | None = Field(default=None, foreign_key="reconciliation.id", index=True)
    rule: str
    made_by: UUID | None = None
    made_at: datetime = Field(sa_type=DateTime(timezone=True))


class MatchedItemRow(Base, table=True):
    """A posting, bank line or provider movement that is matched: the primary key lets it be once."""

    __tablename__ = "matched_item"
    __table_args__ = (CheckConstraint("side IN ('ledger', 'bank', 'provider')", name="item_side"),)

    side: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=BigInteger)
    match_serial: int = Field(foreign_key="match.serial", index=True, sa_type=BigInteger)


class BreakRow(Base, table=True):
    """What the ledger and its source do not agree on, until it is resolved."""

    __tablename__ = "break"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('not_in_ledger', 'not_told', 'amount_differs', 'payout_unconfirmed')", name="break_kind"
        ),
        CheckConstraint("source IN ('bank', 'provider')", name="break_source"),
        CheckConstraint("status IN ('open', 'resolved')", name="break_status"),
        CheckConstraint("(status = 'resolved') = (resolved_at IS NOT NULL)", name="break_resolved"),
        Index("break_open", "status", "id"),
        Index("break_of_posting", "posting_position", unique=True, postgresql_where=text("status = 'open'")),
        Index("break_of_told", "source", "told_position", unique=True, postgresql_where=text("status = 'open'")),
        Index("break_of_payout", "payout_id", unique=True, postgresql_where=text("status = 'open'")),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    source: str
    posting_position: int | None = Field(default=None, foreign_key="posting.position", sa_type=BigInteger)
    told_position: int | None = Field(default=None, sa_type=BigInteger)
    payout_id: UUID | None = Field(default=None, foreign_key="payout.id")
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


class StatementRow(Base, table=True):
    """A partner's statement as it was issued. It takes up where the one before ends: no entry is between them."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("partner_id", "previous_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("start_at IS NULL OR start_at < finish_at", name="statement_period"),
        CheckConstraint("(start_at IS NULL) = (previous_id IS NULL)", name="statement_follows"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="issued_statement_hash"),
        CheckConstraint("answer IN ('', 'confirmed', 'disputed', 'resolved')", name="statement_answer"),
        CheckConstraint("(answer = '') = (answered_by IS NULL)", name="statement_answered"),
        CheckConstraint("(answer = 'resolved') = (resolved_by IS NOT NULL)", name="statement_resolved"),
        CheckConstraint("answered_at IS NULL OR answered_at < deadline_at", name="statement_answered_in_time"),
        Index("statement_by_partner", "partner_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    previous_id: UUID | None = Field(default=None, foreign_key="statement.id")
    start_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    finish_at: datetime = Field(sa_type=DateTime(timezone=True))
    ledger_position: int = Field(sa_type=BigInteger)
    snapshot: str  # which transactions had ended, as PostgreSQL writes it
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pdf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))
    deadline_at: datetime = Field(sa_type=DateTime(timezone=True))
    answer: str = ""
    reason: str = ""
    answered_by: UUID | None = None
    answered_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    resolution: str = ""
    resolved_by: UUID | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class DisputedLineRow(Base, table=True):
    """A line of a statement that its partner disputes."""

    __tablename__ = "disputed_line"

    statement_id: UUID = Field(primary_key=True, foreign_key="statement.id")
    position: int = Field(primary_key=True, foreign_key="posting.position", sa_type=BigInteger)


class ProofRow(Base, table=True):
    """That a line's service was given, as ordering told: why it was owed."""

    __tablename__ = "proof"

    order_line_id: UUID = Field(primary_key=True)
    proof_id: UUID
    scan_id: UUID | None = None
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))


class DocumentKeyRow(Base, table=True):
    """A key that signs documents, and its certificate."""

    __tablename__ = "document_key"

    serial: str = Field(primary_key=True)
    private_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    certificate: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))

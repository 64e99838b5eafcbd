"""Orders' money: how it is split, what the provider is to do, and what is disputed."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from settlement.tables.base import Base


class ContractRow(Base, table=True):
    """A partner's signed split plan; the newest is in force."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("partner_id", "version"), only_added())

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
    returns_since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # earlier ones do not count


class PaymentRow(Base, table=True):
    """The money of one order."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(
            "status IN ('awaiting_method', 'authorising', 'authorised', 'advancing', 'advanced', 'capturing',"
            " 'captured', 'voiding', 'voided', 'failed', 'partly_refunded', 'refunded', 'refunding', 'refund_failed',"
            " 'capture_failed', 'void_failed')",
            name="payment_status",
        ),
        CheckConstraint("0 <= refunded_minor", name="payment_refunded"),
        CheckConstraint("refunded_minor <= captured_minor", name="payment_refunded_at_most_captured"),
        CheckConstraint("captured_minor <= amount_minor", name="payment_captured_at_most_authorised"),
        CheckConstraint("advanced_minor BETWEEN 0 AND amount_minor", name="payment_advanced"),
        Index("payment_promised", "authorised_at", postgresql_where=text("status = 'authorised'")),
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
    authorised_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    advanced_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    owed_minor: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # fulfilled, unpaid
    version: int = Field(default=1, sa_type=BigInteger)
    chosen_version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # the order's


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
    """Money to be given back; `beyond_minor` of it is more than the partner had then."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("approved_by <> asked_by", name="refund_by_two"),
        Index("refund_alone", "asked_by", "asked_at", postgresql_where=text("approved_by IS NULL")),
        CheckConstraint("state IN ('asked', 'done', 'failed')", name="refund_state"),
        CheckConstraint("kind IN ('refund', 'advance', 'chargeback')", name="refund_kind"),
        CheckConstraint("(state = 'done') = (paid_at IS NOT NULL)", name="refund_paid"),
        Index("refund_open", "asked_at", postgresql_where=text("state <> 'done'")),
        CheckConstraint("by_bank_minor BETWEEN 0 AND amount_minor", name="refund_by_bank"),
        only_added("paid_at", "state", "failure", "tries", "by_bank_minor"),
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    reason: str
    order_line_id: UUID | None = Field(default=None, foreign_key="line_split.order_line_id")
    asked_by: UUID
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))
    paid_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None
    beyond_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    state: str = Field(default="asked", sa_column_kwargs={"server_default": "asked"})
    kind: str = Field(default="refund", sa_column_kwargs={"server_default": "refund"})
    failure: str = Field(default="", sa_column_kwargs={"server_default": ""})
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # calls that were refused before the newest
    by_bank_minor: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # what of it the cardholder's bank gave back, by a chargeback

    @property
    def due_minor(self) -> int:
        """What of it the provider is to give back."""
        return self.amount_minor - self.by_bank_minor


class DisputeRow(Base, table=True):
    """A resident's or a bank's claim on a payment's money, which is held until it is decided."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'won', 'lost')", name="dispute_status"),
        CheckConstraint("amount_minor > 0", name="dispute_amount"),
        CheckConstraint("excess_minor BETWEEN 0 AND amount_minor", name="dispute_excess"),
        CheckConstraint("(claimed_minor IS NULL) = (claimed_currency IS NULL)", name="dispute_claimed"),
        CheckConstraint("taken_minor BETWEEN 0 AND amount_minor", name="dispute_taken"),
        CheckConstraint("beyond_minor >= 0", name="dispute_beyond"),
        Index(
            "dispute_open",
            "payment_id",
            unique=True,
            postgresql_where=text("status = 'open' AND provider_reference IS NULL"),
        ),
        Index("dispute_of_payment", "payment_id"),
        Index("dispute_of_provider", "provider_reference", unique=True),
        only_added(
            "status",
            "decided_by",
            "decided_at",
            "provider_reference",
            "taken_minor",
            "beyond_minor",
            "amount_minor",
            "excess_minor",
            "entry_id",
        ),
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    partner_id: UUID = Field(index=True)
    entry_id: UUID = Field(foreign_key="journal_entry.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    reason: str
    status: str
    opened_by: UUID | None = None  # nobody: the cardholder's bank, as the provider told
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None  # of the opening, where it took two people
    excess_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # above the rest
    claimed_minor: int | None = Field(default=None, sa_type=BigInteger)  # as the cardholder's bank counts it
    claimed_currency: str | None = None
    provider_reference: str | None = None  # the provider's own id of it; then the bank decides
    taken_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # by the bank
    beyond_minor: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # what of it is on the suspense account: covered by refunds that are due, or by nothing


class ComplaintRow(Base, table=True):
    """A resident's complaint about an order, as ordering tells: its money is not paid out before it is decided, and the
    refund that was proposed for it is done or rejected."""

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


class EvidenceRow(Base, table=True):
    """What a dispute was decided on, as it was then."""

    __tablename__ = "dispute_evidence"
    __table_args__ = (CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="evidence_hash"), only_added())

    dispute_id: UUID = Field(primary_key=True, foreign_key="dispute.id")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str
    made_at: datetime = Field(sa_type=DateTime(timezone=True))


class ConsentReceiptRow(Base, table=True):
    """That a resident consented for an order's line, as consent told: the artefact is known by its hash."""

    __tablename__ = "consent_receipt"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because = '')", name="receipt_ends_for_a_reason"),
        only_added("revoked_at", "ended_at", "ended_because"),
    )

    consent_id: UUID = Field(primary_key=True)
    order_id: UUID = Field(index=True)
    order_line_id: UUID
    artefact_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    granted_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # with its order or a guardianship
    ended_because: str = Field(default="", sa_column_kwargs={"server_default": ""})  # as the contract names it


class DecisionsRow(Base, table=True):
    """Who was let at the resident's data for a disputed order, and who was not, as consent told when it was asked."""

    __tablename__ = "dispute_decisions"
    __table_args__ = only_added()

    dispute_id: UUID = Field(primary_key=True, foreign_key="dispute.id")
    told: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # DecisionsTold
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class ProofRow(Base, table=True):
    """That a line's service was given, as ordering told: why it was owed."""

    __tablename__ = "proof"
    __table_args__ = only_added()

    order_line_id: UUID = Field(primary_key=True)
    proof_id: UUID
    scan_id: UUID | None = None
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))


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


class WebhookRow(Base, table=True):
    """A webhook that was taken: its id lets it have its effect once."""

    __tablename__ = "webhook"
    __table_args__ = only_added()

    id: str = Field(primary_key=True)
    call_id: UUID | None = Field(default=None, foreign_key="provider_call.id", index=True)
    kind: str
    received_at: datetime = Field(sa_type=DateTime(timezone=True))


class ProviderCallRow(Base, table=True):
    """Something the payment provider is to do. Its id is the provider's idempotency key, so it is done once."""

    __tablename__ = "provider_call"
    __table_args__ = (
        CheckConstraint("step IN ('authorise', 'advance', 'capture', 'void', 'refund', 'pay_out')", name="call_step"),
        CheckConstraint("state IN ('due', 'done', 'refused', 'held', 'dropped')", name="call_state"),
        Index("provider_call_due", "due_at", postgresql_where=text("state = 'due'")),
        Index("provider_call_unknown", "unknown_since", postgresql_where=text("unknown_since IS NOT NULL")),
        Index("provider_call_of_payment", "payment_id", postgresql_where=text("state = 'due'")),
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
    created_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")})
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # calls for the same that were refused
    unknown_since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


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

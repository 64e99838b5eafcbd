"""What the payment provider is to do, and the webhooks that say what became of it."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, text
from sqlmodel import Field

from settlement.tables.base import Base


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
        CheckConstraint(
            "step IN ('authorise', 'advance', 'capture', 'void', 'refund', 'pay_out', 'let_go')",
            name="call_step",
        ),
        CheckConstraint("state IN ('due', 'done', 'refused', 'held', 'dropped')", name="call_state"),
        Index("provider_call_due", "due_at", postgresql_where=text("state = 'due'")),
        Index("provider_call_unknown", "unknown_since", postgresql_where=text("unknown_since IS NOT NULL")),
        Index("provider_call_of_payment", "payment_id", postgresql_where=text("state = 'due'")),
        Index("provider_call_let_go", "subject_id", postgresql_where=text("step = 'let_go'")),
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


class NextStepRow(Base, table=True):
    """What the provider asked of who pays before it promises the money: shown while its call has no answer."""

    __tablename__ = "next_step"
    __table_args__ = (
        CheckConstraint("kind IN ('redirect', 'scan', 'confirm')", name="next_step_kind"),
        CheckConstraint("length(target) <= 1024", name="next_step_target"),
        Index("next_step_of_payment", "payment_id"),
        only_added("superseded_at"),
    )

    call_id: UUID = Field(primary_key=True, foreign_key="provider_call.id")
    payment_id: UUID = Field(foreign_key="payment.id")
    kind: str
    target: str
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    superseded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # another way was chosen

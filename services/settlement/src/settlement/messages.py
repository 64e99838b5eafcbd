"""What settlement says, put together from rows: amounts, events, calls of the provider."""

from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.wire import timestamp
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.common.v1.types_pb2 import Money
from yima.settlement.v1 import events_pb2 as told

from settlement.domain.payments import Step
from settlement.store import ledger
from settlement.store.payments import DueCall
from settlement.tables import DisputeRow, PaymentRow, ProviderCallRow


def code(kind: EnumTypeWrapper, number: int, prefix: str) -> str:
    """A code of the contract; one that is newer than this release stays a number."""
    return kind.Name(number).removeprefix(prefix) if number in kind.values() else str(number)


def amount(minor: int, currency: str) -> Money:
    return Money(currency=currency, minor=minor)


def payment_captured(taken: ledger.Taken) -> told.PaymentCaptured:
    return told.PaymentCaptured(
        payment_id=str(taken.payment_id),
        order_id=str(taken.order_id),
        partner_id=str(taken.partner_id),
        amount=amount(taken.amount_minor, taken.currency),
        version=taken.version,
    )


def dispute_opened(dispute: DisputeRow, order_id: UUID) -> told.DisputeOpened:
    """Without the reason, which somebody wrote."""
    return told.DisputeOpened(
        dispute_id=str(dispute.id),
        payment_id=str(dispute.payment_id),
        order_id=str(order_id),
        partner_id=str(dispute.partner_id),
        amount=amount(dispute.amount_minor, dispute.currency),
        opened_at=timestamp(dispute.opened_at),
        version=1,
    )


def again(call: DueCall, payment: PaymentRow, tries: int, due_at: datetime) -> ProviderCallRow:
    """The same as a call that was refused, under a key of its own."""
    return ProviderCallRow(
        id=new_id(),
        step=call.step,
        subject_id=call.subject_id,
        payment_id=payment.id,
        amount_minor=call.amount_minor,
        currency=call.currency,
        detail=call.detail,
        traceparent=call.traceparent,
        due_at=due_at,
        created_at=due_at,
        tries=tries,
    )


def call(payment: PaymentRow, step: Step, detail: str, now: datetime, traceparent: str) -> ProviderCallRow:
    """Something to ask of the provider for a payment's whole amount, now."""
    return ProviderCallRow(
        id=new_id(),
        step=step,
        subject_id=payment.id,
        payment_id=payment.id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        detail=detail,
        traceparent=traceparent,
        due_at=now,
        created_at=now,
    )

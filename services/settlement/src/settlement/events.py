"""What settlement publishes, built from rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.wire import timestamp
from yima.settlement.v1 import events_pb2 as events_pb

from settlement.domain.amounts import amount
from settlement.domain.disputes import DisputeStatus
from settlement.domain.payouts import PayoutStatus, version_of
from settlement.store.ledger import CapturedPayment
from settlement.store.payments import AuthorisedPayment
from settlement.tables import DisputeRow, PaymentRow, PayoutRow, RefundRow, StatementRow


def payment_authorised(payment: AuthorisedPayment) -> events_pb.PaymentAuthorised:
    """Of what is owed, where that was served already."""
    return events_pb.PaymentAuthorised(
        payment_id=str(payment.id),
        order_id=str(payment.order_id),
        amount=amount(payment.owed_minor or payment.amount_minor, payment.currency),
        version=payment.version,
    )


def payment_captured(payment: CapturedPayment) -> events_pb.PaymentCaptured:
    return events_pb.PaymentCaptured(
        payment_id=str(payment.payment_id),
        order_id=str(payment.order_id),
        partner_id=str(payment.partner_id),
        amount=amount(payment.amount_minor, payment.currency),
        version=payment.version,
    )


def dispute_opened(dispute: DisputeRow, order_id: UUID) -> events_pb.DisputeOpened:
    """Without the reason, which somebody wrote."""
    return events_pb.DisputeOpened(
        dispute_id=str(dispute.id),
        payment_id=str(dispute.payment_id),
        order_id=str(order_id),
        partner_id=str(dispute.partner_id),
        amount=amount(dispute.amount_minor, dispute.currency),
        opened_at=timestamp(dispute.opened_at),
        version=1,
    )


def dispute_decided(dispute: DisputeRow, order_id: UUID, at: datetime) -> events_pb.DisputeDecided:
    return events_pb.DisputeDecided(
        dispute_id=str(dispute.id),
        payment_id=str(dispute.payment_id),
        order_id=str(order_id),
        partner_id=str(dispute.partner_id),
        won=dispute.status == DisputeStatus.WON,
        decided_at=timestamp(at),
        version=2,
    )


def statement_issued(statement: StatementRow) -> events_pb.StatementIssued:
    return events_pb.StatementIssued(
        statement_id=str(statement.id),
        partner_id=str(statement.partner_id),
        finish_at=timestamp(statement.finish_at),
        issued_at=timestamp(statement.issued_at),
        deadline_at=timestamp(statement.deadline_at),
        version=1,
    )


def statement_confirmed(statement: StatementRow, at: datetime) -> events_pb.StatementConfirmed:
    return events_pb.StatementConfirmed(
        statement_id=str(statement.id), partner_id=str(statement.partner_id), confirmed_at=timestamp(at), version=2
    )


def payout_returned(payout: PayoutRow) -> events_pb.PayoutReturned:
    return events_pb.PayoutReturned(
        payout_id=str(payout.id),
        partner_id=str(payout.partner_id),
        amount=amount(payout.amount_minor, payout.currency),
        reason=payout.failure,
        version=version_of(PayoutStatus.RETURNED),
    )


def refund_made(refund: RefundRow, payment: PaymentRow) -> events_pb.RefundMade:
    return events_pb.RefundMade(**about_refund(refund, payment), amount=amount(refund.amount_minor, payment.currency))


def refund_asked(refund: RefundRow, payment: PaymentRow) -> events_pb.RefundAsked:
    return events_pb.RefundAsked(**about_refund(refund, payment), amount=amount(refund.amount_minor, payment.currency))


def refund_failed(refund: RefundRow, payment: PaymentRow) -> events_pb.RefundFailed:
    return events_pb.RefundFailed(
        **about_refund(refund, payment),
        amount=amount(refund.amount_minor, payment.currency),
        reason=refund.failure,
    )


def about_refund(refund: RefundRow, payment: PaymentRow) -> dict[str, Any]:
    return {
        "refund_id": str(refund.id),
        "payment_id": str(payment.id),
        "order_id": str(payment.order_id),
        "partner_id": str(payment.partner_id),
        "version": payment.version,
    }


def payment_failed(payment: PaymentRow) -> events_pb.PaymentFailed:
    return events_pb.PaymentFailed(
        payment_id=str(payment.id),
        order_id=str(payment.order_id),
        reason=payment.failure,
        version=payment.version,
        chosen_version=payment.chosen_version,
    )


def payment_voided(payment: PaymentRow) -> events_pb.PaymentVoided:
    return events_pb.PaymentVoided(payment_id=str(payment.id), order_id=str(payment.order_id), version=payment.version)


def payment_void_failed(payment: PaymentRow) -> events_pb.PaymentVoidFailed:
    return events_pb.PaymentVoidFailed(
        payment_id=str(payment.id), order_id=str(payment.order_id), version=payment.version, reason=payment.failure
    )


def payout_paid(payout: PayoutRow) -> events_pb.PayoutPaid:
    return events_pb.PayoutPaid(
        payout_id=str(payout.id),
        partner_id=str(payout.partner_id),
        amount=amount(payout.amount_minor, payout.currency),
        version=version_of(PayoutStatus.PAID),
    )

"""Payments, refunds and the ledger's entries over HTTP. Decode, one call, encode."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.api import Call
from chassis.auth import Principal
from chassis.ids import parse_id
from chassis.money import currency_of, from_message, to_minor
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import LocalizedText
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.split_pb2 import SplitPlan

from settlement.api.served import api
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.domain.next_steps import NextStep, StepKind
from settlement.domain.payments import PaymentStatus
from settlement.domain.refunds import RefundKind, RefundStatus
from settlement.provider.port import PaymentMethod
from settlement.store import next_steps, payments, refunds, splits
from settlement.tables import LineSplitRow, PartRow, PaymentRow, RefundRow

ORDERS_MAX = 200


@api.serves
async def get_payments(request: pb.GetPaymentsRequest, call: Call[Resources]) -> pb.Payments:
    if len(request.order_ids) > ORDERS_MAX:
        raise Invalid("order_ids", f"at most {ORDERS_MAX}")
    ids = [parse_id(payment, "order_ids") for payment in request.order_ids]
    rows = (await payments.payments_of(call.session, ids)).values()
    visible = [payment for payment in rows if may_see(call.principal, payment)]
    lines = await splits.splits(call.session, [payment.id for payment in visible])
    of_payment = await refunds.refunds_of(
        call.session, [payment.id for payment in visible if payment.refunded_minor or payment.advanced_minor]
    )
    messages = [payment_message(payment, lines, of_payment.get(payment.id, ())) for payment in visible]
    if call.principal.role == Role.ROLE_RESIDENT:  # where who pays goes to is shown to nobody else
        waiting = [payment.id for payment in visible if payment.status == PaymentStatus.AUTHORISING]
        steps = await next_steps.open_steps(call.session, waiting, call.now)
        for payment, message in zip(visible, messages, strict=True):
            if (step := steps.get(payment.id)) is not None:
                message.next_step.CopyFrom(step_message(step))
    if call.principal.partner_id and not call.principal.supervises:
        for message in messages:
            message.failure = ""  # why a resident's account was declined is between them and their bank
    return pb.Payments(payments=messages)


@api.serves
async def list_payment_methods(request: pb.ListPaymentMethodsRequest, call: Call[Resources]) -> pb.PaymentMethods:
    currency = str(currency_of(request.currency, "currency"))
    methods = await call.resources.provider.methods(currency)
    return pb.PaymentMethods(methods=[method_message(method, currency) for method in methods])


def method_message(method: PaymentMethod, currency: str) -> pb.PaymentMethod:
    kind = "UNSPECIFIED" if method.kind is None else method.kind.upper()
    return pb.PaymentMethod(
        code=method.code,
        name=LocalizedText(text=method.names),
        kind=f"PAYMENT_STEP_KIND_{kind}",
        minimum=amount(method.minimum_minor, currency),
        maximum=amount(method.maximum_minor, currency) if method.maximum_minor else None,
    )


def step_message(step: NextStep) -> pb.NextStep:
    shown = {"payload" if step.kind == StepKind.SCAN else "url": step.target}
    return pb.NextStep(kind=f"PAYMENT_STEP_KIND_{step.kind.upper()}", expires_at=timestamp(step.expires_at), **shown)


def may_see(principal: Principal, payment: PaymentRow) -> bool:
    if principal.supervises:
        return True
    if principal.role == Role.ROLE_RESIDENT:
        return principal.acts_for(str(payment.resident_id)) or principal.subject_id == str(payment.placed_by)
    return principal.partner_id == str(payment.partner_id)


def requested_amount(request: pb.RefundOrderRequest | pb.OpenDisputeRequest) -> tuple[int, str] | None:
    """The amount that was asked for, above zero; None for all there is."""
    if not request.HasField("amount"):
        return None
    minor = to_minor(from_message(request.amount))
    if minor <= 0:
        raise Invalid("amount", "must be above zero")
    return minor, request.amount.currency


def payment_message(
    payment: PaymentRow,
    splits: Mapping[UUID, Sequence[tuple[LineSplitRow, Sequence[PartRow]]]],
    refunds: Sequence[RefundRow],
) -> pb.Payment:
    back = sum(refund.amount_minor if refund.state == RefundStatus.DONE else refund.by_bank_minor for refund in refunds)
    to_come = sum(refund.due_minor for refund in refunds if refund.state != RefundStatus.DONE)
    return pb.Payment(
        id=str(payment.id),
        order_id=str(payment.order_id),
        status=f"PAYMENT_STATUS_{payment.status.upper()}",
        amount=amount(payment.amount_minor, payment.currency),
        captured=amount(payment.captured_minor, payment.currency),
        refunded=amount(back, payment.currency),
        refunding=amount(to_come, payment.currency),
        refunds=[refund_message(refund, payment.currency) for refund in refunds],
        owed=amount(payment.owed_minor, payment.currency),
        failure=payment.failure,
        splits=[
            pb.LineSplit(
                order_line_id=str(line.order_line_id),
                gross=amount(line.gross_minor, payment.currency),
                plan=SplitPlan.FromString(line.plan),
                parts=[pb.Part(party=part.party, amount=amount(part.amount_minor, payment.currency)) for part in parts],
            )
            for line, parts in splits.get(payment.id, [])
        ],
        version=payment.version,
        chosen_version=payment.chosen_version,
    )


def refund_message(refund: RefundRow, currency: str) -> pb.Refund:
    return pb.Refund(
        id=str(refund.id),
        amount=amount(refund.amount_minor, currency),
        status=f"REFUND_STATUS_{refund.state.upper()}",
        reason=refund.reason,
        failure=refund.failure,
        asked_at=timestamp(refund.asked_at),
        done_at=timestamp(refund.paid_at),
        by_bank=refund.kind == RefundKind.CHARGEBACK or not refund.due_minor,
    )

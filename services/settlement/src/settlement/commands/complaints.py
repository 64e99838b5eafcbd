"""Complaints hold an order's money until they are decided; one that is upheld gives it back."""

from collections.abc import Sequence
from datetime import datetime

from chassis.consumer import NotYet
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import api_pb2 as pb

from settlement.commands import proposals
from settlement.domain.complaints import ComplaintDecision
from settlement.domain.payments import GIVEN_UP, TAKEN
from settlement.store import complaints as store
from settlement.store import payments
from settlement.tables import ComplaintRow, PaymentRow


async def hold(session: AsyncSession, rows: Sequence[ComplaintRow]) -> None:
    """Hold the money of the complaints' orders."""
    await store.put(session, rows)


async def decide(
    session: AsyncSession, decisions: Sequence[tuple[ComplaintRow, ComplaintDecision]], now: datetime
) -> None:
    """Let the money go; of a complaint that was upheld, propose to give it back.

    It is proposed in the name of whoever upheld it, so that another person approves it; where that person is not known,
    the system proposes it.
    """
    changed = await store.put(session, [row for row, _ in decisions])
    upheld = [
        (row, decision)
        for row, decision in decisions
        if row.upheld and row.complaint_id in changed and not decision.called_off
    ]
    orders = {row.order_id for row, _ in upheld}
    by_order = await payments.payments_of(session, list(orders))
    if len(by_order) < len(orders):
        raise NotYet("a complaint was decided before its order arrived")
    for row, decision in upheld:
        if not may_be_given_back(by_order[row.order_id]):
            continue
        refund = pb.RefundOrderRequest(order_id=str(row.order_id), reason="the complaint was upheld")
        proposal = await proposals.propose(
            session,
            act=pb.ProposedAct(refund_order=refund),
            reason=f"complaint {row.complaint_id} was upheld",
            by=decision.decided_by,
            now=now,
        )
        await store.propose_refund(session, row.complaint_id, proposal.id)


def may_be_given_back(payment: PaymentRow) -> bool:
    """Is there money of the payment to give back, or will there be, once what was served is taken?"""
    if payment.status in TAKEN:
        return payment.captured_minor > payment.refunded_minor
    return payment.status not in GIVEN_UP

"""Disputes: the money is held from whoever would bear the refund, until somebody decides."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.commands import chargebacks, evidence, refund_outcomes
from settlement.commands.chargebacks import hold
from settlement.commands.refunds import payable_step, refund_order
from settlement.domain.disputes import BankDecides, Decided, Disputed, DisputeStatus
from settlement.domain.ledger import EXCHANGE_DIFFERENCES, SUSPENSE
from settlement.domain.payments import TAKEN
from settlement.domain.proposals import NOTHING_ALONE, Bounds, NeedsSecondPerson
from settlement.domain.refunds import NothingTaken
from settlement.provider.port import Provider
from settlement.store import disputes as store
from settlement.store import payments
from settlement.tables import DisputeRow, PaymentRow


@dataclass(frozen=True, slots=True)
class Claim:
    """A cardholder's claim as its bank counts it, and what the provider charged us for it: minor units, currency."""

    claimed: tuple[int, str]
    charged: tuple[int, str]


async def open_dispute(
    session: AsyncSession,
    *,
    order_id: UUID,
    amount: tuple[int, str] | None,
    claim: Claim | None = None,
    reason: str,
    by: UUID,
    approved_by: UUID | None = None,
    provider: Provider | None = None,
    now: datetime,
) -> DisputeRow:
    """Hold what is disputed of an order's money: all that is left, or a part. One dispute at a time.

    A cardholder's claim in another currency may cost more than there is left: the difference is the exchange's,
    nobody's part bears it, and it takes two people to say so.
    """
    payment = await payments.payment_for_update(session, order_id, None)
    reason = texts.reason(reason)
    claimable = await check_disputable(session, payment, amount, claim, provider)
    charged = claimed_of(claim, amount, payment.currency)
    minor, due, excess = amount[0] if amount is not None else claimable, 0, 0
    if charged:
        share = await chargebacks.covered(session, payment, charged)
        minor, due, excess = share.held_minor, share.due_minor, share.rest_minor
    if excess and approved_by in (None, by):
        raise NeedsSecondPerson(
            f"{charged} minor units are {excess} more than is left of the payment;"
            " propose it and let another person approve it",
            "charged",
        )
    dispute_id = new_id()
    entry = await hold(session, payment, dispute_id, minor, [(SUSPENSE, due), (EXCHANGE_DIFFERENCES, excess)], now)
    dispute = DisputeRow(
        id=dispute_id,
        payment_id=payment.id,
        partner_id=payment.partner_id,
        entry_id=entry.id,
        amount_minor=minor + due + excess,
        excess_minor=due + excess,
        beyond_minor=due,
        claimed_minor=claim.claimed[0] if claim else None,
        claimed_currency=claim.claimed[1] if claim else None,
        currency=payment.currency,
        reason=reason,
        status=DisputeStatus.OPEN,
        opened_by=by,
        approved_by=approved_by,
        opened_at=now,
    )
    session.add(dispute)
    await session.flush()
    publish(session, events.dispute_opened(dispute, payment.order_id), payment.order_id)
    if claim is not None:  # the provider has charged it: the bank has the money
        await chargebacks.take(session, dispute, dispute.amount_minor, now)
    await refund_outcomes.net(session, payment, now)
    return dispute


async def check_disputable(
    session: AsyncSession,
    payment: PaymentRow,
    amount: tuple[int, str] | None,
    claim: Claim | None,
    provider: Provider | None,
) -> int:
    """How much of a payment a dispute may hold, in minor units; refused where it may hold nothing, or not this."""
    claimable = payment.captured_minor - payment.refunded_minor if payment.status in TAKEN else 0
    if claim is not None:
        claimable += await refund_outcomes.uncovered(session, payment)
    if not claimable:
        raise NothingTaken(f"the payment is {payment.status.replace('_', ' ')}")
    if amount is not None and amount[1] != payment.currency:
        raise Invalid("amount.currency", f"must be {payment.currency}, in which it was paid")
    if amount is not None and amount[0] % (step := payable_step(provider, payment.currency)):
        raise Invalid("amount", f"{payment.currency} is given back in steps of {step} of its smallest unit")
    if await store.open_dispute_of(session, payment.id) is not None:
        raise Disputed("a dispute about this order is open", "order_id")
    return claimable


def claimed_of(claim: Claim | None, amount: tuple[int, str] | None, currency: str) -> int:
    """What the provider charged for a claim; 0 where there is none."""
    if claim is None:
        return 0
    if amount is not None:
        raise Invalid("amount", "give either an amount or what was claimed and charged")
    if claim.claimed[0] <= 0 or claim.claimed[1] == currency:
        raise Invalid("claimed", f"must be above zero, and in another currency than {currency}")
    if claim.charged[0] <= 0 or claim.charged[1] != currency:
        raise Invalid("charged", f"must be above zero, in {currency}")
    return claim.charged[0]


async def decide_dispute(
    session: AsyncSession,
    *,
    dispute_id: UUID,
    for_partner: bool,
    by: UUID,
    approved_by: UUID | None = None,
    bounds: Bounds = NOTHING_ALONE,
    provider: Provider | None = None,
    now: datetime,
) -> DisputeRow:
    """Give what was held back to whom it was taken from; where the partner lost, refund it from there.

    What the cardholder's bank has taken already is booked, never sent. Whoever opened the dispute is the second person
    where another decides it.
    """
    dispute = await store.dispute_for_update(session, dispute_id)
    if dispute.status != DisputeStatus.OPEN:
        raise Decided(f"it was {dispute.status}")
    if dispute.provider_reference is not None:
        raise BankDecides("its webhook or report tells of the decision", "dispute_id")
    await evidence.freeze(session, dispute, now)
    dispute.decided_by = by
    if dispute.claimed_minor is not None:
        if approved_by in (None, by) and dispute.opened_by == by:
            raise NeedsSecondPerson(
                "who wrote down what the bank claims does not say what it decided;"
                " let another decide it, or propose it and let another person approve it",
                "dispute_id",
            )
        await chargebacks.close(session, dispute, for_partner, now)
        return dispute
    entry = await chargebacks.let_go(session, dispute, DisputeStatus.WON if for_partner else DisputeStatus.LOST, now)
    minor = dispute.amount_minor - dispute.amount_minor % payable_step(provider, dispute.currency)
    if not for_partner and minor:
        assert entry.order_id is not None
        await refund_order(
            session,
            order_id=entry.order_id,
            partner_id=None,
            amount=(minor, dispute.currency),
            reason=dispute.reason,
            by=by,
            approved_by=approved_by or (dispute.opened_by if dispute.opened_by != by else None),
            bounds=bounds,
            provider=provider,
            now=now,
        )
    return dispute

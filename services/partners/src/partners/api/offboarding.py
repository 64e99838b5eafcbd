"""Leaving: what is left is asked of the service that knows it, in the caller's name."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from chassis.api import Call
from chassis.ids import Kind, shown
from chassis.money import written
from yima.common.v1.types_pb2 import PageRequest
from yima.consent.v1 import api_pb2 as consent_pb
from yima.ordering.v1 import api_pb2 as ordering_pb
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1 import api_pb2 as settlement_pb

from partners.api.partners import answer
from partners.api.served import Resources, actor_of, api, visible
from partners.commands import offboarding
from partners.domain.offboarding import OffboardingStep, next_step
from partners.domain.standing import Actor
from partners.store import offboarding as store

OPEN_ORDERS = tuple(range(ordering_pb.ORDER_STATUS_PLACED, ordering_pb.ORDER_STATUS_CLOSED))
OPEN_ERASURES = (
    consent_pb.ERASURE_STATUS_EXPECTED,
    consent_pb.ERASURE_STATUS_DUE,
    consent_pb.ERASURE_STATUS_OVERDUE,
)
UNSETTLED_PAYOUTS = (settlement_pb.PAYOUT_STATUS_CLAIMED, settlement_pb.PAYOUT_STATUS_SUBMITTED)
HELD = ("pending", "posted", "on_hold", "disputed", "reserved", "invoiced")
SINGLE = PageRequest(first=1)
PAYOUTS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """What was asked before a step of the partner's: for which, and what is left before it."""

    step: OffboardingStep
    left: list[str]


@api.serves
async def begin_offboarding(request: pb.BeginOffboardingRequest, call: Call[Resources]) -> pb.Partner:
    partner = await offboarding.begin(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)


async def check_what_is_left(request: pb.AdvanceOffboardingRequest, call: Call[Resources]) -> Checked | None:
    """What is left before the partner's next step; nothing is asked for an operator, who takes the last."""
    partner_id = visible(call.principal, request.partner_id)
    if actor_of(call.principal) is not Actor.PARTNER:
        return None
    async with call.resources.database.transaction() as session:
        row = await store.open_row(session, partner_id)
    if row is None:
        return None
    step = next_step(row.step)
    asked = {
        OffboardingStep.ORDERS_FINISHED: open_orders,
        OffboardingStep.MONEY_SETTLED: open_money,
        OffboardingStep.DATA_ERASED: open_erasures,
    }.get(step)
    return Checked(step, await asked(str(partner_id), call) if asked else [])


async def open_orders(partner_id: str, call: Call[Resources]) -> list[str]:
    token = call.authorization.removeprefix("Bearer ")
    pages = await asyncio.gather(
        *(
            call.resources.ordering.list_orders(
                ordering_pb.ListOrdersRequest(partner_id=partner_id, status=status, page=SINGLE),  # type: ignore[arg-type]
                token,
            )
            for status in OPEN_ORDERS
        )
    )
    return [
        f"{shown(Kind.ORDER, UUID(order.id))} is {ordering_pb.OrderStatus.Name(order.status)[13:]}: finish or cancel it"
        for page in pages
        for order in page.orders
    ]


async def open_money(partner_id: str, call: Call[Resources]) -> list[str]:
    token, settlement = call.authorization.removeprefix("Bearer "), call.resources.settlement

    async def page_after(cursor: str) -> settlement_pb.PayoutPage:
        page = PageRequest(first=PAYOUTS_A_PAGE, after=cursor)
        return await settlement.list_payouts(settlement_pb.ListPayoutsRequest(partner_id=partner_id, page=page), token)

    outlook, unsettled = await asyncio.gather(
        settlement.get_payout_outlook(settlement_pb.GetPayoutOutlookRequest(partner_id=partner_id), token),
        unsettled_payouts(page_after),
    )
    return held_money(outlook) + unsettled


def held_money(outlook: settlement_pb.PayoutOutlook) -> list[str]:
    """What of a partner's money is not settled, in the currency's own unit."""
    return [
        f"{name.replace('_', ' ')} is {written(amount)} {amount.currency}, not 0"
        for currency in outlook.currencies
        for name in HELD
        for amount in [getattr(currency, name)]
        if amount.minor
    ]


async def unsettled_payouts(page_after: Callable[[str], Awaitable[settlement_pb.PayoutPage]]) -> list[str]:
    """All payouts that are not with the bank yet, however many there were. `page_after`: those after a cursor."""
    left: list[str] = []
    cursor, has_next = "", True
    while has_next:
        page = await page_after(cursor)
        left += [
            f"{shown(Kind.PAYOUT, UUID(payout.id))} is not with the bank yet: wait for it"
            for payout in page.payouts
            if payout.status in UNSETTLED_PAYOUTS
        ]
        has_next = page.page.has_next
        cursor = page.page.cursors[-1] if page.page.cursors else ""
    return left


async def open_erasures(partner_id: str, call: Call[Resources]) -> list[str]:
    token = call.authorization.removeprefix("Bearer ")
    pages = await asyncio.gather(
        *(
            call.resources.consent.list_erasures(consent_pb.ListErasuresRequest(status=status, page=SINGLE), token)
            for status in OPEN_ERASURES
        )
    )
    return [
        f"erase what you keep under {shown(Kind.CONSENT, UUID(erasure.consent_id))}, and attest it"
        for page in pages
        for erasure in page.erasures
    ]


@api.serves_after(check_what_is_left)
async def advance_offboarding(request: pb.AdvanceOffboardingRequest, call: Call[Resources]) -> pb.Partner:
    checked: Checked | None = call.prepared
    partner = await offboarding.advance(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        checked=checked.step if checked else None,
        left=checked.left if checked else [],
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def stop_offboarding(request: pb.StopOffboardingRequest, call: Call[Resources]) -> pb.Partner:
    partner = await offboarding.stop(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return answer(call, partner)

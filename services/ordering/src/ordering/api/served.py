"""The contract ordering serves, what answers each refusal, and what a caller may see."""

from dataclasses import replace
from uuid import UUID

from chassis.api import Api, Call
from chassis.auth import Principal
from chassis.looks import Look
from yima.common.v1.route_pb2 import Role
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.commands import looks
from ordering.domain import (
    absences,
    agreement,
    cases,
    desks,
    entitlements,
    orders,
    private_offers,
    process,
    proofs,
    series,
    standing,
)
from ordering.domain.process import Actor, OrderStatus
from ordering.domain.visibility import Visibility
from ordering.resources import Resources
from ordering.tables import OrderRow


async def note_look(look: Look, call: Call[Resources]) -> None:
    """Tell residents, by their access log, that an operator or a regulator was shown something of them."""
    looks.announce_look(call.session, look)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["OrderingApi"],
    looks=note_look,
    refusals={
        process.TransitionRefused: 409,
        absences.AbsenceNotTaken: 409,
        absences.AbsenceTooEarly: 409,
        absences.AbsenceTooLate: 409,
        absences.SessionBegun: 409,
        process.NotTheirStep: 409,
        process.ObjectionOpen: 409,
        agreement.TermsChanged: 409,
        standing.NotInGoodStanding: 409,
        orders.OfferingWithdrawn: 409,
        orders.SeveralPartners: 400,
        orders.OrderedAlone: 409,
        series.PeriodNotBegun: 409,
        orders.SlotTaken: 409,
        orders.SlotPast: 409,
        orders.BookedElsewhere: 409,
        orders.NotEligible: 409,
        orders.NotProven: 409,
        orders.UnknownOffering: 404,
        orders.NotYourResident: 404,
        orders.TooManyUnpaid: 409,
        orders.TooManyPlaces: 409,
        orders.TooOftenCalledOff: 429,
        orders.CartChanged: 409,
        orders.CartEmpty: 409,
        entitlements.EntitlementUsedUp: 409,
        entitlements.EntitlementOver: 409,
        entitlements.TransferRefused: 409,
        entitlements.TooLateToMove: 409,
        entitlements.AllOfIt: 409,
        proofs.ReceiptRefused: 409,
        proofs.StatementRefused: 409,
        proofs.StatementUsed: 409,
        proofs.ProofNotTaken: 409,
        proofs.ScanUsed: 409,
        desks.ScanNotTaken: 409,
        desks.NotYourOffering: 409,
        desks.CodeTooSoon: 429,
        desks.TooManyCodes: 429,
        desks.NoCodeSent: 409,
        proofs.NothingProven: 409,
        private_offers.UnknownPrivateOffer: 404,
        private_offers.PrivateOfferOver: 409,
        private_offers.PrivateOfferUsed: 409,
        private_offers.PriceNotLower: 409,
        private_offers.TooManyPrivateOffers: 409,
        cases.NotServed: 409,
        cases.AlreadyReviewed: 409,
        cases.AlreadyComplained: 409,
        cases.CaseStepRefused: 409,
    },
)

PARTNER_ROLES = frozenset({Role.ROLE_PARTNER, Role.ROLE_PRACTITIONER})
ACTORS = {
    Role.ROLE_RESIDENT: Actor.RESIDENT,
    Role.ROLE_PRACTITIONER: Actor.PRACTITIONER,
    Role.ROLE_PARTNER: Actor.PARTNER,
    Role.ROLE_OPERATOR: Actor.OPERATOR,
    Role.ROLE_REGULATOR: Actor.REGULATOR,
}


def shown(call: Call[Resources], order: OrderAggregate) -> pb.Order:
    """An order as the caller may see it. A partner learns neither who placed it, nor what its resident wrote or
    another institution said; who pays for somebody they do not act for any more learns what it is and costs, not where
    and how it was given."""
    message = to_message(order)
    if only_pays(call.principal, order.row):
        for_payer(message, order.row.changed_by == call.principal.subject_id)
    if call.principal.role in PARTNER_ROLES:
        message.placed_by = message.follow_up_id = ""
        if message.HasField("series"):
            message.series.newest_order_id = ""  # which may wait to be paid
        if order.row.status == OrderStatus.PLACED:
            message.reason = ""  # why a payment was declined is not for the desk that placed it
        if order.row.status == OrderStatus.CANCELLED:
            message.reason = cancelled_by(order.row, call.principal)
    return message


def only_pays(principal: Principal, order: OrderRow) -> bool:
    """Does the caller see this order for nothing but that they placed it?"""
    return principal.role == Role.ROLE_RESIDENT and not principal.acts_for(str(order.resident_id))


def for_payer(message: pb.Order, own_words: bool) -> None:
    """Leave of an order what its payer bought, and what it costs."""
    message.beneficiary_id = message.follow_up_id = ""
    message.ClearField("proofs")
    message.ClearField("series")  # what follows is not theirs to pay
    paying = [step for step in message.next_steps if step.action == pb.ORDER_ACTION_PAY]
    del message.next_steps[:]
    message.next_steps.extend(paying)
    if not own_words:
        message.reason = ""
    if message.status != pb.ORDER_STATUS_PLACED:
        message.ClearField("deadline")  # it follows the sessions
    for line in message.lines:
        line.slot_id = ""
        line.ClearField("bookings")
        line.ClearField("entitlements")


def cancelled_by(order: OrderRow, caller: Principal) -> str:
    """Who cancelled an order, as a partner learns it: a code, or the caller's own words."""
    if order.changed_by == caller.subject_id:
        return order.reason
    if order.changed_by in (str(order.resident_id), str(order.placed_by), str(order.passed_to)):
        return "cancelled-by-resident"
    return f"cancelled-by-{order.changed_by}" if order.changed_by in ("consent", "settlement") else "cancelled"


def visibility_with_paid(principal: Principal) -> Visibility:
    """What the caller may see, with what they placed for somebody they do not act for any more: to look at it, cancel
    it, and complain about it, nothing else."""
    visibility = visibility_of(principal)
    if principal.role == Role.ROLE_RESIDENT:
        return replace(visibility, payer_id=UUID(principal.subject_id))
    return visibility


def visibility_of(principal: Principal) -> Visibility:
    """What the caller may see."""
    if principal.supervises:
        return Visibility(everything=True)
    if principal.role == Role.ROLE_RESIDENT:
        return Visibility(
            resident_ids=[UUID(resident_id) for resident_id in (principal.subject_id, *principal.dependants)]
        )
    return Visibility(partner_id=UUID(principal.partner_id))

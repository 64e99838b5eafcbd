"""Private offers over HTTP. Routes and roles stand in the contract."""

from uuid import UUID

from chassis import money, pages
from chassis.api import Call
from chassis.auth import Principal
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.served import api
from ordering.commands import private_offers
from ordering.commands.private_offers import Addressee
from ordering.domain.desks import desk_scan
from ordering.domain.offerings import offering_of
from ordering.domain.orders import NotYourResident
from ordering.resources import Resources
from ordering.store import private_offers as store
from ordering.store.private_offers import Beholder, PrivateOfferFilter
from ordering.tables import PrivateOfferRow, TermsRow


async def addressee_of(request: pb.MakePrivateOfferRequest, call: Call[Resources]) -> Addressee | None:
    """Whose code was scanned, where the offer is for who stands there: asked before the transaction."""
    if not request.scan_receipt:
        if call.principal.role == Role.ROLE_PRACTITIONER:
            raise Invalid(
                "scan_receipt", "scan the code of who stands there; codes to give on are your staff's to make"
            )
        return None
    receipt = await call.resources.receipts.receipt(
        request.scan_receipt, "scan", 0, field="scan_receipt", or_use="printed"
    )
    scan = desk_scan(receipt, UUID(call.principal.subject_id), UUID(call.principal.partner_id), call.now)
    resident_id, _, _ = await call.resources.people.scanned(scan.scan_id, call.authorization)
    return Addressee(resident_id, scan)


@api.serves_after(addressee_of)
async def make_private_offer(request: pb.MakePrivateOfferRequest, call: Call[Resources]) -> pb.MadePrivateOffer:
    price = money.from_message(request.price, "price")
    shown, code = await private_offers.make_private_offer(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        by=call.principal.subject_id,
        offering_id=parse_id(request.offering_id, "offering_id"),
        price_minor=request.price.minor,
        currency=price.currency.code,
        until_day=request.until_day,
        addressee=call.prepared,
        limits=call.resources.offer_limits,
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    return pb.MadePrivateOffer(private_offer=to_private_offer(*shown, call.principal), claim_code=code)


@api.serves
async def take_private_offer(request: pb.TakePrivateOfferRequest, call: Call[Resources]) -> pb.PrivateOffer:
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise NotYourResident("take it for yourself or a dependant; sign in again after adding one", "resident_id")
    shown = await private_offers.take_private_offer(
        call.session,
        code=request.code,
        buyer_id=parse_id(resident_id, "resident_id"),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return to_private_offer(*shown, call.principal)


@api.serves
async def withdraw_private_offer(request: pb.WithdrawPrivateOfferRequest, call: Call[Resources]) -> pb.PrivateOffer:
    shown = await private_offers.withdraw_private_offer(
        call.session,
        private_offer_id=parse_id(request.private_offer_id, "private_offer_id"),
        partner_id=UUID(call.principal.partner_id),
        now=call.now,
    )
    return to_private_offer(*shown, call.principal)


@api.serves
async def get_private_offer(request: pb.GetPrivateOfferRequest, call: Call[Resources]) -> pb.PrivateOffer:
    offer_id = parse_id(request.private_offer_id, "private_offer_id")
    shown = await private_offers.private_offer(call.session, offer_id, beholder_of(call.principal))
    return to_private_offer(*shown, call.principal)


@api.serves
async def list_private_offers(request: pb.ListPrivateOffersRequest, call: Call[Resources]) -> pb.PrivateOfferPage:
    part = pages.by_id(request.page)
    status = pb.PrivateOfferStatus.Name(request.status).removeprefix("PRIVATE_OFFER_STATUS_").lower()
    chosen = PrivateOfferFilter(
        status if request.status else None,
        parse_id(request.partner_id, "partner_id") if request.partner_id else None,
        parse_id(request.offering_id, "offering_id") if request.offering_id else None,
    )
    rows, page = part.cut(
        await store.page(call.session, beholder_of(call.principal), chosen, part), lambda row: pages.at_id(row[0])
    )
    return pb.PrivateOfferPage(
        private_offers=[to_private_offer(row, terms, call.principal) for row, terms in rows],
        page=page,
    )


def beholder_of(principal: Principal) -> Beholder:
    """Whose private offers the caller sees."""
    if principal.supervises:
        return Beholder(everything=True)
    if principal.role == Role.ROLE_RESIDENT:
        return Beholder(resident_ids=[UUID(each) for each in (principal.subject_id, *principal.dependants)])
    return Beholder(partner_id=UUID(principal.partner_id))


def to_private_offer(row: PrivateOfferRow, terms: TermsRow, beholder: Principal) -> pb.PrivateOffer:
    """A private offer as the caller may see it: its partner does not learn who its buyer is."""
    return pb.PrivateOffer(
        id=str(row.id),
        partner_id=str(row.partner_id),
        offering_id=str(row.offering_id),
        offering_revision=row.offering_revision,
        title=offering_of(terms.offering).manifest.title,
        price=Money(currency=row.currency, minor=row.price_minor),
        published_price=Money(currency=terms.currency, minor=terms.price_minor),
        until=timestamp(row.until),
        status=f"PRIVATE_OFFER_STATUS_{row.status.upper()}",
        end=f"PRIVATE_OFFER_END_{row.ended_because.upper()}" if row.ended_because else None,
        addressed=row.scan_id is not None,
        resident_id="" if beholder.role == Role.ROLE_PARTNER else str(row.buyer_id or ""),
        order_id=str(row.order_id or ""),
        made_at=timestamp(row.made_at),
        taken_at=timestamp(row.taken_at),
        ended_at=timestamp(row.ended_at),
        version=row.version,
    )

"""Private offers: a partner's offering for one buyer, at a lower price, until a day."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.enums import PrivateOfferEnd, PrivateOfferStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, resident_or_caller
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.catalog import Offering, offering_now
from gateway.schema.common import Connection, Money, MoneyInput, connection, page_request
from gateway.schema.inputs import fill, takes
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.PrivateOffer)
class PrivateOffer:
    id: ID
    offering_id: ID
    offering_revision: int
    title: str
    price: Money
    published_price: Money
    until: DateTime
    status: PrivateOfferStatus
    end: PrivateOfferEnd | None = field(description="Why it is over, where nobody ordered by it; null: it is not.")
    addressed: bool
    resident_id: ID | None = field(description="Its buyer; null where it has none, and for its partner.")
    order_id: ID | None = field(description="The order that it was used for.")
    made_at: DateTime
    taken_at: DateTime | None = field(description="When its buyer took it; null before.")
    ended_at: DateTime | None = field(description="When it was used, withdrawn or lapsed; null while it is open.")
    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")
    partner: PartnerProfile | None = profile("partner_id", "Who offers it.")


@shows(pb.MadePrivateOffer)
class MadePrivateOffer:
    private_offer: PrivateOffer
    claim_code: str | None = field(
        description="What its buyer takes it by, once: shown now and never again. Null: it is for who was scanned."
    )


@takes(pb.MakePrivateOfferRequest)
class MakePrivateOfferInput:
    offering_id: ID
    price: MoneyInput
    until_day: str
    scan_receipt: str | None = None


@strawberry.type
class Query:
    @strawberry.field(description="One private offer, where the caller is its buyer or partner, or supervises.")
    @asks("ordering.GetPrivateOffer")
    async def private_offer(self, info: Info, id: ID) -> pb.PrivateOffer:
        context = info.context
        request = pb.GetPrivateOfferRequest(private_offer_id=parse_global_id(Kind.PRIVATE_OFFER, id, "id"))
        return await context.clients.ordering.get_private_offer(request, context.token)

    @strawberry.field(
        description="Private offers, newest first: those the caller has, those their institution made, or all for who"
        " supervises. No search has them."
    )
    @asks("ordering.ListPrivateOffers")
    async def private_offers(
        self,
        info: Info,
        status: PrivateOfferStatus | None = None,
        partner_id: Annotated[ID | None, strawberry.argument(description="Whose they are.")] = None,
        offering_id: Annotated[ID | None, strawberry.argument(description="Of which offering.")] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.PrivateOffer]:
        context = info.context
        request = pb.ListPrivateOffersRequest(
            status=status,
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId") if offering_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.ordering.list_private_offers(request, context.token)
        return connection(answer.private_offers, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Offer one of your published offerings to one buyer, at a lower price, until a day. Give them the"
        " code; or scan theirs before, and they are told."
    )
    @refusable
    @asks("ordering.MakePrivateOffer")
    async def make_private_offer(
        self,
        info: Info,
        input: Annotated[MakePrivateOfferInput, strawberry.argument(description="The offer.")],
        idempotency_key: str,
    ) -> pb.MadePrivateOffer:
        context = info.context
        request = fill(pb.MakePrivateOfferRequest(), input)
        return await context.clients.ordering.make_private_offer(request, context.token, idempotency_key)

    @strawberry.mutation(
        description="Take a private offer by its code, for yourself or a dependant: its buyer from then on."
    )
    @refusable
    @asks("ordering.TakePrivateOffer")
    async def take_private_offer(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="As its partner has given it.")],
        resident_id: Annotated[ID | None, strawberry.argument(description="A dependant; null: the caller.")] = None,
        idempotency_key: str | None = None,
    ) -> pb.PrivateOffer:
        context = info.context
        request = pb.TakePrivateOfferRequest(code=code, resident_id=resident_or_caller(resident_id))
        return await context.clients.ordering.take_private_offer(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Withdraw a private offer of your institution that nobody has ordered by.")
    @refusable
    @asks("ordering.WithdrawPrivateOffer")
    async def withdraw_private_offer(self, info: Info, id: ID, idempotency_key: str | None = None) -> pb.PrivateOffer:
        context = info.context
        request = pb.WithdrawPrivateOfferRequest(private_offer_id=parse_global_id(Kind.PRIVATE_OFFER, id, "id"))
        return await context.clients.ordering.withdraw_private_offer(request, context.token, idempotency_key or "")

"""A partner leaves the city, step by step, or stays after all."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.partners.v1 import api_pb2 as pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks

Leaving = Annotated[ID, strawberry.argument(description="The partner that leaves.")]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Begin to leave the city: the sale stops within a moment.")
    @refusable
    @asks("partners.BeginOffboarding")
    async def begin_offboarding(self, info: Info, reason: str, idempotency_key: str | None = None) -> pb.Partner:
        context = info.context
        request = pb.BeginOffboardingRequest(reason=reason)
        return await context.clients.partners.begin_offboarding(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Take the next step of leaving, once nothing is left before it: the partner until its data is"
        " erased, an operator the last."
    )
    @refusable
    @asks("partners.AdvanceOffboarding")
    async def advance_offboarding(
        self, info: Info, partner_id: Leaving, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.AdvanceOffboardingRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"))
        return await context.clients.partners.advance_offboarding(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Stay after all, before the certificates end.")
    @refusable
    @asks("partners.StopOffboarding")
    async def stop_offboarding(
        self, info: Info, partner_id: Leaving, reason: str, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.StopOffboardingRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"), reason=reason
        )
        return await context.clients.partners.stop_offboarding(request, context.token, idempotency_key or "")

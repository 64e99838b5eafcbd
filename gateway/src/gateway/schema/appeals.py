"""Appeals of partners against a rejection or a suspension, and who decides them."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.partners.v1 import api_pb2 as pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.schema.common import Connection, connection, page_request

Evidence = Annotated[
    list[ID] | None, strawberry.argument(description="Documents that the partner has handed in: ten at most.")
]


@strawberry.type
class Query:
    @strawberry.field(description="Appeals of partners, newest first: for operator and regulator.")
    @asks("partners.ListAppeals")
    async def appeals(
        self,
        info: Info,
        waiting: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Appeal]:
        context = info.context
        request = pb.ListAppealsRequest(waiting=waiting, page=page_request(first, after, last, before))
        answer = await context.clients.partners.list_appeals(request, context.token)
        return connection(answer.appeals, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Appeal against the newest step of the caller's partner: its rejection or its suspension."
    )
    @refusable
    @asks("partners.OpenAppeal")
    async def open_appeal(
        self, info: Info, reason: str, document_ids: Evidence = None, idempotency_key: str | None = None
    ) -> pb.Appeal:
        context = info.context
        request = pb.OpenAppealRequest(
            reason=reason,
            document_ids=[
                parse_global_id(Kind.DOCUMENT, each, f"documentIds[{index}]")
                for index, each in enumerate(document_ids or [])
            ],
        )
        return await context.clients.partners.open_appeal(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Give a voice on an appeal; never on a step of one's own. Two that are alike decide, and a third"
        " where they differ; against a regulator's step another regulator does."
    )
    @refusable
    @asks("partners.DecideAppeal")
    async def decide_appeal(
        self, info: Info, appeal_id: ID, granted: bool, reason: str, idempotency_key: str | None = None
    ) -> pb.Appeal:
        context = info.context
        request = pb.DecideAppealRequest(
            appeal_id=parse_global_id(Kind.APPEAL, appeal_id, "appealId"), granted=granted, reason=reason
        )
        return await context.clients.partners.decide_appeal(request, context.token, idempotency_key or "")

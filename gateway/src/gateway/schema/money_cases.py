"""What only a person can settle: money that is owed and did not move, or that moved otherwise than it was asked."""

import strawberry
from strawberry import ID
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.enums import MoneyCaseKind

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, Money, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.MoneyCase, description="Money that a person has to look at, until it comes right by itself or is settled.")
class MoneyCase:
    id: ID
    kind: MoneyCaseKind
    order_id: ID | None
    amount: Money | None = field(description="What it is about.")
    detail: str
    opened_at: DateTime
    owner_id: ID | None = field(description="Who looks after it.")
    resolved_at: DateTime | None = field(description="Null: it is open.")
    resolved_by: ID | None = field(kind=Kind.ACCOUNT, description="Null: it came right by itself.")
    resolution: str | None = field(description="What came of it.")
    next_step: str | None = field(description="What to do next; null: it is resolved.")
    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type
class Query:
    @strawberry.field(description="Money that a person has to look at, the oldest first.")
    @asks("settlement.ListMoneyCases")
    async def money_cases(
        self,
        info: Info,
        resolved_too: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.MoneyCase]:
        context = info.context
        request = pb.ListMoneyCasesRequest(resolved_too=resolved_too, page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_money_cases(request, context.token)
        return connection(answer.cases, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Say who looks after a case: another, or oneself.")
    @refusable
    @asks("settlement.AssignMoneyCase")
    async def assign_money_case(
        self,
        info: Info,
        case_id: ID,
        owner_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.MoneyCase:
        context = info.context
        request = pb.AssignMoneyCaseRequest(case_id=parse_global_id(Kind.MONEY_CASE, case_id, "caseId"))
        if owner_id is not None:
            request.owner_id = parse_global_id(Kind.ACCOUNT, owner_id, "ownerId")
        return await context.clients.settlement.assign_money_case(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Ask the provider again now for what it refused.")
    @refusable
    @asks("settlement.RetryMoneyCase")
    async def retry_money_case(self, info: Info, case_id: ID, idempotency_key: str) -> pb.MoneyCase:
        context = info.context
        request = pb.RetryMoneyCaseRequest(case_id=parse_global_id(Kind.MONEY_CASE, case_id, "caseId"))
        return await context.clients.settlement.retry_money_case(request, context.token, idempotency_key)

    @strawberry.mutation(description="Settle a case: money went back by the operator's bank, or it is written off.")
    @refusable
    @asks("settlement.SettleMoneyCase")
    async def settle_money_case(
        self,
        info: Info,
        case_id: ID,
        resolution: str,
        idempotency_key: str,
        bank_reference: str = "",
        write_off: bool = False,
    ) -> pb.MoneyCase:
        context = info.context
        request = pb.SettleMoneyCaseRequest(
            case_id=parse_global_id(Kind.MONEY_CASE, case_id, "caseId"),
            resolution=resolution,
            bank_reference=bank_reference,
            write_off=write_off,
        )
        return await context.clients.settlement.settle_money_case(request, context.token, idempotency_key)

"""What only a person can settle: money that is owed and did not move, or that moved otherwise than it was asked."""

from typing import Annotated, Any

import strawberry
from strawberry.types import Info
from yima.settlement.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import read_field, shows
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    Money,
    connection,
    moment_or_none,
    page_request,
    text_or_none,
    typed_id,
    typed_id_or_none,
)
from gateway.schema.settlement import MoneyCaseKind


@strawberry.type(description="Money that a person has to look at, until it comes right by itself or is settled.")
@shows(pb.MoneyCase)
class MoneyCase:
    id: strawberry.ID = typed_id(Kind.MONEY_CASE)
    kind: MoneyCaseKind
    order_id: strawberry.ID | None = typed_id_or_none(Kind.ORDER, "order_id")
    amount: Money | None = read_field(
        lambda message, _: message.amount if message.HasField("amount") else None, Money | None, "What it is about."
    )
    detail: str
    opened_at: DateTime
    owner_id: strawberry.ID | None = typed_id_or_none(Kind.ACCOUNT, "owner_id", "Who looks after it.")
    resolved_at: DateTime | None = moment_or_none("resolved_at", "Null: it is open.")
    resolved_by: strawberry.ID | None = typed_id_or_none(Kind.ACCOUNT, "resolved_by", "Null: it came right by itself.")
    resolution: str | None = text_or_none("resolution", "What came of it.")

    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type
class Query:
    @strawberry.field(description="Money that a person has to look at, the oldest first.")
    @asks("settlement.ListMoneyCases")
    async def money_cases(
        self, info: Info[Any, Any], resolved_too: bool = False, first: int | None = None, after: str | None = None
    ) -> Connection[MoneyCase]:
        here = context(info)
        request = pb.ListMoneyCasesRequest(resolved_too=resolved_too, page=page_request(first, after))
        found = await here.clients.settlement.list_money_cases(request, here.token)
        return connection(found.cases, found.page, after)  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Say who looks after a case: another, or oneself.")
    @refusable
    @asks("settlement.AssignMoneyCase")
    async def assign_money_case(
        self,
        info: Info[Any, Any],
        case_id: strawberry.ID,
        owner_id: strawberry.ID | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[MoneyCase | Refused, strawberry.union("AssignMoneyCaseResult")]:
        here = context(info)
        request = pb.AssignMoneyCaseRequest(case_id=given(Kind.MONEY_CASE, case_id, "caseId"))
        if owner_id is not None:
            request.owner_id = given(Kind.ACCOUNT, owner_id, "ownerId")
        return await here.clients.settlement.assign_money_case(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Ask the provider again now for what it refused.")
    @refusable
    @asks("settlement.RetryMoneyCase")
    async def retry_money_case(
        self, info: Info[Any, Any], case_id: strawberry.ID, idempotency_key: str
    ) -> Annotated[MoneyCase | Refused, strawberry.union("RetryMoneyCaseResult")]:
        here = context(info)
        request = pb.RetryMoneyCaseRequest(case_id=given(Kind.MONEY_CASE, case_id, "caseId"))
        return await here.clients.settlement.retry_money_case(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Settle a case: money went back by the operator's bank, or it is written off.")
    @refusable
    @asks("settlement.SettleMoneyCase")
    async def settle_money_case(
        self,
        info: Info[Any, Any],
        case_id: strawberry.ID,
        resolution: str,
        idempotency_key: str,
        bank_reference: str = "",
        write_off: bool = False,
    ) -> Annotated[MoneyCase | Refused, strawberry.union("SettleMoneyCaseResult")]:
        here = context(info)
        request = pb.SettleMoneyCaseRequest(
            case_id=given(Kind.MONEY_CASE, case_id, "caseId"),
            resolution=resolution,
            bank_reference=bank_reference,
            write_off=write_off,
        )
        return await here.clients.settlement.settle_money_case(request, here.token, idempotency_key)  # type: ignore[return-value]

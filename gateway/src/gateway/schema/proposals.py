"""What takes two people: proposed by one operator, done when another, or the regulator, approves it."""

from enum import IntEnum
from typing import Annotated, Any

import strawberry
from google.protobuf.json_format import MessageToJson
from strawberry.types import Info
from yima.settlement.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import read_field, shows
from gateway.schema.inputs import fill
from gateway.schema.scalars import (
    Connection,
    DateTime,
    MoneyInput,
    connection,
    moment_or_none,
    page_request,
    typed_id,
    typed_id_or_none,
)
from gateway.schema.settlement import PayoutTermsInput

IDS = {
    "order_id": Kind.ORDER,
    "order_line_id": Kind.ORDER_LINE,
    "dispute_id": Kind.DISPUTE,
    "partner_id": Kind.PARTNER,
    "invoice_id": Kind.INVOICE,
    "case_id": Kind.MONEY_CASE,
}


@strawberry.enum(description="Where a proposal stands.")
class ProposalStatus(IntEnum):
    PROPOSED = 1
    APPROVED = 2
    REJECTED = 3


@strawberry.input(description="A refund beyond what the partner has and one operator may decide.")
class RefundOrderAct:
    order_id: strawberry.ID
    reason: str
    amount: MoneyInput | None = None
    order_line_id: strawberry.ID | None = None


@strawberry.input(description="A dispute that was charged with more than is left of the payment.")
class OpenDisputeAct:
    order_id: strawberry.ID
    reason: str
    amount: MoneyInput | None = None
    claimed: MoneyInput | None = None
    charged: MoneyInput | None = None


@strawberry.input(description="A decision that costs more than the partner has.")
class DecideDisputeAct:
    dispute_id: strawberry.ID
    for_partner: bool


@strawberry.input(description="Terms that let a partner's money go sooner, or with less kept back.")
class SetPayoutTermsAct:
    partner_id: strawberry.ID
    terms: PayoutTermsInput


@strawberry.input(description="A tier that asks for less than before.")
class PutRiskTierAct:
    name: str
    hold_days: int = 0
    reserve_basis_points: int = 0
    reserve_days: int = 0


@strawberry.input(description="Money of one currency given for money of another.")
class ExchangeMoneyAct:
    sold: MoneyInput
    bought: MoneyInput
    rate: str
    reason: str
    account: str = "bank:cash"


@strawberry.input(description="A payment of an invoice that no statement of the bank tells of.")
class RecordInvoicePaymentAct:
    invoice_id: strawberry.ID
    amount: MoneyInput
    bank_reference: str


@strawberry.input(description="A case settled another way: by a transfer of the operator's bank, or written off.")
class SettleMoneyCaseAct:
    case_id: strawberry.ID
    resolution: str
    bank_reference: str = ""
    write_off: bool = False


@strawberry.input(description="What is proposed: one of these.")
class ProposedActInput:
    refund_order: RefundOrderAct | None = None
    open_dispute: OpenDisputeAct | None = None
    decide_dispute: DecideDisputeAct | None = None
    set_payout_terms: SetPayoutTermsAct | None = None
    put_risk_tier: PutRiskTierAct | None = None
    exchange_money: ExchangeMoneyAct | None = None
    record_invoice_payment: RecordInvoicePaymentAct | None = None
    settle_money_case: SettleMoneyCaseAct | None = None


def act_text(act: pb.ProposedAct) -> str:
    """An act with all its values: whoever approves it sees those that are zero, too."""
    return MessageToJson(act, indent=None, always_print_fields_with_no_presence=True)


@strawberry.type(description="Something that takes two people. Nothing happens before another person approves it.")
@shows(pb.Proposal)
class Proposal:
    id: strawberry.ID = typed_id(Kind.PROPOSAL)
    act: str = read_field(lambda message, _: act_text(message.act), str, "What is proposed, whole, as JSON.")
    reason: str
    status: ProposalStatus
    proposed_by: strawberry.ID | None = typed_id_or_none(Kind.ACCOUNT, "proposed_by", "Null: the system.")
    proposed_at: DateTime
    decided_by: strawberry.ID | None = typed_id_or_none(Kind.ACCOUNT, "decided_by")
    decided_at: DateTime | None = moment_or_none("decided_at")


@strawberry.type
class Query:
    @strawberry.field(description="What was proposed to be done by two people, newest first.")
    @asks("settlement.ListProposals")
    async def proposals(
        self,
        info: Info[Any, Any],
        status: ProposalStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Proposal]:
        here = context(info)
        request = pb.ListProposalsRequest(page=page_request(first, after))
        if status is not None:
            request.status = status.value  # type: ignore[assignment]
        found = await here.clients.settlement.list_proposals(request, here.token)
        return connection(found.proposals, found.page, after)  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Propose what one operator may not do alone.")
    @refusable
    @asks("settlement.Propose")
    async def propose(
        self, info: Info[Any, Any], act: ProposedActInput, reason: str, idempotency_key: str
    ) -> Annotated[Proposal | Refused, strawberry.union("ProposeResult")]:
        here = context(info)
        request = pb.ProposeRequest(reason=reason)
        fill(request.act, act, IDS, prefix="act.")
        return await here.clients.settlement.propose(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Approve what another proposed, which is then done; or reject it.")
    @refusable
    @asks("settlement.DecideProposal")
    async def decide_proposal(
        self, info: Info[Any, Any], proposal_id: strawberry.ID, approved: bool, idempotency_key: str
    ) -> Annotated[Proposal | Refused, strawberry.union("DecideProposalResult")]:
        here = context(info)
        request = pb.DecideProposalRequest(
            proposal_id=given(Kind.PROPOSAL, proposal_id, "proposalId"), approved=approved
        )
        return await here.clients.settlement.decide_proposal(request, here.token, idempotency_key)  # type: ignore[return-value]

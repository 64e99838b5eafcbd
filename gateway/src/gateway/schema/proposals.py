"""What takes two people: proposed by one operator, done when another, or the regulator, approves it."""

import strawberry
from google.protobuf.json_format import MessageToJson
from strawberry import ID
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books_pb
from yima.settlement.v1.enums import ProposalStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, MoneyInput, connection, page_request
from gateway.schema.inputs import fill, takes
from gateway.schema.settlement import PayoutTermsInput


@takes(pb.RefundOrderRequest, description="A refund beyond what the partner has and one operator may decide.")
class RefundOrderAct:
    order_id: ID
    reason: str
    amount: MoneyInput | None = None
    order_line_id: ID | None = None


@takes(pb.OpenDisputeRequest, description="A dispute that was charged with more than is left of the payment.")
class OpenDisputeAct:
    order_id: ID
    reason: str
    amount: MoneyInput | None = None
    claimed: MoneyInput | None = None
    charged: MoneyInput | None = None


@takes(pb.DecideDisputeRequest, description="A decision that costs more than the partner has.")
class DecideDisputeAct:
    dispute_id: ID
    for_partner: bool


@takes(pb.SetPayoutTermsRequest, description="Terms that let a partner's money go sooner, or with less kept back.")
class SetPayoutTermsAct:
    partner_id: ID
    terms: PayoutTermsInput


@takes(books_pb.PutRiskTierRequest, description="A tier that asks for less than before.")
class PutRiskTierAct:
    name: str
    hold_days: int = 0
    reserve_basis_points: int = 0
    reserve_days: int = 0


@takes(books_pb.ExchangeMoneyRequest)
class ExchangeMoneyAct:
    sold: MoneyInput
    bought: MoneyInput
    rate: str
    reason: str
    account: str = "bank:cash"


@takes(
    books_pb.RecordInvoicePaymentRequest, description="A payment of an invoice that no statement of the bank tells of."
)
class RecordInvoicePaymentAct:
    invoice_id: ID
    amount: MoneyInput
    bank_reference: str


@takes(
    pb.SettleMoneyCaseRequest,
    description="A case settled another way: by a transfer of the operator's bank, or written off.",
)
class SettleMoneyCaseAct:
    case_id: ID
    resolution: str
    bank_reference: str = ""
    write_off: bool = False


@takes(
    pb.IssueInvoiceRequest, description="A debt to be asked for by invoice that is above what one operator may decide."
)
class IssueInvoiceAct:
    partner_id: ID
    currency: str


@takes(pb.ProposedAct, description="What is proposed: one of these.")
class ProposedActInput:
    refund_order: RefundOrderAct | None = None
    open_dispute: OpenDisputeAct | None = None
    decide_dispute: DecideDisputeAct | None = None
    set_payout_terms: SetPayoutTermsAct | None = None
    put_risk_tier: PutRiskTierAct | None = None
    exchange_money: ExchangeMoneyAct | None = None
    record_invoice_payment: RecordInvoicePaymentAct | None = None
    settle_money_case: SettleMoneyCaseAct | None = None
    issue_invoice: IssueInvoiceAct | None = None


def act_text(act: pb.ProposedAct) -> str:
    """An act with all its values: whoever approves it sees those that are zero, too."""
    return MessageToJson(act, indent=None, always_print_fields_with_no_presence=True)


@shows(pb.Proposal, description="Something that takes two people. Nothing happens before another person approves it.")
class Proposal:
    id: ID
    act: str = reads(pb.Proposal, lambda proposal, _: act_text(proposal.act), "What is proposed, whole, as JSON.")
    reason: str
    status: ProposalStatus
    proposed_by: ID | None = field(kind=Kind.ACCOUNT, description="Null: the system.")
    proposed_at: DateTime
    decided_by: ID | None = field(kind=Kind.ACCOUNT)
    decided_at: DateTime | None


@strawberry.type
class Query:
    @strawberry.field(description="What was proposed to be done by two people, newest first.")
    @asks("settlement.ListProposals")
    async def proposals(
        self,
        info: Info,
        status: ProposalStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Proposal]:
        context = info.context
        request = pb.ListProposalsRequest(page=page_request(first, after, last, before))
        if status is not None:
            request.status = status
        answer = await context.clients.settlement.list_proposals(request, context.token)
        return connection(answer.proposals, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Propose what one operator may not do alone.")
    @refusable
    @asks("settlement.Propose")
    async def propose(self, info: Info, act: ProposedActInput, reason: str, idempotency_key: str) -> pb.Proposal:
        context = info.context
        request = pb.ProposeRequest(reason=reason)
        fill(request.act, act, "act.")
        return await context.clients.settlement.propose(request, context.token, idempotency_key)

    @strawberry.mutation(description="Approve what another proposed, which is then done; or reject it.")
    @refusable
    @asks("settlement.DecideProposal")
    async def decide_proposal(self, info: Info, proposal_id: ID, approved: bool, idempotency_key: str) -> pb.Proposal:
        context = info.context
        request = pb.DecideProposalRequest(
            proposal_id=parse_global_id(Kind.PROPOSAL, proposal_id, "proposalId"), approved=approved
        )
        return await context.clients.settlement.decide_proposal(request, context.token, idempotency_key)

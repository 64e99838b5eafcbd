"""What takes two people, over HTTP: proposed by one, and done when another approves it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb

from settlement import commands
from settlement.api import books, cases, disputes, invoices, payments, payouts
from settlement.api.served import People, Resources, api, known_name, paged
from settlement.domain.approval import Proposed
from settlement.store import proposals
from settlement.tables import ProposalRow

ACTS: Mapping[str, Callable[[Any, Call[Resources], People], Awaitable[Any]]] = {
    "refund_order": payments.refund,
    "open_dispute": disputes.opened,
    "decide_dispute": disputes.decided,
    "set_payout_terms": payouts.agreed,
    "put_risk_tier": payouts.tier_put,
    "exchange_money": books.exchanged,
    "record_invoice_payment": invoices.payment_recorded,
    "settle_money_case": cases.settled,
}


@api.serves
async def propose(request: pb.ProposeRequest, call: Call[Resources]) -> pb.Proposal:
    row = await commands.propose(
        call.session,
        act=request.act,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return proposal_message(row)


@api.serves
async def decide_proposal(request: pb.DecideProposalRequest, call: Call[Resources]) -> pb.Proposal:
    by = UUID(call.principal.subject_id)
    row = await commands.decide_proposal(
        call.session,
        proposal_id=parse_id(request.proposal_id, "proposal_id"),
        approved=request.approved,
        by=by,
        now=call.now,
    )
    if row.status == Proposed.APPROVED:
        act = pb.ProposedAct.FromString(row.act)
        kind = act.WhichOneof("act")
        assert kind is not None  # `propose` refuses one without
        people = People(row.proposed_by, by) if row.proposed_by else People(by)
        await ACTS[kind](getattr(act, kind), call, people)
    return proposal_message(row)


@api.serves
async def list_proposals(request: pb.ListProposalsRequest, call: Call[Resources]) -> pb.ProposalPage:
    most, after = paged(request.page)
    status = known_name(pb.ProposalStatus, request.status, "status") if request.status else ""
    found = await proposals.page(call.session, status, after, most)
    return pb.ProposalPage(
        proposals=[proposal_message(row) for row in found[:most]], page=pages.info([row.id for row in found], most)
    )


def proposal_message(row: ProposalRow) -> pb.Proposal:
    return pb.Proposal(
        id=str(row.id),
        act=pb.ProposedAct.FromString(row.act),
        reason=row.reason,
        status=f"PROPOSAL_STATUS_{row.status.upper()}",
        proposed_by=str(row.proposed_by or ""),
        proposed_at=timestamp(row.proposed_at),
        decided_by=str(row.decided_by or ""),
        decided_at=timestamp(row.decided_at),
    )

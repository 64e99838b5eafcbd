"""What takes two people, over HTTP: proposed by one, and done when another approves it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.database import tried
from chassis.ids import new_id, parse_id
from chassis.refusals import Refusal
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb

from settlement import commands
from settlement.api import bank, books, cases, disputes, invoices, payout_terms, refunds
from settlement.api.served import People, api, known_name
from settlement.commands.resources import Resources
from settlement.domain.proposals import NeedsSecondPerson, ProposalStatus
from settlement.store import proposals
from settlement.tables import ProposalRow

ACTS: Mapping[str, Callable[[Any, Call[Resources], People], Awaitable[Any]]] = {
    "refund_order": refunds.refund,
    "open_dispute": disputes.opened,
    "decide_dispute": disputes.decided,
    "set_payout_terms": payout_terms.agreed,
    "put_risk_tier": payout_terms.tier_put,
    "exchange_money": books.exchanged,
    "record_invoice_payment": invoices.payment_recorded,
    "settle_money_case": cases.settled,
    "return_payout": bank.returned,
    "issue_invoice": invoices.issued,
}


@api.serves
async def propose(request: pb.ProposeRequest, call: Call[Resources]) -> pb.Proposal:
    """Keep what is proposed, if it could be done now, were it approved: whatever the act's own route refuses is refused
    here, by the field as it stands in the proposal."""
    kind = request.act.WhichOneof("act")
    if kind is not None:
        await check_act(request.act, kind, call)
    row = await commands.propose(
        call.session,
        act=request.act,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return proposal_message(row)


async def check_act(act: pb.ProposedAct, kind: str, call: Call[Resources]) -> None:
    """Do the act and undo it. Terms are completed by what they would leave as it is, so that they are shown whole."""
    request = getattr(act, kind)
    people = People(UUID(call.principal.subject_id), approved_by=new_id())
    try:
        answer = await tried(call.session, lambda: ACTS[kind](request, call, people))
    except Refusal as refusal:
        if refusal.field:
            refusal.field = f"act.{kind}.{refusal.field}"
        raise
    if isinstance(answer, pb.PayoutTerms):
        request.terms.CopyFrom(answer)


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
    if row.status == ProposalStatus.APPROVED:
        act = pb.ProposedAct.FromString(row.act)
        kind = act.WhichOneof("act")
        assert kind is not None  # `propose` refuses one without
        act_request = getattr(act, kind)
        if row.proposed_by is None:
            try:  # what the system proposed is the first person's to do, if one may
                await tried(call.session, lambda: ACTS[kind](act_request, call, People(by)))
            except NeedsSecondPerson:
                return proposal_message(await commands.take_up(call.session, row, by))
        people = People(row.proposed_by, by) if row.proposed_by else People(by)
        await ACTS[kind](act_request, call, people)
    return proposal_message(row)


@api.serves
async def list_proposals(request: pb.ListProposalsRequest, call: Call[Resources]) -> pb.ProposalPage:
    part = pages.by_id(request.page)
    status = known_name(pb.ProposalStatus, request.status, "status") if request.status else ""
    rows, page = part.cut(await proposals.page(call.session, status, part), pages.at_id)
    return pb.ProposalPage(proposals=[proposal_message(row) for row in rows], page=page)


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

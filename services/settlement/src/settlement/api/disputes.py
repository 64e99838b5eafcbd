"""Disputes and their evidence over HTTP. Decode, one call, encode."""

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books_pb

from settlement import commands
from settlement.api.payments import requested_amount
from settlement.api.served import People, api, counted, own, unapproved
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.store import disputes
from settlement.tables import DisputeRow


@api.serves
async def open_dispute(request: pb.OpenDisputeRequest, call: Call[Resources]) -> pb.Dispute:
    return await opened(request, call, unapproved(call))


async def opened(request: pb.OpenDisputeRequest, call: Call[Resources], people: People) -> pb.Dispute:
    dispute = await commands.open_dispute(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        amount=requested_amount(request),
        claim=claim_of(request),
        reason=request.reason,
        by=people.by,
        approved_by=people.approved_by,
        provider=call.resources.provider,
        now=call.now,
    )
    return dispute_message(dispute)


def claim_of(request: pb.OpenDisputeRequest) -> commands.Claim | None:
    """What was claimed and charged; both or neither."""
    if not request.HasField("claimed") and not request.HasField("charged"):
        return None
    for name in ("claimed", "charged"):
        if not request.HasField(name):
            raise Invalid(name, "is needed where the other one of claimed and charged is given")
    return commands.Claim(counted(request.claimed, "claimed"), counted(request.charged, "charged"))


@api.serves
async def get_evidence(request: books_pb.GetEvidenceRequest, call: Call[Resources]) -> books_pb.Evidence:
    row, frozen = await commands.evidence_of(
        call.session,
        dispute_id=parse_id(request.dispute_id, "dispute_id"),
        partner_id=own(call.principal, ""),
        now=call.now,
    )
    return books_pb.Evidence(dispute_id=str(row.dispute_id), content=row.content, sha256=row.sha256, frozen=frozen)


@api.serves
async def decide_dispute(request: pb.DecideDisputeRequest, call: Call[Resources]) -> pb.Dispute:
    return await decided(request, call, unapproved(call))


async def decided(request: pb.DecideDisputeRequest, call: Call[Resources], people: People) -> pb.Dispute:
    dispute = await commands.decide_dispute(
        call.session,
        dispute_id=parse_id(request.dispute_id, "dispute_id"),
        for_partner=request.for_partner,
        by=people.by,
        approved_by=people.approved_by,
        bounds=call.resources.bounds,
        provider=call.resources.provider,
        now=call.now,
    )
    call.resources.provider_is_needed()
    return dispute_message(dispute)


@api.serves
async def list_disputes(request: pb.ListDisputesRequest, call: Call[Resources]) -> pb.DisputePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await disputes.disputes(call.session, own(call.principal, request.partner_id), part), pages.at_id
    )
    return pb.DisputePage(
        disputes=[dispute_message(dispute) for dispute in rows],
        page=page,
    )


def dispute_message(dispute: DisputeRow) -> pb.Dispute:
    message = pb.Dispute(
        id=str(dispute.id),
        payment_id=str(dispute.payment_id),
        partner_id=str(dispute.partner_id),
        amount=amount(dispute.amount_minor, dispute.currency),
        reason=dispute.reason,
        status=f"DISPUTE_STATUS_{dispute.status.upper()}",
        opened_at=timestamp(dispute.opened_at),
        decided_at=timestamp(dispute.decided_at),
        by_bank=dispute.provider_reference is not None,
    )
    if dispute.claimed_minor is not None and dispute.claimed_currency is not None:
        message.claimed.CopyFrom(amount(dispute.claimed_minor, dispute.claimed_currency))
        message.charged.CopyFrom(amount(dispute.amount_minor, dispute.currency))
    return message

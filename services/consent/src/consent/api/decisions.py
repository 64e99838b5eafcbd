"""Decisions over HTTP: may the caller read, or add to, a resident's record now?"""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.signing import is_about
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api
from consent.commands.decisions import Question
from consent.domain.decisions import check_access_request, check_ingest
from consent.domain.scans import LateScan


@api.serves_without_transaction
async def decide(request: pb.DecideRequest, call: Call[Resources]) -> pb.Decision:
    access = check_access_request(
        request.information_types, request.purpose, request.access_mode, request.as_far_as_covered
    )
    question = Question(call.principal, parse_id(request.resident_id, "resident_id"), access)
    return await call.resources.deciding.submit(question)


@api.serves_without_transaction
async def decide_ingest(request: pb.DecideIngestRequest, call: Call[Resources]) -> pb.Decision:
    access = check_ingest(request.information_types, request.count)
    resident_id = parse_id(request.resident_id, "resident_id")
    scanned = bool(request.scan_receipt) and await was_scanned(request.scan_receipt, resident_id, call)
    return await call.resources.deciding.submit(Question(call.principal, resident_id, access, scanned))


async def was_scanned(receipt: str, resident_id: UUID, call: Call[Resources]) -> bool:
    """Is this identity's receipt for a scan of the resident's code by the caller's institution? Refused if not."""
    claims = await call.resources.receipts.receipt(receipt, "scan", call.now.timestamp(), field="scan_receipt")
    if claims.get("partner_id") != call.principal.partner_id or not is_about(
        claims, "scan_id", "resident", str(resident_id)
    ):
        raise Invalid("scan_receipt", "is of another resident's code, or of another institution's scan")
    if claims.get("late"):
        raise LateScan("scan the resident's code again, with a network", "scan_receipt")
    return True

"""Decisions over HTTP: may the caller read, or add to, a resident's record now?"""

import asyncio
from uuid import UUID

from chassis import texts
from chassis.api import Call
from chassis.auth import Principal, role_named
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.signing import is_about
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api
from consent.commands.decisions import Question
from consent.domain.consents import AccessMode
from consent.domain.decisions import Computation, check_access_request, check_ingest
from consent.domain.scans import LateScan
from consent.store import decisions as store
from consent.store.clock import database_now

QUESTIONS_MAX = 500
EACH_MAX = 200  # that somebody looks at in one page
NOTE_LENGTH_MAX = 400


@api.serves_without_transaction
async def decide(request: pb.DecideRequest, call: Call[Resources]) -> pb.Decision:
    access = check_access_request(
        request.information_types, request.purpose, request.access_mode, request.as_far_as_covered
    )
    question = Question(call.principal, parse_id(request.resident_id, "resident_id"), access)
    return await call.resources.deciding.submit(question)


@api.serves_without_transaction
async def decide_each(request: pb.DecideEachRequest, call: Call[Resources]) -> pb.Decisions:
    if not 1 <= len(request.questions) <= EACH_MAX:
        raise Invalid("questions", f"must be 1 to {EACH_MAX}")
    questions = []
    for index, asked in enumerate(request.questions):
        access = check_access_request(
            asked.information_types, asked.purpose, asked.access_mode, asked.as_far_as_covered
        )
        resident_id = parse_id(asked.resident_id, f"questions[{index}].resident_id")
        questions.append(Question(call.principal, resident_id, access))
    if len({question.resident_id for question in questions}) < len(questions):
        raise Invalid("questions", "must each be about another resident")
    return pb.Decisions(
        decisions=await asyncio.gather(*(call.resources.deciding.submit(question) for question in questions))
    )


@api.serves_without_transaction
async def decide_ingest(request: pb.DecideIngestRequest, call: Call[Resources]) -> pb.Decision:
    access = check_ingest(request.information_types, request.count)
    resident_id = parse_id(request.resident_id, "resident_id")
    scanned = bool(request.scan_receipt) and await was_scanned(request.scan_receipt, resident_id, call)
    return await call.resources.deciding.submit(Question(call.principal, resident_id, access, scanned))


@api.serves_without_transaction
async def decide_ingests(request: pb.DecideIngestsRequest, call: Call[Resources]) -> pb.IngestDecisions:
    """Who sent a batch asks no more themselves: records says who they were, and no receipt of a scan counts here."""
    if not 1 <= len(request.questions) <= QUESTIONS_MAX:
        raise Invalid("questions", f"must be 1 to {QUESTIONS_MAX}")
    claims = await call.resources.senders.receipt(request.sender, "collection", call.now.timestamp(), field="sender")
    sender = Principal(role_named(claims["role"]), claims["sub"], partner_id=claims["pid"])
    questions = []
    for index, question in enumerate(request.questions):
        resident_id = parse_id(question.resident_id, f"questions[{index}].resident_id")
        patient = bool(question.patient_link_id)
        if patient:
            parse_id(question.patient_link_id, f"questions[{index}].patient_link_id")
        access = check_ingest(question.information_types, question.count)
        questions.append(Question(sender, resident_id, access, patient=patient))
    if len({question.resident_id for question in questions}) < len(questions):
        raise Invalid("questions", "must each be about another resident")
    decisions = await asyncio.gather(*(call.resources.deciding.submit(question) for question in questions))
    return pb.IngestDecisions(decisions=decisions)


@api.serves_without_transaction
async def decide_computation(request: pb.DecideComputationRequest, call: Call[Resources]) -> pb.ComputationDecisions:
    """Who asked for a run is gone when it runs: records says who they were, and which run it is."""
    access = check_access_request(request.information_types, request.purpose, AccessMode.COMPUTE)
    claims = await call.resources.senders.receipt(request.sender, "computation", call.now.timestamp(), field="sender")
    sender = Principal(role_named(claims["role"]), claims["sub"], partner_id=claims["pid"])
    project_id = parse_id(request.project_id, "project_id") if request.project_id else None
    computation = Computation(UUID(claims["run"]), project_id, texts.line(request.note, "note", NOTE_LENGTH_MAX))
    after = parse_id(request.after, "after") if request.after else UUID(int=0)
    async with call.resources.database.transaction() as session:
        residents = await store.who_consented(
            session,
            grantee_id=UUID(sender.partner_id),
            project_id=project_id,
            request=access,
            at=await database_now(session),
            after=after,
            limit=QUESTIONS_MAX,
        )
    decisions = await asyncio.gather(
        *(
            call.resources.deciding.submit(Question(sender, resident_id, access, computation=computation))
            for resident_id in residents
        )
    )
    return pb.ComputationDecisions(
        residents=[
            pb.CountedResident(resident_id=str(resident_id), decision_id=decision.id, releases=decision.releases)
            for resident_id, decision in zip(residents, decisions, strict=True)
            if decision.permitted
        ],
        next=str(residents[-1]) if len(residents) == QUESTIONS_MAX else "",
    )


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

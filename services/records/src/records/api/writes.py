"""Single interactions and Bundles of FHIR clients: read, permitted by consent, stored by the rules of every ingest."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis import problems
from chassis.api import Call
from chassis.refusals import Refusal
from chassis.wire import timestamp
from yima.records.v1 import writes_pb2 as pb

from records.api.ingests import permit_ingest
from records.api.served import Resources, api, check_licence
from records.commands import writes
from records.commands.writes import Outcome, Plan
from records.domain import bundles, interactions
from records.domain.interactions import Interaction
from records.store import grounds


@dataclass(frozen=True, slots=True)
class PermittedPlan:
    """What is to be done, after consent has permitted it."""

    plan: Plan
    transaction: bool


async def permitted(
    asked: Sequence[Interaction | Refusal],
    resident_id: UUID | None,
    call: Call[Resources],
    *,
    transaction: bool,
    scan_receipt: str,
) -> PermittedPlan:
    """The plan of these interactions, once consent has permitted it and written it into the resident's access log. What
    is stored already is not spoken of before."""
    institution_id = UUID(call.principal.partner_id)
    async with call.resources.database.transaction() as session:
        await grounds.of_institution(session, institution_id)
        known = await writes.look_up(session, institution_id, resident_id, asked)
    plan = writes.plan(
        asked,
        known,
        resident_id=resident_id,
        transaction=transaction,
        zone=call.resources.city.zone,
        now=call.now,
    )
    if plan.information_types:
        await permit_ingest(plan.sent, plan.information_types, str(plan.resident_id), scan_receipt, call)
    return PermittedPlan(plan, transaction)


async def check_write(request: pb.WriteResourceRequest, call: Call[Resources]) -> PermittedPlan:
    check_licence(call)
    resident_id = interactions.resident_in(request.content)
    kind = request.url.partition("?")[0].partition("/")[0]
    asked = interactions.interaction(
        request.method,
        request.url,
        request.content,
        at=kind,
        request_at="request",
        resident_id=resident_id,
        if_match=request.if_match,
        if_none_exist=request.if_none_exist,
    )
    permit = await permitted([asked], resident_id, call, transaction=False, scan_receipt=request.scan_receipt)
    if permit.plan.refusals:
        raise permit.plan.refusals[0]
    return permit


@api.serves_after(check_write)
async def write_resource(request: pb.WriteResourceRequest, call: Call[Resources]) -> pb.WriteOutcome:
    (outcome,) = await stored(call)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome_message(outcome)


async def check_bundle(request: pb.SubmitBundleRequest, call: Call[Resources]) -> PermittedPlan:
    check_licence(call)
    resident_id = interactions.resident_in(request.bundle)
    bundle = bundles.bundle(request.bundle, resident_id=resident_id)
    return await permitted(
        bundle.entries, resident_id, call, transaction=bundle.transaction, scan_receipt=request.scan_receipt
    )


@api.serves_after(check_bundle)
async def submit_bundle(request: pb.SubmitBundleRequest, call: Call[Resources]) -> pb.BundleOutcome:
    outcomes = await stored(call)
    return pb.BundleOutcome(
        transaction=call.prepared.transaction, outcomes=[outcome_message(each) for each in outcomes]
    )


async def stored(call: Call[Resources]) -> Sequence[Outcome | Refusal]:
    permit: PermittedPlan = call.prepared
    institution_id = UUID(call.principal.partner_id)
    await grounds.of_institution(call.session, institution_id, [permit.plan.resident_id])
    return await writes.store_writes(
        call.session,
        plan=permit.plan,
        transaction=permit.transaction,
        institution_id=institution_id,
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )


def outcome_message(outcome: Outcome | Refusal) -> pb.WriteOutcome:
    if isinstance(outcome, Refusal):
        status = problems.status_of(type(outcome), api.refusals)
        return pb.WriteOutcome(
            issue=pb.WriteIssue(
                field=outcome.field, code=outcome.code, detail=outcome.detail, status=status, title=outcome.title
            )
        )
    return pb.WriteOutcome(
        resource_type=outcome.kind,
        id=outcome.fhir_id,
        version=outcome.version,
        stored_at=timestamp(outcome.at),
        created=outcome.created,
        content=outcome.content,
    )

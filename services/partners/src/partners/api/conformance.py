"""Results of the checks of conformance."""

from uuid import UUID

from chassis.api import Call
from yima.notifications.v1.api_pb2 import ConformanceRun, GetConformanceRunRequest
from yima.partners.v1 import api_pb2 as pb

from partners.api.freezes import token_of
from partners.api.served import Resources, api
from partners.commands import conformance


async def observed_run(request: pb.IssueConformanceResultRequest, call: Call[Resources]) -> ConformanceRun:
    """The run as notifications observed it; it shows a partner its own alone."""
    asked = GetConformanceRunRequest(conformance_run_id=request.conformance_run_id)
    return await call.resources.notifications.get_conformance_run(asked, token_of(call))


@api.serves_after(observed_run)
async def issue_conformance_result(
    request: pb.IssueConformanceResultRequest, call: Call[Resources]
) -> pb.ConformanceResult:
    return await conformance.issue_result(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        run=call.prepared,
        city=call.resources.city,
        keys=call.resources.keys,
        now=call.now,
    )

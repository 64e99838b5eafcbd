"""Health records: ingested from institutions, released on a permitting consent decision."""

from typing import Annotated, Any

import strawberry
from strawberry.types import Info
from yima.records.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import shows
from gateway.schema.catalog import AccessMode
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import DateTime, PageInfo, connection, page_request, typed_id


@strawberry.type(description="One FHIR R4 resource of a resident.")
class Record:
    id: strawberry.ID = typed_id(Kind.RECORD)
    resource_type: str
    information_type: str
    effective_at: DateTime
    status: str = strawberry.field(description="FHIR's, e.g. `final` or `amended`.")
    resource: str = strawberry.field(description="FHIR R4 JSON, as it was sent.")

    institution: PartnerProfile | None = profile("institution_id", "Where it comes from.")


@strawberry.type(description="Records, and the decision that released them.")
class RecordPage:
    decision_id: strawberry.ID = strawberry.field(description="In the resident's access log.")
    nodes: list[Record]
    page_info: PageInfo


@strawberry.type(description="What was ingested.")
@shows(pb.IngestReceipt)
class IngestReceipt:
    created: int
    updated: int
    unchanged: int


@strawberry.type
class Query:
    @strawberry.field(
        description="A resident's records of some information types, for a purpose. Every call is logged."
    )
    @asks("records.ReadRecords")
    async def records(
        self,
        info: Info[Any, Any],
        resident_id: strawberry.ID,
        information_types: list[str],
        purpose: str,
        access_mode: AccessMode = AccessMode.VIEW,
        also_statuses: list[str] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> RecordPage:
        here = context(info)
        request = pb.ReadRecordsRequest(
            resident_id=given(Kind.RESIDENT, resident_id, "residentId"),
            information_types=information_types,
            purpose=purpose,
            also_statuses=also_statuses or (),
            access_mode=int(access_mode),  # type: ignore[arg-type]
            page=page_request(first, after),
        )
        found = await here.clients.records.read_records(request, here.token)
        page = connection(found.records, found.page, after)
        decision = strawberry.ID(f"{Kind.DECISION}_{found.decision_id.replace('-', '')}")
        return RecordPage(decision_id=decision, nodes=list(found.records), page_info=page.page_info)  # type: ignore[arg-type]


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Ingest FHIR R4 resources of one resident: all of them, or none. For partners in good standing "
        "that serve the resident, or have scanned their code; the resident sees in their access log that it came."
    )
    @refusable
    @asks("records.IngestResources")
    async def ingest_resources(
        self,
        info: Info[Any, Any],
        resident_id: strawberry.ID,
        resources: list[str],
        idempotency_key: str | None = None,
        scan_receipt: Annotated[
            str | None,
            strawberry.argument(description="Of a scan of the resident's code just now; or by a confirmed order."),
        ] = None,
    ) -> Annotated[IngestReceipt | Refused, strawberry.union("IngestResourcesResult")]:
        here = context(info)
        request = pb.IngestResourcesRequest(
            resident_id=given(Kind.RESIDENT, resident_id, "residentId"),
            resources=resources,
            scan_receipt=scan_receipt or "",
        )
        return await here.clients.records.ingest_resources(request, here.token, idempotency_key or "")  # type: ignore[return-value]

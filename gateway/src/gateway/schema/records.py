"""Health records: ingested from institutions, released on a permitting consent decision."""

from typing import Annotated

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.catalog.v1.enums import AccessMode
from yima.records.v1 import api_pb2 as pb
from yima.records.v1 import terminology_pb2 as terminology_pb
from yima.records.v1.enums import RecordAuthor

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, shown
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import PageInfo, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.MeasuredValue, description="A measured value, as it was sent.")
class MeasuredValue:
    name: str
    code: str | None
    value: str
    unit: str | None
    low: str | None
    high: str | None
    outside: bool


@shows(pb.RecordSummary, description="A resource in a few words, as it says itself.")
class RecordSummary:
    title: str
    details: str | None
    values: list[pb.MeasuredValue]


@shows(terminology_pb.Coding, description="A code of a system.")
class Coding:
    system: str
    code: str
    display: str | None


@shows(terminology_pb.MappedCode, description="A code that a map in force puts beside one that was sent.")
class MappedCode:
    coding: terminology_pb.Coding
    sent: terminology_pb.Coding


@shows(pb.Record, description="One FHIR R4 resource of a resident.")
class Record:
    id: ID
    resource_type: str
    information_type: str
    effective_at: DateTime
    status: str = field(description="FHIR's, e.g. `final` or `amended`.")
    resource: str = field(description="FHIR R4 JSON, as it was sent; the resident's id in it is the caller's for them.")
    summary: pb.RecordSummary
    mapped_codes: list[terminology_pb.MappedCode]
    author: RecordAuthor
    institution: PartnerProfile | None = profile("institution_id", "Where it comes from. Null: no institution sent it.")


@shows(pb.RecordVersion, description="What a resource of a record said.")
class RecordVersion:
    record: pb.Record
    version: int
    ingested_at: DateTime
    replaced_at: DateTime | None


@shows(pb.RecordVersions, description="A resource's versions, newest first; the first is the one in force.")
class RecordVersions:
    decision_id: ID
    versions: list[pb.RecordVersion]


@strawberry.type(description="Records, and the decision that released them.")
class RecordPage:
    decision_id: ID = strawberry.field(description="In the resident's access log.")
    nodes: list[pb.Record] = strawberry.field(description="Newest first.")
    page_info: PageInfo


@shows(pb.IngestReceipt, description="What was ingested.")
class IngestReceipt:
    created: int
    updated: int
    unchanged: int


@shows(pb.EmergencySlice, description="What a stranger has to know who treats a resident in an emergency.")
class EmergencySlice:
    resident_id: ID
    blood_group: str | None
    allergies: list[str]
    contact_name: str | None
    contact_telephone: str | None
    given_at: DateTime
    version: str
    signature: str | None
    decision_id: ID | None
    withdrawn_at: DateTime | None


@strawberry.type
class Query:
    @strawberry.field(
        description="What a resident gave to read in an emergency: one's own, a dependant's, or as a practitioner who "
        "has broken the glass. Every call is logged."
    )
    @asks("records.ReadEmergencySlice")
    async def emergency_slice(self, info: Info, resident_id: ID) -> pb.EmergencySlice:
        context = info.context
        request = pb.ReadEmergencySliceRequest(resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"))
        return await context.clients.records.read_emergency_slice(request, context.token)

    @strawberry.field(
        description="A resident's records of some information types, for a purpose. Every call is logged."
    )
    @asks("records.ReadRecords")
    async def records(
        self,
        info: Info,
        resident_id: ID,
        information_types: list[str],
        purpose: str,
        access_mode: AccessMode = AccessMode.VIEW,
        also_statuses: list[str] | None = None,
        resource_types: list[str] | None = None,
        codes: list[str] | None = None,
        institution_ids: list[ID] | None = None,
        since: DateTime | None = None,
        until: DateTime | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> RecordPage:
        context = info.context
        request = pb.ReadRecordsRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            information_types=information_types,
            purpose=purpose,
            also_statuses=also_statuses or (),
            resource_types=resource_types or (),
            codes=codes or (),
            institution_ids=[parse_global_id(Kind.PARTNER, key, "institutionIds") for key in institution_ids or ()],
            since=timestamp(since) if since else None,
            until=timestamp(until) if until else None,
            access_mode=access_mode,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.read_records(request, context.token)
        page = connection(answer.records, answer.page)
        decision_id = ID(shown(Kind.DECISION, answer.decision_id))
        return RecordPage(decision_id=decision_id, nodes=list(answer.records), page_info=page.page_info)

    @strawberry.field(
        description="What a resource of a record said before, and says now, as far as it may be released. Every call "
        "is logged."
    )
    @asks("records.ReadVersions")
    async def record_versions(
        self,
        info: Info,
        resident_id: ID,
        record_id: ID,
        information_types: list[str],
        purpose: str,
        access_mode: AccessMode = AccessMode.VIEW,
    ) -> pb.RecordVersions:
        context = info.context
        request = pb.ReadVersionsRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            record_id=parse_global_id(Kind.RECORD, record_id, "recordId"),
            information_types=information_types,
            purpose=purpose,
            access_mode=access_mode,
        )
        return await context.clients.records.read_versions(request, context.token)


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
        info: Info,
        resident_id: ID,
        resources: list[str],
        idempotency_key: str | None = None,
        scan_receipt: Annotated[
            str | None,
            strawberry.argument(description="Of a scan of the resident's code just now; or by a confirmed order."),
        ] = None,
    ) -> pb.IngestReceipt:
        context = info.context
        request = pb.IngestResourcesRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            resources=resources,
            scan_receipt=scan_receipt or "",
        )
        return await context.clients.records.ingest_resources(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Keep what a stranger has to know who treats the resident in an emergency; it replaces what was "
        "kept. By the resident, or who acts for them."
    )
    @refusable
    @asks("records.PutEmergencySlice")
    async def put_emergency_slice(
        self,
        info: Info,
        resident_id: ID,
        blood_group: str = "",
        allergies: list[str] | None = None,
        contact_name: str = "",
        contact_telephone: str = "",
        idempotency_key: str | None = None,
    ) -> pb.EmergencySlice:
        context = info.context
        request = pb.PutEmergencySliceRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            blood_group=blood_group,
            allergies=allergies or (),
            contact_name=contact_name,
            contact_telephone=contact_telephone,
        )
        return await context.clients.records.put_emergency_slice(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Show to nobody any more what a resident gave to read in an emergency.")
    @refusable
    @asks("records.WithdrawEmergencySlice")
    async def withdraw_emergency_slice(
        self, info: Info, resident_id: ID, idempotency_key: str | None = None
    ) -> pb.EmergencySlice:
        context = info.context
        request = pb.WithdrawEmergencySliceRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId")
        )
        return await context.clients.records.withdraw_emergency_slice(request, context.token, idempotency_key or "")

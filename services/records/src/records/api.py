"""Records over HTTP: decode, one call, encode. Nothing is read before consent has decided."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from chassis import pages
from chassis.api import Api, Call
from chassis.database import Database
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.catalog.v1.api_pb2 import ACCESS_MODE_COMPUTE, ACCESS_MODE_VIEW
from yima.consent.v1 import api_pb2 as consent
from yima.consent.v1.client import ConsentClient
from yima.records.v1 import api_pb2 as pb

from records import commands, store
from records.domain import ConsentDenied, ResourceRefused, RowsNotReleased
from records.tables import RecordRow

NEWEST_FIRST = pages.keyset(datetime, UUID)


@dataclass(frozen=True)
class Resources:
    """What records' functions need: its database, and who decides."""

    database: Database
    consent: ConsentClient


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["RecordsApi"],
    refusals={ResourceRefused: 400, ConsentDenied: 403, RowsNotReleased: 409},
)


@api.serves
async def ingest_resources(request: pb.IngestResourcesRequest, call: Call[Resources]) -> pb.IngestReceipt:
    return await commands.ingest_resources(
        call.session,
        resident_id=parse_id(request.resident_id, "resident_id"),
        institution_id=UUID(call.principal.partner_id),
        resources=request.resources,
        now=call.now,
    )


@api.serves_without_transaction
async def read_records(request: pb.ReadRecordsRequest, call: Call[Resources]) -> pb.RecordPage:
    """Ask consent with the caller's own token, then read. Without an answer from consent nothing is read."""
    wanted = pages.size(request.page)
    before = NEWEST_FIRST.after(request.page)
    resident_id = parse_id(request.resident_id, "resident_id")
    mode = request.access_mode or ACCESS_MODE_VIEW
    if mode == ACCESS_MODE_COMPUTE:
        raise RowsNotReleased("ask for VIEW or STORE, as far as consented", "access_mode")
    token = call.authorization.partition(" ")[2]
    decision = await call.resources.consent.decide(
        consent.DecideRequest(
            resident_id=request.resident_id,
            information_types=request.information_types,
            purpose=request.purpose,
            access_mode=mode,
        ),
        token,
    )
    if not decision.permitted:
        reason = consent.Reason.Name(decision.reason).removeprefix("REASON_").lower().replace("_", " ")
        raise ConsentDenied(f"{reason}; decision {decision.id} is in the resident's access log")
    async with call.resources.database.transaction() as session:
        found = await store.page(session, resident_id, request.information_types, before, wanted)
    return pb.RecordPage(
        decision_id=decision.id,
        records=[record_message(row) for row in found[:wanted]],
        page=NEWEST_FIRST.info([(row.effective_at, row.id) for row in found], wanted),
    )


def record_message(row: RecordRow) -> pb.Record:
    return pb.Record(
        id=str(row.id),
        resource_type=row.resource_type,
        information_type=row.information_type,
        institution_id=str(row.institution_id),
        effective_at=timestamp(row.effective_at),
        resource=orjson.dumps(row.resource).decode(),
    )

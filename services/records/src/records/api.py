"""Records over HTTP: decode, one call, encode. Nothing is released or stored before consent has decided."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from chassis import pages
from chassis.api import Api, Call
from chassis.database import Database
from chassis.ids import parse_id
from chassis.refusals import Unavailable
from chassis.wire import timestamp
from city_pack.pack import City
from yima.catalog.v1.api_pb2 import ACCESS_MODE_COMPUTE, ACCESS_MODE_VIEW
from yima.consent.v1 import api_pb2 as consent
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.api_pb2 import CheckBirthRequest
from yima.identity.v1.client import IdentityClient
from yima.records.v1 import api_pb2 as pb

from records import commands, store
from records.domain import (
    RELEASE_ATTEMPTS,
    RELEASE_SECONDS,
    ConsentDenied,
    IngestRefused,
    QuotaReached,
    ResourceRefused,
    ResourceStale,
    RowsNotReleased,
    check_statuses,
    latest_birth,
)
from records.tables import RecordRow

NEWEST_FIRST = pages.keyset(datetime, UUID)


@dataclass(frozen=True)
class Resources:
    """What records' functions need: its database, who decides, who knows births, and the city's calendar."""

    database: Database
    consent: ConsentClient
    identity: IdentityClient
    city: City


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["RecordsApi"],
    refusals={
        ResourceRefused: 400,
        ResourceStale: 409,
        ConsentDenied: 403,
        IngestRefused: 403,
        RowsNotReleased: 409,
        QuotaReached: 429,
    },
)


async def permitted(request: pb.IngestResourcesRequest, call: Call[Resources]) -> Sequence[commands.Sent]:
    """What is to be stored, once consent has permitted it and put it into the resident's access log."""
    sent = commands.check_resources(
        request.resources,
        resident_id=parse_id(request.resident_id, "resident_id"),
        zone=call.resources.city.zone,
        now=call.now,
    )
    decision = await call.resources.consent.decide_ingest(
        consent.DecideIngestRequest(
            resident_id=request.resident_id,
            information_types=sorted({one.kept.information_type for one in sent}),
            count=len(sent),
            scan_receipt=request.scan_receipt,
        ),
        token_of(call),
    )
    if not decision.permitted:
        raise IngestRefused(why_not(decision), "resident_id")
    await check_birth(sent, request.resident_id, call)
    return sent


async def check_birth(sent: Sequence[commands.Sent], resident_id: str, call: Call[Resources]) -> None:
    """Refuse what is of before the resident's birth. Identity knows when that was, and says whether; asked about the
    earliest, once consent has permitted, so that no stranger learns of it."""
    earliest = min(sent, key=lambda one: one.kept.effective_until).kept
    day = latest_birth(earliest.effective_until, call.resources.city.zone)
    asked = CheckBirthRequest(resident_id=resident_id, day=day.isoformat())
    if not (await call.resources.identity.check_birth(asked, token_of(call))).born:
        raise ResourceRefused(
            earliest.dated, "is before the resident was born; check the date, and whose resource it is"
        )


@api.serves_after(permitted)
async def ingest_resources(request: pb.IngestResourcesRequest, call: Call[Resources]) -> pb.IngestReceipt:
    return await commands.ingest_resources(
        call.session,
        resident_id=parse_id(request.resident_id, "resident_id"),
        institution_id=UUID(call.principal.partner_id),
        sent=call.prepared,
        size=sum(len(one.encode()) for one in request.resources),
        zone=call.resources.city.zone,
        now=call.now,
    )


def token_of(call: Call[Resources]) -> str:
    """The caller's own, to ask consent with."""
    return call.authorization.partition(" ")[2]


def why_not(decision: consent.Decision) -> str:
    reason = consent.Reason.Name(decision.reason).removeprefix("REASON_").lower().replace("_", " ")
    return f"{reason}; decision {decision.id} is in the resident's access log"


@api.serves_without_transaction
async def read_records(request: pb.ReadRecordsRequest, call: Call[Resources]) -> pb.RecordPage:
    """Read, then ask consent with the caller's own token, and release at once: nothing is released on a decision from
    before a revocation was answered. Without an answer from consent nothing is released."""
    wanted = pages.size(request.page)
    before = NEWEST_FIRST.after(request.page)
    resident_id = parse_id(request.resident_id, "resident_id")
    check_statuses(request.also_statuses)
    mode = request.access_mode or ACCESS_MODE_VIEW
    if mode == ACCESS_MODE_COMPUTE:
        raise RowsNotReleased("ask for VIEW or STORE, as far as consented", "access_mode")
    async with call.resources.database.transaction() as session:
        found = await store.page(session, resident_id, request.information_types, before, wanted, request.also_statuses)
    page = pb.RecordPage(
        records=[record_message(row) for row in found[:wanted]],
        page=NEWEST_FIRST.info([(row.effective_at, row.id) for row in found], wanted),
    )
    asked = consent.DecideRequest(
        resident_id=request.resident_id,
        information_types=request.information_types,
        purpose=request.purpose,
        access_mode=mode,
    )
    page.decision_id = (await release(asked, call)).id
    return page


async def release(asked: consent.DecideRequest, call: Call[Resources]) -> consent.Decision:
    """A permit that is young enough to release by. Raises `ConsentDenied`; `Unavailable` where consent is too slow."""
    for _ in range(RELEASE_ATTEMPTS):
        began = time.monotonic()
        decision = await call.resources.consent.decide(asked, token_of(call))
        if not decision.permitted:
            raise ConsentDenied(why_not(decision))
        if time.monotonic() - began < RELEASE_SECONDS:
            return decision
    raise Unavailable("consent takes too long to answer; try again shortly")


def record_message(row: RecordRow) -> pb.Record:
    return pb.Record(
        id=str(row.id),
        resource_type=row.resource_type,
        information_type=row.information_type,
        institution_id=str(row.institution_id),
        effective_at=timestamp(row.effective_at),
        resource=row.content if row.content is not None else orjson.dumps(row.resource).decode(),
        status=row.status,
    )

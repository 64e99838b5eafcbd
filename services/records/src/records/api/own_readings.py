"""Readings that residents enter themselves, over HTTP."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import moment, timestamp
from yima.records.v1 import own_readings_pb2 as pb

from records.api.served import Resources, acted_for, api, is_proven
from records.api.timeline import birth_of
from records.commands import own_readings as commands
from records.commands.own_readings import Author, Entered
from records.domain.own_readings import OwnReadingKind, Reading
from records.domain.releases import NotProven
from records.store import grounds

ENTERS = "enters readings of theirs"
PREFIX = "OWN_READING_KIND_"


async def author_of(
    request: pb.RecordOwnReadingRequest | pb.CorrectOwnReadingRequest | pb.WithdrawOwnReadingRequest,
    call: Call[Resources],
) -> Author:
    """Who enters a reading, and whose it is. Asked before the transaction: identity knows the birth."""
    resident_id = acted_for(request.resident_id, call, ENTERS)
    if not await is_proven(str(resident_id), call):
        raise NotProven("prove who you are with an identity number, and sign in again", "resident_id")
    return Author(resident_id, UUID(call.principal.subject_id), await birth_of(resident_id, call))


@api.serves_after(author_of)
async def record_own_reading(request: pb.RecordOwnReadingRequest, call: Call[Resources]) -> pb.OwnReading:
    if not request.kind:
        raise Invalid("kind", "say what was measured")
    await grounds.own(call.session, call.principal.subject_id, [call.prepared.resident_id])
    entered = await commands.record_own_reading(
        call.session,
        author=call.prepared,
        reading=reading_of(kind_named(request.kind), request.values),
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )
    return message(entered)


@api.serves_after(author_of)
async def correct_own_reading(request: pb.CorrectOwnReadingRequest, call: Call[Resources]) -> pb.OwnReading:
    record_id = parse_id(request.record_id, "record_id")
    await grounds.own(call.session, call.principal.subject_id, [call.prepared.resident_id])
    kind = await commands.kind_of(call.session, call.prepared.resident_id, record_id)
    entered = await commands.correct_own_reading(
        call.session,
        author=call.prepared,
        record_id=record_id,
        version=request.version,
        values=reading_of(kind, request.values),
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )
    return message(entered)


@api.serves_after(author_of)
async def withdraw_own_reading(request: pb.WithdrawOwnReadingRequest, call: Call[Resources]) -> pb.OwnReading:
    await grounds.own(call.session, call.principal.subject_id, [call.prepared.resident_id])
    entered = await commands.withdraw_own_reading(
        call.session,
        author=call.prepared,
        record_id=parse_id(request.record_id, "record_id"),
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )
    return message(entered)


def kind_named(kind: pb.OwnReadingKind) -> OwnReadingKind:
    return OwnReadingKind(pb.OwnReadingKind.Name(kind).removeprefix(PREFIX).lower())


def reading_of(kind: OwnReadingKind, values: pb.OwnReadingValues) -> Reading:
    if not values.HasField("measured_at"):
        raise Invalid("values.measured_at", "say when it was measured")
    return Reading(
        kind=kind,
        measured_at=moment(values.measured_at),
        value=values.value,
        unit=values.unit,
        systolic=values.systolic,
        diastolic=values.diastolic,
        note=values.note,
    )


def message(entered: Entered) -> pb.OwnReading:
    reading = entered.reading
    return pb.OwnReading(
        record_id=str(entered.record_id),
        resident_id=str(entered.resident_id),
        kind=f"{PREFIX}{reading.kind.upper()}",
        values=pb.OwnReadingValues(
            measured_at=timestamp(reading.measured_at),
            value=reading.value,
            unit=reading.unit,
            systolic=reading.systolic,
            diastolic=reading.diastolic,
            note=reading.note,
        ),
        version=entered.version,
        withdrawn=entered.withdrawn,
        entered_at=timestamp(entered.at),
    )

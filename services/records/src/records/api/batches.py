"""Batches: taken once they are here for good, what became of their lines, and those that have not come."""

import asyncio
import hashlib
from collections.abc import Mapping
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.records.v1 import collection_pb2 as collection

from records.api.served import Resources, api
from records.api.sources import certified_scope, own_partner, visible_source, whole_source
from records.commands import batches as commands
from records.commands.batches import SentBatch
from records.commands.judging import Sender
from records.domain import batches as rules
from records.domain import lines, patients
from records.domain.batches import Outcome
from records.domain.sources import check_reason
from records.store import batches as store
from records.store import patients as patient_store
from records.tables import BatchRow

ASK_AGAIN_SECONDS = 60
RESULTS: Mapping[str, collection.LineResult] = {
    Outcome.CREATED: collection.LINE_RESULT_CREATED,
    Outcome.UPDATED: collection.LINE_RESULT_UPDATED,
    Outcome.UNCHANGED: collection.LINE_RESULT_UNCHANGED,
    Outcome.REFUSED: collection.LINE_RESULT_REFUSED,
    Outcome.WAITING: collection.LINE_RESULT_WAITING,
}


def sender_of(call: Call[Resources]) -> Sender:
    return Sender(UUID(call.principal.subject_id), call.principal.role, own_partner(call))


@api.serves_once
async def put_batch(request: collection.PutBatchRequest, call: Call[Resources]) -> collection.BatchReceipt:
    """Whether its institution may send is asked of partners each time: whoever is frozen is refused at once."""
    source_id = parse_id(request.source_id, "source_id")
    rules.check_number(request.number)
    positions = rules.check_content(request.content, request.sha256, request.resident_ids)
    residents = [
        parse_id(written, f"resident_ids[{index}]") if written else None
        for index, written in enumerate(request.resident_ids)
    ]
    scope = await certified_scope(own_partner(call), call)
    content = await without_identity_numbers(request.content, call)
    numbers = await asyncio.to_thread(lines.numbers_in, rules.split(content), residents)
    async with call.resources.database.transaction() as session:
        row, known = await commands.put_batch(
            session,
            source_id=source_id,
            sent=SentBatch(request.number, content, hashlib.sha256(content).digest(), positions, residents, numbers),
            by=sender_of(call),
            scope=scope,
            waiting_max=call.resources.city.collection.waiting_lines_max,
            now=call.now,
        )
    return collection.BatchReceipt(
        source_id=str(source_id),
        number=row.number,
        sha256=request.sha256,
        bytes=len(request.content),
        lines=row.lines,
        received_at=timestamp(row.received_at),
        known=known,
    )


async def without_identity_numbers(content: bytes, call: Call[Resources]) -> bytes:
    """The bytes as they are kept: with seals in the place of identity numbers, so that no table, backup or hash has
    them. The same bytes become the same."""
    split = rules.split(content)
    marked = patients.identity_numbers(split)
    if not marked:
        return content
    numbers = sorted({each["value"] for value in marked.values() for each in patients.identifiers_in(value)})
    seals = await call.resources.judges.seal(sender_of(call), numbers) if numbers else []
    sealed = dict(zip(numbers, seals, strict=True))
    return b"\n".join(patients.without_numbers(split, marked, sealed.__getitem__)) + b"\n"


@api.serves
async def list_batches(request: collection.ListBatchesRequest, call: Call[Resources]) -> collection.BatchPage:
    part = pages.by_position(request.page)
    source = await visible_source(parse_id(request.source_id, "source_id"), call)
    rows, page = part.cut(await store.page(call.session, source.id, part), lambda row: (row.number,))
    return collection.BatchPage(
        batches=[batch_message(row) for row in rows],
        page=page,
    )


@api.serves
async def get_batch(request: collection.GetBatchRequest, call: Call[Resources]) -> collection.BatchOutcomes:
    part = pages.by_position(request.page)
    rules.check_number(request.number)
    source = await visible_source(parse_id(request.source_id, "source_id"), call)
    row = await store.batch(call.session, source.id, request.number)
    if row is None:
        raise NotFound("no batch of this number has come", "number")
    shown = [
        (position,)
        for position, letter in enumerate(row.outcomes, 1)
        if letter in RESULTS and (letter == Outcome.REFUSED or not request.refused_only)
    ]
    places, page = part.cut(part.among(shown), lambda place: place)
    positions = [position for (position,) in places]
    refused = await store.refusals(call.session, source.id, row.number, positions)
    message = batch_message(row)
    for position in positions:
        outcome = message.outcomes.add(position=position, result=RESULTS[row.outcomes[position - 1]])
        if position in refused:
            outcome.code, outcome.field = refused[position].code, refused[position].field
            outcome.detail = refused[position].detail
    return collection.BatchOutcomes(batch=message, page=page)


@api.serves
async def list_left_out_lines(
    request: collection.ListLeftOutLinesRequest, call: Call[Resources]
) -> collection.LeftOutLinePage:
    part = pages.by_id(request.page)
    source = await visible_source(parse_id(request.source_id, "source_id"), call)
    rows, page = part.cut(
        await patient_store.left_out_page(call.session, source.id, part), lambda row: pages.at_id(row[0])
    )
    return collection.LeftOutLinePage(
        lines=[
            collection.LeftOutLineOfSource(
                number=line.number or 0,
                position=line.position or 0,
                patient_number_id=str(patient.id),
                system=patient.system,
                value=patient.value,
                resource_type=line.resource_type,
                fhir_id=line.fhir_id,
                code=line.code,
                field=line.field,
                detail=line.detail,
                received_at=timestamp(line.received_at),
                left_out_at=timestamp(line.settled_at),
            )
            for line, patient in rows
        ],
        page=page,
    )


@api.serves
async def ask_for_missing(request: collection.AskForMissingRequest, call: Call[Resources]) -> collection.MissingBatches:
    numbers, missing = await commands.ask_for_missing(
        call.session,
        source_id=parse_id(request.source_id, "source_id"),
        partner_id=own_partner(call),
        now=call.now,
    )
    return collection.MissingBatches(numbers=numbers, missing=missing, ask_again_seconds=ASK_AGAIN_SECONDS)


@api.serves
async def give_up_batches(request: collection.GiveUpBatchesRequest, call: Call[Resources]) -> collection.Source:
    if not 1 <= len(request.numbers) <= rules.GIVEN_UP_MAX or len(set(request.numbers)) < len(request.numbers):
        raise Invalid("numbers", f"name 1 to {rules.GIVEN_UP_MAX}, each once")
    for number in request.numbers:
        rules.check_number(number)
    row = await commands.give_up(
        call.session,
        source_id=parse_id(request.source_id, "source_id"),
        numbers=request.numbers,
        reason=check_reason(request.reason),
        by=sender_of(call),
        now=call.now,
    )
    return await whole_source(row, call)


def batch_message(row: BatchRow) -> collection.Batch:
    counts = rules.counted(row.outcomes)
    return collection.Batch(
        source_id=str(row.source_id),
        number=row.number,
        sha256=row.sha256,
        bytes=row.size,
        lines=row.lines,
        received_at=timestamp(row.received_at),
        processed_at=timestamp(row.processed_at),
        created=counts[Outcome.CREATED],
        updated=counts[Outcome.UPDATED],
        unchanged=counts[Outcome.UNCHANGED],
        refused=counts[Outcome.REFUSED],
        waiting=counts[Outcome.WAITING],
        given_up=row.given_up,
        reason=row.reason,
    )

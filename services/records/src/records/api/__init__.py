"""Records over HTTP: decode, one call, encode. Nothing is released or stored before consent has decided."""

import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import orjson
from chassis import pages
from chassis.api import Call
from chassis.auth import sign
from chassis.ids import parse_id
from chassis.refusals import Forbidden, NotFound, Unavailable
from chassis.wire import moment, timestamp
from joserfc import jws
from yima.catalog.v1.api_pb2 import ACCESS_MODE_COMPUTE, ACCESS_MODE_VIEW
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.identity.v1.api_pb2 import CheckBirthRequest, CheckProvenRequest
from yima.records.v1 import api_pb2 as pb
from yima.records.v1.terminology_pb2 import Coding, MappedCode

from records import commands, store
from records.api import batches, sources
from records.api.served import Resources, api, token_of
from records.commands.judging import why_not
from records.domain import emergency
from records.domain.emergency import NoEmergencySlice
from records.domain.ingests import IngestRefused, ResourceRefused, latest_birth
from records.domain.lines import SentResource
from records.domain.releases import (
    RELEASE_ATTEMPTS,
    RELEASE_SECONDS,
    ConsentDenied,
    LicenceNotChecked,
    NotProven,
    Release,
    RowsNotReleased,
    check_statuses,
    check_wanted,
)
from records.domain.sensitivity import Sensitivity
from records.domain.summaries import Summary, summary
from records.store import RecordFilter
from records.tables import EmergencySliceRow, RecordRow, VersionRow

PROVEN_MAX = 100_000  # residents that are remembered as proven
NEWEST_FIRST = pages.keyset(datetime, UUID)


async def check_ingest(request: pb.IngestResourcesRequest, call: Call[Resources]) -> Sequence[SentResource]:
    """The checked resources, once consent has permitted them and written it into the resident's access log."""
    check_licence(call)
    sent = commands.check_resources(
        request.resources,
        resident_id=parse_id(request.resident_id, "resident_id"),
        zone=call.resources.city.zone,
        now=call.now,
    )
    kinds = {resource.facts.information_type for resource in sent}
    await permit_ingest(sent, kinds, request.resident_id, request.scan_receipt, call)
    return sent


async def permit_ingest(
    sent: Sequence[SentResource],
    information_types: Iterable[str],
    resident_id: str,
    scan_receipt: str,
    call: Call[Resources],
) -> None:
    """Refuse resources that consent does not permit, which is in the resident's access log either way; those from
    before a birth, and those of somebody who is not proven to be."""
    decision = await call.resources.consent.decide_ingest(
        consent_pb.DecideIngestRequest(
            resident_id=resident_id,
            information_types=sorted(set(information_types)),
            count=max(1, len(sent)),
            scan_receipt=scan_receipt,
        ),
        token_of(call),
    )
    if not decision.permitted:
        raise IngestRefused(why_not(decision), "resident_id")
    if sent:
        await check_birth(sent, resident_id, call)
    if not await is_proven(resident_id, call):
        raise NotProven("ask them to prove it in Yima, with an identity number; then send these again", "resident_id")


def check_licence(call: Call[Resources]) -> None:
    """Refuse a practitioner whose licence is not checked, as their token says: it ends where a licence is withdrawn."""
    caller = call.principal
    if caller.role == Role.ROLE_PRACTITIONER and caller.subject_id not in caller.proven:
        raise LicenceNotChecked("ask your institution to have it checked, then sign in again")


async def is_proven(resident_id: str, call: Call[Resources]) -> bool:
    """Is it proven who a resident is? Of the caller and their dependants the token says it; of others identity is
    asked, until it says yes, which is for ever."""
    if call.principal.role == Role.ROLE_RESIDENT:
        return resident_id in call.principal.proven
    if resident_id not in call.resources.proven:
        answer = await call.resources.identity.check_proven(CheckProvenRequest(resident_id=resident_id), token_of(call))
        if not answer.proven:
            return False
        call.resources.proven.add(resident_id)
        if len(call.resources.proven) > PROVEN_MAX:
            call.resources.proven.pop()
    return True


async def check_birth(sent: Sequence[SentResource], resident_id: str, call: Call[Resources]) -> None:
    """Refuse resources from before the resident's birth. Identity answers whether they were born by the earliest; it is
    asked only after consent has permitted, so that no stranger learns of it."""
    earliest = min((resource.facts for resource in sent), key=lambda facts: facts.effective_until)
    day = latest_birth(earliest.effective_until, call.resources.city.zone)
    birth = CheckBirthRequest(resident_id=resident_id, day=day.isoformat())
    if not (await call.resources.identity.check_birth(birth, token_of(call))).born:
        raise ResourceRefused(
            earliest.dated, "is before the resident was born; check the date, and whose resource it is"
        )


@api.serves_after(check_ingest)
async def ingest_resources(request: pb.IngestResourcesRequest, call: Call[Resources]) -> pb.IngestReceipt:
    return await commands.ingest_resources(
        call.session,
        resident_id=parse_id(request.resident_id, "resident_id"),
        institution_id=UUID(call.principal.partner_id),
        sent=call.prepared,
        size=sum(len(resource.encode()) for resource in request.resources),
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )


@api.serves_without_transaction
async def read_records(request: pb.ReadRecordsRequest, call: Call[Resources]) -> pb.RecordPage:
    """Ask consent with the caller's own token, read what it lets out, and release at once: nothing is released on a
    decision from before a revocation was answered. Without an answer from consent nothing is released."""
    check_licence(call)
    limit = pages.size(request.page)
    before = NEWEST_FIRST.after(request.page)
    resident_id = parse_id(request.resident_id, "resident_id")
    check_statuses(request.also_statuses)
    check_wanted(request.resource_types, request.codes, request.institution_ids)
    wanted = RecordFilter(
        request.resource_types,
        request.codes,
        [parse_id(institution, "institution_ids") for institution in request.institution_ids],
        moment(request.since) if request.HasField("since") else None,
        moment(request.until) if request.HasField("until") else None,
    )
    apart = call.resources.apart

    async def read(decision: consent_pb.Decision) -> Sequence[RecordRow]:
        releases = releases_of(decision, request.information_types, apart)
        async with call.resources.database.transaction() as session:
            return await store.page(session, resident_id, releases, apart, before, limit, request.also_statuses, wanted)

    decision, rows = await released(question_of(request), read, call)
    return pb.RecordPage(
        decision_id=decision.id,
        records=[record_message(row) for row in rows[:limit]],
        page=NEWEST_FIRST.info([(row.effective_at, row.id) for row in rows], limit),
    )


def question_of(request: pb.ReadRecordsRequest | pb.ReadVersionsRequest) -> consent_pb.DecideRequest:
    """What consent is asked before anything of it is read."""
    mode = request.access_mode or ACCESS_MODE_VIEW
    if mode == ACCESS_MODE_COMPUTE:
        raise RowsNotReleased("ask for VIEW or STORE, as far as consented", "access_mode")
    return consent_pb.DecideRequest(
        resident_id=request.resident_id,
        information_types=request.information_types,
        purpose=request.purpose,
        access_mode=mode,
    )


@api.serves_without_transaction
async def read_versions(request: pb.ReadVersionsRequest, call: Call[Resources]) -> pb.RecordVersions:
    """What is released is decided as for pages: an id alone tells nobody whether there is such a resource."""
    check_licence(call)
    resident_id, record_id = parse_id(request.resident_id, "resident_id"), parse_id(request.record_id, "record_id")
    apart = call.resources.apart

    async def read(decision: consent_pb.Decision) -> tuple[RecordRow, Sequence[VersionRow]] | None:
        releases = releases_of(decision, request.information_types, apart)
        async with call.resources.database.transaction() as session:
            return await store.versions(session, resident_id, record_id, releases, apart)

    decision, content = await released(question_of(request), read, call)
    if content is None:
        raise NotFound("there is no such resource, or none of these types", "record_id")
    row, replaced = content
    return pb.RecordVersions(
        decision_id=decision.id,
        versions=[
            pb.RecordVersion(record=record_message(row), version=row.version, ingested_at=timestamp(row.ingested_at)),
            *(version_message(row, version) for version in replaced),
        ],
    )


def version_message(row: RecordRow, version: VersionRow) -> pb.RecordVersion:
    return pb.RecordVersion(
        record=record_message(row, version),
        version=version.version,
        ingested_at=timestamp(version.ingested_at),
        replaced_at=timestamp(version.replaced_at),
    )


async def released[T](
    question: consent_pb.DecideRequest,
    read: Callable[[consent_pb.Decision], Awaitable[T]],
    call: Call[Resources],
) -> tuple[consent_pb.Decision, T]:
    """What is read on a permit, with the permit: soon enough after it that no revocation was answered in between.
    Raises `ConsentDenied`; `Unavailable` where deciding and reading take too long."""
    proven = await is_proven(question.resident_id, call)  # before the decision, which is recent when it is released by
    for _ in range(RELEASE_ATTEMPTS):
        start = time.monotonic()
        decision = await call.resources.consent.decide(question, token_of(call))
        if not decision.permitted:
            raise ConsentDenied(why_not(decision))
        if not proven:  # said to those only whom consent has permitted
            raise NotProven("they prove it in Yima, with an identity number", "resident_id")
        content = await read(decision)
        if time.monotonic() - start < RELEASE_SECONDS:
            return decision, content
    raise Unavailable("deciding and reading take too long; try again shortly")


def releases_of(
    decision: consent_pb.Decision, information_types: Sequence[str], apart: Sensitivity
) -> Sequence[Release]:
    """What a permit lets out: of one's own record all; else what it says. A consent of the release before says nothing,
    and lets out nothing that is apart."""
    kinds = frozenset(information_types)
    if decision.reason == consent_pb.REASON_OWN_RECORD:
        return [Release(kinds, apart.categories)]
    if not decision.releases:
        return [Release(kinds)]
    return [
        Release(
            information_types=kinds & frozenset(release.information_types),
            sensitive_categories=frozenset(release.sensitive_categories),
            data_from=moment(release.data_from) if release.HasField("data_from") else None,
            data_until=moment(release.data_until) if release.HasField("data_until") else None,
        )
        for release in decision.releases
    ]


def record_message(row: RecordRow, version: VersionRow | None = None) -> pb.Record:
    """A resource as it is, or as it was in a version that another replaced."""
    said = version or row
    content = said.content if said.content is not None else orjson.dumps(said.resource).decode()
    return pb.Record(
        id=str(row.id),
        resource_type=row.resource_type,
        information_type=said.information_type,
        institution_id=str(row.institution_id),
        effective_at=timestamp(said.effective_at),
        resource=content,
        status=said.status,
        summary=summary_message(summary(json.loads(content, parse_float=Decimal))),
        mapped_codes=[mapped_message(mapped) for mapped in row.mapped] if version is None else (),
    )


def mapped_message(mapped: Mapping[str, str]) -> MappedCode:
    return MappedCode(
        coding=Coding(system=mapped["system"], code=mapped["code"], display=mapped["display"]),
        sent=Coding(system=mapped["sentSystem"], code=mapped["sentCode"], display=mapped["sentDisplay"]),
    )


def summary_message(words: Summary) -> pb.RecordSummary:
    return pb.RecordSummary(
        title=words.title,
        details=words.details,
        values=[
            pb.MeasuredValue(
                name=value.name,
                code=value.code,
                value=value.value,
                unit=value.unit,
                low=value.low,
                high=value.high,
                outside=value.outside,
            )
            for value in words.values
        ],
    )


@api.serves
async def put_emergency_slice(request: pb.PutEmergencySliceRequest, call: Call[Resources]) -> pb.EmergencySlice:
    resident_id = acted_for(request.resident_id, call)
    if not await is_proven(str(resident_id), call):
        raise NotProven("prove who you are with an identity number, and sign in again", "resident_id")
    given = emergency.checked(request.blood_group, request.allergies, request.contact_name, request.contact_telephone)
    row = await commands.put_emergency_slice(
        call.session,
        resident_id=resident_id,
        given=given,
        by=UUID(call.principal.subject_id),
        keys=call.resources.keys,
        now=call.now,
    )
    return slice_message(row)


@api.serves
async def withdraw_emergency_slice(
    request: pb.WithdrawEmergencySliceRequest, call: Call[Resources]
) -> pb.EmergencySlice:
    row = await commands.withdraw_emergency_slice(
        call.session,
        resident_id=acted_for(request.resident_id, call),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return slice_message(row)


@api.serves_without_transaction
async def read_emergency_slice(request: pb.ReadEmergencySliceRequest, call: Call[Resources]) -> pb.EmergencySlice:
    """On consent's word, as everything else: a practitioner's is that they have broken the glass."""
    check_licence(call)
    resident_id = parse_id(request.resident_id, "resident_id")
    own = call.principal.role == Role.ROLE_RESIDENT
    question = consent_pb.DecideRequest(
        resident_id=request.resident_id,
        information_types=[emergency.INFORMATION_TYPE],
        purpose=emergency.OWN if own else emergency.ETREAT,
        access_mode=ACCESS_MODE_VIEW,
    )

    async def read(_decision: consent_pb.Decision) -> EmergencySliceRow | None:
        async with call.resources.database.transaction() as session:
            return await store.emergency_slice(session, resident_id)

    decision, row = await released(question, read, call)
    if row is None or row.withdrawn:
        raise NoEmergencySlice("ask whoever came with them", "resident_id")
    message = slice_message(row)
    if not own:
        own_claims = orjson.loads(jws.extract_compact(row.signature.encode()).payload)
        claims = emergency.for_reader(own_claims, call.principal.partner_id)
        message.signature = sign(call.resources.keys.signing, dict(claims))
    message.decision_id = decision.id
    return message


def acted_for(resident_id: str, call: Call[Resources]) -> UUID:
    """The resident this is about, for whom the caller has to act."""
    whose = parse_id(resident_id, "resident_id")
    if not call.principal.acts_for(str(whose)):
        raise Forbidden("only the resident, or who acts for them, gives what is read in an emergency", "resident_id")
    return whose


def slice_message(row: EmergencySliceRow) -> pb.EmergencySlice:
    return pb.EmergencySlice(
        resident_id=str(row.resident_id),
        blood_group=row.blood_group,
        allergies=row.allergies,
        contact_name=row.contact_name,
        contact_telephone=row.contact_telephone,
        given_by=str(row.given_by),
        given_at=timestamp(row.given_at),
        version=row.version,
        signature=row.signature,
        withdrawn_at=timestamp(row.given_at) if row.withdrawn else None,
    )


from records.api import error_reports, terminology, writes  # noqa: E402 they serve with what is above

__all__ = ["Resources", "api", "batches", "error_reports", "sources", "terminology", "token_of", "writes"]

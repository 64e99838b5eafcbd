"""What leaves a record over HTTP: asked of consent first, released at once, in pages or versions."""

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import orjson
from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import NotFound, Refusal, Unavailable
from chassis.wire import moment, timestamp
from yima.catalog.v1.api_pb2 import ACCESS_MODE_COMPUTE, ACCESS_MODE_VIEW
from yima.consent.v1 import api_pb2 as consent_pb
from yima.records.v1 import api_pb2 as pb
from yima.records.v1.terminology_pb2 import Coding, MappedCode

from records.api.served import Resources, api, check_licence, is_proven, token_of
from records.commands.judging import why_not
from records.domain.authors import DEVICE, INSTITUTION, RESIDENT
from records.domain.releases import (
    RELEASE_ATTEMPTS,
    RELEASE_SECONDS,
    ConsentDenied,
    NotProven,
    Release,
    RowsNotReleased,
    check_statuses,
    check_wanted,
)
from records.domain.sensitivity import Sensitivity
from records.domain.summaries import Summary, summary
from records.store import grounds
from records.store import releases as store
from records.store.releases import RecordFilter
from records.tables import RecordRow, VersionRow

AUTHORS: Mapping[str, pb.RecordAuthor] = {
    INSTITUTION: pb.RECORD_AUTHOR_INSTITUTION,
    RESIDENT: pb.RECORD_AUTHOR_RESIDENT,
    DEVICE: pb.RECORD_AUTHOR_DEVICE,
}
OWN_REQUEST = "PATRQT"  # HL7 v3's PurposeOfUse, as is the next
TREATMENT = "TREAT"
NEWEST_FIRST = pages.keyset(datetime, UUID)


@api.serves_without_transaction
async def read_records(request: pb.ReadRecordsRequest, call: Call[Resources]) -> pb.RecordPage:
    """Ask consent with the caller's own token, read what it lets out, and release at once: nothing is released on a
    decision from before a revocation was answered. Without an answer from consent nothing is released."""
    check_licence(call)
    part = NEWEST_FIRST.part(request.page)
    resident_id = parse_id(request.resident_id, "resident_id")
    check_statuses(request.also_statuses)
    check_wanted(request.resource_types, request.codes, request.institution_ids)
    record_filter = RecordFilter(
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
            await grounds.decided(session, decision.id, [resident_id], types_of(releases))
            return await store.page(session, resident_id, releases, apart, part, request.also_statuses, record_filter)

    decision, rows = await released(question_of(request), read, call)
    rows, page = part.cut(rows, lambda row: (row.effective_at, row.id))
    return pb.RecordPage(
        decision_id=decision.id,
        records=[record_message(row) for row in rows],
        page=page,
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
            await grounds.decided(session, decision.id, [resident_id], types_of(releases))
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
    check_patient(question, call)
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


async def treating_consent(
    resident_id: UUID, information_type: str, refusal: type[Refusal], call: Call[Resources]
) -> UUID:
    """The consent by which a practitioner may look at this of a patient of theirs, who is proven. What is done within
    it ends with it. Raises the `refusal` where there is none."""
    check_licence(call)
    question = consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=[information_type],
        purpose=TREATMENT,
        access_mode=ACCESS_MODE_VIEW,
    )
    decision = await call.resources.consent.decide(question, token_of(call))
    if not decision.permitted:
        raise refusal(why_not(decision), "resident_id")
    if not decision.consent_id:
        raise refusal("what permits you now is no consent of theirs", "resident_id")
    if not await is_proven(str(resident_id), call):
        raise NotProven("they prove it in Yima, with an identity number", "resident_id")
    return UUID(decision.consent_id)


def check_patient(question: consent_pb.DecideRequest, call: Call[Resources]) -> None:
    """An app looks at one resident's record, as they asked, and keeps nothing: whatever else its partner may do is not
    for its token."""
    patient = call.principal.fhir_patient
    if not patient:
        return
    if question.resident_id != patient:
        raise ConsentDenied("the app's token is for another resident")
    if (question.purpose, question.access_mode) != (OWN_REQUEST, ACCESS_MODE_VIEW):
        raise ConsentDenied("an app looks as the resident asked (PATRQT), to view")


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


def types_of(releases: Sequence[Release]) -> frozenset[str]:
    """The types of information that any of these lets out."""
    return frozenset[str]().union(*(release.information_types for release in releases))


def record_message(row: RecordRow, version: VersionRow | None = None) -> pb.Record:
    """A resource as it is, or as it was in a version that another replaced."""
    said = version or row
    content = said.content if said.content is not None else orjson.dumps(said.resource).decode()
    return pb.Record(
        id=str(row.id),
        resource_type=row.resource_type,
        information_type=said.information_type,
        institution_id=str(row.institution_id or ""),
        author=AUTHORS[row.author],
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

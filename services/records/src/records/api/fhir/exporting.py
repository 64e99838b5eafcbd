"""A resident's own record as files of NDJSON (HL7's Bulk Data Access): asked for, looked at, fetched.

Nothing is kept for it. Which files there are is worked out when they are asked for, and each is read when it is
fetched, on a decision of its own. What changes meanwhile is in the file as it is then, and in the next export since,
which may have again what this one had: resources are known by their ids and versions.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from chassis.answers import Answer
from chassis.ids import Kind
from chassis.refusals import Forbidden, Invalid
from city_pack.information import INFORMATION_TYPES
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb

from records.api.fhir.origin import JSON, NDJSON, FhirRequest, interaction
from records.api.fhir.people import known_patient
from records.api.fhir.showing import keeps_of, said, shown
from records.api.releases import released, releases_of
from records.domain.kinds import KINDS
from records.domain.names import name_of, named, resident_named
from records.domain.releases import HELD_BACK
from records.domain.search import Bounds, Search, Sort, Span, moments_of, short
from records.domain.shown import instant
from records.store import exports as store
from records.store import grounds

FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
ASYNCHRONOUS = "respond-async"
UNDER_WAY = timedelta(minutes=2)  # no write takes longer from its moment to its commit


@interaction("GET", "Patient/$export")
async def export_own(request: FhirRequest) -> Answer:
    """Begin an export of the caller's own record."""
    return begun(request, request.call.principal.subject_id)


@interaction("GET", "Patient/{id}/$export")
async def export_of(request: FhirRequest) -> Answer:
    """Begin an export of the record of the caller, or of somebody they act for."""
    return begun(request, request.named["id"])


def begun(request: FhirRequest, whose: str) -> Answer:
    resident_id = own_record(request, whose)
    if ASYNCHRONOUS not in request.headers.get("prefer", ""):
        raise Invalid("prefer", f"must be {ASYNCHRONOUS}: an export is several files")
    for name, value in request.parameters:
        if name == "_outputFormat" and value.replace(" ", "+") not in FORMATS:
            raise Invalid(name, "must be application/fhir+ndjson")
    search_of_export(request)  # refuses what it cannot be
    sent = [(name, value) for name, value in request.parameters if name in ("_type", "_since")]
    address = f"{request.base}/Patient/{name_of(Kind.RESIDENT, resident_id)}/$export-status"
    place = linked(address, [*sent, ("at", instant(request.now))])
    return Answer(202, b"", JSON, {"content-location": place})


def linked(address: str, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(parameters)}"


def own_record(request: FhirRequest, name: str) -> UUID:
    """The resident whose record is exported: the caller, or somebody they act for. Refused for anybody else."""
    resident_id = resident_named(name, "id")
    principal = request.call.principal
    if principal.role != Role.ROLE_RESIDENT or not principal.acts_for(str(resident_id)):
        raise Forbidden("a resident exports their own record; a consent is for reading it, page after page")
    return resident_id


def search_of_export(request: FhirRequest) -> tuple[Search, bool]:
    """What is exported, and whether with whom it is of. Nothing of one's own is held back."""
    search = Search(frozenset(KINDS), also_statuses=HELD_BACK)
    with_patient = True
    zone = request.call.resources.city.zone
    for name, value in request.parameters:
        match name:
            case "_type":
                kinds = {each.strip() for each in value.split(",")}
                if unknown := kinds - KINDS.keys() - {"Patient"}:
                    raise Invalid(name, f"{short(min(unknown))} is not kept here; see metadata")
                search.kinds, with_patient = frozenset(kinds & KINDS.keys()), "Patient" in kinds
            case "_since":
                search.criteria.append(Span(Sort.UPDATED, [Bounds((moments_of(value, name, zone)[0], None))]))
            case "_outputFormat" | "_format" | "at" | "from" | "to":
                pass
            case _ if not request.lenient:
                raise Invalid(short(name), "is no parameter of an export here: _type, _since, _outputFormat")
    return search, with_patient


@interaction("GET", "Patient/{id}/$export-status")
async def export_status(request: FhirRequest) -> Answer:
    """Which files there are."""
    resident_id = own_record(request, request.named["id"])
    search, with_patient = search_of_export(request)
    apart = request.call.resources.apart

    async def read(decision: consent_pb.Decision) -> Sequence[store.Part]:
        releases = releases_of(decision, sorted(INFORMATION_TYPES), apart)
        async with request.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            return await store.parts(session, search, resident_id, releases, apart)

    parts = await decided(request, resident_id, read) if search.kinds else []
    address = f"{request.base}/Patient/{request.named['id']}/$export-file"
    output: list[Mapping[str, Any]] = [
        {
            "type": part.kind,
            "url": linked(
                address,
                [
                    ("_type", part.kind),
                    ("from", name_of(Kind.RECORD, part.first)),
                    ("to", name_of(Kind.RECORD, part.last)),
                    *((name, value) for name, value in request.parameters if name == "_since"),
                ],
            ),
            "count": part.count,
        }
        for part in parts
    ]
    if with_patient:
        output.insert(0, {"type": "Patient", "url": linked(address, [("_type", "Patient")]), "count": 1})
    manifest = {
        "transactionTime": asked_at(request),
        "request": f"{request.base}/Patient/{request.named['id']}/$export",
        "requiresAccessToken": True,
        "output": output,
        "error": [],
    }
    return Answer(200, orjson.dumps(manifest), JSON)


def asked_at(request: FhirRequest) -> str:
    """Since when the next export is to be asked for: what was under way at that moment, this one may not have."""
    zone = request.call.resources.city.zone
    at: datetime = request.now
    for name, value in request.parameters:
        if name == "at":
            at = min(at, moments_of(value, name, zone)[0])
    return instant(at - UNDER_WAY)


@interaction("DELETE", "Patient/{id}/$export-status")
async def end_export(request: FhirRequest) -> Answer:
    """There is nothing to delete: nothing is kept."""
    own_record(request, request.named["id"])
    return Answer(202, b"", JSON)


@interaction("GET", "Patient/{id}/$export-file", media=NDJSON)
async def export_file(request: FhirRequest) -> Answer:
    """One file: a resource a line."""
    resident_id = own_record(request, request.named["id"])
    search, with_patient = search_of_export(request)
    if with_patient and not search.kinds:
        person = await known_patient(request, resident_id)
        return Answer(200, orjson.dumps(person) + b"\n", NDJSON)
    first, last = (bound(request, name) for name in ("from", "to"))
    apart = request.call.resources.apart
    keeps = keeps_of(search.kinds, search)

    async def read(decision: consent_pb.Decision) -> Sequence[str]:
        releases = releases_of(decision, sorted(INFORMATION_TYPES), apart)
        async with request.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            rows = await store.part(session, search, resident_id, releases, apart, first, last)
            return [text for _, text in await shown(session, request, [said(row) for row in rows], keeps)]

    lines = await decided(request, resident_id, read)
    return Answer(200, "".join(f"{one_line(line)}\n" for line in lines).encode(), NDJSON)


def one_line(text: str) -> str:
    """The resource on one line: JSON has no line breaks but between its parts."""
    return text.replace("\r", " ").replace("\n", " ")


def bound(request: FhirRequest, name: str) -> UUID:
    record_id = next((named(Kind.RECORD, value) for each, value in request.parameters if each == name), None)
    if record_id is None:
        raise Invalid(name, "is not from a list of files of ours")
    return record_id


async def decided[T](request: FhirRequest, resident_id: UUID, read: Callable[[consent_pb.Decision], Awaitable[T]]) -> T:
    """What is read of one's own record, once consent has written it into the log."""
    question = consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=sorted(INFORMATION_TYPES),
        purpose=request.purpose,
        access_mode=request.access_mode,
    )
    _, content = await released(question, read, request.call)
    return content

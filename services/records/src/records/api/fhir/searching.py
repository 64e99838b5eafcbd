"""Searching a resident's record, and all of it page after page (`$everything`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import orjson
from chassis import outcomes
from chassis.answers import Answer
from chassis.ids import Kind
from chassis.refusals import Invalid, NotFound
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb

from records.api.fhir.origin import FhirRequest, interaction
from records.api.fhir.people import known_patient
from records.api.fhir.reading import locate
from records.api.fhir.showing import Keeps, keeps_of, said, shown
from records.api.releases import released, releases_of
from records.api.served import check_licence
from records.domain.kinds import KINDS
from records.domain.names import name_of, named, resident_named
from records.domain.releases import ConsentDenied, Release
from records.domain.search import (
    PATIENT,
    Bounds,
    Names,
    Search,
    Sort,
    Span,
    cursor_of,
    moments_of,
    parameters_of,
    references_at,
    search_of,
)
from records.domain.shown import Named, bundle, entry
from records.store import grounds
from records.store import search as store
from records.tables import RecordRow

PAGE_BYTES_MAX = 4 * 1024 * 1024  # then the page is over, and the next goes on
MATCH, INCLUDE = {"mode": "match"}, {"mode": "include"}


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of what was found: entries as they are written, how much there is in all, and where it goes on."""

    entries: Sequence[str]
    total: int | None
    last: tuple[datetime, UUID] | None  # where the page ended, if there is more


@interaction("GET", "{kind}")
@interaction("POST", "{kind}/_search")
async def search(request: FhirRequest) -> Answer:
    """What fits of one kind, in the record of the resident whom the search names."""
    return await searched(
        request, search_in(request, [request.named["kind"]], request.parameters), request.named["kind"]
    )


@interaction("GET", "Patient/{id}/{kind}")
async def search_compartment(request: FhirRequest) -> Answer:
    """The same within the record of the resident whom the path names."""
    kind = request.named["kind"]
    search = search_in(request, [kind], request.parameters)
    within(search, request.named["id"])
    return await searched(request, search, f"Patient/{request.named['id']}/{kind}")


@interaction("GET", "Patient/{id}/$everything")
async def everything(request: FhirRequest) -> Answer:
    """All of a resident's record that may be released, page after page; on the first, who they are."""
    own = ("_type", "_since", "start", "end")
    kinds = [kind for name, value in request.parameters if name == "_type" for kind in value.split(",")]
    if unknown := set(kinds) - KINDS.keys() - {"Patient"}:
        raise Invalid("_type", f"{min(unknown)[:40]} is not kept here; see metadata")
    others = [(name, value) for name, value in request.parameters if name not in own]
    search = search_in(request, set(kinds) - {"Patient"} or KINDS, others)
    within(search, request.named["id"])
    zone = request.call.resources.city.zone
    for name, value in request.parameters:
        if name == "_since":
            search.criteria.append(Span(Sort.UPDATED, [Bounds((moments_of(value, name, zone)[0], None))]))
        elif name == "start":
            search.criteria.append(Span(Sort.DATE, [Bounds(ends=(moments_of(value, name, zone)[0], None))]))
        elif name == "end":
            search.criteria.append(Span(Sort.DATE, [Bounds((None, moments_of(value, name, zone)[1]))]))
    search.links += [(name, value) for name, value in request.parameters if name in own]
    with_patient = search.after is None and (not kinds or "Patient" in kinds)
    return await searched(request, search, request.path, with_patient)


def search_in(request: FhirRequest, kinds: Iterable[str], parameters: Sequence[tuple[str, str]]) -> Search:
    resources = request.call.resources
    return search_of(
        kinds,
        parameters,
        lenient=request.lenient,
        zone=resources.city.zone,
        measurements=resources.rule_book.measurements,
    )


def within(search: Search, name: str) -> None:
    """Search in the record of this resident alone."""
    resident_id = resident_named(name, "id")
    if search.resident_id not in (None, resident_id):
        raise Invalid("patient", "is not the one whom the path names")
    search.resident_id = resident_id


async def searched(request: FhirRequest, search: Search, path: str, with_patient: bool = False) -> Answer:
    """The Bundle of a page; with whose record it is before it, where that is wanted."""
    call = request.call
    check_licence(call)
    address = f"{request.base}/{path}"
    resident_id = search.resident_id or await whose(request, search)
    if resident_id is None:
        return page_of(search, address, SearchPage([], 0, None))
    apart = call.resources.apart
    kinds = request.information_types
    keeps = keeps_of(KINDS if search.includes else search.kinds, search)

    async def read(decision: consent_pb.Decision) -> SearchPage:
        releases = releases_of(decision, kinds, apart)
        async with request.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])  # of every type: what is referred to is named
            return await search_page(session, request, search, resident_id, releases, keeps)

    question = consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=kinds,
        purpose=request.purpose,
        access_mode=request.access_mode,
        as_far_as_covered=True,
    )
    try:
        _, page = await released(question, read, call)
    except ConsentDenied:
        if search.resident_id is None:  # who asked for an id alone learns nothing of it
            return page_of(search, address, SearchPage([], 0, None))
        raise
    known = []
    if with_patient or (page.entries and any(each.partition(":")[2] in PATIENT for each in search.includes)):
        person = await known_patient(request, resident_id)
        mode = MATCH if with_patient else INCLUDE
        known = [entry(f"{request.base}/Patient/{person['id']}", orjson.dumps(person).decode(), search=mode)]
    entries = [*known, *page.entries] if with_patient else [*page.entries, *known]
    return page_of(search, address, replace(page, entries=entries))


def page_of(search: Search, address: str, page: SearchPage) -> Answer:
    links = {"self": linked(address, search.links)}
    if page.last is not None:
        links["next"] = linked(address, [*search.links, ("_after", cursor_of(*page.last))])
    entries = [] if search.counts_only else page.entries
    return Answer(200, bundle("searchset", entries, links, page.total), outcomes.MEDIA_TYPE)


def linked(address: str, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(parameters)}" if parameters else address


async def whose(request: FhirRequest, search: Search) -> UUID | None:
    """In whose record is searched, where the search does not say: the caller's own, or where the one resource is that
    it names. None: there is no such resource."""
    if request.call.principal.role == Role.ROLE_RESIDENT:
        return UUID(request.call.principal.subject_id)
    names = next((each for each in search.criteria if isinstance(each, Names)), None)
    if names is not None and len(names.records) + len(names.own) == 1:
        name = names.own[0] if names.own else name_of(Kind.RECORD, names.records[0])
        try:
            return (await locate(request, min(search.kinds), name)).resident_id
        except NotFound:
            return None
    raise Invalid("patient", "is needed: a search is in one resident's record, such as patient=Patient/res-…")


async def search_page(
    session: AsyncSession,
    request: FhirRequest,
    search: Search,
    resident_id: UUID,
    releases: Sequence[Release],
    keeps: Keeps,
) -> SearchPage:
    """A page of what is found, as the caller sees it."""
    own, apart = request.own_institution, request.call.resources.apart
    total = None
    if search.counts_only or search.total:
        total = await store.total(session, search, resident_id, own, releases, apart)
    if search.counts_only:
        return SearchPage([], total, None)
    rows = await store.page(session, search, resident_id, own, releases, apart)
    page = fitting(rows[: search.count])
    entries = await written(session, request, page, keeps, MATCH)
    if search.includes:
        others = await included(session, search, resident_id, page, releases, request)
        entries = [*entries, *await written(session, request, others, keeps, INCLUDE)]
    last = page[-1] if len(rows) > len(page) else None
    at = None if last is None else (last.effective_at if search.sort == Sort.DATE else last.ingested_at, last.id)
    return SearchPage(entries, total, at)


def fitting(rows: Sequence[RecordRow]) -> Sequence[RecordRow]:
    """As many of these as one page can hold; one at least."""
    size = 0
    for index, row in enumerate(rows):
        size += len(row.content or "")
        if size > PAGE_BYTES_MAX and index:
            return rows[:index]
    return rows


async def written(
    session: AsyncSession, request: FhirRequest, rows: Sequence[RecordRow], keeps: Keeps, mode: Mapping[str, str]
) -> Sequence[str]:
    """Entries of a Bundle."""
    return [
        entry(f"{request.base}/{identity.reference}", text, search=mode)
        for identity, text in await shown(session, request, [said(row) for row in rows], keeps)
    ]


async def included(
    session: AsyncSession,
    search: Search,
    resident_id: UUID,
    page: Sequence[RecordRow],
    releases: Sequence[Release],
    request: FhirRequest,
) -> Sequence[RecordRow]:
    """What resources of a page refer to, where that is asked for: of the same record, as far as it may be released."""
    names: set[Named] = set()
    records: set[UUID] = set()
    for row in page:
        for each in search.includes:
            kind, _, name = each.partition(":")
            if kind != row.resource_type or name in PATIENT:
                continue
            for reference in references_at(row.resource, parameters_of(kind)[name].path):
                target, _, target_id = reference.rpartition("/")
                if (record_id := named(Kind.RECORD, target_id)) is not None:
                    records.add(record_id)
                elif target in KINDS and row.institution_id is not None:
                    names.add((row.institution_id, target, target_id))
    known = await store.known_as(session, resident_id, names)
    record_ids = sorted((records | set(known.values())) - {row.id for row in page})
    return await store.included(session, search, resident_id, record_ids, releases, request.call.resources.apart)

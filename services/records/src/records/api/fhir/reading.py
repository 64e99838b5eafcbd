"""Reading what a path names: a resource, one of its versions, all of them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from chassis import outcomes
from chassis.answers import Answer
from chassis.refusals import Invalid, NotFound
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as consent_pb

from records.api.fhir.origin import FhirRequest, interaction, resource_answer
from records.api.fhir.showing import Said, said, shape_of, shown
from records.api.releases import released, releases_of
from records.api.served import check_licence
from records.domain.releases import ConsentDenied
from records.domain.shown import Identity, bundle, entry, instant
from records.store import grounds
from records.store import releases as store
from records.store import search as finding
from records.store.search import Located
from records.tables import RecordRow, VersionRow

NOT_HERE = "there is no such resource, or none that the caller may see"


@interaction("GET", "{kind}/{id}")
async def read(request: FhirRequest) -> Answer:
    """The resource as it is now."""
    keeps = shape_of(request, request.named["kind"])

    async def current(session: AsyncSession, row: RecordRow, _: Sequence[VersionRow]) -> Sequence[tuple[Identity, str]]:
        return await shown(session, request, [said(row)], keeps)

    ((identity, text),) = await read_versions(request, current)
    return answer_with(request, identity, text)


@interaction("GET", "{kind}/{id}/_history/{version}")
async def vread(request: FhirRequest) -> Answer:
    """The resource as it was in a version."""
    keeps = shape_of(request, request.named["kind"])

    async def read_version(
        session: AsyncSession, row: RecordRow, replaced: Sequence[VersionRow]
    ) -> Sequence[tuple[Identity, str]]:
        versions = [each for each in all_of(row, replaced) if str(each.version) == request.named["version"]]
        return await shown(session, request, versions, keeps)

    version = await read_versions(request, read_version)
    if not version:
        raise NotFound("there is no such version, or none that the caller may see")
    return answer_with(request, *version[0])


@interaction("GET", "{kind}/{id}/_history")
async def history(request: FhirRequest) -> Answer:
    """All versions of a resource that may be released, the newest first."""
    keeps = shape_of(request, request.named["kind"])

    async def each(
        session: AsyncSession, row: RecordRow, replaced: Sequence[VersionRow]
    ) -> Sequence[tuple[Identity, str]]:
        return await shown(session, request, all_of(row, replaced), keeps)

    entries = [
        entry(
            f"{request.base}/{identity.reference}",
            text,
            request={"method": "PUT", "url": identity.reference},
            response={"status": "200", "etag": identity.etag, "lastModified": instant(identity.updated_at)},
        )
        for identity, text in await read_versions(request, each)
    ]
    body = bundle("history", entries, {"self": f"{request.base}/{request.path}"}, len(entries))
    return Answer(200, body, outcomes.MEDIA_TYPE)


def all_of(row: RecordRow, replaced: Sequence[VersionRow]) -> Sequence[Said]:
    """What a resource says now, and what it said before."""
    return [said(row), *(said(row, version) for version in replaced)]


type Compose[T] = Callable[[AsyncSession, RecordRow, Sequence[VersionRow]], Awaitable[T]]


async def read_versions[T](request: FhirRequest, compose: Compose[T]) -> T:
    """What is made of a resource and its versions, as far as consent permits. Where it does not, the caller learns as
    much as where there is no such resource."""
    call = request.call
    check_licence(call)
    located = await locate(request, request.named["kind"], request.named["id"])
    apart = call.resources.apart

    async def read(decision: consent_pb.Decision) -> T | None:
        releases = releases_of(decision, [located.information_type], apart)
        async with request.transaction() as session:
            await grounds.decided(session, decision.id, [located.resident_id])
            versions = await store.versions(session, located.resident_id, located.record_id, releases, apart)
            return None if versions is None else await compose(session, *versions)

    try:
        _, content = await released(question_of(request, located), read, call)
    except ConsentDenied:
        raise NotFound(NOT_HERE) from None
    if content is None:
        raise NotFound(NOT_HERE)
    return content


async def locate(request: FhirRequest, kind: str, name: str) -> Located:
    """Where a resource is that is named so; raises `NotFound`."""
    record_id, own = request.record_named(name)
    async with request.transaction() as session:
        await grounds.work(session, "locate a resource")  # consent is asked before anything is said of it
        located = await finding.locate(session, kind, record_id, own)
    if located is None or located.information_type not in request.information_types:
        raise NotFound(NOT_HERE)
    return located


def question_of(request: FhirRequest, located: Located) -> consent_pb.DecideRequest:
    return consent_pb.DecideRequest(
        resident_id=str(located.resident_id),
        information_types=[located.information_type],
        purpose=request.purpose,
        access_mode=request.access_mode,
    )


def answer_with(request: FhirRequest, identity: Identity, text: str) -> Answer:
    """A resource, or 304 where the caller has this version of it."""
    headers = {
        "etag": identity.etag,
        "last-modified": format_datetime(identity.updated_at.astimezone(UTC), usegmt=True),
    }
    if has_already(request, identity):
        return Answer(304, b"", outcomes.MEDIA_TYPE, headers)
    return resource_answer(200, text, headers)


def has_already(request: FhirRequest, identity: Identity) -> bool:
    """Does the caller have this version, as its request says?"""
    if (known := request.headers.get("if-none-match")) is not None:
        return known.strip() == "*" or identity.etag in [each.strip() for each in known.split(",")]
    if (since := request.headers.get("if-modified-since")) is not None:
        return identity.updated_at.replace(microsecond=0) <= http_date(since)
    return False


def http_date(text: str) -> datetime:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        raise Invalid("if-modified-since", "must be a date of HTTP's") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

"""Offerings from draft to retirement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.refusals import Invalid
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import events
from catalog.commands.attachments import check_attachments, publish_attachments
from catalog.commands.listings import refresh
from catalog.commands.sites import check_sites
from catalog.commands.terms import (
    check_asked_pilot,
    check_manifest,
    only_price_differs,
    pilot_of,
    revision_of,
    same_terms,
    settle_ages,
)
from catalog.domain import offerings as rules
from catalog.domain.offerings import OfferingStatus, RevisionInReview, StepRefused, advance
from catalog.domain.pilots import Pilot, check_pilot
from catalog.domain.standings import check_not_frozen, check_publisher
from catalog.store import freezes, offerings, standings
from catalog.store.offerings import OfferingAggregate
from catalog.tables import OfferingRow, RevisionRow


async def draft_offering(
    session: AsyncSession,
    *,
    partner_id: UUID,
    manifest: pb.OfferingManifest,
    city: City,
    now: datetime,
) -> OfferingAggregate:
    definition = await check_manifest(session, manifest, city)
    check_asked_pilot(manifest, city, now)
    check_publisher(await standings.standing(session, partner_id), definition.category, now)
    await check_attachments(session, manifest, partner_id, city, now)
    offering = OfferingRow(
        id=new_id(), partner_id=partner_id, reference=manifest.reference, definition_code=definition.code
    )
    sites = await check_sites(session, partner_id, manifest.sites, "manifest.sites")
    await offerings.add_offering(session, offering)
    revision = revision_of(offering, 1, manifest, definition, sites, now)
    await offerings.add_revision(session, revision)
    return OfferingAggregate(offering, revision)


async def revise_offering(
    session: AsyncSession,
    *,
    offering_id: UUID,
    partner_id: UUID,
    manifest: pb.OfferingManifest,
    city: City,
    now: datetime,
) -> OfferingAggregate:
    """Draft the next revision. Terms that the newest one has already change nothing: a pipeline may send them again."""
    offering = await offerings.for_update(session, offering_id, partner_id)
    check_not_frozen(await freezes.is_frozen(session, offering_id))
    definition = await check_manifest(session, manifest, city)
    check_asked_pilot(manifest, city, now)
    if manifest.reference != offering.reference or definition.code != offering.definition_code:
        raise Invalid("manifest.reference", "reference and definition stay as they are; draft another offering")
    check_publisher(await standings.standing(session, partner_id), definition.category, now)
    await check_attachments(session, manifest, partner_id, city, now)
    newest = await offerings.revision(session, offering_id, offering.newest_revision)
    if newest.status not in (OfferingStatus.REFUSED, OfferingStatus.RETIRED) and same_terms(newest, manifest):
        return OfferingAggregate(offering, newest)
    if newest.status in (OfferingStatus.IN_REVIEW, OfferingStatus.RETIRED):
        raise StepRefused(f"an offering that is {newest.status.replace('_', ' ')} cannot be revised now")
    # A submitted revision keeps its number for good: decisions name the terms by it.
    offering.newest_revision += newest.status != OfferingStatus.DRAFT
    sites = await check_sites(session, partner_id, manifest.sites, "manifest.sites")
    revision = revision_of(offering, offering.newest_revision, manifest, definition, sites, now)
    await offerings.replace_draft(session, revision)
    return OfferingAggregate(offering, revision)


async def submit_offering(
    session: AsyncSession, *, offering_id: UUID, partner_id: UUID, city: City, now: datetime
) -> OfferingAggregate:
    """Submit the drafted revision. Where it changes only the price, and raises it above the last reviewed one by no
    more than the city allows, it is published at once."""
    offering = await offerings.for_update(session, offering_id, partner_id)
    check_not_frozen(await freezes.is_frozen(session, offering_id))
    revision = await offerings.revision(session, offering_id, offering.newest_revision)
    check_publisher(await standings.standing(session, partner_id), revision.category, now)
    current = await offerings.current(session, offering_id)
    drafted = revision.status == OfferingStatus.DRAFT
    if current is not None and drafted and needs_no_review(current, revision, city) and not is_over(current, now):
        revision.reviewed_price_minor = current.reviewed_price_minor
        revision.pilot_districts, revision.pilot_ends_at = current.pilot_districts, current.pilot_ends_at
        return await put_on_sale(session, offering, revision, [], city, now)
    revision.status = advance(OfferingStatus(revision.status), OfferingStatus.IN_REVIEW)
    return OfferingAggregate(offering, revision)


def is_over(current: RevisionRow, now: datetime) -> bool:
    """Is it a pilot that has ended? Another price puts it not back on sale."""
    return current.pilot_ends_at is not None and current.pilot_ends_at <= now


def needs_no_review(current: RevisionRow, revision: RevisionRow, city: City) -> bool:
    """Does a revision change only the price, and that not by too much?"""
    return only_price_differs(current, revision) and city.price_rise.allows(
        current.reviewed_price_minor, revision.price_minor
    )


async def decide_review(
    session: AsyncSession,
    *,
    offering_id: UUID,
    looked_at: int,
    approved: bool,
    reasons: Sequence[str],
    by: UUID,
    city: City,
    now: datetime,
    pilot: Pilot | None = None,
) -> OfferingAggregate:
    """Publish or refuse the revision in review, if it is the one the operator looked at; as a pilot, where they or its
    manifest say so."""
    offering = await offerings.for_update(session, offering_id, None)
    revision = await offerings.revision(session, offering_id, offering.newest_revision)
    currency = pb.OfferingManifest.FromString(revision.manifest).price.currency
    in_review = RevisionInReview(revision.revision, revision.price_minor, currency, revision.consent_hash)
    rules.check_reviewed(in_review, OfferingStatus(revision.status), looked_at)
    checked = rules.check_reasons(reasons, needed=not approved)
    revision.reviewed_by, revision.reviewed_at = by, now
    if not approved:
        revision.status = advance(OfferingStatus(revision.status), OfferingStatus.REFUSED)
        revision.review_reasons = checked
        return OfferingAggregate(offering, revision)
    check_not_frozen(await freezes.is_frozen(session, offering_id))
    check_publisher(await standings.standing(session, offering.partner_id), revision.category, now)
    revision.reviewed_price_minor = revision.price_minor
    asked = pb.OfferingManifest.FromString(revision.manifest)
    at = "pilot."
    if pilot is None and asked.HasField("pilot"):
        pilot, at = pilot_of(asked.pilot), "manifest.pilot."
    if pilot is not None:
        check_pilot(pilot, revision.districts, city.districts, now, at)
        revision.pilot_districts, revision.pilot_ends_at = list(pilot.districts), pilot.ends_at
    return await put_on_sale(session, offering, revision, checked, city, now)


async def put_on_sale(
    session: AsyncSession, offering: OfferingRow, revision: RevisionRow, reasons: list[str], city: City, now: datetime
) -> OfferingAggregate:
    """Publish a revision in place of the one before it. The city may have changed since it was drafted."""
    manifest = pb.OfferingManifest.FromString(revision.manifest)
    settle_ages(manifest, revision.category, revision.population, city, "manifest")
    revision.manifest = manifest.SerializeToString(deterministic=True)
    await publish_attachments(session, manifest, offering.partner_id, now)
    sites = await check_sites(session, offering.partner_id, manifest.sites, "manifest.sites")
    revision.site_ids = list(map(str, sites))
    current = await offerings.current(session, offering.id)
    if current is not None:
        current.status = advance(OfferingStatus(current.status), OfferingStatus.SUPERSEDED)
        await session.flush()
    revision.status = advance(OfferingStatus(revision.status), OfferingStatus.PUBLISHED)
    revision.review_reasons = reasons
    revision.published_at = now
    standing = await standings.standing(session, offering.partner_id)
    revision.certificate_ids = list(standing.certificate_ids) if standing else []
    revision.listed_as = new_id()
    offering.version += 1
    await session.flush()
    await refresh(session, [offering.id])
    aggregate = OfferingAggregate(offering, revision)
    announce(session, aggregate)
    return aggregate


async def retire_offering(
    session: AsyncSession, *, offering_id: UUID, partner_id: UUID | None, reason: str
) -> OfferingAggregate:
    """Take an offering off sale for good."""
    offering = await offerings.for_update(session, offering_id, partner_id)
    texts.reason(reason)
    newest = await offerings.revision(session, offering_id, offering.newest_revision)
    current = await offerings.current(session, offering_id)
    for revision in {row.revision: row for row in (newest, current) if row is not None}.values():
        revision.status = advance(OfferingStatus(revision.status), OfferingStatus.RETIRED)
    offering.version += 1
    await session.flush()
    aggregate = OfferingAggregate(offering, current or newest)
    if current is not None:
        await refresh(session, [offering_id])
        announce(session, aggregate, reason)
    return aggregate


def announce(session: AsyncSession, aggregate: OfferingAggregate, reason: str = "", cause: Cause | None = None) -> None:
    """Publish that an offering is on sale on its present terms, or that it no longer is."""
    offering, revision = aggregate.offering, aggregate.revision
    if revision.status == OfferingStatus.PUBLISHED:
        publish(session, events.offering_published(aggregate), offering.id, cause)
    else:
        publish(session, events.offering_withdrawn(aggregate, reason), offering.id, cause)

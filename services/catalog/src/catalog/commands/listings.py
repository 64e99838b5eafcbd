"""Listings: what is on sale, as searches find it, made of revisions, ratings and availability."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import events
from catalog.domain import search as rules
from catalog.store import definitions, listings, measures, offerings
from catalog.store.listings import Listing
from catalog.tables import ListingRow, RevisionRow

AT_ONCE = 500


async def refresh(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Bring the listings of these offerings into line with what is on sale of them."""
    for first in range(0, len(ids), AT_ONCE):
        await refresh_some(session, sorted(ids)[first : first + AT_ONCE])


async def refresh_some(session: AsyncSession, ids: Sequence[UUID]) -> None:
    revisions = await offerings.published(session, ids)
    services = {
        row.code: pb.ServiceDefinition.FromString(row.message)
        for row in await definitions.by_codes(session, sorted({revision.definition_code for revision in revisions}))
    }
    ratings = await ratings_of(session, sorted({revision.partner_id for revision in revisions}))
    made = [
        listing_of(revision, services[revision.definition_code], ratings.get(revision.partner_id, 0))
        for revision in revisions
    ]
    on_sale = {revision.offering_id for revision in revisions}
    await listings.take_off(session, [offering_id for offering_id in ids if offering_id not in on_sale])
    await listings.put(session, made, rules.RULES_VERSION)
    words = sorted({word for listing in made for words in (listing.title, listing.rest) for word in words.split()})
    unknown = await listings.unknown_words(session, words)
    await listings.add_words(session, {word: rules.variants(word) for word in sorted(unknown)})


async def ratings_of(session: AsyncSession, partner_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    rows = await measures.measures(session, partner_ids)
    return {row.partner_id: pb.PartnerMeasures.FromString(row.measures).rating_hundredths for row in rows}


def listing_of(revision: RevisionRow, service: pb.ServiceDefinition, rating: int) -> Listing:
    """A listing of a revision: found by its texts in every language, and those of its service."""
    manifest = pb.OfferingManifest.FromString(revision.manifest)
    assert revision.listed_as is not None  # it is published
    titles = manifest.title.text
    return Listing(
        ListingRow(
            offering_id=revision.offering_id,
            revision=revision.revision,
            made_by=rules.RULES_VERSION,
            partner_id=revision.partner_id,
            category=revision.category,
            population=revision.population,
            kind=manifest.kind,
            definition_code=revision.definition_code,
            districts=revision.pilot_districts or revision.districts,
            price_minor=revision.price_minor,
            rating_hundredths=rating,
            listed_as=revision.listed_as,
            words="",
        ),
        rules.vector(titles.values()),
        rules.vector(
            [
                *service.title.text.values(),
                service.code,
                service.category,
                *manifest.description.text.values(),
            ]
        ),
        {locale: (title, rules.vector([title])) for locale, title in titles.items()},
        [UUID(site_id) for site_id in revision.site_ids],
    )


async def make_stale(database: Database) -> int:
    """Make listings that are not as they should be, such as those of an older rule; returns how many it looked at."""
    async with database.transaction() as session:
        ids = await listings.stale(session, rules.RULES_VERSION, AT_ONCE)
        await refresh(session, ids)
    return len(ids)


async def make_all(database: Database) -> int:
    """Make every listing again; returns how many. Searches find what there is meanwhile."""
    async with database.transaction() as session:
        await listings.forget(session)
    made = 0
    while some := await make_stale(database):
        made += some
    async with database.transaction() as session:
        await listings.count_words(session)
    return made


async def note_availability(
    session: AsyncSession, newest: Mapping[UUID, tuple[datetime | None, int, Cause | None]]
) -> None:
    """Keep when next free slots begin, with ordering's version of each, and tell of listings that changed."""
    ids = sorted(newest)
    changed = await listings.put_availability(
        session, ids, [newest[offering_id][0] for offering_id in ids], [newest[offering_id][1] for offering_id in ids]
    )
    for offering_id in changed:
        next_free_at, version, cause = newest[offering_id]
        publish(session, events.next_free_slot_changed(offering_id, next_free_at, version), offering_id, cause)

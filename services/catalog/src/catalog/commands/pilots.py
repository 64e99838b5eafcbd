"""Pilots: widened, or ended, while an operator holds the offering's row; and ends that came by themselves."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.outbox import publish
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import events
from catalog.commands import standings
from catalog.commands.listings import refresh
from catalog.commands.offerings import announce
from catalog.domain.offerings import OfferingStatus
from catalog.domain.pilots import NoPilot, Pilot, check_pilot, check_wider
from catalog.domain.standings import check_not_frozen
from catalog.store import freezes, offerings
from catalog.store import pilots as store
from catalog.store.offerings import OfferingAggregate
from catalog.tables import RevisionRow

ENDED_MAX = 100


async def widen_pilot(
    session: AsyncSession,
    *,
    offering_id: UUID,
    to: Pilot,
    reason: str,
    by: UUID,
    city: City,
    now: datetime,
) -> OfferingAggregate:
    """Widen a pilot to more districts or a later end; to no districts in particular, it is one no more."""
    aggregate = await piloted(session, offering_id)
    check_not_frozen(await freezes.is_frozen(session, offering_id))
    revision, stated = aggregate.revision, texts.reason(reason)
    if to.districts or to.ends_at is not None:
        check_pilot(to, revision.districts, city.districts, now, "")
        check_wider(Pilot(revision.pilot_districts, revision.pilot_ends_at), to, city.districts, now)
    change(revision, to, stated, by)
    was_on_sale = revision.status == OfferingStatus.PUBLISHED
    aggregate.offering.version += was_on_sale
    await session.flush()
    await standings.align(session, [aggregate.offering.partner_id], now)
    (after,) = await offerings.aggregates(session, [offering_id])
    await refresh(session, [offering_id])
    if was_on_sale and after.revision.status == OfferingStatus.PUBLISHED:  # else it was announced as it moved
        announce(session, after)
    publish(session, events.pilot_widened(after), offering_id)
    return after


async def end_pilot(
    session: AsyncSession, *, offering_id: UUID, reason: str, by: UUID, now: datetime
) -> OfferingAggregate:
    """End a pilot now: it goes off sale as it would have by itself."""
    aggregate = await piloted(session, offering_id)
    revision = aggregate.revision
    ends_at = revision.pilot_ends_at
    if ends_at is not None and (ends_at <= now or ends_at == revision.pilot_end_told):
        raise NoPilot("it has ended already", "offering_id")
    change(revision, Pilot(revision.pilot_districts, now), texts.reason(reason), by)
    revision.pilot_end_told = now
    await session.flush()
    await standings.align(session, [aggregate.offering.partner_id], now)
    (after,) = await offerings.aggregates(session, [offering_id])
    offering = after.offering
    publish(
        session,
        events.pilot_ended(offering.id, offering.partner_id, now, offering.version, by_itself=False),
        offering.id,
    )
    return after


async def tell_ends(database: Database, now: datetime) -> bool:
    """Announce each end of a pilot that came by itself, once; True where there may be more."""
    async with database.transaction() as session:
        ended = await store.take_ended(session, now, ENDED_MAX)
        for offering_id, partner_id, ended_at, version in ended:
            publish(
                session, events.pilot_ended(offering_id, partner_id, ended_at, version, by_itself=True), offering_id
            )
    return len(ended) == ENDED_MAX


async def piloted(session: AsyncSession, offering_id: UUID) -> OfferingAggregate:
    """An offering that is published as a pilot, or was last, locked."""
    offering = await offerings.for_update(session, offering_id, None)
    revision = await offerings.current(session, offering_id, lock=True)
    if revision is None or not revision.pilot_districts:
        raise NoPilot("it is for everybody whom it serves, or not on sale", "offering_id")
    return OfferingAggregate(offering, revision)


def change(revision: RevisionRow, to: Pilot, reason: str, by: UUID) -> None:
    revision.pilot_districts, revision.pilot_ends_at = list(to.districts), to.ends_at
    revision.pilot_reason, revision.pilot_changed_by = reason, by

"""Pictures of sites: put by their partner, and shown once an operator has looked at them with what is said of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.outbox import publish
from chassis.wire import timestamp
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import events
from catalog.commands.attachments import check_pictures
from catalog.domain import sites as rules
from catalog.store import attachments
from catalog.store import sites as store
from catalog.tables import SiteRow


async def put_pictures(
    session: AsyncSession, *, partner_id: UUID, code: str, pictures: Sequence[pb.Picture], city: City, now: datetime
) -> SiteRow:
    """Put all the pictures of a site. The same again changes nothing; what is shown stays shown, and the rest waits."""
    site = await store.of_code(session, partner_id, code)
    before = pb.SiteReview.FromString(site.pictures)
    await check_pictures(session, pictures, partner_id, city, now)
    if list(pictures) == list(before.pictures):
        return site
    shown = said_of(events.shown_pictures(before))
    hidden = rules.not_shown(said_of(pictures), shown)
    return await keep(
        session, site, pb.SiteReview(pictures=pictures, hidden_attachment_ids=hidden, put_at=timestamp(now))
    )


async def decide_pictures(
    session: AsyncSession, *, site_id: UUID, looked_at: int, approved: bool, reason: str, now: datetime
) -> SiteRow:
    """Show all pictures of a site, or refuse those that are not shown, if it is as the operator saw it."""
    site = await store.for_update(session, site_id)
    rules.check_looked_at(site.version, looked_at)
    review = pb.SiteReview.FromString(site.pictures)
    if not approved:
        review.refusal = texts.reason(reason)
        return await keep(session, site, review)
    await attachments.publish(session, site.partner_id, set(map(UUID, review.hidden_attachment_ids)), now)
    return await keep(session, site, pb.SiteReview(pictures=review.pictures, put_at=review.put_at))


def said_of(pictures: Sequence[pb.Picture]) -> dict[str, bytes]:
    """What is said of each picture, by its attachment."""
    return {each.attachment_id: each.alt.SerializeToString(deterministic=True) for each in pictures}


async def keep(session: AsyncSession, site: SiteRow, review: pb.SiteReview) -> SiteRow:
    """Store a site's pictures with how they stand, and announce it."""
    site.pictures = review.SerializeToString(deterministic=True)
    site.pictures_state = ("refused" if review.refusal else "waiting") if review.hidden_attachment_ids else ""
    site.version += 1
    await session.flush()
    publish(session, events.site_changed(site), site.id)
    return site

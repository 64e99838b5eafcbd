"""Sites of partners."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from chassis.rows import lock_count
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.tables import ListingSiteRow, SiteRow


async def lock_sites(session: AsyncSession, partner_id: UUID) -> None:
    """Let nobody else put sites of this partner until this transaction ends."""
    await lock_count(session, "sites", partner_id)


async def site(session: AsyncSession, partner_id: UUID, code: str) -> SiteRow | None:
    query = select(SiteRow).where(SiteRow.partner_id == partner_id, SiteRow.code == code)
    return (await session.scalars(query.with_for_update())).one_or_none()


async def of_code(session: AsyncSession, partner_id: UUID, code: str) -> SiteRow:
    """A partner's site, locked."""
    row = await site(session, partner_id, code)
    if row is None:
        raise NotFound("the partner has no such site; put it first", "site_code")
    return row


async def for_update(session: AsyncSession, site_id: UUID) -> SiteRow:
    """Any site, locked."""
    row = (await session.scalars(select(SiteRow).where(SiteRow.id == site_id).with_for_update())).one_or_none()
    if row is None:
        raise NotFound("there is no such site", "site_id")
    return row


async def with_pictures_not_shown(
    session: AsyncSession, partner_id: UUID | None, part: Part[tuple[UUID]]
) -> Sequence[SiteRow]:
    """A partner's sites with pictures that are not shown; without one, all sites whose pictures wait. Newest first."""
    query = (
        select(SiteRow).where(SiteRow.pictures_state == "waiting")
        if partner_id is None
        else select(SiteRow).where(SiteRow.partner_id == partner_id, SiteRow.pictures_state != "")
    )
    return (await session.scalars(part.of(query, col(SiteRow.id), descending=True))).all()


async def count(session: AsyncSession, partner_id: UUID) -> int:
    query = select(func.count()).select_from(SiteRow).where(col(SiteRow.partner_id) == partner_id)
    return (await session.scalars(query)).one()


async def in_use(session: AsyncSession, site_id: UUID) -> bool:
    """Does an offering on sale name the site?"""
    query = select(ListingSiteRow.offering_id).where(ListingSiteRow.site_id == site_id).limit(1)
    return (await session.scalars(query)).first() is not None


async def by_codes(session: AsyncSession, partner_id: UUID, codes: Sequence[str]) -> Mapping[str, SiteRow]:
    """A partner's sites of these codes, which stay as they are until this transaction ends."""
    query = select(SiteRow).where(SiteRow.partner_id == partner_id, col(SiteRow.code).in_(codes))
    rows = await session.scalars(query.order_by(col(SiteRow.id)).with_for_update(key_share=True, read=True))
    return {row.code: row for row in rows}


async def of_partner(session: AsyncSession, partner_id: UUID) -> Sequence[SiteRow]:
    return (
        await session.scalars(select(SiteRow).where(SiteRow.partner_id == partner_id).order_by(col(SiteRow.code)))
    ).all()


async def by_ids(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[SiteRow]:
    return (await session.scalars(select(SiteRow).where(col(SiteRow.id).in_(ids)))).all()

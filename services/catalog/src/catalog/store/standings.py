"""Copies of partners' standings, and what is on sale by them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.domain.standings import Standing
from catalog.tables import StandingRow


async def standing(session: AsyncSession, partner_id: UUID) -> Standing | None:
    row = await session.get(StandingRow, partner_id)
    return standing_of(row) if row else None


def standing_of(row: StandingRow) -> Standing:
    return Standing(row.may_publish, row.may_sell, frozenset(row.scope), row.certified_until, list(row.certificate_ids))


async def put_standings(session: AsyncSession, standings: Sequence[StandingRow]) -> Sequence[UUID]:
    """Store partners' standings; one that is older than what is stored is dropped. Returns whose changed."""
    statement = upsert(StandingRow).values([standing.model_dump() for standing in standings])
    changed = {name: statement.excluded[name] for name in StandingRow.model_fields if name != "partner_id"}
    partner_ids = await session.scalars(
        statement.on_conflict_do_update(
            index_elements=["partner_id"],
            set_=changed,
            where=col(StandingRow.version) < statement.excluded["version"],
        ).returning(col(StandingRow.partner_id))
    )
    return partner_ids.all()


# What may be sold becomes published, what may not restricted: one statement for all offerings of some partners.
ALIGN = text(
    """
    WITH target AS (
        SELECT revision.offering_id, revision.revision,
            CASE WHEN standing.may_sell AND standing.certified_until > :now
                AND (revision.pilot_ends_at IS NULL OR revision.pilot_ends_at > :now)
                AND ('*' = ANY(standing.scope) OR revision.category = ANY(standing.scope))
                AND NOT EXISTS (
                    SELECT FROM offering_freeze AS frozen
                    WHERE frozen.offering_id = revision.offering_id AND NOT frozen.lifted
                )
            THEN 'published' ELSE 'restricted' END AS status, revision.pilot_ends_at
        FROM offering_revision AS revision
        JOIN partner_standing AS standing USING (partner_id)
        WHERE revision.partner_id = ANY(CAST(:partners AS uuid[])) AND revision.status IN ('published', 'restricted')
    ), held AS ( -- the offering before its revision, as whoever changes one by hand does
        SELECT id FROM offering WHERE id IN (
            SELECT target.offering_id FROM target JOIN offering_revision AS revision USING (offering_id, revision)
            WHERE revision.status <> target.status
        ) ORDER BY id FOR UPDATE
    ), moved AS (
        UPDATE offering_revision AS revision SET status = target.status FROM target JOIN held ON held.id = offering_id
        WHERE revision.offering_id = target.offering_id AND revision.revision = target.revision
            AND revision.status <> target.status
            AND revision.pilot_ends_at IS NOT DISTINCT FROM target.pilot_ends_at -- whoever has just widened it decides
        RETURNING revision.offering_id, revision.status
    )
    UPDATE offering SET version = version + 1 FROM moved WHERE offering.id = moved.offering_id
    RETURNING offering.id
    """
)


async def align(session: AsyncSession, partners: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    """Restrict or restore these partners' offerings as their standing says; returns those that moved."""
    return (await session.scalars(ALIGN, {"partners": list(partners), "now": now})).all()


LAPSED = text(
    """
    SELECT standing.partner_id FROM partner_standing AS standing
    WHERE EXISTS (
        SELECT FROM offering_revision AS revision
        WHERE revision.partner_id = standing.partner_id AND revision.status = 'published'
            AND (standing.certified_until <= :now OR revision.pilot_ends_at <= :now)
    )
    LIMIT :limit
    """
)


async def lapsed_sellers(session: AsyncSession, now: datetime, limit: int) -> Sequence[UUID]:
    """Partners whose certification, or a pilot of theirs, has ended and is still on sale."""
    return (await session.scalars(LAPSED, {"now": now, "limit": limit})).all()

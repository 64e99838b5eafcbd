"""Where partners stand: the newest that has arrived, by its version."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.tables import StandingRow

ASSUME = text(
    """
    INSERT INTO standing (partner_id, sells, version) SELECT id, true, 0 FROM unnest(CAST(:ids AS uuid[])) AS id
    ON CONFLICT DO NOTHING
    """
)
NOTE = text(
    """
    INSERT INTO standing AS before (partner_id, sells, certified_until, version, certificate_ids)
    SELECT partner_id, sells, certified_until, version, string_to_array(certificates, ',')
    FROM unnest(CAST(:ids AS uuid[]), CAST(:sells AS boolean[]), CAST(:until AS timestamptz[]),
        CAST(:versions AS bigint[]), CAST(:certificates AS text[]))
        AS given (partner_id, sells, certified_until, version, certificates)
    ON CONFLICT (partner_id) DO UPDATE
    SET sells = excluded.sells, certified_until = excluded.certified_until, version = excluded.version,
        certificate_ids = excluded.certificate_ids
    WHERE before.version < excluded.version
    """
)
FORGET = text("DELETE FROM standing WHERE version = 0 AND partner_id = ANY(CAST(:ids AS uuid[]))")
UNACCEPTED = text(
    """
    SELECT orders.id FROM standing JOIN orders ON orders.partner_id = standing.partner_id
    WHERE (NOT standing.sells OR standing.certified_until <= :now) AND orders.status IN ('placed', 'confirmed')
    ORDER BY orders.id LIMIT :limit FOR UPDATE OF orders SKIP LOCKED
    """
)


async def assume(session: AsyncSession, partners: Sequence[UUID]) -> None:
    """Take partners whose offerings catalog has published to be in good standing, until their standing is known."""
    await session.execute(ASSUME, {"ids": list(partners)})


async def note(session: AsyncSession, standings: Sequence[StandingRow]) -> None:
    """Take standings over; an older one changes nothing."""
    await session.execute(
        NOTE,
        {
            "ids": [row.partner_id for row in standings],
            "sells": [row.sells for row in standings],
            "until": [row.certified_until for row in standings],
            "versions": [row.version for row in standings],
            "certificates": [",".join(row.certificate_ids) for row in standings],
        },
    )


async def assumed(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """Partners whose standing is assumed: none has arrived."""
    return (
        await session.scalars(select(StandingRow.partner_id).where(col(StandingRow.version) == 0).limit(limit))
    ).all()


async def forget(session: AsyncSession, partners: Sequence[UUID]) -> None:
    """Nobody knows of these; whatever they publish is asked about again."""
    await session.execute(FORGET, {"ids": list(partners)})


async def unaccepted(session: AsyncSession, now: datetime, limit: int) -> Sequence[UUID]:
    """Orders that no partner in good standing has accepted or can, locked; those in other hands are left to them."""
    return (await session.scalars(UNACCEPTED, {"now": now, "limit": limit})).all()

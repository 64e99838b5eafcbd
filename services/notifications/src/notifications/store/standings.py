"""Copies of how partners stand."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.domain.standings import Standing
from notifications.tables import StandingRow

PUT = text(
    """
    INSERT INTO partner_standing AS known (partner_id, may_follow, certified_until, version)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:may_follow AS boolean[]), CAST(:until AS timestamptz[]),
        CAST(:versions AS bigint[])) AS given (partner_id, may_follow, certified_until, version) ORDER BY partner_id
    ON CONFLICT (partner_id) DO UPDATE
    SET may_follow = excluded.may_follow, certified_until = excluded.certified_until, version = excluded.version
    WHERE known.version < excluded.version
    """
)


async def put_standings(session: AsyncSession, standings: Sequence[Standing]) -> None:
    """Store how partners stand, one each; one that is older than what is stored changes nothing."""
    await session.execute(
        PUT,
        {
            "ids": [standing.partner_id for standing in standings],
            "may_follow": [standing.may_follow for standing in standings],
            "until": [standing.certified_until for standing in standings],
            "versions": [standing.version for standing in standings],
        },
    )


async def standing(session: AsyncSession, partner_id: UUID) -> Standing | None:
    row = await session.get(StandingRow, partner_id)
    return Standing(row.partner_id, row.may_follow, row.certified_until, row.version) if row else None

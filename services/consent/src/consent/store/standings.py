"""Partners' standings, as far as decisions go by them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.decisions import NO_STANDING, Standing
from consent.tables import StandingRow

MEET_PARTNERS = text(
    """
    INSERT INTO standing (partner_id, reads_data, version)
    SELECT DISTINCT met, false, 0 FROM unnest(CAST(:ids AS uuid[])) AS met ORDER BY met  -- one order for all who wait
    ON CONFLICT DO NOTHING
    """
)
NOTE_STANDINGS = text(
    """
    INSERT INTO standing AS known (partner_id, reads_data, certified_until, version, kind, frozen)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:reads AS boolean[]), CAST(:until AS timestamptz[]),
        CAST(:versions AS bigint[]), CAST(:kinds AS integer[]), CAST(:frozen AS boolean[]))
    ON CONFLICT (partner_id) DO UPDATE
    SET reads_data = excluded.reads_data, certified_until = excluded.certified_until, version = excluded.version,
        kind = excluded.kind, frozen = excluded.frozen
    WHERE known.version < excluded.version OR known.version = excluded.version AND known.kind IS NULL
    """
)

NOTE_LEAVING = text(
    """
    UPDATE standing SET consents_end_at = greatest(consents_end_at, finished.at)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS finished(partner_id, at)
    WHERE standing.partner_id = finished.partner_id
    """
)


async def meet_partners(session: AsyncSession, partners: Sequence[UUID]) -> None:
    """Take note of partners whose standing is to be asked for, unless it is known already."""
    await session.execute(MEET_PARTNERS, {"ids": list(partners)})


async def partners_met(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """Partners whose standing, or kind, is unknown."""
    query = select(StandingRow.partner_id).where(or_(col(StandingRow.version) == 0, col(StandingRow.kind).is_(None)))
    return (await session.scalars(query.limit(limit))).all()


async def note_standings(session: AsyncSession, standings: Sequence[StandingRow]) -> None:
    """Store partners' standings; one that is older than what is stored changes nothing."""
    await session.execute(
        NOTE_STANDINGS,
        {
            "ids": [standing.partner_id for standing in standings],
            "reads": [standing.reads_data for standing in standings],
            "until": [standing.certified_until for standing in standings],
            "versions": [standing.version for standing in standings],
            "kinds": [standing.kind for standing in standings],
            "frozen": [standing.frozen for standing in standings],
        },
    )


async def note_leaving(session: AsyncSession, finished: Mapping[UUID, datetime]) -> None:
    """Have what was given to these partners by these moments ended."""
    await session.execute(NOTE_LEAVING, {"ids": list(finished), "moments": list(finished.values())})


async def leaving(session: AsyncSession) -> StandingRow | None:
    """A partner that leaves, of whose consents some are to be ended; locked, and another than others have locked."""
    query = select(StandingRow).where(col(StandingRow.consents_end_at).is_not(None))
    return (await session.scalars(query.limit(1).with_for_update(skip_locked=True))).one_or_none()


async def forget_partners(session: AsyncSession, partners: Sequence[UUID]) -> None:
    """Delete partners that partners does not know: they have no standing."""
    await session.execute(
        text("DELETE FROM standing WHERE version = 0 AND partner_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(partners)},
    )


async def frozen_among(session: AsyncSession, partners: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these partners a regulator has frozen."""
    query = select(StandingRow.partner_id).where(col(StandingRow.partner_id).in_(partners), col(StandingRow.frozen))
    return frozenset(await session.scalars(query))


def standing_in(row: StandingRow | None) -> Standing:
    """What a row says, as decisions go by it; without one, a partner may do nothing."""
    return NO_STANDING if row is None else Standing(row.reads_data, row.certified_until, row.frozen)

"""How partners stand: who is told at all."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Database
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1.api_pb2 import GetProfilesRequest
from yima.partners.v1.client import PartnersClient

from notifications.domain.standings import Standing, standing_of
from notifications.store import standings as store


async def note_standings(session: AsyncSession, standings: Sequence[Standing]) -> None:
    """Go by the newest standing of each partner."""
    newest: dict[UUID, Standing] = {}
    for standing in standings:
        known = newest.get(standing.partner_id)
        if known is None or known.version < standing.version:
            newest[standing.partner_id] = standing
    if newest:
        await store.put_standings(session, list(newest.values()))


async def learn(database: Database, partners: PartnersClient, partner_id: UUID) -> Standing | None:
    """Ask partners how one stands now, and go by it; None where partners knows nobody of this id."""
    profiles = (await partners.get_profiles(GetProfilesRequest(partner_ids=[str(partner_id)]))).profiles
    standings = [standing_of(profile.id, profile) for profile in profiles if profile.version]
    async with database.transaction() as session:
        await note_standings(session, standings)
    return standings[0] if standings else None

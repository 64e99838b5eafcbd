"""Where partners stand: what decisions go by."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import CAPABILITY_READ_DATA, GetProfilesRequest, Profile
from yima.partners.v1.client import PartnersClient

from consent.store import standings
from consent.tables import StandingRow


async def note_standings(session: AsyncSession, messages: Sequence[partners_pb.Standing]) -> None:
    """Go by the newest standing of each partner."""
    newest: dict[str, partners_pb.Standing] = {}
    for standing in messages:
        if standing.partner_id not in newest or standing.version > newest[standing.partner_id].version:
            newest[standing.partner_id] = standing
    rows = [standing_row(partner_id, standing) for partner_id, standing in newest.items()]
    if rows:
        await standings.note_standings(session, rows)


async def note_profiles(session: AsyncSession, partner_ids: Sequence[UUID], profiles: Sequence[Profile]) -> None:
    """Go by what partners answers of partners whose standing was unknown. Those it does not know have none."""
    rows = [standing_row(profile.id, profile) for profile in profiles if profile.version]
    await standings.note_standings(session, rows)
    await standings.forget_partners(session, partner_ids)


def standing_row(partner_id: str, standing: partners_pb.Standing | Profile) -> StandingRow:
    until: datetime | None = moment(standing.certified_until) if standing.HasField("certified_until") else None
    if isinstance(standing, Profile):
        frozen = CAPABILITY_READ_DATA in standing.frozen
    else:
        frozen = any(CAPABILITY_READ_DATA in freeze.capabilities for freeze in standing.freezes)
    return StandingRow(
        partner_id=UUID(partner_id),
        reads_data=CAPABILITY_READ_DATA in standing.capabilities,
        certified_until=until,
        version=standing.version,
        kind=int(standing.kind),
        frozen=frozen,
    )


async def learn(database: Database, partners: PartnersClient, partner_id: UUID) -> bool:
    """Ask partners how one stands now, and go by it: may it use residents' data?"""
    profiles = (await partners.get_profiles(GetProfilesRequest(partner_ids=[str(partner_id)]))).profiles
    async with database.transaction() as session:
        await note_profiles(session, [partner_id], profiles)
    return any(CAPABILITY_READ_DATA in profile.capabilities for profile in profiles)

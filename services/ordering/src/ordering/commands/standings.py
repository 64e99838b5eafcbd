"""Copies of where partners stand."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.database import Database
from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1.api_pb2 import CAPABILITY_SELL, GetProfilesRequest, Profile
from yima.partners.v1.client import PartnersClient
from yima.partners.v1.events_pb2 import Standing

from ordering.store import standings
from ordering.tables import StandingRow

PROFILES_MAX = 200  # as many as partners answers at once


async def keep_standings(session: AsyncSession, received: Iterable[Standing]) -> None:
    """Go by the newest standing of each partner."""
    newest: dict[str, Standing] = {}
    for standing in received:
        if standing.partner_id not in newest or standing.version > newest[standing.partner_id].version:
            newest[standing.partner_id] = standing
    rows = [standing_row(partner_id, standing) for partner_id, standing in sorted(newest.items())]
    if rows:
        await standings.note(session, rows)


def standing_row(partner_id: str, standing: Standing | Profile) -> StandingRow:
    """A partner's standing, of an event or of its profile."""
    return StandingRow(
        partner_id=UUID(partner_id),
        sells=CAPABILITY_SELL in standing.capabilities,
        certified_until=moment(standing.certified_until) if standing.HasField("certified_until") else None,
        version=standing.version,
        certificate_ids=list(standing.certificate_ids),
    )


async def keep_profiles(session: AsyncSession, profiles: Iterable[Profile]) -> Sequence[StandingRow]:
    """Go by what partners has just answered."""
    rows = [standing_row(profile.id, profile) for profile in profiles if profile.version]
    if rows:
        await standings.note(session, rows)
    return rows


async def learn_standings(database: Database, partners: PartnersClient) -> bool:
    """Ask partners for standings of which no event has come yet; True where there may be more of them."""
    async with database.transaction() as session:
        assumed = await standings.assumed(session, PROFILES_MAX)
    if not assumed:
        return False
    request = GetProfilesRequest(partner_ids=[str(partner_id) for partner_id in assumed])
    profiles = (await partners.get_profiles(request)).profiles
    async with database.transaction() as session:
        await keep_profiles(session, profiles)
        await standings.forget(session, assumed)
    return len(assumed) == PROFILES_MAX

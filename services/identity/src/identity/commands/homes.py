"""Where residents say that they live."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.refusals import Invalid, NotFound
from city_pack.pack import Tree
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.domain.people import check_own_district
from identity.tables import ResidentRow


async def set_home_district(
    session: AsyncSession, *, resident_id: UUID, district: str, districts: Tree, now: datetime, zone: ZoneInfo
) -> ResidentRow:
    """Keep in which district a resident says that they live. Saying the same again changes nothing."""
    if district not in districts:
        raise Invalid("district", "must be the code of one of the city's districts")
    resident = (await store.guardianships.lock_people(session, {resident_id})).get(resident_id)
    if resident is None:
        raise NotFound("there is no such resident", "resident_id")
    if resident.district == district:
        return resident
    check_own_district(resident.district_source, resident.district_said_at, now, zone)
    resident.district, resident.district_source, resident.district_said_at = district, "own", now
    return resident

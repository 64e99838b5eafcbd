"""What a resident gives to read in an emergency: kept in every version, and withdrawn."""

from datetime import datetime
from uuid import UUID

from chassis.auth import sign
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.emergency import NoEmergencySlice, Slice, claims
from records.store import emergency as store
from records.tables import EmergencySliceRow


async def put_emergency_slice(
    session: AsyncSession, *, resident_id: UUID, given: Slice, by: UUID, keys: SigningKeys, now: datetime
) -> EmergencySliceRow:
    """Keep what a resident gives to read in an emergency, signed as it was given."""
    await store.lock_emergency_slice(session, resident_id)
    before = await store.emergency_slice(session, resident_id)
    version = before.version + 1 if before else 1
    row = EmergencySliceRow(
        resident_id=resident_id,
        version=version,
        withdrawn=False,
        blood_group=given.blood_group,
        allergies=list(given.allergies),
        contact_name=given.contact_name,
        contact_telephone=given.contact_telephone,
        given_by=by,
        given_at=now,
        signature=sign(
            keys.signing, dict(claims(given, resident_id=resident_id, given_by=by, version=version, now=now))
        ),
    )
    session.add(row)
    await session.flush()
    return row


async def withdraw_emergency_slice(
    session: AsyncSession, *, resident_id: UUID, by: UUID, now: datetime
) -> EmergencySliceRow:
    """Show to nobody any more what a resident gave. Withdrawn twice, it was withdrawn the first time."""
    await store.lock_emergency_slice(session, resident_id)
    before = await store.emergency_slice(session, resident_id)
    if before is None:
        raise NoEmergencySlice("there is nothing to withdraw", "resident_id")
    if before.withdrawn:
        return before
    row = EmergencySliceRow(
        resident_id=resident_id, version=before.version + 1, withdrawn=True, allergies=[], given_by=by, given_at=now
    )
    session.add(row)
    await session.flush()
    return row

"""Redeeming health codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound, Unauthenticated
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.domain.codes import RECEIPT_LIFETIME, CodeClaims, CodeUsed
from identity.domain.people import is_minor
from identity.tables import ResidentRow, ScanRow


@dataclass(frozen=True, slots=True)
class Redemption:
    """A scan, whose code it was, and who acts for them now."""

    scan: ScanRow
    resident: ResidentRow
    guardian_names: Sequence[str]


async def redeem_health_code(
    session: AsyncSession, *, claims: CodeClaims, practitioner_id: UUID, institution_id: UUID, city: City, now: datetime
) -> Redemption | CodeUsed:
    """Honour a code once. Who did and asks again, since the answer was lost, gets the same scan while its receipt is
    good. A copy shown to anybody else is refused *and* announced, so that refusal is returned, not raised: what is
    raised would roll the announcement back. Whose registration has ended scans nothing, whatever token they have."""
    if not await store.people.is_registered(session, practitioner_id):
        raise Unauthenticated("the practitioner is not registered any more")
    scan = await scan_once(session, claims, practitioner_id, institution_id, now)
    if scan.practitioner_id != practitioner_id or now >= scan.scanned_at + RECEIPT_LIFETIME:
        publish(session, events.health_code_replayed(scan, practitioner_id, institution_id, now), scan.id)
        return CodeUsed("each code is good for one scan; show a fresh one", "text")
    resident = await store.codes.resident_of_scan(session, scan)
    minor = is_minor(resident.birth_date, city, now)
    return Redemption(scan, resident, await store.people.guardian_names(session, resident.id) if minor else ())


async def scan_once(
    session: AsyncSession, claims: CodeClaims, practitioner_id: UUID, institution_id: UUID, now: datetime
) -> ScanRow:
    """The one scan of this token: made now, or by whoever was first."""
    if (scan := await store.codes.scan_of_token(session, claims.token_id)) is not None:
        return scan
    claims.check(now)
    resident_id = await store.codes.resident_of_code(session, claims.health_code_id)
    if resident_id is None:
        raise NotFound("no resident has this code", "text")
    scan = ScanRow(
        id=new_id(),
        token_id=claims.token_id,
        resident_id=resident_id,
        practitioner_id=practitioner_id,
        institution_id=institution_id,
        scanned_at=now,
    )
    if await store.codes.add_scan(session, scan):
        publish(session, events.health_code_redeemed(scan), scan.id)
        return scan
    earlier = await store.codes.scan_of_token(session, claims.token_id)
    assert earlier is not None, "another caller added it meanwhile"
    return earlier

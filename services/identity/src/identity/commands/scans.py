"""Redeeming health codes."""

from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.domain import RECEIPT_LIFETIME, CodeClaims, CodeUsed
from identity.tables import ScanRow


async def redeem_health_code(
    session: AsyncSession, *, claims: CodeClaims, practitioner_id: UUID, institution_id: UUID, now: datetime
) -> ScanRow | CodeUsed:
    """Honour a code once. Who did and asks again, since the answer was lost, gets the same scan while its receipt is
    good. A copy shown to anybody else is refused *and* told of, so that refusal is returned, not raised."""
    honoured = await store.scan_of_token(session, claims.token_id)
    if honoured is None:
        claims.check(now)
        resident_id = await store.resident_of_code(session, claims.health_code_id)
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
        if await store.add_scan(session, scan):
            publish(session, events.health_code_redeemed(scan), scan.id)
            return scan
        honoured = await store.scan_of_token(session, claims.token_id)
        assert honoured is not None, "another caller added it meanwhile"
    if honoured.practitioner_id == practitioner_id and now < honoured.scanned_at + RECEIPT_LIFETIME:
        return honoured
    publish(session, events.health_code_replayed(honoured, practitioner_id, institution_id, now), honoured.id)
    return CodeUsed("each code is good for one scan; show a fresh one", "text")

"""Models of devices: proposed by their maker, decided on by an operator."""

from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.device_models import (
    PROPOSED_MAX,
    DeviceModelDecided,
    DeviceModelKnown,
    ModelStatus,
    ModelTerms,
    OwnDeviceModel,
    TooManyDeviceModels,
)
from records.store import device_models as store
from records.tables import DeviceModelRow


async def propose_device_model(
    session: AsyncSession, *, terms: ModelTerms, partner_id: UUID, by: UUID, now: datetime
) -> DeviceModelRow:
    """Propose a model of a maker's own."""
    await store.lock_models_of(session, partner_id)
    if await store.waiting(session, partner_id) >= PROPOSED_MAX:
        raise TooManyDeviceModels(f"at most {PROPOSED_MAX}")
    if await store.is_named(session, terms.maker, terms.name):
        raise DeviceModelKnown("give this one another name", "name")
    row = DeviceModelRow(
        id=new_id(),
        maker=terms.maker,
        name=terms.name,
        kind=int(terms.kind),
        codes=list(terms.codes),
        units=list(terms.units),
        bluetooth_service=terms.bluetooth_service,
        status=int(ModelStatus.PROPOSED),
        partner_id=partner_id,
        proposed_by=by,
        proposed_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def decide_device_model(
    session: AsyncSession, *, model_id: UUID, approved: bool, reason: str, by: UUID, now: datetime
) -> DeviceModelRow:
    """Let devices of a model be bound, or refuse it."""
    row = await store.model(session, model_id, lock=True)
    if row is None:
        raise NotFound("there is no such model", "device_model_id")
    if row.status != ModelStatus.PROPOSED:
        raise DeviceModelDecided(f"it is {ModelStatus(row.status).name.lower()}", "device_model_id")
    if row.proposed_by == by:
        raise OwnDeviceModel("let a colleague decide", "device_model_id")
    row.status = int(ModelStatus.APPROVED if approved else ModelStatus.REFUSED)
    row.decided_by, row.decided_at, row.reason = by, now, reason
    await session.flush()
    return row

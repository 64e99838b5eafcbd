"""Imposing and lifting freezes. Which role may is the contract's: a regulator and nobody else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as events_pb

from partners import events
from partners.domain.capabilities import Capability
from partners.domain.freezes import (
    FROZEN_MAX,
    AlreadyLifted,
    FreezeTarget,
    OwnAccount,
    TooManyFreezes,
    check_capabilities,
    parse_case_number,
)
from partners.store import freezes, partners
from partners.tables import FreezeRow


async def impose(
    session: AsyncSession,
    *,
    target: FreezeTarget,
    target_id: UUID,
    partner_id: UUID | None,
    case_number: str,
    capabilities: Sequence[Capability],
    reason: str,
    by: UUID,
    now: datetime,
) -> FreezeRow:
    """Freeze something; `partner_id` is whose it is. A partner is locked, so that its standings are told in order."""
    row = FreezeRow(
        id=new_id(),
        case_number=parse_case_number(case_number, "case_number"),
        target=target,
        target_id=target_id,
        partner_id=partner_id,
        capabilities=list[str](check_capabilities(target, capabilities, "capabilities")),
        reason=texts.line(reason, "reason", texts.REASON_LENGTH_MAX),
        imposed_by=by,
        imposed_at=now,
    )
    if target == FreezeTarget.ACCOUNT and target_id == by:
        raise OwnAccount("another regulator does, where it has to be", "target_id")
    if await freezes.count_in_force(session) >= FROZEN_MAX:
        raise TooManyFreezes(f"at most {FROZEN_MAX}: lift those whose case is over")
    if target == FreezeTarget.PARTNER:
        await next_version(session, target_id, "target_id")
    await freezes.add(session, row)
    imposed = events_pb.FreezeImposed(imposed_by=str(by), imposed_at=timestamp(now))
    await announce(session, row, imposed, now)
    return row


async def lift(session: AsyncSession, *, freeze_id: UUID, reason: str, by: UUID, now: datetime) -> FreezeRow:
    """Lift a freeze; it stays in the history."""
    row = await freezes.for_update(session, freeze_id)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    if row.lifted_at is not None:
        raise AlreadyLifted("look at the freezes that are in force", "freeze_id")
    if row.target_id == by:
        raise OwnAccount("another regulator lifts it", "freeze_id")
    if row.target == FreezeTarget.PARTNER:
        await next_version(session, row.target_id, "freeze_id")
    freezes.lift(row, by, because, now)
    lifted = events_pb.FreezeLifted(lifted_by=str(by), lifted_at=timestamp(now))
    await announce(session, row, lifted, now)
    return row


async def next_version(session: AsyncSession, partner_id: UUID, field: str) -> None:
    """The partner's standing changes; `field` is named where there is no such partner."""
    try:
        partner = await partners.load_for_update(session, partner_id)
    except NotFound:
        raise NotFound("there is no such partner", field) from None
    partner.version += 1


async def announce(
    session: AsyncSession,
    row: FreezeRow,
    event: events_pb.FreezeImposed | events_pb.FreezeLifted,
    now: datetime,
) -> None:
    """Publish a freeze, with the partner's standing where that changed; keyed by what is frozen."""
    await session.flush()
    events.fill_freeze(event, row)
    if row.target == FreezeTarget.PARTNER:
        event.standing.CopyFrom(events.standing(await partners.load(session, row.target_id), now))
    publish(session, event, row.target_id)

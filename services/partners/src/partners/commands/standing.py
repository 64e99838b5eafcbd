"""Steps of a partner's status, and what is announced of where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from google.protobuf.message import Message
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as events_pb

from partners import events
from partners.domain.standing import (
    Actor,
    PartnerStatus,
    advance,
    may_lift,
    may_suspend,
)
from partners.store import partners
from partners.store.partners import PartnerAggregate
from partners.tables import PartnerRow, StepRow

type Announcement = Callable[..., Message]


async def announce(
    session: AsyncSession, partner_id: UUID, now: datetime, event: Announcement, **more: Any
) -> PartnerAggregate:
    """Publish an event with the partner's standing as it is now."""
    await session.flush()
    partner = await partners.load(session, partner_id)
    publish(session, event(standing=events.standing(partner, now), **more), partner_id)
    return partner


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a step, in which role, and when."""

    actor: Actor
    subject_id: UUID
    at: datetime


def step(session: AsyncSession, partner: PartnerRow, target: PartnerStatus, taker: Taker, reason: str = "") -> None:
    """Move a locked partner on, if this is the taker's to do, and keep who did it."""
    before = partner.status
    partner.status = advance(PartnerStatus(before), target, taker.actor)
    partner.version += 1
    note_step(session, partner.id, before, target, taker, reason)


def note_step(
    session: AsyncSession, partner_id: UUID, was: str, became: PartnerStatus, taker: Taker, reason: str = ""
) -> None:
    session.add(
        StepRow(
            id=new_id(),
            partner_id=partner_id,
            was=was,
            became=became,
            taken_as=taker.actor,
            taken_by=taker.subject_id,
            taken_at=taker.at,
            reason=reason,
        )
    )


async def suspend(
    session: AsyncSession, *, partner_id: UUID, reason: str, by: UUID, actor: Actor, now: datetime
) -> PartnerAggregate:
    """Suspend a partner, or as a regulator take over an operator's suspension."""
    partner = await partners.load_for_update(session, partner_id)
    may_suspend(PartnerStatus(partner.status), suspended_as(partner), actor)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    note_step(session, partner.id, partner.status, PartnerStatus.SUSPENDED, Taker(actor, by, now), because)
    partner.status, partner.suspension_reason = PartnerStatus.SUSPENDED, because
    partner.suspended_as, partner.suspended_by, partner.suspended_at = actor, by, now
    partner.version += 1
    return await announce(session, partner_id, now, events_pb.PartnerSuspended)


async def reinstate(
    session: AsyncSession, *, partner_id: UUID, reason: str, by: UUID, actor: Actor, now: datetime
) -> PartnerAggregate:
    """Lift a suspension: a regulator's only as a regulator."""
    partner = await partners.load_for_update(session, partner_id)
    may_lift(PartnerStatus(partner.status), suspended_as(partner), actor)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    await lift(session, partner, Taker(actor, by, now), because)
    return await announce(session, partner_id, now, events_pb.PartnerReinstated)


async def lift(session: AsyncSession, partner: PartnerRow, taker: Taker, because: str) -> None:
    """Take a locked partner out of its suspension."""
    note_step(session, partner.id, partner.status, PartnerStatus.ACTIVE, taker, because)
    await session.flush()  # the database asks for the step of whoever lifts a regulator's suspension
    partner.status, partner.suspension_reason = PartnerStatus.ACTIVE, ""
    partner.version += 1
    partner.suspended_as = partner.suspended_by = partner.suspended_at = None
    await session.flush()


def suspended_as(partner: PartnerRow) -> Actor | None:
    return Actor(partner.suspended_as) if partner.suspended_as else None

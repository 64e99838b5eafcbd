"""Leaving, step by step, and stopping to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as events_pb

from partners.commands.standing import Taker, announce, step
from partners.domain.certificates import certified_until
from partners.domain.offboarding import NotLeaving, OffboardingStep, check_nothing_left, check_taker, next_step
from partners.domain.standing import Actor, PartnerStatus
from partners.store import offboarding, partners
from partners.store.partners import PartnerAggregate
from partners.tables import OffboardingRow, OffboardingStepRow, PartnerRow


async def begin(session: AsyncSession, *, partner_id: UUID, reason: str, by: UUID, now: datetime) -> PartnerAggregate:
    """Begin to leave: the sale stops as the event is heard."""
    partner = await partners.load_for_update(session, partner_id)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    row = OffboardingRow(id=new_id(), partner_id=partner_id, begun_by=by, begun_at=now, reason=because)
    taker = Taker(Actor.PARTNER, by, now)
    step(session, partner, PartnerStatus.OFFBOARDING, taker, because)
    session.add(row)
    await session.flush()
    note(session, partner, row, OffboardingStep.SALE_STOPPED, taker)
    return await announce_step(session, partner_id, OffboardingStep.SALE_STOPPED, now)


async def advance(
    session: AsyncSession,
    *,
    partner_id: UUID,
    checked: OffboardingStep | None,
    left: Sequence[str],
    by: UUID,
    actor: Actor,
    now: datetime,
) -> PartnerAggregate:
    """Take the next step. `checked`: the step that was asked about, and `left` what is left before it."""
    partner = await partners.load_for_update(session, partner_id)
    row = await offboarding.open_row(session, partner_id)
    if row is None:
        raise NotLeaving("begin to leave first", "partner_id")
    taken = next_step(row.step)
    check_taker(taken, actor)
    if actor is Actor.PARTNER and checked is not taken:
        raise NotLeaving("another step was taken meanwhile: look, and ask again", "partner_id")
    check_nothing_left(left)
    taker = Taker(actor, by, now)
    note(session, partner, row, taken, taker)
    if taken is OffboardingStep.CERTIFICATES_ENDED:
        partner.left_at = now
        await session.flush()
        step(session, partner, PartnerStatus.LEFT, taker)
        partner.certified_until = certified_until((await partners.load(session, partner_id)).certificate_terms)
        partner.lapse_announced = True
    else:
        partner.version += 1
    return await announce_step(session, partner_id, taken, now)


async def stop(
    session: AsyncSession, *, partner_id: UUID, reason: str, by: UUID, actor: Actor, now: datetime
) -> PartnerAggregate:
    """Stay after all, any time before the certificates end. Consents that ended meanwhile are asked for again."""
    partner = await partners.load_for_update(session, partner_id)
    row = await offboarding.open_row(session, partner_id)
    if row is None:
        raise NotLeaving("nothing is to be stopped", "partner_id")
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    row.stopped_by, row.stopped_as, row.stopped_at, row.stop_reason = by, actor, now, because
    partner.offboarding_step = 0
    await session.flush()
    step(session, partner, PartnerStatus.ACTIVE, Taker(actor, by, now), because)
    return await announce(session, partner_id, now, events_pb.OffboardingChanged, stopped=True)


def note(session: AsyncSession, partner: PartnerRow, row: OffboardingRow, taken: OffboardingStep, taker: Taker) -> None:
    """Keep that a step was taken, and by whom."""
    row.step = partner.offboarding_step = taken
    session.add(
        OffboardingStepRow(
            offboarding_id=row.id, step=taken, taken_as=taker.actor, taken_by=taker.subject_id, taken_at=taker.at
        )
    )


async def announce_step(
    session: AsyncSession, partner_id: UUID, taken: OffboardingStep, now: datetime
) -> PartnerAggregate:
    return await announce(session, partner_id, now, events_pb.OffboardingChanged, step=int(taken))

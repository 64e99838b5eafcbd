"""Deliveries: claimed, and kept with what became of them. Sending stands between the two, and in no transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.ids import Kind, new_id, shown
from chassis.outbox import publish
from chassis.sealing import Sealer
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.notifications.v1.webhooks_pb2 import WebhookDisabled

from notifications import events
from notifications.commands.endpoints import move
from notifications.domain.deliveries import (
    BREAKS_AT,
    GONE,
    TRIED_FOR,
    DeliveryStatus,
    Outcome,
    after_failure,
    broken_until,
)
from notifications.domain.endpoints import EndpointStatus, sealed_as
from notifications.domain.event_types import DISABLED, as_json_text
from notifications.store import deliveries, endpoints, webhook_events
from notifications.store.deliveries import Claimed
from notifications.tables import EndpointRow, EventRow

LEASE = timedelta(seconds=20)  # more than an attempt may take: what is claimed longer belongs to nobody who runs
EXPIRE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be sent now, and by which secrets: the current one of an endpoint first."""

    claimed: Sequence[Claimed]
    secrets: dict[UUID, list[bytes]]


async def claim(session: AsyncSession, sealer: Sealer, most: int, of_endpoint: int, now: datetime) -> Batch:
    """Take what may be sent now. Secrets are read with it: of a hundred that are under way, each is signed as it was
    sent."""
    claimed = await deliveries.claim(
        session,
        claim_id=new_id(),
        most=most,
        of_endpoint=of_endpoint,
        breaks_at=BREAKS_AT,
        now=now,
        until=now + LEASE,
    )
    if not claimed:
        return Batch((), {})
    rows = await endpoints.secrets(session, list({delivery.endpoint_id for delivery in claimed}))
    secrets: dict[UUID, list[bytes]] = {}
    for row in sorted(rows, key=lambda row: row.place):  # "current" before "previous"
        if row.until is None or row.until > now:
            plain = sealer.unseal(row.sealed, sealed_as(row.endpoint_id))
            secrets.setdefault(row.endpoint_id, []).append(plain)
    return Batch(claimed, secrets)


async def finish(session: AsyncSession, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Keep how attempts went, and go by it: what failed is tried again later, an endpoint that fails is left alone for
    a while, one at which nothing arrived for a day is disabled."""
    rows = {row.id: row for row in await endpoints.locked(session, changing(outcomes))}
    moves = []
    for outcome in outcomes:
        if outcome.answer.accepted:
            moves.append((outcome, DeliveryStatus.DELIVERED, now))
        else:
            moves.append((outcome, *after_failure(outcome, now)))
    finished = await deliveries.finish(session, moves, now)
    await deliveries.log_attempts(session, outcomes)
    waiting = [delivery for delivery in finished if delivery.status == DeliveryStatus.WAITING]
    if waiting:
        await deliveries.put_off(session, waiting)
    recovered: list[UUID] = []
    for outcome in outcomes:
        endpoint = rows.get(outcome.endpoint_id)
        if endpoint is not None and note(endpoint, outcome, now):
            recovered.append(endpoint.id)
    await session.flush()
    if recovered:
        await deliveries.send_now(session, recovered, now)
    for endpoint in rows.values():
        if endpoint.status == EndpointStatus.ACTIVE and (why := hopeless(endpoint, outcomes, now)):
            await disable(session, endpoint, why, now)


def changing(outcomes: Sequence[Outcome]) -> Sequence[UUID]:
    """The endpoints of which something may change by these outcomes: those that failed, or had failed before."""
    return sorted({outcome.endpoint_id for outcome in outcomes if not outcome.answer.accepted or outcome.was_failing})


def note(endpoint: EndpointRow, outcome: Outcome, now: datetime) -> bool:
    """Count an attempt of an endpoint; True where it has recovered by it."""
    if outcome.answer.accepted:
        recovered = endpoint.failures >= BREAKS_AT
        endpoint.failures, endpoint.failing_since, endpoint.broken_until = 0, None, None
        return recovered
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.broken_until = broken_until(endpoint.failures, now)
    return False


def hopeless(endpoint: EndpointRow, outcomes: Sequence[Outcome], now: datetime) -> str:
    """Why nothing is sent to an endpoint any more; empty where there is no reason."""
    if any(outcome.endpoint_id == endpoint.id and outcome.answer.status == GONE for outcome in outcomes):
        return "the receiver answered 410: it wants nothing more"
    if endpoint.failing_since is not None and now - endpoint.failing_since >= TRIED_FOR:
        return "nothing arrived for a day"
    return ""


async def disable(session: AsyncSession, endpoint: EndpointRow, why: str, now: datetime) -> None:
    """Send nothing to an endpoint until somebody resumes it, and say so: as an event, and to the partner's other
    endpoints."""
    move(endpoint, EndpointStatus.DISABLED)
    endpoint.disabled_reason = why
    await session.flush()
    publish(session, events.webhook_endpoint_disabled(endpoint, now), endpoint.id)
    subject = shown(Kind.WEBHOOK_ENDPOINT, endpoint.id)
    data = WebhookDisabled(webhook_endpoint_id=str(endpoint.id), disabled_at=timestamp(now))
    await webhook_events.lock_partners(session, [endpoint.partner_id])
    met = await webhook_events.meet_subjects(session, [(endpoint.partner_id, subject, True)])
    sequence = met[endpoint.partner_id, subject][1] + 1
    event = EventRow(
        id=new_id(),
        partner_id=endpoint.partner_id,
        type=DISABLED.name,
        subject=subject,
        occurred_at=now,
        recorded_at=now,
        data=as_json_text(data),
        about_partner=True,
    )
    await webhook_events.add(session, [event])
    await webhook_events.place(session, {event.id: sequence})
    await webhook_events.count_on(session, {(endpoint.partner_id, subject): sequence})
    await deliveries.add_for_events(session, [event.id], now, now + TRIED_FOR)


async def give_up(session: AsyncSession, now: datetime) -> bool:
    """Give up what has waited for a day; True where there may be more."""
    return await deliveries.expire(session, now, EXPIRE_MAX) == EXPIRE_MAX

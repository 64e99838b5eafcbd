"""What happened is recorded, numbered and given to the endpoints that want it, in one transaction with hearing of
it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pairwise import Pairwise
from google.protobuf.message import Message
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.domain.deliveries import TRIED_FOR
from notifications.domain.event_types import EventType, data_of, data_text, partner_of, subject_of
from notifications.store import deliveries, webhook_events
from notifications.tables import EventRow

ORDER_PREFIX = "ord_"
CONFIRMED = "order.confirmed"  # before it, a partner knows nothing of an order


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event that was heard: of which type, when it happened."""

    id: UUID
    kind: EventType
    event: Message
    occurred_at: datetime


async def lock(session: AsyncSession, events: Sequence[Message]) -> None:
    """Be the only one who records events of their partners, until the commit."""
    partners = {partner_id for event in events if (partner_id := partner_of(event)) is not None}
    if partners:
        await webhook_events.lock_partners(session, sorted(partners))


async def record(session: AsyncSession, occurrences: Sequence[Occurrence], pairwise: Pairwise, now: datetime) -> int:
    """Record what concerns partners; returns how many deliveries that makes. What is about an order that its partner
    does not know of yet is held back until the order is confirmed, and never told where it never is."""
    events = [row for each in occurrences if (row := event_row(each, pairwise, now)) is not None]
    if not events:
        return 0
    await webhook_events.lock_partners(session, sorted({event.partner_id for event in events}))
    met = await webhook_events.meet_subjects(
        session, [(event.partner_id, event.subject, opens(event)) for event in events]
    )
    await webhook_events.add(session, events)
    await end_consents(session, occurrences, now)
    opened = [key for key, (is_open, _) in met.items() if is_open]
    if not opened:
        return 0
    coming = [event for event in events if met[event.partner_id, event.subject][0]]
    coming.sort(key=lambda event: event.type != CONFIRMED)  # first among those that waited for it
    waited = await webhook_events.held(session, opened, [event.id for event in coming])
    last = {key: met[key][1] for key in opened}
    sequences: dict[UUID, int] = {}
    confirmed = [(event.id, event.partner_id, event.subject) for event in coming if event.type == CONFIRMED]
    others = [(event.id, event.partner_id, event.subject) for event in coming if event.type != CONFIRMED]
    for event_id, partner_id, subject in (*confirmed, *waited, *others):
        last[partner_id, subject] += 1
        sequences[event_id] = last[partner_id, subject]
    await webhook_events.place(session, sequences)
    await webhook_events.count_on(session, last)
    return await deliveries.add_for_events(session, list(sequences), now, now + TRIED_FOR)


def event_row(each: Occurrence, pairwise: Pairwise, now: datetime) -> EventRow | None:
    """What is kept of an event; None where it concerns no partner."""
    partner_id = partner_of(each.event)
    if partner_id is None:
        return None
    data = data_of(each.kind, each.event)
    subject = subject_of(each.kind, data)
    consent_id = getattr(data, "consent_id", "")
    return EventRow(
        id=each.id,
        partner_id=partner_id,
        type=each.kind.name,
        subject=subject,
        occurred_at=each.occurred_at,
        recorded_at=now,
        data=data_text(data, pairwise.of_partner(str(partner_id))),
        consent_id=UUID(consent_id) if consent_id and not each.kind.ends_consent else None,
        about_partner=each.kind.about_partner,
    )


def opens(event: EventRow) -> bool:
    """May its partner be told of the subject from now on?"""
    return event.type == CONFIRMED or not event.subject.startswith(ORDER_PREFIX)


async def end_consents(session: AsyncSession, occurrences: Sequence[Occurrence], now: datetime) -> None:
    """What rests on a consent that is over is not sent any more."""
    ended = [
        UUID(consent_id)
        for each in occurrences
        if each.kind.ends_consent and (consent_id := getattr(each.event, "consent_id", ""))
    ]
    if ended:
        await webhook_events.end_consents(session, ended, now)
        await deliveries.withhold(session, ended, now)

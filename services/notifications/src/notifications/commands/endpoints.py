"""Webhook endpoints from the first to the last delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import Kind, new_id, shown
from chassis.refusals import Invalid
from chassis.sealing import Sealer
from sqlalchemy.ext.asyncio import AsyncSession
from yima.notifications.v1.webhooks_pb2 import WebhookTest

from notifications.domain import endpoints as rules
from notifications.domain.addresses import Allowed, check_url
from notifications.domain.deliveries import REPLAY_MAX, TRIED_FOR
from notifications.domain.endpoints import EndpointNotActive, EndpointStatus, Signature, TooManyEndpoints
from notifications.domain.event_types import EVENT_TYPES, TEST, as_json_text
from notifications.store import deliveries, endpoints, webhook_events
from notifications.tables import DeliveryRow, EndpointRow, EventRow, SecretRow

SEAL_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint with the secret that it has got, which is shown once."""

    endpoint: EndpointRow
    secret: bytes


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many events are sent again, and from when on there are more."""

    count: int
    next_since: datetime | None


async def create(
    session: AsyncSession,
    *,
    partner_id: UUID,
    url: str,
    event_types: Sequence[str],
    description: str,
    signature: Signature,
    by: UUID,
    allowed: Allowed,
    sealer: Sealer,
    now: datetime,
) -> NewSecret:
    url = check_url(url, allowed)
    chosen = rules.check_event_types(event_types, EVENT_TYPES)
    if description:
        texts.line(description, "description")
    if await endpoints.count_live(session, partner_id) >= rules.ENDPOINTS_MAX:
        raise TooManyEndpoints(f"there may be {rules.ENDPOINTS_MAX}: end one that is not needed any more")
    endpoint = EndpointRow(
        id=new_id(),
        partner_id=partner_id,
        url=url,
        event_types=chosen,
        description=description,
        status=EndpointStatus.ACTIVE,
        signature=signature,
        created_at=now,
        created_by=by,
    )
    secret = rules.new_secret()
    session.add(endpoint)
    await session.flush()
    sealed = sealer.seal(secret, rules.sealed_as(endpoint.id))
    session.add(SecretRow(endpoint_id=endpoint.id, place="current", sealed=sealed, made_at=now))
    return NewSecret(endpoint, secret)


async def update(
    session: AsyncSession,
    *,
    endpoint_id: UUID,
    partner_id: UUID,
    url: str,
    event_types: Sequence[str],
    description: str,
    allowed: Allowed,
) -> EndpointRow:
    """Change where events go, and which. What waits goes to the new address."""
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    check_not_ended(endpoint)
    endpoint.url = check_url(url, allowed)
    endpoint.event_types = rules.check_event_types(event_types, EVENT_TYPES)
    if description:
        texts.line(description, "description")
    endpoint.description = description
    endpoint.version += 1
    return endpoint


async def pause(session: AsyncSession, endpoint_id: UUID, partner_id: UUID) -> EndpointRow:
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    move(endpoint, EndpointStatus.PAUSED)
    return endpoint


async def resume(session: AsyncSession, endpoint_id: UUID, partner_id: UUID, now: datetime) -> EndpointRow:
    """Send to an endpoint again, at once: what failed before does not count any more."""
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    move(endpoint, EndpointStatus.ACTIVE)
    endpoint.disabled_reason = ""
    endpoint.failures, endpoint.failing_since, endpoint.broken_until = 0, None, None
    await session.flush()
    await deliveries.send_now(session, [endpoint_id], now)
    return endpoint


async def end(session: AsyncSession, endpoint_id: UUID, partner_id: UUID, now: datetime) -> EndpointRow:
    """End an endpoint for good, with its secrets, and what waits for it."""
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    if endpoint.status != EndpointStatus.ENDED:
        move(endpoint, EndpointStatus.ENDED)
        endpoint.ended_at, endpoint.disabled_reason = now, ""
        await session.flush()
        await endpoints.forget_secrets(session, endpoint_id)
        await deliveries.cancel(session, endpoint_id, now)
    return endpoint


async def rotate_secret(
    session: AsyncSession,
    *,
    endpoint_id: UUID,
    partner_id: UUID,
    old_until: datetime | None,
    sealer: Sealer,
    now: datetime,
) -> NewSecret:
    """Give an endpoint another secret. The one before signs beside it for a while; of one that still did, nothing is
    left."""
    until = rules.check_old_until(old_until, now)
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    check_not_ended(endpoint)
    secret = rules.new_secret()
    await endpoints.replace_secret(session, endpoint_id, sealer.seal(secret, rules.sealed_as(endpoint_id)), now, until)
    endpoint.version += 1
    return NewSecret(endpoint, secret)


def move(endpoint: EndpointRow, to: EndpointStatus) -> None:
    status = rules.move(endpoint.status, to)
    if status != endpoint.status:
        endpoint.status = status
        endpoint.version += 1


def check_not_ended(endpoint: EndpointRow) -> None:
    rules.move(endpoint.status, EndpointStatus(endpoint.status))
    if endpoint.status == EndpointStatus.ENDED:
        raise rules.EndpointEnded("make another: an endpoint ends for good", "webhook_endpoint_id")


def check_active(endpoint: EndpointRow) -> None:
    check_not_ended(endpoint)
    if endpoint.status != EndpointStatus.ACTIVE:
        raise EndpointNotActive(f"it is {endpoint.status}: resume it first", "webhook_endpoint_id")


async def send_test(
    session: AsyncSession, endpoint_id: UUID, partner_id: UUID, now: datetime
) -> tuple[DeliveryRow, EventRow]:
    """Send an endpoint an event about nothing, whichever types it wants."""
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    check_active(endpoint)
    subject = shown(Kind.WEBHOOK_ENDPOINT, endpoint_id)
    await webhook_events.lock_partners(session, [partner_id])
    met = await webhook_events.meet_subjects(session, [(partner_id, subject, True)])
    sequence = met[partner_id, subject][1] + 1
    event = EventRow(
        id=new_id(),
        partner_id=partner_id,
        type=TEST.name,
        subject=subject,
        occurred_at=now,
        recorded_at=now,
        data=as_json_text(WebhookTest(webhook_endpoint_id=str(endpoint_id))),
        about_partner=True,
    )
    await webhook_events.add(session, [event])
    await webhook_events.place(session, {event.id: sequence})
    await webhook_events.count_on(session, {(partner_id, subject): sequence})
    event.sequence = sequence
    delivery = deliveries.delivery_row(event, endpoint_id, now, now + TRIED_FOR, replay=False)
    await deliveries.add(session, [delivery])
    return delivery, event


async def replay(
    session: AsyncSession,
    *,
    endpoint_id: UUID,
    partner_id: UUID,
    event_ids: Sequence[UUID],
    since: datetime | None,
    now: datetime,
) -> Replayed:
    """Send events again, in their order: those named, or all that the endpoint wants since a moment."""
    if bool(event_ids) == (since is not None):
        raise Invalid("since", "name events by their ids, or a moment since which all are sent again")
    if len(event_ids) > REPLAY_MAX:
        raise Invalid("webhook_event_ids", f"at most {REPLAY_MAX} at once")
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    check_active(endpoint)
    types = [] if event_ids else endpoint.event_types
    events = await webhook_events.to_replay(
        session, partner_id, ids=event_ids, types=types, since=since, limit=REPLAY_MAX
    )
    if event_ids and len(events) < len(set(event_ids)):
        known = {event.id for event in events}
        index = next(index for index, event_id in enumerate(event_ids) if event_id not in known)
        raise Invalid(f"webhook_event_ids[{index}]", "is no event of the caller's partner, or older than is kept")
    coming = events[:REPLAY_MAX]
    over = await webhook_events.ended_among(session, [event.consent_id for event in coming if event.consent_id])
    sent = [event for event in coming if event.consent_id not in over]
    await deliveries.add(
        session,
        [deliveries.delivery_row(event, endpoint_id, now, now + TRIED_FOR, replay=True) for event in sent],
    )
    return Replayed(len(sent), events[REPLAY_MAX].recorded_at if len(events) > REPLAY_MAX else None)


async def seal(database: Database, sealer: Sealer) -> bool:
    """Encipher secrets with the key in use that are enciphered with one before it; True where there may be more."""
    async with database.transaction() as session:
        secrets = await endpoints.secrets_to_seal(session, sealer.head, SEAL_AT_ONCE_MAX)
        for secret in secrets:
            about = rules.sealed_as(secret.endpoint_id)
            secret.sealed = sealer.seal(sealer.unseal(secret.sealed, about), about)
    return len(secrets) == SEAL_AT_ONCE_MAX

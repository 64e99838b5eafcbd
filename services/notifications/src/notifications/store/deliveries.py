"""Deliveries: claimed and finished many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.ids import new_id
from chassis.pages import Part
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.domain.deliveries import DeliveryStatus, Outcome
from notifications.tables import AttemptRow, DeliveryRow, EventRow

# To each endpoint of its partner that wants its type, an event is delivered. One whose consent is over is withheld.
FOR_EVENTS = Statement(
    """
    SELECT endpoint.id AS endpoint_id, event.id AS event_id, event.partner_id, event.subject, event.sequence,
        event.about_partner,
        event.consent_id IS NOT NULL AND EXISTS (
            SELECT FROM webhook_consent_end AS ended WHERE ended.consent_id = event.consent_id
        ) AS withheld
    FROM webhook_event AS event
    JOIN webhook_endpoint AS endpoint ON endpoint.partner_id = event.partner_id
        AND endpoint.status IN ('active', 'paused')
        AND (cardinality(endpoint.event_types) = 0 OR event.type = ANY(endpoint.event_types))
    WHERE event.id = ANY(CAST(:ids AS uuid[]))
    ORDER BY event.position
    """
)
# What may be sent now: of each endpoint that is not left alone as many as it has places free, of each subject the first
# that waits. Where its partner does not stand well, only what is about the partner itself.
CLAIM = Statement(
    """
    WITH busy AS (
        SELECT endpoint_id, count(*) AS claimed FROM webhook_delivery
        WHERE status = 'waiting' AND claimed_until > CAST(:now AS timestamptz) GROUP BY endpoint_id
    ), ready AS (
        SELECT endpoint.id, endpoint.url, endpoint.signature, endpoint.failures > 0 AS failing,
            CASE WHEN endpoint.failures >= :breaks_at THEN 1 ELSE CAST(:of_endpoint AS integer) END
                - coalesce(busy.claimed, 0) AS free,
            coalesce(standing.may_follow AND standing.certified_until > CAST(:now AS timestamptz), false) AS stands
        FROM webhook_endpoint AS endpoint
        LEFT JOIN busy ON busy.endpoint_id = endpoint.id
        LEFT JOIN partner_standing AS standing ON standing.partner_id = endpoint.partner_id
        WHERE endpoint.status = 'active'
            AND (endpoint.broken_until IS NULL OR endpoint.broken_until <= CAST(:now AS timestamptz))
            AND EXISTS (
                SELECT FROM webhook_delivery AS due
                WHERE due.endpoint_id = endpoint.id AND due.status = 'waiting'
                    AND due.next_at <= CAST(:now AS timestamptz)
            )
    ), picked AS (
        SELECT due.id, ready.url, ready.signature, ready.failing FROM ready CROSS JOIN LATERAL (
            SELECT delivery.id, delivery.next_at FROM webhook_delivery AS delivery
            WHERE delivery.endpoint_id = ready.id AND delivery.status = 'waiting'
                AND delivery.next_at <= CAST(:now AS timestamptz)
                AND (delivery.claimed_until IS NULL OR delivery.claimed_until <= CAST(:now AS timestamptz))
                AND (ready.stands OR delivery.about_partner)
                AND NOT EXISTS (
                    SELECT FROM webhook_delivery AS earlier
                    WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.subject = delivery.subject
                        AND earlier.status = 'waiting'
                        AND (earlier.sequence, earlier.id) < (delivery.sequence, delivery.id)
                )
            ORDER BY delivery.next_at LIMIT greatest(ready.free, 0)
            FOR NO KEY UPDATE OF delivery SKIP LOCKED
        ) AS due ORDER BY due.next_at LIMIT :most
    )
    UPDATE webhook_delivery AS delivery
    SET claim = CAST(:claim AS uuid), claimed_until = CAST(:until AS timestamptz), attempts = delivery.attempts + 1
    FROM picked JOIN webhook_event AS event ON true
    WHERE delivery.id = picked.id AND event.id = delivery.event_id
    RETURNING delivery.id, delivery.endpoint_id, delivery.attempts, delivery.deadline, picked.url, picked.signature,
        picked.failing,
        event.id AS event_id, event.type, event.occurred_at, event.subject, event.sequence, event.data
    """
)
FINISH = Statement(
    """
    UPDATE webhook_delivery AS delivery
    SET status = given.status, next_at = given.next_at, claim = NULL, claimed_until = NULL,
        finished_at = CASE WHEN given.status = 'waiting' THEN NULL ELSE CAST(:now AS timestamptz) END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:claims AS uuid[]), CAST(:statuses AS text[]), CAST(:next AS timestamptz[]))
        AS given (id, claim, status, next_at)
    WHERE delivery.id = given.id AND delivery.claim = given.claim AND delivery.status = 'waiting'
    RETURNING delivery.id, delivery.endpoint_id, delivery.subject, delivery.status, delivery.next_at
    """
)
# What waits behind a delivery that is tried again later is not looked at before.
PUT_OFF = Statement(
    """
    UPDATE webhook_delivery AS delivery SET next_at = given.next_at
    FROM unnest(CAST(:endpoints AS uuid[]), CAST(:subjects AS text[]), CAST(:next AS timestamptz[]))
        AS given (endpoint_id, subject, next_at)
    WHERE delivery.endpoint_id = given.endpoint_id AND delivery.subject = given.subject
        AND delivery.status = 'waiting' AND delivery.claim IS NULL AND delivery.next_at < given.next_at
    """
)
HURRY = Statement(
    """
    UPDATE webhook_delivery SET next_at = CAST(:now AS timestamptz)
    WHERE endpoint_id = ANY(CAST(:endpoints AS uuid[])) AND status = 'waiting' AND claim IS NULL
        AND next_at > CAST(:now AS timestamptz)
    """
)
RELEASE = Statement(
    """
    UPDATE webhook_delivery SET claim = NULL, claimed_until = NULL, attempts = attempts - 1
    WHERE claim = ANY(CAST(:claims AS uuid[])) AND id = ANY(CAST(:ids AS uuid[])) AND status = 'waiting'
    """
)
EXPIRE = text(
    """
    UPDATE webhook_delivery AS delivery
    SET finished_at = :now, claim = NULL, claimed_until = NULL,
        status = CASE WHEN delivery.about_partner OR EXISTS (
            SELECT FROM partner_standing AS standing
            WHERE standing.partner_id = delivery.partner_id AND standing.may_follow AND standing.certified_until > :now
        ) THEN 'failed' ELSE 'withheld' END
    WHERE id IN (
        SELECT id FROM webhook_delivery
        WHERE status = 'waiting' AND deadline <= :now AND (claimed_until IS NULL OR claimed_until <= :now)
        ORDER BY deadline LIMIT :most FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)
WITHHOLD = text(
    """
    UPDATE webhook_delivery SET status = 'withheld', finished_at = :now, claim = NULL, claimed_until = NULL
    WHERE status = 'waiting' AND event_id IN (
        SELECT id FROM webhook_event WHERE consent_id = ANY(CAST(:consents AS uuid[]))
    )
    """
)
CANCEL = text(
    "UPDATE webhook_delivery SET status = 'cancelled', finished_at = :now, claim = NULL, claimed_until = NULL"
    " WHERE endpoint_id = :endpoint_id AND status = 'waiting'"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process is to send now."""

    id: UUID
    endpoint_id: UUID
    claim: UUID
    attempt: int
    deadline: datetime
    url: str
    signature: str
    event_id: UUID
    type: str
    occurred_at: datetime
    subject: str
    sequence: int
    data: str
    failing: bool  # have attempts at the endpoint failed?


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a delivery that was tried."""

    id: UUID
    endpoint_id: UUID
    subject: str
    status: DeliveryStatus
    next_at: datetime


async def add_for_events(session: AsyncSession, event_ids: Sequence[UUID], now: datetime, deadline: datetime) -> int:
    """Have events delivered to all endpoints that want them; returns how many deliveries that makes."""
    pairs = await FOR_EVENTS.fetch(session, ids=list(event_ids))
    deliveries = [
        DeliveryRow(
            id=new_id(),
            endpoint_id=row["endpoint_id"],
            event_id=row["event_id"],
            partner_id=row["partner_id"],
            subject=row["subject"],
            sequence=row["sequence"],
            about_partner=row["about_partner"],
            status="withheld" if row["withheld"] else "waiting",
            created_at=now,
            next_at=now,
            deadline=deadline,
            finished_at=now if row["withheld"] else None,
        )
        for row in pairs
    ]
    await rows.insert(session, deliveries)
    return len(deliveries)


def delivery_row(event: EventRow, endpoint_id: UUID, now: datetime, deadline: datetime, *, replay: bool) -> DeliveryRow:
    assert event.sequence is not None, "an event without a place is not sent"
    return DeliveryRow(
        id=new_id(),
        endpoint_id=endpoint_id,
        event_id=event.id,
        partner_id=event.partner_id,
        subject=event.subject,
        sequence=event.sequence,
        about_partner=event.about_partner,
        status="waiting",
        created_at=now,
        next_at=now,
        deadline=deadline,
        replay=replay,
    )


async def add(session: AsyncSession, deliveries: Sequence[DeliveryRow]) -> None:
    await rows.insert(session, deliveries)


async def claim(
    session: AsyncSession,
    *,
    claim_id: UUID,
    most: int,
    of_endpoint: int,
    breaks_at: int,
    now: datetime,
    until: datetime,
) -> Sequence[Claimed]:
    """Take what may be sent now, at most so many; nobody else takes it until `until`."""
    taken = await CLAIM.fetch(
        session, now=now, until=until, claim=claim_id, most=most, of_endpoint=of_endpoint, breaks_at=breaks_at
    )
    return [
        Claimed(
            row["id"], row["endpoint_id"], claim_id, row["attempts"], row["deadline"], row["url"], row["signature"],
            row["event_id"], row["type"], row["occurred_at"], row["subject"], row["sequence"], row["data"],
            row["failing"],
        )
        for row in taken
    ]  # fmt: skip


async def finish(
    session: AsyncSession, moves: Sequence[tuple[Outcome, DeliveryStatus, datetime]], now: datetime
) -> Sequence[Finished]:
    """Keep what became of deliveries. One that was claimed by somebody else meanwhile is left to them."""
    finished = await FINISH.fetch(
        session,
        ids=[outcome.delivery_id for outcome, _, _ in moves],
        claims=[outcome.claim for outcome, _, _ in moves],
        statuses=[str(status) for _, status, _ in moves],
        next=[next_at for _, _, next_at in moves],
        now=now,
    )
    return [
        Finished(row["id"], row["endpoint_id"], row["subject"], DeliveryStatus(row["status"]), row["next_at"])
        for row in finished
    ]


async def put_off(session: AsyncSession, deliveries: Sequence[Finished]) -> None:
    """Have what waits behind these wait as long as they do."""
    await PUT_OFF.fetch(
        session,
        endpoints=[delivery.endpoint_id for delivery in deliveries],
        subjects=[delivery.subject for delivery in deliveries],
        next=[delivery.next_at for delivery in deliveries],
    )


async def send_now(session: AsyncSession, endpoint_ids: Sequence[UUID], now: datetime) -> None:
    """Have all that waits for these endpoints tried now."""
    await HURRY.fetch(session, endpoints=list(endpoint_ids), now=now)


async def release(session: AsyncSession, claimed: Sequence[Claimed]) -> None:
    """Give back what was claimed and not tried."""
    await RELEASE.fetch(
        session,
        claims=list({delivery.claim for delivery in claimed}),
        ids=[delivery.id for delivery in claimed],
    )


async def log_attempts(session: AsyncSession, outcomes: Sequence[Outcome]) -> None:
    await rows.insert(
        session,
        [
            AttemptRow(
                delivery_id=outcome.delivery_id,
                at=outcome.at,
                url=outcome.url,
                status=outcome.answer.status,
                error=outcome.answer.error,
                milliseconds=outcome.answer.milliseconds,
                answer=outcome.answer.body,
            )
            for outcome in outcomes
        ],
    )


async def expire(session: AsyncSession, now: datetime, most: int) -> int:
    """Give up what has waited for its whole time: failed, or withheld where its partner does not stand well."""
    return len((await session.scalars(EXPIRE, {"now": now, "most": most})).all())


async def withhold(session: AsyncSession, consent_ids: Sequence[UUID], now: datetime) -> None:
    await session.execute(WITHHOLD, {"consents": list(consent_ids), "now": now})


async def cancel(session: AsyncSession, endpoint_id: UUID, now: datetime) -> None:
    await session.execute(CANCEL, {"endpoint_id": endpoint_id, "now": now})


async def of_partner(
    session: AsyncSession,
    partner_id: UUID,
    *,
    endpoint_id: UUID | None,
    event_id: UUID | None,
    status: str | None,
    part: Part[tuple[UUID]],
) -> Sequence[tuple[DeliveryRow, EventRow]]:
    """Deliveries of a partner with their events, newest first."""
    query = select(DeliveryRow, EventRow).join(EventRow, col(EventRow.id) == col(DeliveryRow.event_id))
    query = query.where(col(DeliveryRow.partner_id) == partner_id)
    if endpoint_id is not None:
        query = query.where(col(DeliveryRow.endpoint_id) == endpoint_id)
    if event_id is not None:
        query = query.where(col(DeliveryRow.event_id) == event_id)
    if status is not None:
        query = query.where(col(DeliveryRow.status) == status)
    rows_found = await session.execute(part.of(query, col(DeliveryRow.id), descending=True))
    return [(delivery, event) for delivery, event in rows_found]


async def attempts(
    session: AsyncSession, delivery_ids: Sequence[UUID], of_each: int
) -> Mapping[UUID, Sequence[AttemptRow]]:
    """The newest attempts of each delivery, the newest first."""
    numbered = text(
        """
        SELECT attempt.id FROM unnest(CAST(:ids AS uuid[])) AS given (delivery_id) CROSS JOIN LATERAL (
            SELECT id FROM webhook_attempt WHERE delivery_id = given.delivery_id ORDER BY id DESC LIMIT :of_each
        ) AS attempt
        """
    )
    ids = (await session.scalars(numbered, {"ids": list(delivery_ids), "of_each": of_each})).all()
    query = select(AttemptRow).where(col(AttemptRow.id).in_(ids)).order_by(col(AttemptRow.id).desc())
    by_delivery: dict[UUID, list[AttemptRow]] = {}
    for row in await session.scalars(query):
        by_delivery.setdefault(row.delivery_id, []).append(row)
    return by_delivery

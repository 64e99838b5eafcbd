"""People's messages: their inbox, and what is to be sent by which channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from chassis.statements import Statement
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.domain.messages import MessageStatus
from notifications.tables import MessageDeliveryRow, MessageRow

# The last of a kind that went, or is to go, to each of these by each channel; and how many of theirs wait.
LAST = Statement(
    """
    SELECT person_id, kind, channel, max(scheduled_at) AS last FROM message_delivery
    WHERE person_id = ANY(CAST(:people AS uuid[])) AND kind = ANY(CAST(:kinds AS text[]))
        AND scheduled_at > CAST(:since AS timestamptz) AND status IN ('waiting', 'sent')
    GROUP BY person_id, kind, channel
    """
)
WAITING = Statement(
    """
    SELECT person_id, count(*) AS waiting FROM message_delivery
    WHERE person_id = ANY(CAST(:people AS uuid[])) AND status = 'waiting' GROUP BY person_id
    """
)
# Of each channel that does not rest as many as there are places for; of one that failed and is tried again, one. What
# goes together lies together.
CLAIM = Statement(
    """
    WITH place AS (
        SELECT channel,
            CASE WHEN coalesce(rest.failures, 0) >= :breaks_at THEN 1 ELSE CAST(:most AS integer) END AS free
        FROM unnest(CAST(:channels AS text[])) AS each (channel) LEFT JOIN channel_rest AS rest USING (channel)
        WHERE rest.until IS NULL OR rest.until <= CAST(:now AS timestamptz)
    ), picked AS (
        SELECT due.id, due.claim FROM place CROSS JOIN LATERAL (
            SELECT delivery.id, delivery.claim FROM message_delivery AS delivery
            WHERE delivery.channel = place.channel AND delivery.status = 'waiting'
                AND delivery.next_at <= CAST(:now AS timestamptz)
                AND (delivery.claimed_until IS NULL OR delivery.claimed_until <= CAST(:now AS timestamptz))
            ORDER BY delivery.next_at, delivery.person_id, delivery.kind LIMIT place.free FOR NO KEY UPDATE SKIP LOCKED
        ) AS due
    )
    UPDATE message_delivery AS delivery
    SET claim = CAST(:claim AS uuid), claimed_until = CAST(:until AS timestamptz), attempts = delivery.attempts + 1
    FROM picked WHERE delivery.id = picked.id
    RETURNING delivery.id, delivery.message_id, delivery.person_id, delivery.kind, delivery.channel, delivery.urgent,
        delivery.carried, delivery.attempts, delivery.expires_at, delivery.sealed_to, delivery.sealed_text,
        picked.claim AS claimed_before
    """
)
FINISH = Statement(
    """
    UPDATE message_delivery AS delivery
    SET status = given.status, next_at = given.next_at, reason = given.reason, claim = NULL, claimed_until = NULL,
        finished_at = CASE WHEN given.status = 'waiting' THEN NULL ELSE CAST(:now AS timestamptz) END,
        sealed_to = CASE WHEN given.status = 'waiting' THEN delivery.sealed_to END,
        sealed_text = CASE WHEN given.status = 'waiting' THEN delivery.sealed_text END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:statuses AS text[]), CAST(:next AS timestamptz[]), CAST(:reasons AS text[]))
        AS given (id, status, next_at, reason)
    WHERE delivery.id = given.id AND delivery.claim = CAST(:claim AS uuid) AND delivery.status = 'waiting'
    """
)
RELEASE = Statement(
    """
    UPDATE message_delivery SET claim = NULL, claimed_until = NULL, attempts = attempts - 1,
        next_at = greatest(next_at, CAST(:at AS timestamptz))
    WHERE claim = CAST(:claim AS uuid) AND id = ANY(CAST(:ids AS uuid[])) AND status = 'waiting'
    """
)
CANCEL = Statement(
    """
    UPDATE message_delivery SET status = 'cancelled', finished_at = CAST(:now AS timestamptz), claim = NULL,
        claimed_until = NULL, sealed_to = NULL, sealed_text = NULL
    WHERE topic = ANY(CAST(:topics AS text[])) AND topic <> '' AND status = 'waiting'
    """
)
MARK = Statement(
    """
    UPDATE message SET read_at = CAST(:now AS timestamptz)
    WHERE person_id = CAST(:person AS uuid) AND read_at IS NULL
        AND (id = ANY(CAST(:ids AS uuid[])) OR id <= CAST(:until AS uuid))
    RETURNING id
    """
)
REST = Statement(
    """
    INSERT INTO channel_rest AS rest (channel, failures, until)
    VALUES (:channel, least(CAST(:breaks_at AS integer), CAST(:failed AS integer)), NULL)
    ON CONFLICT (channel) DO UPDATE
    SET until = NULL, failures = CASE
        WHEN CAST(:took AS boolean) THEN 0
        WHEN rest.failures >= CAST(:breaks_at AS integer) THEN rest.failures + 1
        ELSE least(CAST(:breaks_at AS integer), rest.failures + EXCLUDED.failures)
    END
    RETURNING failures
    """
)
COUNTS = text(
    "SELECT channel, status, count(*) AS count FROM message_delivery WHERE created_at > :since GROUP BY channel, status"
    " ORDER BY channel, status"
)
FORGET = text(
    """
    WITH settings AS (DELETE FROM message_settings WHERE person_id = :person),
        choices AS (DELETE FROM message_choice WHERE person_id = :person),
        subscriptions AS (DELETE FROM push_subscription WHERE person_id = :person)
    DELETE FROM message WHERE person_id = :person
    """
)


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message by a channel, that this process is to send now."""

    id: UUID
    message_id: UUID | None
    person_id: UUID | None
    kind: str
    channel: str
    urgent: bool
    carried: bool
    attempt: int
    expires_at: datetime | None
    sealed_to: bytes | None
    sealed_text: bytes | None
    claimed_before: UUID | None  # whose claim ran out: it may have been sent, with all that were claimed with it


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a delivery: it is over, or waits until a moment."""

    id: UUID
    status: MessageStatus
    next_at: datetime
    reason: str = ""


async def add(session: AsyncSession, messages: Sequence[MessageRow], deliveries: Sequence[MessageDeliveryRow]) -> None:
    await rows.insert(session, messages)
    await rows.insert(session, deliveries)


async def carry(session: AsyncSession, deliveries: Sequence[MessageDeliveryRow]) -> int:
    """Add what identity has carried; returns how many were not there before."""
    query = select(MessageDeliveryRow.id).where(col(MessageDeliveryRow.id).in_([row.id for row in deliveries]))
    known = set(await session.scalars(query))
    await rows.insert(session, [row for row in deliveries if row.id not in known], "ON CONFLICT DO NOTHING")
    return len(deliveries) - len(known)


async def last_of(
    session: AsyncSession, people: Sequence[UUID], kinds: Sequence[str], since: datetime
) -> Mapping[tuple[UUID, str, str], datetime]:
    rows = await LAST.fetch(session, people=list(people), kinds=list(kinds), since=since)
    return {(row["person_id"], row["kind"], row["channel"]): row["last"] for row in rows}


async def waiting_of(session: AsyncSession, people: Sequence[UUID]) -> Mapping[UUID, int]:
    return {row["person_id"]: row["waiting"] for row in await WAITING.fetch(session, people=list(people))}


async def claim(
    session: AsyncSession,
    *,
    claim_id: UUID,
    channels: Sequence[str],
    most: int,
    breaks_at: int,
    now: datetime,
    until: datetime,
) -> Sequence[ClaimedMessage]:
    """Take what may be sent now, at most so many by each channel; nobody else takes it until `until`."""
    taken = await CLAIM.fetch(
        session, claim=claim_id, channels=list(channels), most=most, breaks_at=breaks_at, now=now, until=until
    )
    return [
        ClaimedMessage(
            row["id"], row["message_id"], row["person_id"], row["kind"], row["channel"], row["urgent"], row["carried"],
            row["attempts"], row["expires_at"], row["sealed_to"], row["sealed_text"], row["claimed_before"],
        )
        for row in taken
    ]  # fmt: skip


async def finish(session: AsyncSession, claim_id: UUID, steps: Sequence[Step], now: datetime) -> None:
    """Keep what became of deliveries. One that was claimed by somebody else meanwhile is left to them."""
    await FINISH.fetch(
        session,
        claim=claim_id,
        ids=[step.id for step in steps],
        statuses=[str(step.status) for step in steps],
        next=[step.next_at for step in steps],
        reasons=[step.reason for step in steps],
        now=now,
    )


async def release(session: AsyncSession, claim_id: UUID, ids: Sequence[UUID], at: datetime) -> None:
    """Give back what was claimed and not tried."""
    await RELEASE.fetch(session, claim=claim_id, ids=list(ids), at=at)


async def cancel(session: AsyncSession, topics: Sequence[str], now: datetime) -> None:
    """Send nothing of these any more."""
    await CANCEL.fetch(session, topics=list(topics), now=now)


async def note_attempts(session: AsyncSession, channel: str, failed: int, breaks_at: int, *, took: bool) -> int:
    """Count failures of a channel in a row; returns how many there are. Taking a message ends them. Those that fail
    together break it, and no more: how long it rests goes by how often it was tried again."""
    (row,) = await REST.fetch(session, channel=channel, failed=0 if took else failed, breaks_at=breaks_at, took=took)
    return int(row["failures"])


async def rest(session: AsyncSession, channel: str, until: datetime) -> None:
    await session.execute(
        text("UPDATE channel_rest SET until = :until WHERE channel = :channel"), {"until": until, "channel": channel}
    )


async def by_ids(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, MessageRow]:
    query = select(MessageRow).where(col(MessageRow.id).in_(ids))
    return {row.id: row for row in await session.scalars(query)}


async def of_person(
    session: AsyncSession, person_id: UUID, *, unread: bool, part: Part[tuple[UUID]]
) -> Sequence[MessageRow]:
    """Somebody's messages, newest first."""
    query = select(MessageRow).where(col(MessageRow.person_id) == person_id)
    if unread:
        query = query.where(col(MessageRow.read_at).is_(None))
    return (await session.scalars(part.of(query, col(MessageRow.id), descending=True))).all()


async def deliveries_of(
    session: AsyncSession, message_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[MessageDeliveryRow]]:
    query = select(MessageDeliveryRow).where(col(MessageDeliveryRow.message_id).in_(message_ids))
    by_message: dict[UUID, list[MessageDeliveryRow]] = {}
    for row in await session.scalars(query.order_by(col(MessageDeliveryRow.channel), col(MessageDeliveryRow.id))):
        by_message.setdefault(row.message_id or row.id, []).append(row)
    return by_message


async def unread(session: AsyncSession, person_id: UUID) -> int:
    query = select(func.count()).where(col(MessageRow.person_id) == person_id, col(MessageRow.read_at).is_(None))
    return int(await session.scalar(query) or 0)


async def mark_read(
    session: AsyncSession, person_id: UUID, ids: Sequence[UUID], until: UUID | None, now: datetime
) -> int:
    return len(await MARK.fetch(session, person=person_id, ids=list(ids), until=until, now=now))


async def counts(session: AsyncSession, since: datetime) -> Sequence[Any]:
    return (await session.execute(COUNTS, {"since": since})).all()


async def forget(session: AsyncSession, person_id: UUID) -> None:
    """Erase all there is of somebody: their messages, with how they were sent, and what they chose."""
    await session.execute(FORGET, {"person": person_id})

"""What happened, as partners are told of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.tables import ConsentEndRow, EventRow

# One transaction at a time records events of a partner: so those of a higher place are committed later, and whoever
# reads on after a place misses none.
LOCK_PARTNERS = Statement(
    """
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended('webhook events of ' || partner, 0) AS key
        FROM unnest(CAST(:partners AS text[])) AS partner ORDER BY key
    ) AS keys
    """
)
MEET_SUBJECTS = Statement(
    """
    INSERT INTO webhook_subject AS known (partner_id, subject, is_open, last_sequence)
    SELECT partner_id, subject, bool_or(is_open), 0
    FROM unnest(CAST(:partners AS uuid[]), CAST(:subjects AS text[]), CAST(:opened AS boolean[]))
        AS given (partner_id, subject, is_open)
    GROUP BY partner_id, subject ORDER BY partner_id, subject
    ON CONFLICT (partner_id, subject) DO UPDATE SET is_open = known.is_open OR excluded.is_open
    RETURNING partner_id, subject, is_open, last_sequence
    """
)
# Held events of subjects that are open now, in the order in which they came.
RELEASED = Statement(
    """
    SELECT event.id, event.partner_id, event.subject FROM webhook_event AS event
    JOIN unnest(CAST(:partners AS uuid[]), CAST(:subjects AS text[])) AS given (partner_id, subject)
        USING (partner_id, subject)
    WHERE event.sequence IS NULL AND NOT event.id = ANY(CAST(:first AS uuid[]))
    ORDER BY event.recorded_at, event.occurred_at, event.id
    FOR NO KEY UPDATE OF event
    """
)
PLACE = Statement(
    """
    WITH given AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:sequences AS bigint[])) WITH ORDINALITY
            AS given (id, sequence, number)
    ), placed AS (
        SELECT id, sequence, nextval('webhook_event_position') AS position FROM given ORDER BY number
    )
    UPDATE webhook_event AS event SET sequence = placed.sequence, position = placed.position
    FROM placed WHERE event.id = placed.id
    """
)
COUNT_ON = Statement(
    """
    UPDATE webhook_subject AS known SET last_sequence = given.last_sequence
    FROM unnest(CAST(:partners AS uuid[]), CAST(:subjects AS text[]), CAST(:last AS bigint[]))
        AS given (partner_id, subject, last_sequence)
    WHERE known.partner_id = given.partner_id AND known.subject = given.subject
    """
)
NEW_CONSENT_ENDS = Statement(
    """
    INSERT INTO webhook_consent_end (consent_id, ended_at)
    SELECT DISTINCT ended, CAST(:now AS timestamptz) FROM unnest(CAST(:ids AS uuid[])) AS ended ORDER BY ended
    ON CONFLICT DO NOTHING
    """
)


async def lock_partners(session: AsyncSession, partners: Sequence[UUID]) -> None:
    await LOCK_PARTNERS.fetch(session, partners=[str(partner) for partner in partners])


async def add(session: AsyncSession, events: Sequence[EventRow]) -> None:
    await rows.insert(session, events, "ON CONFLICT (id) DO NOTHING")


async def meet_subjects(
    session: AsyncSession, subjects: Sequence[tuple[UUID, str, bool]]
) -> Mapping[tuple[UUID, str], tuple[bool, int]]:
    """Take note of subjects, and of which may be spoken of; returns that, and how many events each has had."""
    met = await MEET_SUBJECTS.fetch(
        session,
        partners=[partner for partner, _, _ in subjects],
        subjects=[subject for _, subject, _ in subjects],
        opened=[is_open for _, _, is_open in subjects],
    )
    return {(row["partner_id"], row["subject"]): (row["is_open"], row["last_sequence"]) for row in met}


async def held(
    session: AsyncSession, subjects: Sequence[tuple[UUID, str]], first: Sequence[UUID]
) -> Sequence[tuple[UUID, UUID, str]]:
    """Events of these subjects that have no place yet, but for those named: their ids, partners and subjects."""
    released = await RELEASED.fetch(
        session,
        partners=[partner for partner, _ in subjects],
        subjects=[subject for _, subject in subjects],
        first=list(first),
    )
    return [(row["id"], row["partner_id"], row["subject"]) for row in released]


async def place(session: AsyncSession, sequences: Mapping[UUID, int]) -> None:
    """Number events within their subjects, and put them after all others, in this order."""
    await PLACE.fetch(session, ids=list(sequences), sequences=list(sequences.values()))


async def count_on(session: AsyncSession, last: Mapping[tuple[UUID, str], int]) -> None:
    await COUNT_ON.fetch(
        session,
        partners=[partner for partner, _ in last],
        subjects=[subject for _, subject in last],
        last=list(last.values()),
    )


async def end_consents(session: AsyncSession, consent_ids: Sequence[UUID], now: datetime) -> None:
    await NEW_CONSENT_ENDS.fetch(session, ids=list(consent_ids), now=now)


async def ended_among(session: AsyncSession, consent_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these consents are over."""
    query = select(ConsentEndRow.consent_id).where(col(ConsentEndRow.consent_id).in_(consent_ids))
    return frozenset(await session.scalars(query)) if consent_ids else frozenset()


async def of_partner(
    session: AsyncSession,
    partner_id: UUID,
    *,
    types: Sequence[str],
    since: datetime | None,
    part: Part[tuple[int]],
    newest_first: bool,
) -> Sequence[EventRow]:
    """Events that a partner may know of, by their places."""
    position = col(EventRow.position)
    query = select(EventRow).where(col(EventRow.partner_id) == partner_id, position.is_not(None))
    if types:
        query = query.where(col(EventRow.type).in_(types))
    if since is not None:
        query = query.where(col(EventRow.occurred_at) >= since)
    return (await session.scalars(part.of(query, position, descending=newest_first))).all()


async def to_replay(
    session: AsyncSession,
    partner_id: UUID,
    *,
    ids: Sequence[UUID],
    types: Sequence[str],
    since: datetime | None,
    limit: int,
) -> Sequence[EventRow]:
    """Events of a partner to send again: those named, or of these types since a moment, in their order."""
    query = select(EventRow).where(col(EventRow.partner_id) == partner_id, col(EventRow.position).is_not(None))
    query = query.where(col(EventRow.id).in_(ids)) if ids else query.where(col(EventRow.recorded_at) >= since)
    if types:
        query = query.where(col(EventRow.type).in_(types))
    return (
        await session.scalars(query.order_by(col(EventRow.recorded_at), col(EventRow.position)).limit(limit + 1))
    ).all()

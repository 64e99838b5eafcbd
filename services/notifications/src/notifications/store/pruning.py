"""Deleting what nobody looks at any more, a bounded number of rows at a time."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.domain.messages import ADDRESS_DEAD_FOR

ATTEMPTS_FOR, EVENTS_FOR = timedelta(days=7), timedelta(days=30)
MESSAGES_FOR, CARRIED_FOR = timedelta(days=365), timedelta(days=30)

ATTEMPTS = text(
    """
    DELETE FROM webhook_attempt WHERE id IN (
        SELECT id FROM webhook_attempt WHERE at < :before ORDER BY at LIMIT :most
    )
    """
)
DELIVERIES = text(
    """
    DELETE FROM webhook_delivery WHERE id IN (
        SELECT id FROM webhook_delivery WHERE finished_at < :before ORDER BY finished_at LIMIT :most
    )
    """
)
EVENTS = text(
    """
    DELETE FROM webhook_event WHERE id IN (
        SELECT id FROM webhook_event AS event WHERE recorded_at < :before AND NOT EXISTS (
            SELECT FROM webhook_delivery AS delivery WHERE delivery.event_id = event.id
        ) ORDER BY recorded_at LIMIT :most
    )
    """
)
CONSENT_ENDS = text(
    """
    DELETE FROM webhook_consent_end WHERE consent_id IN (
        SELECT consent_id FROM webhook_consent_end WHERE ended_at < :before ORDER BY ended_at LIMIT :most
    )
    """
)
RUNS = text(
    """
    DELETE FROM conformance_run WHERE id IN (
        SELECT id FROM conformance_run WHERE started_at < :before ORDER BY started_at LIMIT :most
    )
    """
)
# With how they were sent.
MESSAGES = text(
    """
    DELETE FROM message WHERE id IN (
        SELECT id FROM message WHERE created_at < :before ORDER BY created_at LIMIT :most
    )
    """
)
CARRIED = text(
    """
    DELETE FROM message_delivery WHERE id IN (
        SELECT id FROM message_delivery WHERE finished_at < :before AND carried ORDER BY finished_at LIMIT :most
    )
    """
)
NOTICES = text(
    """
    DELETE FROM notice WHERE id IN (
        SELECT id FROM notice WHERE done_at < :before ORDER BY done_at LIMIT :most
    )
    """
)
DEAD_ADDRESSES = text(
    """
    DELETE FROM dead_address WHERE address_mac IN (
        SELECT address_mac FROM dead_address WHERE since < :before ORDER BY since LIMIT :most
    )
    """
)


async def prune(session: AsyncSession, now: datetime, most: int) -> bool:
    """Delete what is older than it is kept for; True where there may be more."""
    full = False
    for statement, kept_for in (
        (ATTEMPTS, ATTEMPTS_FOR),
        (DELIVERIES, EVENTS_FOR),
        (EVENTS, EVENTS_FOR + timedelta(days=1)),
        (RUNS, EVENTS_FOR),
        (CONSENT_ENDS, EVENTS_FOR + timedelta(days=2)),
        (MESSAGES, MESSAGES_FOR),
        (CARRIED, CARRIED_FOR),
        (NOTICES, CARRIED_FOR),
        (DEAD_ADDRESSES, ADDRESS_DEAD_FOR),
    ):
        deleted = await session.execute(statement, {"before": now - kept_for, "most": most})
        full = full or getattr(deleted, "rowcount", 0) == most
    return full

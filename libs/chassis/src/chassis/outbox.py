"""Events are written beside the state they tell of, in the same transaction; the relay sends them afterwards."""

from dataclasses import dataclass
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import telemetry
from chassis.ids import new_id
from chassis.statements import Statement

PUBLISHED = "outbox"  # where a session keeps what was published in its transaction
INSERT = Statement(
    """
    INSERT INTO outbox (id, subject, type, payload, traceparent, cause)
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:subjects AS text[]), CAST(:types AS text[]),
        CAST(:payloads AS bytea[]), CAST(:traces AS text[]), CAST(:causes AS uuid[])
    )
    """
)


@dataclass(frozen=True, slots=True)
class Cause:
    """What an event follows from: the event that was handled, and its trace."""

    event_id: UUID | None
    traceparent: str


@dataclass(frozen=True, slots=True)
class Pending:
    id: UUID
    subject: str
    type: str
    payload: bytes
    traceparent: str
    cause: UUID | None


def publish(session: AsyncSession, event: Message, key: object, cause: Cause | None = None) -> None:
    """Announce `event` about the aggregate `key` if and only if this transaction commits.

    Within a batch name the `cause`, so that one order's trace does not run into another's.
    """
    pending: list[Pending] = session.info.setdefault(PUBLISHED, [])
    name = event.DESCRIPTOR.full_name
    pending.append(
        Pending(
            id=new_id(),
            subject=f"{name}.{key}",
            type=name,
            payload=event.SerializeToString(),
            traceparent=cause.traceparent if cause else telemetry.traceparent(),
            cause=cause.event_id if cause else None,
        )
    )


async def write(session: AsyncSession) -> bool:
    """Insert what was published since the last call, in one statement. Was there anything?"""
    pending: list[Pending] = session.info.pop(PUBLISHED, [])
    if not pending:
        return False
    await INSERT.fetch(
        session,
        ids=[event.id for event in pending],
        subjects=[event.subject for event in pending],
        types=[event.type for event in pending],
        payloads=[event.payload for event in pending],
        traces=[event.traceparent for event in pending],
        causes=[event.cause for event in pending],
    )
    return True

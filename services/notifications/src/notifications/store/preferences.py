"""How people want to be told: what they chose, and the browsers that show them messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.statements import Statement
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.tables import (
    ChannelRestRow,
    DeadAddressRow,
    MessageChoiceRow,
    MessageSettingsRow,
    PushSubscriptionRow,
)

DEAD = Statement(
    "SELECT address_mac FROM dead_address"
    " WHERE address_mac = ANY(CAST(:macs AS bytea[])) AND since > CAST(:since AS timestamptz)"
)


async def settings_of(session: AsyncSession, people: Sequence[UUID]) -> Mapping[UUID, MessageSettingsRow]:
    query = select(MessageSettingsRow).where(col(MessageSettingsRow.person_id).in_(people))
    return {row.person_id: row for row in await session.scalars(query)}


async def put_settings(session: AsyncSession, row: MessageSettingsRow) -> None:
    values = {
        "person_id": row.person_id,
        "locale": row.locale,
        "quiet_from": row.quiet_from,
        "quiet_until": row.quiet_until,
        "changed_at": row.changed_at,
    }
    statement = upsert(MessageSettingsRow).values(values)
    changed = {name: value for name, value in values.items() if name != "person_id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=changed))


async def choices_of(session: AsyncSession, people: Sequence[UUID]) -> Mapping[UUID, Mapping[tuple[str, str], bool]]:
    """By person: by kind and channel, whether they want it."""
    chosen: dict[UUID, dict[tuple[str, str], bool]] = {}
    query = select(MessageChoiceRow).where(col(MessageChoiceRow.person_id).in_(people))
    for row in await session.scalars(query):
        chosen.setdefault(row.person_id, {})[row.kind, row.channel] = row.is_on
    return chosen


async def put_choices(session: AsyncSession, choices: Sequence[MessageChoiceRow]) -> None:
    await rows.insert(session, choices, "ON CONFLICT (person_id, kind, channel) DO UPDATE SET is_on = EXCLUDED.is_on")


async def subscriptions_of(
    session: AsyncSession, people: Sequence[UUID]
) -> Mapping[UUID, Sequence[PushSubscriptionRow]]:
    by_person: dict[UUID, list[PushSubscriptionRow]] = {}
    query = select(PushSubscriptionRow).where(col(PushSubscriptionRow.person_id).in_(people))
    for row in await session.scalars(query.order_by(col(PushSubscriptionRow.id))):
        by_person.setdefault(row.person_id, []).append(row)
    return by_person


async def count_subscriptions(session: AsyncSession, person_id: UUID) -> int:
    """How many browsers show somebody's messages; nobody else adds one of theirs in this transaction."""
    await rows.lock_count(session, "push subscriptions", person_id)
    query = select(func.count()).where(col(PushSubscriptionRow.person_id) == person_id)
    return int(await session.scalar(query) or 0)


async def subscription_at(session: AsyncSession, person_id: UUID, endpoint_sha256: bytes) -> PushSubscriptionRow | None:
    query = select(PushSubscriptionRow).where(
        col(PushSubscriptionRow.person_id) == person_id, col(PushSubscriptionRow.endpoint_sha256) == endpoint_sha256
    )
    return (await session.scalars(query)).one_or_none()


async def end_subscription(session: AsyncSession, subscription_id: UUID, person_id: UUID) -> PushSubscriptionRow | None:
    query = delete(PushSubscriptionRow).where(
        col(PushSubscriptionRow.id) == subscription_id, col(PushSubscriptionRow.person_id) == person_id
    )
    return (await session.scalars(query.returning(PushSubscriptionRow))).one_or_none()


async def end_subscriptions(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Those of browsers that are gone."""
    await session.execute(delete(PushSubscriptionRow).where(col(PushSubscriptionRow.id).in_(ids)))


async def dead_of(session: AsyncSession, macs: Sequence[bytes], since: datetime) -> frozenset[bytes]:
    return frozenset(bytes(row["address_mac"]) for row in await DEAD.fetch(session, macs=list(macs), since=since))


async def mark_dead(session: AsyncSession, macs: Sequence[bytes], now: datetime) -> None:
    await rows.insert(
        session,
        [DeadAddressRow(address_mac=mac, since=now) for mac in macs],
        "ON CONFLICT (address_mac) DO UPDATE SET since = EXCLUDED.since",
    )


async def rests(session: AsyncSession) -> Sequence[ChannelRestRow]:
    return (await session.scalars(select(ChannelRestRow).order_by(col(ChannelRestRow.channel)))).all()

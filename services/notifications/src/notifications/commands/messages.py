"""Messages: written for the people a notice is for, claimed, and kept with what became of them."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from chassis.ids import new_id
from chassis.sealing import Sealer
from chassis.texts import TELEPHONE
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.commands.notices import sealed_as
from notifications.domain.messages import (
    BREAKS_AT,
    DIGEST_WINDOW,
    KINDS,
    QUIET_FROM,
    QUIET_UNTIL,
    WAITING_MAX,
    AudienceKind,
    Channel,
    MessageStatus,
    after_quiet,
    due_at,
    goes_by,
    rests_until,
)
from notifications.store import messages, notices, preferences
from notifications.store.messages import ClaimedMessage, Step
from notifications.tables import MessageDeliveryRow, MessageRow, MessageSettingsRow, NoticeRow

LEASE = timedelta(seconds=60)  # more than a batch may take: what is claimed longer belongs to nobody who runs
TOO_MANY = "too many wait"


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody a notice is for, with what they confirmed, the newest first."""

    account_id: UUID
    role: str
    addresses: Sequence[str]

    @property
    def emails(self) -> Sequence[str]:
        return [address for address in self.addresses if not TELEPHONE.fullmatch(address)]

    @property
    def telephones(self) -> Sequence[str]:
        """The one that they confirmed last."""
        return [address for address in self.addresses if TELEPHONE.fullmatch(address)][:1]


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the addresses of people are compared, where they are marked: by a keyed hash."""

    key: bytes

    def mac(self, address: str) -> bytes:
        return hmac.digest(self.key, address.encode(), "sha256")


@dataclass(slots=True)
class Pending:
    """What is known while messages are written: the last of each kind by each channel, and how many wait."""

    last: dict[tuple[UUID, str, str], datetime]
    waiting: dict[UUID, int]


async def write(
    session: AsyncSession,
    for_people: Sequence[tuple[NoticeRow, Sequence[Reached]]],
    *,
    sealer: Sealer,
    zone: ZoneInfo,
    now: datetime,
) -> None:
    """Write the messages of notices, one for each person, and have them sent by the channels that each person wants."""
    people = list({person.account_id for _, reached in for_people for person in reached})
    kinds = list({notice.kind for notice, _ in for_people})
    chosen = await preferences.choices_of(session, people)
    settings = await preferences.settings_of(session, people)
    subscribed = await preferences.subscriptions_of(session, people)
    since = now - DIGEST_WINDOW
    pending = Pending(
        dict(await messages.last_of(session, people, kinds, since)), dict(await messages.waiting_of(session, people))
    )
    written: list[MessageRow] = []
    deliveries: list[MessageDeliveryRow] = []
    for notice, reached in for_people:
        if notice.audience == AudienceKind.ADDRESS:
            message = message_row(notice, None, now)
            written.append(message)
            deliveries += to_addresses(notice, message, sealer, now)
        for person in reached:
            message = message_row(notice, person.account_id, now)
            written.append(message)
            kind = KINDS[notice.kind]
            has = {
                Channel.EMAIL: bool(person.emails),
                Channel.SMS: bool(person.telephones),
                Channel.PUSH: bool(subscribed.get(person.account_id)),
            }
            for channel in Channel:
                if has[channel] and goes_by(kind, channel, chosen.get(person.account_id, {})):
                    quiet = settings.get(person.account_id)
                    deliveries.append(delivery_row(notice, message, channel, pending, quiet, zone, now))
    await messages.add(session, written, deliveries)
    await notices.finish(session, [notice.id for notice, _ in for_people], now)


def message_row(notice: NoticeRow, person_id: UUID | None, now: datetime) -> MessageRow:
    return MessageRow(
        id=new_id(),
        notice_id=notice.id,
        person_id=person_id,
        kind=notice.kind,
        subject=notice.subject,
        topic=notice.topic,
        facts=notice.facts,
        created_at=now,
    )


def delivery_row(
    notice: NoticeRow,
    message: MessageRow,
    channel: Channel,
    pending: Pending,
    settings: MessageSettingsRow | None,
    zone: ZoneInfo,
    now: datetime,
) -> MessageDeliveryRow:
    """A message by a channel: at once where it is urgent; else after quiet hours, and with others of its kind. Where
    too many of somebody's wait, it is in the inbox alone, unless it is of those that cannot be switched off."""
    kind, person_id = KINDS[notice.kind], message.person_id
    assert person_id is not None, "whoever has no account has an address"
    together = (person_id, kind.name, str(channel))
    at = now
    if not kind.urgent:
        quiet_from, quiet_until = (
            (settings.quiet_from, settings.quiet_until) if settings is not None else (QUIET_FROM, QUIET_UNTIL)
        )
        at = after_quiet(due_at(now, pending.last.get(together)), quiet_from, quiet_until, zone)
    withheld = pending.waiting.get(person_id, 0) >= WAITING_MAX and not kind.fixed
    if not withheld:
        pending.last[together] = at
        pending.waiting[person_id] = pending.waiting.get(person_id, 0) + 1
    return MessageDeliveryRow(
        id=new_id(),
        message_id=message.id,
        person_id=person_id,
        kind=kind.name,
        channel=channel,
        status=MessageStatus.WITHHELD if withheld else MessageStatus.WAITING,
        urgent=kind.urgent,
        topic=notice.topic,
        created_at=now,
        scheduled_at=at,
        next_at=at,
        expires_at=notice.expires_at,
        finished_at=now if withheld else None,
        reason=TOO_MANY if withheld else "",
    )


def to_addresses(notice: NoticeRow, message: MessageRow, sealer: Sealer, now: datetime) -> Sequence[MessageDeliveryRow]:
    """The deliveries of a notice that is for addresses of the event's own."""
    assert notice.sealed_to is not None, "an audience that is an address has some"
    rows = []
    for address in orjson.loads(sealer.unseal(notice.sealed_to, sealed_as(notice.id))):
        delivery_id = new_id()
        rows.append(
            MessageDeliveryRow(
                id=delivery_id,
                message_id=message.id,
                kind=notice.kind,
                channel=channel_of(address),
                status=MessageStatus.WAITING,
                urgent=KINDS[notice.kind].urgent,
                topic=notice.topic,
                created_at=now,
                scheduled_at=now,
                next_at=now,
                sealed_to=sealer.seal(address.encode(), sealed_as(delivery_id)),
            )
        )
    return rows


def channel_of(address: str) -> Channel:
    return Channel.SMS if TELEPHONE.fullmatch(address) else Channel.EMAIL


async def carry(session: AsyncSession, texts: Sequence[tuple[UUID, str, str]], sealer: Sealer, now: datetime) -> int:
    """Have texts of identity's sent: each with its id and address. Returns how many were not carried before."""
    return await messages.carry(
        session,
        [
            MessageDeliveryRow(
                id=message_id,
                kind="",
                channel=channel_of(address),
                status=MessageStatus.WAITING,
                carried=True,
                urgent=True,
                topic="",
                created_at=now,
                scheduled_at=now,
                next_at=now,
                sealed_to=sealer.seal(address.encode(), sealed_as(message_id)),
                sealed_text=sealer.seal(text.encode(), sealed_as(message_id)),
            )
            for message_id, address, text in texts
        ],
    )


async def finish(
    session: AsyncSession,
    claim_id: UUID,
    steps: Sequence[Step],
    *,
    took: Mapping[Channel, bool],
    failures: Mapping[Channel, int],
    dead: Sequence[bytes],
    gone: Sequence[UUID],
    now: datetime,
) -> None:
    """Keep what became of messages that were tried, and go by it: addresses that nobody has are marked, browsers that
    are gone forgotten, and a channel that fails rests for a while."""
    await messages.finish(session, claim_id, steps, now)
    if dead:
        await preferences.mark_dead(session, sorted(set(dead)), now)
    if gone:
        await preferences.end_subscriptions(session, list(gone))
    for channel in sorted({*took, *failures}):
        worked = took.get(channel, False)
        count = await messages.note_attempts(session, channel, failures.get(channel, 0), BREAKS_AT, took=worked)
        until = rests_until(count, now)
        if until is not None:
            await messages.rest(session, channel, until)


async def claim(
    session: AsyncSession, channels: Sequence[Channel], most: int, now: datetime
) -> tuple[UUID, Sequence[ClaimedMessage]]:
    """Take what may be sent now."""
    claim_id = new_id()
    claimed = await messages.claim(
        session,
        claim_id=claim_id,
        channels=[str(channel) for channel in channels],
        most=most,
        breaks_at=BREAKS_AT,
        now=now,
        until=now + LEASE,
    )
    return claim_id, claimed

"""A day at a site, or the days of a calendar from one on, closed in one act."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import moments, texts
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import events
from catalog.domain.slots import SLOTS_MAX
from catalog.store import calendars, offerings, sites
from catalog.store import slots as store
from catalog.tables import LeaverRow, SlotRow

CLOSED_MAX = 10_000
LEFT = "who was to serve has left"  # what the booked read, in their language: `clients/web/src/app/reasons.ts`


async def close_day(
    session: AsyncSession, *, partner_id: UUID, site_id: UUID, day: str, reason: str, zone: ZoneInfo, now: datetime
) -> Sequence[SlotRow]:
    """Withdraw every coming slot of a day at a site."""
    checked, closed = texts.reason(reason), coming_day(day, "day", zone, now)
    if not any(site.partner_id == partner_id for site in await sites.by_ids(session, [site_id])):
        raise NotFound("there is no such site of yours", "site_id")
    rows = await store.close(
        session,
        partner_id=partner_id,
        site_id=site_id,
        start=moments.start_of(closed, zone),
        end=moments.start_of(closed + timedelta(days=1), zone),
        now=now,
        limit=CLOSED_MAX + 1,
    )
    await announce(session, partner_id, rows, checked, "day")
    return rows


async def end_calendar(
    session: AsyncSession, *, partner_id: UUID, code: str, from_day: str, reason: str, zone: ZoneInfo, now: datetime
) -> Sequence[SlotRow]:
    """Let a calendar have no slots from a day on, and withdraw those it has."""
    checked = texts.reason(reason)
    start = moments.start_of(coming_day(from_day, "from_day", zone, now), zone)
    calendar = await calendars.calendar(session, partner_id, code)
    if calendar is None:
        raise NotFound("there is no such calendar of yours", "calendar_code")
    rows = await store.close(
        session, partner_id=partner_id, calendar=code, start=start, end=None, now=now, limit=CLOSED_MAX + 1
    )
    calendar.ends_at = min(start, calendar.ends_at or start)
    calendar.version += 1
    await announce(session, partner_id, rows, checked, "from_day")
    return rows


async def end_leavers(session: AsyncSession, leavers: Mapping[UUID, tuple[UUID, datetime]], now: datetime) -> None:
    """End the calendars of practitioners who left, by the partner and moment of each, and withdraw their slots."""
    for practitioner_id, (partner_id, ended_at) in sorted(
        leavers.items(), key=lambda leaver: (leaver[1][0], leaver[0])
    ):
        await calendars.lock_calendars(session, partner_id)
        if await calendars.has_left(session, practitioner_id):
            continue
        calendar = await calendars.of_practitioner(session, practitioner_id)
        if calendar is not None:
            calendar.ends_at = min(ended_at, calendar.ends_at or ended_at)
            calendar.version += 1
            await session.flush()
            while rows := await store.close(
                session,
                partner_id=partner_id,
                calendar=calendar.code,
                start=ended_at,
                end=None,
                now=now,
                limit=CLOSED_MAX,
            ):
                await announce(session, partner_id, rows, LEFT, "calendar_code")
        session.add(LeaverRow(practitioner_id=practitioner_id, ended_at=ended_at))
        await session.flush()


def coming_day(text: str, field: str, zone: ZoneInfo, now: datetime) -> date:
    day = moments.parse_day(text, field)
    if day < now.astimezone(zone).date():
        raise Invalid(field, "must be today or later")
    return day


async def announce(session: AsyncSession, partner_id: UUID, rows: Sequence[SlotRow], reason: str, field: str) -> None:
    """Publish what was withdrawn, an offering at a time."""
    if len(rows) > CLOSED_MAX:
        raise Invalid(field, f"has more than {CLOSED_MAX} slots; withdraw those of some offerings first")
    await session.flush()
    by_offering: dict[UUID, list[SlotRow]] = {}
    for row in rows:
        by_offering.setdefault(row.offering_id, []).append(row)
    versions = await offerings.versions(session, by_offering)
    for offering_id, slots in sorted(by_offering.items()):
        for part in batched(slots, SLOTS_MAX, strict=False):
            event = events.slots_withdrawn(offering_id, partner_id, part, reason, versions[offering_id])
            publish(session, event, offering_id)

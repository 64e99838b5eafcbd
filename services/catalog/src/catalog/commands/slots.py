"""Slots: added and withdrawn by the partner."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import moments, texts
from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import events
from catalog.commands.calendars import calendars_of, take_calendars
from catalog.domain import slots as rules
from catalog.domain.offerings import StepRefused
from catalog.domain.slots import SkippedSlot, SlotsOverlap, SlotTime
from catalog.store import offerings
from catalog.store import slots as store
from catalog.tables import CalendarRow, SlotRow


async def add_slots(
    session: AsyncSession,
    *,
    offering_id: UUID,
    partner_id: UUID,
    slots: Sequence[SlotTime],
    zone: ZoneInfo,
    now: datetime,
    field: str = "slots",
) -> Sequence[SlotRow]:
    """Add slots, all or none; `field` is the field they come from. A slot that names calendars takes them, and may be
    at the time of another of its offering that takes others."""
    offering = await offerings.for_update(session, offering_id, partner_id)
    newest = await offerings.revision(session, offering_id, offering.newest_revision)
    if not pb.OfferingManifest.FromString(newest.manifest).booking_required:
        raise StepRefused("only an offering that requires booking has slots")
    rules.check_slots(slots, zone, now, field)
    calendars = await calendars_of(session, partner_id, slots, zone, field_of("calendars", field))
    sites = [UUID(site_id) for site_id in newest.site_ids]
    rows = [slot_row(offering_id, slot, site_of(slot, sites, field_of("site_id", field)), calendars) for slot in slots]
    if taken := await store.overlapping(session, offering_id, rows, rules.EXAMPLES_MAX):
        spans = "; ".join(slot.describe(zone) for slot in taken)
        raise SlotsOverlap(f"it has {spans}; give other times, or withdraw those slots", field)
    await store.add_slots(session, rows)
    await take_calendars(session, rows, calendars, zone, field_of("calendars", field))
    publish(session, events.slots_added(offering_id, partner_id, rows, offering.version), offering_id)
    return rows


def field_of(name: str, field: str) -> str:
    """A field of the slots that come from `field`; of a weekly pattern it is one for all."""
    return f"{field}.{name}" if field == "slots" else name


def site_of(slot: SlotTime, sites: Sequence[UUID], field: str) -> UUID | None:
    """Where a slot is; the offering's site, where it has one."""
    if slot.site_id is None:
        return sites[0] if len(sites) == 1 else None
    if slot.site_id not in sites:
        raise Invalid(field, "must be a site that the offering names; revise it first")
    return slot.site_id


def slot_row(offering_id: UUID, slot: SlotTime, site_id: UUID | None, calendars: Mapping[str, CalendarRow]) -> SlotRow:
    practitioners = [calendars[code].practitioner_id for code in slot.calendars]
    return SlotRow(
        id=new_id(),
        offering_id=offering_id,
        starts_at=slot.start,
        ends_at=slot.end,
        capacity=slot.capacity,
        site_id=site_id,
        calendars=list(slot.calendars),
        practitioner_ids=[practitioner_id for practitioner_id in practitioners if practitioner_id is not None],
    )


async def withdraw_slots(
    session: AsyncSession,
    *,
    offering_id: UUID,
    partner_id: UUID,
    ids: Sequence[UUID],
    day: str,
    interval: tuple[datetime, datetime] | None,
    reason: str,
    zone: ZoneInfo,
    now: datetime,
) -> Sequence[SlotRow]:
    """Withdraw coming slots: these, those of a day of the city's calendar, or those that begin within an interval."""
    if sum(map(bool, (ids, day, interval))) != 1:
        raise Invalid("slot_ids", "give one of slot_ids, day and interval")
    if len(ids) > rules.SLOTS_MAX:
        raise Invalid("slot_ids", f"at most {rules.SLOTS_MAX}")
    if day:
        date = moments.parse_day(day, "day")
        interval = moments.start_of(date, zone), moments.start_of(date + timedelta(days=1), zone)
    if interval is not None and not interval[0] < interval[1]:
        raise Invalid("interval.end", "must lie after the start")
    offering = await offerings.for_update(session, offering_id, partner_id)
    checked = texts.reason(reason)
    start, end = interval or (None, None)
    rows = await store.withdraw_slots(session, offering_id, ids or None, start, end, now, rules.SLOTS_MAX + 1)
    if not rows or (ids and len(rows) < len(set(ids))):
        raise Invalid(
            "slot_ids" if ids else "day" if day else "interval", "must name slots of this offering that have not begun"
        )
    if len(rows) > rules.SLOTS_MAX:
        raise Invalid("day" if day else "interval", f"has more than {rules.SLOTS_MAX} slots; take a shorter one")
    publish(session, events.slots_withdrawn(offering_id, partner_id, rows, checked, offering.version), offering_id)
    return rows


def weekly_slots(
    request: pb.AddWeeklySlotsRequest, zone: ZoneInfo, now: datetime
) -> tuple[Sequence[SlotTime], Sequence[SkippedSlot]]:
    """The slots of a weekly pattern by the city's clock, and the times of it that can have none."""
    first = moments.parse_day(request.from_date, "from_date")
    last = moments.parse_day(request.until_date, "until_date")
    if not 0 <= (last - first).days <= rules.WEEKLY_DAYS_MAX:
        raise Invalid("until_date", f"must lie within {rules.WEEKLY_DAYS_MAX} days after from_date")
    if not request.weekdays or not all(1 <= day <= 7 for day in request.weekdays):
        raise Invalid("weekdays", "give days from 1 (Monday) to 7 (Sunday)")
    if not 1 <= len(request.times) <= rules.TIMES_A_DAY_MAX:
        raise Invalid("times", f"give 1 to {rules.TIMES_A_DAY_MAX} times of the day")
    times = {rules.parse_clock_time(text, f"times[{index}]") for index, text in enumerate(request.times)}
    if not 1 <= request.minutes <= 24 * 60:
        raise Invalid("minutes", "must be between 1 and 1440")
    if not 1 <= request.capacity <= rules.CAPACITY_MAX:
        raise Invalid("capacity", f"must be between 1 and {rules.CAPACITY_MAX}")
    pattern = rules.weekly(first, last, request.weekdays, list(times), zone)
    sessions = list(islice(pattern, rules.SLOTS_MAX + 1))
    if not 1 <= len(sessions) <= rules.SLOTS_MAX:
        raise Invalid("until_date", f"the pattern must make 1 to {rules.SLOTS_MAX} slots at once")
    length = timedelta(minutes=request.minutes)
    site_id = parse_id(request.site_id, "site_id") if request.site_id else None
    slots, skipped = rules.coming_slots(sessions, length, request.capacity, now, site_id, tuple(request.calendars))
    if not slots:
        why = "; ".join(slot.describe() for slot in skipped[: rules.EXAMPLES_MAX])
        raise Invalid("until_date", f"the pattern makes no slot to come: {why}")
    if slots[-1].start > now + rules.SLOT_AHEAD_MAX:
        raise Invalid("until_date", f"must lie within {rules.SLOT_AHEAD_MAX.days} days from now")
    return slots, skipped

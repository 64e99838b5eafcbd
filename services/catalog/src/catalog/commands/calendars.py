"""Calendars: put by their partner, and taken by its slots."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import errors, texts
from chassis.ids import new_id
from chassis.refusals import Invalid
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.domain import calendars as rules
from catalog.domain.calendars import CalendarEnded, CalendarKind, CalendarOfAnother, CalendarTaken, TooManyCalendars
from catalog.domain.slots import EXAMPLES_MAX, SlotTime
from catalog.domain.terms import check_slug
from catalog.store import calendars as store
from catalog.tables import CalendarRow, SlotRow


async def put_calendar(
    session: AsyncSession, *, partner_id: UUID, code: str, kind: CalendarKind, name: str, practitioner_id: UUID | None
) -> CalendarRow:
    """Add a calendar, or rename it. What it is of, and whose it is, stays; a practitioner has one."""
    check_slug(code, "calendar_code")
    label = texts.label(name, "name")
    if (kind is CalendarKind.PRACTITIONER) != (practitioner_id is not None):
        raise Invalid("practitioner_id", "say whose it is, of a practitioner's calendar and of no other")
    await store.lock_calendars(session, partner_id)
    calendar = await store.calendar(session, partner_id, code)
    if calendar is not None:
        if (calendar.kind, calendar.practitioner_id) != (kind, practitioner_id):
            raise CalendarOfAnother("choose another code", "calendar_code")
        if calendar.name != label:
            calendar.name = label
            calendar.version += 1
        return calendar
    if await store.count(session, partner_id) >= rules.CALENDARS_MAX:
        raise TooManyCalendars(f"at most {rules.CALENDARS_MAX}", "calendar_code")
    if practitioner_id is not None and await store.has_left(session, practitioner_id):
        raise Invalid("practitioner_id", "has left your institution; put a calendar of somebody who serves")
    if practitioner_id is not None and (other := await store.of_practitioner(session, practitioner_id)) is not None:
        raise CalendarOfAnother(f"their calendar is {other.code!r}; use that one", "practitioner_id")
    calendar = CalendarRow(
        id=new_id(), partner_id=partner_id, code=code, kind=kind, name=label, practitioner_id=practitioner_id, version=1
    )
    session.add(calendar)
    await session.flush()
    return calendar


async def calendars_of(
    session: AsyncSession, partner_id: UUID, slots: Sequence[SlotTime], zone: ZoneInfo, field: str
) -> Mapping[str, CalendarRow]:
    """The calendars that slots to add name, locked. Refuse one that the partner has not, or that has ended by then."""
    codes = {code for slot in slots for code in slot.calendars}
    known = await store.by_codes(session, partner_id, sorted(codes)) if codes else {}
    for slot in slots:
        if len(slot.calendars) > rules.CALENDARS_OF_SLOT_MAX or len(set(slot.calendars)) < len(slot.calendars):
            raise Invalid(field, f"at most {rules.CALENDARS_OF_SLOT_MAX}, none twice")
        for code in slot.calendars:
            if code not in known:
                raise Invalid(field, f"the partner has no calendar {code!r}; put it first")
            ends_at = known[code].ends_at
            if ends_at is not None and ends_at <= slot.start:
                raise CalendarEnded(f"{code!r} ends at {ends_at.astimezone(zone):%Y-%m-%d %H:%M}", field)
    return known


async def take_calendars(
    session: AsyncSession, slots: Sequence[SlotRow], calendars: Mapping[str, CalendarRow], zone: ZoneInfo, field: str
) -> None:
    """Let these slots, which are added, take their calendars; none that is taken at the time."""
    rows = store.taken_by(slots, calendars)
    if not rows:
        return
    if taken := await store.taken(session, rows, EXAMPLES_MAX):
        spans = "; ".join(f"{code} has {slot.describe(zone)}" for code, slot in taken)
        raise CalendarTaken(f"{spans}; give other times, or withdraw those slots", field)
    try:
        await store.take(session, rows)
    except DBAPIError as error:
        if errors.constraint(error) != store.ONCE:
            raise
        raise CalendarTaken("somebody has just added a slot there; look again", field) from None

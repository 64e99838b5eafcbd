"""Calendars: of somebody who serves, of a room, of a device. None of them is booked twice."""

from enum import StrEnum

from chassis.refusals import Refusal

CALENDARS_MAX = 1_000  # of one partner
CALENDARS_OF_SLOT_MAX = 10


class CalendarKind(StrEnum):
    """What a calendar is of."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"


class CalendarTaken(Refusal):
    code = "calendar-taken"
    title = "A calendar has a slot at that time."


class CalendarEnded(Refusal):
    code = "calendar-ended"
    title = "The calendar has ended by then."


class CalendarOfAnother(Refusal):
    code = "calendar-of-another"
    title = "The calendar is of something else, or somebody has one already."


class TooManyCalendars(Refusal):
    code = "too-many-calendars"
    title = "The partner has as many calendars as it may have."

"""Slots over HTTP."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import moment
from yima.catalog.v1 import api_pb2 as pb

from catalog.api.served import Resources, api
from catalog.commands import slots as slot_commands
from catalog.domain.slots import SLOTS_MAX, SkippedSlot, SlotTime
from catalog.events import slot_message
from catalog.store import slots


@api.serves
async def add_slots(request: pb.AddSlotsRequest, call: Call[Resources]) -> pb.Slots:
    rows = await slot_commands.add_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        slots=[slot_time(slot, f"slots[{index}]") for index, slot in enumerate(request.slots)],
        zone=call.resources.city.zone,
        now=call.now,
    )
    return pb.Slots(slots=[slot_message(row) for row in rows])


def slot_time(slot: pb.Slot, at: str) -> SlotTime:
    return SlotTime(
        moment(slot.interval.start),
        moment(slot.interval.end),
        slot.capacity,
        parse_id(slot.site_id, f"{at}.site_id") if slot.site_id else None,
        tuple(slot.calendars),
    )


@api.serves
async def add_weekly_slots(request: pb.AddWeeklySlotsRequest, call: Call[Resources]) -> pb.Slots:
    zone = call.resources.city.zone
    coming, skipped = slot_commands.weekly_slots(request, zone, call.now)
    rows = await slot_commands.add_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        slots=coming,
        zone=zone,
        now=call.now,
        field="times",
    )
    return pb.Slots(slots=[slot_message(row) for row in rows], skipped=[skipped_message(slot) for slot in skipped])


@api.serves
async def withdraw_slots(request: pb.WithdrawSlotsRequest, call: Call[Resources]) -> pb.WithdrawnSlots:
    span = request.interval
    rows = await slot_commands.withdraw_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        ids=[parse_id(slot_id, f"slot_ids[{index}]") for index, slot_id in enumerate(request.slot_ids)],
        day=request.day,
        interval=(moment(span.start), moment(span.end)) if request.HasField("interval") else None,
        reason=request.reason,
        zone=call.resources.city.zone,
        now=call.now,
    )
    return pb.WithdrawnSlots(slots=[slot_message(row) for row in rows])


@api.serves
async def list_slots(request: pb.ListSlotsRequest, call: Call[Resources]) -> pb.Slots:
    offering_id = parse_id(request.offering_id, "offering_id")
    rows = await slots.coming_slots(call.session, offering_id, call.now, SLOTS_MAX)
    return pb.Slots(slots=[slot_message(row, public=True) for row in rows])


def skipped_message(slot: SkippedSlot) -> pb.SkippedSlot:
    reason = f"SKIP_REASON_{slot.reason.upper()}"
    return pb.SkippedSlot(day=slot.day.isoformat(), time=f"{slot.at:%H:%M}", reason=reason)

"""A front desk in a real browser: calendars are put and ended, a day is closed, and it is stated that nobody came, each
with what it takes back or costs shown before."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from ops.demo import manifest_of
from ops.example_city import publish
from yima_client.caller import Caller, connect, fresh_key, retried, until

from e2e.browser import DESK, PHONE, inaccessible
from e2e.people import PASSWORD, Clinic, a_practice, a_resident, confirmed, operator_of, place, until_status
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
WAYS = ["today", "today/close", "today/calendars", "today/calendars/room-1/end"]
VISIT = {
    "kind": "SINGLE_VISIT",
    "bookingRequired": True,
    "cancellation": [{"hoursBefore": 24, "feeBasisPoints": 5_000}],
    "price": {"amount": "200.00", "currency": "CNY"},
}


@dataclass
class Desk:
    """A clinic of single visits at one site, in one room; half of the price is due within a day of the time."""

    clinic: Clinic
    site_id: str
    zone: ZoneInfo

    async def booked(self, nobody: Caller, begins: datetime) -> tuple[Caller, str]:
        """Somebody with a confirmed order of the only place at a time."""
        offering_id = self.clinic.offering["id"]
        slot = {
            "interval": {"start": begins.isoformat(), "end": (begins + timedelta(minutes=30)).isoformat()},
            "capacity": 1,
            "siteId": self.site_id,
            "calendars": ["room-1"],
        }
        (slot_id,) = (await self.clinic.staff.run("add-slots", offeringId=offering_id, slots=[slot]))["slotIds"]
        resident, _ = await a_resident(nobody)
        lines = [{"offeringId": offering_id, "slotId": slot_id}]
        order = await retried(lambda: place(resident, self.clinic, lines=lines), "invalid", "unknown-offering")
        await confirmed(resident, order["id"])
        return resident, str(order["id"])


@pytest.fixture(scope="module")
async def desk(stack: Stack) -> AsyncGenerator[Desk]:
    async with connect(stack.graphql) as nobody:
        practice = await a_practice(nobody, stack.secrets)
        site = await practice.staff.run("put-site", **manifest_of("site.yaml"), key=fresh_key())
        await practice.staff.run("put-calendar", code="room-1", kind="ROOM", name="Room 1")
        manifest = (
            manifest_of("offering.yaml") | VISIT | {"reference": f"visit-{practice.run}", "sites": [site["code"]]}
        )
        operator = await operator_of(nobody, stack.secrets)
        offering = await publish(operator, practice.staff, manifest, {})
        practitioner = await nobody.signed_in(practice.doctor, PASSWORD)
        clinic = Clinic(
            practice.partner_id,
            practice.staff,
            practitioner,
            manifest | offering,
            manifest,
            practice.login,
            practice.doctor,
        )
        yield Desk(clinic, site["id"], ZoneInfo((await nobody.run("city"))["timeZone"]))


@pytest.fixture
async def console(visitor: Visitor, desk: Desk) -> AsyncGenerator[Visitor]:
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(desk.clinic.login)
    yield visitor


def in_days(count: int) -> datetime:
    """At this hour; from five on beside the times of its own that what is published has on its first mornings."""
    return (datetime.now(UTC) + timedelta(days=count)).replace(microsecond=0)


@pytest.mark.presses("CloseDay")
async def test_a_day_is_closed_once_the_desk_has_seen_what_that_takes_back(
    console: Visitor, desk: Desk, nobody: Caller
) -> None:
    begins = in_days(6)
    resident, order_id = await desk.booked(nobody, begins)
    await console.goes("today")
    await console.page.get_by_role("link", name="Close a day").click()
    await console.page.wait_for_selector("[name=day]")
    await console.fills(day=str(begins.astimezone(desk.zone).date()), reason="No water")
    await console.presses("^Show what it takes back")
    await console.sees("What that takes back")
    shown = await console.page.inner_text("main form")
    assert "No water" in shown and "200" in shown, shown  # the reason, and what is booked costs
    assert (await resident.run("order", id=order_id))["status"] == "CONFIRMED", "nothing is done yet"
    await console.page.get_by_role("button", name="Close the day", exact=True).dblclick()
    await console.carries_out("PageCloseDay")
    await console.sees("taken back")
    await until("the time taken back", lambda: resident.run("order", id=order_id), is_offered_another)


def is_offered_another(order: dict[str, Any]) -> bool:
    """Is its booking no longer the resident's own, or the order over?"""
    bookings = [booking for line in order["lines"] for booking in line["bookings"]]
    return order["status"] == "CANCELLED" or all(booking["bookedBy"] == "PARTNER" for booking in bookings)


@pytest.mark.presses("EndCalendar", "PutCalendar")
async def test_a_calendar_is_put_named_as_the_city_wants_it_and_ended_from_a_day_on(
    console: Visitor, desk: Desk
) -> None:
    await console.goes("today/calendars")
    await console.fills(code="Room 2!", name="Room 2, first floor")
    await console.presses("^Put it")
    await console.page.wait_for_selector("[name=code][aria-invalid=true]")
    await console.fills(code="room-2")
    await console.presses("^Put it")
    await console.carries_out("PagePutCalendar")
    await console.sees("The calendar is there")
    await console.page.get_by_role("link", name="End: Room 2, first floor").click()
    await console.page.wait_for_selector("[name=day]")
    await console.fills(day="2020-01-01", reason="It is rebuilt")
    await console.presses("^Show what it takes back")
    await console.sees("What that takes back")
    await console.presses("^End the calendar")
    await console.page.wait_for_selector("[name=day][aria-invalid=true]")  # no day that is past
    await console.fills(day=str(in_days(9).astimezone(desk.zone).date()))
    await console.presses("^Show what it takes back")
    await console.presses("^End the calendar")
    await console.carries_out("PageEndCalendar")
    await console.sees("0 times were taken back")
    (room,) = [each for each in await desk.clinic.staff.run("calendars") if each["code"] == "room-2"]
    assert room["endsAt"]


@pytest.mark.presses("StateAbsence")
async def test_nobody_came_is_stated_after_its_fee_is_shown(
    console: Visitor, desk: Desk, nobody: Caller, stack: Stack
) -> None:
    resident, order_id = await desk.booked(nobody, in_days(5))
    await desk.clinic.staff.run("accept-order", orderId=order_id)
    await console.goes(f"orders/{order_id}")
    await console.sees("What is ordered")
    assert await console.page.get_by_role("button", name="Nobody came").count() == 0, "it has not begun"
    begun = await moved_into_the_past(stack, order_id)
    await console.goes(f"today?day={begun.astimezone(desk.zone).date()}")
    await console.presses("^Nobody came")
    await console.sees("The resident pays")
    assert "100" in await console.page.inner_text(".ask")
    assert (await resident.run("order", id=order_id))["status"] == "ACCEPTED", "it was only asked"
    await console.presses("^They came")
    await console.acts("^Nobody came", "PageStateAbsence")
    await console.acts("^State that nobody came", "PageStateAbsence")
    await until_status(resident, order_id, "CANCELLED")
    answer = await resident.raw("query ($id: ID!) { order(id: $id) { objectionUntil } }", id=order_id)
    assert answer["data"]["order"]["objectionUntil"], "the fee waits until they could object"


async def moved_into_the_past(stack: Stack, order_id: str) -> datetime:
    """As if the session of an order had begun an hour ago; when."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    ordering = await asyncpg.connect(stack.postgres.url("ordering").replace("+asyncpg", ""))
    try:
        await ordering.execute("SET session_replication_role = replica")  # a session stays at its time otherwise
        booked = "SELECT booking.{} FROM booking JOIN order_line AS line ON line.id = order_line_id WHERE order_id = $1"
        for table, key in (("slot", "slot_id"), ("booking", "id")):
            await ordering.execute(
                f"UPDATE {table} SET starts_at = $2::timestamptz, ends_at = $2::timestamptz + interval '30 minutes'"
                f" WHERE id IN ({booked.format(key)})",
                parse_global_id(Kind.ORDER, order_id, ""),
                begun,
            )
    finally:
        await ordering.close()
    return begun


@pytest.mark.parametrize(("locale", "size"), [("en", DESK), ("zh-CN", PHONE), ("ar", PHONE)])
async def test_the_desk_s_pages_are_accessible(
    chromium: Any, stack: Stack, desk: Desk, locale: str, size: dict[str, int]
) -> None:
    context = await chromium.new_context(viewport=size, locale=locale)
    console = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await console.signs_in(desk.clinic.login)
    broken = {}
    for way in WAYS:
        await console.goes(way)
        await console.page.wait_for_load_state("networkidle")
        broken[way] = await inaccessible(console.page)
        wide = await console.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{way} is wider than the screen"
    await context.close()
    assert {way: rules for way, rules in broken.items() if rules} == {}
    assert console.faults == []

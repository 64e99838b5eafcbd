"""A desk lists a day by its times, by site and by who serves, and only what its partner has seen confirmed."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis import moments
from chassis.refusals import Invalid
from ordering.aggregate import OrderAggregate
from ordering.api.days import list_day_sessions
from ordering.store import days
from ordering.store.days import BookedDays
from ordering_scenario import DEADLINES, Scenario
from yima.common.v1.types_pb2 import PageRequest
from yima.ordering.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
ZONE = cast(ZoneInfo, DEADLINES.zone)


async def listed(scenario: Scenario, partner: UUID | None = None, **asked: Any) -> pb.DaySessionPage:
    principal = SimpleNamespace(partner_id=str(partner or scenario.partner))
    async with scenario.store.transaction() as session:
        call = SimpleNamespace(
            session=session, principal=principal, now=scenario.now, resources=SimpleNamespace(zone=ZONE)
        )
        return await list_day_sessions(pb.ListDaySessionsRequest(**asked), cast(Any, call))


async def at_noon(scenario: Scenario) -> str:
    """Let it be noon in the city; returns the day."""
    scenario.now = scenario.now.astimezone(ZONE).replace(hour=12, minute=0)
    return scenario.now.date().isoformat()


def ids(page: pb.DaySessionPage) -> list[str]:
    return [session.order_id for session in page.sessions]


async def test_a_day_is_listed_by_time_site_and_practitioner_with_what_waits(scenario: Scenario) -> None:
    today = await at_noon(scenario)
    offering, site, doctor = await scenario.offer(booking_required=True), uuid4(), uuid4()

    async def booked(hours: float, confirmed: bool = True, **place: Any) -> OrderAggregate:
        order = await scenario.place((offering, 1, await scenario.slot(offering, hours=hours, **place)))
        if confirmed:
            await scenario.pay(order)
        return order

    late = await booked(5, site_id=site, practitioner_ids=[doctor], calendars=["dr-chen", "room-1"])
    early = await booked(2, site_id=site)
    await booked(3, confirmed=False)
    tomorrow = await booked(12)
    day = await listed(scenario)
    assert (day.day, ids(day)) == (today, [str(early.row.id), str(late.row.id)])
    session = day.sessions[1]
    assert list(session.calendars) == ["dr-chen", "room-1"]
    assert list(session.practitioner_ids) == [str(doctor)]
    assert [step.action for step in session.next_steps] == [pb.ORDER_ACTION_ACCEPT]
    assert session.beneficiary_id == str(late.row.resident_id)
    assert ids(await listed(scenario, practitioner_id=str(doctor))) == [str(late.row.id)]
    assert len(ids(await listed(scenario, site_id=str(site)))) == 2
    assert not ids(await listed(scenario, site_id=str(uuid4())))
    assert not ids(await listed(scenario, partner=uuid4())), "another partner's day"
    next_day = (scenario.now + timedelta(days=1)).date().isoformat()
    assert ids(await listed(scenario, day=next_day)) == [str(tomorrow.row.id)]


async def test_what_was_served_waits_for_nobody_and_what_was_cancelled_is_gone(scenario: Scenario) -> None:
    await at_noon(scenario)
    offering = await scenario.offer(booking_required=True)
    served, cancelled, waits = [
        await scenario.ready((offering, 1, await scenario.slot(offering, hours=hours))) for hours in (1, 2, 3)
    ]
    await scenario.scan(served)
    await scenario.fulfil(served)
    await scenario.cancel(cancelled)
    everybody = await listed(scenario)
    assert [(session.order_id, session.proven) for session in everybody.sessions] == [
        (str(served.row.id), True),
        (str(waits.row.id), False),
    ]
    assert ids(await listed(scenario, waits_for_partner=True)) == [str(waits.row.id)]


async def test_a_day_goes_on_page_by_page_where_many_come_at_one_time(scenario: Scenario) -> None:
    await at_noon(scenario)
    offering = await scenario.offer(booking_required=True)
    slot = await scenario.slot(offering, capacity=5, hours=2)
    orders = [await scenario.ready((offering, 1, slot)) for _ in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        page = await listed(scenario, page=PageRequest(first=2, after=after))
        seen += ids(page)
        if not page.page.has_next:
            break
        after = page.page.cursors[-1]
    assert sorted(seen) == sorted(str(order.row.id) for order in orders)
    with pytest.raises(Invalid, match=r"day"):
        await listed(scenario, day="tomorrow")


async def test_what_closing_a_day_would_take_back_is_counted_with_its_money(scenario: Scenario) -> None:
    await at_noon(scenario)
    site = uuid4()
    one, two = [await scenario.offer(price=price, booking_required=True) for price in (100, 250)]
    for offering, hours, where in ((one, 1, site), (one, 2, site), (two, 3, site), (two, 4, uuid4()), (two, 30, site)):
        slot = await scenario.slot(offering, hours=hours, site_id=where, calendars=["room-1"])
        if hours != 2:
            await scenario.ready((offering, 1, slot))
    today = scenario.now.date()

    async def counted(partner: UUID = scenario.partner, **which: Any) -> BookedDays:
        start = moments.start_of(today, ZONE)
        end = moments.start_of(today + timedelta(days=1), ZONE)
        options = {"start": start, "end": end, "site_id": None, "calendar": None} | which
        async with scenario.store.transaction() as session:
            return await days.booked(session, partner_id=partner, now=scenario.now, **options)

    assert await counted(site_id=site) == BookedDays(3, 2, 2, {"CNY": 350})
    assert await counted(calendar="room-1", end=None) == BookedDays(5, 4, 4, {"CNY": 850})
    assert await counted(calendar="room-2") == BookedDays(0, 0, 0, {})
    assert await counted(uuid4()) == BookedDays(0, 0, 0, {})

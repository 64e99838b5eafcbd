"""Periods that follow one another: each an order of its own, paid by its resident, beginning where the last ended."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.commands import booking, moves, periods
from ordering.commands.proofs import UsageRecord
from ordering.domain.entitlements import TransferRefused
from ordering.domain.orders import AgeUnknown, OrderedAlone, Person
from ordering.domain.process import Actor, OrderStatus, TransitionRefused
from ordering.domain.series import PeriodNotBegun, SeriesEnd, end_of, period_end, prepare_at
from ordering.store import orders
from ordering_scenario import ALL, DEADLINES, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import OfferingPublished, OfferingWithdrawn
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled, OrderPlaced, PeriodPlaced, SeriesEnded

SERVICE = "ordering"
SHANGHAI = ZoneInfo("Asia/Shanghai")
VISIT = catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=2)
READING = catalog.EntitledItem(code="reading", kind=catalog.UNIT_KIND_MEASUREMENT, times=10)
PER_PERIOD: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_SUBSCRIPTION,
    "contents": [VISIT, READING],
    "priced_per": catalog.PRICE_BASIS_PERIOD,
    "period_days": 30,
    "periods_max": 3,
}


async def prepare(scenario: Scenario) -> None:
    await periods.prepare_periods(scenario.store, DEADLINES, scenario.now)


async def of_series(scenario: Scenario, order: OrderAggregate) -> Sequence[OrderAggregate]:
    """Its orders as they are now, in the order of their periods."""
    rows = await scenario.query("SELECT id FROM orders WHERE series_id = :id ORDER BY period", id=order.row.series_id)
    async with scenario.store.transaction() as session:
        by_id = {each.row.id: each for each in await orders.orders_by_id(session, [row[0] for row in rows])}
    return [by_id[row[0]] for row in rows]


async def newest(scenario: Scenario, order: OrderAggregate) -> OrderAggregate:
    return (await of_series(scenario, order))[-1]


async def stop(scenario: Scenario, order: OrderAggregate) -> OrderAggregate:
    async with scenario.store.transaction() as session:
        return await periods.stop_series(
            session, order_id=order.row.id, visibility=ALL, by="resident", deadlines=DEADLINES, now=scenario.now
        )


async def choose(scenario: Scenario, order: OrderAggregate, person: Person | None = None) -> OrderAggregate:
    """Its resident chooses how to pay it."""
    async with scenario.store.transaction() as session:
        return await moves.pay_order(
            session,
            order_id=order.row.id,
            visibility=ALL,
            method="sandbox:ok",
            person=person,
            deadlines=DEADLINES,
            now=scenario.now,
        )


async def begun(scenario: Scenario, **terms: Any) -> OrderAggregate:
    """The first period of a series, accepted now."""
    return await scenario.ready((await scenario.offer(**PER_PERIOD | terms), 1))


async def followed(scenario: Scenario, first: OrderAggregate) -> OrderAggregate:
    """The next period, prepared four days before the last ends."""
    last = await newest(scenario, first)
    assert last.row.window_ends_at is not None
    scenario.now = last.row.window_ends_at - timedelta(days=4)
    await prepare(scenario)
    return await newest(scenario, first)


async def ended(scenario: Scenario, order: OrderAggregate) -> list[str]:
    """How it was told that the series is over."""
    rows = await of_series(scenario, order)
    told = [event for each in rows for event in await scenario.published(SeriesEnded, each)]
    return [pb.SeriesEnd.Name(event.end).removeprefix("SERIES_END_").lower() for event in told]


# --- when periods begin and end


@pytest.mark.parametrize(
    ("start", "anchor", "end"),
    [
        ("2027-01-31T10:00:00+08:00", 31, "2027-02-28T10:00:00+08:00"),
        ("2027-02-28T10:00:00+08:00", 31, "2027-03-31T10:00:00+08:00"),
        ("2027-02-28T10:00:00+08:00", 28, "2027-03-28T10:00:00+08:00"),
        ("2027-12-15T23:30:00+08:00", 15, "2028-01-15T23:30:00+08:00"),
        ("2028-02-29T00:10:00+08:00", 30, "2028-03-30T00:10:00+08:00"),
        ("2027-04-02T09:00:00+08:00", 31, "2027-05-02T09:00:00+08:00"),  # accepted late: its own day from then on
        ("2027-01-31T16:30:00+00:00", 1, "2027-02-28T16:30:00+00:00"),  # 1 February in the city
    ],
)
def test_a_month_goes_by_the_city_s_calendar_and_keeps_its_day(start: str, anchor: int, end: str) -> None:
    assert period_end(datetime.fromisoformat(start), 0, anchor, SHANGHAI) == datetime.fromisoformat(end)


@settings(max_examples=examples(400))
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001 the strategy says the zone
    days=st.just(0) | st.integers(7, 366),
    ahead=st.timedeltas(timedelta(), timedelta(days=400)),
)
def test_periods_follow_without_a_gap_and_are_prepared_within_the_second_half(
    start: datetime, days: int, ahead: timedelta
) -> None:
    begins, anchor = start.replace(tzinfo=UTC), start.replace(tzinfo=UTC).astimezone(SHANGHAI).day
    for _ in range(14):
        ends = period_end(begins, days, anchor, SHANGHAI)
        length = ends - begins
        assert length == timedelta(days=days) if days else timedelta(days=28) <= length <= timedelta(days=31)
        assert begins + length / 2 <= prepare_at(begins, ends, ahead) <= ends
        if not days:  # a month keeps to the day it began on, as far as there is one
            assert ends.astimezone(SHANGHAI).day in (anchor, *range(28, anchor))
        begins = ends


@pytest.mark.parametrize(
    ("status", "confirmed", "accepted", "because"),
    [
        (OrderStatus.EXPIRED, False, False, SeriesEnd.UNPAID),
        (OrderStatus.EXPIRED, True, False, SeriesEnd.NOT_ACCEPTED),
        (OrderStatus.EXPIRED, True, True, None),
        (OrderStatus.REFUSED, True, False, SeriesEnd.NOT_ACCEPTED),
        (OrderStatus.CANCELLED, True, True, SeriesEnd.CALLED_OFF),
        (OrderStatus.CLOSED, True, True, None),
    ],
)
def test_what_ends_an_order_ends_its_series_unless_it_was_only_not_used(
    status: OrderStatus, confirmed: bool, accepted: bool, because: SeriesEnd | None
) -> None:
    assert end_of(status, confirmed=confirmed, accepted=accepted) == because


# --- a series


@pytest.mark.anyio
async def test_three_periods_two_of_them_paid_and_the_third_lapses(scenario: Scenario) -> None:
    first = await begun(scenario)
    start = scenario.now
    assert first.row.window_ends_at == start + timedelta(days=30)
    await prepare(scenario)
    assert len(await of_series(scenario, first)) == 1, "not before it nears its end"
    second = await followed(scenario, first)
    row = second.row
    assert (row.period, row.status, row.period_starts_at) == (2, OrderStatus.PLACED, first.row.window_ends_at)
    assert row.deadline == row.period_starts_at, "it waits to be paid until it begins"
    assert (row.resident_id, row.placed_by, row.partner_id) == (first.row.resident_id,) * 2 + (first.row.partner_id,)
    (told,) = await scenario.published(PeriodPlaced, second)
    assert (told.first_order_id, told.period) == (str(first.row.id), 2)
    (placed,) = await scenario.published(OrderPlaced, second)
    assert placed.payment_method == "", "nothing is taken without its resident"
    await prepare(scenario)
    assert len(await of_series(scenario, first)) == 2, "one is prepared once"
    await choose(scenario, second)
    await scenario.pay(second)
    second = await scenario.accept(second)
    assert second.row.window_ends_at == start + timedelta(days=60)
    third = await followed(scenario, first)
    assert (third.row.period, to_message(third).series.starts_at.ToDatetime(UTC)) == (3, start + timedelta(days=60))
    scenario.later(days=4)
    await scenario.end_overdue()
    assert (await scenario.look(third)).row.status == OrderStatus.EXPIRED
    assert await ended(scenario, first) == ["unpaid"]
    shown = to_message(await scenario.look(first)).series
    assert (shown.end, shown.newest_order_id) == (pb.SERIES_END_UNPAID, str(third.row.id))
    scenario.later(days=365)
    await prepare(scenario)
    assert len(await of_series(scenario, first)) == 3


@pytest.mark.anyio
async def test_no_more_periods_follow_than_the_terms_let(scenario: Scenario) -> None:
    first = await begun(scenario, periods_max=2)
    second = await followed(scenario, first)
    await scenario.pay(second)
    await scenario.accept(second)
    assert (await followed(scenario, first)).row.id == second.row.id
    assert await ended(scenario, first) == ["complete"]


@pytest.mark.anyio
async def test_changed_terms_are_those_of_the_next_period_and_are_shown(scenario: Scenario) -> None:
    offering_id = await scenario.offer(price=3000, **PER_PERIOD)
    first = await scenario.ready((offering_id, 1))
    dearer = catalog.Offering(
        id=str(offering_id),
        partner_id=str(scenario.partner),
        revision=2,
        version=2,
        manifest=catalog.OfferingManifest(price={"currency": "CNY", "minor": 3500}, **PER_PERIOD),
    )
    await scenario.hear(handlers.on_offering_published, OfferingPublished(offering=dearer))
    second = to_message(await followed(scenario, first))
    assert (second.total.minor, list(second.series.changes)) == (3500, [pb.TERMS_DIFFERENCE_PRICE])
    assert second.waiting_for == [pb.REQUIREMENT_MONEY], "it is shown, and agreed to by paying it"
    assert to_message(await scenario.look(first)).total.minor == 3000


@pytest.mark.anyio
@pytest.mark.parametrize("why", ["withdrawn", "standing", "no longer by the period"])
async def test_what_is_not_sold_any_more_ends_the_series_and_says_why(scenario: Scenario, why: str) -> None:
    offering_id = await scenario.offer(**PER_PERIOD)
    first = await scenario.ready((offering_id, 1))
    if why == "withdrawn":
        await scenario.hear(handlers.on_offering_withdrawn, OfferingWithdrawn(offering_id=str(offering_id), version=2))
    elif why == "standing":
        await scenario.suspend(version=2)
    else:
        manifest = catalog.OfferingManifest(
            price={"currency": "CNY", "minor": 100}, kind=PER_PERIOD["kind"], contents=[VISIT], valid_days=60
        )
        package = catalog.Offering(
            id=str(offering_id), partner_id=str(scenario.partner), revision=2, version=2, manifest=manifest
        )
        await scenario.hear(handlers.on_offering_published, OfferingPublished(offering=package))
    assert (await followed(scenario, first)).row.id == first.row.id
    assert await ended(scenario, first) == ["standing" if why == "standing" else "withdrawn"]


@pytest.mark.anyio
async def test_who_stops_pays_nothing_further_and_uses_what_they_paid(scenario: Scenario) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    stopped = await stop(scenario, first)
    assert stopped.series is not None
    assert (stopped.row.status, stopped.series.ended_because) == (OrderStatus.ACCEPTED, SeriesEnd.STOPPED)
    assert (await scenario.look(second)).row.status == OrderStatus.CANCELLED
    (cancelled,) = await scenario.published(OrderCancelled, second)
    assert not cancelled.dues
    await stop(scenario, first)
    assert await ended(scenario, first) == ["stopped"], "once"
    await scenario.scan(first, "visit")
    with pytest.raises(TransitionRefused):
        await stop(scenario, await scenario.place((await scenario.offer(), 1)))


@pytest.mark.anyio
async def test_who_stops_keeps_a_next_period_that_is_paid(scenario: Scenario) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    await scenario.pay(second)
    await stop(scenario, first)
    assert (await scenario.accept(second)).row.status == OrderStatus.ACCEPTED
    assert (await followed(scenario, first)).row.id == second.row.id


@pytest.mark.anyio
@pytest.mark.parametrize("actor", [Actor.RESIDENT, Actor.PARTNER])
async def test_with_a_cancelled_period_the_series_ends_and_what_nobody_paid(scenario: Scenario, actor: Actor) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    await scenario.cancel(first, actor)
    assert (await scenario.look(second)).row.status == OrderStatus.CANCELLED
    assert await ended(scenario, first) == ["called_off"]


@pytest.mark.anyio
async def test_a_partner_that_refuses_a_period_ends_the_series(scenario: Scenario) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    await scenario.pay(second)
    await scenario.refuse(second)
    assert await ended(scenario, first) == ["not_accepted"]


@pytest.mark.anyio
async def test_a_period_that_nobody_used_ends_nothing_while_the_next_is_paid(scenario: Scenario) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    await scenario.pay(second)
    await scenario.accept(second)
    scenario.later(days=4, seconds=1)
    await scenario.end_overdue()
    assert (await scenario.look(first)).row.status == OrderStatus.EXPIRED
    assert await ended(scenario, first) == []
    assert (await followed(scenario, first)).row.period == 3


@pytest.mark.anyio
async def test_what_is_accepted_late_runs_as_long_and_the_next_begins_where_it_ends(scenario: Scenario) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    scenario.later(days=4, minutes=-5)
    await scenario.pay(second)
    scenario.later(minutes=30)
    accepted = await scenario.accept(second)
    assert accepted.row.window_ends_at == scenario.now + timedelta(days=30)
    assert (await followed(scenario, first)).row.period_starts_at == accepted.row.window_ends_at


@pytest.mark.anyio
async def test_who_is_not_eligible_any_more_pays_nothing_and_the_series_ends(scenario: Scenario) -> None:
    child = (scenario.now - timedelta(days=365 * 11)).date()
    offering_id = await scenario.offer(**PER_PERIOD, eligibility=catalog.Eligibility(age_below_months=144))
    first = await scenario.ready((offering_id, 1), birth=child)
    second = await followed(scenario, first)
    with pytest.raises(AgeUnknown):
        await choose(scenario, second)
    grown = (scenario.now - timedelta(days=365 * 13)).date()
    refused = await choose(scenario, second, Person(grown))
    assert (refused.row.status, refused.row.reason) == (OrderStatus.CANCELLED, "not-eligible-any-more")
    assert await ended(scenario, first) == ["not_eligible"]


# --- what is refused


@pytest.mark.anyio
async def test_nothing_is_proven_before_its_period_begins(scenario: Scenario) -> None:
    first = await begun(scenario)
    second = await followed(scenario, first)
    await scenario.pay(second)
    second = await scenario.accept(second)
    line = second.lines[0].row.id
    too_early = (
        scenario.scan(second, "visit"),
        scenario.confirm(second, "visit"),
        scenario.state(second, "s", "visit"),
    )
    for prove in too_early:
        with pytest.raises(PeriodNotBegun):
            await prove
    (early,) = await scenario.record(UsageRecord("k1", line, "reading", 1, scenario.now))
    assert early.refusal.startswith("it begins on")
    await scenario.scan(first, "visit")
    before = scenario.now
    scenario.later(days=4, minutes=5)
    (of_before,) = await scenario.record(UsageRecord("k2", line, "reading", 1, before))
    assert of_before.refusal == "used_at: lies before the order was accepted, or its period began"
    (now,) = await scenario.record(UsageRecord("k3", line, "reading", 1, scenario.now))
    assert now.counted


@pytest.mark.anyio
async def test_it_is_ordered_alone_once_and_for_its_resident(scenario: Scenario) -> None:
    offering_id, other = await scenario.offer(**PER_PERIOD), await scenario.offer()
    with pytest.raises(OrderedAlone) as refused:
        await scenario.place((other, 1), (offering_id, 1))
    assert refused.value.field == "lines[1].offering_id"
    with pytest.raises(Invalid, match="between 1 and 1"):
        await scenario.place((offering_id, 2))
    order = await scenario.ready((offering_id, 1))
    with pytest.raises(TransferRefused):
        async with scenario.store.transaction() as session:
            await booking.transfer_order(
                session,
                order_id=order.row.id,
                beneficiary_id=uuid4(),
                person=None,
                visibility=ALL,
                deadlines=DEADLINES,
                now=scenario.now,
            )


@pytest.mark.anyio
async def test_the_share_of_what_was_used_of_a_period_is_due_at_its_end(scenario: Scenario) -> None:
    first = await begun(scenario, price=3000)
    await scenario.scan(first, "visit")
    scenario.later(days=30, seconds=1)
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, first)
    assert [due.amount.minor for due in fulfilled.dues] == [250], "one of twelve units"


# --- races and laws


@pytest.mark.anyio
async def test_of_workers_at_the_same_moment_one_prepares_the_next_period(scenario: Scenario) -> None:
    first = await begun(scenario)
    assert first.row.window_ends_at is not None
    scenario.now = first.row.window_ends_at - timedelta(days=1)
    await asyncio.gather(*(prepare(scenario) for _ in range(8)))
    assert [order.row.period for order in await of_series(scenario, first)] == [1, 2]


@pytest.mark.anyio
async def test_a_worker_that_dies_half_way_leaves_nothing_and_the_next_does_it(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await begun(scenario)
    assert first.row.window_ends_at is not None
    scenario.now = first.row.window_ends_at - timedelta(days=1)
    with monkeypatch.context() as broken:
        broken.setattr(periods.events, "period_placed", lambda _row: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await prepare(scenario)
    assert len(await of_series(scenario, first)) == 1
    await prepare(scenario)
    assert len(await of_series(scenario, first)) == 2


@pytest.mark.anyio
async def test_who_cancels_as_the_next_is_prepared_is_left_with_no_unpaid_period(scenario: Scenario) -> None:
    for _ in range(5):
        first = await begun(scenario)
        assert first.row.window_ends_at is not None
        scenario.now = first.row.window_ends_at - timedelta(days=1)
        await asyncio.gather(prepare(scenario), scenario.cancel(first))
        await prepare(scenario)
        assert {order.row.status for order in await of_series(scenario, first)} == {OrderStatus.CANCELLED}
        assert await ended(scenario, first) == ["called_off"]


COPY = """
    INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
        changed_by, placed_at, changed_at, version, idempotency_key, request_sha256, process, reason, series_id, period,
        period_starts_at)
    SELECT :id, {resident}, placed_by, partner_id, 'placed', {total}, currency, false, window_ends_at, changed_by,
        placed_at, changed_at, 1, :key, request_sha256, process, '', series_id, {period}, {starts}
    FROM orders WHERE id = :first RETURNING id
"""
RIGHT = {"resident": "resident_id", "total": "total_minor", "period": "2", "starts": "window_ends_at"}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        ({"resident": "gen_random_uuid()"}, "follows the one before"),
        ({"total": "0"}, "follows the one before"),
        ({"period": "3"}, "follows the one before"),
        ({"starts": "window_ends_at + interval '1 day'"}, "follows the one before"),
        ({}, "of its offering, once"),
        ({"period": "1", "starts": "NULL"}, "orders_of_a_series"),
    ],
)
async def test_the_database_itself_lets_nothing_follow_that_does_not(
    scenario: Scenario, wrong: dict[str, str], law: str
) -> None:
    first = await begun(scenario)
    with pytest.raises(DBAPIError, match=law):
        await scenario.query(COPY.format(**RIGHT | wrong), id=uuid4(), key=str(uuid4()), first=first.row.id)


@pytest.mark.anyio
async def test_the_database_has_one_order_of_each_period_and_an_end_stays(scenario: Scenario) -> None:
    first = await begun(scenario)
    await followed(scenario, first)
    with pytest.raises(DBAPIError, match="orders_one_a_period"):
        await scenario.query(COPY.format(**RIGHT), id=uuid4(), key=str(uuid4()), first=first.row.id)
    await stop(scenario, first)
    for change in ("ended_at = NULL, ended_because = NULL", "period = 3", "resident_id = gen_random_uuid()"):
        with pytest.raises(DBAPIError, match="ends once"):
            await scenario.query(f"UPDATE series SET {change} WHERE id = :id", id=first.row.id)
    with pytest.raises(DBAPIError, match="stays"):
        await scenario.query("UPDATE orders SET period = 4 WHERE series_id = :id AND period = 2", id=first.row.id)


# --- whatever happens

STEPS = ["days", "prepare", "pay", "accept", "overdue", "cancel", "stop", "use"]


@pytest.mark.anyio
@settings(max_examples=examples(60), deadline=None)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=30))
async def test_whatever_happens_periods_touch_and_nothing_is_taken_unpaid(steps: list[str], database: str) -> None:
    """Hypothesis walks a series: its periods are numbered, touch, and each was paid before it ran."""
    scenario = Scenario(Database(database))
    try:
        first = await begun(scenario, periods_max=5)
        for step in steps:
            last = await newest(scenario, first)
            await take(scenario, first, last, step)
        await holds(scenario, first)
    finally:
        await scenario.store.close()


async def take(scenario: Scenario, first: OrderAggregate, last: OrderAggregate, step: str) -> None:
    status = last.row.status
    if step == "days":
        scenario.later(days=9)
    elif step == "prepare":
        await prepare(scenario)
    elif step == "pay" and status == OrderStatus.PLACED:
        await scenario.pay(last)
    elif step == "accept" and status == OrderStatus.CONFIRMED:
        await scenario.accept(last)
    elif step == "overdue":
        await scenario.end_overdue()
    elif step == "cancel" and status in (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.ACCEPTED):
        await scenario.cancel(last)
    elif step == "stop":
        await stop(scenario, first)
    elif step == "use" and status == OrderStatus.ACCEPTED:
        begins, ends = last.row.period_starts_at or scenario.now, last.row.window_ends_at
        if ends is not None and begins <= scenario.now < ends:
            await scenario.scan(last, "visit")


async def holds(scenario: Scenario, first: OrderAggregate) -> None:
    rows = [order.row for order in await of_series(scenario, first)]
    assert [row.period for row in rows] == list(range(1, len(rows) + 1))
    for before, after in pairwise(rows):
        assert after.period_starts_at == before.window_ends_at
        assert before.accepted_at is not None
        assert (after.resident_id, after.partner_id) == (before.resident_id, before.partner_id)
    assert all(row.money_in for row in rows if row.confirmed_at is not None)
    told = await ended(scenario, first)
    ((is_ended, newest_id),) = await scenario.query(
        "SELECT ended_at IS NOT NULL, newest_order_id FROM series WHERE id = :id", id=first.row.id
    )
    assert (len(told), newest_id) == (int(is_ended), rows[-1].id)
    if rows[-1].status in (OrderStatus.CANCELLED, OrderStatus.REFUSED):
        assert is_ended

"""What was used is due, to the cent; what was not is not; and cancelling costs what the terms say."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from chassis.refusals import Invalid
from desk import ALL, DEADLINES, Desk
from hypothesis import given
from hypothesis import strategies as st
from ordering.aggregate import OrderAggregate
from ordering.commands import booking, proofs
from ordering.commands.proofs import UsageRecord
from ordering.domain.entitlements import (
    CancellationRule,
    EntitlementOver,
    EntitlementUsedUp,
    ItemUse,
    TransferRefused,
    due,
    fee_basis_points,
    fees,
    free_until,
    session_parts,
)
from ordering.domain.orders import NotEligible
from ordering.domain.process import Actor, NotTheirStep, ObjectionOpen, OrderStatus, TransitionRefused
from ordering.domain.proofs import NothingProven, ProofNotTaken, ReceiptRefused, ScanUsed, StatementUsed
from yima.catalog.v1 import api_pb2 as catalog
from yima.consent.v1.events_pb2 import ConsentRevoked
from yima.ordering.v1.events_pb2 import (
    OrderCancelled,
    OrderClosed,
    OrderExpired,
    OrderFulfilled,
    ServiceProven,
    UsageRecorded,
)

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
VISIT = catalog.EntitledItem(code="follow-up", kind=catalog.UNIT_KIND_VISIT, times=4, weight=2)
MEASURED = catalog.EntitledItem(code="blood-pressure", kind=catalog.UNIT_KIND_MEASUREMENT, times=12)
PACKAGE = {"kind": catalog.OFFERING_KIND_PACKAGE, "contents": [VISIT, MEASURED], "valid_days": 30}
MONITORING = {"kind": catalog.OFFERING_KIND_DEVICE_MONITORING, "contents": [MEASURED], "valid_days": 30}
ITEMS = st.lists(
    st.tuples(st.integers(1, 366), st.integers(0, 366), st.integers(1, 1000)).map(
        lambda one: ItemUse(one[0], min(one[0], one[1]), one[2])
    ),
    min_size=1,
    max_size=5,
)
RULES = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 10_000)), max_size=5).map(
    lambda found: [CancellationRule(hours, fee) for hours, fee in found]
)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@given(st.integers(0, 10**12), ITEMS)
def test_what_was_used_costs_its_share_and_everything_costs_everything(total: int, items: list[ItemUse]) -> None:
    found = due(total, False, items)
    assert 0 <= found <= total
    opposite = [ItemUse(item.granted, item.granted - item.used, item.weight) for item in items]
    if any(item.used for item in items) and any(item.used < item.granted for item in items):
        assert abs(found + due(total, False, opposite) - total) <= 1
    full = [ItemUse(item.granted, item.granted, item.weight) for item in items]
    assert due(total, False, full) == total
    assert due(total, False, [ItemUse(item.granted, 0, item.weight) for item in items]) == 0


@given(st.integers(0, 10**9), ITEMS, RULES, st.lists(st.floats(-100, 1000), max_size=8), st.integers(0, 366))
def test_giving_up_sessions_costs_no_more_than_they_are_of_the_price_and_each_goes_by_its_own_time(
    total: int, items: list[ItemUse], rules: list[CancellationRule], hours: list[float], given_up: int
) -> None:
    first = items[0]
    items[0] = ItemUse(first.granted, first.used, first.weight, min(given_up, first.granted - first.used))
    parts = session_parts(total, items[:1], items[1:])
    assert len(parts) == items[0].granted - items[0].used - items[0].given_up
    assert sum(parts) <= total
    sessions = [NOW + timedelta(hours=one) for one in hours]
    found = fees(parts, rules, sessions, NOW)
    assert 0 <= found <= sum(parts[: len(sessions)])
    far = [NOW + timedelta(days=1_000)] * len(sessions)
    assert fees(parts, rules, far, NOW) == 0
    assert due(total, False, items, found) <= total


@given(RULES, st.floats(-100, 1000))
def test_cancelling_later_is_never_cheaper_and_costs_nothing_while_it_is_free(
    rules: list[CancellationRule], hours: float
) -> None:
    begins = NOW + timedelta(hours=hours)
    now, later = (fee_basis_points(rules, begins, NOW + timedelta(hours=wait)) for wait in (0, 5))
    assert now <= later
    free = free_until(rules, begins)
    if free is None or free >= NOW:
        assert now == 0


async def test_a_package_is_used_up_visit_by_visit_and_then_fulfilled_in_full(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=2_000, **PACKAGE), 1))
    for _ in range(4):
        order = await desk.scan(order, "follow-up")
    with pytest.raises(EntitlementUsedUp, match="4 of 4"):
        await desk.scan(order, "follow-up")
    with pytest.raises(NothingProven):
        await desk.fulfil(order)
    line = order.lines[0].row.id
    await desk.record(UsageRecord("k1", line, "blood-pressure", 12, desk.now))
    with pytest.raises(ObjectionOpen):
        await desk.fulfil(order)
    await desk.agree(order)
    await desk.fulfil(order)
    (fulfilled,) = await desk.told(OrderFulfilled, order)
    assert list(fulfilled.order_line_ids) == [str(line)]
    assert not fulfilled.dues
    assert len(await desk.told(ServiceProven, order)) == 4


async def test_what_is_left_at_the_end_of_its_time_is_not_charged(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=2_000, **PACKAGE), 1))
    await desk.scan(order, "follow-up")  # 2 of 4·2 + 12·1 = 20 parts
    desk.later(days=31)
    with pytest.raises(EntitlementOver):
        await desk.scan(order, "follow-up")
    await desk.end_overdue()
    (fulfilled,) = await desk.told(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [200]
    assert await desk.status(order) is OrderStatus.FULFILLED


async def test_what_is_left_is_charged_where_the_terms_say_so(desk: Desk) -> None:
    terms = PACKAGE | {"unused": catalog.UNUSED_CHARGED}
    order = await desk.ready((await desk.offer(price=2_000, **terms), 1))
    await desk.scan(order, "follow-up")
    desk.later(days=31)
    await desk.end_overdue()
    (fulfilled,) = await desk.told(OrderFulfilled, order)
    assert not fulfilled.dues


async def test_a_package_nobody_began_expires_and_owes_nothing(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=2_000, **PACKAGE, unused=catalog.UNUSED_CHARGED), 1))
    desk.later(days=31)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.EXPIRED
    assert len(await desk.told(OrderExpired, order)) == 1


async def test_a_share_that_rounds_to_nothing_closes_the_order(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=1, **PACKAGE), 1))
    await desk.record(UsageRecord("k-tiny", order.lines[0].row.id, "blood-pressure", 1, desk.now))
    desk.later(days=31)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.CLOSED
    assert len(await desk.told(OrderClosed, order)) == 1


async def test_a_package_may_be_cancelled_between_visits_and_what_was_used_is_due(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=2_000, **PACKAGE), 1))
    await desk.scan(order, "follow-up")
    await desk.cancel(order)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]
    with pytest.raises(TransitionRefused):
        await desk.scan(order, "follow-up")


async def test_cancelling_late_costs_the_resident_the_fee_and_nobody_else(desk: Desk) -> None:
    rules = [
        catalog.CancellationRule(hours_before=24, fee_basis_points=2_000),
        catalog.CancellationRule(hours_before=2, fee_basis_points=10_000),
    ]
    offering = await desk.offer(price=1_001, booking_required=True, cancellation=rules)
    owed = {}
    for hours, actor in ((48, Actor.RESIDENT), (23, Actor.RESIDENT), (1, Actor.RESIDENT), (1.5, Actor.PARTNER)):
        order = await desk.ready((offering, 1, await desk.slot(offering, hours=hours)))
        await desk.cancel(order, actor)
        (cancelled,) = await desk.told(OrderCancelled, order)
        owed[hours, actor] = [due.amount.minor for due in cancelled.dues]
    assert list(owed.values()) == [[], [200], [1_001], []]


async def test_an_order_that_waits_for_money_is_cancelled_for_nothing(desk: Desk) -> None:
    rules = [catalog.CancellationRule(hours_before=100, fee_basis_points=5_000)]
    offering = await desk.offer(booking_required=True, cancellation=rules)
    order = await desk.place((offering, 1, await desk.slot(offering)))
    await desk.cancel(order)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert not cancelled.dues


async def test_what_was_served_cannot_be_cancelled(desk: Desk) -> None:
    order = await desk.scan(await desk.ready((await desk.offer(), 1)))
    with pytest.raises(NotTheirStep, match="fulfilling is not made cancelled by a resident"):
        await desk.cancel(order)
    await desk.fulfil(order)
    with pytest.raises(TransitionRefused, match="fulfilled cannot become cancelled"):
        await desk.cancel(order)


async def test_a_step_is_refused_to_whom_it_does_not_belong(desk: Desk) -> None:
    order = await desk.scan(await desk.ready((await desk.offer(**PACKAGE), 1)), "follow-up")
    with pytest.raises(NotTheirStep):
        await desk.cancel(order, Actor.PRACTITIONER)


async def test_a_scan_proves_a_visit_once_and_only_of_its_order_and_resident(desk: Desk) -> None:
    offering = await desk.offer(**PACKAGE)
    order, other = await desk.ready((offering, 1)), await desk.ready((offering, 1))
    scan = uuid4()
    await desk.scan(order, "follow-up", scan=scan)
    for again in (order, other):
        with pytest.raises(ScanUsed):
            await desk.scan(again, "follow-up", scan=scan)
    stranger = await desk.look(other)
    stranger.row.passed_to = uuid4()
    with pytest.raises(ReceiptRefused):
        await desk.scan(stranger, "follow-up")


async def test_a_visit_must_be_named_where_there_are_several_and_must_exist(desk: Desk) -> None:
    second = catalog.EntitledItem(code="examination", kind=catalog.UNIT_KIND_VISIT, times=1)
    order = await desk.ready((await desk.offer(**(PACKAGE | {"contents": [VISIT, second]})), 1))
    with pytest.raises(Invalid, match="say which: follow-up, examination"):
        await desk.scan(order)
    with pytest.raises(Invalid, match="not among"):
        await desk.scan(order, "massage")
    plain = await desk.ready((await desk.offer(), 1))
    with pytest.raises(Invalid, match="one service"):
        await desk.scan(plain, "follow-up")


async def test_services_are_proven_only_in_the_ways_of_their_process(desk: Desk) -> None:
    data = await desk.ready((await desk.offer(asks=True, kind=catalog.OFFERING_KIND_DATA_SERVICE), 1))
    with pytest.raises(ProofNotTaken, match="partner"):
        await desk.scan(data)
    with pytest.raises(ProofNotTaken):
        await desk.confirm(data)
    proven = await desk.state(data, "report-1")
    assert proven.row.status == OrderStatus.FULFILLING
    monitored = await desk.ready((await desk.offer(**MONITORING), 1))
    with pytest.raises(ProofNotTaken, match="usage"):
        await desk.scan(monitored, "blood-pressure")


async def test_a_statement_proves_once(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(**PACKAGE), 1))
    await desk.state(order, "s-1", "blood-pressure", 3)
    with pytest.raises(StatementUsed):
        await desk.state(order, "s-1", "blood-pressure", 3)
    assert (await desk.look(order)).lines[0].entitlements[1].used == 3


async def test_a_resident_s_word_proves_a_visit(desk: Desk) -> None:
    order = await desk.confirm(await desk.ready((await desk.offer(), 1)))
    assert [proof.source for proof in order.lines[0].proofs] == ["resident"]
    assert order.row.status == OrderStatus.FULFILLING


async def test_records_of_use_count_once_and_fail_alone(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=1_200, **MONITORING), 1))
    foreign = await desk.ready((await desk.offer(partner=uuid4(), **MONITORING), 1))
    line = order.lines[0].row.id
    first = UsageRecord("day-1", line, "blood-pressure", 5, desk.now)
    outcomes = await desk.record(
        first,
        first,
        UsageRecord("day-2", line, "blood-pressure", 8, desk.now),
        UsageRecord("day-3", foreign.lines[0].row.id, "blood-pressure", 1, desk.now),
        UsageRecord("day-4", line, "glucose", 1, desk.now),
        UsageRecord("day-5", line, "blood-pressure", 0, desk.now),
        UsageRecord("day-6", line, "blood-pressure", 1, desk.now + timedelta(days=1)),
        UsageRecord("day-7", line, "blood-pressure", 7, desk.now),
    )
    assert [(one.counted, one.repeated, bool(one.refusal)) for one in outcomes] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, True),
        (False, False, True),
        (False, False, True),
        (False, False, True),
        (True, False, False),
    ]
    again = await desk.record(first, UsageRecord("day-7", line, "blood-pressure", 6, desk.now))
    assert [(one.repeated, one.refusal[:8]) for one in again] == [(True, ""), (False, "key: thi")]
    after = await desk.look(order)
    assert after.lines[0].entitlements[0].used == 12
    assert after.row.status == OrderStatus.FULFILLING
    assert [told.units for told in await desk.told(UsageRecorded, order)] == [12]


async def test_a_visit_is_not_a_record_of_use(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(**PACKAGE), 1))
    (outcome,) = await desk.record(proofs.UsageRecord("v", order.lines[0].row.id, "follow-up", 1, desk.now))
    assert outcome.refusal == "a visit is proven where it is made"


async def test_the_database_lets_nobody_use_more_than_was_granted(desk: Desk) -> None:
    await desk.ready((await desk.offer(**PACKAGE), 1))
    with pytest.raises(Exception, match=r"entitlement_(not_overused|given_up)"):
        await desk.query("UPDATE entitlement SET used = granted + 1 RETURNING code")


async def test_a_revoked_consent_ends_what_is_nothing_without_the_data_and_owes_what_was_used(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=1_200, asks=True, **MONITORING), 1))
    await desk.record(UsageRecord("m-1", order.lines[0].row.id, "blood-pressure", 3, desk.now))
    await desk.consent(order, ConsentRevoked)
    assert await desk.status(order) is OrderStatus.FULFILLING  # the partner's word alone: its resident may object
    (refused,) = await desk.record(UsageRecord("m-2", order.lines[0].row.id, "blood-pressure", 1, desk.now))
    assert "revoked" in refused.refusal
    desk.later(days=3)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.FULFILLED
    (fulfilled,) = await desk.told(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [300]


async def test_a_revoked_consent_leaves_a_visit_to_go_on_without_the_data(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(asks=True), 1))
    await desk.consent(order, ConsentRevoked)
    assert await desk.status(order) is OrderStatus.ACCEPTED
    await desk.fulfil(await desk.scan(order))


async def test_an_order_is_passed_on_to_a_dependant_who_is_then_the_one_served(desk: Desk) -> None:
    child = uuid4()
    order = await desk.ready((await desk.offer(**PACKAGE), 1))
    before = await desk.look(order)
    async with desk.store.transaction() as session:
        passed = await booking.transfer_order(
            session,
            order_id=order.row.id,
            beneficiary_id=child,
            birth_date=date(2025, 1, 1),
            visibility=ALL,
            deadlines=DEADLINES,
            now=desk.now,
        )
    assert passed.row.beneficiary_id == child
    with pytest.raises(ReceiptRefused):
        await desk.scan(before, "follow-up")
    after = await desk.scan(await desk.look(order), "follow-up")
    with pytest.raises(TransferRefused, match="used"):
        await transfer(desk, after)
    asked = await desk.ready((await desk.offer(asks=True, **PACKAGE), 1))
    with pytest.raises(TransferRefused, match="data"):
        await transfer(desk, asked)
    adult = await desk.ready(
        (await desk.offer(eligibility=catalog.Eligibility(age_from_months=216)), 1), birth=date(1980, 1, 1)
    )
    with pytest.raises(NotEligible):
        await transfer(desk, adult)


async def transfer(desk: Desk, order: OrderAggregate) -> None:
    async with desk.store.transaction() as session:
        await booking.transfer_order(
            session,
            order_id=order.row.id,
            beneficiary_id=uuid4(),
            birth_date=date(2025, 1, 1),
            visibility=ALL,
            deadlines=DEADLINES,
            now=desk.now,
        )


@pytest.mark.parametrize(
    ("born", "welcome"),
    [
        (date(2025, 11, 2), True),
        (date(2026, 4, 1), True),
        (date(2025, 10, 1), False),
        (date(2026, 4, 2), False),
        (None, False),
    ],
)
async def test_a_service_for_an_age_is_for_that_age(desk: Desk, born: date | None, welcome: bool) -> None:
    """From six months, below twelve, on the first of October 2026."""
    desk.now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    infants = catalog.Eligibility(age_from_months=6, age_below_months=12)
    offering = await desk.offer(eligibility=infants)
    if welcome:
        await desk.place((offering, 1), birth=born)
        return
    with pytest.raises(NotEligible):
        await desk.place((offering, 1), birth=born)


@pytest.mark.parametrize(("hour", "welcome"), [(15, False), (16, True)])
async def test_a_birthday_begins_by_the_city_s_clock_when_ordering_and_when_passing_on(
    desk: Desk, hour: int, welcome: bool
) -> None:
    """In a city eight hours ahead of UTC the first of October begins on the 30th of September, at 16:00 UTC."""
    grown = {"eligibility": catalog.Eligibility(age_from_months=216), **PACKAGE}
    order = await desk.ready((await desk.offer(**grown), 1), birth=date(1980, 1, 1))
    desk.now = datetime(2026, 9, 30, hour, tzinfo=UTC)
    born = date(2008, 10, 1)

    async def passed_on() -> None:
        async with desk.store.transaction() as session:
            await booking.transfer_order(
                session,
                order_id=order.row.id,
                beneficiary_id=uuid4(),
                birth_date=born,
                visibility=ALL,
                deadlines=DEADLINES,
                now=desk.now,
            )

    if welcome:
        await desk.place((await desk.offer(**grown), 1), birth=born)
        await passed_on()
        return
    with pytest.raises(NotEligible):
        await desk.place((await desk.offer(**grown), 1), birth=born)
    with pytest.raises(NotEligible):
        await passed_on()

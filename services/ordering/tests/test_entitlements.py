"""What was used is due, to the cent; what was not is not; and cancelling costs what the terms say."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Invalid
from chassis.wire import timestamp
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
from ordering.domain.orders import (
    DistrictUnknown,
    NotEligible,
    NotInProgramme,
    OfferingWithdrawn,
    Person,
    PilotElsewhere,
    ProgrammeUnknown,
    SexUnknown,
)
from ordering.domain.process import Actor, NotTheirStep, ObjectionOpen, OrderStatus, TransitionRefused
from ordering.domain.proofs import NothingProven, ProofNotTaken, ReceiptRefused, ScanUsed, StatementUsed
from ordering.store import offerings
from ordering_scenario import ALL, DEADLINES, Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.common.v1.types_pb2 import SEX_FEMALE
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
INFANT = Person(date(2025, 1, 1))
SERVICE = "ordering"
VISIT = catalog.EntitledItem(code="follow-up", kind=catalog.UNIT_KIND_VISIT, times=4, weight=2)
MEASURED = catalog.EntitledItem(code="blood-pressure", kind=catalog.UNIT_KIND_MEASUREMENT, times=12)
PACKAGE = {"kind": catalog.OFFERING_KIND_PACKAGE, "contents": [VISIT, MEASURED], "valid_days": 30}
MONITORING = {"kind": catalog.OFFERING_KIND_DEVICE_MONITORING, "contents": [MEASURED], "valid_days": 30}
ITEMS = st.lists(
    st.tuples(st.integers(1, 366), st.integers(0, 366), st.integers(1, 1000)).map(
        lambda value: ItemUse(value[0], min(value[0], value[1]), value[2])
    ),
    min_size=1,
    max_size=5,
)
RULES = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 10_000)), max_size=5).map(
    lambda values: [CancellationRule(hours, fee) for hours, fee in values]
)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@given(st.integers(0, 10**12), ITEMS)
def test_what_was_used_costs_its_share_and_everything_costs_everything(total: int, items: list[ItemUse]) -> None:
    amount = due(total, False, items)
    assert 0 <= amount <= total
    opposite = [ItemUse(item.granted, item.granted - item.used, item.weight) for item in items]
    if any(item.used for item in items) and any(item.used < item.granted for item in items):
        assert abs(amount + due(total, False, opposite) - total) <= 1
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
    sessions = [NOW + timedelta(hours=hours) for hours in hours]
    fee = fees(parts, rules, sessions, NOW)
    assert 0 <= fee <= sum(parts[: len(sessions)])
    far = [NOW + timedelta(days=1_000)] * len(sessions)
    assert fees(parts, rules, far, NOW) == 0
    assert due(total, False, items, fee) <= total


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


async def test_a_package_is_used_up_visit_by_visit_and_then_fulfilled_in_full(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=2_000, **PACKAGE), 1))
    for _ in range(4):
        order = await scenario.scan(order, "follow-up")
    with pytest.raises(EntitlementUsedUp, match="4 of 4"):
        await scenario.scan(order, "follow-up")
    with pytest.raises(NothingProven):
        await scenario.fulfil(order)
    line = order.lines[0].row.id
    await scenario.record(UsageRecord("k1", line, "blood-pressure", 12, scenario.now))
    with pytest.raises(ObjectionOpen):
        await scenario.fulfil(order)
    await scenario.agree(order)
    await scenario.fulfil(order)
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert list(fulfilled.order_line_ids) == [str(line)]
    assert not fulfilled.dues
    assert len(await scenario.published(ServiceProven, order)) == 4


async def test_what_is_left_at_the_end_of_its_time_is_not_charged(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=2_000, **PACKAGE), 1))
    await scenario.scan(order, "follow-up")  # 2 of 4·2 + 12·1 = 20 parts
    scenario.later(days=31)
    with pytest.raises(EntitlementOver):
        await scenario.scan(order, "follow-up")
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [200]
    assert await scenario.status(order) is OrderStatus.FULFILLED


async def test_what_is_left_is_charged_where_the_terms_say_so(scenario: Scenario) -> None:
    terms = PACKAGE | {"unused": catalog.UNUSED_CHARGED}
    order = await scenario.ready((await scenario.offer(price=2_000, **terms), 1))
    await scenario.scan(order, "follow-up")
    scenario.later(days=31)
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert not fulfilled.dues


async def test_a_package_nobody_began_expires_and_owes_nothing(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=2_000, **PACKAGE, unused=catalog.UNUSED_CHARGED), 1))
    scenario.later(days=31)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.EXPIRED
    assert len(await scenario.published(OrderExpired, order)) == 1


async def test_a_share_that_rounds_to_nothing_closes_the_order(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=1, **PACKAGE), 1))
    await scenario.record(UsageRecord("k-tiny", order.lines[0].row.id, "blood-pressure", 1, scenario.now))
    scenario.later(days=31)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.CLOSED
    assert len(await scenario.published(OrderClosed, order)) == 1


async def test_a_package_may_be_cancelled_between_visits_and_what_was_used_is_due(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=2_000, **PACKAGE), 1))
    await scenario.scan(order, "follow-up")
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]
    with pytest.raises(TransitionRefused):
        await scenario.scan(order, "follow-up")


async def test_cancelling_late_costs_the_resident_the_fee_and_nobody_else(scenario: Scenario) -> None:
    rules = [
        catalog.CancellationRule(hours_before=24, fee_basis_points=2_000),
        catalog.CancellationRule(hours_before=2, fee_basis_points=10_000),
    ]
    offering = await scenario.offer(price=1_001, booking_required=True, cancellation=rules)
    owed = {}
    for hours, actor in ((48, Actor.RESIDENT), (23, Actor.RESIDENT), (1, Actor.RESIDENT), (1.5, Actor.PARTNER)):
        order = await scenario.ready((offering, 1, await scenario.slot(offering, hours=hours)))
        await scenario.cancel(order, actor)
        (cancelled,) = await scenario.published(OrderCancelled, order)
        owed[hours, actor] = [due.amount.minor for due in cancelled.dues]
    assert list(owed.values()) == [[], [200], [1_001], []]


async def test_an_order_that_waits_for_money_is_cancelled_for_nothing(scenario: Scenario) -> None:
    rules = [catalog.CancellationRule(hours_before=100, fee_basis_points=5_000)]
    offering = await scenario.offer(booking_required=True, cancellation=rules)
    order = await scenario.place((offering, 1, await scenario.slot(offering)))
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert not cancelled.dues


async def test_what_was_served_cannot_be_cancelled(scenario: Scenario) -> None:
    order = await scenario.scan(await scenario.ready((await scenario.offer(), 1)))
    with pytest.raises(NotTheirStep, match="fulfilling is not made cancelled by a resident"):
        await scenario.cancel(order)
    await scenario.fulfil(order)
    with pytest.raises(TransitionRefused, match="fulfilled cannot become cancelled"):
        await scenario.cancel(order)


async def test_a_step_is_refused_to_whom_it_does_not_belong(scenario: Scenario) -> None:
    order = await scenario.scan(await scenario.ready((await scenario.offer(**PACKAGE), 1)), "follow-up")
    with pytest.raises(NotTheirStep):
        await scenario.cancel(order, Actor.PRACTITIONER)


async def test_a_scan_proves_a_visit_once_and_only_of_its_order_and_resident(scenario: Scenario) -> None:
    offering = await scenario.offer(**PACKAGE)
    order, other = await scenario.ready((offering, 1)), await scenario.ready((offering, 1))
    scan = uuid4()
    await scenario.scan(order, "follow-up", scan=scan)
    for again in (order, other):
        with pytest.raises(ScanUsed):
            await scenario.scan(again, "follow-up", scan=scan)
    stranger = await scenario.look(other)
    stranger.row.passed_to = uuid4()
    with pytest.raises(ReceiptRefused):
        await scenario.scan(stranger, "follow-up")


async def test_a_visit_must_be_named_where_there_are_several_and_must_exist(scenario: Scenario) -> None:
    second = catalog.EntitledItem(code="examination", kind=catalog.UNIT_KIND_VISIT, times=1)
    order = await scenario.ready((await scenario.offer(**(PACKAGE | {"contents": [VISIT, second]})), 1))
    with pytest.raises(Invalid, match="say which: follow-up, examination"):
        await scenario.scan(order)
    with pytest.raises(Invalid, match="not among"):
        await scenario.scan(order, "massage")
    plain = await scenario.ready((await scenario.offer(), 1))
    with pytest.raises(Invalid, match="one service"):
        await scenario.scan(plain, "follow-up")


async def test_services_are_proven_only_in_the_ways_of_their_process(scenario: Scenario) -> None:
    data = await scenario.ready((await scenario.offer(asks=True, kind=catalog.OFFERING_KIND_DATA_SERVICE), 1))
    with pytest.raises(ProofNotTaken, match="partner"):
        await scenario.scan(data)
    with pytest.raises(ProofNotTaken):
        await scenario.confirm(data)
    proven = await scenario.state(data, "report-1")
    assert proven.row.status == OrderStatus.FULFILLING
    monitored = await scenario.ready((await scenario.offer(**MONITORING), 1))
    with pytest.raises(ProofNotTaken, match="usage"):
        await scenario.scan(monitored, "blood-pressure")


async def test_a_statement_proves_once(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(**PACKAGE), 1))
    await scenario.state(order, "s-1", "blood-pressure", 3)
    with pytest.raises(StatementUsed):
        await scenario.state(order, "s-1", "blood-pressure", 3)
    assert (await scenario.look(order)).lines[0].entitlements[1].used == 3


async def test_a_resident_s_word_proves_a_visit(scenario: Scenario) -> None:
    order = await scenario.confirm(await scenario.ready((await scenario.offer(), 1)))
    assert [proof.source for proof in order.lines[0].proofs] == ["resident"]
    assert order.row.status == OrderStatus.FULFILLING


async def test_records_of_use_count_once_and_fail_alone(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=1_200, **MONITORING), 1))
    foreign = await scenario.ready((await scenario.offer(partner=uuid4(), **MONITORING), 1))
    line = order.lines[0].row.id
    first = UsageRecord("day-1", line, "blood-pressure", 5, scenario.now)
    outcomes = await scenario.record(
        first,
        first,
        UsageRecord("day-2", line, "blood-pressure", 8, scenario.now),
        UsageRecord("day-3", foreign.lines[0].row.id, "blood-pressure", 1, scenario.now),
        UsageRecord("day-4", line, "glucose", 1, scenario.now),
        UsageRecord("day-5", line, "blood-pressure", 0, scenario.now),
        UsageRecord("day-6", line, "blood-pressure", 1, scenario.now + timedelta(days=1)),
        UsageRecord("day-7", line, "blood-pressure", 7, scenario.now),
    )
    assert [(outcome.counted, outcome.repeated, bool(outcome.refusal)) for outcome in outcomes] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, True),
        (False, False, True),
        (False, False, True),
        (False, False, True),
        (True, False, False),
    ]
    again = await scenario.record(first, UsageRecord("day-7", line, "blood-pressure", 6, scenario.now))
    assert [(outcome.repeated, outcome.refusal[:8]) for outcome in again] == [(True, ""), (False, "key: thi")]
    after = await scenario.look(order)
    assert after.lines[0].entitlements[0].used == 12
    assert after.row.status == OrderStatus.FULFILLING
    assert [event.units for event in await scenario.published(UsageRecorded, order)] == [12]


async def test_one_key_that_is_sent_for_two_orders_at_once_counts_for_one(scenario: Scenario) -> None:
    offering = await scenario.offer(price=1_200, **MONITORING)
    lines = [(await scenario.ready((offering, 1))).lines[0].row.id for _ in range(2)]
    for key in ("a", "b", "c", "d"):
        records = [UsageRecord(key, line, "blood-pressure", 1, scenario.now) for line in lines]
        outcomes = [outcome for (outcome,) in await asyncio.gather(*(scenario.record(each) for each in records))]
        assert sorted(outcome.counted for outcome in outcomes) == [False, True], outcomes
        assert [outcome.refusal for outcome in outcomes if not outcome.counted] == [
            "key: this key counted another record; use a new one"
        ]


async def test_a_visit_is_not_a_record_of_use(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(**PACKAGE), 1))
    (outcome,) = await scenario.record(proofs.UsageRecord("v", order.lines[0].row.id, "follow-up", 1, scenario.now))
    assert outcome.refusal == "a visit is proven where it is made"


async def test_the_database_lets_nobody_use_more_than_was_granted(scenario: Scenario) -> None:
    await scenario.ready((await scenario.offer(**PACKAGE), 1))
    with pytest.raises(Exception, match=r"entitlement_(not_overused|given_up)"):
        await scenario.query("UPDATE entitlement SET used = granted + 1 RETURNING code")


async def test_a_revoked_consent_ends_what_is_nothing_without_the_data_and_owes_what_was_used(
    scenario: Scenario,
) -> None:
    order = await scenario.ready((await scenario.offer(price=1_200, asks=True, **MONITORING), 1))
    await scenario.record(UsageRecord("m-1", order.lines[0].row.id, "blood-pressure", 3, scenario.now))
    await scenario.consent(order, ConsentRevoked)
    assert await scenario.status(order) is OrderStatus.FULFILLING  # the partner's word alone: its resident may object
    (refused,) = await scenario.record(UsageRecord("m-2", order.lines[0].row.id, "blood-pressure", 1, scenario.now))
    assert "revoked" in refused.refusal
    scenario.later(days=3)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.FULFILLED
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [300]


async def test_a_revoked_consent_leaves_a_visit_to_go_on_without_the_data(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(asks=True), 1))
    await scenario.consent(order, ConsentRevoked)
    assert await scenario.status(order) is OrderStatus.ACCEPTED
    await scenario.fulfil(await scenario.scan(order))


async def test_an_order_is_passed_on_to_a_dependant_who_is_then_the_one_served(scenario: Scenario) -> None:
    child = uuid4()
    order = await scenario.ready((await scenario.offer(**PACKAGE), 1))
    before = await scenario.look(order)
    async with scenario.store.transaction() as session:
        passed = await booking.transfer_order(
            session,
            order_id=order.row.id,
            beneficiary_id=child,
            person=INFANT,
            visibility=ALL,
            deadlines=DEADLINES,
            now=scenario.now,
        )
    assert passed.row.beneficiary_id == child
    with pytest.raises(ReceiptRefused):
        await scenario.scan(before, "follow-up")
    after = await scenario.scan(await scenario.look(order), "follow-up")
    with pytest.raises(TransferRefused, match="used"):
        await transfer(scenario, after)
    asking = await scenario.ready((await scenario.offer(asks=True, **PACKAGE), 1))
    with pytest.raises(TransferRefused, match="data"):
        await transfer(scenario, asking)
    adult = await scenario.ready(
        (await scenario.offer(eligibility=catalog.Eligibility(age_from_months=216)), 1), birth=date(1980, 1, 1)
    )
    with pytest.raises(NotEligible):
        await transfer(scenario, adult)


async def transfer(scenario: Scenario, order: OrderAggregate, to: Person = INFANT) -> None:
    async with scenario.store.transaction() as session:
        await booking.transfer_order(
            session,
            order_id=order.row.id,
            beneficiary_id=uuid4(),
            person=to,
            visibility=ALL,
            deadlines=DEADLINES,
            now=scenario.now,
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
async def test_a_service_for_an_age_is_for_that_age(scenario: Scenario, born: date | None, welcome: bool) -> None:
    """From six months, below twelve, on the first of October 2026."""
    scenario.now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    infants = catalog.Eligibility(age_from_months=6, age_below_months=12)
    offering = await scenario.offer(eligibility=infants)
    if welcome:
        await scenario.place((offering, 1), birth=born)
        return
    with pytest.raises(NotEligible):
        await scenario.place((offering, 1), birth=born)


@pytest.mark.parametrize(("sex", "refusal"), [("female", None), ("male", NotEligible), ("", SexUnknown)])
async def test_who_is_of_another_sex_than_a_service_is_for_or_of_one_that_is_not_known_is_refused(
    scenario: Scenario, sex: str, refusal: type[NotEligible] | None
) -> None:
    offering = await scenario.offer(eligibility=catalog.Eligibility(sex=SEX_FEMALE))
    if refusal is None:
        await scenario.place((offering, 1), birth=date(1980, 1, 1), sex=sex)
        return
    with pytest.raises(refusal) as refused:
        await scenario.place((offering, 1), birth=date(1980, 1, 1), sex=sex)
    assert type(refused.value) is refusal


async def test_an_order_of_a_service_for_one_sex_is_not_passed_on_to_another(scenario: Scenario) -> None:
    women = await scenario.offer(eligibility=catalog.Eligibility(sex=SEX_FEMALE), **PACKAGE)
    order = await scenario.ready((women, 1), birth=date(1980, 1, 1), sex="female")
    for sex, refusal in (("male", NotEligible), ("", SexUnknown)):
        with pytest.raises(refusal):
            await transfer(scenario, order, Person(date(1980, 1, 1), sex))


@pytest.mark.parametrize(
    ("homes", "refusal"),
    [(("lixia",), None), (("lixia-yaojia", "lixia"), None), (("shizhong",), NotEligible), ((), DistrictUnknown)],
)
async def test_who_lives_elsewhere_than_a_service_is_for_is_refused_and_nothing_is_passed_on_to_them(
    scenario: Scenario, homes: tuple[str, ...], refusal: type[NotEligible] | None
) -> None:
    local = await scenario.offer(eligibility=catalog.Eligibility(districts=["lixia", "huaiyin"]), **PACKAGE)
    order = await scenario.ready((local, 1), birth=date(1980, 1, 1), homes=("huaiyin",))
    if refusal is None:
        await scenario.place((local, 1), birth=date(1980, 1, 1), homes=homes)
        await transfer(scenario, order, Person(date(1980, 1, 1), districts=homes))
        return
    with pytest.raises(refusal) as refused:
        await scenario.place((local, 1), birth=date(1980, 1, 1), homes=homes)
    assert type(refused.value) is refusal
    with pytest.raises(refusal):
        await transfer(scenario, order, Person(date(1980, 1, 1), districts=homes))


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        ({"hypertension": True, "diabetes": False}, None),
        ({"hypertension": False, "diabetes": True}, None),
        ({"hypertension": False, "diabetes": False}, NotInProgramme),
        ({"hypertension": False}, ProgrammeUnknown),
        ({}, ProgrammeUnknown),
    ],
)
async def test_who_takes_part_in_none_of_its_programmes_is_refused_and_what_is_not_known_is_never_a_yes(
    scenario: Scenario, known: dict[str, bool], refusal: type[NotEligible] | None
) -> None:
    born, programmes = date(1980, 1, 1), ["hypertension", "diabetes"]
    offering = await scenario.offer(eligibility=catalog.Eligibility(programmes=programmes), **PACKAGE)
    order = await scenario.ready((offering, 1), birth=born, programmes={"diabetes": True})
    if refusal is None:
        await scenario.place((offering, 1), birth=born, programmes=known)
        await transfer(scenario, order, Person(born, programmes=known))
        return
    with pytest.raises(refusal) as refused:
        await scenario.place((offering, 1), birth=born, programmes=known)
    assert type(refused.value) is refusal
    with pytest.raises(refusal):
        await transfer(scenario, order, Person(born, programmes=known))


async def test_what_a_service_is_for_is_in_no_event_of_its_order(scenario: Scenario) -> None:
    """The partner knows what it offers; what is told of the order says nothing of who takes part in what."""
    offering = await scenario.offer(eligibility=catalog.Eligibility(programmes=["hypertension"]), **PACKAGE)
    order = await scenario.ready((offering, 1), birth=date(1980, 1, 1), programmes={"hypertension": True})
    told = await scenario.query("SELECT subject, payload FROM outbox WHERE subject LIKE :of", of=f"%{order.row.id}%")
    assert len(told) > 1
    assert not [subject for subject, payload in told if b"hypertension" in payload]


async def test_a_pilot_is_ordered_where_it_is_tried_out_and_until_its_end_and_by_everybody_once_it_is_wider(
    scenario: Scenario,
) -> None:
    pilot = catalog.Pilot(districts=["lixia"], ends_at=timestamp(scenario.now + timedelta(hours=1)))
    offering = await scenario.offer(pilot=pilot, **PACKAGE)
    born = date(1980, 1, 1)
    order = await scenario.ready((offering, 1), birth=born, homes=("lixia-yaojia", "lixia"))
    for homes, refusal in ((("shizhong",), PilotElsewhere), ((), DistrictUnknown)):
        with pytest.raises(refusal):
            await scenario.place((offering, 1), birth=born, homes=homes)
        with pytest.raises(refusal):
            await transfer(scenario, order, Person(born, districts=homes))
    scenario.now += timedelta(hours=1)
    with pytest.raises(OfferingWithdrawn):
        await scenario.place((offering, 1), birth=born, homes=("lixia",))
    await scenario.offer(again=offering, **PACKAGE)
    await scenario.place((offering, 1), birth=born, homes=("shizhong",))
    await transfer(scenario, order, Person(born, districts=("shizhong",)))


async def test_of_an_end_of_a_pilot_and_an_order_at_the_same_moment_one_comes_before_the_other(
    scenario: Scenario,
) -> None:
    """An order that is placed holds the pilot until it is written; one that comes while its end is written waits for
    that, and is refused."""
    pilot = catalog.Pilot(districts=["lixia"])
    offering = await scenario.offer(pilot=pilot, **PACKAGE)

    async def ordered() -> OrderAggregate:
        return await scenario.place((offering, 1), birth=date(1980, 1, 1), homes=("lixia",))

    async with scenario.store.transaction() as ending:
        await offerings.withdraw(ending, {offering: 2})
        late = asyncio.create_task(ordered())
        await until_something_waits(scenario)
        assert not late.done()
    with pytest.raises(OfferingWithdrawn):
        await late
    goes_on = await scenario.offer(pilot=pilot, **PACKAGE)
    async with scenario.store.transaction() as placing_it:
        terms, _ = await offerings.terms(placing_it, [goes_on])
        await offerings.hold_pilots(placing_it, terms)
        ending_later = asyncio.create_task(withdrawn(scenario, goes_on))
        await until_something_waits(scenario)
        assert not ending_later.done()
    await ending_later


async def withdrawn(scenario: Scenario, offering: UUID) -> None:
    async with scenario.store.transaction() as session:
        await offerings.withdraw(session, {offering: 2})


async def until_something_waits(scenario: Scenario) -> None:
    """Until a transaction in this test's database waits for another."""
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while not await scenario.query(waits):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("hour", "welcome"), [(15, False), (16, True)])
async def test_a_birthday_begins_by_the_city_s_clock_when_ordering_and_when_passing_on(
    scenario: Scenario, hour: int, welcome: bool
) -> None:
    """In a city eight hours ahead of UTC the first of October begins on the 30th of September, at 16:00 UTC."""
    grown = {"eligibility": catalog.Eligibility(age_from_months=216), **PACKAGE}
    order = await scenario.ready((await scenario.offer(**grown), 1), birth=date(1980, 1, 1))
    scenario.now = datetime(2026, 9, 30, hour, tzinfo=UTC)
    born = date(2008, 10, 1)

    async def passed_on() -> None:
        async with scenario.store.transaction() as session:
            await booking.transfer_order(
                session,
                order_id=order.row.id,
                beneficiary_id=uuid4(),
                person=Person(born),
                visibility=ALL,
                deadlines=DEADLINES,
                now=scenario.now,
            )

    if welcome:
        await scenario.place((await scenario.offer(**grown), 1), birth=born)
        await passed_on()
        return
    with pytest.raises(NotEligible):
        await scenario.place((await scenario.offer(**grown), 1), birth=born)
    with pytest.raises(NotEligible):
        await passed_on()

"""Whatever happens to orders, in whatever order: none is ever stuck, and nothing outlives the order it was held for."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.pages import beginning
from chassis.refusals import Refusal
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands import moves
from ordering.commands.proofs import UsageRecord
from ordering.domain.process import AT_REST, CALLED_OFF, Actor, OrderStatus, processes
from ordering.domain.steps import Party, next_steps
from ordering.store import orders
from ordering.store.orders import OrderFilter
from ordering_scenario import ALL, DEADLINES, Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.consent.v1.events_pb2 import ConsentDenied, ConsentGranted, ConsentRevoked
from yima.ordering.v1.events_pb2 import (
    CancellationSettled,
    OrderCancelled,
    OrderExpired,
    OrderFulfilled,
    OrderPaymentFailed,
    OrderRefused,
)
from yima.settlement.v1.events_pb2 import PaymentFailed

pytestmark = pytest.mark.anyio
SERVICE = "ordering"

COURSE = [
    catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=2, weight=3),
    catalog.EntitledItem(code="reading", kind=catalog.UNIT_KIND_MEASUREMENT, times=5),
]
RULES = [catalog.CancellationRule(hours_before=24, fee_basis_points=3_000)]
KINDS: dict[str, dict[str, Any]] = {
    "visit": {"kind": catalog.OFFERING_KIND_SINGLE_VISIT, "booking_required": True, "cancellation": RULES},
    "package": {
        "kind": catalog.OFFERING_KIND_PACKAGE,
        "contents": COURSE,
        "valid_days": 5,
        "booking_required": True,
        "cancellation": RULES,
    },
    "subscription": {
        "kind": catalog.OFFERING_KIND_SUBSCRIPTION,
        "contents": COURSE,
        "valid_days": 3,
        "asks": True,
        "unused": catalog.UNUSED_CHARGED,
    },
    "monitoring": {
        "kind": catalog.OFFERING_KIND_DEVICE_MONITORING,
        "contents": COURSE[1:],
        "valid_days": 4,
        "asks": True,
    },
    "data": {"kind": catalog.OFFERING_KIND_DATA_SERVICE, "asks": True},
    "free": {"kind": catalog.OFFERING_KIND_SINGLE_VISIT, "price": 0},
}
DEEDS = [
    "pay",
    "decline",
    "capture",
    "grant",
    "deny",
    "revoke",
    "accept",
    "refuse",
    "scan",
    "confirm",
    "state",
    "record",
    "object",
    "complain",
    "uphold",
    "dismiss",
    "agree",
    "book",
    "move",
    "give-up",
    "withdraw",
    "fulfil",
    "cancel",
    "cancel-partner",
    "cancel-regulator",
    "hour",
    "day",
    "overdue",
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([f"place-{kind}" for kind in KINDS]), st.integers(0, 3)),
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=40,
)
ENDINGS = {
    OrderStatus.REFUSED: OrderRefused,
    OrderStatus.CANCELLED: OrderCancelled,
    OrderStatus.EXPIRED: OrderExpired,
    OrderStatus.FULFILLED: OrderFulfilled,
    OrderStatus.CLOSED: OrderFulfilled,
}


class Town:
    """A few offerings with a few slots, two residents, and the orders there have been."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.residents = [uuid4(), uuid4()]
        self.offered: dict[str, UUID] = {}
        self.slots: dict[str, list[UUID]] = {}
        self.placed: list[OrderAggregate] = []
        self.count = 0
        self.waited_for: set[UUID] = set()  # orders whose residents agreed, or whose objections were decided
        self.announced = UUID(int=0)

    async def open(self) -> None:
        for kind, manifest in KINDS.items():
            self.offered[kind] = await self.scenario.offer(**({"price": 999} | manifest))
            hours = (20, 44, 68) if manifest.get("booking_required") else ()
            self.slots[kind] = [await self.scenario.slot(self.offered[kind], 1, hour) for hour in hours]

    async def do(self, deed: str, which: int) -> None:
        if deed.startswith("place-"):
            kind = deed.removeprefix("place-")
            slots = self.slots[kind][which % 3 :][:1] if self.slots[kind] else []
            line = (self.offered[kind], 1, *slots)
            self.placed.append(await self.scenario.place(line, resident=self.residents[which % 2]))
        elif deed == "hour":
            self.scenario.later(minutes=31)
        elif deed == "day":
            self.scenario.later(hours=23)
        elif deed == "overdue":
            await self.scenario.end_overdue()
        elif self.placed:
            await self.treat(deed, await self.scenario.look(self.placed[which % len(self.placed)]), which)

    async def treat(self, deed: str, order: OrderAggregate, which: int) -> None:
        scenario, line = self.scenario, order.lines[0]
        self.count += 1
        key = f"{id(self)}-{self.count}"
        visit, reading = ("visit", "reading") if line.entitlements else ("", "")
        kind = next(kind for kind, offering in self.offered.items() if offering == line.row.offering_id)
        slot = self.slots[kind][which % 3] if self.slots[kind] else uuid4()
        given_up = line.bookings[0].id if line.bookings else uuid4()
        deeds: dict[str, Callable[[], Awaitable[Any]]] = {
            "pay": lambda: scenario.pay(order),
            "decline": lambda: scenario.decline(order),
            "capture": lambda: scenario.capture(order),
            "grant": lambda: scenario.consent(order, ConsentGranted),
            "deny": lambda: scenario.consent(order, ConsentDenied),
            "revoke": lambda: scenario.consent(order, ConsentRevoked),
            "accept": lambda: scenario.accept(order),
            "refuse": lambda: scenario.refuse(order),
            "scan": lambda: scenario.scan(order, visit),
            "confirm": lambda: scenario.confirm(order),
            "state": lambda: scenario.state(order, key, reading),
            "record": lambda: scenario.record(UsageRecord(key, line.row.id, "reading", 1 + which, scenario.now)),
            "book": lambda: scenario.book(order, slot),
            "move": lambda: scenario.book(order, slot, given_up),
            "object": lambda: scenario.complain(order, not_given=True),
            "complain": lambda: scenario.complain(order),
            "uphold": lambda: self.decide(order, True),
            "dismiss": lambda: self.decide(order, False),
            "agree": lambda: scenario.agree(order),
            "give-up": lambda: scenario.cancel_sessions(order, given_up, following=which % 2 == 1),
            "withdraw": lambda: scenario.withdraw(slot),
            "fulfil": lambda: scenario.fulfil(order),
            "cancel": lambda: scenario.cancel(order),
            "cancel-partner": lambda: scenario.cancel(order, Actor.PARTNER),
            "cancel-regulator": lambda: scenario.cancel(order, Actor.REGULATOR),
        }
        await deeds[deed]()
        if deed in ("agree", "uphold", "dismiss"):
            self.waited_for.add(order.row.id)

    async def decide(self, order: OrderAggregate, upheld: bool) -> None:
        if await self.scenario.query(
            "SELECT id FROM complaint WHERE order_id = :id AND status <> 'decided'", id=order.row.id
        ):
            await self.scenario.decide(order, upheld)

    async def check_money(self) -> None:
        """No money moves on the partner's word alone before its resident could object to it, however the order ends."""
        kinds = {kind.DESCRIPTOR.full_name: kind for kind in (OrderFulfilled, OrderCancelled, CancellationSettled)}
        for number, subject, payload in await self.scenario.query(
            "SELECT id, subject, payload FROM outbox WHERE id > :last ORDER BY id", last=self.announced
        ):
            self.announced = number
            kind = kinds.get(subject.rpartition(".")[0])
            event = kind.FromString(payload) if kind is not None else None
            moves_money = isinstance(event, OrderFulfilled) or (event is not None and event.dues)
            if not moves_money or UUID(event.order_id) in self.waited_for:
                continue
            early = await self.scenario.query(
                """SELECT claim.objection_until FROM (
                       SELECT order_line_id, objection_until FROM proof WHERE struck_at IS NULL
                       UNION ALL SELECT order_line_id, objection_until FROM usage_record WHERE struck_at IS NULL
                   ) AS claim JOIN order_line AS line ON line.id = claim.order_line_id
                   WHERE line.order_id = :order AND claim.objection_until > :now""",
                order=UUID(event.order_id),
                now=self.scenario.now,
            )
            assert not early, f"{subject} moves money that may still be objected to"

    async def check(self) -> None:
        """What must hold at every moment."""
        odd = await self.scenario.query(
            """SELECT slot.id FROM slot LEFT JOIN booking ON booking.slot_id = slot.id AND released_at IS NULL
               GROUP BY slot.id HAVING slot.held <> coalesce(sum(booking.places), 0)"""
        )
        assert not odd, "a slot's count is not the sum of its bookings"
        for placed in self.placed:
            order = await self.scenario.look(placed)
            status = OrderStatus(order.row.status)
            assert (order.row.deadline is not None) == (status not in AT_REST)
            coming = [
                booking for line in order.lines for booking in line.bookings if booking.ends_at > self.scenario.now
            ]
            assert not (status in CALLED_OFF and coming), f"a place outlives an order that is {status}"
            await self.check_steps(order)
            for line in order.lines:
                assert 0 <= line.due_minor <= line.total_minor
            until = order.row.objection_until
            if status in (OrderStatus.FULFILLED, OrderStatus.CLOSED):
                assert until is None or until <= self.scenario.now, "money was taken while its resident could object"
            units = await self.scenario.query(
                """SELECT coalesce(sum(units), 0) FROM (
                       SELECT order_line_id, item, units FROM proof WHERE struck_at IS NULL
                       UNION ALL SELECT order_line_id, item, units FROM usage_record WHERE struck_at IS NULL
                   ) AS given WHERE order_line_id = :line AND item <> ''""",
                line=order.lines[0].row.id,
            )
            assert units == [(sum(item.used for item in order.lines[0].entitlements),)], "what is proven is used"
            event = [kind for kind in set(ENDINGS.values()) if await self.scenario.published(kind, order)]
            assert event == ([ENDINGS[status]] if status in ENDINGS else []), "money and consent hear it once, rightly"
            assert status in processes()[order.row.process].states or status in ENDINGS

    async def check_steps(self, order: OrderAggregate) -> None:
        """Who has to do something is found in lists by the same rule, and an order that is over waits for nobody."""
        steps = list(next_steps(order.position))
        is_open = order.row.status not in CALLED_OFF | {OrderStatus.CLOSED} or order.row.dues_after is not None
        assert bool(steps) == is_open, "an open order says what is next"
        async with self.scenario.store.transaction() as session:
            for party in Party:
                chosen = OrderFilter(resident_id=order.row.resident_id, waits_for=party)
                listed = {order.id for order in await orders.page(session, ALL, chosen, beginning(100))}
                assert (order.row.id in listed) == any(step.party is party for step in steps), (party, steps)


@given(STEPS)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_order_is_ever_stuck_and_nothing_outlives_its_order(
    scenario: Scenario, steps: list[tuple[str, int]]
) -> None:
    town = Town(scenario)
    await town.open()
    for deed, which in steps:
        try:
            await town.do(deed, which)
        except Refusal:
            continue  # a refusal is an answer; that it left nothing behind is what is checked
        finally:
            await town.check_money()
    await town.check()
    for _ in range(4):  # nobody does anything any more, and time goes by
        scenario.later(days=100)
        await scenario.end_overdue()
        await town.check_money()
    await town.check()
    for placed in town.placed:
        assert await scenario.status(placed) in AT_REST
        assert (await scenario.look(placed)).row.dues_after is None, "what is owed is said in the end"


async def test_a_declined_payment_is_announced_and_an_earlier_choices_failure_is_not(scenario: Scenario) -> None:
    """The resident hears at once why. Whoever has chosen another method since does not hear of the one before."""
    order = await scenario.place((await scenario.offer(), 1))
    await scenario.decline(order)
    assert [event.reason for event in await scenario.published(OrderPaymentFailed, order)] == ["declined"]
    async with scenario.store.transaction() as session:
        await moves.pay_order(
            session, order_id=order.row.id, visibility=ALL, method="sandbox:ok", deadlines=DEADLINES, now=scenario.now
        )
    chosen = (await scenario.look(order)).row.payment_version
    late = PaymentFailed(order_id=str(order.row.id), reason="declined again", chosen_version=chosen - 1)
    await scenario.hear(handlers.on_payment_failed, late)
    assert (await scenario.look(order)).row.reason == ""
    await scenario.hear(handlers.on_payment_failed, PaymentFailed(order_id=str(order.row.id), reason="no money"))
    assert [event.reason for event in await scenario.published(OrderPaymentFailed, order)] == ["declined", "no money"]
    await scenario.pay(order)
    await scenario.decline(order)
    assert len(await scenario.published(OrderPaymentFailed, order)) == 2, "the money is in; nothing failed"

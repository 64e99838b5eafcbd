"""Things die in the middle of two hundred orders, and no order, event or cent is lost."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, agreed, fresh_key
from yima_client.errors import Refused

from e2e.people import Clinic, a_clinic, a_resident, operator_of, place

pytestmark = [pytest.mark.anyio, pytest.mark.long]

ORDERS = 200
AT_ONCE = 16
PATIENCE_SECONDS = 90.0
NATS_AWAY_SECONDS = 4.0
BUS_AWAY_SECONDS = 30.0
PASSING = {"unavailable", "internal", "unreadable", "?", "unknown-offering"}


async def stubborn(call: Callable[[], Awaitable[Any]]) -> Any:
    """The call's answer, tried again while parts of the system are away; each call carries its idempotency key."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        try:
            return await call()
        except (httpx2.HTTPError, Refused) as error:
            passing = not isinstance(error, Refused) or error.code in PASSING
            if not passing or asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(0.1 + random.random() / 5)


async def one_order(resident: Caller, clinic: Clinic) -> str:
    """Place, wait for the confirmation, serve; returns the order's id."""
    lines = [{"offeringId": clinic.offering["id"]}]
    order = {"lines": lines, "paymentMethod": "sandbox:ok", "consentGiven": True}
    order = await stubborn(lambda: agreed(resident, order))
    place, accept, prove, fulfil = (fresh_key() for _ in range(4))
    placed = await stubborn(lambda: resident.run("place-order", input=order, key=place))
    order_id = str(placed["id"])
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while (await stubborn(lambda: resident.run("order", id=order_id)))["status"] == "PLACED":
        assert asyncio.get_running_loop().time() < deadline, "an order was never confirmed"
        await asyncio.sleep(0.2)
    await stubborn(lambda: clinic.staff.run("accept-order", orderId=order_id, key=accept))
    code = await stubborn(lambda: resident.run("issue-health-code"))
    scan = await stubborn(lambda: clinic.practitioner.run("redeem-health-code", text=code["text"]))
    receipt = scan["receipt"]
    await stubborn(lambda: clinic.practitioner.run("prove-service", orderId=order_id, scanReceipt=receipt, key=prove))
    await stubborn(lambda: clinic.practitioner.run("fulfil-order", orderId=order_id, key=fulfil))
    return order_id


async def closed_orders(staff: Caller) -> set[str]:
    """The ids of the partner's closed orders, all pages of them."""
    found: set[str] = set()
    after = None
    document = """query ($after: String) { orders(status: CLOSED, first: 100, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }"""
    while True:
        page = (await staff.raw(document, after=after))["data"]["orders"]
        found |= {order["id"] for order in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def test_kills_and_a_silent_broker_in_the_middle_of_200_orders_lose_nothing(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    residents = [(await a_resident(nobody))[0] for _ in range(4)]
    gate = asyncio.Semaphore(AT_ONCE)
    done: list[str] = []

    async def ordered(number: int) -> None:
        async with gate:
            done.append(await one_order(residents[number % len(residents)], clinic))

    async def reached(share: float) -> None:
        while len(done) < ORDERS * share:  # noqa: ASYNC110 orders end one by one
            await asyncio.sleep(0.05)

    async def misfortunes() -> None:
        await reached(0.15)
        stack.supervisor.kill("ordering")
        await reached(0.35)
        stack.supervisor.kill("settlement")
        await reached(0.55)
        stack.nats.pause()
        await asyncio.sleep(NATS_AWAY_SECONDS)
        stack.nats.resume()
        await reached(0.75)
        stack.nats.kill()
        stack.supervisor.kill("settlement")
        await asyncio.sleep(1)
        await asyncio.to_thread(stack.nats.start)

    fate = asyncio.create_task(misfortunes())
    await asyncio.gather(*(ordered(number) for number in range(ORDERS)))
    await fate
    assert stack.supervisor.starts("ordering") >= 2
    assert stack.supervisor.starts("settlement") >= 3

    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while len(closed := await closed_orders(clinic.staff)) < ORDERS:
        assert asyncio.get_running_loop().time() < deadline, f"{len(closed)} of {ORDERS} orders were settled"
        await asyncio.sleep(0.3)
    assert closed == set(done), "every accepted order is settled"
    statement = await clinic.staff.run("statement", partnerId=clinic.partner_id)
    (account,) = statement["currencies"]
    earned = [line for line in account["lines"] if line["orderId"]]
    assert len(earned) == ORDERS, "each of them once"
    assert {line["orderId"] for line in earned} == closed
    assert sum(Decimal(line["amount"]["amount"]) for line in earned) == Decimal("324.00") * ORDERS
    check = await operator.run("ledger-check")
    assert check["holds"], check["findings"]
    assert all(Decimal(total["amount"]) == 0 for total in check["totals"])


async def test_a_service_told_to_stop_finishes_what_it_began(stack: Stack, nobody: Caller) -> None:
    """SIGTERM in the middle of placing: every call is answered or never arrived, and its repetition finds one order."""
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    await place(resident, clinic)
    keys = [fresh_key() for _ in range(60)]
    order = {"lines": [{"offeringId": clinic.offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
    order = await agreed(resident, order)
    starts = stack.supervisor.starts("ordering")
    answered: dict[str, str] = {}
    refusals: set[str] = set()

    async def one(key: str) -> None:
        try:
            answered[key] = (await resident.run("place-order", input=order, key=key))["id"]
        except Refused as refused:
            refusals.add(refused.code)

    placing = asyncio.gather(*(one(key) for key in keys))
    while len(answered) < 5:  # noqa: ASYNC110 answers come one by one
        await asyncio.sleep(0.005)
    stack.supervisor.kill("ordering", signal.SIGTERM)
    await placing
    assert refusals <= {"unavailable"}
    repeated = {key: (await stubborn(partial(resident.run, "place-order", input=order, key=key)))["id"] for key in keys}
    assert {key: repeated[key] for key in answered} == answered
    assert len(set(repeated.values())) == len(keys)
    assert stack.supervisor.starts("ordering") == starts + 1


async def test_orders_go_on_being_placed_while_the_bus_is_away_for_half_a_minute_and_all_are_confirmed(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    placed = [(await place(resident, clinic))["id"]]
    loop = asyncio.get_running_loop()
    began = loop.time()
    stack.nats.kill()
    try:
        while loop.time() - began < BUS_AWAY_SECONDS:
            placed.append((await place(resident, clinic))["id"])
            await asyncio.sleep(0.5)
    finally:
        await asyncio.to_thread(stack.nats.start)
    assert len(placed) > BUS_AWAY_SECONDS / 2
    for order_id in placed:
        deadline = loop.time() + PATIENCE_SECONDS
        while (await stubborn(partial(resident.run, "order", id=order_id)))["status"] != "CONFIRMED":
            assert loop.time() < deadline, "an order placed while the bus was away was never confirmed"
            await asyncio.sleep(0.2)

"""A price for a period: three months of a service, two of them paid and the third not; and who stops before."""

from typing import Any

import asyncpg
import pytest
from chassis.ids import Kind, parse_id
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key, until

from e2e.people import (
    PASSWORD,
    a_clinic,
    a_dependant,
    a_resident,
    confirmed,
    place,
    refusal,
    registered,
    until_status,
)
from e2e.test_ordering import END_GUARDIANSHIP

pytestmark = pytest.mark.anyio
PER_PERIOD: dict[str, Any] = {
    "definition": "home-blood-pressure-monitoring",
    "kind": "DEVICE_MONITORING",
    "price": {"amount": "30.00", "currency": "CNY"},
    "pricedPer": "PERIOD",
    "periodsMax": 12,
    "contents": [
        {"code": "reading", "kind": "MEASUREMENT", "times": 30, "title": {"en": "Reading", "zh-CN": "测量"}},
    ],
}
FOR_EVERYONE = {"definition": "weight-and-nutrition"}
OFFERED = "query ($id: ID!) { offering(id: $id) { pricedPer periodDays periodsMax price { amount } } }"


async def as_if(stack: Stack, order_id: str, *statements: str) -> None:
    """Have time pass for an order ($1)."""
    ordering = await asyncpg.connect(stack.postgres.url("ordering").replace("+asyncpg", ""))
    try:
        for statement in statements:
            await ordering.execute(statement, parse_id(order_id, "", Kind.ORDER))
    finally:
        await ordering.close()


NEARS_ITS_END = (
    "UPDATE orders SET window_ends_at = now() + interval '1 hour', deadline = now() + interval '1 hour' WHERE id = $1",
    "UPDATE series SET next_at = now() WHERE id = (SELECT series_id FROM orders WHERE id = $1)",
)


async def the_next(caller: Caller, order_id: str) -> dict[str, Any]:
    """The period that was prepared after this one."""
    this = await until(
        "the next period",
        lambda: caller.run("order", id=order_id),
        lambda order: order["series"]["newestOrderId"] != order_id,
    )
    return dict(await caller.run("order", id=this["series"]["newestOrderId"]))


async def test_each_period_is_paid_by_its_resident_and_the_unpaid_one_ends_the_series(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **PER_PERIOD)
    offered = (await nobody.raw(OFFERED, id=clinic.offering["id"]))["data"]["offering"]
    assert offered == {"pricedPer": "PERIOD", "periodDays": None, "periodsMax": 12, "price": {"amount": "30.00"}}
    resident, _ = await a_resident(nobody)
    first = await place(resident, clinic)
    await confirmed(resident, first["id"])
    await clinic.staff.run("accept-order", orderId=first["id"])
    shown = (await resident.run("order", id=first["id"]))["series"]
    assert (shown["period"], shown["periodsMax"], shown["end"]) == (1, 12, None)
    assert shown["nextReadyAt"] < shown["endsAt"]

    await as_if(stack, first["id"], *NEARS_ITS_END)
    second = await the_next(resident, first["id"])
    assert (second["status"], second["waitingFor"]) == ("PLACED", ["MONEY", "CONSENT"])
    before = await resident.run("order", id=first["id"])
    assert (second["series"]["period"], second["series"]["startsAt"]) == (2, before["series"]["endsAt"])
    assert second["series"]["changes"] == []
    assert (await refusal(clinic.staff.run("accept-order", orderId=second["id"]))).code == "not-found", "not theirs yet"
    stranger, _ = await a_resident(nobody)
    assert (await refusal(stranger.run("stop-series", orderId=second["id"]))).code == "not-found"
    await until(
        "the message",
        lambda: resident.run("messages", first=20),
        lambda page: any(message["kind"] == "PERIOD_READY" for message in page["nodes"]),
    )
    await resident.run("pay-order", orderId=second["id"], paymentMethod="sandbox:ok", key=fresh_key())
    hashes = [line["consentHash"] for line in second["lines"]]
    word = {"orderId": second["id"], "partnerId": clinic.partner_id, "consentHashes": hashes}
    await resident.run("agree-to-order", **word, key=fresh_key())
    await confirmed(resident, second["id"])
    accepted = await clinic.staff.run("accept-order", orderId=second["id"])
    assert accepted["status"] == "ACCEPTED"
    line = second["lines"][0]["id"]
    reading = {"key": f"{line}-early", "orderLineId": line, "item": "reading", "units": 1}
    early = await clinic.staff.run("record-usage", records=[reading | {"usedAt": second["series"]["startsAt"]}])
    assert early["outcomes"][0]["counted"] is False

    await as_if(stack, second["id"], *NEARS_ITS_END)
    third = await the_next(resident, second["id"])
    assert (third["series"]["period"], third["status"]) == (3, "PLACED")
    await as_if(stack, third["id"], "UPDATE orders SET deadline = now() WHERE id = $1")
    await until_status(resident, third["id"], "EXPIRED")
    over = (await resident.run("order", id=second["id"]))["series"]
    assert (over["end"], over["newestOrderId"]) == ("UNPAID", third["id"])
    seen = (await clinic.staff.run("order", id=second["id"]))["series"]
    assert (seen["period"], seen["end"], seen["newestOrderId"]) == (2, "UNPAID", None)
    for caller, kind in ((resident, "SERIES_ENDED"), (clinic.staff, "SERIES_OVER")):
        await until(
            kind,
            lambda caller=caller: caller.run("messages", first=20),  # type: ignore[misc]
            lambda page, kind=kind: any(message["kind"] == kind for message in page["nodes"]),  # type: ignore[misc]
        )


async def test_who_stops_is_prepared_no_further_period(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **PER_PERIOD | {"periodDays": 7})
    resident, _ = await a_resident(nobody)
    order = await place(resident, clinic)
    await confirmed(resident, order["id"])
    await clinic.staff.run("accept-order", orderId=order["id"])
    for _ in range(2):
        stopped = await resident.run("stop-series", orderId=order["id"])
        assert (stopped["status"], stopped["series"]["end"]) == ("ACCEPTED", "STOPPED")


async def test_a_guardian_pays_and_stops_a_series_of_a_child_and_neither_once_the_guardianship_ended(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **PER_PERIOD | FOR_EVERYONE)
    login = f"parent-{clinic.login}"
    await registered(nobody, login, birth_date="1985-03-03")
    parent = await nobody.signed_in(login, PASSWORD)
    child_id = await a_dependant(parent, "2016-03-03")
    parent = await nobody.signed_in(login, PASSWORD)

    async def paid(order_id: str) -> None:
        await parent.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())

    first = await place(parent, clinic, residentId=child_id)
    await confirmed(parent, first["id"])
    await clinic.staff.run("accept-order", orderId=first["id"])
    await as_if(stack, first["id"], *NEARS_ITS_END)
    second = await the_next(parent, first["id"])
    await until(
        "the message to who acts for the child",
        lambda: parent.run("messages", first=20),
        lambda page: any(message["kind"] == "PERIOD_READY" for message in page["nodes"]),
    )
    await paid(second["id"])
    hashes = [line["consentHash"] for line in second["lines"]]
    word = {"orderId": second["id"], "partnerId": clinic.partner_id, "consentHashes": hashes, "residentId": child_id}
    await parent.run("agree-to-order", **word, key=fresh_key())
    await confirmed(parent, second["id"])
    await clinic.staff.run("accept-order", orderId=second["id"])
    other = await place(parent, clinic, residentId=child_id)
    await confirmed(parent, other["id"])
    stopped = await parent.run("stop-series", orderId=other["id"])
    assert stopped["series"]["end"] == "STOPPED"

    await as_if(stack, second["id"], *NEARS_ITS_END)
    third = await the_next(parent, second["id"])
    ended = await parent.raw(END_GUARDIANSHIP, id=child_id)
    assert ended["data"]["endGuardianship"] == {"__typename": "Guardianship"}, ended
    parent = await nobody.signed_in(login, PASSWORD)
    for act in (
        parent.run("order", id=third["id"]),
        paid(third["id"]),
        parent.run("stop-series", orderId=third["id"]),
        parent.run("stop-series", orderId=first["id"]),
    ):
        assert (await refusal(act)).code == "not-found"
    seen = (await clinic.staff.run("order", id=second["id"]))["series"]
    assert seen["end"] is None, "nobody stopped it"
    await as_if(stack, third["id"], "UPDATE orders SET deadline = now() WHERE id = $1")
    await until(
        "the end of what nobody paid",
        lambda: clinic.staff.run("order", id=second["id"]),
        lambda order: order["series"]["end"] == "UNPAID",
    )


async def test_a_cart_makes_an_order_of_each_that_is_paid_by_the_period_beside_the_others(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **PER_PERIOD)
    plain = await a_clinic(nobody, stack.secrets, consent=None)
    resident, _ = await a_resident(nobody)
    await place(resident, clinic)
    await place(resident, plain)  # ordering has heard of both
    lines = [{"offeringId": each.offering["id"]} for each in (plain, clinic)]
    version = (await resident.run("cart"))["version"]
    cart = await resident.run("put-cart", lines=lines, version=version)
    shown = await resident.run("check-out", version=cart["version"], validateOnly=True, key=fresh_key())
    terms = [
        {name: line[name] for name in ("offeringId", "offeringRevision", "consentHash")}
        for order in shown["orders"]
        for line in order["lines"]
    ]
    asked = {"version": cart["version"], "agreed": terms, "expectedTotal": shown["total"]}
    done = await resident.run("check-out", **asked, paymentMethod="sandbox:ok", consentGiven=True, key=fresh_key())
    assert len(done["orders"]) == 2
    periods = [(await resident.run("order", id=order["id"]))["series"] for order in done["orders"]]
    assert sorted(bool(series) for series in periods) == [False, True]

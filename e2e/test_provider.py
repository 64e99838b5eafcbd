"""The payment provider misbehaves, over real HTTP: late and doubled news changes nothing about who is owed what."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key, retried, until
from yima_client.errors import Refused

from e2e.people import (
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    operator_of,
    place,
    refusal,
    serve,
    until_status,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def provider(stack: Stack) -> AsyncGenerator[httpx2.AsyncClient]:
    """The sandbox, from outside; whatever goes wrong with it ends with the test."""
    auth = ("test", stack.webhook_secret)
    async with httpx2.AsyncClient(base_url=stack.provider_url, auth=auth, trust_env=False, timeout=10) as opened:
        yield opened
        (await opened.put("/faults", json={})).raise_for_status()


async def test_a_payment_that_is_told_of_by_webhook_alone_confirms_its_order(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    (await provider.put("/faults", json={"pending": 1, "duplicate_webhook": 1})).raise_for_status()
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")


async def test_a_time_that_is_withdrawn_while_it_is_being_paid_costs_nobody_anything(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    begins = [datetime.now(UTC).replace(microsecond=0) + timedelta(days=20, hours=hours) for hours in range(6)]
    slots = [
        {"interval": {"start": at.isoformat(), "end": (at + timedelta(minutes=30)).isoformat()}, "capacity": 1}
        for at in begins
    ]
    slot_ids = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots))["slotIds"]
    people = [(await a_resident(nobody))[0] for _ in slot_ids]

    async def placed_with(resident: Caller, slot_id: str) -> str:
        lines = [{"offeringId": clinic.offering["id"], "slotIds": [slot_id]}]
        return str((await retried(lambda: place(resident, clinic, lines=lines), "invalid", "unknown-offering"))["id"])

    (await provider.put("/faults", json={"pending": 1, "webhook_delay_seconds": 2})).raise_for_status()
    orders = await asyncio.gather(*map(placed_with, people, slot_ids))
    await clinic.staff.run("withdraw-slots", offeringId=clinic.offering["id"], slotIds=slot_ids, reason="ill")
    for resident, order_id in zip(people, orders, strict=True):
        look = partial(resident.run, "order", id=order_id)
        order = await until("its money back", look, lambda order: order["payment"]["status"] in ("VOIDED", "FAILED"))
        assert (order["status"], order["reason"]) == ("CANCELLED", "the partner withdrew the time: ill")
        assert all(line["bookings"] == [] for line in order["lines"])
    assert (await (await operator_of(nobody, stack.secrets)).run("ledger-check"))["holds"]


async def test_who_is_sent_to_the_providers_page_pays_there_and_comes_back_to_the_order(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    methods = {method["code"]: method for method in await resident.run("payment-methods", currency="CNY")}
    assert methods["sandbox:redirect"]["kind"] == "REDIRECT"
    order_id = (await place(resident, clinic, paymentMethod="sandbox:redirect"))["id"]
    order = await until(
        "the step", lambda: resident.run("order", id=order_id), lambda order: order["payment"]["nextStep"] is not None
    )
    url = order["payment"]["nextStep"]["url"]
    assert url.startswith(f"{stack.provider_url}/pay/")
    assert "Pay" in (await provider.get(url)).text
    left = await provider.post(url, data={"answer": "leave"})
    assert left.headers["location"] == f"http://127.0.0.1:{stack.base_port}/app/orders/{order_id}"
    order = await resident.run("order", id=order_id)
    assert (order["status"], order["payment"]["status"]) == ("PLACED", "AUTHORISING"), "coming back proves nothing"
    await provider.post(url, data={"answer": "pay"})
    await confirmed(resident, order_id)
    assert (await provider.get(f"{stack.provider_url}/pay/nothing")).status_code == 404


async def test_a_payout_the_bank_sends_back_is_owed_again_and_the_ledger_holds(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    (await provider.put("/faults", json={"bank_return": 1})).raise_for_status()
    run = await operator.raw(
        "mutation ($p: ID, $k: String!) { runPayouts(partnerId: $p, idempotencyKey: $k) { __typename } }",
        p=clinic.partner_id,
        k=f"run-{order_id}",
    )
    assert run["data"]["runPayouts"]["__typename"] == "PayoutRun"
    await until(
        "the return",
        lambda: clinic.staff.run("payouts"),
        lambda page: [node["status"] for node in page["nodes"]] == ["RETURNED"],
    )
    (await provider.put("/faults", json={})).raise_for_status()
    assert (await operator.run("ledger-check"))["holds"]


async def test_disputed_money_is_not_paid_out_and_a_lost_dispute_is_a_debt_then_an_invoice(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    orders = []
    for _ in range(2):
        order_id = (await place(resident, clinic))["id"]
        await confirmed(resident, order_id)
        await serve(resident, clinic, order_id)
        await until_status(resident, order_id, "CLOSED")
        orders.append(order_id)
    dispute = await operator.run("open-dispute", orderId=orders[0], reason="nobody came", key=fresh_key())
    run = await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
    assert [payout["amount"]["amount"] for payout in run["payouts"]] == ["324.00"]
    lost = await operator.run("decide-dispute", disputeId=dispute["id"], forPartner=False, key=fresh_key())
    assert lost["status"] == "LOST"
    again = await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
    assert again["payouts"] == []
    await operator.run("refund-order", orderId=orders[1], reason="after the payout", key=fresh_key())
    invoice = await operator.run("issue-invoice", partnerId=clinic.partner_id, currency="CNY", key=fresh_key())
    assert invoice["amount"]["amount"] == "324.00"
    assert (await operator.run("ledger-check"))["holds"]
    with pytest.raises(Refused, match="forbidden"):
        await clinic.staff.run("decide-dispute", disputeId=dispute["id"], forPartner=True, key=fresh_key())


async def served(nobody: Caller, clinic: Clinic) -> tuple[Caller, str]:
    """A resident, and their order that was served and paid for."""
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    return resident, order_id


async def paid(resident: Caller, order_id: str, status: str) -> dict[str, Any]:
    """The order's payment as its resident sees it, once it stands so."""
    seen = await until(
        f"{status} of the payment",
        lambda: resident.run("order", id=order_id),
        lambda order: order["payment"]["status"] == status,
    )
    return dict(seen["payment"])


async def test_a_refund_the_provider_refuses_is_shown_as_such_and_is_a_case_until_it_is_made(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, order_id = await served(nobody, clinic)
    (await provider.put("/faults", json={"refuse_refund": 1})).raise_for_status()
    asked = await operator.run("refund-order", orderId=order_id, reason="not served", key=fresh_key())
    assert (asked["status"], asked["refunded"]["amount"], asked["refunding"]["amount"]) == (
        "REFUNDING",
        "0.00",
        "360.00",
    )
    seen = await paid(resident, order_id, "REFUND_FAILED")
    assert (seen["refunded"]["amount"], seen["refunding"]["amount"]) == ("0.00", "360.00")
    assert [refund["failure"] for refund in seen["refunds"]] == ["the balance does not suffice"]
    found = (await operator.run("money-cases", first=100))["nodes"]
    (case,) = [one for one in found if one["orderId"] == order_id]
    assert (case["kind"], case["amount"]["amount"], case["ownerId"]) == ("REFUND_FAILED", "360.00", None)
    settle = {"caseId": case["id"], "resolution": "by transfer", "bankReference": "T-17"}
    alone = await refusal(operator.run("settle-money-case", **settle, key=fresh_key()))
    assert (alone.code, alone.field) == ("needs-second-person", "bankReference")
    (await provider.put("/faults", json={})).raise_for_status()
    await operator.run("retry-money-case", caseId=case["id"], key=fresh_key())
    seen = await paid(resident, order_id, "REFUNDED")
    assert (seen["refunded"]["amount"], seen["refunding"]["amount"]) == ("360.00", "0.00")
    assert (await operator.run("ledger-check"))["holds"]


async def test_a_chargeback_is_told_by_the_provider_and_takes_the_money_once(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, order_id = await served(nobody, clinic)
    report = (await provider.get("/report")).json()
    key = [entry["key"] for entry in report if entry["kind"] == "capture"][-1]
    taken = {"key": key, "amount": 36_000, "currency": "CNY"}
    dispute = (await provider.post("/disputes", json=taken)).raise_for_status().json()["dispute"]

    async def disputes() -> list[dict[str, Any]]:
        asked = "query ($p: ID) { disputes(partnerId: $p) { nodes { status byBank amount { amount } } } }"
        return list((await operator.raw(asked, p=clinic.partner_id))["data"]["disputes"]["nodes"])

    await until("the bank's dispute", disputes, lambda values: [value["status"] for value in values] == ["OPEN"])
    assert [(dispute["byBank"], dispute["amount"]["amount"]) for dispute in await disputes()] == [(True, "360.00")]
    (await provider.post(f"/disputes/{dispute}/decision", params={"won": "false"})).raise_for_status()
    seen = await paid(resident, order_id, "REFUNDED")
    assert seen["refunded"]["amount"] == "360.00"
    moved = [one["kind"] for one in (await provider.get("/report")).json()[len(report) :]]
    assert moved == ["chargeback"], "nothing was sent beside what the bank took"
    assert (await operator.run("ledger-check"))["holds"]


async def test_who_could_not_be_charged_after_the_service_pays_by_another_method(
    stack: Stack, nobody: Caller, provider: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    (await provider.put("/faults", json={"refuse_capture": 1})).raise_for_status()
    await serve(resident, clinic, order_id)
    seen = await paid(resident, order_id, "CAPTURE_FAILED")
    assert seen["failure"] == "the bank withdrew its promise"
    (await provider.put("/faults", json={})).raise_for_status()

    async def pay() -> bool:
        try:
            await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
        except Refused:  # ordering has not heard of it yet
            return False
        return True

    await until("ordering's word of it", pay, bool)
    await until_status(resident, order_id, "CLOSED")
    assert (await paid(resident, order_id, "CAPTURED"))["captured"]["amount"] == "360.00"

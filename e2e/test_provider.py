"""The payment provider misbehaves, over real HTTP: late and doubled news changes nothing about who is owed what."""

from collections.abc import AsyncGenerator

import httpx2
import pytest
from devstack.stack import Stack
from yima_cli.client import Caller, Refused, fresh_key, until

from e2e.people import a_clinic, a_resident, confirmed, operator_of, place, serve, until_status

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
        lambda found: [one["status"] for one in found["nodes"]] == ["RETURNED"],
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

"""A partner leaves with an order to serve and money to come: served, paid out, erased, and its certificates end."""

import pytest
from devstack.stack import Stack
from ops.demo import history, in_force
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, confirmed, known_to, operator_of, place, refusal, until_status
from e2e.test_erasures import KEEPS, READ

pytestmark = pytest.mark.anyio


async def test_a_partner_leaves_once_its_order_is_served_its_money_paid_and_its_data_erased(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=KEEPS)
    staff, operator = clinic.staff, await operator_of(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, clinic.practitioner, history("kept"))
    order_id = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
    consent = await in_force(resident, order_id)
    await staff.run("accept-order", orderId=order_id, key=fresh_key())
    kept = await staff.raw(READ, r=known_to(staff, resident_id))
    assert kept["data"]["records"]["nodes"], "it keeps something of the resident's"
    await staff.run("begin-offboarding", reason="we close", key=fresh_key())

    async def steps() -> list[str]:
        leaving = await staff.run("leaving", id=clinic.partner_id)
        return [step["step"] for step in leaving["offboarding"]["steps"]]

    async def left() -> str:
        """What keeps the next step from being taken."""
        refused = await refusal(staff.run("advance-offboarding", partnerId=clinic.partner_id, key=fresh_key()))
        assert refused.code == "something-left", refused
        return refused.message

    async def go_on(who: Caller = staff) -> None:
        await who.run("advance-offboarding", partnerId=clinic.partner_id, key=fresh_key())

    assert "is ACCEPTED: finish or cancel it" in await left()
    code = await resident.run("issue-health-code")
    scan = await clinic.practitioner.run("redeem-health-code", text=code["text"])
    await clinic.practitioner.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    await clinic.practitioner.run("fulfil-order", orderId=order_id)
    await until_status(resident, order_id, "CLOSED")
    await go_on()
    assert await steps() == ["SALE_STOPPED", "ORDERS_FINISHED"]

    assert "CNY, not 0" in await left(), "it has earned what nobody has paid it"
    run = await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
    assert run["payouts"], "a partner that leaves is paid what it earned"
    await until(
        "the payout",
        lambda: staff.run("payouts"),
        lambda page: [each["status"] for each in page["nodes"]] == ["PAID"],
    )
    await go_on()

    await until(
        "the end of its consent",
        lambda: staff.run("erasures"),
        lambda page: [(each["consentId"], each["status"]) for each in page["nodes"]] == [(consent["id"], "DUE")],
    )
    assert "attest it" in await left()
    attested = {"consentId": consent["id"], "method": "PURGE", "protocolSha256": ""}
    await staff.run("attest-erasure", **attested, key=fresh_key())
    await go_on()
    refused = await refusal(staff.run("advance-offboarding", partnerId=clinic.partner_id, key=fresh_key()))
    assert refused.code == "not-their-step", refused
    await go_on(operator)

    gone = await staff.run("leaving", id=clinic.partner_id)
    assert (gone["status"], gone["capabilities"]) == ("LEFT", [])
    assert [step["takenAs"] for step in gone["offboarding"]["steps"]] == ["PARTNER"] * 4 + ["OPERATOR"]
    assert (await operator.run("ledger-check"))["holds"], "what it earned is in the books, to the last minor unit"

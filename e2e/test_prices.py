"""What each kind of price comes to: from the published offering to the partner's payout and its statement."""

from datetime import UTC, datetime
from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, confirmed, operator_of, place, refusal
from e2e.test_statements import file_of, issued

pytestmark = pytest.mark.anyio
PER_UNIT: dict[str, Any] = {
    "definition": "home-blood-pressure-monitoring",
    "kind": "DEVICE_MONITORING",
    "price": {"amount": "0.80", "currency": "CNY"},
    "pricedPer": "USAGE",
    "unitsMax": 500,
    "contents": [{"code": "day", "kind": "MEASUREMENT", "title": {"en": "Day", "zh-CN": "监测日"}}],
    "validDays": 60,
}
OFFERED = "query ($id: ID!) { offering(id: $id) { pricedPer unitsMax price { amount } contents { times } } }"


async def test_a_price_per_unit_is_paid_for_what_was_used_and_never_beyond_what_was_agreed(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **PER_UNIT)
    operator = await operator_of(nobody, stack.secrets)
    offered = (await nobody.raw(OFFERED, id=clinic.offering["id"]))["data"]["offering"]
    assert (offered["pricedPer"], offered["unitsMax"], offered["contents"]) == ("USAGE", 500, [{"times": 1}])
    resident, _ = await a_resident(nobody)
    lines = [{"offeringId": clinic.offering["id"], "quantity": 300}]
    too_many = await refusal(place(resident, clinic, lines=[lines[0] | {"quantity": 501}]))
    assert (too_many.code, too_many.field) == ("invalid", "lines[0].quantity")
    placed = await place(resident, clinic, lines=lines)
    assert placed["total"] == {"amount": "240.00", "currency": "CNY"}, "the most they agree to"
    order = await confirmed(resident, placed["id"])
    assert order["payment"]["amount"]["amount"] == "240.00"
    await clinic.staff.run("accept-order", orderId=placed["id"])
    (line,) = order["lines"]

    async def record(key: str, units: int) -> dict[str, Any]:
        one = {"key": f"{placed['id']}-{key}", "orderLineId": line["id"], "item": "day", "units": units}
        answer = await clinic.staff.run("record-usage", records=[one | {"usedAt": used_at}])
        return dict(answer["outcomes"][0])

    used_at = datetime.now(UTC).isoformat()
    first, again = await record("week", 130), await record("week", 130)
    assert (first["counted"], again["counted"], again["repeatedBefore"]) == (True, False, True)
    beyond = await record("beyond", 171)
    assert (beyond["counted"], beyond["refusal"]) == (False, "130 of 300 have been used")
    shown = await resident.run("order", id=placed["id"])
    assert (shown["lines"][0]["pricedPer"], shown["lines"][0]["due"]["amount"]) == ("USAGE", "104.00")
    assert [step["action"] for step in shown["nextSteps"] if step["party"] == "RESIDENT"] == ["OBJECT"]
    cancelled = await resident.run("cancel-order", orderId=placed["id"], reason="enough", key=fresh_key())
    assert cancelled["cancellation"]["due"]["amount"] == "104.00"
    assert cancelled["cancellation"]["released"]["amount"] == "136.00"
    await resident.run("confirm-service", orderId=placed["id"], key=fresh_key())
    paid = await until(
        "the capture",
        lambda: resident.run("order", id=placed["id"]),
        lambda order: order["payment"]["status"] == "CAPTURED",
    )
    assert paid["payment"]["captured"]["amount"] == "104.00", "what was not used was never taken"
    (split,) = paid["payment"]["splits"]
    assert sorted(part["amount"]["amount"] for part in split["parts"]) == ["2.08", "8.32", "93.60"]
    run = await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
    assert [payout["amount"]["amount"] for payout in run["payouts"]] == ["93.60"]
    statement = await issued(stack, operator, clinic)
    _, table = await file_of(clinic.staff, statement["id"], "CSV")
    assert b"93.60" in table

"""A front desk is told who comes by an order whose consent says so, while it is under way; its resident sees it."""

from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, until
from yima_client.errors import Refused

from e2e.people import a_clinic, a_resident, confirmed, known_to, place, refusal, until_status

pytestmark = pytest.mark.anyio
ASKS = {"informationTypes": ["contact", "vital-signs"], "purpose": "TREAT", "accessMode": "VIEW", "validDays": 365}


async def test_the_desk_is_told_who_comes_from_the_confirmation_to_the_end_and_the_resident_sees_it(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=ASKS)
    other = await a_clinic(nobody, stack.secrets, consent=ASKS | {"informationTypes": ["vital-signs"]})
    resident, resident_id = await a_resident(nobody, name="Lin Wanqiu", birth_date="1960-05-05")
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    person = await until_released(clinic.staff, order_id)
    assert (person["name"], person["proven"], person["age"] >= 65) == ("Lin Wanqiu", True, True)
    assert (await refusal(other.staff.run("order-contact", orderId=order_id))).code == "not-found"
    stranger = await refusal(clinic.staff.run("order-contact", orderId=order_id, purpose="HRESCH"))
    assert stranger.code == "contact-denied", "a consent is for its purpose"
    known = known_to(clinic.staff, resident_id)
    record = await refusal(
        clinic.staff.run("records", residentId=known, informationTypes=["laboratory"], purpose="TREAT")
    )
    assert record.code == "consent-denied", "who comes opens nothing else"

    async def looked() -> list[str]:
        entries = (await resident.run("access-log", first=50))["nodes"]
        return [each["sentence"] for each in entries if each["informationTypes"] == ["contact"] and each["permitted"]]

    (sentence,) = await until("the entry", looked, bool)
    assert "name, age and telephone" in sentence

    await resident.run("cancel-order", orderId=order_id, reason="we are away")
    await until_status(resident, order_id, "CANCELLED")

    async def denied() -> str:
        try:
            await clinic.staff.run("order-contact", orderId=order_id)
        except Refused as problem:
            return str(problem.code)
        return ""

    assert await until("the end of the consent", denied, bool) in ("contact-denied", "not-found")

    plain = (await place(resident, other))["id"]
    await confirmed(resident, plain)
    assert (await refusal(other.staff.run("order-contact", orderId=plain))).code == "contact-denied", "it asks for none"


async def until_released(staff: Caller, order_id: str) -> dict[str, Any]:
    """Who comes, once consent has heard that the order is confirmed."""

    async def released() -> dict[str, Any] | None:
        try:
            return dict(await staff.run("order-contact", orderId=order_id))
        except Refused as problem:
            if problem.code not in ("contact-denied", "not-found"):
                raise
            return None

    answer = await until("the consent of the order", released, bool)
    assert answer is not None
    return answer

"""A service for who takes part in a programme of the city's: by their own word, decided inside, told to nobody else."""

import asyncio
import os
import signal
from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, agreed, fresh_key, retried
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_dependant,
    a_resident,
    an_order,
    confirmed,
    place,
    refusal,
    registered,
)

pytestmark = pytest.mark.anyio

PROGRAMME = "hypertension"
FOR_ITS_PEOPLE: dict[str, Any] = {"consent": None, "eligibility": {"programmes": [PROGRAMME]}}


async def takes_part(resident: Caller, joins: bool = True, **whose: Any) -> list[str]:
    answer = await resident.run("set-programme", programme=PROGRAMME, joins=joins, key=fresh_key(), **whose)
    return list(answer["programmes"])


async def may_order(resident: Caller, clinic: Clinic, **whose: Any) -> tuple[bool, str | None]:
    asked = await retried(
        lambda: resident.run("eligibility", offeringId=clinic.offering["id"], **whose), "unknown-offering"
    )
    return asked["eligible"], asked["code"]


async def test_who_takes_part_by_their_own_word_orders_it_and_others_read_why_not_and_what_to_do(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **FOR_ITS_PEOPLE)
    (listed,) = [each["code"] for each in (await nobody.run("city"))["programmes"] if each["code"] == PROGRAMME]
    resident, _ = await a_resident(nobody)
    assert await may_order(resident, clinic) == (False, "not-in-programme")
    refused = await refusal(place(resident, clinic))
    assert (refused.code, refused.field) == ("not-in-programme", "lines[0].offeringId")
    assert "They say first that they take part in hypertension" in refused.message
    assert (await refusal(resident.run("set-programme", programme="atlantis", joins=True, key=fresh_key()))).code == (
        "no-such-programme"
    )
    assert await takes_part(resident) == [listed] == (await resident.run("programmes"))["programmes"]
    assert await may_order(resident, clinic) == (True, None)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)

    assert await takes_part(resident, joins=False) == []
    assert (await refusal(place(resident, clinic))).code == "not-in-programme", "from the next order on"
    assert (await resident.run("order", id=order_id))["status"] == "CONFIRMED", "what was ordered stays ordered"


async def test_nobody_but_the_resident_and_who_acts_for_their_record_is_answered(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **FOR_ITS_PEOPLE)
    resident, resident_id = await a_resident(nobody)
    await takes_part(resident)
    stranger, _ = await a_resident(nobody)
    for asker in (clinic.staff, clinic.practitioner, nobody):
        assert (await refusal(asker.run("programmes", residentId=resident_id))).code in ("forbidden", "unauthenticated")
    assert (await refusal(stranger.run("programmes", residentId=resident_id))).code == "forbidden"
    assert (await refusal(may_order(stranger, clinic, residentId=resident_id))).code == "not-your-resident"

    may = {"residentId": resident_id, "acts": ["ORDERS"], "key": fresh_key()}
    login = f"neighbour-{clinic.login}"
    await registered(nobody, login, birth_date="1985-03-03")
    neighbour = await nobody.signed_in(login, PASSWORD)
    proposal = await neighbour.run("propose-guardianship", **may)
    await resident.run("confirm-guardianship", proposalId=proposal["id"], key=fresh_key())
    neighbour = await nobody.signed_in(login, PASSWORD)
    answers = []
    for joins in (True, False):
        await takes_part(resident, joins=joins)
        answers.append(await may_order(neighbour, clinic, residentId=resident_id))
        assert (await refusal(place(neighbour, clinic, residentId=resident_id))).code == "programme-unknown"
    assert answers == [(False, "programme-unknown")] * 2, "who orders for them is not told by what they are refused"


async def test_a_desk_is_refused_alike_for_who_takes_part_and_who_does_not(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **FOR_ITS_PEOPLE)
    answers = []
    for joins in (True, False):
        resident, _ = await a_resident(nobody)
        if joins:
            await takes_part(resident)
        code = (await resident.run("issue-health-code"))["text"]
        receipt = (await clinic.practitioner.run("redeem-health-code", text=code))["receipt"]
        order = {"scanReceipt": receipt, "lines": [{"offeringId": clinic.offering["id"]}]}

        async def previewed(order: dict[str, Any] = order) -> None:
            await agreed(clinic.staff, order, preview="place-desk-order")

        refused = await refusal(retried(previewed, "unknown-offering"))
        answers.append((refused.code, refused.message))
    assert answers[0] == answers[1]
    assert answers[0][0] == "programme-unknown"


async def test_a_guardian_says_it_for_a_child_orders_by_cart_and_passes_nothing_on_to_who_takes_no_part(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **FOR_ITS_PEOPLE)
    plain = await a_clinic(nobody, stack.secrets, consent=None)
    login = f"parent-{clinic.login}"
    await registered(nobody, login, birth_date="1990-02-02")
    parent = await nobody.signed_in(login, PASSWORD)
    child_id = await a_dependant(parent, "2024-03-03")
    parent = await nobody.signed_in(login, PASSWORD)
    own_id = (await parent.run("me"))["resident"]["id"]
    assert await may_order(parent, clinic, residentId=child_id) == (False, "not-in-programme")
    assert await takes_part(parent, residentId=child_id) == [PROGRAMME]
    assert await may_order(parent, clinic) == (False, "not-in-programme"), "the child takes part, not the parent"

    async def checked_out(resident_id: str) -> Any:
        lines = [{"offeringId": each.offering["id"]} for each in (clinic, plain)]
        version = (await parent.run("cart"))["version"]
        cart = await parent.run("put-cart", residentId=resident_id, lines=lines, version=version)
        shown = await parent.run("check-out", version=cart["version"], validateOnly=True, key=fresh_key())
        terms = [
            {name: line[name] for name in ("offeringId", "offeringRevision", "consentHash")}
            for order in shown["orders"]
            for line in order["lines"]
        ]
        asked = {"version": cart["version"], "agreed": terms, "expectedTotal": shown["total"]}
        return await parent.run("check-out", **asked, paymentMethod="sandbox:ok", key=fresh_key())

    await retried(lambda: may_order(parent, plain), "unknown-offering")
    assert (await refusal(checked_out(own_id))).code == "not-in-programme"
    orders = (await checked_out(child_id))["orders"]
    assert len(orders) == 2
    order_id = (await place(parent, clinic, residentId=child_id))["id"]
    await confirmed(parent, order_id)
    passing = {"orderId": order_id, "residentId": own_id}
    assert (await refusal(parent.run("transfer-order", **passing, key=fresh_key()))).code == "not-in-programme"
    await takes_part(parent)
    assert (await parent.run("transfer-order", **passing, key=fresh_key()))["id"] == order_id


async def test_who_leaves_while_they_order_has_ordered_it_or_is_refused_and_orders_no_more(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **FOR_ITS_PEOPLE)
    resident, _ = await a_resident(nobody)
    await takes_part(resident)
    order = await an_order(resident, clinic)
    for _ in range(4):
        await takes_part(resident)
        placing = [resident.run("place-order", input=order, key=fresh_key()) for _ in range(2)]
        *outcomes, left = await asyncio.gather(*placing, takes_part(resident, joins=False), return_exceptions=True)
        assert left == []
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                assert isinstance(outcome, Refused), outcome
                assert outcome.code == "not-in-programme"
            else:
                await resident.run("cancel-order", orderId=outcome["id"], reason="test", key=fresh_key())
        again = await refusal(resident.run("place-order", input=order, key=fresh_key()))
        assert again.code == "not-in-programme"


async def test_while_records_is_away_it_is_ordered_by_nobody_and_said_when_to_ask_again(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **FOR_ITS_PEOPLE)
    plain = await a_clinic(nobody, stack.secrets, consent=None)
    resident, _ = await a_resident(nobody)
    await takes_part(resident)
    order, other, key = await an_order(resident, clinic), await an_order(resident, plain), fresh_key()
    pid = stack.supervisor.pid("records")
    os.kill(pid, signal.SIGSTOP)
    try:
        for asks in (
            resident.run("place-order", input=order, key=key),
            resident.run("eligibility", offeringId=clinic.offering["id"]),
        ):
            refused = await refusal(asks)
            assert refused.code == "unavailable" and refused.retry_after, refused
        assert (await resident.run("place-order", input=other, key=fresh_key()))["id"], "it asks for no programme"
    finally:
        os.kill(pid, signal.SIGCONT)
    placed = await retried(lambda: resident.run("place-order", input=order, key=key), "unavailable")
    await confirmed(resident, placed["id"])

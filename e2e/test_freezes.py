"""A regulator's freeze reaches everything at once, and only a regulator lifts it."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from chassis.ids import Kind, parse_id, shown
from devstack.stack import Stack
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    a_clinic,
    a_resident,
    an_order,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    regulator_of,
    serve,
    until_status,
)
from e2e.test_who_may import outcome, read, under_way, write

pytestmark = pytest.mark.anyio
PAGE = """query ($id: ID!, $after: String) {
  records(residentId: $id, informationTypes: ["vital-signs"], purpose: "TREAT", first: 1, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}"""


def a_case() -> str:
    """A case number that no other test has."""
    return f"WJW-{secrets.token_hex(6).upper()}"


async def impose(regulator: Caller, target_id: str, *capabilities: str, case: str = "") -> dict[str, Any]:
    freeze = {"targetId": target_id, "caseNumber": case or a_case(), "reason": "records were sold"}
    return dict(
        await regulator.run("impose-freeze", **freeze, capabilities=list(capabilities) or None, key=fresh_key())
    )


async def lift(caller: Caller, freeze: dict[str, Any]) -> Any:
    return await caller.run("lift-freeze", freezeId=freeze["id"], reason="nothing was found", key=fresh_key())


async def followed(caller: Caller) -> Refused:
    """What ends the partner's feed."""
    try:
        async for _ in caller.follow("incoming-orders"):
            continue
    except Refused as refused:
        return refused
    raise AssertionError("the feed ended without a word")


async def test_a_hospital_is_frozen_in_the_middle_of_reading_and_goes_on_when_the_regulator_lifts_it(
    stack: Stack, nobody: Caller
) -> None:
    clinic, resident, resident_id, order_id = await under_way(nobody, stack)
    await clinic.staff.run("accept-order", orderId=order_id)
    await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    key = await clinic.staff.run("create-api-key", label="archive", scopes=["RECORDS"])
    system = nobody.with_token((await nobody.run("exchange-api-key", apiKey=key["secret"]))["accessToken"])
    following = asyncio.create_task(followed(clinic.staff))
    known = known_to(clinic.practitioner, resident_id)
    first = (await clinic.practitioner.raw(PAGE, id=known))["data"]["records"]
    assert first["pageInfo"]["hasNextPage"]
    case = a_case()

    freeze = await impose(regulator, clinic.partner_id, "READ_DATA", case=case)

    second = await clinic.practitioner.raw(PAGE, id=known, after=first["pageInfo"]["endCursor"])
    assert second["errors"][0]["extensions"]["code"] == "consent-denied"
    assert "Frozen" in second["errors"][0]["message"]
    assert await outcome(write(clinic.practitioner, resident_id)) == "ingest-refused"
    newest, *_ = (await resident.run("access-log", first=5))["nodes"]
    assert (newest["permitted"], newest["reason"]) == (False, "FROZEN")
    assert [consent["status"] for consent in (await resident.run("consents", orderId=order_id))["nodes"]] == [
        "SUSPENDED"
    ]
    async with asyncio.timeout(5):
        assert (await following).code == "forbidden"
    assert (await refusal(anext(clinic.staff.follow("order-events")))).code == "forbidden"
    assert (await refusal(nobody.run("exchange-api-key", apiKey=key["secret"]))).code == "sign-in-refused"
    await until("the end of the key's token", lambda: outcome(system.run("me")), lambda code: code == "unauthenticated")

    (own,) = (await clinic.staff.run("freezes", targetId=clinic.partner_id, inForce=True))["nodes"]
    assert (own["caseNumber"], own["capabilities"], own["imposedBy"]) == (case, ["READ_DATA"], None)
    assert (await refusal(lift(operator, freeze))).code == "forbidden"
    assert (await refusal(lift(clinic.staff, freeze))).code == "forbidden"
    assert (await refusal(impose(operator, clinic.partner_id))).code == "forbidden"
    assert (await refusal(impose(clinic.staff, clinic.partner_id))).code == "forbidden"
    assert (await refusal(impose(regulator, clinic.partner_id, case=case))).code == "already-frozen"

    await lift(regulator, freeze)
    second = (await clinic.practitioner.raw(PAGE, id=known, after=first["pageInfo"]["endCursor"]))["data"]
    assert second["records"]["nodes"]
    assert (await refusal(lift(regulator, freeze))).code == "already-lifted"
    (kept,) = (await operator.run("freezes", caseNumber=case))["nodes"]
    assert kept["liftReason"] == "nothing was found"
    assert kept["liftedBy"], "who did it is kept"


async def test_nothing_is_answered_after_a_freeze_was(stack: Stack, nobody: Caller) -> None:
    """Reads that were begun before it, too."""
    clinic, _, resident_id, _ = await under_way(nobody, stack)
    regulator = await regulator_of(nobody, stack.secrets)
    acknowledged, late = asyncio.Event(), list[str]()
    answered = 0

    async def keep_reading(who: Caller) -> None:
        nonlocal answered
        while True:
            began_late = acknowledged.is_set()
            if await outcome(read(who, resident_id)) != "done":
                return
            answered += 1
            if acknowledged.is_set():
                late.append("begun late" if began_late else "answered late")

    async def freeze() -> None:
        await asyncio.sleep(0.5)
        await impose(regulator, clinic.partner_id, "READ_DATA")
        acknowledged.set()

    await asyncio.gather(*(keep_reading(who) for who in [clinic.staff, clinic.practitioner] * 4), freeze())
    assert answered
    assert late == []


async def test_who_orders_scans_signs_in_or_is_paid_after_a_freeze_was_answered_is_refused(
    stack: Stack, nobody: Caller
) -> None:
    """Whatever is under way meanwhile; what began before the answer may be done."""
    clinic, residents = await a_clinic(nobody, stack.secrets), [await a_resident(nobody) for _ in range(3)]
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    served = (await place(residents[0][0], clinic))["id"]
    await confirmed(residents[0][0], served)
    await serve(residents[0][0], clinic, served)
    await until_status(residents[0][0], served, "CLOSED")
    practitioner_id = shown(Kind.PRACTITIONER, await clinic.practitioner_id())
    answered = {name: asyncio.Event() for name in ("the partner", "the practitioner", "the account")}
    done: dict[str, list[str]] = {}

    async def scan(resident: Caller) -> Any:
        code = (await resident.run("issue-health-code"))["text"]
        return await clinic.practitioner.run("redeem-health-code", text=code)

    async def pay() -> None:
        run = await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
        if not run["payouts"]:
            raise Refused("run-payouts", "not-paid", "nothing is due, or it may not be paid")

    async def keep_on(name: str, frozen: str, deed: Callable[[], Awaitable[Any]]) -> None:
        """Until it was tried three times after the answer, whatever came of it."""
        after = 0
        while after < 3:
            late = answered[frozen].is_set()
            what = await outcome(deed())
            after += late
            done.setdefault(f"{name}, {'after' if late else 'before'}", []).append(what)

    async def freeze(frozen: str, target_id: str, *capabilities: str) -> None:
        await until("something to be done", lambda: asyncio.sleep(0, done), bool)
        await impose(regulator, target_id, *capabilities)
        answered[frozen].set()

    await asyncio.gather(
        keep_on("scan", "the practitioner", lambda: scan(residents[0][0])),
        keep_on("sign-in", "the account", lambda: nobody.run("sign-in", login=clinic.doctor, password=PASSWORD)),
        freeze("the practitioner", practitioner_id),
        freeze("the account", shown(Kind.ACCOUNT, await clinic.practitioner_id())),
    )
    await asyncio.gather(
        *(keep_on("order", "the partner", partial(place, who, clinic)) for who, _ in residents[1:]),
        keep_on("payout", "the partner", pay),
        freeze("the partner", clinic.partner_id),
    )
    late = {name: set(codes) for name, codes in done.items() if name.endswith("after")}
    assert late["scan, after"] <= {"practitioner-frozen", "unauthenticated", "account-frozen"}, late
    assert late["sign-in, after"] == {"account-frozen"}, late
    assert "done" not in late["order, after"] | late["payout, after"], late
    assert all(len(codes) >= 3 for name, codes in done.items() if name.endswith("after"))


async def test_a_frozen_seller_takes_no_orders_and_a_frozen_payee_is_told_why_it_is_not_paid(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    served = (await place(resident, clinic))["id"]
    await confirmed(resident, served)
    await serve(resident, clinic, served)
    await until_status(resident, served, "CLOSED")
    waiting = (await place(resident, clinic))["id"]
    await confirmed(resident, waiting)
    other_order = await an_order(resident, clinic)
    case = a_case()
    freeze = await impose(regulator, clinic.partner_id, case=case)
    assert freeze["capabilities"] == ["BE_PAID", "PUBLISH", "READ_DATA", "SELL"]
    refused = await outcome(resident.run("place-order", input=other_order, key=fresh_key()))
    assert refused in ("not-in-good-standing", "unknown-offering", "offering-changed")
    held = (await clinic.staff.run("payout-outlook"))["currencies"][0]["heldBecause"]
    assert case in held and "frozen" in held
    run = await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
    assert case in str(run), "the run says so, too"
    assert run["payouts"] == []
    assert (await until_status(resident, waiting, "CANCELLED"))["status"] == "CANCELLED"
    again = await refusal(clinic.staff.run("create-api-key", label="another", scopes=["ORDERS"]))
    assert again.code == "partner-frozen"
    assert case in again.message
    await lift(regulator, freeze)
    await until("the sale", lambda: outcome(place(resident, clinic)), lambda code: code == "done")


@pytest.mark.parametrize("first", ["the order", "the freeze", "neither"])
async def test_a_freeze_that_races_an_order_leaves_none_that_goes_on(stack: Stack, nobody: Caller, first: str) -> None:
    """Placed before, the order is called off; placed after, it is refused. Nothing is accepted in between."""
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    regulator = await regulator_of(nobody, stack.secrets)

    async def order() -> str:
        try:
            return str((await place(resident, clinic))["id"])
        except Refused as refused:
            assert refused.code in ("not-in-good-standing", "unknown-offering", "offering-withdrawn", "not-found"), (
                refused
            )
            return ""

    if first == "neither":
        order_id, _ = await asyncio.gather(order(), impose(regulator, clinic.partner_id, "SELL"))
    elif first == "the order":
        order_id = await order()
        await impose(regulator, clinic.partner_id, "SELL")
    else:
        await impose(regulator, clinic.partner_id, "SELL")
        order_id = await order()
    assert order_id or first != "the order"
    if order_id:  # copies of standings follow by events
        accepted = asyncio.create_task(outcome(clinic.staff.run("accept-order", orderId=order_id)))
        called_off = await until(
            "the calling off",
            lambda: resident.run("order", id=order_id),
            lambda answer: answer["status"] in ("CANCELLED", "ACCEPTED"),
        )
        # What was accepted before the freeze was heard of goes on: that is never frozen.
        assert (called_off["status"] == "ACCEPTED") == (await accepted == "done")
    again = [await outcome(place(resident, clinic)) for _ in range(2)]
    assert "done" not in again or not order_id


async def test_a_frozen_offering_is_off_sale_and_the_partners_others_are_not(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)
    offering_id = clinic.offering["id"]
    query = "query ($id: ID!) { offering(id: $id) { status } }"

    async def status() -> str:
        return str((await clinic.staff.raw(query, id=offering_id))["data"]["offering"]["status"])

    freeze = await impose(regulator, offering_id)
    await until("the restriction", status, lambda value: value == "RESTRICTED")
    revised = await refusal(
        clinic.staff.run("revise-offering", offeringId=offering_id, manifest=clinic.manifest, key=fresh_key())
    )
    assert revised.code == "offering-frozen"
    assert "SELL" in (await clinic.staff.run("partner", id=clinic.partner_id))["capabilities"]
    (own,) = (await clinic.staff.run("freezes", inForce=True))["nodes"]
    assert (own["target"], own["targetId"]) == ("OFFERING", offering_id)
    await lift(regulator, freeze)
    await until("the sale", status, lambda value: value == "PUBLISHED")


async def test_a_frozen_practitioner_scans_and_reads_nothing_and_colleagues_do(stack: Stack, nobody: Caller) -> None:
    clinic, resident, resident_id, _ = await under_way(nobody, stack)
    regulator = await regulator_of(nobody, stack.secrets)
    practitioner_id = shown(Kind.PRACTITIONER, await clinic.practitioner_id())
    freeze = await impose(regulator, practitioner_id)
    refused = await refusal(read(clinic.practitioner, resident_id))
    assert (refused.code, "Frozen" in refused.message) == ("consent-denied", True)
    assert await outcome(read(clinic.staff, resident_id)) == "done"
    code = (await resident.run("issue-health-code"))["text"]
    assert await outcome(clinic.practitioner.run("redeem-health-code", text=code)) == "practitioner-frozen"
    await lift(regulator, freeze)
    assert await outcome(read(clinic.practitioner, resident_id)) == "done"


async def test_a_frozen_account_is_signed_out_everywhere_and_signs_in_no_more(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)
    steps = await regulator.raw(
        "query ($id: ID!) { partner(id: $id) { steps { takenAs takenBy } } }", id=clinic.partner_id
    )
    staff_id = next(step["takenBy"] for step in steps["data"]["partner"]["steps"] if step["takenAs"] == "PARTNER")
    account_id = shown(Kind.ACCOUNT, parse_id(staff_id, "", Kind.ACCOUNT))
    freeze = await impose(regulator, account_id)
    signed_in = await refusal(nobody.run("sign-in", login=clinic.login, password=PASSWORD))
    assert signed_in.code == "account-frozen"
    await until("the end", lambda: outcome(clinic.staff.run("me")), lambda code: code == "unauthenticated")
    stranger = await refusal(nobody.run("sign-in", login=clinic.login, password="not the password of it"))
    assert stranger.code == "sign-in-refused", "a stranger is not told"
    await lift(regulator, freeze)
    await until(
        "the sign-in",
        lambda: outcome(nobody.run("sign-in", login=clinic.login, password=PASSWORD)),
        lambda code: code == "done",
    )


@pytest.mark.parametrize("kind", [Kind.PARTNER, Kind.OFFERING, Kind.PRACTITIONER, Kind.ACCOUNT])
async def test_what_there_is_not_is_not_frozen(stack: Stack, nobody: Caller, kind: Kind) -> None:
    regulator = await regulator_of(nobody, stack.secrets)
    refused = await refusal(impose(regulator, f"{kind}_{secrets.token_hex(16)}"))
    assert refused.code == "not-found"
    order = await refusal(impose(regulator, f"ord_{secrets.token_hex(16)}"))
    assert (order.code, order.field) == ("invalid", "targetId")


async def test_others_do_not_see_a_partners_freezes(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)
    freeze = await impose(regulator, clinic.partner_id, "BE_PAID")
    assert (await other.staff.run("freezes", targetId=clinic.partner_id))["nodes"] == []
    resident, _ = await a_resident(nobody)
    assert (await refusal(resident.run("freezes"))).code == "forbidden"
    profile = "query ($id: ID!) { offering(id: $id) { partner { name status } } }"
    assert freeze["caseNumber"] not in str(await nobody.raw(profile, id=clinic.offering["id"]))

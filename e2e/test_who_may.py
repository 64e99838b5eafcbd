"""Who may read and write a resident's record: partners in good standing that serve them, while they serve them."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from devstack.stack import Stack
from ops.demo import history, in_force
from ops.example_city import ingest, of_resident
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    SHARES,
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    regulator_of,
    serve,
    until_status,
)

pytestmark = pytest.mark.anyio
REFUSED = {"consent-denied", "ingest-refused"}
READS_BEFORE = 20  # are answered before the consent is revoked


def readings(resident_id: str) -> list[str]:
    return [orjson.dumps(of_resident(resource, resident_id)).decode() for resource in history(secrets.token_hex(4))]


async def read(caller: Caller, resident_id: str) -> Any:
    known = known_to(caller, resident_id)
    return await caller.run("records", residentId=known, informationTypes=["vital-signs"], purpose="TREAT")


async def write(caller: Caller, resident_id: str, **more: Any) -> Any:
    known = known_to(caller, resident_id)
    return await caller.run("ingest-resources", residentId=known, resources=readings(known), **more)


async def outcome(call: Any) -> str:
    """The refusal's code, or `done`."""
    try:
        await call
    except Refused as refused:
        return refused.code
    return "done"


async def under_way(nobody: Caller, stack: Stack) -> tuple[Clinic, Caller, str, str]:
    """A clinic that serves a resident by a confirmed order, to which they have consented."""
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await in_force(resident, order_id)
    return clinic, resident, resident_id, order_id


async def may_both(clinic: Clinic, resident_id: str) -> list[str]:
    """What staff and practitioner are answered, who want to read and to write."""
    calls = [deed(who, resident_id) for deed in (read, write) for who in (clinic.staff, clinic.practitioner)]
    return [await outcome(call) for call in calls]


async def until_all(clinic: Clinic, resident_id: str, fits: Callable[[str], bool], what: str) -> None:
    await until(what, lambda: may_both(clinic, resident_id), lambda values: all(fits(value) for value in values))


async def log_of(resident: Caller) -> list[dict[str, Any]]:
    nodes = (await resident.run("access-log", first=100))["nodes"]
    return [node for node in nodes if node["act"] is None]


async def test_an_institution_nobody_screened_writes_nothing_reads_nothing_and_fills_no_log(
    stack: Stack, nobody: Caller
) -> None:
    run = secrets.token_hex(5)
    login = f"staff-{run}@new.example.org"
    name = {"zh-CN": "新来的", "en": "Just Arrived"}
    await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    hired = staff.run(
        "register-practitioner",
        login=f"doctor-{run}@new.example.org",
        password=PASSWORD,
        name="Doctor",
        licenceNumber=f"LIC-{run.upper()}",
        title="Doctor",
    )
    assert await outcome(hired) == "partner-not-active", "who is not a partner has no practitioners, who could scan"
    resident, resident_id = await a_resident(nobody)
    tried = [await outcome(deed(staff, resident_id)) for deed in [read, write] * 20]
    assert set(tried) == REFUSED
    (entry,) = await log_of(resident)
    assert (entry["institution"]["name"], entry["permitted"], entry["times"]) == ("Just Arrived", False, len(tried))
    assert entry["reason"] == "PARTNER_NOT_IN_STANDING"
    own = await resident.run("records", residentId=resident_id, informationTypes=["vital-signs"], purpose="PATRQT")
    assert own["nodes"] == []


async def test_a_partner_writes_only_into_records_of_people_it_serves_and_they_see_it(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    _, other_id = await a_resident(nobody)
    unknown = "res_" + "0" * 32
    await until("its standing", lambda: outcome(write(clinic.staff, other_id)), lambda code: code == "ingest-refused")
    for stranger in (resident_id, unknown):
        assert await outcome(write(clinic.practitioner, stranger)) == "ingest-refused"
    await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    newest, *_ = await log_of(resident)
    assert (newest["kind"], newest["permitted"], newest["reason"]) == ("INGEST", True, "SCANNED")
    assert newest["count"] > 0
    assert newest["institution"]["name"]
    assert await outcome(read(clinic.practitioner, resident_id)) == "consent-denied", "a scan opens nothing to read"
    code = await resident.run("issue-health-code")
    receipt = (await clinic.practitioner.run("redeem-health-code", text=code["text"]))["receipt"]
    assert await outcome(write(clinic.practitioner, other_id, scanReceipt=receipt)) == "invalid"
    known = known_to(clinic.practitioner, resident_id)
    early = [
        orjson.dumps(of_resident(resource, known) | {"effectiveDateTime": "1901-01-01"}).decode()
        for resource in history(secrets.token_hex(4))[:1]
    ]
    before_birth = await refusal(clinic.practitioner.run("ingest-resources", residentId=known, resources=early))
    assert (before_birth.code, before_birth.field) == ("resource-refused", "resources[0].effectiveDateTime")
    another = await a_clinic(nobody, stack.secrets)
    assert await outcome(write(another.practitioner, resident_id, scanReceipt=receipt)) == "invalid"


async def test_a_consent_is_in_force_from_the_confirmation_to_the_end_of_the_order(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    order_id = (await place(resident, clinic, paymentMethod=None))["id"]

    async def statuses() -> list[str]:
        return [consent["status"] for consent in (await resident.run("consents", orderId=order_id))["nodes"]]

    await until("the consent", statuses, lambda values: values == ["AWAITING_ORDER"])
    assert set(await may_both(clinic, resident_id)) == REFUSED
    await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
    await confirmed(resident, order_id)
    await until_all(clinic, resident_id, lambda code: code == "done", "the consent's beginning")
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    await until("the consent's end", statuses, lambda values: values == ["ENDED"])
    assert await outcome(read(clinic.staff, resident_id)) == "consent-denied"


async def test_whoever_is_suspended_reads_and_writes_nothing_and_does_not_lift_it_by_signing(
    stack: Stack, nobody: Caller
) -> None:
    clinic, _, resident_id, order_id = await under_way(nobody, stack)
    await clinic.staff.run("accept-order", orderId=order_id)  # what is not accepted is called off
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    assert set(await may_both(clinic, resident_id)) == {"done"}
    renewal = await operator.run("offer-contract", partnerId=clinic.partner_id, shares=SHARES)
    named = {"id": clinic.partner_id}
    suspended = await regulator.raw(SUSPEND, **named)
    assert suspended["data"]["suspendPartner"] == {"status": "SUSPENDED", "suspendedAs": "REGULATOR"}
    await until_all(clinic, resident_id, lambda code: code in REFUSED, "the suspension")
    signed = await refusal(clinic.staff.run("sign-contract", contractId=renewal["contract"]["id"]))
    assert signed.code == "step-refused"
    lifted = await operator.raw(REINSTATE, **named)
    assert lifted["data"]["reinstatePartner"] == {"code": "suspended-by-regulator"}
    assert (await clinic.staff.run("partner", id=clinic.partner_id))["status"] == "SUSPENDED"
    assert set(await may_both(clinic, resident_id)) == REFUSED
    lifted = await regulator.raw(REINSTATE, **named)
    assert lifted["data"]["reinstatePartner"] == {"status": "ACTIVE"}
    await until_all(clinic, resident_id, lambda code: code == "done", "the reinstatement")


SUSPEND = """mutation ($id: ID!) {
  suspendPartner(partnerId: $id, reason: "harmful") { ... on Partner { status suspendedAs } ... on Refused { code } }
}"""
REINSTATE = """mutation ($id: ID!) {
  reinstatePartner(partnerId: $id, reason: "we like them") { ... on Partner { status } ... on Refused { code } }
}"""


async def test_nothing_is_answered_after_a_revocation_was(stack: Stack, nobody: Caller) -> None:
    """Reads that were begun before it, too."""
    clinic, resident, resident_id, order_id = await under_way(nobody, stack)
    (consent,) = (await resident.run("consents", orderId=order_id))["nodes"]
    both = (clinic.staff, clinic.practitioner)
    await until(
        "their permissions",
        lambda: asyncio.gather(*(outcome(read(who, resident_id)) for who in both)),
        lambda codes: set(codes) == {"done"},
    )
    enough, revoked = asyncio.Event(), asyncio.Event()
    refusals: list[str] = []
    late: list[str] = []
    answered = 0

    async def keep_reading(who: Caller) -> None:
        nonlocal answered
        while (code := await outcome(read(who, resident_id))) == "done":
            answered += 1
            if answered >= READS_BEFORE:
                enough.set()
            if revoked.is_set():
                late.append(code)
        refusals.append(code)

    async def revoke() -> None:
        await asyncio.wait_for(enough.wait(), 30)
        await resident.run("revoke-consent", consentId=consent["id"], reason="enough")
        revoked.set()

    await asyncio.gather(*(keep_reading(who) for who in both * 6), revoke())
    assert set(refusals) == {"consent-denied"}
    assert late == []


async def test_an_order_whose_resident_did_not_consent_waits_for_it(stack: Stack, nobody: Caller) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    order_id = (await place(resident, clinic, consentGiven=False))["id"]
    order = await until(
        "the money", lambda: resident.run("order", id=order_id), lambda answer: answer["waitingFor"] == ["CONSENT"]
    )
    assert order["status"] == "PLACED"
    hashes = await resident.raw("query ($id: ID!) { order(id: $id) { lines { consentHash } } }", id=order_id)
    agreed_to = [line["consentHash"] for line in hashes["data"]["order"]["lines"]]
    word = {"orderId": order_id, "partnerId": clinic.partner_id, "consentHashes": agreed_to}
    other, _ = await a_resident(nobody)
    assert (await other.run("agree-to-order", **word))["kept"], "it is their word, for nothing of theirs"
    assert (await resident.run("order", id=order_id))["waitingFor"] == ["CONSENT"]
    granted = await resident.run("agree-to-order", **word)
    assert len(granted["granted"]) == 1
    await confirmed(resident, order_id)


async def test_a_partner_sees_of_an_unconfirmed_order_nothing_and_of_a_cancelled_one_no_words(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    unpaid = (await place(resident, clinic, paymentMethod="sandbox:declined"))["id"]
    await until(
        "the refusal",
        lambda: resident.run("order", id=unpaid),
        lambda order: bool(order["payment"]) and order["payment"]["status"] == "FAILED",
    )
    await resident.run("cancel-order", orderId=unpaid, reason="my wife must not know", key=fresh_key())
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await resident.run("cancel-order", orderId=order_id, reason="my wife must not know", key=fresh_key())
    for who in (clinic.staff, clinic.practitioner):
        assert await outcome(who.run("order", id=unpaid)) == "not-found"
        listed = (await who.raw("{ orders(first: 50) { nodes { id reason } } }"))["data"]["orders"]["nodes"]
        assert listed == [{"id": order_id, "reason": "cancelled-by-resident"}]
    assert (await resident.run("order", id=order_id))["reason"] == "my wife must not know"
    events = clinic.staff.follow("order-events", after="s0")
    heard = []
    async with asyncio.timeout(20):
        async for event in events:
            heard.append(event)
            if event["kind"] == "CANCELLED":
                break
    await events.aclose()
    assert {event["orderId"] for event in heard} == {order_id}
    assert "wife" not in str(heard)


async def test_a_suspended_partners_feed_ends_and_none_begins(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)

    async def follow() -> Refused:
        try:
            async for _ in clinic.staff.follow("incoming-orders"):
                continue
        except Refused as refused:
            return refused
        raise AssertionError("the feed ended without a word")

    following = asyncio.create_task(follow())
    await asyncio.sleep(1)
    assert not following.done()
    await regulator.raw(SUSPEND, id=clinic.partner_id)
    async with asyncio.timeout(2):
        assert (await following).code == "forbidden"
    for name in ("incoming-orders", "order-events", "consent-changes"):
        async with asyncio.timeout(5):
            with pytest.raises(Refused) as refused:
                await anext(clinic.staff.follow(name))
        assert refused.value.code == "forbidden"

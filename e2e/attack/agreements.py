"""What a person agrees to, and what they get: prices, proofs, bookings, reviews."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from yima_client.caller import Caller, agreed, fresh_key, retried
from yima_client.errors import Refused

from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Scene, code_of
from e2e.people import Clinic, Signer, place, serve, until_status

VISIT: dict[str, Any] = {"kind": "SINGLE_VISIT", "contents": [], "validDays": None, "unused": None, "consent": None}
REVISE = """mutation ($id: ID!, $manifest: OfferingManifestInput!) {
    reviseOffering(offeringId: $id, manifest: $manifest) {
    ... on Offering { id status revision } ... on Refused { code message field } } }"""
DECIDE_UNNAMED = """mutation ($id: ID!) { decideReview(offeringId: $id, approved: true, reasons: []) {
    __typename ... on Refused { code message field } } }"""

DECIDE_SEEN = """mutation ($id: ID!, $seen: Int!) {
    decideReview(offeringId: $id, revision: $seen, approved: true, reasons: []) {
    ... on RevisionChanged { revision total { amount } consentHash } ... on Refused { code } } }"""


ALL_OF_IT = [{"hoursBefore": 8760, "feeBasisPoints": 10000}]


async def booked(clinic: Clinic, start: datetime) -> dict[str, Any]:
    """A line with a session of half an hour that begins then, once ordering knows its slot."""
    interval = {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}
    slots = [{"interval": interval, "capacity": 5}]
    made = await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots)
    return {"offeringId": clinic.offering["id"], "slotId": made["slotIds"][0]}


def priced(amount: str, **changes: Any) -> dict[str, Any]:
    """A single visit's manifest at this price, asking for no data."""
    return {**VISIT, "price": {"amount": amount, "currency": "CNY"}, **changes}


async def accepted(scene: Scene, clinic: Clinic, **more: Any) -> tuple[Caller, dict[str, Any]]:
    """An order that was paid and accepted."""
    resident, _ = await scene.resident()
    order = await retried(lambda: place(resident, clinic, consentGiven=False, **more), "invalid")
    order = await until_status(resident, order["id"], "CONFIRMED")
    await clinic.staff.run("accept-order", orderId=order["id"])
    return resident, order


@attack("C4", "a price that rises between the look and the tap, and without review")
async def another_price(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("10.00"))
    resident, _ = await scene.resident()
    order = {"lines": [{"offeringId": clinic.offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": False}
    looked = await retried(lambda: agreed(resident, order), "unknown-offering")
    manifest = clinic.manifest | {"price": {"amount": "99999.00", "currency": "CNY"}}
    revised = await clinic.staff.raw(REVISE, id=clinic.offering["id"], manifest=manifest)
    if "revision" not in revised["data"]["reviseOffering"]:
        return Outcome(False, f"could not be tried: {revised}")
    submitted = await clinic.staff.run("submit-offering", offeringId=clinic.offering["id"])
    faults = []
    if submitted["status"] == "PUBLISHED":
        faults.append("10.00 became 99,999.00 without review")
    operator = await scene.operator()
    looked_at = {"offeringId": clinic.offering["id"], "revision": revised["data"]["reviseOffering"]["revision"]}
    await operator.run("decide-review", **looked_at, approved=True, reasons=["a test"])
    preview, code = looked | {"validateOnly": True}, ""
    for _ in range(100):  # until ordering has heard of the new price
        code = await code_of(resident.run("place-order", input=preview, key=fresh_key()))
        if code not in ("", "unknown-offering"):
            break
        await asyncio.sleep(0.1)
    code = await code_of(resident.run("place-order", input=looked, key=fresh_key()))
    if code != "terms-changed":
        faults.append(f"an order on the terms before was answered {code!r}")
    if not await code_of(resident.run("place-order", input=order, key=fresh_key())):
        faults.append("an order that says no price was placed")
    return judge(faults, f"goes to review; the order is refused: {code}")


@attack("C4c", "a revision refused and drafted again between an operator's look and word")
async def unseen_revision(scene: Scene) -> Outcome:
    clinic, operator = await scene.clinic(**priced("10.00")), await scene.operator()
    offering = clinic.offering["id"]

    async def in_review(amount: str) -> int:
        manifest = clinic.manifest | {"price": {"amount": amount, "currency": "CNY"}}
        revised = await clinic.staff.raw(REVISE, id=offering, manifest=manifest)
        await clinic.staff.run("submit-offering", offeringId=offering)
        return int(revised["data"]["reviseOffering"]["revision"])

    seen = await in_review("5000.00")
    decision = {"offeringId": offering, "revision": seen, "reasons": ["a test"]}
    await operator.run("decide-review", **decision, approved=False)
    waiting = await in_review("99999.00")
    code = await code_of(operator.run("decide-review", **decision, approved=True))
    unnamed = (await operator.raw(DECIDE_UNNAMED, id=offering))["data"]["decideReview"]
    (now,) = [one for one in await clinic.staff.every("partner-offerings") if one["id"] == offering]
    faults = [] if code == "revision-changed" else [f"the decision about another revision was answered {code!r}"]
    changed = (await operator.raw(DECIDE_SEEN, id=offering, seen=seen))["data"]["decideReview"]
    if changed != {"revision": waiting, "total": {"amount": "99999.00"}, "consentHash": None}:
        faults.append(f"the revision in review is shown as {changed}")
    if (unnamed.get("code"), unnamed.get("field")) != ("invalid", "revision"):
        faults.append(f"a decision that names no revision was answered {unnamed}")
    if (now["revision"], now["status"]) != (waiting, "IN_REVIEW"):
        faults.append(f"what nobody looked at is {now['status']}")
    return judge(faults, f"nothing is decided: {code}")


@attack("C4b", "statements of service from before the order, from the future, and the money at once")
async def own_word(scene: Scene) -> Outcome:
    clinic, signer = await scene.clinic(**priced("10.00")), Signer()
    await clinic.staff.run("register-signing-key", publicKey=signer.public_key)
    resident, order = await accepted(scene, clinic)
    about = {"order_id": order["id"], "order_line_id": order["lines"][0]["id"]}
    faults = []
    now = datetime.now(UTC)
    early = ["0001-01-01T00:00:00+23:59", "1999-01-01T00:00:00+00:00", (now - timedelta(hours=1)).isoformat()]
    for given_at in [*early, (now + timedelta(hours=1)).isoformat(), "9999-12-31T23:59:59-23:59"]:
        said = signer.signed(about | {"id": fresh_key(), "given_at": given_at})
        code = await code_of(clinic.staff.run("state-service", orderId=order["id"], statement=said, key=fresh_key()))
        if code in ("", "internal"):
            faults.append(f"a statement of {given_at} was answered {code or 'yes'}")
    said = signer.signed(about | {"id": fresh_key(), "given_at": datetime.now(UTC).isoformat()})
    stated = await code_of(clinic.staff.run("state-service", orderId=order["id"], statement=said, key=fresh_key()))
    await code_of(clinic.staff.run("fulfil-order", orderId=order["id"]))
    await asyncio.sleep(2)
    after = await resident.run("order", id=order["id"])
    if after["status"] == "CLOSED":
        faults.append("its own word alone took the resident's money within seconds")
    return judge(faults, f"refused; a true one ({stated or 'taken'}) leaves the order {after['status']}")


@attack("H5", "one scan for a hundred visits")
async def one_scan(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("100.00"))
    resident, _ = await scene.resident()
    lines = [{"offeringId": clinic.offering["id"], "quantity": 100}]
    try:
        order = await place(resident, clinic, lines=lines, consentGiven=False)
    except Refused as refused:
        return judge(["internal"] if refused.code == "internal" else [], f"refused: {refused.code}")
    await until_status(resident, order["id"], "CONFIRMED")
    try:
        await serve(resident, clinic, order["id"])
    except Refused as refused:
        return judge([], f"one scan does not fulfil it: {refused.code}")
    order = await until_status(resident, order["id"], "CLOSED")
    return judge([f"one scan took {order['payment']['captured']}"], "")


@attack("H12", "every place of every slot, unpaid, again and again")
async def squatting(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("5.00", bookingRequired=True))
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=20)
    intervals = [(day + timedelta(hours=hour), day + timedelta(hours=hour, minutes=30)) for hour in range(8, 16)]
    slots = [
        {"interval": {"start": start.isoformat(), "end": end.isoformat()}, "capacity": 100} for start, end in intervals
    ]
    made = await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots)
    resident, _ = await scene.resident()
    places = orders = 0
    for slot_id in made["slotIds"]:
        for quantity in (100, 1):
            line = {"offeringId": clinic.offering["id"], "slotId": slot_id, "quantity": quantity}
            try:
                await place(resident, clinic, lines=[line], paymentMethod=None, consentGiven=False)
            except Refused:
                continue
            places, orders = places + quantity, orders + 1
            break
    faults = [f"{places} of 800 places in {orders} orders"] if places > 10 else []
    return judge(faults, f"{places} of 800 places in {orders} unpaid orders, then refused")


@attack("A1", "sessions a partner moves or books into the hours in which cancelling costs")
async def moved_near(scene: Scene) -> Outcome:
    contents = [{"code": "visit", "title": {"zh-CN": "门诊", "en": "Visit"}, "kind": "VISIT", "times": 10}]
    rules = [{"hoursBefore": 24 * 10, "feeBasisPoints": 10000}]
    clinic = await scene.clinic(
        **priced("100.00", bookingRequired=True, cancellation=rules, kind="PACKAGE", contents=contents, validDays=60)
    )
    day = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0)
    starts = [day + timedelta(days=20), *[day + timedelta(days=5, hours=number) for number in range(9)]]
    slots = [
        {"interval": {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}, "capacity": 5}
        for start in starts
    ]
    slot_ids = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots))["slotIds"]
    resident, _ = await scene.resident()
    lines = [{"offeringId": clinic.offering["id"], "slotIds": slot_ids[:1]}]
    order = await retried(lambda: place(resident, clinic, lines=lines, consentGiven=False), "invalid")
    order = await until_status(resident, order["id"], "CONFIRMED")
    (line,) = order["lines"]

    async def books(slot_id: str, **more: str) -> str:
        asked = {"orderId": order["id"], "lineId": line["id"], "slotId": slot_id, "key": fresh_key()}
        return await code_of(clinic.staff.run("book-slot", **asked, **more))

    faults = []
    if not await books(slot_ids[1], bookingId=line["bookings"][0]["id"]):
        faults.append("a session was moved before the order was accepted")
    await clinic.staff.run("accept-order", orderId=order["id"])
    answers = [await books(slot_ids[1], bookingId=line["bookings"][0]["id"])]
    answers += [await books(slot_id) for slot_id in slot_ids[2:]]
    asked = await resident.run("cancel-order", orderId=order["id"], reason="not asked for", validateOnly=True)
    due = asked["cancellation"]["due"]["amount"]
    if due != "0.00":
        faults.append(f"the resident owes {due} for sessions they never agreed to")
    for code in {*answers} & {"internal"}:
        faults.append(code)
    return judge(faults, f"{answers.count('')} moved or booked, all wait for the resident's agreement; due {due}")


@attack("F3", "a session from which the partner stays away, charged as a late cancellation")
async def stayed_away(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("200.00", bookingRequired=True, cancellation=ALL_OF_IT))
    start = datetime.now(UTC) + timedelta(seconds=15)
    resident, order = await accepted(scene, clinic, lines=[await booked(clinic, start)])
    await asyncio.sleep(max(0.0, (start - datetime.now(UTC)).total_seconds()) + 1)
    due = (await resident.run("order", id=order["id"]))["cancellation"]["due"]["amount"]
    cancel = resident.run("cancel-order", orderId=order["id"], reason="nobody was there", validateOnly=False)
    answer = await code_of(cancel)
    taken = (await resident.run("order", id=order["id"]))["payment"]["captured"]["amount"]
    faults = [f"it says {due}, and {taken} is taken on nobody's word"] if (due, taken) != ("0.00", "0.00") else []
    faults += [f"cancelling is answered {answer}"] if answer != "session-begun" else []
    return judge(faults, "nothing is due for a session that nobody has proven; its partner has a day to say otherwise")


@attack("F4", "a fee for an order its partner has not accepted, hidden by a preview")
async def fee_unaccepted(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("200.00", bookingRequired=True, cancellation=ALL_OF_IT))
    resident, _ = await scene.resident()
    line = await booked(clinic, datetime.now(UTC) + timedelta(days=300))
    wanted: dict[str, Any] = {"lines": [line], "paymentMethod": "sandbox:ok", "consentGiven": False}
    asked = await retried(lambda: agreed(resident, wanted), "invalid")
    preview = await resident.run("preview-order", input=asked | {"validateOnly": True}, key=fresh_key())
    shown = preview["cancellation"]
    faults = [f"a free time is shown: {shown['freeUntil']}"] if shown["freeUntil"] else []
    if shown["dueOnceAccepted"] != {"amount": "200.00", "currency": "CNY"}:
        faults.append(f"the preview says that it will cost {shown['dueOnceAccepted']}")
    order = await until_status(resident, (await place(resident, clinic, **wanted))["id"], "CONFIRMED")
    cancelled = await resident.run("cancel-order", orderId=order["id"], reason="too far", validateOnly=False)
    owed = cancelled["cancellation"]["due"]["amount"]
    if owed != "0.00":
        faults.append(f"{owed} is owed for what nobody had accepted")
    return judge(faults, "no fee before the acceptance; the preview says what it costs after it")


@attack("F5", "a scan made before the order existed, as its proof")
async def early_scan(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("80.00"))
    resident, _ = await scene.resident()
    code = await resident.run("issue-health-code")
    scan = await clinic.practitioner.run("redeem-health-code", text=code["text"])
    order = await place(resident, clinic, consentGiven=False)
    order = await until_status(resident, order["id"], "CONFIRMED")
    await clinic.staff.run("accept-order", orderId=order["id"])
    early = {"orderId": order["id"], "scanReceipt": scan["receipt"]}
    refused = await code_of(clinic.practitioner.run("prove-service", **early, key=fresh_key()))
    after = await resident.run("order", id=order["id"])
    faults = [] if refused == "receipt-refused" else [f"it was answered {refused or 'yes'}"]
    if after["status"] != "ACCEPTED":
        faults.append(f"the order is {after['status']}")
    return judge(faults, f"refused: {refused}")


@attack("H13", "twenty reviews of one free visit, and residents made up by the partner")
async def reviews(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("0.00"))
    resident, _ = await scene.resident()
    lines = [{"offeringId": clinic.offering["id"]}] * 20
    written = 0
    try:
        order = await place(resident, clinic, lines=lines, paymentMethod=None, consentGiven=False)
        await clinic.staff.run("accept-order", orderId=order["id"])
        await resident.run("confirm-service", orderId=order["id"], key=fresh_key())
        for line in (await resident.run("order", id=order["id"]))["lines"]:
            written += not await code_of(
                resident.run(
                    "review-service", orderId=order["id"], lineId=line["id"], rating=5, text="", key=fresh_key()
                )
            )
    except Refused as refused:
        if refused.code == "internal":
            return judge([f"{refused}"], "")
    invented = 0
    for _ in range(3):
        sock, _ = await scene.resident()
        order = await place(sock, clinic, paymentMethod=None, consentGiven=False)
        await clinic.staff.run("accept-order", orderId=order["id"])
        await code_of(sock.run("confirm-service", orderId=order["id"], key=fresh_key()))
        line = (await sock.run("order", id=order["id"]))["lines"][0]["id"]
        invented += not await code_of(
            sock.run("review-service", orderId=order["id"], lineId=line, rating=5, text="", key=fresh_key())
        )
    measures = await resident.raw(
        "query ($id: ID!) { offering(id: $id) { partner { measures { orders rating reviews } } } }",
        id=clinic.offering["id"],
    )
    counted = ((measures.get("data") or {}).get("offering") or {}).get("partner", {}).get("measures") or {}
    faults = [f"{written} reviews of one visit"] if written > 1 else []
    if counted.get("reviews"):
        faults.append(f"free visits on nobody's word but theirs count: {counted}")
    return judge(faults, f"{written} of 20 and {invented} of 3 taken, none counted without a scan")


def a_registration() -> str:
    return f"91370100{secrets.token_hex(5).upper()}"

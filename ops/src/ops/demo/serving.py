"""Act two: a resident finds a service, orders it, consents, pays and is served; what may be read of them is."""

import json
from typing import Any

import orjson
from devstack.fictional import identity_number
from yima_client import health_codes
from yima_client.caller import Caller, agreed, fresh_key, until
from yima_client.errors import Refused

from ops.demo.readings import history, reading
from ops.demo.story import Story, money
from ops.demo.waiting import in_force, reached, unless_refused
from ops.example_city import ingest


async def arrive(story: Story, nobody: Caller, practitioner: Caller, run: str, password: str) -> Caller:
    """A resident registers and proves who they are; a hospital has records of them."""
    login = f"resident-{run}@residents.example.org"
    registered = await nobody.run(
        "register-resident", login=login, password=password, name="Wen Zhiyuan", birthDate="1957-04-12"
    )
    unproven = await nobody.signed_in(login, password)
    try:
        await unproven.run("prove-resident", identityNumber=identity_number("1957-04-13"))
    except Refused as refused:
        story.add("resident", "gives the identity number of somebody else", refused=refused.code, why=refused.message)
    proven = await unproven.run("prove-resident", identityNumber=identity_number("1957-04-12"))
    story.add("resident", "proves who they are by their own; it is kept nowhere", since=proven["provenAt"])
    resident = await nobody.signed_in(login, password)
    receipt = await ingest(resident, practitioner, history(run))
    story.add(
        "resident",
        "registers, and shows a health code where they have been treated before",
        name=registered["name"],
        records=receipt["created"],
    )
    return resident


async def order(story: Story, resident: Caller, staff: Caller, offering: dict[str, Any]) -> str:
    """Find, order, consent, pay; the partner accepts."""
    order_id = await place(story, resident, await find(story, resident, offering))
    await consent_and_pay(story, resident, order_id)
    accepted = await staff.run("accept-order", orderId=order_id)
    story.add("partner", "accepts the order", status=accepted["status"])
    return order_id


async def find(story: Story, resident: Caller, offering: dict[str, Any]) -> str:
    async def search() -> list[dict[str, Any]]:
        page = await resident.run("offerings", query=offering["run"], first=3)
        return [edge["node"] for edge in page["edges"]]

    listed = (await until("the offering in the catalog", search, bool))[0]
    story.add(
        "resident",
        "finds it in the catalog",
        title=listed["title"],
        partner=listed["partner"]["name"],
        price=money(listed["price"]),
    )
    return str(listed["id"])


async def place(story: Story, resident: Caller, offering_id: str) -> str:
    async def agreed_order() -> Any:
        return await agreed(resident, {"lines": [{"offeringId": offering_id, "quantity": 1}]})

    async def place_order() -> Any:
        return await resident.run("place-order", input=order_input, key=key)

    key = fresh_key()
    order_input = await until(
        "ordering's copy of the offering", lambda: unless_refused(agreed_order, "unknown-offering"), bool
    )
    placed = await place_order()
    repeated = await place_order()  # a double tap on the button
    story.add(
        "resident",
        "places the order, twice by mistake",
        total=money(placed["total"]),
        status=placed["status"],
        waits_for=placed["waitingFor"],
        orders=len({placed["id"], repeated["id"]}),
    )
    return str(placed["id"])


async def consent_and_pay(story: Story, resident: Caller, order_id: str) -> None:
    async def requests() -> list[dict[str, Any]]:
        return list((await resident.run("consent-requests", orderId=order_id))["nodes"])

    request = (await until("the consent request", requests, bool))[0]
    granted = await resident.run("grant-consent", consentRequestId=request["id"])
    story.add(
        "resident",
        "consents to what it asks, and nothing else",
        to=request["grantee"]["name"],
        information=granted["informationTypes"],
        purpose=granted["purpose"],
        until=granted["expiresAt"],
    )
    await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
    confirmed = await reached("CONFIRMED", resident, order_id)
    story.add(
        "resident",
        "pays; money, consent and slot are in",
        payment=confirmed["payment"]["status"],
        status=confirmed["status"],
    )


async def prove(story: Story, resident: Caller, practitioner: Caller, colleague: Caller, order_id: str) -> str:
    """A code fetched ahead is verified without a network and scanned as proof of service; a copy of it is worth
    nothing, and makes the others void. Returns the id that the hospital has for the resident."""
    code, following, *_ = (await resident.run("prefetch-health-codes", count=5))["codes"]
    story.add("resident", "fetches codes for when the phone has no network", minutes=5)
    keys = health_codes.keys_of(json.dumps({"keys": await practitioner.run("health-code-keys")}))
    verified = health_codes.verify(code["text"], keys)
    story.add("practitioner", "verifies the code by the city's keys alone", of=verified.city, until=code["expiresAt"])
    try:
        await practitioner.run("redeem-health-code", text=following["text"])
    except Refused as refused:
        story.add("practitioner", "scans the code of the next minute too soon", refused=refused.code)
    scan = await practitioner.run("redeem-health-code", text=code["text"], place="Outpatients, room 3")
    proven = await practitioner.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    story.add(
        "practitioner",
        "scans the resident's rotating code: proof of service",
        code=f"{code['text'][:24]}…",
        status=proven["status"],
    )
    try:
        await colleague.run("redeem-health-code", text=code["text"])
    except Refused as refused:
        story.add("practitioner", "scans a screenshot of the same code", refused=refused.code)
    alert = (await resident.run("code-alerts"))["nodes"][0]
    story.add(
        "resident",
        "is told that a copy was shown; codes fetched before are void",
        to=alert["practitionerName"],
        void=alert["rotated"],
    )
    return str(scan["residentId"])


async def read_records(story: Story, resident: Caller, practitioner: Caller, order_id: str, resident_id: str) -> None:
    """One reading the consent permits, one it does not."""
    await in_force(resident, order_id)
    page = await practitioner.run(
        "records", residentId=resident_id, informationTypes=["vital-signs"], purpose="TREAT", first=3
    )
    shown = [reading(orjson.loads(node["resource"])) for node in page["nodes"]]
    story.add("practitioner", "reads the vital signs the consent permits", readings=shown)
    try:
        await practitioner.run("records", residentId=resident_id, informationTypes=["laboratory"], purpose="TREAT")
    except Refused as refused:
        story.add("practitioner", "asks for the laboratory results", refused=refused.code, why=refused.message)

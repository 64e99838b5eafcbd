"""Act five: a partner states that a service was given, and the resident objects."""

from typing import Any

from yima_client.caller import Caller, agreed, fresh_key, retried, until
from yima_client.errors import Refused
from yima_client.partner import StatementKey

from ops.demo.story import Story, money
from ops.demo.waiting import reached


async def object_to_a_statement(
    story: Story, resident: Caller, staff: Caller, operator: Caller, offering: dict[str, Any]
) -> None:
    """The partner alone says that a service was given: nothing is taken before the resident could object, who does."""
    key = StatementKey()
    await staff.run("register-signing-key", publicKey=key.public, key=fresh_key())
    order = {"lines": [{"offeringId": offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
    placed = await resident.run("place-order", input=await agreed(resident, order), key=fresh_key())

    async def look() -> dict[str, Any]:
        return dict(await resident.run("order", id=placed["id"]))

    await reached("CONFIRMED", resident, placed["id"])
    await staff.run("accept-order", orderId=placed["id"])
    statement = key.statement(placed["id"], placed["lines"][0]["id"], f"visit-{placed['id']}")
    await retried(  # ordering hears of the key by event
        lambda: staff.run("state-service", orderId=placed["id"], statement=statement, key=fresh_key()),
        "statement-refused",
    )
    stated = await look()
    try:
        await staff.run("fulfil-order", orderId=placed["id"])
    except Refused as refused:
        story.add(
            "partner",
            "states by itself that a visit was made, and wants the money",
            refused=refused.code,
            the_resident_may_object_until=stated["objectionUntil"],
        )
    complaint = await resident.run(
        "complain", orderId=placed["id"], text="Nobody was there.", notGiven=True, key=fresh_key()
    )
    await staff.run("answer-complaint", complaintId=complaint["id"], answer="Our records were wrong.")
    await operator.run(
        "decide-complaint", complaintId=complaint["id"], upheld=True, decision="No visit was made; nothing is due."
    )
    ended = await until("the release", look, lambda order: order["payment"]["status"] == "VOIDED")
    story.add(
        "resident",
        "objects: the order waits for the decision, and ends without it",
        status=ended["status"],
        taken=money(ended["payment"]["captured"]),
    )

"""Act four: a course of booked visits: previewed, moved, cancelled, reviewed, complained of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from yima_client.caller import Caller, agreed, fresh_key, retried, until

from ops.demo.manifests import manifest_of
from ops.demo.story import Story, money
from ops.demo.waiting import reached
from ops.example_city import publish

AT_HOME = {"latitude": 36.67, "longitude": 117.02}


async def take_a_course(
    story: Story, operator: Caller, staff: Caller, practitioner: Caller, resident: Caller, run: str
) -> None:
    """Booked visits: previewed, booked week by week, moved, made, called off; and what was made is paid for."""
    offering_id, slot_id = await publish_course(story, operator, staff, run)

    async def alike() -> list[dict[str, Any]]:
        return list(await resident.run("slots-alike", slotId=slot_id, weeks=6))

    weekly = await until("the course's slots", alike, lambda slots: len(slots) > 2)
    await find_near(story, resident, offering_id)
    order = await book(story, resident, offering_id, weekly)
    await reached("CONFIRMED", resident, order["id"])
    await staff.run("accept-order", orderId=order["id"])
    await move(story, staff, resident, order["id"], weekly)
    await call_off(story, staff, practitioner, resident, order["id"])
    await complain(story, operator, staff, resident, order["id"])


async def publish_course(story: Story, operator: Caller, staff: Caller, run: str) -> tuple[str, str]:
    """Publish a course with weekly times; returns its id and that of its first slot."""
    manifest = manifest_of("course.yaml")
    manifest["reference"] += f"-{run}"
    site = manifest_of("site.yaml")
    await staff.run("put-site", **site, key=fresh_key())
    manifest["sites"] = [site["code"]]
    course = await publish(operator, staff, manifest, {})
    tomorrow = datetime.now(UTC).date() + timedelta(days=3)
    pattern = {
        "fromDate": tomorrow.isoformat(),
        "untilDate": (tomorrow + timedelta(weeks=6)).isoformat(),
        "weekdays": [tomorrow.isoweekday()],
        "times": ["19:30", "20:00"],
        "minutes": 30,
        "capacity": 1,
    }
    slots = (await staff.run("add-weekly-slots", offeringId=course["id"], pattern=pattern))["slotIds"]
    story.add(
        "partner",
        "publishes a course of booked visits",
        title=manifest["title"]["en"],
        price=money(manifest["price"]),
        slots=len(slots),
        cancellation=[
            f"less than {rule['hoursBefore']} hours before: {rule['feeBasisPoints'] / 100:g} %"
            for rule in manifest["cancellation"]
        ],
    )
    return course["id"], slots[0]


async def find_near(story: Story, resident: Caller, offering_id: str) -> None:
    """Mistype a word, and find the course by distance with its next free slot."""

    async def search() -> list[dict[str, Any]]:
        near = {"position": AT_HOME, "withinMetres": 5_000}
        page = await resident.run("search-offerings", query="bloood pressure", near=near, sort="DISTANCE", first=50)
        return [edge["node"] for edge in page["edges"] if edge["node"]["id"] == offering_id]

    def knows_when(offers: list[dict[str, Any]]) -> bool:
        return bool(offers) and offers[0]["explain"]["nextFreeAt"] is not None

    (course,) = await until("the course's next free slot in a search", search, knows_when)
    why = course["explain"]
    story.add(
        "resident",
        "mistypes a word, and finds the course by distance",
        searched=[f"{each['word']}: {' or '.join(each['searched'])}" for each in why["corrections"]],
        away=f"{why['distanceMetres']} m, {why['site']['name']}",
        free=why["nextFreeAt"],
    )


async def book(story: Story, resident: Caller, offering_id: str, weekly: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Preview the first two weeks, and order them."""
    basket = {
        "lines": [{"offeringId": offering_id, "slotIds": [slot["slotId"] for slot in weekly[:2]]}],
        "paymentMethod": "sandbox:ok",
    }

    async def previewed() -> Any:
        return await resident.run("preview-order", input=basket | {"validateOnly": True}, key=fresh_key())

    preview = await retried(previewed, "unknown-offering")
    agreed_order = await agreed(resident, basket)
    story.add(
        "resident",
        "looks at what it would cost, and what cancelling would",
        total=money(preview["total"]),
        free_until=preview["cancellation"]["freeUntil"],
        warnings=[warning["kind"].lower().replace("_", " ") for warning in preview["warnings"]],
    )
    order: dict[str, Any] = await resident.run("place-order", input=agreed_order, key=fresh_key())
    return order


async def move(story: Story, staff: Caller, resident: Caller, order_id: str, weekly: Sequence[dict[str, Any]]) -> None:
    """The resident moves a visit; the partner moves it back, and the resident agrees."""
    (line,) = (await resident.run("order", id=order_id))["lines"]
    moved = await resident.run(
        "book-slot",
        orderId=order_id,
        lineId=line["id"],
        slotId=weekly[2]["slotId"],
        bookingId=line["bookings"][1]["id"],
        key=fresh_key(),
    )
    story.add(
        "resident",
        "books two visits at the same time of two weeks, and moves the second",
        visits=[booking["interval"]["start"] for booking in moved["lines"][0]["bookings"]],
    )
    offered = await staff.run(
        "book-slot",
        orderId=order_id,
        lineId=line["id"],
        slotId=weekly[1]["slotId"],
        bookingId=moved["lines"][0]["bookings"][1]["id"],
        key=fresh_key(),
    )
    (waiting,) = [booking for booking in offered["lines"][0]["bookings"] if booking["agreedAt"] is None]
    story.add(
        "partner",
        "moves a visit, which waits for the resident's agreement and costs them nothing until then",
        visit=waiting["interval"]["start"],
        booked_by=waiting["bookedBy"],
    )
    moved = await resident.run("agree-to-sessions", orderId=order_id, bookingIds=[waiting["id"]], key=fresh_key())
    story.add(
        "resident",
        "agrees to it",
        visits=[booking["interval"]["start"] for booking in moved["lines"][0]["bookings"]],
        free_until=moved["cancellation"]["freeUntil"],
    )


async def call_off(story: Story, staff: Caller, practitioner: Caller, resident: Caller, order_id: str) -> None:
    """One visit is made and proven; the others are called off, and only it is paid for."""
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])
    await practitioner.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    cancelled = await resident.run("cancel-order", orderId=order_id, reason="we are moving away", key=fresh_key())
    paid = await until(
        "the part that was used",
        lambda: staff.run("order", id=order_id),
        lambda order: order["payment"]["status"] == "CAPTURED",
    )
    story.add(
        "resident",
        "makes one of three visits and cancels the rest",
        due=money(cancelled["cancellation"]["due"]),
        taken=money(paid["payment"]["captured"]),
        released=money(cancelled["cancellation"]["released"]),
    )


async def complain(story: Story, operator: Caller, staff: Caller, resident: Caller, order_id: str) -> None:
    """The resident reviews the visit, and complains."""
    (line,) = (await resident.run("order", id=order_id))["lines"]
    review = await resident.run(
        "review-service", orderId=order_id, lineId=line["id"], rating=5, text="Kind, and on time.", key=fresh_key()
    )
    complaint = await resident.run("complain", orderId=order_id, text="The lift was out of order.", key=fresh_key())
    await staff.run("answer-complaint", complaintId=complaint["id"], answer="It runs again since this morning.")
    decided = await operator.run(
        "decide-complaint", complaintId=complaint["id"], upheld=True, decision="It was; nothing more is to be done."
    )
    story.add(
        "resident",
        "reviews the visit, and complains; the partner answers, the operator decides",
        stars=review["rating"],
        text=review["status"].lower(),
        complaint=decided["status"].lower(),
    )

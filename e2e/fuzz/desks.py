"""What is to be done next for a resident, and a front desk's day: by whoever, about others' things, on odd days."""

import random
from typing import Any

from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import in_days

ACTIONS = ("VISIT", "CALL", "LABORATORY", "MEASURE", "SPECIALIST")
REASONS = ("CHECK", "RESULT", "CHRONIC", "BEYOND_US")
OTHERS = ("stranger", "rival's doctor", "rival", "operator", "regulator", "nobody", "frozen partner")


def some_day(chance: random.Random) -> str:
    return chance.choice([in_days(chance.choice([-1, 0, 30, 4000]))[:10], words.moment(chance), "2026-02-30", ""])


@generator("N8", "C1", "M12")
async def follow_ups(operation: Operation) -> None:
    """What is to be done next: noted, closed, declined by whoever, for others, on odd days; what is over stays so."""
    chance, people, whose = operation.chance, operation.scene.people, operation.scene.shown[2]
    what = {
        "action": chance.choice(ACTIONS), "reason": chance.choice(REASONS), "dueOn": some_day(chance),
        "category": chance.choice([None, "", words.text(chance)]), "note": words.text(chance),
        "offeringId": chance.choice([None, None, words.identifier(chance)]),
    }  # fmt: skip
    other, doctor = people[chance.choice(OTHERS)], people["doctor"]
    theirs, ours = (operation.scene.known_to(person, whose) for person in (other, doctor))
    if await operation.run(other, "note-follow-up", residentId=theirs, **what, key=fresh_key()):
        operation.fault(f"{other.name} noted what another's patient is to do", what)
    noted = await operation.run(doctor, "note-follow-up", residentId=ours, **what, key=fresh_key())
    follow_up_id = noted["id"] if noted else words.identifier(chance)
    closing = {"outcome": chance.choice(["DONE_HERE", "DONE_ELSEWHERE", "SERVED"]), "note": words.text(chance)}
    closing["followUpId"] = follow_up_id
    if await operation.run(other, "close-follow-up", residentId=theirs, **closing, key=fresh_key()):
        operation.fault(f"{other.name} closed what another is to do", closing)
    if await operation.run(other, "decline-follow-up", followUpId=follow_up_id, key=fresh_key()):
        operation.fault(f"{other.name} declined what another is to do", follow_up_id)
    declined = await operation.run(people["resident"], "decline-follow-up", followUpId=follow_up_id, key=fresh_key())
    if await operation.run(doctor, "close-follow-up", residentId=ours, **closing, key=fresh_key()) and declined:
        operation.fault("what a resident declined was closed", closing)


@generator("N8", "M4")
async def desks(operation: Operation) -> None:
    """Calendars, closed days and absences: of others' sites and orders, on odd days, by whoever."""
    chance, people, shown = operation.chance, operation.scene.people, operation.scene.shown
    staff, other = people["staff"], people[chance.choice(OTHERS)]
    code = chance.choice(["room-1", words.segment(chance), words.text(chance)])
    calendar = {
        "code": code, "kind": chance.choice(["ROOM", "DEVICE", "PRACTITIONER"]), "name": words.name(chance),
        "practitionerId": chance.choice([None, None, words.identifier(chance)]),
    }  # fmt: skip
    await operation.run(staff, "put-calendar", **calendar, key=fresh_key())
    because = words.text(chance)
    for person in (other, staff):
        ending = {"code": words.identifier(chance), "fromDay": some_day(chance), "reason": because}
        if await operation.run(person, "end-calendar", **ending, key=fresh_key()):
            operation.fault(f"{person.name} ended a calendar that there is not", ending)
        closing = {"siteId": words.identifier(chance), "day": some_day(chance), "reason": because}
        if await operation.run(person, "close-day", **closing, key=fresh_key()):
            operation.fault(f"{person.name} closed a site that there is not", closing)
    order_id = chance.choice([*shown[5:], words.identifier(chance)])
    for person in (other, people["resident"], staff):
        if await operation.run(person, "state-absence", orderId=order_id, key=fresh_key()):
            operation.fault(f"{person.name} stated that nobody came to an order without a session", order_id)


@generator("C4", "M7", "N8", weight=2)
async def desk_orders(operation: Operation) -> None:
    """Orders at a desk: by another's scan, twice by one, by made-up receipts, of anything; agreed to by who gains."""
    chance, people = operation.chance, operation.scene.people
    code = await operation.run(people["resident"], "issue-health-code")
    scan = await operation.run(people["doctor"], "redeem-health-code", text=code["text"]) if code else None
    receipt = scan["receipt"] if scan else words.text(chance)
    line: dict[str, Any] = {"offeringId": operation.scene.clinic.offering["id"]}
    order = {"scanReceipt": receipt, "lines": [line], "validateOnly": True}
    desk, other = people[chance.choice(["staff", "doctor"])], people[chance.choice(OTHERS)]
    if await operation.run(other, "place-desk-order", input=order, key=fresh_key()):
        operation.fault(f"{other.name} was shown what another's desk would order", order)
    forged = order | {"scanReceipt": chance.choice([receipt[:-3], words.text(chance), code["text"] if code else ""])}
    if await operation.run(desk, "place-desk-order", input=forged, key=fresh_key()):
        operation.fault("a desk ordered by what is no scan's receipt", forged)
    shown = await operation.run(desk, "place-desk-order", input=order, key=fresh_key())
    if not shown or "lines" not in shown:
        return
    line |= {name: shown["lines"][0][name] for name in ("offeringRevision", "consentHash")}
    line["quantity"] = chance.choice([1, 1, 1, 0, 2, 101])
    order |= {"expectedTotal": shown["total"], "validateOnly": False}
    placed = await operation.run(desk, "place-desk-order", input=order, key=fresh_key())
    if not placed or "id" not in placed:
        return
    again = await operation.run(desk, "place-desk-order", input=order, key=fresh_key())
    if again and "id" in again:
        operation.fault("one scan placed two orders", order)
    about = {"orderId": placed["id"], "key": fresh_key()}
    for person in (other, desk, people["staff"]):
        if await operation.run(person, "agree-to-desk-order", **about):
            operation.fault(f"{person.name} agreed to what a desk ordered for somebody else", placed)
        if await operation.run(person, "disown-desk-order", **about, text=words.text(chance)):
            operation.fault(f"{person.name} disowned what a desk ordered for somebody else", placed)
    if await operation.run(other, "send-desk-order-code", **about):
        operation.fault(f"{other.name} had a code sent for another's order", placed)
    await operation.run(desk, "send-desk-order-code", **about)
    for person in (other, desk, people["resident"]):
        given = chance.choice(["000000", words.text(chance), f"{chance.randrange(10**6):06}", ""])
        if await operation.run(person, "agree-to-desk-order-by-code", **about, code=given):
            operation.fault(f"{person.name} gave another's word by a guess", placed)
    if chance.random() < 0.5:
        await operation.run(people["resident"], "agree-to-desk-order", **about)
    await operation.run(people["resident"], "disown-desk-order", **about, text=words.text(chance))
    await operation.run(people["resident"], "cancel-order", orderId=placed["id"], reason="no", key=fresh_key())

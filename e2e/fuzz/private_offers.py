"""Private offers: made by whoever, of anything, at any price; taken by made-up codes and by two; ordered by another."""

from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.desks import OTHERS, some_day
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import in_days

PRICES = ("0.00", "1.00", "359.99", "360.00", "361.00", "-1.00", "0.001", "99999999999999999", "", "x")


@generator("C1", "C4", "M4", weight=2)
async def private_offers(operation: Operation) -> None:
    """Offers at odd prices until odd days; taken twice, by others and by what is no code; withdrawn by who did not make
    them; ordered by who did not take them."""
    chance, people = operation.chance, operation.scene.people
    offering_id = operation.scene.clinic.offering["id"]
    staff, other, resident = people["staff"], people[chance.choice(OTHERS)], people["resident"]
    odd = {
        "offeringId": chance.choice([offering_id, words.identifier(chance)]),
        "price": {
            "amount": chance.choice(PRICES),
            "currency": chance.choice(["CNY", "CNY", "USD", words.text(chance)]),
        },
        "untilDay": some_day(chance),
        "scanReceipt": chance.choice([None, None, words.text(chance)]),
    }
    if await operation.run(other, "make-private-offer", input=odd, key=fresh_key()):
        operation.fault(f"{other.name} offered what another sells", odd)
    made = await operation.run(staff, "make-private-offer", input=odd, key=fresh_key())
    about = made["privateOffer"] if made else None
    if about and float(about["price"]["amount"]) >= float(about["publishedPrice"]["amount"]):
        operation.fault("a private offer is not below the published price", made)
    good = {"offeringId": offering_id, "price": {"amount": "300.00", "currency": "CNY"}, "untilDay": in_days(3)[:10]}
    offer = await operation.run(staff, "make-private-offer", input=good, key=fresh_key())
    if not offer:
        return
    code, offer_id = offer["claimCode"], offer["privateOffer"]["id"]
    for wrong in (words.text(chance), code[:-1], code.upper(), ""):
        if await operation.run(resident, "take-private-offer", code=wrong):
            operation.fault("a private offer was taken by what is not its code", wrong)
    for person in (staff, other):
        taken = await operation.run(person, "take-private-offer", code=code)
        if taken and person is not people["stranger"]:
            operation.fault(f"{person.name} took what only residents take", taken)
        if person is not staff and await operation.run(person, "withdraw-private-offer", id=offer_id):
            operation.fault(f"{person.name} withdrew what another offers", offer_id)
    mine = await operation.run(resident, "take-private-offer", code=code)
    if mine and taken:
        operation.fault("two took one private offer", mine)
    line = {"offeringId": offering_id, "privateOfferId": offer_id, "quantity": chance.choice([1, 1, 2, 0])}
    preview = {"lines": [line], "validateOnly": True}
    for person in (people["stranger"], resident):
        seen = await operation.run(person, "preview-order", input=preview, key=fresh_key())
        if seen and "lines" in seen and not (mine if person is resident else taken):
            operation.fault(f"{person.name} would order by what they did not take", seen)
    await operation.run(staff, "withdraw-private-offer", id=offer_id)
    if await operation.run(resident, "take-private-offer", code=code) and not mine:
        operation.fault("a private offer was taken that was withdrawn", offer_id)

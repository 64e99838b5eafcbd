"""Orders: agreements that do not agree, the wrong person in each state, reservations, sessions, reviews."""

import asyncio
from typing import Any

from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import Person, a_new_resident, in_days

UNPAID_MAX = 12  # of one resident, at the most that a city may set it to here
STRANGERS = [
    "stranger",
    "rival",
    "rival's doctor",
    "suspended partner",
    "suspended practitioner",
    "frozen partner",
    "frozen practitioner",
    "lapsed partner",
    "lapsed practitioner",
    "unscreened partner",
    "nobody",
    "key for DOCUMENTS",
    "key for MONEY",
]


async def previewed(operation: Operation, resident: Person, **more: Any) -> dict[str, Any] | None:
    """An order of the clinic's offering, with what a preview says is agreed to."""
    order: dict[str, Any] = {
        "lines": [{"offeringId": operation.scene.clinic.offering["id"]}],
        "consentGiven": True,
    } | more
    shown = await operation.run(resident, "preview-order", input=order | {"validateOnly": True}, key=fresh_key())
    if not shown or "lines" not in shown:
        return None
    (line,) = shown["lines"]
    agreed = {"offeringRevision": line.get("offeringRevision"), "consentHash": line.get("consentHash")}
    return order | {"lines": [order["lines"][0] | agreed], "expectedTotal": shown["total"]}


@generator("C4", "F4", weight=3)
async def agreements(operation: Operation) -> None:
    """An order whose total, revision or consent is not what the resident was shown is not placed."""
    chance, resident = operation.chance, operation.scene.people["resident"]
    order = await previewed(operation, resident)
    if order is None:
        return
    line, changed = order["lines"][0], True
    match chance.randrange(5):
        case 0:
            order["expectedTotal"] = {"amount": words.amount(chance), "currency": chance.choice(["CNY", "USD"])}
            changed = order["expectedTotal"]["amount"] != operation.scene.clinic.manifest["price"]["amount"]
        case 1:
            line["offeringRevision"] = chance.choice([0, -1, line["offeringRevision"] + 1, 2**31 - 1])
        case 2:
            line["consentHash"] = chance.choice(["", "0" * 64, words.text(chance)])
        case 3:
            line["quantity"] = chance.choice([0, -1, 2, 100, 101, 2**31 - 1])
        case _:
            order["paymentMethod"] = chance.choice(["sandbox:ok", words.text(chance), "sandbox:declined"])
            changed = False
    placed = await operation.run(resident, "place-order", input=order, key=fresh_key())
    if placed and "id" in placed and changed:
        operation.fault("an order was placed that differs from what was shown", order)
    if placed and "id" in placed:
        preview = await operation.run(resident, "cancel-order", orderId=placed["id"], reason="x", validateOnly=True)
        due = ((preview or {}).get("cancellation") or {}).get("due") or {"amount": "0.00"}
        if due["amount"] != "0.00":
            operation.fault("cancelling costs before anybody accepted", preview)
        await operation.run(resident, "cancel-order", orderId=placed["id"], reason=words.name(chance), key=fresh_key())


@generator("C3", "C4", "M7", "A1", "F3", "F4", weight=5)
async def strangers_orders(operation: Operation) -> None:
    """Every act upon an order, in every state, by somebody whose order it is not."""
    chance, scene = operation.chance, operation.scene
    who, order_id = scene.people[chance.choice(STRANGERS)], chance.choice(scene.shown[5:])
    line_id, key = words.identifier(chance), fresh_key()
    acts: list[tuple[str, dict[str, Any]]] = [
        ("order", {"id": order_id}),
        ("pay-order", {"orderId": order_id, "paymentMethod": "sandbox:ok", "key": key}),
        ("accept-order", {"orderId": order_id}),
        ("refuse-order", {"orderId": order_id, "reason": "no", "key": key}),
        ("fulfil-order", {"orderId": order_id}),
        ("stop-series", {"orderId": order_id, "key": key}),
        ("cancel-order", {"orderId": order_id, "reason": "no", "key": key}),
        ("confirm-service", {"orderId": order_id, "lineId": line_id, "key": key}),
        ("state-service", {"orderId": order_id, "lineId": line_id, "statement": "a.b.c", "key": key}),
        ("transfer-order", {"orderId": order_id, "key": key}),
        ("agree-to-order", {"orderId": order_id, "key": key}),
        ("complain", {"orderId": order_id, "text": "Bad.", "key": key}),
        ("review-service", {"orderId": order_id, "lineId": line_id, "rating": 1, "key": key}),
        ("refund-order", {"orderId": order_id, "reason": "no", "key": key}),
        ("agree-to-sessions", {"orderId": order_id, "key": key}),
        ("cancel-sessions", {"orderId": order_id, "key": key}),
        ("order-events", {"id": order_id, "orderId": order_id}),
    ]
    act, asked = chance.choice(acts)
    done = await operation.run(who, act, **asked)
    if done and done != {"nodes": [], "edges": []} and (not isinstance(done, dict) or done.get("id")):
        operation.fault(f"{who.name} did {act} to an order that is not theirs", done)


@generator("H12", weight=2)
async def reservations(operation: Operation) -> None:
    """A resident takes what there is without paying for it, at once and again: only so much of it."""
    chance = operation.chance
    person, _, _ = await a_new_resident(operation.scene)
    order = await previewed(operation, person)
    if order is None:
        return
    quantity = {"quantity": chance.choice([1, 1, 20, 100])}
    order["lines"] = [order["lines"][0] | quantity] * chance.choice([1, 1, 5])
    wanted = chance.choice([4, 20])
    placed = await asyncio.gather(
        *(operation.run(person, "place-order", input=order, key=fresh_key()) for _ in range(wanted))
    )
    open_orders = [order["id"] for order in placed if order and "id" in order]
    if len(open_orders) > UNPAID_MAX:
        operation.fault(f"{len(open_orders)} unpaid orders of one resident", order)
    for order_id in open_orders:
        await operation.run(person, "cancel-order", orderId=order_id, reason="no", key=fresh_key())


@generator("H13", "M1", weight=2)
async def reviews(operation: Operation) -> None:
    """Reviews of what was not received, twice at once, with any words, and of any number of stars."""
    chance, scene = operation.chance, operation.scene
    document = "query ($id: ID!) { order(id: $id) { lines { id } } }"
    order_id = chance.choice(scene.shown[5:])
    order = (await operation.graphql(scene.people["resident"], document, id=order_id)).data
    line_id = order["lines"][0]["id"] if order else words.identifier(chance)
    rating = chance.choice([1, 5, 0, 6, -1, 2**31 - 1])
    asked = {"orderId": order_id, "lineId": line_id, "rating": rating, "text": words.text(chance)}
    who = scene.people[chance.choice(["resident", "resident", "stranger", "staff"])]
    made = await asyncio.gather(*(operation.run(who, "review-service", **asked, key=fresh_key()) for _ in range(3)))
    known = {review["id"] for review in made if review}
    if known and (rating not in range(1, 6) or len(known) > 1 or who.name != "resident"):
        operation.fault(f"{len(known)} reviews of {rating} by {who.name}", asked)


@generator("M4", "C4", "M1", weight=3)
async def offerings(operation: Operation) -> None:
    """Drafts with any price, title, place and process, and slots at any time; what is taken can be read and ordered."""
    chance, people = operation.chance, operation.scene.people
    manifest: dict[str, Any] = operation.scene.clinic.manifest | {"reference": f"f-{chance.getrandbits(40):x}"}
    for _ in range(chance.choice([0, 1, 2])):
        name = chance.choice([*manifest])
        value: Any = words.text(chance)
        if name == "price":
            value = {"amount": words.amount(chance), "currency": chance.choice(["CNY", "USD", words.scalar(chance)])}
        elif isinstance(manifest[name], dict):
            value = {"zh-CN": words.name(chance), "en": words.name(chance)}
        elif isinstance(manifest[name], list):
            value = [words.text(chance)] * chance.choice([0, 1, 300])
        elif isinstance(manifest[name], int):
            value = chance.choice([0, -1, 2**31 - 1])
        manifest = manifest | {name: value}
    if chance.random() < 0.3:
        await put_site(operation)
    drafted = await operation.run(people["staff"], "draft-offering", manifest=manifest, key=fresh_key())
    if not drafted:
        return
    mine = await operation.run(people["staff"], "partner-offerings", first=100)
    if mine is None or (drafted["id"] not in str(mine["nodes"]) and not mine["pageInfo"]["hasNextPage"]):
        operation.fault("a draft that was taken cannot be read", manifest)
    start = chance.choice([words.moment(chance), in_days(1)])
    slots = [
        {
            "interval": {"start": start, "end": chance.choice([start, in_days(1.1), words.moment(chance)])},
            "capacity": chance.choice([1, 0, -1, 2**31 - 1]),
        }
    ] * chance.choice([1, 3])
    await operation.run(people["staff"], "add-slots", offeringId=drafted["id"], slots=slots, key=fresh_key())


async def put_site(operation: Operation) -> None:
    """A site at any place, with any hours; what is taken is listed as it was put."""
    chance, staff = operation.chance, operation.scene.people["staff"]
    degrees = [0, 36.6615, 90, -180, 180.0000001, 1e9, -1e300]
    position = {"latitude": chance.choice(degrees), "longitude": chance.choice(degrees)}
    clock = ["08:30", "17:00", "24:00", "25:61", words.text(chance)]
    details = {
        "name": {"zh-CN": words.name(chance), "en": words.name(chance)},
        "address": {"zh-CN": words.text(chance), "en": words.text(chance)},
        "position": position,
        "district": chance.choice(["lixia", words.text(chance)]),
        "hours": [
            {"weekday": chance.choice([0, 1, 7, 8]), "opens": chance.choice(clock), "closes": chance.choice(clock)}
            for _ in range(chance.choice([0, 1, 60]))
        ],
    }
    code = chance.choice(["fuzz-site", words.text(chance)])
    put = await operation.run(staff, "put-site", code=code, details=details, key=fresh_key())
    if put is None:
        return
    listed = await operation.run(staff, "sites", partnerId=operation.scene.clinic.partner_id)
    shown = next((site for site in listed or [] if site["id"] == put["id"]), None)
    if shown is None or abs(shown["position"]["latitude"] - position["latitude"]) > 1e-6:
        operation.fault("a site that was taken is not listed as it was put", details)


@generator("C3", "N1", weight=2)
async def standing(operation: Operation) -> None:
    """What a partner does that is suspended, frozen, lapsed or was never screened: nothing that needs good standing."""
    chance, scene = operation.chance, operation.scene
    who = scene.people[chance.choice(["suspended partner", "frozen partner", "lapsed partner", "unscreened partner"])]
    acts: list[tuple[str, dict[str, Any]]] = [
        ("draft-offering", {"manifest": scene.clinic.manifest, "key": fresh_key()}),
        ("create-api-key", {"label": "mine", "scopes": ["ORDERS"]}),
        ("register-signing-key", {"publicKey": "A" * 44, "key": fresh_key()}),
        (
            "register-practitioner",
            {
                "login": f"d-{chance.getrandbits(40):x}@x.example.org",
                "password": "a good long one",
                "name": "D",
                "title": "D",
                "licenceNumber": words.licence(chance),
            },
        ),
        ("sign-contract", {"contractId": words.identifier(chance)}),
        ("add-slots", {"offeringId": scene.clinic.offering["id"], "slots": []}),
    ]
    act, asked = chance.choice(acts)
    done = await operation.run(who, act, **asked)
    if done:
        operation.fault(f"{who.name} did {act}", done)

"""A private offer from a partner to one buyer: taken by its code, ordered by once, divided by what was paid; and nobody
else learns that there is one."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.ids import Kind, new_id, shown
from devstack.stack import Stack
from yima_client.caller import Caller, agreed, fresh_key, retried, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_dependant,
    a_resident,
    an_order,
    confirmed,
    operator_of,
    place,
    refusal,
    registered,
    serve,
    until_status,
)
from e2e.test_desk import until_told

pytestmark = pytest.mark.anyio
PRICE = {"amount": "200.00", "currency": "CNY"}
PUBLISHED = "360.00"


async def until_day(nobody: Caller, days: int = 7) -> str:
    """A day of the city's calendar, so many from now."""
    zone = ZoneInfo((await nobody.run("city"))["timeZone"])
    return (datetime.now(zone) + timedelta(days=days)).date().isoformat()


async def make(nobody: Caller, clinic: Clinic, **more: Any) -> dict[str, Any]:
    offer = {"offeringId": clinic.offering["id"], "price": PRICE, "untilDay": await until_day(nobody)} | more
    made = await retried(
        lambda: clinic.staff.run("make-private-offer", input=offer, key=fresh_key()), "unknown-offering"
    )
    return dict(made)


def by_offer(clinic: Clinic, offer_id: str) -> list[dict[str, Any]]:
    return [{"offeringId": clinic.offering["id"], "privateOfferId": offer_id}]


async def test_one_buyer_takes_it_pays_its_price_and_that_is_divided_refunded_and_told(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    (resident, resident_id), (other, _) = await a_resident(nobody), await a_resident(nobody)
    made = await make(nobody, clinic)
    offer_id = made["privateOffer"]["id"]
    assert made["privateOffer"]["status"] == "OPEN"
    assert made["claimCode"] not in str(await clinic.staff.run("private-offers")), "it is shown once"

    taken = await resident.run("take-private-offer", code=made["claimCode"])
    assert (taken["status"], taken["price"]["amount"], taken["publishedPrice"]["amount"]) == (
        "TAKEN", PRICE["amount"], PUBLISHED,
    )  # fmt: skip
    assert (await refusal(other.run("take-private-offer", code=made["claimCode"]))).code == "unknown-private-offer"
    (theirs,) = (await clinic.staff.run("private-offers"))["nodes"]
    assert (theirs["status"], theirs["residentId"]) == ("TAKEN", None), "its partner does not learn who"

    lines = by_offer(clinic, offer_id)
    elsewhere = await refusal(agreed(other, {"lines": lines}))
    assert (elsewhere.code, elsewhere.field) == ("unknown-private-offer", "lines[0].privateOfferId")
    stale = await an_order(resident, clinic)  # agrees to what everybody pays
    stale["lines"][0]["privateOfferId"] = offer_id
    changed = await refusal(resident.run("place-order", input=stale, key=fresh_key()))
    assert (changed.code, changed.field) == ("terms-changed", "expectedTotal"), "it is not its price"

    order = await place(resident, clinic, lines=lines)
    assert order["total"]["amount"] == PRICE["amount"]
    again = await refusal(place(resident, clinic, lines=lines))
    assert again.code == "private-offer-used"
    assert (await refusal(clinic.staff.run("withdraw-private-offer", id=offer_id))).code == "private-offer-used"
    await confirmed(resident, order["id"])
    await serve(resident, clinic, order["id"])
    await until_status(resident, order["id"], "CLOSED")

    async def parts() -> dict[str, str]:
        document = "query ($p: ID!) { statement(partnerId: $p) { currencies { lines { kind amount { amount } } } } }"
        answer = await operator.raw(document, p=clinic.partner_id)
        (account,) = answer["data"]["statement"]["currencies"] or [{"lines": []}]
        return {line["kind"]: line["amount"]["amount"] for line in account["lines"]}

    divided = await until("its money", parts, lambda lines: "payment-captured" in lines)
    assert divided["payment-captured"] == "180.00", "200 less 8 % and 2 %"
    paid = (await resident.run("order", id=order["id"]))["payment"]
    assert paid["captured"]["amount"] == PRICE["amount"]
    above = operator.run(
        "refund-order", orderId=order["id"], amount=PRICE | {"amount": PUBLISHED}, reason="x", key=fresh_key()
    )
    assert (await refusal(above)).code == "refund-too-large"
    await operator.run("refund-order", orderId=order["id"], amount=None, reason="it was not given", key=fresh_key())

    async def refunded() -> str:
        return str((await resident.run("order", id=order["id"]))["payment"]["refunded"]["amount"])

    await until("the refund", refunded, lambda amount: amount == PRICE["amount"])

    async def told() -> list[str]:
        listed = await clinic.staff.run(
            "webhook-events", types=["private_offer.taken", "private_offer.used", "private_offer.ended"], first=20
        )
        nodes = [edge["node"] for edge in listed["edges"]]
        assert resident_id not in str(nodes)
        return [node["type"] for node in nodes if node["subject"] == offer_id]

    kinds = await until("the events", told, lambda kinds: len(kinds) == 2)
    assert sorted(kinds) == ["private_offer.taken", "private_offer.used"]


async def test_nobody_but_its_partner_its_buyer_and_who_supervises_learns_that_there_is_one(
    stack: Stack, nobody: Caller
) -> None:
    price = {"amount": "123.45", "currency": "CNY"}
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    (buyer, buyer_id), (other, _) = await a_resident(nobody), await a_resident(nobody)
    made = await make(nobody, clinic, price=price)
    offer_id = made["privateOffer"]["id"]
    await buyer.run("take-private-offer", code=made["claimCode"])
    unknown = shown(Kind.PRIVATE_OFFER, new_id())
    title = clinic.offering["title"]["zh-CN"]
    for name, who in {"rival": rival.staff, "other": other, "practitioner": clinic.practitioner}.items():
        ours = await refusal(who.run("private-offer", id=offer_id))
        none = await refusal(who.run("private-offer", id=unknown))
        assert (ours.code, str(ours)) == (none.code, str(none)), name
        if name != "practitioner":
            for asked in ({}, {"partnerId": clinic.partner_id}, {"offeringId": clinic.offering["id"]}):
                assert (await who.run("private-offers", **asked))["nodes"] == [], name
    assert (await refusal(nobody.run("private-offers"))).code == "unauthenticated"
    with pytest.raises(Refused):
        await rival.staff.run("withdraw-private-offer", id=offer_id)

    for who in (nobody, other, rival.staff):
        seen = [
            await who.run("offerings", query=title, first=50),
            await who.run("search-offerings", query=title, first=50),
            await who.run("search-suggestions", text=title[:2]),
            await who.run("offering-facets", query=title),
        ]
        text = orjson.dumps(seen).decode()
        for secret in (offer_id, offer_id.partition("_")[2], price["amount"], "12345", made["claimCode"]):
            assert secret not in text, secret

    operator = await operator_of(nobody, stack.secrets)
    (seen_by_operator,) = (await operator.run("private-offers", partnerId=clinic.partner_id))["nodes"]
    assert (seen_by_operator["id"], seen_by_operator["residentId"]) == (offer_id, buyer_id)

    async def looks() -> list[str]:
        return [each["kind"] for each in (await buyer.run("messages"))["nodes"]]

    await until("the look in the buyer's messages", looks, lambda kinds: "RECORD_LOOKED_AT" in kinds)


async def test_of_who_take_it_at_once_one_has_it_and_what_is_withdrawn_while_it_is_ordered_is_one_or_the_other(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    people = [await a_resident(nobody) for _ in range(3)]
    made = await make(nobody, clinic)
    outcomes = await asyncio.gather(
        *(person.run("take-private-offer", code=made["claimCode"]) for person, _ in people), return_exceptions=True
    )
    won = [index for index, each in enumerate(outcomes) if not isinstance(each, BaseException)]
    assert len(won) == 1
    buyer, _ = people[won[0]]
    offer_id = made["privateOffer"]["id"]
    order = await an_order(buyer, clinic, lines=by_offer(clinic, offer_id))
    answers = await asyncio.gather(
        buyer.run("place-order", input=order, key=fresh_key()),
        buyer.run("place-order", input=order, key=fresh_key()),
        clinic.staff.run("withdraw-private-offer", id=offer_id),
        return_exceptions=True,
    )
    done = [index for index, each in enumerate(answers) if not isinstance(each, BaseException)]
    assert len(done) == 1, answers
    (listed,) = (await clinic.staff.run("private-offers"))["nodes"]
    assert listed["status"] == ("WITHDRAWN" if done == [2] else "USED")


async def test_one_for_who_was_scanned_is_told_to_them_and_theirs_alone(stack: Stack, nobody: Caller) -> None:
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    (resident, _), (other, _) = await a_resident(nobody), await a_resident(nobody)

    async def receipt() -> str:
        code = (await resident.run("issue-health-code"))["text"]
        return str((await clinic.practitioner.run("redeem-health-code", text=code))["receipt"])

    scanned = await receipt()
    elsewhere = {
        "offeringId": rival.offering["id"], "price": PRICE, "untilDay": await until_day(nobody), "scanReceipt": scanned,
    }  # fmt: skip
    refused = await refusal(rival.staff.run("make-private-offer", input=elsewhere, key=fresh_key()))
    assert (refused.code, refused.field) == ("scan-not-taken", "scanReceipt")
    made = await make(nobody, clinic, scanReceipt=scanned)
    assert (made["claimCode"], made["privateOffer"]["status"]) == (None, "TAKEN")
    await until_told(resident, "PRIVATE_OFFER")
    (theirs,) = (await resident.run("private-offers"))["nodes"]
    assert (theirs["id"], theirs["addressed"]) == (made["privateOffer"]["id"], True)
    assert (await other.run("private-offers"))["nodes"] == []
    again = {"offeringId": clinic.offering["id"], "price": PRICE, "untilDay": await until_day(nobody)}
    twice = clinic.staff.run("make-private-offer", input=again | {"scanReceipt": scanned}, key=fresh_key())
    assert (await refusal(twice)).code == "scan-used"
    order = await place(resident, clinic, lines=by_offer(clinic, theirs["id"]))
    assert order["total"]["amount"] == PRICE["amount"]
    # Whoever scanned makes it themselves, and none without: a code to give on is the staff's to make.
    without = await refusal(clinic.practitioner.run("make-private-offer", input=again, key=fresh_key()))
    assert (without.code, without.field) == ("invalid", "scanReceipt")
    own = again | {"scanReceipt": await receipt()}
    by_them = await clinic.practitioner.run("make-private-offer", input=own, key=fresh_key())
    assert (by_them["claimCode"], by_them["privateOffer"]["status"]) == (None, "TAKEN")


async def test_who_acts_for_a_child_takes_it_for_them_and_it_is_the_childs(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    login = f"mother-{new_id().hex}@residents.example.org"
    await registered(nobody, login, birth_date="1980-03-03")
    child = await a_dependant(await nobody.signed_in(login, PASSWORD), "2015-02-01")
    mother = await nobody.signed_in(login, PASSWORD)
    made = await make(nobody, clinic)
    stranger, _ = await a_resident(nobody)
    assert (await refusal(stranger.run("take-private-offer", code=made["claimCode"], residentId=child))).code == (
        "not-your-resident"
    )
    taken = await mother.run("take-private-offer", code=made["claimCode"], residentId=child)
    assert taken["residentId"] == child
    lines = by_offer(clinic, taken["id"])
    assert (await refusal(agreed(mother, {"lines": lines}))).code == "unknown-private-offer", "it is the child's"
    order = await place(mother, clinic, lines=lines, residentId=child)
    assert order["total"]["amount"] == PRICE["amount"]


async def test_what_may_not_be_offered_says_why_and_a_new_price_for_all_ends_it(stack: Stack, nobody: Caller) -> None:
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    made = await make(nobody, clinic)
    good = {"offeringId": clinic.offering["id"], "price": PRICE, "untilDay": await until_day(nobody)}
    for change, code, field in (
        ({"price": PRICE | {"amount": PUBLISHED}}, "price-not-lower", "price"),
        ({"price": PRICE | {"amount": "-1.00"}}, "invalid", "price"),
        ({"price": PRICE | {"currency": "USD"}}, "invalid", "price.currency"),
        ({"untilDay": "2020-01-01"}, "invalid", "untilDay"),
        ({"untilDay": await until_day(nobody, 400)}, "invalid", "untilDay"),
        ({"untilDay": "soon"}, "invalid", "untilDay"),
        ({"offeringId": rival.offering["id"]}, "unknown-offering", "offeringId"),
        ({"scanReceipt": "no receipt"}, "invalid", "scanReceipt"),
    ):
        refused = await refusal(clinic.staff.run("make-private-offer", input=good | change, key=fresh_key()))
        assert refused.code == code, (change, refused.code, str(refused))
        assert (refused.field or "").rpartition("input.")[2] == field, change
    assert (await refusal(resident.run("make-private-offer", input=good, key=fresh_key()))).code == "forbidden"

    await resident.run("take-private-offer", code=made["claimCode"])
    cheaper = clinic.manifest | {"price": {"amount": "300.00", "currency": "CNY"}}
    await clinic.staff.run("revise-offering", offeringId=clinic.offering["id"], manifest=cheaper, key=fresh_key())
    await clinic.staff.run("submit-offering", offeringId=clinic.offering["id"])

    async def status() -> tuple[str, str | None]:
        offer = await resident.run("private-offer", id=made["privateOffer"]["id"])
        return offer["status"], offer["end"]

    assert await until("its end", status, lambda now: now[0] == "LAPSED") == ("LAPSED", "OFFERING_CHANGED")
    over = await refusal(agreed(resident, {"lines": by_offer(clinic, made["privateOffer"]["id"])}))
    assert over.code == "private-offer-over"

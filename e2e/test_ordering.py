"""Orders that do not go as they should, each to its end: nobody answers, money is declined, consent is revoked, a slot
is lost, a button is tapped twice. And what goes on longer than a visit."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from devstack.fictional import identity_number_of
from devstack.stack import Stack
from yima_client.caller import Caller, agreed, fresh_key, retried, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    Clinic,
    Signer,
    a_clinic,
    a_dependant,
    a_resident,
    confirmed,
    operator_of,
    place,
    refusal,
    registered,
    until_status,
)

pytestmark = pytest.mark.anyio

VISIT = {"code": "visit", "kind": "VISIT", "times": 3, "title": {"zh-CN": "门诊", "en": "Visit"}}
COURSE: dict[str, Any] = {
    "kind": "PACKAGE",
    "contents": [VISIT],
    "validDays": 60,
    "bookingRequired": True,
    "consent": None,
    "cancellation": [{"hoursBefore": 24 * 30, "feeBasisPoints": 5000}],
    "price": {"amount": "90.00", "currency": "CNY"},
}


async def payment_is(resident: Caller, order_id: str, status: str) -> dict[str, Any]:
    found = await until(
        f"a payment that is {status}",
        lambda: resident.run("order", id=order_id),
        lambda order: order["payment"] is not None and order["payment"]["status"] == status,
    )
    return dict(found["payment"])


async def coming(resident: Caller, offering_id: str) -> list[dict[str, Any]]:
    document = "query ($id: ID!) { offering(id: $id) { freePlaces { slotId free interval { start } } } }"

    async def look() -> list[dict[str, Any]]:
        return list((await resident.raw(document, id=offering_id))["data"]["offering"]["freePlaces"])

    return await until("slots", look, bool)


async def test_a_consent_revoked_in_the_middle_ends_a_data_service_and_leaves_a_visit(
    stack: Stack, nobody: Caller
) -> None:
    data = await a_clinic(nobody, stack.secrets, kind="DATA_SERVICE")
    visit = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    orders = {}
    for name, clinic in (("data", data), ("visit", visit)):
        orders[name] = (await place(resident, clinic))["id"]
        await confirmed(resident, orders[name])
        await clinic.staff.run("accept-order", orderId=orders[name])
        (granted,) = (await resident.raw("{ consents(first: 1) { nodes { id } } }"))["data"]["consents"]["nodes"]
        await resident.run("revoke-consent", consentId=granted["id"], reason="I changed my mind")
    ended = await until_status(resident, orders["data"], "CANCELLED")
    assert "revoked" in ended["reason"]
    await payment_is(resident, orders["data"], "VOIDED")
    code = await resident.run("issue-health-code")
    scan = await visit.practitioner.run("redeem-health-code", text=code["text"])
    receipt = scan["receipt"]
    await visit.practitioner.run("prove-service", orderId=orders["visit"], scanReceipt=receipt, key=fresh_key())
    await visit.practitioner.run("fulfil-order", orderId=orders["visit"])
    await until_status(resident, orders["visit"], "CLOSED")


async def test_a_slot_somebody_else_took_is_said_and_comes_free_with_their_cancellation(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **COURSE)
    (first, _), (second, _) = await a_resident(nobody), await a_resident(nobody)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    slot = {"interval": {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}, "capacity": 1}
    (slot_id,) = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=[slot]))["slotIds"]
    lines = [{"offeringId": clinic.offering["id"], "slotIds": [slot_id]}]
    won = await retried(lambda: place(first, clinic, lines=lines), "invalid", "unknown-offering")
    lost = await refusal(place(second, clinic, lines=lines))
    assert (lost.code, lost.field) == ("slot-taken", "lines[0].slotId")
    await first.run("cancel-order", orderId=won["id"], reason="another day")
    booked = await place(second, clinic, lines=lines)
    gone = await clinic.staff.run("withdraw-slots", offeringId=clinic.offering["id"], slotIds=[slot_id], reason="ill")
    assert gone["slotIds"] == [slot_id]
    neither = await refusal(clinic.staff.run("withdraw-slots", offeringId=clinic.offering["id"], reason="ill"))
    assert neither.code == "invalid"

    async def left() -> Any:
        return (await second.run("order", id=booked["id"]))["lines"][0]["bookings"]

    await until("the session's end", left, lambda values: values == [])
    assert (await second.run("order", id=booked["id"]))["cancellation"]["due"]["amount"] == "0.00"


async def test_whoever_booked_a_time_the_partner_withdraws_is_offered_the_next_one(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets, **COURSE), await a_resident(nobody)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    times = [start + timedelta(hours=hours) for hours in (0, 2)]
    slots = [
        {"interval": {"start": at.isoformat(), "end": (at + timedelta(hours=1)).isoformat()}, "capacity": 1}
        for at in times
    ]
    first, second = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots))["slotIds"]
    lines = [{"offeringId": clinic.offering["id"], "slotIds": [first]}]
    order_id = (await retried(lambda: place(resident, clinic, lines=lines), "invalid", "unknown-offering"))["id"]
    await confirmed(resident, order_id)
    await clinic.staff.run("accept-order", orderId=order_id)
    await clinic.staff.run("withdraw-slots", offeringId=clinic.offering["id"], slotIds=[first], reason="ill")

    async def booked() -> Any:
        return (await resident.run("order", id=order_id))["lines"][0]["bookings"]

    (offer,) = await until("the offer", booked, lambda values: [value["slotId"] for value in values] == [second])
    assert (offer["bookedBy"], offer["agreedAt"], offer["answerBy"] is None) == ("PARTNER", None, False)
    agreed = await resident.run("agree-to-sessions", orderId=order_id, bookingIds=[offer["id"]], key=fresh_key())
    (session,) = agreed["lines"][0]["bookings"]
    assert (session["slotId"], session["agreedAt"] is None, session["answerBy"]) == (second, False, None)


REVISE = """mutation ($id: ID!, $manifest: OfferingManifestInput!) {
  reviseOffering(offeringId: $id, manifest: $manifest) { ... on Offering { revision } ... on Refused { code message } }
}"""


async def test_what_was_agreed_to_is_what_is_ordered_and_new_terms_are_answered_as_data(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    order = {"lines": [{"offeringId": clinic.offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
    shown = await retried(lambda: agreed(resident, order), "unknown-offering")
    unsaid = await refusal(resident.run("place-order", input=order, key=fresh_key()))
    assert (unsaid.code, unsaid.field) == ("invalid", "expectedTotal")
    dearer = clinic.manifest | {"price": {"amount": "99.00", "currency": "CNY"}}
    await clinic.staff.raw(REVISE, id=clinic.offering["id"], manifest=dearer)
    await clinic.staff.run("submit-offering", offeringId=clinic.offering["id"])

    refused = await until("the new terms", lambda: changed_or_none(resident, shown), lambda value: value is not None)
    assert refused is not None
    assert (refused.code, refused.field) == ("terms-changed", "lines[0].offeringRevision")
    assert refused.answer["total"] == dearer["price"]
    (now,) = refused.answer["lines"]
    assert now["differences"] == ["PRICE"]
    line = {name: now[name] for name in ("offeringId", "offeringRevision", "consentHash")}
    again = order | {"lines": [line], "expectedTotal": refused.answer["total"]}
    placed = await resident.run("place-order", input=again, key=fresh_key())
    assert placed["total"] == dearer["price"]


async def changed_or_none(resident: Caller, order: dict[str, Any]) -> Refused | None:
    """The refusal of an order on these terms, as soon as they are not the present ones."""
    try:
        await resident.run("place-order", input=order | {"validateOnly": True}, key=fresh_key())
    except Refused as refused:
        return refused
    return None


async def test_a_button_tapped_twice_orders_once(stack: Stack, nobody: Caller) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    await place(resident, clinic)
    key = fresh_key()
    answers = await asyncio.gather(*(place(resident, clinic, key) for _ in range(8)))
    assert len({answer["id"] for answer in answers}) == 1


async def waits_for_agreement(resident: Caller, order_id: str, line_id: str, stale: str) -> None:
    """The second session, which the partner moved, is for the resident to agree to, which they do."""
    theirs, waits = (await resident.run("order", id=order_id))["lines"][0]["bookings"]
    assert (theirs["bookedBy"], theirs["agreedAt"] is None) == ("RESIDENT", False)
    assert (waits["bookedBy"], waits["agreedAt"]) == ("PARTNER", None)
    session = {"orderId": order_id, "lineId": line_id, "bookingId": waits["id"], "reason": "away"}
    declined = await resident.run("cancel-sessions", **session, validateOnly=True, key=fresh_key())
    assert declined["cancellation"]["due"]["amount"] == "0.00"
    gone = await refusal(resident.run("agree-to-sessions", orderId=order_id, bookingIds=[stale], key=fresh_key()))
    assert (gone.code, gone.field) == ("invalid", "bookingIds[0]")
    agreed = await resident.run("agree-to-sessions", orderId=order_id, bookingIds=[waits["id"]], key=fresh_key())
    assert all(booking["agreedAt"] for booking in agreed["lines"][0]["bookings"])


async def test_a_course_is_booked_moved_made_once_and_called_off_for_what_it_came_to(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **COURSE)
    resident, _ = await a_resident(nobody)
    day = datetime.now(UTC).date() + timedelta(days=5)
    past = (day - timedelta(weeks=1)).isoformat()
    pattern = {
        "fromDate": past,
        "untilDate": (day + timedelta(weeks=4)).isoformat(),
        "weekdays": [day.isoweekday()],
        "times": ["19:30"],
        "minutes": 30,
        "capacity": 2,
    }
    added = await clinic.staff.run("add-weekly-slots", offeringId=clinic.offering["id"], pattern=pattern)
    slots = added["slotIds"]
    assert len(slots) == 5
    assert added["skipped"] == [{"day": past, "time": "19:30", "reason": "PAST"}]
    again = await refusal(clinic.staff.run("add-weekly-slots", offeringId=clinic.offering["id"], pattern=pattern))
    assert (again.code, again.field) == ("slots-overlap", "times")
    assert f"{day} 19:30 to 20:00" in str(again)
    alike = await until(
        "the slots", lambda: resident.run("slots-alike", slotId=slots[0], weeks=5), lambda values: len(values) == 5
    )
    lines = [{"offeringId": clinic.offering["id"], "slotIds": [slot["slotId"] for slot in alike[:2]]}]
    preview = await resident.run("preview-order", input={"lines": lines, "validateOnly": True}, key=fresh_key())
    assert preview["total"]["amount"] == "90.00"
    assert preview["lines"][0]["cancellation"] == [{"hoursBefore": 720, "feeBasisPoints": 5000}]
    order_id = (await place(resident, clinic, lines=lines))["id"]
    await confirmed(resident, order_id)
    await clinic.staff.run("accept-order", orderId=order_id)
    (line,) = (await resident.run("order", id=order_id))["lines"]
    assert (line["entitlements"][0]["granted"], line["entitlements"][0]["used"]) == (3, 0)
    move = {"orderId": order_id, "lineId": line["id"], "bookingId": line["bookings"][1]["id"], "key": fresh_key()}
    late = await refusal(resident.run("book-slot", slotId=alike[2]["slotId"], **move))
    assert late.code == "too-late-to-move"
    moved = await clinic.staff.run("book-slot", slotId=alike[2]["slotId"], **move)
    assert [booking["slotId"] for booking in moved["lines"][0]["bookings"]] == [alike[0]["slotId"], alike[2]["slotId"]]
    await waits_for_agreement(resident, order_id, line["id"], line["bookings"][1]["id"])
    await resident.run("confirm-service", orderId=order_id, lineId=line["id"], item="visit", key=fresh_key())
    one = {"orderId": order_id, "lineId": line["id"], "bookingId": moved["lines"][0]["bookings"][1]["id"]}
    preview = await resident.run("cancel-sessions", **one, reason="away", validateOnly=True, key=fresh_key())
    assert preview["cancellation"]["due"]["amount"] == "15.00"
    assert preview["cancellation"]["released"]["amount"] == "15.00"
    asked = await resident.run("cancel-order", orderId=order_id, reason="moving away", validateOnly=True)
    assert asked["status"] == "FULFILLING"
    done = await resident.run("cancel-order", orderId=order_id, reason="moving away", key=fresh_key())
    for answer in (asked, done):  # one visit of three, and half of the rest
        assert answer["cancellation"]["due"]["amount"] == "60.00"
        assert answer["cancellation"]["released"]["amount"] == "30.00"
    payment = await payment_is(resident, order_id, "CAPTURED")
    assert payment["captured"]["amount"] == "60.00"
    assert sum(float(part["amount"]["amount"]) for part in payment["splits"][0]["parts"]) == 60.0
    places = {booking["slotId"]: booking["free"] for booking in await coming(resident, clinic.offering["id"])}
    assert {places[slot] for slot in slots} == {2}


async def accepted_with_key(
    accepted: Callable[[], Awaitable[tuple[str, dict[str, str]]]], clinic: Clinic
) -> tuple[str, dict[str, str]]:
    """An order that was accepted once ordering knew the partner's key, and what a statement about it says."""
    while True:
        order_id, claims = await accepted()
        statement = Signer().signed(claims)
        refused = await refusal(
            clinic.staff.run("state-service", orderId=order_id, statement=statement, key=fresh_key())
        )
        if "when the order was accepted" not in refused.message:
            assert "signed" in refused.message
            return order_id, claims


def uuid_of(client_id: str) -> str:
    digits = client_id.partition("_")[2]
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


async def test_a_cart_of_two_partners_is_checked_out_at_once(stack: Stack, nobody: Caller) -> None:
    course: dict[str, Any] = {"contents": [VISIT], "validDays": 60}
    one, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets, **course)
    resident, _ = await a_resident(nobody)
    lines = [{"offeringId": one.offering["id"]}, {"offeringId": other.offering["id"], "quantity": 2}]
    twice = [{"offeringId": one.offering["id"], "quantity": 2}]
    two = await refusal(
        retried(
            lambda: resident.run("preview-order", input={"lines": twice, "validateOnly": True}, key=fresh_key()),
            "unknown-offering",
        )
    )
    assert two.field == "lines[0].quantity"
    cart = await resident.run("put-cart", lines=lines, version=0)
    assert (await refusal(resident.run("put-cart", lines=lines, version=0))).code == "cart-changed"
    assert (await refusal(resident.run("put-cart", lines=lines, version=-1))).field == "version"
    assert (await refusal(resident.run("check-out", version=-1, key=fresh_key()))).field == "version"
    preview = await retried(
        lambda: resident.run("check-out", version=cart["version"], validateOnly=True, key=fresh_key()),
        "unknown-offering",
    )
    assert len(preview["orders"]) == 2
    unsaid = {"version": cart["version"], "paymentMethod": "sandbox:ok", "consentGiven": True, "key": fresh_key()}
    assert (await refusal(resident.run("check-out", **unsaid))).field == "expectedTotal"
    shown = [line for each in preview["orders"] for line in each["lines"]]
    agreed = [{name: line[name] for name in ("offeringId", "offeringRevision", "consentHash")} for line in shown]
    order = unsaid | {"expectedTotal": preview["total"], "agreed": agreed}
    cheaper = order | {"expectedTotal": preview["total"] | {"amount": "10.00"}}
    refused = await refusal(resident.run("check-out", **cheaper))
    assert (refused.code, refused.field, refused.answer["total"]) == (
        "terms-changed",
        "expectedTotal",
        preview["total"],
    )
    done = await resident.run("check-out", **order)
    again = await resident.run("check-out", **order)
    assert {each["id"] for each in done["orders"]} == {each["id"] for each in again["orders"]}
    assert (done["total"]["amount"], preview["total"]["amount"]) == ("1080.00", "1080.00")
    for each in done["orders"]:
        await confirmed(resident, each["id"])
    assert (await resident.run("cart"))["lines"] == []
    assert (await refusal(resident.run("check-out", **order | {"key": fresh_key()}))).code == "cart-empty"


async def test_a_service_for_women_is_ordered_by_them_and_others_are_told_why_not_before_they_try(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None, eligibility={"sex": "FEMALE"})

    async def asked(resident: Caller) -> Any:
        return await retried(lambda: resident.run("eligibility", offeringId=clinic.offering["id"]), "unknown-offering")

    even = 10 * secrets.randbelow(10**7)  # the order number of a woman's identity number is even
    woman, _ = await a_resident(nobody, number=identity_number_of(even, "1960-05-05"))
    man, _ = await a_resident(nobody, number=identity_number_of(even + 1, "1960-05-05"))
    unknown, _ = await a_resident(nobody, proven=False)
    assert (await asked(woman)) == {"eligible": True, "code": None, "reason": None}
    assert (await asked(man)) == {
        "eligible": False,
        "code": "not-eligible",
        "reason": "it is for people who are female",
    }
    assert (await asked(unknown))["code"] == "sex-unknown"
    await confirmed(woman, (await place(woman, clinic))["id"])
    for resident, code in ((man, "not-eligible"), (unknown, "sex-unknown")):
        refused = await refusal(place(resident, clinic))
        assert (refused.code, refused.field) == (code, "lines[0].offeringId")
    of_another = (await man.run("me"))["resident"]["id"]
    assert (await refusal(woman.run("eligibility", offeringId=clinic.offering["id"], residentId=of_another))).code == (
        "not-your-resident"
    )


async def test_a_service_for_a_district_is_ordered_by_who_lives_there_and_the_partner_is_not_told(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None, eligibility={"districts": ["lixia"]})
    resident, _ = await a_resident(nobody)

    async def asked() -> Any:
        return await retried(lambda: resident.run("eligibility", offeringId=clinic.offering["id"]), "unknown-offering")

    async def says(district: str) -> Any:
        return await resident.run("set-home-district", district=district, key=fresh_key())

    assert (await asked())["code"] == "district-unknown"
    refused = await refusal(place(resident, clinic))
    assert (refused.code, refused.field) == ("district-unknown", "lines[0].offeringId")
    assert (await refusal(says("atlantis"))).code == "invalid"
    assert (await says("lixia-yaojia"))["districtSource"] == "OWN"
    assert (await asked())["eligible"]
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    assert (await refusal(says("shizhong"))).code == "district-said-lately"
    theirs = await clinic.staff.run("order", id=order_id)
    assert "yaojia" not in str(theirs)
    elsewhere, _ = await a_resident(nobody)
    await elsewhere.run("set-home-district", district="shizhong", key=fresh_key())
    refused = await refusal(place(elsewhere, clinic))
    assert (refused.code, refused.message) == (
        "not-eligible",
        "The service is for others. It is for people who live in lixia",
    )


async def test_a_pilot_is_seen_by_everybody_and_ordered_where_it_is_tried_out_until_it_is_for_all_or_ends(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(
        nobody, stack.secrets, consent=None, districts=["lixia", "shizhong"], pilot={"districts": ["lixia"]}
    )
    offering_id = clinic.offering["id"]
    operator = await operator_of(nobody, stack.secrets)
    near, _ = await a_resident(nobody)
    far, _ = await a_resident(nobody)
    await near.run("set-home-district", district="lixia-yaojia", key=fresh_key())
    await far.run("set-home-district", district="shizhong", key=fresh_key())
    answer = await retried(lambda: far.run("eligibility", offeringId=offering_id), "unknown-offering")
    assert (answer["eligible"], answer["code"]) == (False, "pilot-elsewhere")
    assert (await refusal(place(far, clinic))).code == "pilot-elsewhere"
    assert (await place(near, clinic))["id"]

    async def widened(**to: Any) -> Any:
        return await operator.run("widen-pilot", offeringId=offering_id, reason="it goes well", key=fresh_key(), **to)

    assert (await refusal(widened(districts=["shizhong"]))).field == "districts"
    assert (await refusal(near.run("end-pilot", offeringId=offering_id, reason="mine", key=fresh_key()))).code
    assert (await widened(districts=["lixia", "shizhong"]))["pilot"]["districts"] == ["lixia", "shizhong"]
    await retried(lambda: place(far, clinic), "pilot-elsewhere")
    ended = await operator.run("end-pilot", offeringId=offering_id, reason="enough", key=fresh_key())
    assert ended["status"] == "RESTRICTED"
    assert (
        await refusal(operator.run("end-pilot", offeringId=offering_id, reason="x", key=fresh_key()))
    ).code == "no-pilot"


async def test_a_guardian_passes_an_order_on_and_the_child_s_code_proves_it(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None, eligibility={"ageBelowMonths": 216})
    login = f"parent-{fresh_key()[:8]}@residents.example.org"
    await registered(nobody, login, name="Parent", birth_date="1990-02-02")
    parent = await nobody.signed_in(login, PASSWORD)
    child_id = await a_dependant(parent, "2024-03-03")
    parent = await nobody.signed_in(login, PASSWORD)
    own = await refusal(place(parent, clinic))
    assert (own.code, own.field) == ("not-eligible", "lines[0].offeringId")
    order_id = (await place(parent, clinic, residentId=child_id))["id"]
    await confirmed(parent, order_id)

    async def passed_to(resident_id: str) -> str:
        passing = parent.run("transfer-order", orderId=order_id, residentId=resident_id, key=fresh_key())
        return (await refusal(passing)).code

    stranger, stranger_id = await a_resident(nobody)
    assert await passed_to((await parent.run("me"))["resident"]["id"]) == "not-eligible"
    assert await passed_to(stranger_id) == "not-your-resident"
    assert (await refusal(stranger.run("order", id=order_id))).code == "not-found"


END_GUARDIANSHIP = """mutation ($id: ID!) { endGuardianship(residentId: $id, reason: "she lives with her father") {
    __typename ... on Refused { code } } }"""


async def test_who_paid_for_a_child_sees_and_cancels_that_order_after_the_guardianship_and_does_nothing_else(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **COURSE)
    login = f"parent-{fresh_key()[:8]}@residents.example.org"
    await registered(nobody, login, name="Parent", birth_date="1990-02-02")
    parent = await nobody.signed_in(login, PASSWORD)
    child_id = await a_dependant(parent, "2024-03-03")
    parent = await nobody.signed_in(login, PASSWORD)
    places = await coming(parent, clinic.offering["id"])
    lines = [{"offeringId": clinic.offering["id"], "slotIds": [places[0]["slotId"]]}]
    order_id = (await place(parent, clinic, residentId=child_id, lines=lines))["id"]
    (line,) = (await confirmed(parent, order_id))["lines"]
    assert len(line["bookings"]) == 1
    ended = await parent.raw(END_GUARDIANSHIP, id=child_id)
    assert ended["data"]["endGuardianship"] == {"__typename": "Guardianship"}, ended
    payer = await nobody.signed_in(login, PASSWORD)
    shown = await payer.run("order", id=order_id)
    assert shown["total"]["amount"] == "90.00"
    assert shown["cancellation"]["possible"]
    (line_shown,) = shown["lines"]
    assert (line_shown["bookings"], line_shown["entitlements"]) == ([], [])
    assert (shown["deadline"], shown["cancellation"]["freeUntil"]) == (None, None)
    session = {"orderId": order_id, "lineId": line["id"], "bookingId": line["bookings"][0]["id"], "key": fresh_key()}
    for act in (
        payer.run("book-slot", **session, slotId=places[1]["slotId"]),
        payer.run("cancel-sessions", **session, reason="away"),
        payer.run("transfer-order", orderId=order_id, residentId=child_id, key=fresh_key()),
        payer.run("confirm-service", orderId=order_id, key=fresh_key()),
    ):
        assert (await refusal(act)).code in ("not-found", "not-your-resident")
    done = await payer.run("cancel-order", orderId=order_id, reason="no longer mine", key=fresh_key())
    assert (done["status"], done["reason"]) == ("CANCELLED", "no longer mine")
    stranger, _ = await a_resident(nobody)
    assert (await refusal(stranger.run("order", id=order_id))).code == "not-found"

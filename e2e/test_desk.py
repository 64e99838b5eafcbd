"""A front desk is told who comes by an order whose consent says so, while it is under way; its resident sees it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from chassis.ids import Kind, new_id, shown
from devstack.fictional import identity_number
from devstack.stack import Stack
from yima_client.caller import Caller, agreed, fresh_key, retried, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    code_sent_to,
    confirmed,
    known_to,
    place,
    refusal,
    registered,
    serve,
    until_status,
)

pytestmark = pytest.mark.anyio
# What is published has times of its own on its first three mornings, and these are at the hour of the test.
AFTER_MORNINGS = timedelta(days=5)
ASKS = {"informationTypes": ["contact", "vital-signs"], "purpose": "TREAT", "accessMode": "VIEW", "validDays": 365}


async def test_the_desk_is_told_who_comes_from_the_confirmation_to_the_end_and_the_resident_sees_it(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=ASKS)
    other = await a_clinic(nobody, stack.secrets, consent=ASKS | {"informationTypes": ["vital-signs"]})
    resident, resident_id = await a_resident(nobody, name="Lin Wanqiu", birth_date="1960-05-05")
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    person = await until_released(clinic.staff, order_id)
    assert (person["name"], person["proven"], person["age"] >= 65) == ("Lin Wanqiu", True, True)
    assert (await refusal(other.staff.run("order-contact", orderId=order_id))).code == "not-found"
    stranger = await refusal(clinic.staff.run("order-contact", orderId=order_id, purpose="HRESCH"))
    assert stranger.code == "contact-denied", "a consent is for its purpose"
    known = known_to(clinic.staff, resident_id)
    record = await refusal(
        clinic.staff.run("records", residentId=known, informationTypes=["laboratory"], purpose="TREAT")
    )
    assert record.code == "consent-denied", "who comes opens nothing else"

    async def looked() -> list[str]:
        entries = (await resident.run("access-log", first=50))["nodes"]
        return [each["sentence"] for each in entries if each["informationTypes"] == ["contact"] and each["permitted"]]

    (sentence,) = await until("the entry", looked, bool)
    assert "name, age and telephone" in sentence

    await resident.run("cancel-order", orderId=order_id, reason="we are away")
    await until_status(resident, order_id, "CANCELLED")

    async def denied() -> str:
        try:
            await clinic.staff.run("order-contact", orderId=order_id)
        except Refused as problem:
            return str(problem.code)
        return ""

    assert await until("the end of the consent", denied, bool) in ("contact-denied", "not-found")

    plain = (await place(resident, other))["id"]
    await confirmed(resident, plain)
    assert (await refusal(other.staff.run("order-contact", orderId=plain))).code == "contact-denied", "it asks for none"


async def test_the_desk_lists_its_day_by_who_serves_and_no_calendar_is_taken_twice(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    doctor = shown(Kind.PRACTITIONER, await clinic.practitioner_id())
    resident, resident_id = await a_resident(nobody)
    calendar = {"code": "dr-chen", "kind": "PRACTITIONER", "name": "Dr Chen"}
    missing = await refusal(
        clinic.staff.run("put-calendar", **calendar, practitionerId=shown(Kind.PRACTITIONER, new_id()))
    )
    assert (missing.code, missing.field) == ("invalid", "practitionerId")
    await clinic.staff.run("put-calendar", **calendar, practitionerId=doctor)
    begins = (datetime.now(UTC) + AFTER_MORNINGS).replace(microsecond=0)
    slot = {
        "interval": {"start": begins.isoformat(), "end": (begins + timedelta(minutes=30)).isoformat()},
        "capacity": 1,
        "calendars": ["dr-chen"],
    }
    (slot_id,) = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=[slot]))["slotIds"]
    twice = await refusal(clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=[slot]))
    assert twice.code == "calendar-taken"
    lines = [{"offeringId": clinic.offering["id"], "slotId": slot_id}]
    order = await retried(lambda: place(resident, clinic, lines=lines), "invalid", "unknown-offering")
    await confirmed(resident, order["id"])
    zone = ZoneInfo((await nobody.run("city"))["timeZone"])
    day = begins.astimezone(zone).date().isoformat()
    asked = {"day": day, "practitionerId": doctor, "waitsForPartner": True}
    (session,) = (await clinic.staff.run("day-sessions", **asked))["nodes"]
    assert (session["orderId"], session["calendars"]) == (order["id"], ["dr-chen"])
    assert session["beneficiaryId"] == known_to(clinic.staff, resident_id), "by the id that the partner knows them by"
    assert [step["action"] for step in session["nextSteps"]] == ["ACCEPT"]
    assert (await clinic.practitioner.run("day-sessions", day=day))["nodes"] == [session]


async def test_times_that_are_withdrawn_while_they_are_being_paid_end_with_the_money_given_back(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    await clinic.staff.run("put-calendar", code="room-1", kind="ROOM", name="Room 1")
    begins = (datetime.now(UTC) + AFTER_MORNINGS).replace(microsecond=0)
    slots = [
        {
            "interval": {
                "start": (begins + timedelta(hours=number)).isoformat(),
                "end": (begins + timedelta(hours=number, minutes=30)).isoformat(),
            },
            "capacity": 1,
            "calendars": ["room-1"],
        }
        for number in range(4)
    ]
    ids = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots))["slotIds"]
    residents = [(await a_resident(nobody))[0] for _ in ids]

    async def order(number: int) -> str | None:
        """Place and pay; nothing where the time is gone already."""
        lines = [{"offeringId": clinic.offering["id"], "slotId": ids[number]}]
        try:
            return str((await place(residents[number], clinic, lines=lines))["id"])
        except Refused as problem:
            assert problem.code in ("slot-taken", "unknown-offering"), problem
            return None

    first = await retried(
        lambda: place(residents[0], clinic, lines=[{"offeringId": clinic.offering["id"], "slotId": ids[0]}]),
        "invalid",
        "unknown-offering",
    )
    await confirmed(residents[0], first["id"])
    today = datetime.now(ZoneInfo((await nobody.run("city"))["timeZone"])).date().isoformat()
    preview = await clinic.staff.run("booked-days", fromDay=today, calendarCode="room-1")
    assert (preview["slots"], preview["sessions"], preview["orders"]) == (4, 1, 1)
    assert preview["totals"] == [first["total"]]

    ending = clinic.staff.run("end-calendar", code="room-1", fromDay=today, reason="no water")
    *placed_ids, ended = await asyncio.gather(order(1), order(2), order(3), ending)
    assert sorted(ended["slotIds"]) == sorted(ids)
    for resident, order_id in zip(residents, [first["id"], *placed_ids], strict=True):
        if order_id is not None:
            await until_given_back(resident, order_id, set(ids))
    after = await clinic.staff.run("booked-days", fromDay=today, calendarCode="room-1")
    assert (after["slots"], after["sessions"]) == (0, 0)
    gone = await refusal(clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots[:1]))
    assert gone.code == "calendar-ended"


GIVEN_BACK = ("VOIDED", "FAILED")


async def until_given_back(resident: Caller, order_id: str, withdrawn: set[str]) -> None:
    """An order whose time is withdrawn is cancelled; or, where it was paid in time, offered another, which is declined
    for nothing. Its money is let go of."""

    def is_out(order: dict[str, Any]) -> bool:
        return all(booking["slotId"] not in withdrawn for line in order["lines"] for booking in line["bookings"])

    order = await until("the time taken back", lambda: resident.run("order", id=order_id), is_out)
    if order["status"] != "CANCELLED":
        (booking,) = order["lines"][0]["bookings"]
        assert (booking["bookedBy"], booking["agreedAt"]) == ("PARTNER", None)
        assert order["cancellation"]["due"]["amount"] == "0.00"
        await resident.run("cancel-order", orderId=order_id, reason="another day")
    await until_status(resident, order_id, "CANCELLED")

    async def payment() -> str:
        order = await resident.run("order", id=order_id)
        return order["payment"]["status"] if order["payment"] else ""

    await until("the money back", payment, lambda status: status in GIVEN_BACK)


async def until_released(staff: Caller, order_id: str) -> dict[str, Any]:
    """Who comes, once consent has heard that the order is confirmed."""

    async def released() -> dict[str, Any] | None:
        try:
            return dict(await staff.run("order-contact", orderId=order_id))
        except Refused as problem:
            if problem.code not in ("contact-denied", "not-found"):
                raise
            return None

    answer = await until("the consent of the order", released, bool)
    assert answer is not None
    return answer


async def test_a_desk_orders_by_a_scan_for_who_stands_there_and_they_agree_themselves(
    stack: Stack, nobody: Caller
) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)

    async def receipt() -> str:
        code = (await resident.run("issue-health-code"))["text"]
        return str((await clinic.practitioner.run("redeem-health-code", text=code))["receipt"])

    async def ordered(desk: Caller, scan_receipt: str, offering: Clinic = clinic) -> dict[str, Any]:
        order = {"scanReceipt": scan_receipt, "lines": [{"offeringId": offering.offering["id"]}]}
        terms = await agreed(desk, order, preview="place-desk-order")
        return dict(await desk.run("place-desk-order", input=terms, key=fresh_key()))

    first = await receipt()
    order = await retried(lambda: ordered(clinic.staff, first), "unknown-offering")
    assert order["waitingFor"] == ["WORD", "MONEY", "CONSENT"]
    assert order["residentId"] == known_to(clinic.staff, resident_id)
    assert (await refusal(ordered(clinic.staff, first))).code == "scan-used"
    elsewhere = await refusal(ordered(other.staff, await receipt(), other))
    assert (elsewhere.code, elsewhere.field) == ("scan-not-taken", "scanReceipt")
    theirs = await refusal(ordered(clinic.practitioner, await receipt(), other))
    assert theirs.code == "not-your-offering"

    seen = await resident.run("order", id=order["id"])
    (scan,) = [each for each in await resident.every("scans") if each["scanId"] == seen["desk"]["scanId"]]
    assert (scan["partnerName"], seen["desk"]["printed"]) == (seen["partner"]["name"], False), "who placed it"
    await until_told(resident, "ORDER_PLACED_FOR_YOU")
    assert (await refusal(clinic.staff.run("agree-to-desk-order", orderId=order["id"]))).code == "forbidden"
    assert (await refusal(clinic.staff.run("accept-order", orderId=order["id"]))).code == "transition-refused"
    hashes = [line["consentHash"] for line in order["lines"]]
    await resident.run("agree-to-desk-order", orderId=order["id"], consentHashes=hashes)
    await resident.run("pay-order", orderId=order["id"], paymentMethod="sandbox:ok", key=fresh_key())
    await confirmed(resident, order["id"])
    await serve(resident, clinic, order["id"])

    second = await ordered(clinic.practitioner, await receipt())
    disowned = await resident.run("disown-desk-order", orderId=second["id"], text="Not I", key=fresh_key())
    assert (disowned["status"], disowned["reason"]) == ("CANCELLED", "disowned-by-resident")
    cases = await clinic.staff.every("complaints")
    assert ("Not I", second["id"]) in [(each["text"], each["orderId"]) for each in cases]


async def test_who_has_an_old_telephone_agrees_by_a_code_that_they_tell_the_desk(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, price={"amount": "0.00", "currency": "CNY"}, consent=None)
    other = await a_clinic(nobody, stack.secrets)
    login, number = f"old-{new_id().hex}@residents.example.org", identity_number("1950-02-01")
    await registered(nobody, login, birth_date="1950-02-01", number=number)
    resident = await nobody.signed_in(login, PASSWORD)
    text = (await resident.run("print-health-code"))["text"]

    async def ordered() -> dict[str, Any]:
        scan = await clinic.practitioner.run("redeem-printed-code", text=text, identityNumber=number)
        order = {"scanReceipt": scan["receipt"], "lines": [{"offeringId": clinic.offering["id"]}]}
        terms = await retried(lambda: agreed(clinic.staff, order, preview="place-desk-order"), "unknown-offering")
        return dict(await clinic.staff.run("place-desk-order", input=terms, key=fresh_key()))

    placed = await ordered()
    about: dict[str, Any] = {"orderId": placed["id"]}
    none = await refusal(clinic.staff.run("send-desk-order-code", **about, key=fresh_key()))
    assert (none.code, none.field) == ("no-telephone", "orderId")
    early = await refusal(clinic.practitioner.run("agree-to-desk-order-by-code", **about, code="123456"))
    assert early.code == "no-code-sent"
    telephone = f"+86138{new_id().int % 10**8:08}"
    asked = await resident.run("request-contact-code", address=telephone)
    first = await code_sent_to(stack, telephone)
    await resident.run("confirm-contact", codeId=asked["id"], code=first)

    key = fresh_key()
    sent = await clinic.practitioner.run("send-desk-order-code", **about, key=key)
    assert sent == await clinic.practitioner.run("send-desk-order-code", **about, key=key), "once"
    assert telephone not in str(sent)
    soon = await refusal(clinic.staff.run("send-desk-order-code", **about, key=fresh_key()))
    assert (soon.code, soon.field) == ("code-too-soon", "orderId")
    theirs = await refusal(other.staff.run("send-desk-order-code", **about, key=fresh_key()))
    assert theirs.code == "not-found"
    assert (await refusal(resident.run("agree-to-desk-order-by-code", **about, code="1"))).code == "forbidden"
    given = await code_sent_to(stack, telephone, 1)
    wrong = await refusal(clinic.staff.run("agree-to-desk-order-by-code", **about, code=f"{int(given) ^ 1:06}"))
    assert (wrong.code, wrong.field) == ("code-wrong", "code")
    taken = await clinic.practitioner.run("agree-to-desk-order-by-code", **about, code=f"{given[:3]} {given[3:]}")
    assert (taken["status"], taken["desk"]["byCode"]) == ("CONFIRMED", True)
    assert (await resident.run("order", id=placed["id"]))["desk"]["byCode"], "and they see how"

    unasked = await ordered()
    assert (await refusal(clinic.staff.run("agree-to-desk-order-by-code", orderId=unasked["id"], code=given))).code == (
        "no-code-sent"
    )
    disowned = await resident.run("disown-desk-order", orderId=unasked["id"], text="Not I", key=fresh_key())
    assert disowned["status"] == "CANCELLED"


async def test_who_has_no_phone_is_ordered_for_by_a_printed_code_and_who_acts_for_them_agrees(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, price={"amount": "0.00", "currency": "CNY"}, consent=None)
    login, number = f"mother-{new_id().hex}@residents.example.org", identity_number("2015-02-01")
    await registered(nobody, login, birth_date="1980-03-03")
    who = {"name": "Child", "birthDate": "2015-02-01", "identityNumber": number}
    child = (await (await nobody.signed_in(login, PASSWORD)).run("add-dependant", **who))["id"]
    mother = await nobody.signed_in(login, PASSWORD)
    text = (await mother.run("print-health-code", residentId=child))["text"]
    scan = await clinic.practitioner.run("redeem-printed-code", text=text, identityNumber=number)
    order = {"scanReceipt": scan["receipt"], "lines": [{"offeringId": clinic.offering["id"]}]}
    terms = await retried(lambda: agreed(clinic.staff, order, preview="place-desk-order"), "unknown-offering")
    placed = await clinic.staff.run("place-desk-order", input=terms, key=fresh_key())
    assert (placed["status"], placed["waitingFor"], placed["desk"]["printed"]) == ("PLACED", ["WORD"], True)
    assert (await mother.run("order", id=placed["id"]))["desk"]["printed"]
    assert (await mother.run("agree-to-desk-order", orderId=placed["id"]))["status"] == "CONFIRMED"


async def test_when_who_serves_leaves_whoever_booked_them_is_told_and_offered_another_time(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    doctor = shown(Kind.PRACTITIONER, await clinic.practitioner_id())
    await clinic.staff.run("put-calendar", code="dr-chen", kind="PRACTITIONER", name="Dr Chen", practitionerId=doctor)
    begins = (datetime.now(UTC) + AFTER_MORNINGS).replace(microsecond=0)
    slots = [
        {
            "interval": {"start": at.isoformat(), "end": (at + timedelta(minutes=30)).isoformat()},
            "capacity": 2,
            "calendars": calendars,
        }
        for at, calendars in ((begins, ["dr-chen"]), (begins + timedelta(days=1), []))
    ]
    theirs, other = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots))["slotIds"]
    lines = [{"offeringId": clinic.offering["id"], "slotId": theirs}]
    (paid, _), (unpaid, _) = await a_resident(nobody), await a_resident(nobody)
    order = await retried(lambda: place(paid, clinic, lines=lines), "invalid", "unknown-offering")
    await confirmed(paid, order["id"])
    waiting = await place(unpaid, clinic, lines=lines, paymentMethod=None)

    await clinic.staff.run("end-practitioner-registration", practitionerId=doctor, reason="elsewhere")

    def is_moved(order: dict[str, Any]) -> bool:
        return [booking["slotId"] for line in order["lines"] for booking in line["bookings"]] == [other]

    moved = await until("another time", lambda: paid.run("order", id=order["id"]), is_moved)
    (booking,) = moved["lines"][0]["bookings"]
    assert (booking["bookedBy"], booking["agreedAt"]) == ("PARTNER", None)
    ended = await until_status(unpaid, waiting["id"], "CANCELLED")
    assert ended["reason"] == "the partner withdrew the time: who was to serve has left"
    await until_told(paid, "SESSION_OFFERED")
    await until_told(unpaid, "ORDER_CANCELLED")
    agreed_to = {"orderId": order["id"], "bookingIds": [booking["id"]], "key": fresh_key()}
    await paid.run("agree-to-sessions", **agreed_to)
    (kept,) = (await paid.run("order", id=order["id"]))["lines"][0]["bookings"]
    assert (kept["slotId"], bool(kept["agreedAt"])) == (other, True)


async def until_told(resident: Caller, kind: str) -> None:
    """A resident has a message of this kind."""

    async def told() -> list[str]:
        return [each["kind"] for each in (await resident.run("messages"))["nodes"]]

    await until(f"the message {kind}", told, lambda kinds: kind in kinds)

"""Health codes: ahead for a phone without a network, verified without one, copied, lost, and who scanned them."""

import asyncio
import json
import secrets
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from devstack.fictional import identity_number
from devstack.stack import Stack
from ops.demo import history
from ops.example_city import of_resident
from yima_client import health_codes
from yima_client.caller import Caller, connect, fresh_key, until
from yima_client.health_codes import CodeNotGood

from e2e.people import a_clinic, a_resident, confirmed, known_to, place, refusal

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


async def ahead(resident: Caller, count: int = 5) -> list[dict[str, Any]]:
    return list((await resident.run("prefetch-health-codes", count=count))["codes"])


async def test_codes_ahead_are_verified_without_a_network_each_in_its_minute(stack: Stack, nobody: Caller) -> None:
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    codes = await ahead(resident, 60)
    keys = health_codes.keys_of(json.dumps({"keys": await nobody.run("health-code-keys")}))
    assert len({code["text"] for code in codes}) == 60
    for code, following in zip(codes, [*codes[1:], None], strict=True):
        begins, ends = (datetime.fromisoformat(code[name]) for name in ("notBefore", "expiresAt"))
        assert ends - begins == MINUTE
        assert following is None or following["notBefore"] == code["expiresAt"]
        assert health_codes.verify(code["text"], keys, "jinan", begins).not_before == begins
        for outside in (begins - MINUTE, ends):
            with pytest.raises(CodeNotGood, match=r"good|clock"):
                health_codes.verify(code["text"], keys, "jinan", outside)
    assert (await refusal(clinic.practitioner.run("redeem-health-code", text=codes[5]["text"]))).code == "code-not-yet"
    scan = await clinic.practitioner.run("redeem-health-code", text=codes[0]["text"], place="Room 3", app="Desk")
    assert (scan["residentId"], scan["late"]) == (known_to(clinic.practitioner, resident_id), False)
    for count in (0, 61):
        assert (await refusal(resident.run("prefetch-health-codes", count=count))).field == "count"


async def test_a_stolen_screenshot_is_refused_told_and_makes_the_codes_ahead_void(stack: Stack, nobody: Caller) -> None:
    clinic, other = await asyncio.gather(a_clinic(nobody, stack.secrets), a_clinic(nobody, stack.secrets))
    resident, resident_id = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    codes = await ahead(resident)
    scan = await clinic.practitioner.run("redeem-health-code", text=codes[0]["text"], place="Reception")
    copy = await refusal(other.practitioner.run("redeem-health-code", text=codes[0]["text"], place="Elsewhere"))
    assert copy.code == "code-used"
    (alert,) = await resident.every("code-alerts")
    assert (alert["scanId"], alert["rotated"], alert["place"]) == (scan["id"], True, "Elsewhere")
    assert alert["practitionerName"]
    assert alert["partnerName"]
    async with aclosing(resident.follow("code-alert", after="s0")) as feed:
        async for heard in feed:
            assert heard["alert"]["alertId"] == alert["alertId"]
            break
    later = await refusal(clinic.practitioner.run("redeem-health-code", text=codes[1]["text"]))
    assert later.code in ("code-not-yet", "code-rotated")
    fresh = (await resident.run("issue-health-code"))["text"]
    scanned = await clinic.practitioner.run("redeem-health-code", text=fresh)
    assert scanned["residentId"] == scan["residentId"] == known_to(clinic.practitioner, resident_id)
    (newest, first) = await resident.every("scans")
    assert (first["scanId"], first["place"], first["late"]) == (scan["id"], "Reception", False)
    assert newest["scanId"] != first["scanId"]
    for question in ("scans", "code-alerts"):
        assert await stranger.every(question) == []
        assert (await refusal(stranger.run(question, residentId=resident_id))).code == "forbidden"


async def test_a_lost_phone_shows_no_code_any_more(stack: Stack, nobody: Caller) -> None:
    clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    lost = await ahead(resident)
    await resident.run("rotate-health-code", key=fresh_key())
    gone = await refusal(clinic.practitioner.run("redeem-health-code", text=lost[0]["text"]))
    assert gone.code == "code-rotated"
    fresh = (await resident.run("issue-health-code"))["text"]
    await clinic.practitioner.run("redeem-health-code", text=fresh)


async def test_what_a_resident_gives_for_an_emergency_is_read_by_who_breaks_the_glass(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    doctor, contact = clinic.practitioner, {"contactName": "Lin Mei", "contactTelephone": "+8613800000000"}
    given = {"residentId": resident_id, "bloodGroup": "A+", "allergies": ["penicillin"]} | contact
    known = known_to(doctor, resident_id)
    assert (await refusal(stranger.run("put-emergency-slice", **given))).code == "forbidden"
    wrong = await refusal(resident.run("put-emergency-slice", **(given | {"bloodGroup": "Z"})))
    assert (wrong.code, wrong.field) == ("invalid", "bloodGroup")
    assert (await resident.run("put-emergency-slice", **given))["version"] == "1"
    assert (await refusal(doctor.run("emergency-slice", residentId=known))).code == "consent-denied"
    assert (await refusal(stranger.run("emergency-slice", residentId=resident_id))).code == "consent-denied"
    code = (await resident.run("issue-health-code"))["text"]
    await doctor.run("redeem-health-code", text=code)
    assert (await refusal(doctor.run("emergency-slice", residentId=known))).code == "consent-denied"
    await doctor.run("break-glass", residentId=known, reason="unconscious after a fall", key=fresh_key())
    read = await doctor.run("emergency-slice", residentId=known)
    assert (read["bloodGroup"], read["allergies"], read["contactTelephone"]) == (
        "A+",
        ["penicillin"],
        contact["contactTelephone"],
    )
    log = (await resident.run("access-log", first=20))["nodes"]
    assert ["emergency"] in [entry["informationTypes"] for entry in log if entry["permitted"]]
    assert (await refusal(clinic.staff.run("emergency-slice", residentId=known))).code == "forbidden"
    await resident.run("withdraw-emergency-slice", residentId=resident_id, key=fresh_key())
    assert (await refusal(doctor.run("emergency-slice", residentId=known))).code == "no-emergency-slice"


async def test_a_printed_code_says_with_the_card_who_stands_there_and_proves_nothing(
    stack: Stack, nobody: Caller
) -> None:
    clinic, number = await a_clinic(nobody, stack.secrets), identity_number("1948-02-01")
    resident, resident_id = await a_resident(nobody, birth_date="1948-02-01", number=number)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await clinic.staff.run("accept-order", orderId=order_id)
    doctor, text = clinic.practitioner, (await resident.run("print-health-code"))["text"]
    assert (await resident.run("printed-code"))["expiresAt"]
    other = await refusal(doctor.run("redeem-printed-code", text=text, identityNumber=identity_number("1950-01-01")))
    assert (other.code, other.field) == ("card-differs", "identityNumber")
    assert (await refusal(doctor.run("redeem-health-code", text=text))).code == "code-forged"
    scan = await doctor.run("redeem-printed-code", text=text, identityNumber=number, place="Reception")
    assert (scan["residentId"], scan["person"]["birthDate"]) == (known_to(doctor, resident_id), "1948-02-01")
    waiting = await doctor.every("orders", residentId=scan["residentId"], waitsFor="PARTNER")
    assert [order["id"] for order in waiting] == [order_id]
    proof = {"orderId": order_id, "scanReceipt": scan["receipt"], "key": fresh_key()}
    assert (await refusal(doctor.run("prove-service", **proof))).field == "scanReceipt"
    assert await doctor.every("visits", residentId=scan["residentId"]) == []
    (seen,) = await resident.every("scans")
    assert (seen["printed"], seen["place"]) == (True, "Reception")
    await resident.run("end-printed-code", key=fresh_key())
    over = await refusal(doctor.run("redeem-printed-code", text=text, identityNumber=number))
    assert over.code == "printed-code-over"
    assert await resident.run("printed-code") is None
    stranger, _ = await a_resident(nobody)
    assert (await refusal(stranger.run("print-health-code", residentId=resident_id))).code == "forbidden"


@pytest.mark.long
async def test_a_scan_without_a_network_proves_its_service_later_and_opens_nothing(stack: Stack) -> None:
    """It waits until the code's minute is over, as a scanner without a network does."""
    async with connect(stack.graphql) as nobody:
        clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
        order_id = (await place(resident, clinic))["id"]
        await confirmed(resident, order_id)
        await clinic.staff.run("accept-order", orderId=order_id)
        shown = await ahead(resident, 2)
        bystander, other_id = await a_resident(nobody)
        theirs = (await bystander.run("issue-health-code"))["text"]
        scanned_at = datetime.now(UTC)
        over = max(datetime.fromisoformat(shown[0]["expiresAt"]), scanned_at + MINUTE)
        await asyncio.sleep((over - datetime.now(UTC)).total_seconds() + 1)
        doctor, text = clinic.practitioner, shown[0]["text"]
        assert (await refusal(doctor.run("redeem-health-code", text=text))).code == "code-expired"
        for wrong in (scanned_at - MINUTE, scanned_at + 2 * MINUTE, scanned_at + timedelta(days=1)):
            made_up = refusal(doctor.run("redeem-health-code", text=text, scannedAt=wrong.isoformat()))
            assert (await made_up).code in ("code-expired", "code-not-yet", "clocks-differ", "invalid")
        scan = await doctor.run("redeem-health-code", text=text, scannedAt=scanned_at.isoformat())
        assert scan["late"]
        assert datetime.fromisoformat(scan["scannedAt"]) == scanned_at
        (seen,) = await resident.every("scans")
        assert (seen["late"], seen["scannedAt"]) == (True, scan["scannedAt"])
        proven = await doctor.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
        assert proven["status"] == "FULFILLING"
        opened = await doctor.run("redeem-health-code", text=theirs, scannedAt=scanned_at.isoformat())
        known = known_to(doctor, other_id)
        readings = [orjson.dumps(of_resident(each, known)).decode() for each in history(secrets.token_hex(4))]
        ingest = {"residentId": known, "resources": readings}
        late = await refusal(doctor.run("ingest-resources", **ingest, scanReceipt=opened["receipt"]))
        assert late.code == "late-scan"
        assert await until("the refusal", lambda: refusal(doctor.run("ingest-resources", **ingest)), bool)

"""A resident's cuff is bound, and what it measures is in the record; a clinic's waits for its resident."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key, until
from yima_client.devices import DeviceKey, body_of

from e2e.people import a_clinic, a_resident, confirmed, known_to, place, refusal

pytestmark = pytest.mark.anyio
PAGE = (Path(__file__).parents[1] / "docs" / "devices.md").read_text("utf-8")
KINDS = ["vital-signs"]


async def a_model(who: Caller) -> str:
    page = await who.run("device-models", kind="BLOOD_PRESSURE", words="tenso", first=1)
    return str(page["nodes"][0]["id"])


def pressure(sequence: int, systolic: int = 128, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC) + timedelta(milliseconds=sequence)
    values = {"8480-6": systolic, "8462-4": 82}
    measured = [{"code": code, "value": value, "unit": "mm[Hg]"} for code, value in values.items()]
    return {"sequence": sequence, "measuredAt": at.isoformat(), "measurements": measured} | more


async def bind(who: Caller, key: DeviceKey, **more: Any) -> Any:
    model, serial = await a_model(who), f"SN-{secrets.token_hex(6)}"
    terms = {"deviceModelId": model, "serial": serial, "publicKey": key.public, "proof": key.proof(model, serial)}
    return await who.run("bind-device", **terms | more, key=fresh_key())


async def pressures(who: Caller, resident_id: str, purpose: str = "PATRQT") -> Any:
    page = await who.run("records", residentId=resident_id, informationTypes=KINDS, purpose=purpose, first=20)
    return page["nodes"]


async def acts(who: Caller) -> set[str]:
    return {entry["act"] for entry in await who.every("access-log")}


async def test_a_residents_cuff_sends_what_it_measured_into_their_record(stack: Stack, nobody: Caller) -> None:
    resident, resident_id = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    key = DeviceKey()
    device = await bind(resident, key)
    assert (device["status"], device["keyNumber"]) == ("BOUND", 1)
    sent = body_of([pressure(1), pressure(2, 900), pressure(3, 188)])
    outcomes = (await nobody.send_readings(device["id"], key, sent))["outcomes"]
    assert [each["result"] for each in outcomes] == ["STORED", "REFUSED", "STORED"]
    assert (outcomes[1]["code"], outcomes[2]["unusual"]) == ("reading-impossible", True)
    again = (await nobody.send_readings(device["id"], key, sent))["outcomes"]
    assert [each["result"] for each in again] == ["KNOWN", "REFUSED", "KNOWN"]
    shown = await pressures(resident, resident_id)
    assert {each["summary"]["title"] for each in shown} == {"Blood pressure panel"}
    assert [each["institution"] for each in shown] == [None, None], "no institution sent it"

    wrong = {"residentId": resident_id, "recordId": shown[0]["id"], "reason": "My neighbour tried it."}
    assert (await refusal(stranger.run("withdraw-device-reading", **wrong, key=fresh_key()))).code == "forbidden"
    nothing = wrong | {"recordId": "rec_" + secrets.token_hex(16)}
    assert (await refusal(resident.run("withdraw-device-reading", **nothing, key=fresh_key()))).code == "not-found"
    withdrawn = await resident.run("withdraw-device-reading", **wrong, key=fresh_key())
    assert (withdrawn["recordIds"], withdrawn["deviceId"]) == ([shown[0]["id"]], device["id"])
    assert [each["id"] for each in await pressures(resident, resident_id)] == [shown[1]["id"]]
    assert (await nobody.send_readings(device["id"], key, sent))["outcomes"][0]["result"] == "KNOWN"
    await until("the log says so", lambda: acts(resident), lambda entries: "READING_WITHDRAWN" in entries)

    assert (await refusal(nobody.send_readings(device["id"], DeviceKey(), sent))).code == "device-not-recognised"
    ending = {"deviceId": device["id"], "reason": "LOST", "key": fresh_key()}
    assert (await refusal(stranger.run("end-device", **ending))).code == "not-found"
    await resident.run("end-device", **ending)
    assert (await refusal(nobody.send_readings(device["id"], key, sent))).code == "device-ended"
    assert [each["status"] for each in (await resident.run("devices"))["nodes"]] == ["ENDED"]


async def test_a_clinics_cuff_waits_for_its_resident_and_sends_for_the_order(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    order, key = await place(resident, clinic), DeviceKey()
    await confirmed(resident, order["id"])
    stranger = await refusal(bind(other.staff, DeviceKey(), orderId=order["id"]))
    assert stranger.code in ("not-found", "order-not-served")
    device = await bind(clinic.staff, key, orderId=order["id"])
    assert device["status"] == "PROPOSED"
    assert (await refusal(nobody.send_readings(device["id"], key, body_of([pressure(1)])))).code == "device-ended"
    await resident.run("answer-device", deviceId=device["id"], agreed=True, key=fresh_key())
    sent = await nobody.send_readings(device["id"], key, body_of([pressure(2)]))
    assert [each["result"] for each in sent["outcomes"]] == ["STORED"]
    (shown,) = await pressures(resident, resident_id)
    assert shown["institution"]["name"], "the clinic's"
    log = await resident.run("access-log", first=20)
    assert any(entry["partner"] for entry in log["nodes"]), "who added to the record is in the log"
    wrong = {"residentId": resident_id, "recordId": shown["id"], "reason": "A nurse tried the cuff."}
    unrelated = wrong | {"residentId": known_to(other.practitioner, resident_id), "key": fresh_key()}
    refused = await refusal(other.practitioner.run("withdraw-device-reading", **unrelated))
    assert refused.code == "consent-denied"
    patient = known_to(clinic.practitioner, resident_id)
    (seen,) = await pressures(clinic.practitioner, patient, "TREAT")
    related = wrong | {"residentId": patient, "recordId": seen["id"], "key": fresh_key()}
    withdrawn = await clinic.practitioner.run("withdraw-device-reading", **related)
    assert withdrawn["recordIds"] == [seen["id"]], "within the consent of the order"
    assert not await pressures(resident, resident_id)
    await until("the log says so", lambda: acts(resident), lambda entries: "READING_WITHDRAWN" in entries)


async def test_the_example_of_the_makers_page_works(
    stack: Stack, nobody: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, "docs/devices.md", "exec"), names)
    resident, _ = await a_resident(nobody)
    key, model, serial = Ed25519PrivateKey.generate(), await a_model(resident), f"SN-{secrets.token_hex(6)}"
    device = await resident.run(
        "bind-device",
        deviceModelId=model,
        serial=serial,
        publicKey=key.public_key().public_bytes_raw().hex(),
        proof=names["proof"](key, model, serial),
        key=fresh_key(),
    )
    origin = stack.graphql.removesuffix("/graphql")
    outcomes = names["send"](origin, device["id"], key, [pressure(18)])
    assert outcomes == [{"sequence": 18, "result": "STORED"}]

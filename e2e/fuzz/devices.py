"""Devices: models by whoever, devices bound with odd keys and serial numbers, and what they send in every odd form."""

import base64
import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from yima_client.caller import fresh_key
from yima_client.devices import DeviceKey

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Answer, Operation

NOT_THEIRS = ["rival", "rival's doctor", "doctor", "staff", "operator", "regulator", "frozen partner", "nobody"]
CHARACTERISTICS = ["2A35", "2A18", "2A1C", "2A5E", "2A5F", "2a35", "2A37", "", "é"]
FORMS = ["measurements", "openMHealth", "gatt"]


def reading(chance: random.Random, sequence: int, ago: int = 0) -> dict[str, Any]:
    """A blood pressure as it should be."""
    at = datetime.now(UTC) - timedelta(milliseconds=ago)
    return {
        "sequence": sequence,
        "measuredAt": at.isoformat(),
        "measurements": [
            {"code": "8480-6", "value": chance.choice([120, 165.5]), "unit": "mm[Hg]"},
            {"code": "8462-4", "value": 80, "unit": "mm[Hg]"},
        ],
    }


def odd_reading(chance: random.Random, sequence: int) -> Any:
    """A reading with something in it that is not as it should be."""
    sent = reading(chance, sequence)
    match chance.randrange(6):
        case 0:
            content = chance.randbytes(chance.choice([0, 1, 7, 19, 40]))
            gatt = {"characteristic": chance.choice(CHARACTERISTICS), "value": base64.b64encode(content).decode()}
            return {"sequence": sequence, "measuredAt": sent["measuredAt"], "gatt": gatt}
        case 1:
            name = chance.choice(["blood-pressure", "step-count", "sleep-duration", words.name(chance)])
            body = {chance.choice(["step_count", "systolic_blood_pressure", words.name(chance)]): words.scalar(chance)}
            return {"sequence": sequence, "openMHealth": {"header": {"schema_id": {"name": name}}, "body": body}}
        case 2:
            odd = chance.choice(["sequence", "measuredAt", "measurements", "until", "utcOffset"])
            return sent | {
                odd: chance.choice([None, [], {}, -1, 2**63, True, words.moment(chance), words.text(chance)])
            }
        case 3:
            value = chance.choice(sent["measurements"])
            value[chance.choice([*value])] = chance.choice([-1, 1e300, 1e28, None, "mm[Hg]", words.text(chance)])
            return sent
        case 4:
            return chance.choice([None, [], 7, words.text(chance), [[[[[]]]]]])
        case _:
            return sent | {words.name(chance): 1, chance.choice(FORMS): {}}


async def a_device(operation: Operation) -> tuple[str, DeviceKey] | None:
    """A device of the resident's."""
    people, key, serial = operation.scene.people, DeviceKey(), f"SN-{secrets.token_hex(6)}"
    models = await operation.run(people["resident"], "device-models", kind="BLOOD_PRESSURE", first=5)
    if not models:
        return None
    model = operation.chance.choice(models["nodes"])["id"]
    terms: dict[str, Any] = {
        "deviceModelId": model, "serial": serial, "publicKey": key.public, "proof": key.proof(model, serial),
    }  # fmt: skip
    if operation.chance.random() < 0.3:
        odd = operation.chance.choice(["serial", "publicKey", "proof", "user", "orderId", "residentId"])
        oddity: Any = operation.chance.choice([words.text(operation.chance), "ab" * 32, "ab" * 64, ""])
        terms[odd] = operation.chance.choice([-1, 255, 2**31 - 1]) if odd == "user" else oddity
    device = await operation.run(people["resident"], "bind-device", **terms, key=fresh_key())
    if device is None:
        return None
    again = await operation.run(people["resident"], "bind-device", **terms, key=fresh_key())
    if again:
        operation.fault("a serial number was bound twice", terms)
    return str(device["id"]), key


async def send(operation: Operation, device_id: str, key: DeviceKey, body: bytes, **changed: str) -> Answer:
    headers = {"device-signature": key.signature(device_id, body)} | changed
    url = f"{operation.scene.origin}/devices/{device_id}/readings"
    return await operation.send("POST", url, content=body, headers=headers)


@generator("M1", "M4", "M12", "L9", "N12", weight=2)
async def devices(operation: Operation) -> None:
    """Devices bound with odd keys, and ended by whoever; readings that are odd, doubled, signed by another key, for
    another device, or of one that has ended: none is stored that its own device has not signed while it was bound."""
    chance = operation.chance
    bound = await a_device(operation)
    if bound is None:
        return
    device_id, key = bound
    sent = [odd_reading(chance, number) for number in range(1, chance.choice([2, 4, 40]))]
    body = orjson.dumps({"readings": [*sent, reading(chance, 50), reading(chance, 50)]}, option=orjson.OPT_NON_STR_KEYS)
    stranger = DeviceKey()
    for forged in (
        await send(operation, device_id, stranger, body),
        await send(operation, f"dev_{secrets.token_hex(16)}", key, body),
        await send(operation, device_id, key, body + b" ", **{"device-signature": key.signature(device_id, body)}),
        await send(operation, device_id, key, body, **{"device-signature": words.name(chance)}),
    ):
        if forged.good:
            operation.fault("readings were taken that the device had not signed", body)
    first = await send(operation, device_id, key, body)
    again = await send(operation, device_id, key, body)
    if first.good and any(each["result"] == "STORED" for each in again.content["outcomes"]):
        operation.fault("a reading was stored twice", body)
    await withdrawals(operation)
    await send(operation, device_id, key, words.json_text(chance))
    await send(operation, device_id, key, body[: chance.randrange(len(body))])
    await ends(operation, device_id, key)


async def withdrawals(operation: Operation) -> None:
    """What the resident's devices measured is withdrawn: by whoever, for odd reasons, twice; and what none sent."""
    chance, people = operation.chance, operation.scene.people
    whose = operation.scene.shown[2]
    asked = {"residentId": whose, "informationTypes": ["vital-signs"], "purpose": "PATRQT", "first": 20}
    page = await operation.run(people["resident"], "records", **asked)
    records = [each["id"] for each in (page or {"nodes": []})["nodes"]] or [words.identifier(chance)]
    about = {"residentId": whose, "recordId": chance.choice(records), "reason": "My neighbour tried it."}
    other = people[chance.choice(["stranger", "rival's doctor", "rival", "staff", "operator", "regulator", "nobody"])]
    if await operation.run(other, "withdraw-device-reading", **about, key=fresh_key()):
        operation.fault(f"{other.name} withdrew what another's device measured", about)
    odd = about | {"reason": chance.choice(["", words.text(chance), "x" * 5_000])}
    await operation.run(people["resident"], "withdraw-device-reading", **odd, key=fresh_key())
    first = await operation.run(people["resident"], "withdraw-device-reading", **about, key=fresh_key())
    if first:
        again = await operation.insist(people["resident"], "withdraw-device-reading", **about, key=fresh_key())
        if again.data != first:
            operation.fault("a reading that was withdrawn was withdrawn otherwise", [first, again.content])


async def ends(operation: Operation, device_id: str, key: DeviceKey) -> None:
    """A device gets another key, loses it, and is ended: by whoever, and then by its resident."""
    chance, people = operation.chance, operation.scene.people
    resident, other = people["resident"], people[chance.choice(NOT_THEIRS)]
    new, odd = DeviceKey(), chance.choice(["", "ab" * 64, words.text(chance)])
    for name, more in (
        ("rotate-device-key", {"publicKey": new.public, "proof": odd}),
        ("revoke-device-key", {}),
        ("answer-device", {"agreed": True}),
        ("end-device", {"reason": "RETURNED"}),
    ):
        if await operation.run(other, name, deviceId=device_id, **more, key=fresh_key()):
            operation.fault(f"{other.name} did {name} to another's device", device_id)
    await operation.run(
        resident, "rotate-device-key", deviceId=device_id, publicKey=new.public, proof=odd, key=fresh_key()
    )
    reason = chance.choice(["RETURNED", "LOST", "NOT_THEIRS"])
    if await operation.run(resident, "end-device", deviceId=device_id, reason=reason, key=fresh_key()) is None:
        operation.fault("a resident cannot end their own device", device_id)
    after = await send(operation, device_id, key, orjson.dumps({"readings": [reading(chance, 99)]}))
    if after.good:
        operation.fault("a device that has ended was listened to", device_id)


@generator("N8", weight=1)
async def device_models(operation: Operation) -> None:
    """Models of devices proposed and decided on by whoever, of kinds and codes that there are not; serial numbers
    released by whoever."""
    chance, people = operation.chance, operation.scene.people
    who = people[chance.choice(["staff", "rival", "doctor", "resident", "operator", "nobody", "frozen partner"])]
    codes = chance.choice([[], ["8480-6"], ["8480-6"] * 3, [words.text(chance)]])
    proposed = await operation.run(
        who, "propose-device-model",
        name=words.text(chance), kind=chance.choice(["BLOOD_PRESSURE", "STEPS"]), codes=codes,
        units=chance.choice([[], ["mm[Hg]"], ["kg"]]), bluetooth=chance.random() < 0.5, key=fresh_key(),
    )  # fmt: skip
    if proposed:
        operation.fault(f"{who.name}, who makes no devices, proposed one", proposed)
    page = await operation.run(
        people["operator"], "device-models",
        words=words.text(chance)[:50], code=words.name(chance), status=chance.choice([None, "PROPOSED"]), first=3,
    )  # fmt: skip
    known = await operation.run(people["resident"], "device-models", first=1)
    model = known["nodes"][0]["id"] if known else "dmo_0"
    decided = await operation.run(
        people[chance.choice(["operator", "staff", "regulator"])], "decide-device-model",
        deviceModelId=model, approved=chance.random() < 0.5, reason=words.text(chance), key=fresh_key(),
    )  # fmt: skip
    if decided:
        operation.fault("a model that was decided on was decided on again", [decided, page])
    other = people[chance.choice(["staff", "resident", "rival", "regulator", "nobody"])]
    serial = chance.choice(["SN-1", words.text(chance)])
    if await operation.run(other, "release-serial", deviceModelId=model, serial=serial, key=fresh_key()):
        operation.fault(f"{other.name} released a serial number", model)
    await operation.run(people["operator"], "release-serial", deviceModelId=model, serial=serial, key=fresh_key())


@generator("N8", "C1", "M12", weight=1)
async def alert_rules(operation: Operation) -> None:
    """Rules on what devices measure: of thresholds that there are not, by whoever, for whoever, decided on by whoever
    proposed them; programmes that there are not; flags of others."""
    chance, people = operation.chance, operation.scene.people
    number = chance.choice(["160", "-1", "1e9", "NaN", words.text(chance), "160.0000000000000000000001"])
    terms: dict[str, Any] = {
        "title": words.text(chance), "code": chance.choice(["8480-6", "8867-4", words.text(chance)]),
        "test": chance.choice(["ABOVE", "BELOW", "RISE"]), "threshold": number, "severity": "URGENT",
        "clearAt": chance.choice([None, "150", number]), "needed": chance.choice([None, 1, 0, -1, 2**31 - 1]),
        "readings": chance.choice([None, 3, 2**31 - 1]), "windowMinutes": chance.choice([None, 1, -5, 2**31 - 1]),
    }  # fmt: skip
    child = operation.scene.shown[4]
    who = people[chance.choice(["doctor", "rival's doctor", "suspended practitioner", "frozen practitioner", "staff"])]
    theirs = operation.scene.known_to(who, child)
    if await operation.run(who, "watch-patient", **terms, residentId=theirs, key=fresh_key()):
        operation.fault(f"{who.name} watches a child whom nobody let them", terms)
    programme = chance.choice(["hypertension", "fuzz", words.text(chance), ""])
    good = {"title": "High pressure", "code": "8480-6", "test": "ABOVE", "threshold": "160", "severity": "NOTICE"}
    proposed = await operation.run(
        people["operator"], "propose-alert-rule",
        **chance.choice([terms, good | {"clearAt": "150"}]), programme=programme, key=fresh_key(),
    )  # fmt: skip
    rule_id = proposed["id"] if proposed else f"rul_{secrets.token_hex(16)}"
    decider = people[chance.choice(["operator", "doctor", "resident", "regulator", "nobody"])]
    decision = {"alertRuleId": rule_id, "approved": True, "key": fresh_key()}
    if await operation.run(decider, "decide-alert-rule", **decision):
        operation.fault(f"{decider.name} put a rule in force that is theirs, or that they may not decide on", terms)
    resident = people["resident"]
    joined = await operation.run(resident, "set-programme", programme=programme, joins=True, key=fresh_key())
    if joined and programme != "hypertension":
        operation.fault("a resident takes part in a programme that there is not", programme)
    thief = people[chance.choice(["stranger", "doctor", "staff", "nobody"])]
    if await operation.run(thief, "programmes", residentId=operation.scene.known_to(thief, child)):
        operation.fault(f"{thief.name} reads in which programmes a child takes part", child)
    await operation.run(resident, "set-programme", programme=programme, joins=False, key=fresh_key())
    ender = people[chance.choice(["doctor", "resident", "nobody", "rival's doctor"])]
    if await operation.run(ender, "end-alert-rule", alertRuleId=rule_id, key=fresh_key()):
        operation.fault(f"{ender.name} ended the rule of a programme", rule_id)
    await operation.run(people["operator"], "end-alert-rule", alertRuleId=rule_id, key=fresh_key())
    looker = people[chance.choice(["rival's doctor", "suspended practitioner", "stranger", "nobody", "operator"])]
    flags = await operation.run(looker, "reading-flags", residentId=operation.scene.known_to(looker, child), first=5)
    if flags and flags["nodes"]:
        operation.fault(f"{looker.name} saw flags of a child", flags)
    await operation.run(resident, "reading-flags", openOnly=chance.random() < 0.5, first=5)
    await operation.run(resident, chance.choice(["alert-rules", "patient-rules"]), first=5)

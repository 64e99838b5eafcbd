"""Records of health: FHIR resources in every odd form, codes and scans, and who may write and read."""

import asyncio
import random
from typing import Any

import orjson
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import Person, in_days

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
DEEP = "as deep as it goes"
READ = """query ($id: ID!) {
  records(residentId: $id, informationTypes: ["vital-signs"], purpose: "PATRQT", first: 100) { nodes { resource } }
}"""

OWN_RECORDS = """query ($id: ID!) {
  records(residentId: $id, informationTypes: ["vital-signs"], purpose: "PATRQT", first: 20) { nodes { id } }
}"""


def observation(chance: random.Random, resident_id: str) -> dict[str, Any]:
    """A blood pressure of the resident's, as FHIR has it."""
    return {
        "resourceType": "Observation",
        "id": f"fuzz-{chance.getrandbits(60):x}",
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}], "text": words.CANARY},
        "subject": {"reference": f"Patient/{resident_id.rpartition('_')[2]}"},
        "effectiveDateTime": in_days(-1),
        "valueQuantity": {"value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
    }


def mutated(chance: random.Random, resource: dict[str, Any]) -> str:
    """The resource with something in a place of it that FHIR, JSON or good sense does not allow."""
    at: Any = resource
    while True:
        key = chance.choice([*at]) if isinstance(at, dict) else chance.randrange(len(at))
        if not isinstance(at[key], dict | list) or not at[key] or chance.random() < 0.2:
            break
        at = at[key]
    depth = chance.choice([3, 40, 400])
    nested = '{"extension":[' * depth + "{}" + "]}" * depth
    at[key] = chance.choice(
        [
            words.text(chance),
            words.text(chance),
            words.moment(chance),
            None,
            [],
            {},
            7,
            DEEP,
            True,
            "Patient/" + "0" * 32,
            "<div xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></div>",
            [words.name(chance)] * 300,
        ]
    )
    text = orjson.dumps(resource).decode().replace(f'"{DEEP}"', nested)
    match chance.randrange(8):
        case 0:
            text = text.replace('"status":', '"status":"amended","status":', 1)
        case 1:
            text = text.replace(
                ":120,", chance.choice([":5.10,", ":1.0000000000000000001,", ":NaN,", ":1e400,", ":0120,"])
            )
        case 2:
            text = text.replace(words.CANARY, f"{words.CANARY}\\u0000", 1)
        case 3:
            text = text[: chance.randrange(len(text))]
        case 4:
            text = words.json_text(chance).decode("utf-8", "replace")
    return text


async def scanned(operation: Operation, doctor: Person, resident: Person) -> dict[str, Any] | None:
    """What a doctor reads off a resident's fresh code."""
    code = await operation.run(resident, "issue-health-code")
    scan = await operation.run(doctor, "redeem-health-code", text=code["text"]) if code else None
    return dict(scan) if scan else None


@generator("C2", "M4", "M12", "H8", "L9", weight=6)
async def resources(operation: Operation) -> None:
    """A doctor who has scanned the resident's code writes; what was taken in is read back as it was sent."""
    chance, people = operation.chance, operation.scene.people
    scan = await scanned(operation, people["doctor"], people["resident"])
    if scan is None:
        return
    sent = []
    for _ in range(chance.choice([1, 1, 1, 3])):
        resource = observation(chance, scan["residentId"])
        sent.append(orjson.dumps(resource).decode() if chance.random() < 0.1 else mutated(chance, resource))
    taken = await operation.run(
        people["doctor"], "ingest-resources", residentId=scan["residentId"], resources=sent, scanReceipt=scan["receipt"]
    )
    own_id = operation.scene.shown[2]
    page = (await operation.graphql(people["resident"], READ, id=own_id)).data
    if page is None:
        operation.fault("the resident cannot read their record", sent)
    elif taken and taken.get("created") == len(sent):
        known = {node["resource"] for node in page["nodes"]}
        theirs, own = (written.rpartition("_")[2] for written in (scan["residentId"], own_id))
        newest = [text for text in sent if '"vital-signs"' in text and text.replace(theirs, own) in known]
        if len(page["nodes"]) < 100 and not newest and '"vital-signs"' in sent[0]:
            operation.fault("what was taken in is not read back", sent)


@generator("C2", "C3", "M3", "M11", weight=2)
async def strangers_records(operation: Operation) -> None:
    """Whoever has no relation to a resident writes into their record, or reads it."""
    chance, people = operation.chance, operation.scene.people
    who = people[
        chance.choice(
            [
                "rival",
                "rival's doctor",
                "suspended partner",
                "suspended practitioner",
                "frozen partner",
                "frozen practitioner",
                "lapsed partner",
                "lapsed practitioner",
                "unscreened partner",
                "stranger",
                "operator",
                "regulator",
                "nobody",
                "key for MONEY",
            ]
        )
    ]
    # A child, whose code nobody has scanned: by the id that a partner would have, or by their own.
    child = operation.scene.shown[4]
    resident_id = operation.scene.known_to(who, child) if chance.random() < 0.8 else child
    if chance.random() < 0.5:
        sent = [orjson.dumps(observation(chance, resident_id)).decode()]
        receipt = chance.choice([None, "a.b.c", words.scalar(chance)])
        done = await operation.run(who, "ingest-resources", residentId=resident_id, resources=sent, scanReceipt=receipt)
    else:
        purpose = chance.choice(["TREAT", "PATRQT", "HMARKT", words.scalar(chance)])
        asked = {"residentId": resident_id, "informationTypes": ["vital-signs"], "purpose": purpose}
        done = await operation.run(who, "records", **asked)
    if done:
        operation.fault(f"{who.name} did what only those who serve a resident may", done)


@generator("H5", "L4", "L5", "M10", weight=3)
async def codes(operation: Operation) -> None:
    """Health codes: changed in a letter, shown twice at once to two institutions, again with its key."""
    chance, people = operation.chance, operation.scene.people
    key = {"key": fresh_key()} if chance.random() < 0.3 else {}
    code = await operation.run(people["resident"], "issue-health-code", **key)
    if code is None:
        return
    text = str(code["text"])
    if chance.random() < 0.6:
        at = chance.randrange(len(text))
        forged = text[:at] + chance.choice(["", "A", "B", "0", "é", "\0", text[at] * 2]) + text[at + 1 :]
        done = await operation.run(people["doctor"], "redeem-health-code", text=forged)
        if done and forged != text:
            operation.fault("a forged code was read", forged)
        return
    doctors = [people["doctor"], people["rival's doctor"]]
    scans = await asyncio.gather(*(operation.run(who, "redeem-health-code", text=text) for who in doctors * 4))
    honoured = {scan["id"] for scan in scans if scan}
    if len(honoured) > 1:  # none where another operation's copy made the code void meanwhile
        operation.fault(f"one code was read {len(honoured)} times", text)


@generator("K1", "K2", weight=3)
async def codes_without_a_network(operation: Operation) -> None:
    """Codes fetched ahead out of their minute, made-up late scans, copies of codes, and a lost phone's."""
    chance, people = operation.chance, operation.scene.people
    count = chance.choice([1, 5, 60, 60, 0, -1, 61, 2**31 - 1])
    ahead = await operation.run(people["resident"], "prefetch-health-codes", count=count)
    if ahead is None:
        return
    codes = ahead["codes"]
    if len(codes) != count:
        operation.fault(f"{len(codes)} codes where {count} were asked for", str(count))
    how: dict[str, Any] = {"place": words.text(chance) if chance.random() < 0.3 else "", "app": "fuzz"}
    if chance.random() < 0.6:
        how["scannedAt"] = chance.choice([in_days(-4), in_days(-1), in_days(0), in_days(1), words.moment(chance)])
    later = chance.choice(codes[1:] or codes)
    done = await operation.run(people["doctor"], "redeem-health-code", text=later["text"], **how)
    if done and later is not codes[0]:
        operation.fault("a code of a later minute was honoured", [later, how])
    if chance.random() < 0.3:
        await operation.run(people["resident"], "rotate-health-code")
        if await operation.run(people["doctor"], "redeem-health-code", text=codes[0]["text"]) and not done:
            operation.fault("a code was honoured that its resident had made void", codes[0])
    listing = await operation.run(people["resident"], chance.choice(["scans", "code-alerts"]), first=5)
    if listing is None:
        operation.fault("a resident cannot read who scanned them", "scans")
    stranger, whose = people["stranger"], operation.scene.shown[4]
    if await operation.run(stranger, chance.choice(["scans", "code-alerts"]), residentId=whose):
        operation.fault("a stranger reads who scanned somebody else", whose)


@generator("K1", "M1", weight=2)
async def printed_codes(operation: Operation) -> None:
    """Printed codes: of strangers, tried with made-up cards, after they ended; and what their receipts are good for."""
    chance, people = operation.chance, operation.scene.people
    stranger, whose = people["stranger"], operation.scene.shown[4]
    if await operation.run(stranger, chance.choice(["print-health-code", "end-printed-code"]), residentId=whose):
        operation.fault("a stranger has somebody else's code printed", whose)
    printed = await operation.run(people["resident"], "print-health-code")
    text = printed["text"] if printed else "YP1:" + words.text(chance)
    number = chance.choice(["11010519491231002X", words.text(chance), ""])
    if await operation.run(people["doctor"], "redeem-printed-code", text=text, identityNumber=number):
        operation.fault("a printed code was honoured with a made-up card", [text, number])
    await operation.run(people["doctor"], "redeem-health-code", text=text)
    await operation.run(people["resident"], "end-printed-code")
    await operation.run(people["resident"], "printed-code")


@generator("K3", "M1", weight=2)
async def emergency_slices(operation: Operation) -> None:
    """What is read in an emergency: of any words, given by strangers, read without a broken glass."""
    chance, people = operation.chance, operation.scene.people
    whose = operation.scene.shown[4]  # a child, for whom nobody breaks the glass
    given = {
        "bloodGroup": chance.choice(["A+", "O-", "", "C+", words.text(chance)]),
        "allergies": [words.text(chance) for _ in range(chance.choice([0, 1, 3, 31]))],
        "contactName": chance.choice(["", "Lin Mei", words.name(chance)]),
        "contactTelephone": chance.choice(["", "+8613800000000", "120", words.text(chance)]),
    }
    stranger = people[chance.choice(["stranger", "doctor", "rival", "operator", "regulator", "nobody"])]
    if await operation.run(stranger, "put-emergency-slice", residentId=whose, **given):
        operation.fault(f"{stranger.name} gave what is read of somebody else in an emergency", given)
    await operation.run(people["resident"], "put-emergency-slice", residentId=operation.scene.shown[2], **given)
    reader = people[chance.choice(["stranger", "rival's doctor", "suspended practitioner", "rival", "operator"])]
    if await operation.run(reader, "emergency-slice", residentId=operation.scene.known_to(reader, whose)):
        operation.fault(f"{reader.name} read what is for emergencies", whose)


@generator("C2", "N8", "M1")
async def error_reports(operation: Operation) -> None:
    """What is wrong in a record, said of others' and of nothing, in odd words; answered and taken back by whoever."""
    chance, people = operation.chance, operation.scene.people
    resident, whose = people["resident"], operation.scene.shown[2]
    page = await operation.graphql(resident, OWN_RECORDS, id=whose)
    own_ids = [node["id"] for node in (page.data or {}).get("nodes", ())]
    record_id = chance.choice([*own_ids, words.identifier(chance)])
    wrong = {"residentId": whose, "recordId": record_id, "description": words.text(chance), "key": fresh_key()}
    other = people[chance.choice(["stranger", "doctor", "rival", "operator", "regulator", "nobody"])]
    if await operation.run(other, "report-error", **wrong):
        operation.fault(f"{other.name} reported an error in somebody else's record", wrong)
    report = await operation.run(resident, "report-error", **wrong | {"description": "not mine", "key": fresh_key()})
    about = {"errorReportId": report["id"] if report else words.identifier(chance), "key": fresh_key()}
    answer = {"corrected": chance.random() < 0.5, "answer": chance.choice(["it is right", "", words.text(chance)])}
    stranger = people[chance.choice(["rival", "rival's doctor", "operator", "resident"])]
    if await operation.run(stranger, "answer-error-report", **about, **answer):
        operation.fault(f"{stranger.name} answered a report about what another institution sent", answer)
    if await operation.run(people["stranger"], "withdraw-error-report", **about):
        operation.fault("somebody else took a report back", about)
    closing = chance.choice(["withdraw-error-report", "answer-error-report"])
    who, more = (resident, {}) if closing.startswith("withdraw") else (people["doctor"], answer)
    await operation.run(who, closing, **about | {"key": fresh_key()}, **more)


@generator("C2", "N8", "M1")
async def own_readings(operation: Operation) -> None:
    """What residents measure at home, of others and of nobody, in odd numbers, units and moments; by whoever."""
    chance, people = operation.chance, operation.scene.people
    resident, whose = people["resident"], operation.scene.shown[2]
    odd = {"value": chance.choice(["1e9", "-1", "٥", "", words.text(chance)]), "measuredAt": words.moment(chance)}
    good = {"value": "71.5", "measuredAt": in_days(-1)}
    entered = {"residentId": whose, "kind": "WEIGHT", "values": good, "key": fresh_key()}
    other = people[chance.choice(["stranger", "doctor", "rival", "operator", "regulator", "nobody"])]
    if await operation.run(other, "record-own-reading", **entered):
        operation.fault(f"{other.name} entered a reading in somebody else's record", entered)
    await operation.run(resident, "record-own-reading", **entered | {"values": good | odd, "key": fresh_key()})
    reading = await operation.run(resident, "record-own-reading", **entered)
    record_id = reading["recordId"] if reading else words.identifier(chance)
    about = {"residentId": whose, "recordId": record_id, "key": fresh_key()}
    values = chance.choice([good, good | odd, {"note": words.text(chance), "measuredAt": in_days(-1)}])
    for name, more in (("correct-own-reading", {"values": values, "version": 1}), ("withdraw-own-reading", {})):
        if await operation.run(people["stranger"], name, **about, **more):
            operation.fault("somebody else changed a reading", about)
        await operation.run(resident, name, **about | {"key": fresh_key()}, **more)


@generator("N8")
async def code_maps(operation: Operation) -> None:
    """Maps of local codes decided by whoever, and of what there is not."""
    chance, people = operation.chance, operation.scene.people
    who = people[chance.choice(["staff", "rival", "doctor", "resident", "regulator", "nobody", "operator"])]
    decision = {"codeMapId": words.identifier(chance), "approved": True, "reason": words.text(chance)}
    if await operation.run(who, "decide-code-map", **decision, key=fresh_key()):
        operation.fault(f"{who.name} approved a map of codes that nobody has sent", decision)


@generator("H5", "C4", "F5", weight=2)
async def receipts(operation: Operation) -> None:
    """Receipts of scans: forged, of somebody else's, made before the acceptance, for a second service."""
    chance, people = operation.chance, operation.scene.people
    scan = await scanned(operation, chance.choice([people["doctor"], people["rival's doctor"]]), people["stranger"])
    receipt = scan["receipt"] if scan else "a.b.c"
    if chance.random() < 0.4:
        at = chance.randrange(len(receipt))
        receipt = receipt[:at] + chance.choice(["A", "B", "", "."]) + receipt[at + 1 :]
    order_id = chance.choice(operation.scene.shown[5:])
    line = {"lineId": words.identifier(chance)} if chance.random() < 0.2 else {}
    done = await operation.run(
        people["doctor"], "prove-service", orderId=order_id, scanReceipt=receipt, key=fresh_key(), **line
    )
    if done:
        operation.fault("a scan of somebody else proved a service", receipt)


@generator("N5", weight=2)
async def visits(operation: Operation) -> None:
    """Offers of visits, and rules for them: answered by whose they are not, in part, twice, after a no; odd hours."""
    chance, people = operation.chance, operation.scene.people
    resident, doctor = people["resident"], people["doctor"]
    if chance.random() < 0.4:
        who = chance.choice([resident, people["stranger"], doctor])
        rule = {
            "informationTypes": chance.choice([["vital-signs"], ["dreams"], [], [words.text(chance)]]),
            "institutionKinds": chance.choice([None, [], ["CLINIC"], ["CLINIC"] * 30]),
            "hoursFrom": chance.choice([None, "", "08:00", "24:00", words.text(chance)]),
            "hoursUntil": chance.choice([None, "08:00", "08:00:00", "-1:00", words.text(chance)]),
            "residentId": chance.choice([None, operation.scene.shown[2], operation.scene.shown[3]]),
        }
        made = await operation.run(who, "set-visit-rule", **rule)
        own = {"resident": operation.scene.shown[2], "stranger": operation.scene.shown[3]}.get(who.name)
        if made and rule["residentId"] not in (None, own):
            operation.fault(f"{who.name} set a rule for somebody else", rule)
        if made and (chance.random() < 0.9):
            await operation.run(who, "end-visit-rule", visitRuleId=made["id"])
        return
    scan = await scanned(operation, doctor, resident)
    page = await operation.run(doctor, "visits", first=5)
    offers = [node for node in (page or {}).get("nodes", []) if scan and node["residentId"] == scan["residentId"]]
    if not offers:
        return
    offer = chance.choice(offers)
    stranger = people[
        chance.choice(["stranger", "doctor", "rival's doctor", "staff", "operator", "regulator", "nobody"])
    ]
    if await operation.run(stranger, "grant-consent", consentRequestId=offer["id"]):
        operation.fault(f"{stranger.name} answered for the resident", offer)
    kinds = chance.choice([None, ["vital-signs"], ["dreams"], [words.text(chance)]])
    granted = await operation.run(resident, "grant-consent", consentRequestId=offer["id"], informationTypes=kinds)
    if granted and kinds and granted["informationTypes"] != kinds:
        operation.fault("more was granted than named", kinds)
    for who in (people["rival's doctor"], people["suspended practitioner"], people["stranger"]):
        subject = operation.scene.known_to(who, operation.scene.shown[2])
        asked = {"residentId": subject, "informationTypes": ["imaging"], "purpose": "TREAT"}
        if await operation.run(who, "records", **asked):
            operation.fault(f"{who.name} reads by another's visit", offer)
    if granted and chance.random() < 0.7:
        await operation.run(resident, "revoke-consent", consentId=granted["id"], reason="enough")


@generator("N5", weight=1)
async def emergencies(operation: Operation) -> None:
    """Records opened in emergencies: by who may not, without a reason, of nobody, too many; reviewed by others."""
    chance, people = operation.chance, operation.scene.people
    names = [
        "doctor",
        "rival's doctor",
        "staff",
        "resident",
        "suspended practitioner",
        "operator",
        "regulator",
        "nobody",
    ]
    who = people[chance.choice(names)]
    known = [operation.scene.known_to(who, operation.scene.shown[index]) for index in (2, 4)]
    subject = chance.choice([*known, words.identifier(chance)])
    why = chance.choice(["", "unconscious after a fall", words.text(chance)])
    opened = await operation.run(who, "break-glass", residentId=subject, reason=why)
    if opened and who.name not in ("doctor", "rival's doctor"):
        operation.fault(f"{who.name} broke the glass", subject)
    own = {"doctor": "staff", "rival's doctor": "rival"}.get(who.name)
    if opened is None:
        return
    reviewer = people[chance.choice(["staff", "rival", "doctor", "resident", "operator", "regulator"])]
    found = {"emergencyId": opened["id"], "justified": chance.random() < 0.5, "note": "looked into it, with care"}
    done = await operation.run(reviewer, "review-emergency", **found)
    if done and reviewer.name not in (own, "regulator"):
        operation.fault(f"{reviewer.name} reviewed what {who.name} opened", opened)

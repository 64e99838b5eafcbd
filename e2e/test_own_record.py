"""A resident's own record as they read it: across institutions, through the whole system."""

import json
import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from ops.demo.readings import history
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, until

from e2e.people import PASSWORD, a_clinic, a_dependant, a_resident, known_to, refusal, registered

pytestmark = pytest.mark.anyio


async def test_a_resident_reads_their_record_across_institutions_and_a_guardian_their_wards(
    stack: Stack, nobody: Caller
) -> None:
    clinics = [await a_clinic(nobody, stack.secrets) for _ in range(2)]
    resident, resident_id = await a_resident(nobody)
    marks = [secrets.token_hex(4) for _ in clinics]
    for clinic, mark in zip(clinics, marks, strict=True):
        visit = encounter(f"{mark}-visit")
        within = history(mark)
        within[-1]["encounter"] = {"reference": f"Encounter/{mark}-visit"}
        await ingest(resident, clinic.practitioner, [visit, *within])
    page = await resident.run("timeline", residentId=resident_id, first=50)
    visits = [node for node in page["nodes"] if node["item"]["kind"] == "VISIT"]
    assert [[item["title"] for item in visit["items"]] for visit in visits] == [["Fasting glucose"]] * 2
    assert len(page["nodes"]) == 2 * len(history("any")) and len({node["item"]["id"] for node in page["nodes"]}) == 8
    only = {"kinds": ["RESULT"], "institutionIds": [clinics[0].partner_id]}
    results = await resident.run("timeline", residentId=resident_id, **only)
    assert len(results["nodes"]) == len(history("any"))
    systolic = results["nodes"][-1]["item"]["values"][0]
    assert (systolic["rangeSource"], systolic["interpretation"], systolic["high"]) == ("CITY", "HIGH", "140")
    series = await resident.run("series", residentId=resident_id, code=systolic["code"])
    assert [point["value"] for point in series["points"]] == ["152", "152", "147", "147", "138", "138"]
    assert (series["trend"], series["unit"], series["leftOut"]) == ("STEADY", "mm[Hg]", 0)
    first = await resident.run("timeline", residentId=resident_id, first=3)
    rest = await resident.run("timeline", residentId=resident_id, first=50, after=first["pageInfo"]["endCursor"])
    assert [node["item"]["id"] for node in (*first["nodes"], *rest["nodes"])] == [
        node["item"]["id"] for node in page["nodes"]
    ]
    log = (await resident.run("access-log", first=1))["nodes"][0]
    assert (log["reason"], log["permitted"]) == ("OWN_RECORD", True)

    login = f"parent-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login)
    child = await a_dependant(await nobody.signed_in(login, PASSWORD), "2020-02-02")
    parent = await nobody.signed_in(login, PASSWORD)
    assert (await parent.run("timeline", residentId=child))["nodes"] == []
    for who in (parent, clinics[0].practitioner, clinics[0].staff):
        refused = await refusal(who.run("timeline", residentId=known_to(who, resident_id)))
        assert refused.code == "forbidden"


async def test_what_a_resident_enters_is_seen_as_their_own_word_by_whoever_they_let_read(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    pressure = {"measuredAt": "2026-05-01T08:00:00+08:00", "systolic": "151", "diastolic": "93"}
    sent = {"residentId": resident_id, "kind": "BLOOD_PRESSURE", "values": pressure, "key": fresh_key()}
    entered = await resident.run("record-own-reading", **sent)
    assert await resident.run("record-own-reading", **sent) == entered, "sent twice, it is entered once"
    about = {"residentId": resident_id, "recordId": entered["recordId"]}
    wrong = await refusal(resident.run("correct-own-reading", **about, version=1, values=pressure | {"systolic": "15"}))
    assert (wrong.code, wrong.field) == ("reading-implausible", "values.systolic")
    (node,) = (await resident.run("timeline", residentId=resident_id))["nodes"]
    assert (node["item"]["selfReported"], node["item"]["institution"]) == (True, None)
    assert [value["interpretation"] for value in node["item"]["values"]] == ["HIGH", "HIGH"]
    code = await resident.run("issue-health-code")
    scanned = await clinic.practitioner.run("redeem-health-code", text=code["text"])

    async def offers() -> list[dict[str, Any]]:
        nodes = (await clinic.practitioner.run("visits", residentId=scanned["residentId"]))["nodes"]
        return [node for node in nodes if node["scanId"] == scanned["id"]]

    (offer,) = await until("the visit", offers, bool)
    await resident.run("grant-consent", consentRequestId=offer["id"], informationTypes=["vital-signs"])
    asked = {"residentId": scanned["residentId"], "informationTypes": ["vital-signs"], "purpose": "TREAT"}
    (seen,) = (await clinic.practitioner.run("records", **asked))["nodes"]
    resource = json.loads(seen["resource"])
    assert seen["institution"] is None and resource["meta"]["tag"][0]["code"] == "resident"
    assert resource["performer"] == [resource["subject"]]
    await resident.run("withdraw-own-reading", **about, key=fresh_key())
    assert (await clinic.practitioner.run("records", **asked))["nodes"] == []


def encounter(name: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": name,
        "status": "finished",
        "class": {"code": "AMB"},
        "type": [{"text": "Follow-up"}],
        "subject": {"reference": "Patient/example"},
        "period": {"start": "2026-01-05T08:00:00+08:00", "end": "2026-01-05T09:00:00+08:00"},
    }

"""A scan opens the record for the visit, if the resident says so: through the whole system."""

import asyncio
import secrets
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from devstack.stack import Stack
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import a_clinic, a_resident, known_to, operator_of, refusal, regulator_of

pytestmark = pytest.mark.anyio
TYPES = ["vital-signs", "laboratory"]
PAGE_TWO = """query ($id: ID!, $types: [String!]!, $after: String) {
  records(residentId: $id, informationTypes: $types, purpose: "TREAT", first: 2, after: $after) { nodes { id } }
}"""
HIV = {"code": {"coding": [{"system": "http://loinc.org", "code": "56888-1"}], "text": "HIV 1 and 2"}}


async def read(who: Caller, resident_id: str) -> dict[str, Any]:
    known = known_to(who, resident_id)
    return dict(await who.run("records", residentId=known, informationTypes=TYPES, purpose="TREAT", first=50))


async def scan(resident: Caller, practitioner: Caller) -> dict[str, Any]:
    code = await resident.run("issue-health-code")
    return dict(await practitioner.run("redeem-health-code", text=code["text"]))


async def visit_of(practitioner: Caller, scanned: dict[str, Any]) -> dict[str, Any]:
    """The visit that a scan opened, once consent has heard of the scan."""

    async def visits() -> list[dict[str, Any]]:
        nodes = (await practitioner.run("visits", residentId=scanned["residentId"]))["nodes"]
        return [node for node in nodes if node["scanId"] == scanned["id"]]

    return (await until("the visit", visits, bool))[0]


async def test_a_scan_a_visit_consent_three_institutions_history_a_revocation_and_the_log(
    stack: Stack, nobody: Caller
) -> None:
    clinics = [await a_clinic(nobody, stack.secrets) for _ in range(4)]
    resident, resident_id = await a_resident(nobody)
    for clinic in clinics[:3]:
        await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    reader = clinics[3].practitioner
    known = known_to(reader, resident_id)
    seen: list[str] = []

    async def follow(who: Caller) -> None:
        async for change in who.follow("visit-changes", after="s0"):
            if change["visit"]["residentId"] == known and change["visit"]["status"] not in seen:
                seen.append(change["visit"]["status"])

    visit = await visit_of(reader, await scan(resident, reader))
    following = asyncio.create_task(follow(reader))
    assert visit["status"] == "REQUESTED"
    refused = await refusal(read(reader, resident_id))
    assert (refused.code, "Visit offered" in refused.message) == ("consent-denied", True)
    open_requests = (await resident.run("consent-requests", status="REQUESTED"))["nodes"]
    assert visit["id"] in [request["id"] for request in open_requests]
    granted = await resident.run("grant-consent", consentRequestId=visit["id"], informationTypes=TYPES)
    page = await read(reader, resident_id)
    assert len(page["nodes"]) == 3 * len(history("any"))
    assert len({node["institution"]["name"] for node in page["nodes"]} | {"alike"}) > 1
    assert (await refusal(read(clinics[3].staff, resident_id))).code == "consent-denied", "it is for who scanned"
    first = await reader.run("records", residentId=known, informationTypes=TYPES, purpose="TREAT", first=2)
    cursor = first["pageInfo"]["endCursor"]
    about = {"partnerId": clinics[3].partner_id, "informationTypes": TYPES}
    why = await resident.run("explain-access", **about, residentId=resident_id, practitionerId=visit["practitionerId"])
    assert (why["permitted"], [remedy["consentId"] for remedy in why["remedies"]]) == (True, [granted["id"]])
    for who in (clinics[0].staff, (await a_resident(nobody))[0]):
        explained = who.run("explain-access", **about, residentId=known_to(who, resident_id))
        assert (await refusal(explained)).code == "not-found"
    colleagues = await clinics[3].staff.run("explain-access", **about, residentId=known)
    assert colleagues["reason"] == "OTHER_PRACTITIONER"
    await resident.run("revoke-consent", consentId=granted["id"], reason="enough")
    second = await reader.raw(PAGE_TWO, id=known, types=TYPES, after=cursor)
    assert second["errors"][0]["extensions"]["code"] == "consent-denied", "between page one and page two"
    assert (await refusal(read(reader, resident_id))).code == "consent-denied"
    log = (await resident.run("access-log", first=50))["nodes"]
    reasons = [entry["reason"] for entry in log if entry["kind"] == "READ"]
    assert reasons == [
        "CONSENT_REVOKED",
        "CONSENT_IN_FORCE",
        "OTHER_PRACTITIONER",
        "CONSENT_IN_FORCE",
        "VISIT_OFFERED",
    ]
    await until("the practitioner hears of each step", lambda: asyncio.sleep(0, seen), lambda one: "REVOKED" in one)
    following.cancel()
    with suppress(asyncio.CancelledError, Refused):
        await following
    (listed,) = [node for node in (await resident.run("consents"))["nodes"] if node["id"] == granted["id"]]
    assert (listed["origin"], listed["status"]) == ("VISIT", "REVOKED")


async def test_a_residents_rule_answers_a_scan_that_fits_it(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    rule = await resident.run("set-visit-rule", informationTypes=["vital-signs"], institutionKinds=["HOSPITAL"])
    named = await clinic.staff.raw("query ($id: ID!) { partner(id: $id) { kind } }", id=clinic.partner_id)
    kind = named["data"]["partner"]["kind"]
    assert kind != "HOSPITAL"
    asked = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
    assert asked["status"] == "REQUESTED", "the rule is for hospitals"
    await resident.run("end-visit-rule", visitRuleId=rule["id"])
    await resident.run("set-visit-rule", informationTypes=["vital-signs"], institutionKinds=[kind])
    visit = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
    assert (visit["status"], visit["template"]["informationTypes"]) == ("GRANTED", ["vital-signs"])
    asked_for = {
        "residentId": known_to(clinic.practitioner, resident_id),
        "informationTypes": ["vital-signs"],
        "purpose": "TREAT",
    }
    await clinic.practitioner.run("records", **asked_for)
    impossible = await refusal(resident.run("set-visit-rule", informationTypes=["imaging"], hoursFrom="25:00"))
    assert (impossible.code, impossible.field) == ("invalid", "hoursFrom")


async def test_what_is_apart_is_in_no_page_until_the_resident_names_it(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    plain = history(secrets.token_hex(4))
    apart = plain[-1] | HIV | {"id": f"{plain[-1]['id']}-apart"}
    await ingest(resident, clinic.practitioner, [*plain, apart])
    own = await resident.run("records", residentId=resident_id, informationTypes=TYPES, purpose="PATRQT", first=50)
    assert {node["summary"]["title"] for node in own["nodes"]} >= {"Blood pressure", "Fasting glucose"}
    assert len(own["nodes"]) == len(plain) + 1
    one_kind = {"residentId": resident_id, "informationTypes": TYPES, "purpose": "PATRQT"}
    pressures = await resident.run("records", **one_kind, codes=["8480-6"])
    assert {node["summary"]["title"] for node in pressures["nodes"]} == {"Blood pressure"}
    said = await resident.run("record-versions", **one_kind, recordId=own["nodes"][0]["id"])
    assert [version["record"]["id"] for version in said["versions"]] == [own["nodes"][0]["id"]]
    unknown = await refusal(resident.run("record-versions", **one_kind, recordId=f"rec_{uuid4().hex}"))
    assert (unknown.code, unknown.field) == ("not-found", "recordId")

    async def seen(**reach: Any) -> int:
        visit = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
        granted = await resident.run("grant-consent", consentRequestId=visit["id"], informationTypes=TYPES, **reach)
        page = await read(clinic.practitioner, resident_id)
        assert not page["pageInfo"]["hasNextPage"]
        await resident.run("revoke-consent", consentId=granted["id"], reason="enough")
        return len(page["nodes"])

    assert await seen() == len(plain)
    assert await seen(sensitiveCategories=["hiv"]) == len(plain) + 1
    assert await seen(dataFrom="2001-01-01", dataUntil="2001-12-31") == 0
    refused = await refusal(resident.run("set-visit-rule", informationTypes=TYPES, sensitiveCategories=["dreams"]))
    assert (refused.code, refused.field) == ("invalid", "sensitiveCategories[0]")


async def test_who_breaks_the_glass_reads_at_once_and_everybody_hears_of_it(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, other.practitioner, history(secrets.token_hex(4)))
    known = known_to(clinic.practitioner, resident_id)
    asked = {"residentId": known, "informationTypes": TYPES, "purpose": "ETREAT", "first": 50}
    assert (await refusal(clinic.practitioner.run("records", **asked))).code == "consent-denied"
    opened = await clinic.practitioner.run("break-glass", residentId=known, reason="unconscious after a fall")
    assert len((await clinic.practitioner.run("records", **asked))["nodes"]) == len(history("any"))
    assert (await refusal(clinic.staff.run("records", **asked))).code == "consent-denied"
    (seen,) = (await resident.run("emergencies"))["nodes"]
    assert (seen["reason"], seen["status"]) == ("unconscious after a fall", "TO_REVIEW")
    newest = next(entry for entry in (await resident.run("access-log", first=10))["nodes"] if entry["permitted"])
    assert (newest["reason"], newest["purpose"]) == ("EMERGENCY", "ETREAT")
    word = {"emergencyId": opened["id"], "justified": True, "note": "the ambulance's report agrees"}
    for who, code in ((other.staff, "not-found"), (clinic.practitioner, "forbidden"), (operator, "forbidden")):
        assert (await refusal(who.run("review-emergency", **word))).code == code
    await clinic.staff.run("review-emergency", **word)
    assert (await refusal(clinic.staff.run("review-emergency", **word))).code == "emergency-reviewed"
    audited = await regulator.run("review-emergency", **(word | {"justified": False, "note": "no ambulance came"}))
    assert (audited["status"], audited["audit"]["justified"]) == ("AUDITED", False)
    assert (await refusal(clinic.practitioner.run("records", **asked))).code == "consent-denied", "shut at once"
    for who in (other.staff, other.practitioner):
        assert (await who.run("emergencies", residentId=known_to(who, resident_id)))["nodes"] == []


async def test_the_law_is_signed_by_two_and_named_in_the_log(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    asked = {
        "residentId": known_to(clinic.staff, resident_id),
        "informationTypes": ["laboratory"],
        "purpose": "PUBHLTH",
    }
    law = {
        "statute": f"Notice {secrets.token_hex(4)}, article 3",
        "why": "reports of notifiable diseases",
        "partnerId": clinic.partner_id,
        "informationTypes": ["laboratory"],
        "purpose": "PUBHLTH",
        "validDays": 30,
    }
    for who in (resident, clinic.staff, regulator):
        assert (await refusal(who.run("enter-legal-basis", **law))).code == "forbidden"
    basis = await operator.run("enter-legal-basis", **law)
    assert (await refusal(operator.run("sign-legal-basis", legalBasisId=basis["id"]))).code == "forbidden"
    assert (await refusal(clinic.staff.run("records", **asked))).code == "consent-denied"
    await regulator.run("sign-legal-basis", legalBasisId=basis["id"])
    await clinic.staff.run("records", **asked)
    listed = (await resident.run("legal-bases", status="IN_FORCE", first=50))["nodes"]
    assert basis["id"] in [node["id"] for node in listed]
    newest = next(entry for entry in (await resident.run("access-log", first=10))["nodes"] if entry["permitted"])
    assert newest["reason"] == "LEGAL_BASIS"
    for who in (resident, regulator):
        changes = (await who.run("access-log", kind="CITY", first=50))["nodes"]
        assert ("LEGAL_BASIS_SIGNED", "REGULATOR") in {(node["act"], node["role"]) for node in changes}
    signed = next(node for node in changes if node["act"] == "LEGAL_BASIS_SIGNED")
    proof = await resident.run("access-log-inclusion", position=signed["position"])
    assert proof["index"] == signed["position"] - 1, "of a rule of the city's everybody may have the proof"
    await regulator.run("end-legal-basis", legalBasisId=basis["id"], reason="the epidemic is over")
    assert (await refusal(clinic.staff.run("records", **asked))).code == "consent-denied"


async def test_a_resident_reports_an_error_and_its_institution_corrects_it(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    sent = history(secrets.token_hex(4))
    await ingest(resident, clinic.practitioner, sent)
    nodes = (await read(resident, resident_id))["nodes"]
    record = next(node for node in nodes if node["resourceType"] == "Observation")
    wrong = {"residentId": resident_id, "recordId": record["id"], "description": "It was on another day."}
    report = await resident.run("report-error", **wrong, key=fresh_key())
    assert (await refusal(resident.run("report-error", **wrong, key=fresh_key()))).code == "error-report-open"
    (seen,) = (await clinic.practitioner.run("error-reports", status="OPEN"))["nodes"]
    assert (seen["id"], seen["description"]) == (report["id"], wrong["description"])
    assert seen["residentId"] == known_to(clinic.practitioner, resident_id)
    assert (await other.practitioner.run("error-reports"))["nodes"] == []
    answer = {"errorReportId": report["id"], "corrected": True, "answer": "You are right; it was the day before."}
    for who, code in ((other.practitioner, "not-found"), (clinic.practitioner, "not-corrected")):
        assert (await refusal(who.run("answer-error-report", **answer, key=fresh_key()))).code == code
    observations = [each for each in sent if each["resourceType"] == "Observation"]
    await ingest(resident, clinic.practitioner, [each | {"status": "corrected"} for each in observations])
    await clinic.practitioner.run("answer-error-report", **answer, key=fresh_key())
    (answered,) = (await resident.run("error-reports"))["nodes"]
    assert (answered["status"], answered["answer"], answered["correctedVersion"]) == ("CORRECTED", answer["answer"], 2)

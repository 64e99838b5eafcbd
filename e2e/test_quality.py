"""How good data is, through the whole system: what is wrong is found, and gone once it is put right."""

import json
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from chassis.database import Database
from chassis.outbox import publish
from chassis.wire import timestamp
from devstack.stack import Stack
from ops.demo.readings import observation
from ops.example_city import ingest
from yima.records.v1.events_pb2 import KindGrade, QualityGraded
from yima_client.caller import Caller, fresh_key, until
from yima_client.problems import ReviewClosed

from e2e.people import a_clinic, a_resident, operator_of, refusal
from e2e.test_cli import yima

pytestmark = pytest.mark.anyio
LOINC_WEIGHT = "29463-7"


def weight(run: str, kilograms: float, status: str = "final") -> dict[str, Any]:
    quantity = {"value": kilograms, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    now = datetime.now(UTC).replace(microsecond=0)
    return observation(run, "vital-signs", LOINC_WEIGHT, "Weight", now, valueQuantity=quantity) | {"status": status}


async def test_what_is_wrong_is_found_for_its_institution_alone_until_it_is_corrected(
    stack: Stack, nobody: Caller
) -> None:
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    run = secrets.token_hex(4)
    adult = weight(run, 9)  # of nobody who is grown up, as identity says by a yes
    adult["contained"] = [{"resourceType": "Patient", "id": "p", "name": [{"text": "Somebody Else"}]}]
    await ingest(resident, clinic.practitioner, [adult])

    async def rules(**which: object) -> set[str]:
        found = await clinic.staff.every("quality-findings", **which)
        return {each["rule"] for each in found}

    expected = {"weight-range", "another-name"}
    await until("both are found", rules, lambda found: found >= expected)
    assert await rival.staff.every("quality-findings") == []
    code, printed = await yima(stack, clinic.login, "quality", "findings", "--severity", "error", "--json")
    assert code == 0, printed
    said = {each["rule"]: each for each in json.loads(printed)}
    assert said["weight-range"]["fhirId"] == run and said["weight-range"]["pack"] == "core-2026.1"
    assert "Somebody" not in printed

    corrected = weight(run, 79, "amended")
    await ingest(resident, clinic.practitioner, [corrected])
    await until("both are gone", rules, lambda found: not found & expected)
    assert await rules(alsoGone=True) >= expected
    shown = {rule["rule"]: rule for rule in await clinic.staff.run("quality-rules")}
    assert shown["weight-range"]["dimension"] == "VALIDITY" and shown["drug-not-in-table"]["pack"] == "jinan-2026.1"


async def test_what_is_seriously_wrong_is_judged_without_a_name_and_its_resident_reads_that(
    stack: Stack, nobody: Caller
) -> None:
    clinic, operator = await a_clinic(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    kilograms = 900 + secrets.randbelow(10**6) / 10**6
    await ingest(resident, clinic.practitioner, [weight(secrets.token_hex(4), kilograms)])
    seen: dict[str, dict[str, str]] = {}

    async def waits() -> str:
        for review in await operator.every("quality-reviews"):
            if review["id"] not in seen:
                assert review["institution"] is None and review["judgements"] == []
                seen[review["id"]] = {}
                with suppress(ReviewClosed):  # another test has corrected it since
                    looked = await operator.run("look-at-review", qualityReviewId=review["id"], key=fresh_key())
                    seen[review["id"]] = {fact["path"]: fact["value"] for fact in looked["facts"]}
        return next((key for key, said in seen.items() if said.get("valueQuantity.value") == str(kilograms)), "")

    review_id = await until("it waits for review", waits, bool)
    said = seen[review_id]
    assert said["code.coding[0].code"] == LOINC_WEIGHT and not any("Patient" in value for value in said.values())
    judged = await operator.run(
        "judge-resource", qualityReviewId=review_id, verdict="WRONG", note="of nobody", key=fresh_key()
    )
    assert judged["status"] == "OPEN" and judged["judgements"] == [], "a second person judges it, too"
    twice = await refusal(operator.run("judge-resource", qualityReviewId=review_id, verdict="SOUND", key=fresh_key()))
    assert (twice.code, twice.field) == ("review-judged", "qualityReviewId")
    assert review_id not in {each["id"] for each in await operator.every("quality-reviews")}
    for insider in (clinic.staff, clinic.practitioner):
        refused = await refusal(insider.run("look-at-review", qualityReviewId=review_id, key=fresh_key()))
        assert refused.code == "forbidden"

    async def acts() -> set[str]:
        return {entry["act"] for entry in await resident.every("access-log")}

    await until("the resident reads it", acts, lambda entries: "RESOURCE_REVIEWED" in entries)


async def test_grades_are_of_many_alone_and_ones_own(stack: Stack, nobody: Caller) -> None:
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    await ingest(resident, clinic.practitioner, [weight(secrets.token_hex(4), 79)])
    operator = await operator_of(nobody, stack.secrets)
    assert await clinic.staff.every("quality-grades") == await clinic.staff.every("quality-reports") == []
    assert await operator.every("quality-grades", institutionId=clinic.partner_id) == []
    for query in ("quality-grades", "quality-reports"):
        other = await refusal(rival.staff.run(query, institutionId=clinic.partner_id))
        assert (other.code, other.field) == ("forbidden", "institutionId")
    assert await rival.practitioner.every("resource-catalogue", institutionId=clinic.partner_id) == []
    unfit = await refusal(operator.run("quality-grades", month="May"))
    assert (unfit.code, unfit.field) == ("invalid", "month")


async def test_grades_reach_certification_and_the_catalogue_and_suspend_nobody(stack: Stack, nobody: Caller) -> None:
    """From what records publishes on; that it publishes with each report, its own tests hold (test_grades.py)."""
    clinic, operator = await a_clinic(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    institution = UUID(hex=clinic.partner_id.removeprefix("par_"))
    graded = QualityGraded(
        institution_id=str(institution),
        month="2026-10",
        letter="D",
        grades=[KindGrade(resource_type="Observation", letter="D"), KindGrade(resource_type="Encounter", letter="A")],
        graded_at=timestamp(datetime.now(UTC)),
        version=2026 * 12 + 10,
    )
    database = Database(stack.postgres.url("records", "records_app", stack.secrets["app"]))
    async with database.transaction() as session:
        publish(session, graded, institution)
    await database.close()

    async def waiting() -> list[dict[str, Any]]:
        return [
            each for each in await operator.every("partners", gradesToReview=True) if each["id"] == clinic.partner_id
        ]

    (listed,) = await until("an operator is asked to look", waiting, bool)
    kinds = {each["resourceType"]: (each["letter"], each["toReview"]) for each in listed["dataGrades"]}
    assert kinds == {"Observation": ("D", True), "Encounter": ("A", False)}
    assert listed["status"] == "ACTIVE"
    own = await clinic.staff.run("partner", id=clinic.partner_id)
    assert {each["resourceType"]: each["letter"] for each in own["dataGrades"]} == {
        "Observation": "D",
        "Encounter": "A",
    }
    assert "SELL" in own["capabilities"]
    shown = await until(
        "the offering says it",
        lambda: nobody.run("partner-measures", offeringId=clinic.offering["id"]),
        lambda offering: (offering["partner"]["measures"] or {}).get("dataQuality") is not None,
    )
    quality = shown["partner"]["measures"]["dataQuality"]
    assert (quality["letter"], quality["month"], len(quality["kinds"])) == ("D", "2026-10", 2)

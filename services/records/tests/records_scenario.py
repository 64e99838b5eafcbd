"""Records as its tests use it: FHIR resources of one resident, and what becomes of them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from chassis.database import Database
from chassis.pages import Part
from city_pack.sensitivity import DEFAULT
from records.commands import ingests as commands
from records.commands.judging import PersonAnswer, PersonQuestion
from records.domain import fhir, resources
from records.domain.ingests import QUOTA, Quota, ResourceRefused
from records.domain.kinds import KINDS
from records.domain.releases import Release
from records.domain.resources import ResourceFacts
from records.domain.sensitivity import sensitivity
from records.store import releases as store
from records.tables import RecordRow
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

DAY = "2026-04-30"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RESIDENT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
JINAN = ZoneInfo("Asia/Shanghai")
APART = sensitivity(DEFAULT)


def check(resource: str) -> ResourceFacts | str:
    """The facts of a resource, or the field at which it is refused."""
    try:
        return resources.check(fhir.parse(resource, "r"), "r", resident_id=RESIDENT, zone=JINAN, now=NOON)
    except ResourceRefused as refusal:
        return refusal.field


def of_resident(resource: str, resident: UUID = RESIDENT) -> str:
    """One of HL7's examples, of this resident: only references to patients are others."""
    return re.sub(r'"(?:http://[^"]*/)?Patient/[^"]*"', f'"Patient/{resident}"', resource)


def observation(**changes: object) -> str:
    resource = {
        "resourceType": "Observation",
        "id": "fasting-glucose",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "1558-6"}]},
        "subject": {"reference": f"Patient/{RESIDENT}"},
        "effectiveDateTime": "2026-04-30T08:15:00+08:00",
        "valueQuantity": {"value": 6.1, "unit": "mmol/L"},
    } | changes
    return orjson.dumps({name: value for name, value in resource.items() if value is not None}).decode()


def of_kind(kind: str, **changes: object) -> str:
    """The least resource of this kind that is kept."""
    coded = {"coding": [{"system": "urn:example", "code": "x"}]}
    needed: dict[str, dict[str, object]] = {
        "AllergyIntolerance": {"clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": DAY},
        "CarePlan": {"status": "active", "intent": "plan", "period": {"start": DAY}},
        "Condition": {"clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": DAY},
        "Device": {"status": "active", "meta": {"lastUpdated": f"{DAY}T08:00:00Z"}},
        "DiagnosticReport": {
            "status": "final", "code": coded, "category": [{"coding": [{"code": "LAB"}]}], "issued": f"{DAY}T08:00:00Z",
        },
        "DocumentReference": {
            "status": "current", "content": [{"attachment": {"url": "https://example.org/1"}}],
            "date": f"{DAY}T08:00:00Z",
        },
        "Encounter": {"status": "finished", "class": {"code": "AMB"}, "period": {"start": DAY}},
        "ImagingStudy": {"status": "available", "started": DAY},
        "Immunization": {"status": "completed", "vaccineCode": coded, "occurrenceDateTime": DAY},
        "MedicationRequest": {
            "status": "active", "intent": "order", "medicationCodeableConcept": coded, "authoredOn": DAY,
        },
        "MedicationStatement": {"status": "active", "medicationCodeableConcept": coded, "effectiveDateTime": DAY},
        "Observation": {
            "status": "final", "code": coded, "category": [{"coding": [{"code": "exam"}]}], "effectiveDateTime": DAY,
        },
        "Procedure": {"status": "completed", "performedDateTime": DAY},
        "QuestionnaireResponse": {"status": "completed", "authored": DAY},
    }  # fmt: skip
    subject = {KINDS[kind].subject: {"reference": f"Patient/{RESIDENT}"}}
    resource = {"resourceType": kind, "id": "r"} | subject | needed[kind] | changes
    return orjson.dumps({name: value for name, value in resource.items() if value is not None}).decode()


async def ingest(
    records_db: Database, resident: UUID, institution: UUID, *contents: str, quota: Quota = QUOTA
) -> tuple[int, int, int]:
    """Send resources of this resident; returns how many were created, updated and unchanged."""
    async with records_db.transaction() as session:
        sent = commands.check_resources(
            [of_resident(content, resident) for content in contents], resident_id=resident, zone=JINAN, now=NOON
        )
        receipt = await commands.ingest_resources(
            session,
            resident_id=resident,
            institution_id=institution,
            sent=sent,
            size=sum(map(len, contents)),
            zone=JINAN,
            apart=APART,
            now=NOON,
            quota=quota,
        )
    return receipt.created, receipt.updated, receipt.unchanged


async def nobody_known(_institution: UUID, questions: Sequence[PersonQuestion]) -> Sequence[PersonAnswer]:
    """Identity, of which nobody is known: it says nothing."""
    return [PersonAnswer({}) for _ in questions]


async def page_of(
    session: AsyncSession, resident: UUID, kinds: Sequence[str], before: Any, limit: int, also: Sequence[str] = ()
) -> Sequence[RecordRow]:
    """A page of all that there is of these kinds, as the resident sees it."""
    return await store.page(
        session, resident, [Release(frozenset(kinds), APART.categories)], APART, Part(limit, before), also
    )


async def count(records_db: Database, resident: UUID) -> int:
    async with records_db.transaction() as session:
        rows = await session.scalar(
            text("SELECT count(*) FROM record WHERE resident_id = :resident"), {"resident": resident}
        )
    return int(rows or 0)

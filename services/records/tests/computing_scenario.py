"""Computing as its tests use it: a template of two people's approval, residents with records, and who consents."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from chassis.auth import Principal
from chassis.database import Database
from chassis.signing import SigningKeys
from joserfc import jws
from records.commands import compute as commands
from records.commands.compute import Counted, Counters
from records.commands.judging import Sender
from records.computing import __main__ as computing
from records.domain.compute import RunStatus, Terms
from records.domain.releases import Release
from records.store import compute as store
from records.tables import QueryTemplateRow, RunRow
from records_scenario import APART, DAY, JINAN, ingest, observation, of_kind
from yima.common.v1.route_pb2 import Role

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KINDS = ("encounters", "vital-signs", "laboratory")
OWNER, OPERATOR, REGULATOR = (
    Principal(role, str(uuid4())) for role in (Role.ROLE_PARTNER, Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)
)
HYPERTENSION: dict[str, Any] = {
    "views": [
        {
            "name": "conditions",
            "view": {
                "resource": "Condition",
                "select": [
                    {
                        "forEach": "code.coding",
                        "column": [
                            {"name": "code", "path": "code", "type": "code"},
                            {"name": "recorded", "path": "%rowIndex", "type": "integer"},
                        ],
                    }
                ],
            },
        },
        {
            "name": "residence",
            "view": {
                "resource": "Observation",
                "where": [{"path": "code.coding.code.first() = '56799-0'"}],
                "select": [{"column": [{"name": "district", "path": "value.ofType(string)", "type": "string"}]}],
            },
        },
    ],
    "filters": [{"column": "conditions.code", "test": "begins-with", "parameter": "disease"}],
    "groups": [{"name": "district", "column": "residence.district"}],
    "measures": [{"name": "residents", "of": "residents"}],
    "parameters": [{"name": "disease", "type": "text", "choices": ["I10", "E11"]}],
}
PRESSURE: dict[str, Any] = {
    "views": [
        {
            "name": "readings",
            "view": {
                "resource": "Observation",
                "where": [{"path": "code.coding.code.first() = '8480-6'"}],
                "select": [
                    {"column": [{"name": "systolic", "path": "value.ofType(Quantity).value", "type": "decimal"}]}
                ],
            },
        }
    ],
    "measures": [
        {"name": "residents", "of": "residents"},
        {"name": "mean", "of": "mean", "column": "readings.systolic"},
        {"name": "median", "of": "quantile", "at": 0.5, "column": "readings.systolic"},
        {"name": "bands", "of": "histogram", "edges": [120, 140], "column": "readings.systolic"},
    ],
}


def terms(**other: Any) -> Terms:
    values: dict[str, Any] = {
        "code": f"t-{uuid4().hex[:8]}", "title": "Hypertension by district", "why": "to plan clinics",
        "purpose": "HRESCH", "information_types": KINDS, "project_id": None, "people_min": 10, "runs_max": 20,
    }  # fmt: skip
    return Terms(**(values | other))


async def compute_here(header: bytes, lines: AsyncIterator[bytes]) -> dict[str, object]:
    """What a run's process does, in this one: its start costs more than all that a test asks of it."""
    given = [line async for some in lines for line in some.splitlines(keepends=True)]
    return await asyncio.to_thread(computing.run, orjson.loads(header), given)


@dataclass
class Computing:
    """A partner with a template, and residents of whom each may be counted until they no longer may."""

    database: Database
    keys: SigningKeys
    partner_id: UUID = field(default_factory=uuid4)
    consenting: list[UUID] = field(default_factory=list)
    release: Release = field(default_factory=lambda: Release(frozenset(KINDS)))
    asked: list[UUID] = field(default_factory=list)
    at_once: int = 500

    async def ask(
        self, sender: Sender, run_id: UUID, _template: QueryTemplateRow, after: str
    ) -> tuple[Sequence[Counted], str]:
        assert sender.partner_id == self.partner_id
        self.asked.append(run_id)
        start = int(after or 0)
        some = self.consenting[start : start + self.at_once]
        going_on = str(start + self.at_once) if start + self.at_once < len(self.consenting) else ""
        return [Counted(resident, [self.release]) for resident in some], going_on

    async def propose(self, query: Any = HYPERTENSION, **other: Any) -> QueryTemplateRow:
        async with self.database.transaction() as session:
            return await commands.propose_template(
                session, partner_id=self.partner_id, terms=terms(**other), definition=query, by=OWNER, now=NOW
            )

    async def approved(self, query: Any = HYPERTENSION, **other: Any) -> QueryTemplateRow:
        row = await self.propose(query, **other)
        for step, by in ((commands.endorse_template, OPERATOR), (commands.approve_template, REGULATOR)):
            async with self.database.transaction() as session:
                row = await step(session, template_id=row.id, by=by, now=NOW)
        return row

    async def request(self, template: QueryTemplateRow, **other: Any) -> RunRow:
        values: dict[str, Any] = {
            "parameters": {"disease": "I10"} if "disease" in template.query else {}, "data_from": None,
            "data_until": None, "counts_for": None, "by": Sender(uuid4(), Role.ROLE_PARTNER, self.partner_id),
            "now": NOW,
        }  # fmt: skip
        async with self.database.transaction() as session:
            return await commands.request_run(session, template_id=template.id, **(values | other))

    async def run_all(self) -> None:
        while await commands.run_next(self.database, Counters(self.ask), self.keys, apart=APART, zone=JINAN):
            pass

    async def again(self, row: RunRow) -> RunRow:
        async with self.database.transaction() as session:
            return await store.run(session, row.id, None)

    async def run(self, template: QueryTemplateRow, **other: Any) -> RunRow:
        row = await self.request(template, **other)
        await self.run_all()
        return await self.again(row)

    async def counts(self, template: QueryTemplateRow, **other: Any) -> dict[str, int]:
        """What a run says: how many in each district."""
        row = await self.run(template, **other)
        if row.status != RunStatus.RELEASED:
            return {}
        return {group["labels"][0]["value"]: group["measures"][0]["value"] for group in claims_of(row)["groups"]}

    async def residents(self, district: str, count: int, code: str = "I10.9") -> list[UUID]:
        """Residents of a district who have a disease, and consent."""
        new = [uuid4() for _ in range(count)]
        for resident in new:
            await self.sick(resident, district, code)
        self.consenting += new
        return new

    async def sick(self, resident: UUID, district: str, code: str) -> None:
        run = uuid4().hex[:8]
        condition = of_kind(
            "Condition", id=f"c-{run}", code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]}
        )
        lives = observation(
            id=f"d-{run}", category=[{"coding": [{"code": "social-history"}]}],
            code={"coding": [{"system": "http://loinc.org", "code": "56799-0"}]}, valueQuantity=None,
            valueString=district,
        )  # fmt: skip
        await ingest(self.database, resident, uuid4(), condition, lives)

    async def measured(self, resident: UUID, value: float, day: str = DAY) -> None:
        reading = observation(
            id=f"b-{uuid4().hex[:8]}", category=[{"coding": [{"code": "vital-signs"}]}],
            code={"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
            valueQuantity={"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
            effectiveDateTime=f"{day}T08:00:00+08:00",
        )  # fmt: skip
        await ingest(self.database, resident, uuid4(), reading)


def claims_of(row: RunRow) -> dict[str, Any]:
    assert row.result is not None
    return dict(orjson.loads(jws.extract_compact(row.result.encode()).payload))


MONTH = date(2026, 4, 1)

"""FHIR clients create, update and patch resources, one by one or by Bundles, by the rules of every ingest."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.refusals import Invalid, Refusal
from hypothesis import given
from hypothesis import strategies as st
from records.commands import writes
from records.commands.writes import Outcome
from records.domain import bundles, json_texts, patches
from records.domain.bundles import BundleRefused
from records.domain.ingests import QUOTA, Quota, QuotaReached, ResourceRefused
from records.domain.interactions import (
    ConcurrentWrite,
    ConditionAmbiguous,
    DeletionRefused,
    Interaction,
    NoSuchResource,
    VersionConflict,
    interaction,
)
from records.domain.versions import ResourceStale
from records_scenario import APART, JINAN, NOON, count, ingest, observation, of_kind, of_resident
from sqlalchemy import event, text

SERVICE = "records"
HOSPITAL_NUMBER = {"system": "urn:example:lab", "value": "L-1"}
CONDITION = "identifier=urn:example:lab|L-1"


@dataclass(frozen=True)
class Writer:
    """A FHIR client of an institution, for one resident."""

    records_db: Database
    resident: UUID
    institution: UUID

    async def send(
        self,
        asked: Sequence[Interaction | Refusal],
        *,
        transaction: bool = False,
        quota: Quota = QUOTA,
        named: bool = True,
    ) -> Sequence[Outcome | Refusal]:
        resident = self.resident if named else None
        async with self.records_db.transaction() as session:
            known = await writes.look_up(session, self.institution, resident, asked)
        plan = writes.plan(asked, known, resident_id=resident, transaction=transaction, zone=JINAN, now=NOON)
        async with self.records_db.transaction() as session:
            return await writes.store_writes(
                session, plan=plan, transaction=transaction, institution_id=self.institution, zone=JINAN, apart=APART,
                now=NOON, quota=quota,
            )  # fmt: skip

    async def one(self, method: str, url: str, content: str, named: bool = True, **headers: str) -> Outcome:
        """One interaction; raises why it is refused."""
        kind = url.partition("?")[0].partition("/")[0]
        content = content if method == "PATCH" else of_resident(content, self.resident)
        asked = interaction(method, url, content, at=kind, request_at="request", resident_id=self.resident, **headers)
        (outcome,) = await self.send([asked], named=named)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    async def bundle(self, kind: str, *entries: dict[str, Any]) -> Sequence[Outcome | Refusal]:
        content = orjson.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).decode()
        asked = bundles.bundle(of_resident(content, self.resident), resident_id=self.resident)
        return await self.send(asked.entries, transaction=asked.transaction)

    async def stored(self) -> dict[str, str]:
        """The content of each resource of the resident, by kind and FHIR id."""
        async with self.records_db.transaction() as session:
            rows = await session.execute(
                text("SELECT resource_type || '/' || fhir_id AS name, content FROM record WHERE resident_id = :r"),
                {"r": self.resident},
            )
            return {row.name: row.content for row in rows}


@pytest.fixture
def writer(records_db: Database) -> Writer:
    return Writer(records_db, uuid4(), uuid4())


def entry(method: str, url: str, resource: str | None = None, full_url: str = "", **request: str) -> dict[str, Any]:
    sent: dict[str, Any] = {"request": {"method": method, "url": url} | request}
    if resource is not None:
        sent["resource"] = orjson.loads(resource)
    return sent | ({"fullUrl": full_url} if full_url else {})


def patch_entry(url: str, *operations: dict[str, object]) -> dict[str, Any]:
    data = base64.b64encode(orjson.dumps(operations)).decode()
    binary = {"resourceType": "Binary", "contentType": patches.CONTENT_TYPE, "data": data}
    return entry("PATCH", url, orjson.dumps(binary).decode())


@pytest.mark.anyio
async def test_a_create_gets_an_id_and_every_other_byte_stays_as_it_was_sent(writer: Writer) -> None:
    sent = '{ "resourceType" : "Observation", "id" : "mine",\n' + observation(id=None, resourceType=None)[1:]
    sent = sent.replace("6.1", "6.10")
    first, second = await writer.one("POST", "Observation", sent), await writer.one("POST", "Observation", sent)
    assert first.created and second.created and first.fhir_id != second.fhir_id
    expected = of_resident(sent, writer.resident).replace('"mine"', f'"{first.fhir_id}"')
    assert (await writer.stored())[f"Observation/{first.fhir_id}"] == expected == first.content


@pytest.mark.anyio
async def test_an_update_keeps_its_id_and_takes_the_version_that_if_match_names(writer: Writer) -> None:
    sent = observation(meta={"lastUpdated": "2026-04-30T10:00:00Z"})
    url = "Observation/fasting-glucose"
    assert (await writer.one("PUT", url, sent)).created
    changed = sent.replace("6.1", "6.2")
    with pytest.raises(ResourceStale):
        await writer.one("PUT", url, changed)
    updated = await writer.one("PUT", url, changed, if_match='W/"1"')
    assert (updated.version, updated.created) == (2, False)
    with pytest.raises(VersionConflict):
        await writer.one("PUT", url, sent, if_match='W/"1"')
    with pytest.raises(VersionConflict):
        await writer.one("PUT", "Observation/none", observation(id="none"), if_match='W/"1"')
    again = await writer.one("PUT", url, changed)
    assert (again.version, again.created) == (2, False), "the same again changes nothing"


@pytest.mark.anyio
async def test_what_was_read_and_changed_replaces_what_was_read_and_nothing_newer(writer: Writer) -> None:
    url = "Observation/fasting-glucose"
    await writer.one("PUT", url, observation(meta={"lastUpdated": "2026-04-30T10:00:00Z"}))

    def read(version: int, text: str) -> str:
        source = f"https://city.example.org/fhir/Organization/par-{writer.institution.hex}"
        meta = {"versionId": str(version), "lastUpdated": NOON.isoformat(), "source": source}
        return observation(meta=meta, note=[{"text": text}])

    assert (await writer.one("PUT", url, read(1, "changed"))).version == 2
    with pytest.raises(VersionConflict):
        await writer.one("PUT", url, read(1, "changed by somebody who has not seen that"))
    assert (await writer.one("PUT", url, read(2, "changed again"))).version == 3


@pytest.mark.anyio
async def test_a_conditional_create_makes_one_however_often_and_however_many_ask_at_once(writer: Writer) -> None:
    sent = observation(id=None, identifier=[HOSPITAL_NUMBER])

    async def create() -> Outcome | Refusal:
        try:
            return await writer.one("POST", "Observation", sent, if_none_exist=CONDITION)
        except ConcurrentWrite as refusal:
            return refusal

    outcomes = await asyncio.gather(*(create() for _ in range(5)))
    made = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    assert len({outcome.fhir_id for outcome in made}) == 1
    assert sum(outcome.created for outcome in made) == 1
    again = await writer.one("POST", "Observation", sent, if_none_exist=CONDITION)
    assert (again.fhir_id, again.created, again.content) == (made[0].fhir_id, False, "")
    assert await count(writer.records_db, writer.resident) == 1


@pytest.mark.anyio
async def test_a_condition_is_about_the_residents_resources_from_the_same_institution(writer: Writer) -> None:
    sent = observation(identifier=[HOSPITAL_NUMBER])
    await ingest(writer.records_db, writer.resident, uuid4(), sent)
    await ingest(writer.records_db, uuid4(), writer.institution, sent.replace("fasting-glucose", "other"))
    assert (await writer.one("POST", "Observation", sent, if_none_exist=CONDITION)).created
    with pytest.raises(Invalid) as refused:
        await writer.one("POST", "Observation", sent, if_none_exist=f"{CONDITION}&patient={uuid4()}")
    assert refused.value.field == "request.ifNoneExist"


@pytest.mark.anyio
async def test_a_conditional_update_replaces_what_matches_creates_what_is_new_and_guesses_nothing(
    writer: Writer,
) -> None:
    url = f"Observation?{CONDITION}"
    sent = observation(id=None, identifier=[HOSPITAL_NUMBER])
    first = await writer.one("PUT", url, sent)
    second = await writer.one("PUT", url, sent.replace("6.1", "6.2"))
    assert (first.created, second.created, second.version, second.fhir_id) == (True, False, 2, first.fhir_id)
    with pytest.raises(ResourceRefused) as refused:
        await writer.one("PUT", url, observation(id="another", identifier=[HOSPITAL_NUMBER]))
    assert refused.value.field == "Observation.id"
    await writer.one("PUT", "Observation/twin", observation(id="twin", identifier=[HOSPITAL_NUMBER]))
    with pytest.raises(ConditionAmbiguous):
        await writer.one("PUT", url, sent)
    with pytest.raises(ResourceRefused, match="does not match"):
        await writer.one("PUT", "Observation?identifier=none", observation(id="twin"))


@pytest.mark.anyio
async def test_a_patch_changes_what_it_names_and_its_result_is_checked(writer: Writer) -> None:
    sent = observation(note=[{"text": "fasting"}]).replace("6.1", "6.10")
    await writer.one("PUT", "Observation/fasting-glucose", sent)
    change = '[{"op":"test","path":"/status","value":"final"},{"op":"replace","path":"/status","value":"amended"}]'
    patched = await writer.one("PATCH", "Observation/fasting-glucose", change, named=False)
    assert (patched.version, patched.content) == (2, "")
    (content,) = (await writer.stored()).values()
    assert content == of_resident(sent, writer.resident).replace('"final"', '"amended"'), "decimals stay as written"
    for operation, field in [
        ({"op": "replace", "path": "/status", "value": "unheard-of"}, "Observation.status"),
        ({"op": "replace", "path": "/subject/reference", "value": f"Patient/{uuid4()}"}, "Observation.subject"),
        ({"op": "replace", "path": "/id", "value": "another"}, "Observation"),
        ({"op": "remove", "path": ""}, "Observation"),
        ({"op": "test", "path": "/status", "value": "final"}, "Observation[0]"),
        ({"op": "add", "path": "/nowhere/at/all", "value": 1}, "Observation[0]"),
    ]:
        with pytest.raises(Invalid) as refused:
            await writer.one("PATCH", "Observation/fasting-glucose", json.dumps([operation]))
        assert refused.value.field.startswith(field), operation
    with pytest.raises(VersionConflict):
        await writer.one("PATCH", "Observation/fasting-glucose", change, if_match='W/"1"')


@pytest.mark.anyio
async def test_nobody_patches_what_another_institution_sent(writer: Writer) -> None:
    await writer.one("PUT", "Observation/fasting-glucose", observation())
    stranger = Writer(writer.records_db, writer.resident, uuid4())
    change = '[{"op":"replace","path":"/status","value":"amended"}]'
    for named in (True, False):
        with pytest.raises(NoSuchResource):
            await stranger.one("PATCH", "Observation/fasting-glucose", change, named=named)


@pytest.mark.anyio
async def test_of_patches_at_the_same_time_none_is_lost(writer: Writer) -> None:
    await writer.one("PUT", "Observation/fasting-glucose", observation(note=[{"text": "0"}]))

    async def add(number: int) -> bool:
        change = json.dumps([{"op": "add", "path": "/note/-", "value": {"text": str(number)}}])
        try:
            await writer.one("PATCH", "Observation/fasting-glucose", change)
        except ConcurrentWrite:
            return False
        return True

    done = await asyncio.gather(*(add(number) for number in range(5)))
    (content,) = (await writer.stored()).values()
    assert len(json.loads(content)["note"]) == 1 + sum(done)
    assert any(done)


def test_a_patch_that_doubles_a_resource_again_and_again_is_refused_before_it_is_large() -> None:
    doubling = [{"op": "add", "path": "/a", "value": []}] + [{"op": "copy", "from": "/a", "path": "/a/-"}] * 90
    with pytest.raises(ResourceRefused, match="more than"):
        patches.patched("{}", json.dumps(doubling), "p")


def test_nothing_is_deleted_and_the_refusal_says_what_to_do_instead() -> None:
    with pytest.raises(DeletionRefused, match="entered-in-error") as refused:
        interaction("DELETE", "Observation/1", "", at="Observation", request_at="request", resident_id=None)
    assert refused.value.field == "request.method"


@pytest.mark.anyio
async def test_a_transaction_resolves_its_own_references_and_is_stored_as_one(writer: Writer) -> None:
    visit, report = f"urn:uuid:{uuid4()}", f"urn:uuid:{uuid4()}"
    outcomes = await writer.bundle(
        "transaction",
        entry("PUT", "Observation/o1", observation(id="o1", encounter={"reference": visit})),
        entry("POST", "Encounter", of_kind("Encounter", id=None), visit),
        entry(
            "POST",
            "DiagnosticReport",
            of_kind("DiagnosticReport", id=None, encounter={"reference": visit}, identifier=[{"value": report}]),
            report,
        ),
    )
    created = [outcome for outcome in outcomes if isinstance(outcome, Outcome) and outcome.created]
    assert [outcome.kind for outcome in created] == ["Observation", "Encounter", "DiagnosticReport"]
    stored = {name: json.loads(content) for name, content in (await writer.stored()).items()}
    encounter = f"Encounter/{created[1].fhir_id}"
    assert stored.keys() == {"Observation/o1", encounter, f"DiagnosticReport/{created[2].fhir_id}"}
    assert stored["Observation/o1"]["encounter"]["reference"] == encounter
    assert stored[f"DiagnosticReport/{created[2].fhir_id}"]["encounter"]["reference"] == encounter
    assert stored[f"DiagnosticReport/{created[2].fhir_id}"]["identifier"] == [{"value": report}], "no reference"


@pytest.mark.anyio
async def test_a_reference_leads_to_the_resource_that_a_conditional_create_found(writer: Writer) -> None:
    known = {"system": "urn:example:visits", "value": "V-1"}
    await writer.one("PUT", "Encounter/v1", of_kind("Encounter", id="v1", identifier=[known]))
    visit = f"urn:uuid:{uuid4()}"
    condition = "identifier=urn:example:visits|V-1"
    outcomes = await writer.bundle(
        "transaction",
        entry("POST", "Encounter", of_kind("Encounter", identifier=[known]), visit, ifNoneExist=condition),
        entry("PUT", "Observation/o1", observation(id="o1", encounter={"reference": visit})),
    )
    assert [(outcome.fhir_id, outcome.created) for outcome in outcomes if isinstance(outcome, Outcome)] == [
        ("v1", False),
        ("o1", True),
    ]
    assert json.loads((await writer.stored())["Observation/o1"])["encounter"] == {"reference": "Encounter/v1"}


GOOD = entry("PUT", "Observation/good", observation(id="good"))
BAD = [
    (entry("PUT", "Observation/o1", observation(id="o1", status="unheard-of")), "Bundle.entry[1].resource.status"),
    (entry("PUT", "Observation/o1", observation(id="o2")), "Bundle.entry[1].resource.id"),
    (entry("PUT", "Observation/good", observation(id="good", status="amended")), "Bundle.entry[1].resource"),
    (entry("POST", "Observation", of_kind("Condition")), "Bundle.entry[1].resource.resourceType"),
    (entry("POST", "Observation"), "Bundle.entry[1].resource"),
    (entry("POST", "Patient", '{"resourceType":"Patient"}'), "Bundle.entry[1].request.url"),
    (entry("POST", "Observation/o1", observation()), "Bundle.entry[1].request.url"),
    (entry("PUT", "Observation?code=1558-6", observation()), "Bundle.entry[1].request.url"),
    (entry("PUT", "Observation?identifier=a,b", observation()), "Bundle.entry[1].request.url"),
    (entry("PUT", "Observation/o1", observation(id="o1"), ifMatch="2"), "Bundle.entry[1].request.ifMatch"),
    (entry("PUT", "Observation/o1", observation(id="o1"), ifMatch='W/"2"'), "Bundle.entry[1].resource"),
    (entry("GET", "Observation/o1"), "Bundle.entry[1].request.method"),
    (entry("DELETE", "Observation/good"), "Bundle.entry[1].request.method"),
    (patch_entry("Observation/none", {"op": "remove", "path": "/note"}), "Bundle.entry[1].resource"),
    (entry("PATCH", "Observation/good", '{"resourceType":"Binary","data":"e30="}'), "Bundle.entry[1].resource"),
    (
        entry("POST", "Observation", observation(encounter={"reference": f"urn:uuid:{uuid4()}"})),
        "Bundle.entry[1].resource.encounter.reference",
    ),
    (
        entry("POST", "Observation", observation(performer=[{"reference": f"urn:uuid:{uuid4()}"}])),
        "Bundle.entry[1].resource.performer[0].reference",
    ),
    ({"resource": orjson.loads(observation())}, "Bundle.entry[1].request"),
]


@pytest.mark.parametrize(("bad", "field"), BAD)
@pytest.mark.anyio
async def test_one_bad_entry_refuses_a_transaction_and_is_refused_alone_in_a_batch(
    writer: Writer, bad: dict[str, Any], field: str
) -> None:
    with pytest.raises(BundleRefused) as refused:
        await writer.bundle("transaction", GOOD, bad)
    assert [issue["field"] for issue in refused.value.data["issues"]] == [field]
    assert await count(writer.records_db, writer.resident) == 0
    good, other = await writer.bundle("batch", GOOD, bad)
    assert isinstance(good, Outcome)
    assert isinstance(other, Refusal)
    assert other.field == field
    assert await count(writer.records_db, writer.resident) == 1


@pytest.mark.anyio
async def test_a_refused_transaction_names_every_bad_entry(writer: Writer) -> None:
    bad = entry("PUT", "Observation/o1", observation(id="o1", status="unheard-of"))
    worse = entry("PUT", "Observation/o2", observation(id="o2", effectiveDateTime="2036-01-01"))
    with pytest.raises(BundleRefused) as refused:
        await writer.bundle("transaction", bad, GOOD, worse)
    assert [issue["field"] for issue in refused.value.data["issues"]] == [
        "Bundle.entry[0].resource.status",
        "Bundle.entry[2].resource.effectiveDateTime",
    ]


@pytest.mark.anyio
async def test_a_transaction_on_an_older_version_stores_nothing_of_it(writer: Writer) -> None:
    await writer.one("PUT", "Observation/o1", observation(id="o1", status="amended"))
    older = entry("PUT", "Observation/o1", observation(id="o1", status="preliminary"))
    with pytest.raises(BundleRefused) as refused:
        await writer.bundle("transaction", GOOD, older)
    assert refused.value.data["issues"][0]["code"] == "resource-stale"
    good, other = await writer.bundle("batch", GOOD, older)
    assert isinstance(good, Outcome)
    assert isinstance(other, ResourceStale)
    assert (await writer.stored()).keys() == {"Observation/o1", "Observation/good"}


@pytest.mark.anyio
async def test_a_bundle_counts_towards_the_day_as_its_resources_do(writer: Writer) -> None:
    content = orjson.dumps({"resourceType": "Bundle", "type": "batch", "entry": [GOOD]}).decode()
    asked = bundles.bundle(of_resident(content, writer.resident), resident_id=writer.resident)
    await writer.send(asked.entries, quota=Quota(1, 10_000))
    with pytest.raises(QuotaReached):
        await writer.send(asked.entries, quota=Quota(1, 10_000))


@pytest.mark.anyio
async def test_a_bundle_takes_as_many_statements_however_many_entries_it_has(
    writer: Writer, records_db: Database
) -> None:
    executed: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        executed.append(statement)

    event.listen(records_db.engine.sync_engine, "before_cursor_execute", note)

    async def statements(number: int) -> int:
        names = [f"{number}-{each}" for each in range(number)]
        executed.clear()
        await writer.bundle(
            "batch",
            *(
                entry("PUT", f"Observation?identifier={name}", observation(identifier=[{"value": name}], id=None))
                for name in names
            ),
            *(
                patch_entry("Observation/o1", {"op": "add", "path": "/note", "value": [{"text": "x"}]})
                for _ in names[:1]
            ),
        )
        return len(executed)

    await writer.one("PUT", "Observation/o1", observation(id="o1"))
    assert await statements(2) == await statements(40)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("{", "Bundle"),
        ("[]", "Bundle"),
        ('{"resourceType":"Bundle","type":"collection","entry":[{}]}', "Bundle.type"),
        ('{"resourceType":"Bundle","type":"batch","entry":[]}', "Bundle.entry"),
        ('{"resourceType":"Bundle","type":"batch"}', "Bundle.entry"),
        ('{"resourceType":"Bundle","type":"batch","entry":{"a":1}}', "Bundle.entry"),
        ('{"resourceType":"Bundle","type":"batch","type":"transaction","entry":[{}]}', "Bundle.type"),
        ('{"resourceType":"Bundle","type":"batch","entry":[' + "{}," * 500 + "{}]}", "Bundle.entry"),
        ('{"resourceType":"Bundle","type":"batch","entry":' + "[" * 90 + "1" + "]" * 90 + "}", "Bundle.entry"),
    ],
)
def test_what_is_no_bundle_is_refused_where_it_is_not(content: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        bundles.bundle(content, resident_id=None)
    assert refused.value.field.startswith(field)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\,:{}[] é', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"\\{ ', max_size=4), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.dictionaries(st.sampled_from(["id", "a", "reference", 'x"id"']), JSON, max_size=4), st.sampled_from([None, 1])
)
def test_only_the_id_of_a_text_is_changed(resource: dict[str, Any], indent: int | None) -> None:
    content = json.dumps(resource, indent=indent, ensure_ascii=False)
    changed = json_texts.with_id(content, "new")
    assert json.loads(changed) == resource | {"id": "new"}
    parts = {key: content[start:end] for key, start, end in json_texts.members(content)}
    assert {key: json.loads(part) for key, part in parts.items()} == resource


@given(JSON, st.sampled_from(["urn:uuid:1", "ab"]))
def test_a_reference_is_changed_only_where_it_is_one(other: object, urn: str) -> None:
    resource = {"other": other, "text": f'"reference": "{urn}"', "subject": {"reference": urn}}
    changed = json_texts.with_references(json.dumps(resource), {urn: "Encounter/1"})
    assert json.loads(changed) == resource | {"subject": {"reference": "Encounter/1"}}

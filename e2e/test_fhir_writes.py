"""FHIR clients write at the city's one origin: through the gateway and by consent's word."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from yima_client.caller import connect, fresh_key

from e2e.people import Clinic, a_clinic, a_resident, known_to
from e2e.test_fhir import fhir, named
from e2e.test_smart import System, made, origin
from e2e.test_visits import scan, visit_of

pytestmark = pytest.mark.anyio
PATCH = {"content-type": "application/json-patch+json"}
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
FHIR = {"content-type": "application/fhir+json"}


@dataclass
class Ward:
    """A practitioner who has just scanned a resident's code, at the origin."""

    http: httpx2.AsyncClient
    clinic: Clinic
    patient: str
    resident_id: str
    receipt: str

    def observation(self, **changes: object) -> dict[str, Any]:
        return {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"code": "vital-signs"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": {"reference": f"Patient/{self.patient}"},
            "effectiveDateTime": YESTERDAY,
            "valueQuantity": {"value": 62, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        } | changes


@pytest.fixture(scope="module")
async def ward(stack: Stack) -> AsyncGenerator[Ward]:
    async with connect(stack.graphql) as nobody:
        clinic = await a_clinic(nobody, stack.secrets)
        resident, resident_id = await a_resident(nobody)
        scanned = await scan(resident, clinic.practitioner)
        visit = await visit_of(clinic.practitioner, scanned)
        await resident.run(
            "grant-consent", consentRequestId=visit["id"], informationTypes=["vital-signs", "encounters"]
        )
        patient = named(known_to(clinic.practitioner, resident_id))
        async with fhir(clinic.practitioner) as http:
            http.headers["scan-receipt"] = scanned["receipt"]
            yield Ward(http, clinic, patient, resident_id, scanned["receipt"])


def issues(answer: httpx2.Response) -> list[tuple[str, list[str]]]:
    """Our code of each issue of a refusal, and which element it is of."""
    document = answer.json()
    assert document["resourceType"] == "OperationOutcome", answer.text
    return [(each["details"]["coding"][0]["code"], each.get("expression", [])) for each in document["issue"]]


async def test_a_resource_is_created_read_updated_and_patched_in_versions(ward: Ward) -> None:
    sent = ward.observation()
    key = {"idempotency-key": fresh_key()}
    created = await ward.http.post("Observation", json=sent, headers=FHIR | key)
    assert created.status_code == 201, created.text
    resource = created.json()
    assert resource["subject"] == sent["subject"]
    assert (created.headers["etag"], resource["meta"]["versionId"]) == ('W/"1"', "1")
    url = f"Observation/{resource['id']}"
    assert created.headers["location"].endswith(f"/fhir/{url}/_history/1")
    again = await ward.http.post("Observation", json=sent, headers=FHIR | key)
    assert again.json() == resource, "the same key, the same answer"
    assert (await ward.http.get(url)).json() == resource
    assert ward.resident_id.partition("_")[2] not in created.text
    changed = resource | {"status": "amended"}
    minimal = await ward.http.put(url, json=changed, headers=FHIR | {"if-match": 'W/"1"', "prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content, minimal.headers["etag"]) == (200, b"", 'W/"2"')
    stale = await ward.http.put(url, json=changed | {"note": [{"text": "x"}]}, headers=FHIR | {"if-match": 'W/"1"'})
    assert (stale.status_code, issues(stale)[0][0]) == (412, "version-conflict")
    lost = await ward.http.put(url, json=resource, headers=FHIR)
    assert (lost.status_code, issues(lost)[0][0]) == (412, "version-conflict"), "what was read before is not put back"
    operations = [{"op": "add", "path": "/note", "value": [{"text": "at rest"}]}]
    patched = await ward.http.patch(url, json=operations, headers=PATCH)
    assert (patched.status_code, patched.content, patched.headers["etag"]) == (200, b"", 'W/"3"')
    assert (await ward.http.get(url)).json()["note"] == [{"text": "at rest"}]
    assert (await ward.http.get(f"{url}/_history/1")).json()["status"] == "final"


async def test_what_is_not_valid_is_refused_by_its_element_and_nothing_is_deleted(ward: Ward) -> None:
    wrong = await ward.http.post("Observation", json=ward.observation(status="unheard-of"), headers=FHIR)
    assert (wrong.status_code, issues(wrong)) == (422, [("resource-refused", ["Observation.status"])])
    stranger = ward.observation(subject={"reference": "Patient/res-01890a5d0000774bbcceb302099a8057"})
    foreign = await ward.http.post("Observation", json=stranger, headers=FHIR)
    assert (foreign.status_code, issues(foreign)[0][0]) == (400, "invalid") or foreign.status_code in (403, 404)
    gone = await ward.http.delete("Observation/x")
    assert (gone.status_code, issues(gone)[0][0]) == (405, "deletion-refused")
    assert "entered-in-error" in gone.json()["issue"][0]["diagnostics"]
    text = await ward.http.post("Observation", content=b"status: final", headers={"content-type": "text/plain"})
    assert (text.status_code, issues(text)[0][0]) == (415, "unsupported-media-type")
    missing = await ward.http.patch("Observation/none", json=[{"op": "remove", "path": "/note"}], headers=PATCH)
    assert (missing.status_code, issues(missing)[0][0]) == (404, "no-such-resource")


async def test_bundles_are_done_whole_or_entry_by_entry_and_conditions_find_what_is_there(ward: Ward) -> None:
    number = secrets.token_hex(8)
    visit = f"urn:uuid:01890a5d-0000-774b-bcce-{number[:12]}"
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "period": {"start": YESTERDAY},
        "subject": {"reference": f"Patient/{ward.patient}"},
        "identifier": [{"system": "urn:example:visits", "value": number}],
    }
    condition = f"identifier=urn:example:visits|{number}"
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": visit,
            "resource": encounter,
            "request": {"method": "POST", "url": "Encounter", "ifNoneExist": condition},
        },
        {
            "resource": ward.observation(id=number, encounter={"reference": visit}),
            "request": {"method": "PUT", "url": f"Observation/{number}"},
        },
    ]
    bad = {"resource": ward.observation(id="bad", status="x"), "request": {"method": "PUT", "url": "Observation/bad"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    refused = await ward.http.post("", json=bundle | {"entry": [*entries, bad]}, headers=FHIR)
    assert (refused.status_code, issues(refused)) == (
        422,
        [("resource-refused", ["Bundle.entry[2].resource.status"])],
    )
    assert (await ward.http.get(f"Observation/{number}")).status_code == 404, "nothing of it is stored"
    done = await ward.http.post("", json=bundle, headers=FHIR)
    assert done.json()["type"] == "transaction-response", done.text
    assert [each["response"]["status"] for each in done.json()["entry"]] == ["201 Created"] * 2
    made_visit = done.json()["entry"][0]["response"]["location"].rpartition("/_history")[0].rpartition("/fhir/")[2]
    assert (await ward.http.get(f"Observation/{number}")).json()["encounter"] == {"reference": made_visit}
    found = await ward.http.post("Encounter", json=encounter, headers=FHIR | {"if-none-exist": condition})
    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["location"].endswith(f"/fhir/{made_visit}/_history/1")
    batch = await ward.http.post(
        "",
        json=bundle | {"type": "batch", "entry": [entries[1] | {"resource": ward.observation(id=number)}, bad]},
        headers=FHIR,
    )
    statuses = [each["response"]["status"] for each in batch.json()["entry"]]
    assert statuses == ["200 OK", "422 Unprocessable Entity"] or statuses[1].startswith("422"), batch.text
    assert batch.json()["entry"][1]["response"]["outcome"]["issue"][0]["expression"] == [
        "Bundle.entry[1].resource.status"
    ]


async def test_a_system_writes_as_far_as_its_tokens_scope_goes(stack: Stack, ward: Ward) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        system = System(
            stack, http, ward.clinic, (await made(ward.clinic, "RECORDS"))["id"], f"{origin(stack)}/oauth/token"
        )
        for scope, status in (("system/*.rs", 403), ("system/Encounter.cruds", 403), ("system/Observation.c", 201)):
            token = (await system.ask(system.signed(), scope)).json()["access_token"]
            headers = FHIR | {"authorization": f"Bearer {token}", "scan-receipt": ward.receipt}
            answer = await http.post(f"{origin(stack)}/fhir/Observation", json=ward.observation(), headers=headers)
            assert answer.status_code == status, (scope, answer.text)


async def test_the_origin_says_that_it_can_be_written_to(ward: Ward) -> None:
    statement = (await ward.http.get("metadata")).json()
    (rest,) = statement["rest"]
    assert {each["code"] for each in rest["interaction"]} == {"transaction", "batch"}
    observations = next(each for each in rest["resource"] if each["type"] == "Observation")
    assert {"create", "update", "patch"} <= {each["code"] for each in observations["interaction"]}
    assert (observations["conditionalCreate"], observations["conditionalUpdate"]) == (True, True)
    assert statement["patchFormat"] == ["application/json-patch+json"]

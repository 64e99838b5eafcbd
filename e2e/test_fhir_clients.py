"""Clients that others wrote for FHIR R4 run against the city unchanged: they are given its address and a token."""

import asyncio
import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from fhirclient.client import FHIRClient
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller

from e2e.clients import hospital, prepare
from e2e.people import a_clinic, a_resident
from e2e.test_fhir import visited

pytestmark = pytest.mark.anyio
PRESSURE = "http://loinc.org|85354-9"


def origin_of(caller: Caller) -> str:
    return caller._url.removesuffix("/graphql") + "/fhir"


def by_fhirpy(url: str, token: str, patient: str) -> None:
    """What a program with fhirpy does."""
    client = SyncFHIRClient(url, authorization=f"Bearer {token}")
    readings = client.resources("Observation").search(patient=patient).sort("-date")
    assert readings.count() == 4
    everything = readings.limit(1).fetch_all()
    assert [each["resourceType"] for each in everything] == ["Observation"] * 4
    pressures = readings.search(code=PRESSURE, status="final", date__ge="2020").fetch()
    assert [len(each["component"]) for each in pressures] == [2, 2, 2]
    first = pressures[0]
    assert client.get("Observation", first["id"]) == first
    assert first["subject"].to_resource()["id"] == patient
    with_patient = readings.include("Observation", "subject").fetch_raw()
    assert [each.resource["resourceType"] for each in with_patient["entry"]][-1] == "Patient"
    assert {"valueQuantity", "component"}.isdisjoint(readings.elements("status").fetch()[0])
    assert readings.search(code="unheard-of").first() is None
    with pytest.raises(ResourceNotFound):
        client.get("Observation", "nothing-of-this-id")
    with pytest.raises(OperationOutcome, match="no search parameter"):
        readings.search(unheard="of").fetch()


async def by_fhirpy_async(url: str, token: str, patient: str) -> None:
    client = AsyncFHIRClient(url, authorization=f"Bearer {token}")
    found = [each["id"] async for each in client.resources("Observation").search(patient=patient).limit(2)]
    assert len(set(found)) == 4


def by_fhirclient(url: str, token: str, patient: str) -> None:
    """What a program with SMART's client does, which validates all that it reads."""
    session = {
        "app_id": "a-hospital",
        "server": {"base_uri": f"{url}/", "auth_type": "oauth2", "auth": {"access_token": token}},
    }
    smart = FHIRClient(state=session)
    assert smart.server.capabilityStatement.fhirVersion == "4.0.1"
    session_again = FHIRClient(state=session)
    found = list(
        Observation.where(struct={"patient": patient, "_count": "3"}).perform_resources_iter(session_again.server)
    )
    assert len(found) == 4 and {each.status for each in found} == {"final"}
    one = Observation.read(found[0].id, session_again.server)
    assert one.as_json() == found[0].as_json()
    assert Patient.read(patient, session_again.server).name[0].extension[0].valueCode == "masked"


async def test_fhirpy_and_smarts_client_read_what_a_resident_opened(stack: Stack, nobody: Caller) -> None:
    writer, reader = [await a_clinic(nobody, stack.secrets) for _ in range(2)]
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, writer.practitioner, history(secrets.token_hex(4)))
    patient = await visited(resident, resident_id, reader)
    token: Any = reader.practitioner.token
    url = origin_of(reader.practitioner)
    await asyncio.to_thread(by_fhirpy, url, token, patient)
    await by_fhirpy_async(url, token, patient)
    await asyncio.to_thread(by_fhirclient, url, token, patient)


@pytest.mark.long
async def test_fhir_kit_client_from_npm_reads_what_a_resident_opened(stack: Stack, nobody: Caller) -> None:
    await asyncio.to_thread(prepare)
    await hospital(nobody, stack)

"""FHIR R4 as the world speaks it, at the city's one origin: through the gateway, with consent and the log as ever."""

import base64
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest
from chassis.ids import Kind
from chassis.pairwise import Pairwise
from devstack.stack import Stack
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller

from e2e.people import PAIRWISE_SECRETS, Clinic, a_clinic, a_resident, known_to
from e2e.test_visits import scan, visit_of

pytestmark = pytest.mark.anyio
TYPES = ["vital-signs", "laboratory"]


def named(shown_id: str) -> str:
    """An id as the origin has it."""
    return shown_id.replace("_", "-")


@asynccontextmanager
async def fhir(caller: Caller, token: str | None = None) -> AsyncGenerator[httpx2.AsyncClient]:
    """The origin, for this caller."""
    token = caller.token if token is None else token
    headers = {"authorization": f"Bearer {token}"} if token else {}
    url = caller._url.removesuffix("/graphql") + "/fhir/"
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
        yield http


async def visited(resident: Caller, resident_id: str, clinic: Clinic) -> str:
    """The resident shows their code at a clinic, and opens their record for the visit; returns their id there."""
    visit = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
    await resident.run("grant-consent", consentRequestId=visit["id"], informationTypes=TYPES)
    return named(known_to(clinic.practitioner, resident_id))


def entries(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["resource"] for each in bundle.get("entry", ())]


def outcome(answer: httpx2.Response) -> tuple[int, str]:
    """The status of a refusal, and our code of it."""
    assert answer.headers["content-type"] == "application/fhir+json", answer.text
    document = answer.json()
    assert document["resourceType"] == "OperationOutcome", answer.text
    return answer.status_code, document["issue"][0]["details"]["coding"][0]["code"]


async def test_a_hospital_reads_and_searches_what_the_resident_opened_and_nothing_after_they_close_it(
    stack: Stack, nobody: Caller
) -> None:
    writer, reader = [await a_clinic(nobody, stack.secrets) for _ in range(2)]
    resident, resident_id = await a_resident(nobody)
    run = secrets.token_hex(4)
    await ingest(resident, writer.practitioner, history(run))
    at_reader = await visited(resident, resident_id, reader)
    async with fhir(reader.practitioner) as http, fhir(writer.practitioner) as writers:
        found = (
            await http.get("Observation", params={"patient": at_reader, "code": "http://loinc.org|85354-9"})
        ).json()
        assert found["type"] == "searchset" and len(entries(found)) == 3
        one = entries(found)[0]
        assert one["subject"]["reference"] == f"Patient/{at_reader}"
        assert one["id"].startswith("rec-") and resident_id.partition("_")[2] not in orjson.dumps(found).decode()
        read = await http.get(f"Observation/{one['id']}")
        assert (read.json(), read.headers["etag"]) == (one, 'W/"1"')
        again = await http.get(f"Observation/{one['id']}", headers={"if-none-match": read.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        versions = (await http.get(f"Observation/{one['id']}/_history")).json()
        assert [each["id"] for each in entries(versions)] == [one["id"]]
        assert (await http.get(f"Observation/{one['id']}/_history/1")).json() == one
        by_form = await http.post(
            "Observation/_search", data={"patient": f"Patient/{at_reader}", "category": "laboratory"}
        )
        assert [each["code"]["coding"][0]["code"] for each in entries(by_form.json())] == ["14771-0"]
        everything = await http.get(f"Patient/{at_reader}/$everything", params={"_count": "3"})
        pages = [everything.json()]
        while following := [each["url"] for each in pages[-1]["link"] if each["relation"] == "next"]:
            pages.append((await http.get(following[0])).json())
        shown = [each for page in pages for each in entries(page)]
        assert [each["resourceType"] for each in shown] == ["Patient"] + ["Observation"] * 4
        assert (shown[0]["id"], shown[0]["name"][0]["extension"][0]["valueCode"]) == (at_reader, "masked")
        assert (await http.get("Observation", params={"patient": at_reader, "_summary": "count"})).json()["total"] == 4
        institution = (await http.get(one["meta"]["source"])).json()
        assert (institution["resourceType"], bool(institution["name"])) == ("Organization", True)
        doctor = f"pra-{UUID(await reader.practitioner_id()).hex}"
        me = (await http.get(f"Practitioner/{doctor}")).json()
        assert (me["id"], me["resourceType"], bool(me["name"][0]["text"])) == (doctor, "Practitioner", True)
        assert outcome(await writers.get(f"Practitioner/{doctor}")) == (404, "not-found")
        # Who wrote it knows it by its own id, and may not read it without the resident's word.
        assert outcome(await writers.get(f"Observation/{run}-glucose")) == (404, "not-found")
        visit = (await resident.run("consents"))["nodes"][0]
        await resident.run("revoke-consent", consentId=visit["id"], reason="enough")
        assert outcome(await http.get(f"Observation/{one['id']}")) == (404, "not-found")
        assert outcome(await http.get("Observation", params={"patient": at_reader})) == (403, "consent-denied")
        assert outcome(await http.get(f"Patient/{at_reader}")) == (404, "not-found")
        assert entries((await http.get("Observation", params={"_id": one["id"]})).json()) == []
    logged = (await resident.run("access-log", first=50))["nodes"]
    assert {"READ"} <= {entry["kind"] for entry in logged}


async def test_a_resident_reads_their_own_record_and_nobody_elses(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    other, _ = await a_resident(nobody)
    await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    async with fhir(resident) as http, fhir(other) as others:
        me = (await http.get(f"Patient/{named(resident_id)}")).json()
        assert (me["id"], me["name"][0]["text"]) == (named(resident_id), "Resident")
        found = entries((await http.get("Observation", params={"_sort": "date", "_elements": "code"})).json())
        assert len(found) == 4 and all("valueQuantity" not in each and "component" not in each for each in found)
        assert found[0]["subject"]["reference"] == f"Patient/{named(resident_id)}"
        for summary, without in (("true", "category"), ("text", "component"), ("data", "text")):
            short = entries((await http.get("Observation", params={"_summary": summary})).json())
            assert len(short) == 4 and all(without not in each for each in short)
            assert {each["meta"]["tag"][-1]["code"] for each in short} == {"SUBSETTED"}, "it says that not all is there"
        included = (await http.get("Observation", params={"_count": "2", "_include": "Observation:subject"})).json()
        shown = [(each["search"]["mode"], each["resource"]["resourceType"]) for each in included["entry"]]
        assert shown == [("match", "Observation")] * 2 + [("include", "Patient")]
        assert entries((await http.get("Patient")).json()) == [me]
        assert outcome(await others.get(f"Observation/{found[0]['id']}")) == (404, "not-found")
        assert outcome(await others.get(f"Patient/{named(resident_id)}")) == (404, "not-found")
        refused = await others.get("Observation", params={"patient": named(resident_id)})
        assert outcome(refused) == (403, "consent-denied")


async def test_every_refusal_of_the_origin_is_an_operation_outcome(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    async with fhir(clinic.practitioner) as http, fhir(nobody, "") as strangers, fhir(nobody, "not.a.token") as forgers:
        statement = (await strangers.get("metadata")).json()
        assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
        assert statement["implementation"]["url"] == str(strangers.base_url).rstrip("/")
        refusals = {
            (401, "unauthenticated"): [
                await strangers.get("Observation?patient=x"), await forgers.get("Observation?patient=x"),
            ],
            (404, "not-found"): [
                await http.get("Unheard/x"), await http.get("a/b/c/d/e"),
                await http.get("Observation/x"),
                await http.get("Patient/x"), await http.get("Organization/x"),
            ],
            (405, "interaction-not-supported"): [
                await http.get(""), await http.get("Observation/%2e%2e"), await http.patch("metadata"),
                await http.delete("Organization/x"),
            ],
            (406, "format-not-offered"): [
                await http.get("Observation", headers={"accept": "application/fhir+xml"}),
                await http.get("metadata?_format=xml"),
            ],
            (400, "invalid"): [
                await http.get("Observation"), await http.get("Observation?patient=nobody"),
                await http.get("Patient?name=Lin"),
                await http.get("Observation?unheard=x"), await http.get("Observation/x?_summary=count"),
                await http.get("Observation?patient=" + "x" * 9000),
            ],
            (415, "unsupported-media-type"): [await http.post("Observation/_search", json={"patient": "x"})],
        }  # fmt: skip
        for expected, answers in refusals.items():
            assert [outcome(answer) for answer in answers] == [expected] * len(answers)
        head = await http.head("metadata")
        assert (head.status_code, head.content) == (200, b"")


async def test_two_hospitals_see_another_patient_and_other_ids_of_the_same_record(stack: Stack, nobody: Caller) -> None:
    writer, *readers = [await a_clinic(nobody, stack.secrets) for _ in range(3)]
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, writer.practitioner, history(secrets.token_hex(4)))
    seen: list[set[str]] = []
    for reader in readers:
        at_reader = await visited(resident, resident_id, reader)
        async with fhir(reader.practitioner) as http:
            page = (await http.get("Observation", params={"patient": at_reader, "_count": "2"})).text
            assert orjson.loads(page)["link"][1]["relation"] == "next"
            if seen:  # what the other was told is of no use here
                known = next(each for each in seen[0] if each.startswith("rec-"))
                assert outcome(await http.get(f"Observation/{known}")) == (404, "not-found")
        seen.append(
            {
                part
                for part in page.replace("%7E", '"').replace("~", '"').replace("/", '"').split('"')
                if len(part) == 36
            }
        )
    assert all(len(each) >= 3 for each in seen)
    assert not {each for each in seen[0] & seen[1] if each[:4] in ("res-", "rec-")}


async def test_a_resident_takes_all_of_their_record_away_as_files_and_nobody_else_does(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    run = secrets.token_hex(4)
    await ingest(resident, clinic.practitioner, [*history(run), *wrong(run)])
    at_clinic = await visited(resident, resident_id, clinic)
    later = {"prefer": "respond-async"}
    async with fhir(resident) as http, fhir(clinic.practitioner) as hospitals:
        assert outcome(await http.get("Patient/$export")) == (400, "invalid")
        begun = await http.get("Patient/$export", headers=later)
        assert (begun.status_code, begun.content) == (202, b"")
        manifest = (await http.get(begun.headers["content-location"])).json()
        assert manifest["requiresAccessToken"] is True
        assert [(each["type"], each["count"]) for each in manifest["output"]] == [("Patient", 1), ("Observation", 5)]
        lines = [orjson.loads(line) for each in manifest["output"] for line in await file(http, each["url"])]
        assert [each["resourceType"] for each in lines] == ["Patient"] + ["Observation"] * 5
        assert {each["status"] for each in lines[1:]} == {"final", "entered-in-error"}, "one's own is not held back"
        since = await http.get("Patient/$export?_since=2100-01-01", headers=later)
        nothing = (await http.get(since.headers["content-location"])).json()
        assert [each["type"] for each in nothing["output"]] == ["Patient"]
        assert (await http.delete(begun.headers["content-location"])).status_code == 202
        named_at_clinic = begun.headers["content-location"].replace(named(resident_id), at_clinic)
        for path in (f"Patient/{at_clinic}/$export", "Patient/$export"):
            assert outcome(await hospitals.get(path, headers=later))[0] in (400, 403)
        assert outcome(await hospitals.get(named_at_clinic)) == (403, "forbidden")


def wrong(run: str) -> list[dict[str, Any]]:
    """A reading that was entered in error."""
    return [history(f"{run}-wrong")[-1] | {"status": "entered-in-error"}]


async def file(http: httpx2.AsyncClient, url: str) -> list[str]:
    answer = await http.get(url, headers={"accept": "application/fhir+ndjson"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+ndjson"), answer.text
    return answer.text.splitlines()


async def shown_by_all_ways(
    http: httpx2.AsyncClient, patient: str, names: list[str], more: dict[str, str]
) -> tuple[set[str], list[int]]:
    """Which resources a caller is shown, by whichever way there is to ask, and how many they are told there are."""
    of_one = [
        path
        for name in names
        for path in (
            f"Observation/{name}",
            f"Observation/{name}/_history",
            f"Observation/{name}/_history/1",
            f"Observation?_id={name}",
            f"Observation?_id={name}&_summary=count",
            f"Observation?patient={patient}&_id={name}",
            f"Observation?patient={patient}&_after=2100-01-01T00:00:00Z~{name}",
            f"Observation?patient={patient}&has-member={name}",
        )
    ]
    of_all = [
        f"Observation?patient={patient}",
        f"Observation?patient={patient}&_summary=count",
        f"Observation?patient={patient}&_total=accurate&_count=1",
        f"Observation?patient={patient}&_count=0",
        f"Observation?patient={patient}&_include=Observation:has-member&_include=Observation:patient",
        f"Observation?patient={patient}&status=final,entered-in-error&_elements=id",
        f"Patient/{patient}/Observation",
        f"Patient/{patient}/$everything",
        f"Patient/{patient}/$everything?_type=Observation",
    ]
    seen, totals = set[str](), list[int]()
    for path in (*of_one, *of_all):
        answer = await http.get(path, headers=more)
        if answer.status_code == 200:
            document = answer.json()
            resources = entries(document) if document["resourceType"] == "Bundle" else [document]
            seen |= {each["id"] for each in resources if each["resourceType"] == "Observation"}
            if not path.endswith("_history"):
                totals.append(document.get("total", 0))
        else:
            assert outcome(answer)[0] in (403, 404), (path, answer.text)
            assert not any(name in answer.text for name in names), "a refusal names nothing that is there"
    for name in names:  # who knows an ETag learns nothing by it
        answer = await http.get(f"Observation/{name}", headers={**more, "if-none-match": 'W/"1"'})
        assert (answer.status_code == 304) is (name in seen), answer.text
    return seen, totals


async def test_nothing_is_shown_by_any_way_of_asking_that_consent_does_not_cover(stack: Stack, nobody: Caller) -> None:
    writer, reader, stranger = [await a_clinic(nobody, stack.secrets) for _ in range(3)]
    resident, resident_id = await a_resident(nobody)
    other, _ = await a_resident(nobody)
    run = secrets.token_hex(4)
    *pressures, glucose = history(run)
    panel = glucose | {"hasMember": [{"reference": f"Observation/{each['id']}"} for each in pressures]}
    await ingest(resident, writer.practitioner, [*pressures, panel])
    async with fhir(resident) as http:
        own = entries((await http.get("Observation")).json())
    laboratory = next(each["id"] for each in own if "hasMember" in each)
    visit = await visit_of(reader.practitioner, await scan(resident, reader.practitioner))
    await resident.run("grant-consent", consentRequestId=visit["id"], informationTypes=["laboratory"])

    async def asked(who: Caller, **more: str) -> tuple[set[str], list[int]]:
        names = [record_as_known(who, each["id"]) for each in own]
        async with fhir(who) as http:
            return await shown_by_all_ways(http, named(known_to(who, resident_id)), names, more)

    seen, totals = await asked(resident)
    assert (len(seen), max(totals)) == (4, 4)
    seen, totals = await asked(reader.practitioner)
    assert (seen, max(totals)) == ({record_as_known(reader.practitioner, laboratory)}, 1)
    for nothing in (
        await asked(reader.practitioner, **{"purpose-of-use": "HRESCH"}),
        await asked(reader.practitioner, **{"access-mode": "STORE"}),
        await asked(reader.practitioner, **{"information-types": "vital-signs"}),
        await asked(reader.staff),
        await asked(stranger.practitioner),
        await asked(other),
    ):
        assert (nothing[0], max(nothing[1], default=0)) == (set(), 0)
    consent = (await resident.run("consents"))["nodes"][0]
    await resident.run("revoke-consent", consentId=consent["id"], reason="enough")
    seen, totals = await asked(reader.practitioner)
    assert (seen, max(totals, default=0)) == (set(), 0)


def record_as_known(who: Caller, name: str) -> str:
    """A record's id at the origin, as this caller has it."""
    claims = orjson.loads(base64.urlsafe_b64decode(who.token.split(".")[1] + "=="))
    if claims["role"] == "ROLE_RESIDENT":
        return name
    view = Pairwise.of(PAIRWISE_SECRETS[who._url]).of_partner(claims["pid"])
    return f"rec-{UUID(view.id_of(Kind.RECORD, name.removeprefix('rec-'))).hex}"

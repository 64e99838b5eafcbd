"""Codes through the whole system: tables are loaded, a partner's own codes mapped, approved by another, and found."""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from devstack.cities import City
from devstack.stack import Stack
from ops.demo.readings import observation
from ops.example_city import OPERATOR, ingest, load_codes
from yima_client import code_files
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, operator_of, refusal, regulator_of
from e2e.test_cli import yima
from e2e.test_fhir import fhir, outcome

pytestmark = pytest.mark.anyio
LOINC, GLUCOSE = "http://loinc.org", "14771-0"
MEASUREMENTS = "urn:yima:jinan:measurements"
RECORDS = """query ($id: ID!, $codes: [String!]) {
  records(residentId: $id, informationTypes: ["laboratory"], purpose: "PATRQT", codes: $codes, first: 50) {
    nodes { resource mappedCodes { coding { system code } sent { system code display } } }
  }
}"""


def local_map(system: str, code: str, target: str) -> bytes:
    element = {"code": code, "target": [{"code": target, "equivalence": "equivalent"}]}
    return json.dumps(
        {
            "resourceType": "ConceptMap",
            "url": f"{system}:map",
            "version": "1",
            "title": "Own laboratory codes",
            "group": [{"source": system, "target": LOINC, "element": [element]}],
        }
    ).encode()


def local_result(run: str, system: str, code: str) -> dict[str, Any]:
    """A result as the clinic's laboratory has it: in its own codes."""
    result = observation(
        f"{run}-{code}", "laboratory", GLUCOSE, "Sugar", datetime.now(UTC).replace(microsecond=0), valueString="6.1"
    )
    return result | {"code": {"coding": [{"system": system, "code": code, "display": "Blood sugar"}]}}


async def test_a_partners_own_code_is_listed_mapped_approved_and_found_by_the_citys(
    stack: Stack, nobody: Caller
) -> None:
    operator = await operator_of(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    assert await load_codes(stack.city, operator) == await load_codes(stack.city, operator) == 2
    tables = {table["url"]: table for table in await regulator.every("code-tables")}
    assert tables[MEASUREMENTS]["required"] and tables[MEASUREMENTS]["codes"] == "24"

    run = secrets.token_hex(4)
    system = f"urn:clinic:{run}"
    await ingest(resident, clinic.practitioner, [local_result(run, system, "GLU"), local_result(run, system, "OTHER")])
    waiting = await until("both are listed", lambda: unmapped(clinic.staff), lambda codes: len(codes) == 2)
    assert waiting == {"GLU", "OTHER"} and await unmapped(rival.staff) == set()

    loaded = await code_files.send(clinic.staff, local_map(system, "GLU", GLUCOSE))
    assert (loaded["kind"], loaded["status"]) == ("CODE_MAP", "PROPOSED")
    assert loaded["id"] not in {each["id"] for each in await rival.staff.every("code-maps")}
    hidden = await refusal(rival.staff.run("code-map-entries", codeMapId=loaded["id"]))
    assert hidden.code == "not-found"
    (line,) = await operator.every("code-map-entries", codeMapId=loaded["id"])
    assert line["source"] == {"system": system, "code": "GLU"} and line["target"]["code"] == GLUCOSE
    decided = {"codeMapId": loaded["id"], "approved": True, "reason": "compared with the laboratory's list"}
    assert (await refusal(clinic.staff.run("decide-code-map", **decided, key=fresh_key()))).code == "forbidden"
    assert (await operator.run("decide-code-map", **decided, key=fresh_key()))["status"] == "APPROVED"

    async def found() -> list[dict[str, Any]]:
        answer = await resident.raw(RECORDS, id=resident_id, codes=[GLUCOSE])
        return list(answer["data"]["records"]["nodes"])

    (record,) = await until("what was there is mapped", found, bool)
    assert json.loads(record["resource"])["code"]["coding"] == [
        {"system": system, "code": "GLU", "display": "Blood sugar"}
    ]
    assert record["mappedCodes"] == [
        {
            "coding": {"system": LOINC, "code": GLUCOSE},
            "sent": {"system": system, "code": "GLU", "display": "Blood sugar"},
        }
    ]
    assert await unmapped(clinic.staff) == {"OTHER"}
    asked = {"system": system, "code": "GLU", "targetSystem": LOINC}
    async with fhir(clinic.practitioner) as http:
        operation = {"system": system, "code": "GLU", "targetsystem": LOINC}
        said = values_of(await http.get("ConceptMap/$translate", params=operation))
        assert said["result"] and {"name": "equivalence", "valueCode": "equivalent"} in said["match"]
        nothing = values_of(await http.get("ConceptMap/$translate", params=operation | {"code": "NOSUCH"}))
        assert nothing == {"result": False}
    (translated,) = await clinic.practitioner.run("code-translations", **asked)
    assert (translated["coding"]["code"], translated["equivalence"]) == (GLUCOSE, "EQUIVALENT")
    assert await rival.staff.run("code-translations", **asked) == []
    other = await refusal(rival.staff.run("code-translations", **asked, institutionId=clinic.partner_id))
    assert (other.code, other.field) == ("forbidden", "institutionId")


async def unmapped(staff: Caller) -> set[str]:
    return {each["coding"]["code"] for each in await staff.every("unmapped-codes")}


async def test_whoever_asks_is_told_what_a_code_means_and_whether_it_may_be_used(stack: Stack, nobody: Caller) -> None:
    operator = await operator_of(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    await load_codes(stack.city, operator)
    url = "urn:yima:jinan:diagnoses"
    details = await resident.run("code-details", system=url, code="D1.1")
    assert (details["parent"], details["version"], details["active"]) == ("D1", "2026.1", True)
    said = await resident.run("code-validation", url=MEASUREMENTS, system=LOINC, code=GLUCOSE)
    assert (said["valid"], said["message"]) == (True, None)
    said = await resident.run("code-validation", url=MEASUREMENTS, system=LOINC, code="0-0")
    assert not said["valid"] and said["message"]
    async with fhir(resident) as http:
        await ask_in_fhir(http, url)
    unknown = await refusal(resident.run("code-details", system="urn:no:such:table", code="x"))
    assert (unknown.code, unknown.field) == ("not-found", "system")


def values_of(answer: httpx2.Response) -> dict[str, Any]:
    """What a Parameters resource says, by name."""
    document = answer.json()
    assert document["resourceType"] == "Parameters", document
    return {
        each["name"]: each.get("part") or next(value for key, value in each.items() if key.startswith("value"))
        for each in document["parameter"]
    }


async def ask_in_fhir(http: httpx2.AsyncClient, url: str) -> None:
    """The same by FHIR's own operations, by GET and as Parameters."""
    said = values_of(await http.get("CodeSystem/$lookup", params={"system": url, "code": "D1.1"}))
    assert (said["version"], bool(said["display"])) == ("2026.1", True)
    coding = {"name": "coding", "valueCoding": {"system": LOINC, "code": GLUCOSE}}
    for code, valid in ((GLUCOSE, True), ("0-0", False)):
        coding["valueCoding"] = {"system": LOINC, "code": code}
        sent = {"resourceType": "Parameters", "parameter": [{"name": "url", "valueUri": MEASUREMENTS}, coding]}
        said = values_of(await http.post("ValueSet/$validate-code", json=sent))
        assert (said["result"], "message" in said) == (valid, not valid)
    asked: dict[str, str | int] = {"url": MEASUREMENTS, "filter": "GLUCOSE", "count": 1}
    expanded = (await http.get("ValueSet/$expand", params=asked)).json()["expansion"]
    assert expanded["total"] > len(expanded["contains"]) == 1
    assert "glucose" in expanded["contains"][0]["display"].lower()
    following = (await http.get("ValueSet/$expand", params=asked | {"offset": 1})).json()["expansion"]
    assert following["contains"] and following["contains"] != expanded["contains"]
    refusals: list[tuple[str, dict[str, str | int], int, str]] = [
        ("CodeSystem/$lookup", {"system": url, "code": "nosuch"}, 404, "not-found"),
        ("CodeSystem/$lookup", {"system": "urn:no:such", "code": "x"}, 404, "not-found"),
        ("CodeSystem/$lookup", {"system": url}, 400, "invalid"),
        ("CodeSystem/$lookup", {"system": url, "code": "D1", "nosuch": "x"}, 400, "invalid"),
        ("ValueSet/$expand", asked | {"count": "-1"}, 400, "invalid"),
        ("ValueSet/$expand", asked | {"offset": "9" * 30}, 400, "invalid"),
        ("ValueSet/$expand", {"url": "urn:no:such"}, 404, "not-found"),
    ]
    for path, wrong, status, code in refusals:
        assert outcome(await http.get(path, params=wrong)) == (status, code)
    for body in ({"resourceType": "Bundle"}, {"resourceType": "Parameters", "parameter": [{"name": "url"}]}):
        assert outcome(await http.post("ValueSet/$validate-code", json=body)) == (400, "invalid")


async def test_only_operators_load_tables_and_a_version_stays_what_it_was(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    run = secrets.token_hex(4)
    file = tmp_path / "tests.csv"
    file.write_text("code,display\nGLU,Sugar in blood\n", "utf-8")
    named = ("--uri", f"urn:city:{run}", "--version", "1", "--title", "Tests")

    async def load() -> tuple[int, str]:
        load = ("codes", "load", str(file), *named, "--json")
        return await yima(stack, OPERATOR, *load, password=stack.secrets["operator"])

    code, said = await load()
    assert (code, json.loads(said)["codes"]) == (0, 1), said
    assert await load() == (0, said), "the same file is the same version"
    file.write_text("code,display\nGLU,Sugar in urine\n", "utf-8")
    code, said = await load()
    assert code == 1 and "codes-differ" in said
    content = file.read_bytes()
    about: dict[str, Any] = {"as_csv": True, "url": f"urn:clinic:{run}", "version": "1", "title": "Tests"}
    assert (await refusal(code_files.send(clinic.staff, content, **about))).code == "code-file-refused"
    assert (await refusal(code_files.send(resident, content, **about))).code == "forbidden"
    assert (await refusal(code_files.send(clinic.practitioner, content, **about))).code == "forbidden"


def test_every_example_city_ships_the_tables_that_its_pack_requires() -> None:
    for name in ("jinan", "marsa-noor"):
        city = City.named(name)
        shipped = {(table["url"], table["version"]) for table in map(json.loads, city.code_files())}
        assert {(table["url"], table["version"]) for table in city.settings["codeTables"]} <= shipped

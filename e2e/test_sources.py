"""A hospital's system sends numbered batches: registered, approved, taken for good, processed line by line."""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from devstack.fictional import identity_number
from devstack.lives import UNTIL, life
from devstack.stack import Stack
from ops.demo.living import live
from ops.demo.story import Story
from ops.example_city import of_resident, put_definitions
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, known_to, operator_of, refusal, regulator_of

pytestmark = pytest.mark.anyio
OWN_NUMBERS = "urn:oid:2.16.156.10011.1.13"


def glucose(resident_id: str, **changes: Any) -> bytes:
    """A line about this resident, by the id that the sender has for them."""
    resource = {
        "resourceType": "Observation",
        "id": f"glucose-{secrets.token_hex(6)}",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "1558-6"}]},
        "effectiveDateTime": datetime.now(UTC).date().isoformat(),
        "valueQuantity": {"value": 6.1, "unit": "mmol/L"},
    } | changes
    return json.dumps(of_resident(resource, resident_id)).encode() + b"\n"


async def a_source(
    staff: Caller, operator: Caller, information_types: Sequence[str] = ("laboratory",), **more: Any
) -> str:
    registered = await staff.run(
        "register-source",
        name=f"Laboratory {secrets.token_hex(3)}",
        system="LIS",
        category="public-health",
        informationTypes=[*information_types],
        everyMinutes=60,
        key=fresh_key(),
        **more,
    )
    await operator.run("decide-source", sourceId=registered["id"], approved=True, key=fresh_key())
    return str(registered["id"])


async def processed(who: Caller, source_id: str, number: int) -> dict[str, Any]:
    """A batch, once its lines have their outcomes."""

    async def batch() -> dict[str, Any]:
        return dict((await who.run("batch", sourceId=source_id, number=number, first=100))["batch"])

    return dict(await until(f"batch {number}", batch, lambda each: each["processedAt"] is not None))


async def test_ndjson_comes_in_at_the_fhir_origin_as_a_batch_and_says_of_each_line_why_it_was_refused(
    stack: Stack, nobody: Caller
) -> None:
    clinic, operator = await a_clinic(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    code = await resident.run("issue-health-code")
    scan = await clinic.practitioner.run("redeem-health-code", text=code["text"])
    budget = {"batches": 2, "lines": 1_000, "bytes": 1_000_000}
    source_id = await a_source(clinic.staff, operator, budget=budget)
    key = (await clinic.staff.run("create-api-key", label="laboratory", scopes=["RECORDS"], expiresAt=None))["secret"]
    token = (await nobody.with_api_key(key)).token
    known = scan["residentId"]
    await until("consent to hear of the scan", lambda: added(clinic, known, scan), bool)
    content = glucose(known) + b"{ no JSON\n" + glucose(known, status="nonsense")
    url = stack.graphql.removesuffix("/graphql") + "/fhir/$import"

    async with httpx2.AsyncClient(trust_env=False, headers={"authorization": f"Bearer {token}"}) as http:

        async def send(number: int, body: bytes, whole: bytes = b"") -> httpx2.Response:
            digest = base64.b64encode(hashlib.sha256(whole or body).digest()).decode()
            headers = {"content-type": "application/fhir+ndjson", "content-digest": f"sha-256=:{digest}:"}
            return await http.post(url, params={"source": source_id, "number": number}, content=body, headers=headers)

        cut = await send(1, content[:-40], content)
        assert (cut.status_code, coded(cut)) == (400, "batch-cut")
        taken = await send(1, content)
        assert (taken.status_code, taken.text) == (202, "")
        place = taken.headers["content-location"]

        async def status() -> httpx2.Response:
            return await http.get(place)

        said = await until("the import", status, lambda each: each.status_code == 200)
        manifest = said.json()
        assert (manifest["extension"]["lines"], manifest["extension"]["created"]) == (3, 1)
        (error,) = manifest["error"]
        lines = [json.loads(line) for line in (await http.get(error["url"])).text.splitlines()]
        assert [line["resourceType"] for line in lines] == ["OperationOutcome"] * error["count"]
        assert [line["id"] for line in lines] == ["line-2", "line-3"]
        assert (await send(1, content)).status_code == 202, "sent again, it is taken again"
        taken = await send(2, b"{ no JSON\n" * 250 + glucose(known))
        assert taken.status_code == 202
        place = taken.headers["content-location"]
        (error,) = (await until("the second import", status, lambda each: each.status_code == 200)).json()["error"]
        answer = await http.get(error["url"])
        assert "content-length" not in answer.headers, "page after page, as each is read"
        assert [json.loads(line)["id"] for line in answer.text.splitlines()] == [f"line-{n}" for n in range(1, 251)]
        numbers = iter(range(3, 3 + 2 * budget["batches"]))
        while (full := await send(next(numbers), glucose(known))).status_code == 202:
            """A minute began while a slow machine imported: what it may send in this one is sent at once."""
        assert (full.status_code, coded(full)) == (429, "source-budget-reached")
        assert int(full.headers["retry-after"]) >= 1
        for changes in ({"source": ""}, {"number": "0"}, {"source": "src_1"}):
            wrong = await http.get(f"{url}-status", params={"source": source_id, "number": "1"} | changes)
            assert (wrong.status_code, wrong.json()["resourceType"]) == (400, "OperationOutcome"), changes
        missing = await http.get(f"{url}-status", params={"source": source_id, "number": 9})
        assert coded(missing) == "not-found"
        statement = (await http.get(url.replace("$import", "metadata"))).json()
        assert [each["name"] for each in statement["rest"][0]["operation"]] == ["import"]


def coded(answer: httpx2.Response) -> str:
    """Our code of a refusal that is an OperationOutcome."""
    assert answer.headers["content-type"] == "application/fhir+json", answer.text
    return str(answer.json()["issue"][0]["details"]["coding"][0]["code"])


async def test_a_batch_with_a_bad_line_arrives_but_for_that_line_and_what_is_missing_is_asked_for(
    stack: Stack, nobody: Caller
) -> None:
    clinic, operator = await a_clinic(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    stranger, stranger_id = await a_resident(nobody)
    code = await resident.run("issue-health-code")
    scan = await clinic.practitioner.run("redeem-health-code", text=code["text"])
    source_id = await a_source(clinic.staff, operator)
    key = (await clinic.staff.run("create-api-key", label="laboratory", scopes=["RECORDS"], expiresAt=None))["secret"]
    system = await nobody.with_api_key(key)

    known, other = scan["residentId"], known_to(clinic.staff, stranger_id)
    lines = [glucose(known), b"{ no JSON\n", glucose(other), glucose(resident_id), glucose(known)]
    content = b"".join(lines)
    await until("consent to hear of the scan", lambda: added(clinic, known, scan), bool)
    receipt = await system.send_batch(source_id, 1, content)
    assert (receipt["sha256"], receipt["lines"], receipt["known"]) == (hashlib.sha256(content).hexdigest(), 5, False)
    assert (await system.send_batch(source_id, 1, content))["known"], "sent again, it is acknowledged again"
    assert (await refusal(system.send_batch(source_id, 1, content + lines[0]))).code == "batch-differs"
    digest = hashlib.sha256(content).digest()
    assert (await refusal(system.send_batch(source_id, 2, content[:-40], digest))).code == "batch-cut"

    batch = await processed(clinic.staff, source_id, 1)
    results = [(each["position"], each["result"], each["code"]) for each in batch["outcomes"]]
    assert results == [
        (1, "CREATED", None),
        (2, "REFUSED", "resource-refused"),
        (3, "REFUSED", "ingest-refused"),
        (4, "REFUSED", "ingest-refused"),  # the resident's own id is another's in what a partner sends
        (5, "CREATED", None),
    ]
    assert not (
        await stranger.run("records", residentId=stranger_id, informationTypes=["laboratory"], purpose="PATRQT")
    )["nodes"]
    own = await resident.run("records", residentId=resident_id, informationTypes=["laboratory"], purpose="PATRQT")
    assert len(own["nodes"]) >= 2
    log = await resident.every("access-log")
    assert any(entry["kind"] == "INGEST" and entry["permitted"] and entry["count"] == 2 for entry in log)

    await system.send_batch(source_id, 4, glucose(known))
    assert (await system.run("ask-for-missing", sourceId=source_id, key=fresh_key()))["numbers"] == [2, 3]
    await system.send_batch(source_id, 3, glucose(known))
    left = await clinic.staff.run(
        "give-up-batches", sourceId=source_id, numbers=[2], reason="the disk was lost", key=fresh_key()
    )
    assert (left["missing"], left["highestNumber"]) == (0, 4)
    for number in (3, 4):
        await processed(clinic.staff, source_id, number)
    shown = await operator.run("source", sourceId=source_id)
    (laboratory,) = [each for each in shown["intake"] if each["informationType"] == "laboratory"]
    assert (laboratory["stored"], shown["institution"]["id"]) == ("4", clinic.partner_id)


async def added(clinic: Any, known: str, scan: dict[str, Any]) -> bool:
    """Does consent know of the scan yet? Its copy follows by an event, and batches bring no receipts."""
    line = glucose(known).decode().strip()
    asked = clinic.practitioner.run("ingest-resources", residentId=known, resources=[line])
    try:
        await asked
    except Exception:
        return False
    return bool(scan)


async def test_who_is_frozen_sends_nothing_and_nobody_sees_anothers_source(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    source_id = await a_source(clinic.staff, operator)
    for asked in (
        other.staff.run("source", sourceId=source_id),
        other.staff.run("batches", sourceId=source_id),
        other.staff.run("ask-for-missing", sourceId=source_id, key=fresh_key()),
        other.staff.send_batch(source_id, 1, b"{}\n"),
    ):
        assert (await refusal(asked)).code == "not-found"
    assert (await refusal(clinic.practitioner.send_batch(source_id, 1, b"{}\n"))).code == "forbidden"
    assert (await refusal(nobody.send_batch(source_id, 1, b"{}\n"))).code == "unauthenticated"
    await clinic.staff.send_batch(source_id, 1, b"{}\n")
    await regulator.run(
        "impose-freeze", targetId=clinic.partner_id, caseNumber="WJW-9", reason="an inspection", key=fresh_key()
    )
    refused = await refusal(clinic.staff.send_batch(source_id, 2, b"{}\n"))
    assert refused.code == "source-stopped"
    assert (await processed(clinic.staff, source_id, 1))["refused"] == 1, "what was taken has its outcome"


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"content-digest": ""}, 400, "content-digest"),
        ({"content-digest": "sha-256=:!!:"}, 400, "content-digest"),
        ({"content-digest": "sha-256=:AAAA:"}, 400, "sha256"),
        ({"content-type": "application/json"}, 415, "content-type"),
        ({"content-encoding": "gzip"}, 415, "content-encoding"),
    ],
)
async def test_a_batch_that_does_not_say_what_it_is_is_refused_whole(
    stack: Stack, nobody: Caller, changed: dict[str, str], status: int, field: str
) -> None:
    clinic, content = await a_clinic(nobody, stack.secrets), b'{"resourceType": "Observation"}\n'
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {
        "authorization": f"Bearer {await clinic.staff.current_token()}",
        "content-type": "application/x-ndjson",
        "content-digest": f"sha-256=:{digest}:",
    } | changed
    url = f"{stack.graphql.removesuffix('/graphql')}/sources/src_{'0' * 32}/batches/1"
    async with httpx2.AsyncClient() as http:
        answer = await http.put(url, content=content, headers=headers)
    assert (answer.status_code, answer.json().get("field") or answer.json()["errors"][0]["extensions"]["field"]) == (
        status,
        field,
    )


def by_number(value: str, name: str) -> bytes:
    """A line whose patient is named by the hospital's own number."""
    resource = json.loads(glucose("", id=name))
    return json.dumps(resource | {"subject": {"identifier": {"system": OWN_NUMBERS, "value": value}}}).encode() + b"\n"


async def test_a_hospitals_own_number_is_matched_by_the_identity_number_and_undone_by_whose_it_is_not(
    stack: Stack, nobody: Caller
) -> None:
    clinic, operator = await a_clinic(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    number = identity_number("1980-05-05")
    resident, resident_id = await a_resident(nobody, birth_date="1980-05-05", number=number)
    source_id, value = await a_source(clinic.staff, operator), f"P-{secrets.token_hex(6)}"
    await clinic.staff.send_batch(source_id, 1, by_number(value, "first") + by_number(value, "second"))
    waiting = await processed(clinic.staff, source_id, 1)
    assert [each["result"] for each in waiting["outcomes"]] == ["WAITING", "WAITING"]

    async def listed() -> dict[str, Any]:
        (node,) = (await clinic.staff.run("patient-numbers", value=value, status=None))["nodes"]
        return dict(node)

    assert ((await listed())["waiting"], (await listed())["status"]) == (2, "UNMATCHED")
    identifiers = [
        {"system": OWN_NUMBERS, "value": value},
        {"system": "urn:yima:identity-number", "value": number},
    ]
    patient = json.dumps({"resourceType": "Patient", "identifier": identifiers}).encode() + b"\n"
    receipt = await clinic.staff.send_batch(source_id, 2, patient)
    assert receipt["sha256"] == hashlib.sha256(patient).hexdigest()
    assert (await clinic.staff.send_batch(source_id, 2, patient))["known"]

    async def own() -> list[Any]:
        query = {"residentId": resident_id, "informationTypes": ["laboratory"], "purpose": "PATRQT"}
        return list((await resident.run("records", **query))["nodes"])

    assert len(await until("what waited", own, lambda nodes: len(nodes) == 2)) == 2
    log = await until("the log", lambda: resident.every("access-log"), lambda entries: acts(entries, "PATIENT_MATCHED"))
    assert any(entry["reason"] == "ITS_PATIENT" and entry["permitted"] for entry in log)
    (link,) = (await resident.run("patient-links"))["nodes"]
    assert (link["basis"], link["status"], link["institution"]["id"]) == (
        "IDENTITY_NUMBER", "IN_FORCE", clinic.partner_id,
    )  # fmt: skip
    stranger, _ = await a_resident(nobody)
    ending = {"patientLinkId": link["id"], "ending": "WRONG", "reason": "I was never there", "key": fresh_key()}
    assert (await refusal(stranger.run("end-patient-link", **ending))).code == "not-found"
    ended = await resident.run("end-patient-link", **ending | {"key": fresh_key()})
    assert (ended["status"], ended["withdrawn"]) == ("ENDED", 2)
    assert await own() == []
    await until("the log", lambda: resident.every("access-log"), lambda entries: acts(entries, "PATIENT_UNMATCHED"))
    assert ((await listed())["waiting"], (await listed())["links"][0]["reason"]) == (2, "I was never there")


def acts(entries: list[dict[str, Any]], act: str) -> bool:
    return any(entry["act"] == act for entry in entries)


@pytest.mark.long
async def test_fictional_lives_are_sent_by_three_hospitals_and_their_residents_read_them(
    stack: Stack, nobody: Caller
) -> None:
    await put_definitions(stack.city, await operator_of(nobody, stack.secrets))
    seed, story = secrets.randbelow(10_000), Story(lambda _: None)
    terms: dict[str, Any] = {"count": 2, "seed": seed, "until": UNTIL, "tell": lambda _: None}
    for stored in (True, False):
        loaded = await live(story, nobody, stack.city, stack.secrets, **terms)
        assert (loaded.refused, loaded.waiting) == (0, 0)
        assert (loaded.stored > loaded.resources, loaded.unchanged > loaded.resources) == (stored, not stored)
    fullest = max((life(seed, number) for number in range(2)), key=lambda each: sum(map(bool, each.histories)))
    shown = story.steps[-1].facts
    assert len(shown["institutions"]) == sum(map(bool, fullest.histories)) > 1
    assert sum(shown["institutions"].values()) == sum(shown["of_each"].values())
    assert shown["newest"] == sorted(shown["newest"], key=lambda said: said[:10], reverse=True)

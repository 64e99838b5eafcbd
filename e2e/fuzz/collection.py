"""What hospitals' systems send: sources, and their batches in every odd form."""

import base64
import hashlib
import random
import secrets
from collections.abc import Sequence
from typing import Any

import orjson
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.health import mutated, observation
from e2e.fuzz.operation import Answer, Operation
from e2e.fuzz.scene import NOBODY, Person

NOT_THEIRS = ["rival", "rival's doctor", "doctor", "resident", "operator", "frozen partner", "lapsed partner", "nobody"]
NUMBERS = [0, -1, 2**31 - 1, 2**63]


async def a_source(operation: Operation) -> str | None:
    """An approved source of the clinic's, of odd terms now and then."""
    chance, people = operation.chance, operation.scene.people
    terms: dict[str, Any] = {
        "name": f"Laboratory {secrets.token_hex(4)}",
        "system": "LIS",
        "category": "public-health",
        "informationTypes": ["vital-signs"],
    }
    if chance.random() < 0.3:
        odd = chance.choice(["name", "category", "informationTypes", "everyMinutes", "budget"])
        terms[odd] = {
            "everyMinutes": chance.choice(NUMBERS[:3]),
            "budget": dict.fromkeys(("batches", "lines", "bytes"), chance.choice([0, -1, 1, 2**31 - 1])),
            "informationTypes": [words.text(chance)] * chance.choice([0, 2, 2_000]),
        }.get(odd, words.text(chance))
    source = await operation.run(people["staff"], "register-source", **terms, key=fresh_key())
    if source is None:
        return None
    decided = await operation.run(
        people[chance.choice(["staff", "rival", "regulator", "nobody"])],
        "decide-source",
        sourceId=source["id"],
        approved=True,
        key=fresh_key(),
    )
    if decided:
        operation.fault("a source was approved by somebody who is no operator", source)
    approved = await operation.run(
        people["operator"], "decide-source", sourceId=source["id"], approved=True, key=fresh_key()
    )
    return str(source["id"]) if approved else None


async def send(
    operation: Operation, who: Person, source_id: str, number: int, content: bytes, **changed: str
) -> Answer:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {"content-type": "application/x-ndjson", "content-digest": f"sha-256=:{digest}:"} | changed
    return await operation.send(
        "PUT",
        f"{operation.scene.origin}/sources/{source_id}/batches/" + str(number),
        who,
        content=content,
        headers=headers,
    )


def lines_of(chance: random.Random, residents: Sequence[str]) -> bytes:
    """Some lines, of which hardly one is as it should be."""
    lines = []
    for _ in range(chance.choice([1, 3, 30])):
        resource = observation(chance, chance.choice(residents))
        good = orjson.dumps(resource)
        lines.append(
            chance.choice(
                [good, mutated(chance, resource).encode("utf-8", "replace"), b"", b"\xff\xfe", words.json_text(chance)]
            ).replace(b"\n", b" ")
        )
    return b"\n".join(lines) + chance.choice([b"", b"\n", b"\r\n", b"\n\n\n"])


async def ask_over_http(operation: Operation, system: Person, other: Person, source_id: str) -> None:
    """What a system has to know to go on, by itself and by others, of odd numbers and pages."""
    chance = operation.chance
    page = f"refused={words.segment(chance)}&first={chance.choice([1, *NUMBERS])}&after={words.segment(chance)}"
    batch = f"/batches/{chance.choice([1, *NUMBERS])}?{page if chance.random() < 0.5 else ''}"
    for method, path in (("GET", ""), ("GET", batch), ("POST", "/missing-batches")):
        url = f"{operation.scene.origin}/sources/{source_id}{path}"
        answer = await operation.send(method, url, other)
        if answer.good and other.name != "operator":
            operation.fault(f"{other.name} was told of another's source", answer.content)
        await operation.send(method, url, system)
    odd = {name: chance.choice([*NUMBERS, words.text(chance)]) for name in ("waitingLines", "lastNumber")}
    report = {"version": chance.choice(["0.1.0", words.text(chance)]), **odd}
    report["errors"] = [{"kind": words.text(chance), "count": chance.choice(NUMBERS)}] * chance.choice([0, 1, 30])
    url = f"{operation.scene.origin}/sources/{source_id}/connector-reports"
    content = chance.choice([orjson.dumps(report), words.json_text(chance), b"", b"\xff"])
    if (await operation.send("POST", url, other, content=content)).good:
        operation.fault(f"{other.name} reported for another's source", content)
    await operation.send("POST", url, system, content=content)


@generator("M1", "M4", "M12", "L9", weight=2)
async def batches(operation: Operation) -> None:
    """Batches of a hospital's system: cut, doubled, with other bytes, far ahead, with lines that are none, by others,
    past its budget; sources of odd terms, decided by whoever. What is acknowledged comes to an outcome a line."""
    chance, people = operation.chance, operation.scene.people
    source_id = await a_source(operation)
    if source_id is None:
        return
    system = people[chance.choice(["staff", "key for RECORDS"])]
    content = lines_of(chance, operation.scene.shown[2:5])
    other = people[chance.choice(NOT_THEIRS)]
    if (await send(operation, other, source_id, 1, content)).good:
        operation.fault(f"{other.name} sent as another's source", content)
    cut = content[: chance.randrange(len(content) or 1)]
    whole = base64.b64encode(hashlib.sha256(content).digest()).decode()
    answer = await send(operation, system, source_id, 1, cut, **{"content-digest": f"sha-256=:{whole}:"})
    if answer.good and cut != content:
        operation.fault("a batch that was cut was taken", content)
    first = await send(operation, system, source_id, 1, content)
    if first.good:
        again = await send(operation, system, source_id, 1, content)
        if again.good and not again.content["known"]:
            operation.fault("a batch was taken twice", content)
        if (await send(operation, system, source_id, 1, content + b"{}\n")).good:
            operation.fault("a batch was replaced", content)
    await send(operation, system, source_id, chance.choice([*NUMBERS, 5, 1_500]), content)
    await send(operation, NOBODY, words.segment(chance), 1, content)
    await ask_over_http(operation, system, other, source_id)
    await operation.run(system, "ask-for-missing", sourceId=source_id, key=fresh_key())
    numbers = chance.choice([[], [1], [2, 3], [2, 2], [2**31 - 1], list(range(2, 200))])
    await operation.run(
        people["staff"],
        "give-up-batches",
        sourceId=source_id,
        numbers=numbers,
        reason=words.text(chance),
        key=fresh_key(),
    )
    budget = dict.fromkeys(("batches", "lines", "bytes"), chance.choice([0, 1, 2_000, 2**31 - 1]))
    await operation.run(people["staff"], "set-source-budget", sourceId=source_id, budget=budget, key=fresh_key())
    shown = await operation.run(people["staff"], "batch", sourceId=source_id, number=1, first=100)
    if first.good and shown is None:
        operation.fault("a batch that was acknowledged is not there", content)
    await operation.run(people["staff"], "end-source", sourceId=source_id, reason="the run is over", key=fresh_key())


OWN_NUMBERS = "urn:oid:2.16.156.10011.1"


def about_patients(chance: random.Random, resident_id: str) -> bytes:
    """Lines that name patients by numbers, and say who they are, in odd words."""
    odd = words.text(chance)
    own = {
        "system": chance.choice([OWN_NUMBERS, odd, "urn:yima:scan"]),
        "value": chance.choice(["P-1", "P-2", odd, ""]),
    }
    evidence = [
        {"system": "urn:yima:identity-number", "value": chance.choice([odd, "11010519491231002X", 7])},
        {"system": "urn:yima:scan", "value": words.identifier(chance)},
        {"system": "urn:yima:resident", "value": chance.choice([resident_id, odd])},
    ]
    patient = {
        "resourceType": "Patient",
        "identifier": chance.choice([[own, *chance.sample(evidence, chance.randrange(4))], [own] * 7, odd, {}]),
        "name": [{"text": odd}],
        "birthDate": chance.choice(["1980-01-31", "1980", odd, None]),
    }
    numbered = observation(chance, resident_id) | {"subject": {"identifier": own}}
    return b"\n".join(
        [orjson.dumps(numbered), orjson.dumps(patient), mutated(chance, patient).encode("utf-8", "replace")]
    )


@generator("M1", "M4", "N8")
async def patients(operation: Operation) -> None:
    """Lines of patient numbers, and who those are said to be, in odd forms; asked about, answered and ended by whoever:
    others than whose they are answer and end nothing."""
    chance, people = operation.chance, operation.scene.people
    source_id = await a_source(operation)
    if source_id is None:
        return
    content = about_patients(chance, operation.scene.shown[2]).replace(b"\r", b"")
    await send(operation, people["staff"], source_id, 1, content)
    page = await operation.run(
        people["staff"], "patient-numbers", value=chance.choice([None, "P-1", words.text(chance)])
    )
    numbers = (page or {}).get("nodes", [])
    number_id = chance.choice([*(node["id"] for node in numbers), words.identifier(chance)])
    asked = {"patientNumberId": number_id, "checked": words.text(chance), "key": fresh_key()}
    other = people[chance.choice(["rival", "doctor", "resident", "operator", "nobody"])]
    if await operation.run(other, "ask-patient", **asked):
        operation.fault(f"{other.name} had another institution's patient asked", asked)
    await operation.run(people["staff"], "ask-patient", **asked | {"key": fresh_key()})
    links = [link["id"] for node in numbers for link in node["links"]]
    link_id = chance.choice([*links, words.identifier(chance)])
    answer = {"patientLinkId": link_id, "accepted": True, "key": fresh_key()}
    if await operation.run(people["staff"], "answer-patient-link", **answer):
        operation.fault("an institution answered for its patient", answer)
    ending = {"patientLinkId": link_id, "ending": "REUSED", "reason": words.text(chance), "key": fresh_key()}
    stranger = people[chance.choice(["rival", "stranger", "doctor", "nobody"])]
    if await operation.run(stranger, "end-patient-link", **ending):
        operation.fault(f"{stranger.name} ended a link of others", ending)
    await operation.run(people["staff"], "end-source", sourceId=source_id, reason="the run is over", key=fresh_key())

"""Load fictional lives into a running city, as its hospitals would send them: `yima load`, `yima demo --lives`.

Residents register; three institutions send what they have of them in numbered batches, by patient numbers of their
own, each said once by the identity number. Loading the same lives again changes nothing.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
from devstack.cities import City
from devstack.lives import Life, lives, subject_of
from yima_client.caller import Caller, fresh_key
from yima_client.errors import Refused

from ops.example_city import Tell, in_parallel, load_partner, registered, staff_login, supervisors

SOURCE = "Fictional lives"
CATEGORY = "public-health"
TYPES = ["encounters", "vital-signs", "laboratory", "medications", "imaging"]
BUDGET = {"batches": 600, "lines": 600_000, "bytes": 2**30}  # a minute's: as much as may be
EVERY_MINUTES = 7 * 24 * 60
LINES_MAX, BYTES_MAX = 2_000, 3 * 2**20  # of a batch
NUMBERS = "urn:oid:2.16.156.10011.1.13"  # the institutions' own patient numbers


@dataclass
class Loaded:
    """How much was loaded, and how long each part of it took, in seconds."""

    residents: int
    resources: int
    fullest: str  # the login of whoever has been to the most institutions, and has the most of them
    stored: int = 0  # lines, among them who each patient number is
    unchanged: int = 0
    waiting: int = 0  # of whom it is not known yet who they are
    refused: int = 0
    registering: float = 0
    sending: float = 0
    processing: float = 0


def resident_login(seed: int, number: int) -> str:
    return f"life-{seed}-{number}@example.org"


async def load_lives(
    city: City, nobody: Caller, secrets: dict[str, str], count: int, seed: int, today: date, tell: Tell
) -> Loaded:
    """Load so many lives, and wait until all of them are in the records."""
    people = list(lives(seed, count, today))
    fullest = max(people, key=lambda life: (sum(map(bool, life.histories)), life.resources))
    loaded = Loaded(count, sum(life.resources for life in people), resident_login(seed, fullest.number))
    began = time.monotonic()
    await register(nobody, people, seed, secrets["residents"], tell)
    loaded.registering = time.monotonic() - began
    operator, regulator = await supervisors(nobody, secrets)
    partners = city.partners()
    for slug in city.hospitals():  # an example city has them already
        await load_partner(city, nobody, operator, regulator, slug, partners[slug][0], [], secrets["residents"])
    sources = [await source_of(nobody, operator, slug, secrets["residents"]) for slug in city.hospitals()]
    began = time.monotonic()
    sent = await asyncio.gather(
        *(send(staff, source, people, index, tell) for index, (staff, source) in enumerate(sources))
    )
    loaded.sending = time.monotonic() - began
    for (staff, source), numbers in zip(sources, sent, strict=True):
        for number in numbers:
            batch = await processed(staff, source["id"], number)
            loaded.stored += batch["created"] + batch["updated"]
            loaded.unchanged += batch["unchanged"]
            loaded.refused += batch["refused"]
            loaded.waiting += batch["waiting"]
            tell(f"{loaded.stored + loaded.unchanged} lines are in the records")
    loaded.processing = time.monotonic() - began
    return loaded


async def register(nobody: Caller, people: Sequence[Life], seed: int, password: str, tell: Tell) -> None:
    """The lives' residents, who prove at once who they are."""
    done: list[int] = []

    async def one_resident(life: Life) -> None:
        await registered(
            run_when_free(
                nobody, "register-resident", login=resident_login(seed, life.number), password=password,
                name=life.name, birthDate=life.birth_date, identityNumber=life.identity_number,
            )
        )  # fmt: skip
        done.append(life.number)
        tell(f"{len(done)} of {len(people)} residents")

    await in_parallel([one_resident(life) for life in people])


async def run_when_free(caller: Caller, operation: str, **given: Any) -> Any:
    """What an operation answers once there is room for it."""
    while True:
        try:
            return await caller.run(operation, **given)
        except Refused as refused:
            if not refused.retry_after:
                raise
            await asyncio.sleep(refused.retry_after)


async def source_of(nobody: Caller, operator: Caller, slug: str, password: str) -> tuple[Caller, dict[str, Any]]:
    """An institution's staff, and its source of lives: a new one is approved by an operator."""
    staff = await nobody.signed_in(staff_login(slug), password)
    for source in await staff.every("sources"):
        if source["name"] == SOURCE:
            return staff, dict(await staff.run("source", sourceId=source["id"]))
    source = await staff.run(
        "register-source", name=SOURCE, system="HIS", category=CATEGORY, informationTypes=TYPES, budget=BUDGET,
        everyMinutes=EVERY_MINUTES, key=fresh_key(),
    )  # fmt: skip
    await operator.run("decide-source", sourceId=source["id"], approved=True, key=fresh_key())
    return staff, dict(await staff.run("source", sourceId=source["id"]))


async def send(
    staff: Caller, source: dict[str, Any], people: Sequence[Life], institution: int, tell: Tell
) -> Sequence[int]:
    """Send what one institution has of everybody; returns the batches' numbers."""
    numbers = []
    for number, content in enumerate(batches(people, institution), start=int(source["highestNumber"]) + 1):
        while True:
            try:
                await staff.send_batch(source["id"], number, content)
                break
            except Refused as refused:
                if not refused.retry_after:
                    raise
                await asyncio.sleep(refused.retry_after)
        numbers.append(number)
        tell(f"{source['name']}: batch {number} was taken for good")
    return numbers


def batches(people: Sequence[Life], institution: int) -> Iterator[bytes]:
    """What one institution has of everybody, as NDJSON: who somebody is stands before what there is of them."""
    lines: list[bytes] = []
    size = 0
    for life in people:
        resources = life.histories[institution]
        new = [patient(life), *(of_patient(resource, life) for resource in resources)] if resources else []
        for line in new:
            if len(lines) == LINES_MAX or size + len(line) > BYTES_MAX:
                yield b"\n".join(lines) + b"\n"
                lines, size = [], 0
            lines.append(line)
            size += len(line) + 1
    if lines:
        yield b"\n".join(lines) + b"\n"


def patient(life: Life) -> bytes:
    """Who a patient number is, by the identity number, which is sealed before anything of it is kept."""
    return orjson.dumps(
        {
            "resourceType": "Patient",
            "meta": {"lastUpdated": datetime(2026, 1, 1, tzinfo=UTC).isoformat()},
            "identifier": [
                {"system": NUMBERS, "value": number_of(life)},
                {"system": "urn:yima:identity-number", "value": life.identity_number},
            ],
            "name": [{"text": life.name}],
            "birthDate": life.birth_date,
        }
    )


def of_patient(resource: dict[str, Any], life: Life) -> bytes:
    return orjson.dumps(
        resource | {subject_of(resource["resourceType"]): {"identifier": {"system": NUMBERS, "value": number_of(life)}}}
    )


def number_of(life: Life) -> str:
    return f"P-{life.identity_number}"[:-4]


async def processed(staff: Caller, source_id: str, number: int) -> dict[str, Any]:
    async def batch() -> dict[str, Any]:
        return dict((await staff.run("batch", sourceId=source_id, number=number, first=1))["batch"])

    while True:  # a batch waits for those before it, which may take minutes
        latest = await batch()
        if latest["processedAt"] is not None:
            return latest
        await asyncio.sleep(0.5)

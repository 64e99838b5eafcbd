"""The same transaction Bundles at Yima and at a peer: HAPI FHIR's JPA server, on the same PostgreSQL.

`python -m bench.beside_a_peer` needs Java 17 and Maven, which fetches the peer (`bench/peer/pom.xml`) from Maven
Central. A Bundle is a visit with measurements that refer to it. Yima is asked at the city's origin, through the
gateway, by a practitioner who has just scanned the patient: token, certificate, consent, the day's quota and events are
in its figure. The peer knows nobody and lets anybody write. It is measured as it comes, and with its validator refusing
what is not valid R4, which Yima always does. They run in turn; the other one stands still.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import httpx2
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from ops.demo.readings import observation, quantity
from ops.example_city import put_definitions, supervisors
from yima_client.caller import Caller, connect

from bench.measure import Load, closed_loop, paused
from e2e.people import a_clinic, a_resident

FOLDER = Path("bench/peer")
BUILT = Path(".yima/peer")
HEAP = "2g"
CLIENTS = 4
OF_A_BUNDLE = 20  # a visit, and measurements of it
WARM_SECONDS, SECONDS = 30.0, 8.0  # a JVM compiles what it does often
ROUNDS = 3
START_SECONDS = 600
FHIR = {"content-type": "application/fhir+json"}
DATABASE = "peer"
READY = re.compile(r"^ready (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Writer:
    """Who writes about whom: a practitioner with a fresh scan, and the patient as both servers have them."""

    caller: Caller
    patient: str
    receipt: str

    @property
    def headers(self) -> dict[str, str]:
        return FHIR | {"authorization": f"Bearer {self.caller.token}", "scan-receipt": self.receipt}


def bundle(patient: str) -> bytes:
    """A visit, and what was measured in it."""
    subject, visit = {"reference": f"Patient/{patient}"}, f"urn:uuid:{uuid4()}"
    began = datetime.now(UTC) - timedelta(days=1)
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": subject,
        "period": {"start": began.isoformat(), "end": (began + timedelta(minutes=20)).isoformat()},
    }
    measured = [
        observation("-", "vital-signs", "8867-4", "Heart rate", began, valueQuantity=quantity(60 + number, "/min"))
        | {"subject": subject, "encounter": {"reference": visit}}
        for number in range(OF_A_BUNDLE - 1)
    ]
    for each in measured:
        del each["id"]  # the server gives one
    entries = [
        {"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}
        for url, resource in [(visit, encounter), *((f"urn:uuid:{uuid4()}", each) for each in measured)]
    ]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


def build() -> None:
    """Fetch what the peer needs, and compile it."""
    folder = BUILT.absolute()
    maven = ["mvn", "-q", "-B", "-f", str(FOLDER / "pom.xml"), "dependency:copy-dependencies"]
    subprocess.run([*maven, f"-DoutputDirectory={folder / 'lib'}"], check=True)
    classes = [
        "javac",
        "-nowarn",
        "-cp",
        f"{folder / 'lib'}/*",
        "-d",
        str(folder / "classes"),
        str(FOLDER / "Peer.java"),
    ]
    subprocess.run(classes, check=True)


@asynccontextmanager
async def a_peer(stack: Stack) -> AsyncGenerator[tuple[subprocess.Popen[bytes], str]]:
    """The peer on a database of its own at the system's PostgreSQL, started and stopped; and where it is."""
    await stack.postgres.create_database(DATABASE)
    url = (
        f"jdbc:postgresql://127.0.0.1:{stack.postgres.port}/{DATABASE}?user=postgres&password={stack.postgres.password}"
    )
    log = stack.folder / "peer.log"
    java = ["java", f"-Xmx{HEAP}", f"-Dlogback.configurationFile={FOLDER / 'logback.xml'}"]
    java += ["-cp", f"{BUILT / 'classes'}:{BUILT / 'lib'}/*", "Peer", url]
    with log.open("wb") as output, paused(stack):
        process = subprocess.Popen(java, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not (ready := READY.search(log.read_text("utf-8"))):
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"the peer did not start:\n{log.read_text('utf-8')[-2000:]}")
                await asyncio.sleep(1)
        except BaseException:
            process.kill()
            raise
    try:
        yield process, f"http://127.0.0.1:{ready[1]}"
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@contextmanager
def standing_still(process: subprocess.Popen[bytes]) -> Iterator[None]:
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


async def writers_of(stack: Stack) -> list[Writer]:
    """As many as there are clients, each of an institution of its own, about a resident of their own."""
    made = []
    async with connect(stack.graphql) as nobody:
        operator, _ = await supervisors(nobody, stack.secrets)
        await put_definitions(stack.city, operator)
        for _ in range(CLIENTS):
            clinic, (resident, _) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
            code = await resident.run("issue-health-code")
            scanned = await clinic.practitioner.run("redeem-health-code", text=code["text"])
            patient = scanned["residentId"].replace("_", "-")
            made.append(Writer(clinic.practitioner, patient, scanned["receipt"]))
    return made


async def post(http: httpx2.AsyncClient, base: str, writer: Writer) -> None:
    """A Bundle that is taken, every entry of it."""
    answer = await http.post(base, content=bundle(writer.patient), headers=writer.headers)
    taken = [entry["response"]["status"][:3] for entry in answer.json().get("entry", [])]
    assert taken == ["201"] * OF_A_BUNDLE, answer.text[:2000]


async def posted(base: str, writers: Sequence[Writer], seconds: float) -> Load:
    """Bundles a second, one at a time of each writer."""
    async with httpx2.AsyncClient(trust_env=False, timeout=300) as http:
        return await closed_loop(lambda number: post(http, base, writers[number % len(writers)]), CLIENTS, seconds)


async def compared(stack: Stack) -> dict[str, list[Load]]:
    """What each achieved, round by round."""
    async with a_peer(stack) as (process, peer), httpx2.AsyncClient(trust_env=False, timeout=300) as http:
        origins = {
            "Yima": stack.graphql.replace("/graphql", "/fhir"),
            "HAPI FHIR": f"{peer}/fhir",
            "HAPI FHIR, validating": f"{peer}/checked",
        }
        found: dict[str, list[Load]] = {name: [] for name in origins}
        writers = await writers_of(stack)  # the peer took its time to start, and scans are good for an hour
        for writer in writers:
            at = f"{origins['HAPI FHIR']}/Patient/{writer.patient}"
            answer = await http.put(at, json={"resourceType": "Patient", "id": writer.patient}, headers=FHIR)
            answer.raise_for_status()
        for origin in origins.values():
            await post(http, origin, writers[0])  # whatever is loaded by the first
        for seconds in (WARM_SECONDS, *[SECONDS] * ROUNDS):
            for name, origin in origins.items():
                with standing_still(process) if name == "Yima" else paused(stack):
                    achieved = await posted(origin, writers, seconds)
                    print(f"{name}: {achieved.per_second:.1f} Bundles/s, {achieved.p50_ms:.0f} ms", flush=True)
                if seconds == SECONDS:
                    found[name].append(achieved)
    return found


def said(found: dict[str, list[Load]]) -> str:
    """A table of the medians, as `docs/fhir.md` has it."""
    ours = median(load.per_second for load in found["Yima"])
    lines = [f"| {OF_A_BUNDLE} resources a Bundle, {CLIENTS} clients | Bundles a second | p50 | Yima's beside it |"]
    lines += ["|---|---|---|---|"]
    for name, loads in found.items():
        rate = median(load.per_second for load in loads)
        p50 = median(load.p50_ms for load in loads)
        lines.append(f"| {name} | {rate:.1f} | {p50:.0f} ms | {ours / rate:.2f} |")
    return "\n".join(lines)


async def main() -> None:
    build()
    environment: dict[str, Any] = {"YIMA_BUDGET_PER_MINUTE": str(10**9), "YIMA_TRACE_RATIO": "0.01"}
    with tempfile.TemporaryDirectory() as folder:
        async with Stack(Path(folder), City.named("jinan"), free_range(PORTS_NEEDED), environment=environment) as stack:
            print(said(await compared(stack)))


if __name__ == "__main__":
    asyncio.run(main())

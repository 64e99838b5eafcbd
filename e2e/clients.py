"""`make clients`: outside client libraries run the resident's journey, and a partner's proof, against the whole system.

The TypeScript example is compiled with types generated from the committed schema, then run with urql and graphql-ws; a
partner's statement of service is signed, and a token checked with the published keys, by jose; a record is read as FHIR
by fhir-kit-client.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from devstack.stack import Stack
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller, connect, fresh_key, retried

from e2e.city import a_city
from e2e.people import a_clinic, a_resident, confirmed, place
from e2e.test_fhir import visited

EXAMPLE = Path("clients/typescript")


class ExampleFailed(Exception):
    """A program of the example did not do what it is for."""


JOURNEY = ["registers", "signs in", "finds", "orders", "follows the order", "sees what was reserved"]
JOURNEY_SECONDS = 60


def prepare() -> None:
    """Install, generate and compile the example."""
    for command in (["npm", "ci", "--no-progress"], ["npm", "run", "generate"], ["npm", "run", "build-example"]):
        print(f"{' '.join(command)} …", flush=True)
        done = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ExampleFailed(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")


async def node(*arguments: str) -> list[dict[str, Any]]:
    """The JSON lines that a program of the example prints; its failure ends this one."""
    process = await asyncio.create_subprocess_exec(
        "node", *arguments, cwd=EXAMPLE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, errors = await asyncio.wait_for(process.communicate(), JOURNEY_SECONDS)
    if process.returncode:
        raise ExampleFailed(f"{arguments[0]} failed:\n{out.decode()}\n{errors.decode()}")
    return [json.loads(line) for line in out.splitlines()]


async def proof(nobody: Caller, stack: Stack) -> None:
    """A partner's statement that jose signed proves a service; jose verifies the partner's own access token."""
    clinic = await a_clinic(nobody, stack.secrets, kind="DATA_SERVICE", consent=None)
    (key,) = await node("dist-example/proof.js", "key")
    await clinic.staff.run("register-signing-key", publicKey=key["publicKey"])
    resident, _ = await a_resident(nobody)

    async def state() -> Any:
        """Accept an order and prove it; its key is the one that ordering knew when it was accepted."""
        order_id = (await place(resident, clinic))["id"]
        order = await confirmed(resident, order_id)
        await clinic.staff.run("accept-order", orderId=order_id)
        claims = {"id": f"report-{order_id}", "orderId": order_id, "orderLineId": order["lines"][0]["id"]}
        (signed,) = await node("dist-example/proof.js", "sign", json.dumps(key["jwk"]), json.dumps(claims))
        return await clinic.staff.run("state-service", orderId=order_id, statement=signed["statement"], key=fresh_key())

    stated = await retried(state, "statement-refused")  # the key's copy is on its way
    print(f"  proves a service with a statement signed by jose: {stated['status']}")
    token = clinic.staff.token
    keys = f"{stack.service_url('identity')}/.well-known/jwks.json"
    (verified,) = await node("dist-example/proof.js", "verify", keys, token)
    print(
        f"  verifies an access token by the published keys with jose: {verified['alg']}, {verified['payload']['role']}"
    )


FHIR = [
    {"fhirVersion": "4.0.1"},
    {"found": 4, "different": 4},
    {"alike": True},
    {"versions": 1},
    {"kinds": ["Patient", "Observation"]},
    {"status": 404, "with": "OperationOutcome"},
]


async def hospital(nobody: Caller, stack: Stack) -> None:
    """A hospital's system reads as FHIR what a resident opened for a visit."""
    writer, reader = [await a_clinic(nobody, stack.secrets) for _ in range(2)]
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, writer.practitioner, history(fresh_key()))
    patient = await visited(resident, resident_id, reader)
    origin = f"{stack.graphql.removesuffix('/graphql')}/fhir"
    steps = await node("dist-example/fhir.js", origin, reader.practitioner.token, patient)
    if [step["facts"] for step in steps] != FHIR:
        raise ExampleFailed(f"fhir-kit-client saw something else: {steps}")
    print("  reads a record as FHIR with fhir-kit-client")


async def journey() -> list[dict[str, Any]]:
    """The steps the example took, against a system with one offering."""
    with tempfile.TemporaryDirectory() as folder:
        print("starting the system …", flush=True)
        async with a_city(Path(folder)) as stack, connect(stack.graphql) as nobody:
            await a_clinic(nobody, stack.secrets)
            steps = await node("dist-example/journey.js", stack.graphql)
            await proof(nobody, stack)
            await hospital(nobody, stack)
    return steps


def main() -> int:
    prepare()
    steps = asyncio.run(journey())
    for step in steps:
        print(f"  {step['step']}: {json.dumps(step['facts'], ensure_ascii=False)}")
    took = [step["step"] for step in steps]
    if took != [*JOURNEY, "shows the health code"]:
        raise ExampleFailed(f"the journey ended early: {took}")
    print("an outside client ran the resident's journey")
    return 0


if __name__ == "__main__":
    sys.exit(main())

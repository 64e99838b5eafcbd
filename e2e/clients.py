"""`make clients`: an outside client library runs the resident's journey against the whole system.

The TypeScript example is compiled with types generated from the committed schema, then run with urql and graphql-ws.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import Stack
from yima_cli import city as cities
from yima_cli.client import connect
from yima_cli.main import PORTS_NEEDED

from e2e.people import a_clinic

EXAMPLE = Path("gateway/examples/typescript")
JOURNEY = ["registers", "signs in", "finds", "orders", "follows the order", "sees what was reserved"]
JOURNEY_SECONDS = 60


def prepare() -> None:
    """Install, generate and compile the example."""
    for command in (["npm", "ci", "--no-progress"], ["npm", "run", "generate"], ["npm", "run", "build"]):
        print(f"{' '.join(command)} …", flush=True)
        done = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")


async def journey() -> list[dict[str, object]]:
    """The steps the example took, against a system with one offering."""
    with tempfile.TemporaryDirectory() as folder:
        print("starting the system …", flush=True)
        async with Stack(Path(folder), City.named("jinan"), free_range(PORTS_NEEDED)) as stack:
            async with connect(stack.graphql) as nobody:
                operator = await nobody.signed_in(cities.OPERATOR, stack.secrets["operator"])
                for definition in stack.city.manifests("definitions"):
                    await operator.run("put-service-definition", definition=definition)
                await a_clinic(nobody, stack.secrets)
            node = await asyncio.create_subprocess_exec(
                "node", "dist/journey.js", stack.graphql, cwd=EXAMPLE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            out, errors = await asyncio.wait_for(node.communicate(), JOURNEY_SECONDS)
            if node.returncode:
                sys.exit(f"the journey failed:\n{out.decode()}\n{errors.decode()}")
    return [json.loads(line) for line in out.splitlines()]


def main() -> int:
    prepare()
    steps = asyncio.run(journey())
    for step in steps:
        print(f"  {step['step']}: {json.dumps(step['facts'], ensure_ascii=False)}")
    took = [step["step"] for step in steps]
    if took != [*JOURNEY, "shows the health code"]:
        sys.exit(f"the journey ended early: {took}")
    print("an outside client ran the resident's journey")
    return 0


if __name__ == "__main__":
    sys.exit(main())

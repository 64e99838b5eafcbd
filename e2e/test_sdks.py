"""The packages that partners' engineers install, built and packed, in environments that have nothing else: the examples
serve real orders with them."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key
from yima_client.partner import StatementKey

from e2e.people import Clinic, a_clinic, a_resident, place, until_status
from e2e.test_conform import a_system, conform, statuses

pytestmark = [pytest.mark.anyio, pytest.mark.long]
ROOT = Path(__file__).parents[1]
UV = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
SERVED_SECONDS = 120


def done(*command: str | Path, folder: Path = ROOT) -> str:
    """What a command that succeeds prints."""
    ran = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{command} failed:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the packed client, and nothing of this repository."""
    folder = tmp_path_factory.mktemp("python")
    done(UV, "build", "--quiet", "--out-dir", folder, "clients/python")
    assert len(list(folder.glob("*.tar.gz"))) == 1
    done(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    (wheel,) = folder.glob("*.whl")
    program = folder / "venv" / "bin" / "python"
    done(UV, "pip", "install", "--quiet", "--python", program, wheel)
    return program


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packed client among its modules, and the example beside it."""
    source = ROOT / "clients" / "typescript"
    for command in (["npm", "ci", "--no-progress"], ["npm", "run", "generate"], ["npm", "run", "build"]):
        done(*command, folder=source)
    folder = tmp_path_factory.mktemp("node")
    packed = done("npm", "pack", "--pack-destination", folder, "--silent", folder=source).split()[-1]
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    done("npm", "install", "--no-progress", "--no-audit", folder / packed, folder=folder)
    for example in ("serve.mjs", "receive.mjs"):
        shutil.copy(ROOT / "examples" / "partner-node" / example, folder)
    return folder


async def a_partner(nobody: Caller, stack: Stack, folder: Path) -> tuple[Clinic, dict[str, str]]:
    """A partner that gives data services, and what its backend is told: its API key, its folder, an offering."""
    clinic = await a_clinic(nobody, stack.secrets, kind="DATA_SERVICE", consent=None)
    key = StatementKey()
    key.write(folder / "signing-key.pem")
    await clinic.staff.run("register-signing-key", publicKey=key.public, key=fresh_key())
    scopes = ["ORDERS", "OFFERINGS", "MONEY"]
    api_key = await clinic.staff.run("create-api-key", label="backend", scopes=scopes)
    manifest = folder / "offering.json"
    manifest.write_text(json.dumps(clinic.manifest | {"reference": f"second-{fresh_key()[:8]}"}), "utf-8")
    return clinic, {
        "YIMA_URL": stack.graphql,
        "YIMA_API_KEY": api_key["secret"],
        "YIMA_FOLDER": str(folder),
        "YIMA_OFFERING": str(manifest),
        "YIMA_ORDERS": "2",
        "PATH": os.environ["PATH"],
    }


async def served(nobody: Caller, clinic: Clinic, environment: dict[str, str], *command: str) -> list[dict[str, Any]]:
    """The steps of an example that serves two orders: one from before it started, and one that comes while it runs."""
    resident, _ = await a_resident(nobody)
    orders = [(await place(resident, clinic))["id"]]
    await until_status(resident, orders[0], "CONFIRMED")
    backend = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    orders.append((await place(resident, clinic))["id"])
    out, errors = await asyncio.wait_for(backend.communicate(), SERVED_SECONDS)
    assert backend.returncode == 0, errors.decode()
    for order_id in orders:
        order = await resident.run("order", id=order_id)
        assert [line["proven"] for line in order["lines"]] == [True], order
    steps = [json.loads(line) for line in out.splitlines()]
    assert [step["order"] for step in steps if step["step"] == "served"] == orders
    return steps


STEPS = ["signed in", "published", "served", "served", "statements"]


async def test_the_python_example_serves_orders_with_the_packed_client(
    stack: Stack, nobody: Caller, python: Path, tmp_path: Path
) -> None:
    clinic, environment = await a_partner(nobody, stack, tmp_path)
    steps = await served(nobody, clinic, environment, str(python), str(ROOT / "examples" / "partner" / "serve.py"))
    assert [step["step"] for step in steps] == STEPS
    assert steps[0]["standing"] == "PARTNER"
    assert steps[1]["status"] == "IN_REVIEW"


async def test_the_node_example_serves_orders_with_the_packed_client(
    stack: Stack, nobody: Caller, node_folder: Path, tmp_path: Path
) -> None:
    clinic, environment = await a_partner(nobody, stack, tmp_path)
    steps = await served(nobody, clinic, environment, "node", str(node_folder / "serve.mjs"))
    assert [step["step"] for step in steps] == STEPS
    assert steps[0]["standing"] == "PARTNER"
    assert steps[1]["status"] == "IN_REVIEW"


async def test_the_node_example_passes_the_checks_of_conformance(
    stack: Stack, nobody: Caller, node_folder: Path, tmp_path: Path
) -> None:
    async with a_system(stack, nobody, tmp_path, "node", node_folder / "receive.mjs") as system:
        code, answer, complaint = await conform(stack, system)
        assert (code, set(statuses(answer).values())) == (0, {"PASSED"}), (answer, complaint)


def test_the_typescript_client_verifies_tries_again_and_goes_on(node_folder: Path) -> None:
    done("npm", "test", folder=ROOT / "clients" / "typescript")
    assert node_folder.exists()

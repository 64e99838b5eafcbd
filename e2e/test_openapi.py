"""The services' OpenAPI documents are good enough for tools that others wrote: linters find nothing, and what
generators make of them compiles and runs a journey."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from devstack.stack import Stack
from yima.services import SERVICES
from yima_client.caller import Caller

from e2e.people import PASSWORD, a_clinic, a_resident, confirmed, place

pytestmark = [pytest.mark.anyio, pytest.mark.long]
ROOT = Path(__file__).parents[1]
UV = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
OF_NPM = (
    "@redocly/cli@2.77.0",
    "@stoplight/spectral-cli@6.16.3",
    "openapi-typescript@7.13.0",
    "openapi-fetch@0.17.0",
    "typescript@5.9.3",
)
OF_PYPI = ("openapi-python-client==0.29.1", "ruff", "mypy")
SPECTRAL = "extends: ['spectral:oas']\n"
COMPILER = (
    "--strict",
    "--skipLibCheck",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--moduleResolution",
    "nodenext",
)
# What a partner's engineer does with each client: sign in, see who that is, list orders, be refused one of nobody.
PYTHON = """
import sys
from identity.client import AuthenticatedClient, Client
from identity.api.identity import get_me, sign_in
from identity.models import SignInRequest
from ordering.client import AuthenticatedClient as OrderingClient
from ordering.api.ordering import get_order, list_orders

identity, ordering, login, password = sys.argv[1:]
token = sign_in.sync(client=Client(identity), body=SignInRequest(login=login, password=password))
me = get_me.sync(client=AuthenticatedClient(identity, token.access_token))
client = OrderingClient(ordering, token.access_token)
orders = list_orders.sync(client=client)
refused = get_order.sync(client=client, order_id="ord_00000000000070008000000000000000")
print(me.institution.id, len(orders.orders), orders.orders[0].status, refused.type_, refused.status)
"""
TYPESCRIPT = """
import createClient from "openapi-fetch";
import type { paths as Identity } from "./identity.js";
import type { paths as Ordering } from "./ordering.js";

const [identityUrl = "", orderingUrl = "", login = "", password = ""] = process.argv.slice(2);
const identity = createClient<Identity>({ baseUrl: identityUrl });
const signedIn = await identity.POST("/tokens", { body: { login, password } });
const headers = { authorization: `Bearer ${signedIn.data?.accessToken}` };
const me = await identity.GET("/me", { headers });
const ordering = createClient<Ordering>({ baseUrl: orderingUrl, headers });
const { data } = await ordering.GET("/orders");
const refused = await ordering.GET("/orders/{order_id}", {
  params: { path: { order_id: "ord_00000000000070008000000000000000" } },
});
const first = data?.orders?.[0];
const { error, response } = refused;
console.log(me.data?.institution?.id, data?.orders?.length, first?.status, error?.type, response.status);
"""


def ran(*command: str | Path, folder: Path) -> str:
    """What a command that succeeds prints. What is beside it is found by it, too."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"REDOCLY_TELEMETRY": "off", "PATH": path}
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


async def documents(stack: Stack, folder: Path) -> dict[str, dict[str, Any]]:
    """Each service's document, written into the folder."""
    found = {}
    async with httpx2.AsyncClient(trust_env=False) as http:
        for name in SERVICES:
            answer = await http.get(f"{stack.service_url(name)}/openapi.json")
            (folder / f"{name}.json").write_bytes(answer.content)
            found[name] = answer.json()
    return found


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tools of npm's."""
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    ran("npm", "install", "--no-audit", "--no-fund", "--no-progress", *OF_NPM, folder=folder)
    return folder


async def test_linters_find_nothing(stack: Stack, npm: Path) -> None:
    names = [f"{name}.json" for name in await documents(stack, npm)]
    (npm / ".spectral.yaml").write_text(SPECTRAL)
    for name in names:
        redocly = ("npx", "redocly", "lint", "--extends=recommended", "--format=json", name)
        shown = await asyncio.to_thread(ran, *redocly, folder=npm)
        assert json.loads(shown)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, shown
        spectral = ("npx", "spectral", "lint", "--fail-severity=hint", "--format=json", "--quiet", name)
        assert json.loads(await asyncio.to_thread(ran, *spectral, folder=npm)) == [], name


async def a_partner(nobody: Caller, stack: Stack) -> tuple[str, list[str]]:
    """What its engineer is to be told, and what the program is told: addresses, login, password."""
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    await confirmed(resident, (await place(resident, clinic))["id"])
    me = (await clinic.staff.run("me"))["institution"]["id"]
    return str(UUID(me.partition("_")[2])), [
        stack.service_url("identity"),
        stack.service_url("ordering"),
        clinic.login,
        PASSWORD,
    ]


async def test_openapi_python_clients_packages_compile_and_run_a_journey(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    await documents(stack, tmp_path)
    me, arguments = await a_partner(nobody, stack)

    def made_and_run() -> str:
        ran(UV, "venv", "--quiet", "--python", sys.executable, "venv", folder=tmp_path)
        python = tmp_path / "venv" / "bin" / "python"
        ran(UV, "pip", "install", "--quiet", "--python", python, *OF_PYPI, folder=tmp_path)
        for name in SERVICES:
            generate = ("generate", "--meta", "none", "--path", f"{name}.json", "--output-path", name)
            said = ran(python.with_name("openapi-python-client"), *generate, "--fail-on-warning", folder=tmp_path)
            assert "Unable" not in said, said
            ran(python, "-m", "compileall", "-q", name, folder=tmp_path)
        (tmp_path / "journey.py").write_text(PYTHON)
        return ran(python, "journey.py", *arguments, folder=tmp_path)

    assert (await asyncio.to_thread(made_and_run)).split() == answered(me)


async def test_openapi_typescripts_types_compile_and_run_a_journey(stack: Stack, nobody: Caller, npm: Path) -> None:
    await documents(stack, npm)
    me, arguments = await a_partner(nobody, stack)

    def made_and_run() -> str:
        for name in SERVICES:
            ran("npx", "openapi-typescript", f"{name}.json", "-o", f"{name}.d.ts", folder=npm)
        (npm / "journey.ts").write_text(TYPESCRIPT)
        types = [f"{name}.d.ts" for name in SERVICES]
        ran("npm", "install", "--no-audit", "--no-fund", "--no-progress", "@types/node@20", folder=npm)
        ran("npx", "tsc", *COMPILER, "journey.ts", *types, folder=npm)
        return ran("node", "journey.js", *arguments, folder=npm)

    assert (await asyncio.to_thread(made_and_run)).split() == answered(me)


def answered(me: str) -> list[str]:
    return [me, "1", "ORDER_STATUS_CONFIRMED", "urn:yima:problem:not-found", "404"]

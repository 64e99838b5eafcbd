"""`yima conform` against partners' systems that are as they should be, and against six that are not."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from joserfc import jws
from joserfc.jwk import KeySet
from ops.example_city import OPERATOR
from yima_client.caller import Caller, fresh_key
from yima_client.partner import StatementKey

from e2e.broken_partners import BROKEN
from e2e.people import PASSWORD, Clinic, a_clinic, refusal

pytestmark = [pytest.mark.anyio, pytest.mark.long]
ROOT = Path(__file__).parents[1]
KEEPS = {"informationTypes": ["vital-signs"], "purpose": "TREAT", "accessMode": "STORE", "validDays": 30}
SCOPES = ["ORDERS", "MONEY", "RECORDS"]
EVIDENCE = "query ($id: ID!) { partner(id: $id) { evidence { aspect reference validUntil } } }"
PLAYED_WITHIN_SECONDS = 420.0
FIRST_LINE_SECONDS = 60.0


@dataclass
class System:
    """A partner's system that runs, and what its engineer knows."""

    clinic: Clinic
    folder: Path
    endpoint_id: str


@asynccontextmanager
async def a_system(stack: Stack, nobody: Caller, folder: Path, *command: str | Path) -> AsyncGenerator[System]:
    """A partner with a data service on sale, and its backend at work, told of everything."""
    clinic = await a_clinic(nobody, stack.secrets, kind="DATA_SERVICE", consent=KEEPS)
    key = StatementKey()
    key.write(folder / "signing-key.pem")
    await clinic.staff.run("register-signing-key", publicKey=key.public, key=fresh_key())
    api_key = await clinic.staff.run("create-api-key", label="backend", scopes=SCOPES)
    environment = {"YIMA_URL": stack.graphql, "YIMA_API_KEY": api_key["secret"]}
    async with backend(command, folder, environment) as url:
        endpoint = await clinic.staff.run("create-webhook-endpoint", url=url, types=[], key=fresh_key())
        (folder / "webhook-secrets").write_text(endpoint["secret"] + "\n", "utf-8")
        yield System(clinic, folder, endpoint["id"])


@asynccontextmanager
async def backend(command: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> AsyncGenerator[str]:
    """A partner's backend as a process of its own, which keeps what it has in this folder. Yields where it listens."""
    log = folder / "backend.log"
    more = {"YIMA_FOLDER": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *map(str, command), env=more | environment, stdout=out, stderr=out
        )
    try:
        yield await asyncio.wait_for(listening(log), FIRST_LINE_SECONDS)
    finally:
        process.kill()
        await process.wait()


async def listening(log: Path) -> str:
    """Where a backend listens, once it says so."""
    while True:
        for line in log.read_text("utf-8").splitlines():
            if '"url"' in line:
                return str(json.loads(line)["url"])
        await asyncio.sleep(0.1)


async def conform(stack: Stack, system: System) -> tuple[int, dict[str, Any], str]:
    """What `yima conform --json` ends with, prints, and says of failures."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yima_cli.main", "conform", system.endpoint_id, "--json"),
        *("--offering", system.clinic.offering["id"], "--secrets-file", str(system.folder / "webhook-secrets")),
        *("--operator-login", OPERATOR, "--operator-password", stack.secrets["operator"]),
        *("--url", stack.graphql, "--login", system.clinic.login, "--password", PASSWORD),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaint = await asyncio.wait_for(process.communicate(), PLAYED_WITHIN_SECONDS)
    assert b'"checks"' in said, (said, complaint.decode(), (system.folder / "backend.log").read_text("utf-8"))
    return process.returncode or 0, json.loads(said), complaint.decode()


def statuses(answer: dict[str, Any]) -> dict[str, str]:
    return {check["step"]: check["status"] for check in answer["checks"]}


async def test_the_python_example_passes_and_the_city_signs_that_it_did(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    command = (sys.executable, ROOT / "examples" / "partner" / "receive.py")
    async with a_system(stack, nobody, tmp_path, *command) as system:
        code, answer, complaint = await conform(stack, system)
        assert (code, set(statuses(answer).values())) == (0, {"PASSED"}), (answer, complaint)
        async with httpx2.AsyncClient() as http:
            keys = (await http.get(f"{stack.service_url('partners')}/certificate-keys.json")).json()
        signed = jws.deserialize_compact(
            answer["result"]["document"], KeySet.import_key_set(keys), ["EdDSA", "Ed25519"]
        )
        claims = json.loads(signed.payload)
        assert claims["sub"] == system.clinic.partner_id
        assert claims["jti"] == answer["runId"]
        assert sorted(claims["passed"]) == sorted(statuses(answer))
        told = await system.clinic.staff.raw(EVIDENCE, id=system.clinic.partner_id)
        listed = told["data"]["partner"]["evidence"]
        (evidence,) = [each for each in listed if each["reference"] == answer["runId"]]
        assert (evidence["aspect"], evidence["validUntil"]) == ("TECHNOLOGY", answer["result"]["validUntil"])
        again = await system.clinic.staff.run("issue-conformance-result", id=answer["runId"], key=fresh_key())
        assert again["document"] == answer["result"]["document"], "asked again, it is the same"
        rival = await a_clinic(nobody, stack.secrets)
        assert (await refusal(rival.staff.run("issue-conformance-result", id=answer["runId"]))).code == "not-found"


async def test_six_broken_systems_fail_each_for_its_own_reason_and_nothing_is_signed(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    async def fails(how: str, step: str, folder: Path) -> None:
        folder.mkdir()
        command = (sys.executable, "-m", "e2e.broken_partners", how)
        async with a_system(stack, nobody, folder, *command) as system:
            code, answer, complaint = await conform(stack, system)
            failed = [check for check in answer["checks"] if check["status"] == "FAILED"]
            assert [check["step"] for check in failed] == [step], (how, answer, complaint)
            assert (code, answer["result"]) == (1, None), how
            for said in ("sent", "expected", "answered"):
                assert f"{said}: " in complaint
                assert failed[0][said] in complaint
            issue = system.clinic.staff.run("issue-conformance-result", id=answer["runId"], key=fresh_key())
            assert (await refusal(issue)).code == "conformance-not-passed"

    async with asyncio.TaskGroup() as group:
        for number, (how, (_, step)) in enumerate(BROKEN.items()):
            group.create_task(fails(how, step, tmp_path / str(number)))

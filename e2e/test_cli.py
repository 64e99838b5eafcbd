"""The command line tool as a partner's engineer uses it, from nothing: register, apply, publish, keys, statements."""

import asyncio
import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from devstack.stack import Stack
from yima_cli.city import activate
from yima_cli.client import Caller
from yima_cli.demo import manifest_of

from e2e.people import PASSWORD, SHARES, operator_of

pytestmark = pytest.mark.anyio


async def yima(stack: Stack, login: str, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    """Exit code and output of the command line tool."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yima_cli.main", *arguments),
        env={
            **stack.supervisor.environment("gateway"),
            **{"YIMA_LOGIN": login, "YIMA_PASSWORD": password, "YIMA_URL": stack.graphql},
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def written(folder: Path, kind: str, spec: dict[str, Any]) -> str:
    path = folder / f"{kind.lower()}.yaml"
    path.write_text(yaml.safe_dump({"kind": kind, "spec": spec}, allow_unicode=True), "utf-8")
    return str(path)


async def test_a_partners_engineer_goes_from_nothing_to_a_revised_offering(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    run = secrets.token_hex(5)
    login = f"staff-{run}@clinic.example.org"

    async def does(*arguments: str) -> Any:
        code, said = await yima(stack, login, *arguments)
        assert code == 0, said
        return json.loads(said)

    partner = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"}
    applied = written(tmp_path, "Partner", partner)
    code, said = await yima(stack, login, "apply", "-f", applied)
    assert (code, "do not belong together" in said, "[sign-in-refused]" in said) == (1, True, True), said
    names = [part for tag, name in partner["name"].items() for part in ("--name", f"{tag}={name}")]
    await does("register", *names, "--staff", "Wang Lin")
    me = await does("whoami")
    assert me["role"] == "PARTNER"
    assert (await does("apply", "-f", applied))["status"] == "SCREENING"
    staff = await nobody.signed_in(login, PASSWORD)
    operator = await operator_of(nobody, stack.secrets)
    await activate(operator, staff, me["institution"]["id"], partner, SHARES)

    offering = manifest_of("offering.yaml") | {"reference": f"offering-{run}"}
    published = written(tmp_path, "Offering", offering)
    first = await publish(does, published)
    assert first["status"] == "IN_REVIEW"
    looked_at = {"offeringId": first["id"], "revision": first["revision"]}
    await operator.run("decide-review", **looked_at, approved=True, reasons=[])
    same = await does("publish", "-f", published)
    assert (same["id"], same["revision"], same["status"]) == (first["id"], 1, "PUBLISHED")
    written(tmp_path, "Offering", offering | {"price": {"amount": "350.00", "currency": "CNY"}})
    cheaper = await does("publish", "-f", published)
    assert (cheaper["id"], cheaper["revision"], cheaper["status"]) == (first["id"], 2, "PUBLISHED")
    assert await does("statements", "list") == []

    key = await does("keys", "create", "booking system", "--scope", "orders")
    assert key["secret"].startswith("yk_")
    (listed,) = await does("keys", "list")
    assert (listed["id"], listed.get("secret"), listed["scopes"]) == (key["id"], None, key["scopes"])
    assert (await does("keys", "revoke", key["id"]))["revokedAt"] is not None


async def publish(does: Any, path: str) -> Any:
    """Published once the catalog has heard that the partner is active."""
    for _ in range(50):
        try:
            return await does("publish", "-f", path)
        except AssertionError as refused:
            if "not-permitted" not in str(refused):
                raise
            await asyncio.sleep(0.1)
    raise AssertionError("the partner never became active")

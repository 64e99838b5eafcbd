"""Anybody keeps the certificate registry and verifies it without a network; what is revoked is in the next one."""

import json
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner
from devstack.stack import Stack
from yima_cli.main import cli
from yima_client.caller import Caller, fresh_key, tls, until

from e2e.people import a_practice, regulator_of

pytestmark = pytest.mark.anyio
OFFLINE = ("--url", "http://127.0.0.1:1/graphql")


def verified(folder: Path, *named: str) -> tuple[int, str]:
    """What `yima certificates verify` says of what is kept in a folder, with nobody to ask."""
    kept = (str(folder / "registry.jwt"), "--keys", str(folder / "keys.json"))
    result = CliRunner().invoke(cli, ["certificates", "verify", *kept, *named, *OFFLINE, "--json"])
    return result.exit_code, result.output


async def test_a_stranger_verifies_offline_who_is_certified_and_sees_what_was_revoked(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    practice = await a_practice(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)
    path = f"/certificates/{practice.partner_id}"
    async with httpx2.AsyncClient(
        base_url=stack.graphql.removesuffix("/graphql"), verify=tls(), trust_env=False
    ) as http:
        for name, source in (("registry.jwt", path), ("keys.json", "/certificate-keys.json")):
            answer = await http.get(source)
            assert answer.status_code == 200, "nobody signed in"
            (tmp_path / name).write_bytes(answer.content)
        newest = await http.get(path)
        again = await http.get(path, headers={"if-none-match": newest.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await http.get("/certificates/par_00000000000000000000000000000007")).status_code == 404
        assert (await http.get("/certificates/anything")).status_code == 400
        assert (await http.get("/certificates")).headers["content-type"] == "application/jose"

        code, said = verified(tmp_path, "--partner", practice.partner_id)
        assert code == 0, said
        security = next(each for each in json.loads(said) if each["aspect"] == "SECURITY")
        (tmp_path / "kept.jwt").write_bytes((tmp_path / "registry.jwt").read_bytes())
        await regulator.run(
            "revoke-certificate", certificateId=security["certificateId"], reason="backups in the open", key=fresh_key()
        )

        async def newer() -> bytes:
            return (await http.get(path)).content

        content = await until("the newer registry", newer, lambda content: content != newest.content)
        (tmp_path / "registry.jwt").write_bytes(content)
    code, said = verified(tmp_path, "--partner", practice.partner_id)
    assert (code, "in 4 of 5 aspects" in said) == (1, True), said
    code, said = verified(tmp_path, "--certificate", security["certificateId"])
    assert (code, "revoked" in said) == (1, True), said
    (tmp_path / "registry.jwt").write_bytes((tmp_path / "kept.jwt").read_bytes())
    code, said = verified(tmp_path, "--at", "2099-01-01T00:00:00Z")
    assert (code, "What was revoked since is in a newer one" in said) == (1, True), said
    head, _, signature = (tmp_path / "kept.jwt").read_text().split(".")
    (tmp_path / "registry.jwt").write_text(f"{head}.e30.{signature}")
    assert verified(tmp_path)[0] == 1, "what was changed is believed by nobody"

"""Data that a partner kept is erased after the consent's end, and the resident sees the partner's word for it."""

import asyncio
import subprocess
import sys
from typing import Any

import asyncpg
import httpx2
import orjson
import pytest
from devstack.stack import Stack
from joserfc import jws
from joserfc.jwk import KeySet
from ops.demo import history, in_force
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, until

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    regulator_of,
)
from e2e.test_tasks import perform

pytestmark = pytest.mark.anyio
KEEPS = {"informationTypes": ["vital-signs"], "purpose": "TREAT", "accessMode": "STORE", "validDays": 30}
READ = """query ($r: ID!) {
  records(residentId: $r, informationTypes: ["vital-signs"], purpose: "TREAT", accessMode: STORE) { nodes { id } }
}"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


async def rows_of_records(stack: Stack) -> dict[str, int]:
    """How many rows each of the records service's tables has."""
    owner = await asyncpg.connect(
        host=str(stack.postgres.socket_folder),
        port=stack.postgres.port,
        user="records_owner",
        password=stack.secrets["owner"],
        database="records",
    )
    names = [name for (name,) in await owner.fetch(TABLES)]
    found = {name: await owner.fetchval(f"SELECT count(*) FROM {name}") for name in names}
    await owner.close()
    return found


async def at_a_terminal(stack: Stack, clinic: Clinic, *arguments: str) -> Any:
    """What `yima erasures …` prints for the partner's staff."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yima_cli.main", "erasures", *arguments, "--json"),
        *("--url", stack.graphql, "--login", clinic.login, "--password", PASSWORD),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    return orjson.loads(said)


async def consent_of(resident: Caller, order_id: str) -> dict[str, Any]:
    found = await until("the consent", lambda: resident.run("consents", orderId=order_id), lambda page: page["nodes"])
    (consent,) = found["nodes"]
    return dict(consent)


async def test_what_a_partner_kept_is_announced_attested_and_seen_by_the_resident(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets, consent=KEEPS), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, clinic.practitioner, history("kept"))
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    consent = await in_force(resident, order_id)
    assert consent["erasure"]["status"] == "EXPECTED"
    assert consent["erasure"]["dueAt"] == consent["expiresAt"]

    before = await rows_of_records(stack)
    kept = await clinic.staff.raw(READ, r=known_to(clinic.staff, resident_id))
    assert kept["data"]["records"]["nodes"]
    assert await rows_of_records(stack) == before, "records keeps no copy of what it released"

    key = fresh_key()
    attested = {"consentId": consent["id"], "method": "PURGE", "protocolSha256": ""}
    assert (await refusal(clinic.staff.run("attest-erasure", **attested, key=key))).code == "consent-in-force"
    await resident.run("revoke-consent", consentId=consent["id"], reason="moved away")
    assert (await consent_of(resident, order_id))["erasure"]["status"] == "DUE"
    code, said = await perform(stack, "consent", "erasures-due")
    assert (code, "announced" in said) == (0, True), said

    (due,) = await at_a_terminal(stack, clinic, "list", "--status", "due")
    known = known_to(clinic.staff, resident_id)
    assert (due["consentId"], due["residentId"], due["orderId"]) == (consent["id"], known, order_id)
    assert due["announcedAt"] >= due["dueAt"]
    assert (await perform(stack, "consent", "erasures-due"))[0] == 0
    assert (await clinic.staff.run("erasures"))["nodes"] == [due], "it is announced once"
    assert (await other.staff.run("erasures"))["nodes"] == []
    assert (await refusal(other.staff.run("attest-erasure", **attested, key=key))).code == "not-found"
    for caller, seen in (
        (await operator_of(nobody, stack.secrets), None),
        (await regulator_of(nobody, stack.secrets), resident_id),
    ):
        (one,) = (await caller.run("erasures", status="DUE", partnerId=clinic.partner_id))["nodes"]
        assert (one["consentId"], one["residentId"]) == (consent["id"], seen)
        assert (await caller.run("erasures", status="OVERDUE", partnerId=clinic.partner_id))["nodes"] == []

    key = fresh_key()
    given = await at_a_terminal(stack, clinic, "attest", consent["id"], "--method", "purge", "--key", key)
    assert await clinic.staff.run("attest-erasure", **attested, key=key) == given, "the same key, the same answer"
    assert (await refusal(clinic.staff.run("attest-erasure", **attested, key=fresh_key()))).code == "already-attested"

    erasure = (await consent_of(resident, order_id))["erasure"]
    assert (erasure["status"], erasure["method"]) == ("ATTESTED", "PURGE")
    assert erasure["attestedAt"] >= erasure["dueAt"]
    async with httpx2.AsyncClient(trust_env=False) as http:
        keys = KeySet.import_key_set((await http.get(f"{stack.service_url('consent')}/consent-keys.json")).json())
    shown = jws.deserialize_compact(erasure["receipt"], keys, algorithms=["EdDSA"])
    assert orjson.loads(shown.payload)["method"] == "PURGE"
    assert await at_a_terminal(stack, clinic, "list", "--status", "due") == []


async def test_whoever_may_follow_a_consent_hears_of_its_erasure(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=KEEPS)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    changes = clinic.staff.follow("consent-changes", after="s0")
    consent = await consent_of(resident, order_id)
    await resident.run("revoke-consent", consentId=consent["id"], reason="")
    assert (await perform(stack, "consent", "erasures-due"))[0] == 0
    attested = {"consentId": consent["id"], "method": "NOTHING_KEPT"}
    await clinic.staff.run("attest-erasure", **attested, key=fresh_key())
    async with asyncio.timeout(20):
        heard = [(await anext(changes))["consent"] for _ in range(4)]  # granted, revoked, due, attested
    await changes.aclose()
    assert {one["id"] for one in heard} == {consent["id"]}
    assert heard[-1]["erasure"]["status"] == "ATTESTED"

"""A resident and anybody outside verify the access log of a running city, with nothing but its published keys."""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx2
import pytest
from chassis import merkle
from click.testing import CliRunner
from devstack.stack import Stack
from gateway.transparency import TileName
from yima_cli.main import cli
from yima_client import transparency
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    registered,
    regulator_of,
)
from e2e.valid_requests import consent_document

pytestmark = pytest.mark.anyio
OWN = {"informationTypes": ["vital-signs"], "purpose": "PATRQT"}


async def published(stack: Stack, path: str) -> str:
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(urljoin(stack.graphql, path))
        assert answer.status_code == 200, answer.text
        return answer.text


async def yima(stack: Stack, *arguments: str) -> tuple[int, str]:
    """What the command line answers."""
    command = [*arguments, "--url", stack.graphql]
    result = await asyncio.to_thread(CliRunner().invoke, cli, command)
    return result.exit_code, result.output


async def entries_of(caller: Caller) -> list[Any]:
    return list((await caller.run("access-log", first=50))["nodes"])


async def test_an_entry_is_proved_to_its_resident_and_to_nobody_else(stack: Stack, nobody: Caller) -> None:
    (resident, resident_id), (other, _) = await a_resident(nobody), await a_resident(nobody)
    await resident.run("records", residentId=resident_id, **OWN)
    entry = (await entries_of(resident))[0]
    assert entry["sentence"] == "You or your guardian read your vital signs as you asked: it is your own record."
    proof = await resident.run("access-log-inclusion", position=entry["position"])
    keys = (await published(stack, "/access-log/keys")).split()
    tree = transparency.opened(proof["checkpoint"]["note"], keys)
    path = [bytes.fromhex(digest) for digest in proof["path"]]
    transparency.check_inclusion(tree, proof["index"], bytes.fromhex(proof["entry"]), path)
    assert (await refusal(other.run("access-log-inclusion", position=entry["position"]))).code == "not-found"


async def test_a_watcher_keeps_a_checkpoint_and_sees_that_the_log_goes_on_from_it(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    resident, resident_id = await a_resident(nobody)
    await resident.run("records", residentId=resident_id, **OWN)
    await entries_of(resident)
    await until("a checkpoint", lambda: nobody.run("access-log-checkpoint"), lambda found: found["size"] > 0)
    kept, keys = tmp_path / "checkpoint.txt", tmp_path / "keys.json"
    assert (await yima(stack, "audit", "checkpoint", "-o", str(kept)))[0] == 0
    assert (await yima(stack, "audit", "keys", "-o", str(keys)))[0] == 0
    size = int(kept.read_text("utf-8").split("\n")[1])
    await resident.run("records", residentId=resident_id, **OWN)
    await until("the log to grow", lambda: nobody.run("access-log-checkpoint"), lambda found: found["size"] > size)
    code, said = await yima(stack, "audit", "verify", "--keys", str(keys), "--against", str(kept), "--json")
    assert (code, f"goes on from its first {size} entries" in said) == (0, True), said
    code, said = await yima(stack, "audit", "verify", "--keys", str(keys), str(kept))
    assert (code, "signed" in said) == (0, True), said
    kept.write_text(kept.read_text("utf-8").replace(f"\n{size}\n", f"\n{size - 1}\n"), "utf-8")
    code, said = await yima(stack, "audit", "verify", "--keys", str(keys), "--against", str(kept))
    assert (code, "signed by none of the keys" in said) == (1, True), said


async def test_who_verifies_works_the_signed_root_out_of_tiles_that_any_cache_keeps(
    stack: Stack, nobody: Caller
) -> None:
    resident, resident_id = await a_resident(nobody)
    await resident.run("records", residentId=resident_id, **OWN)
    await entries_of(resident)
    note = await until("a checkpoint", lambda: published(stack, "/access-log/checkpoint"), bool)
    tree = transparency.opened(note, (await published(stack, "/access-log/keys")).split())
    leaves: list[bytes] = []
    async with httpx2.AsyncClient(trust_env=False, base_url=urljoin(stack.graphql, "/access-log/tile/")) as http:
        for index in range(-(-tree.size // 256)):
            width = min(256, tree.size - 256 * index)
            path = TileName(0, index, width % 256).path
            answer = await http.get(path.removeprefix("/"))
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream"), (
                answer.text
            )
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            leaves += [answer.content[start : start + 32] for start in range(0, len(answer.content), 32)]
        assert len(leaves) == tree.size
        log = merkle.Range(0, tree.size)
        subtrees = {
            node: merkle.folded(leaves[node.number << node.height : (node.number + 1) << node.height])
            for node in merkle.nodes_of(log)
        }
        assert merkle.hash_of(log, subtrees) == tree.root
        for absent in (TileName(0, 10**9).path.removeprefix("/"), "0/0", "entries/000", "9/000"):
            missing = await http.get(absent)
            assert (missing.status_code, "immutable" in str(missing.headers)) == (404, False), absent


async def test_a_residents_log_is_a_file_of_audit_events(stack: Stack, nobody: Caller, tmp_path: Path) -> None:
    login = f"resident-{secrets.token_hex(5)}@residents.example.org"
    resident_id = (await registered(nobody, login))["id"]
    resident = await nobody.signed_in(login, PASSWORD)
    await resident.run("records", residentId=resident_id, **OWN)
    output = tmp_path / "log.ndjson"
    arguments = ["log", "--fhir", "-o", str(output), "--login", login, "--password", PASSWORD]
    assert (await yima(stack, *arguments))[0] == 0
    events = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert {event["resourceType"] for event in events} == {"AuditEvent"}
    assert len(events) == len(await entries_of(resident))


async def test_what_the_city_signed_is_verified_by_its_keys_alone(stack: Stack, nobody: Caller, tmp_path: Path) -> None:
    """A FHIR Consent becomes an offer; the receipt of what the resident granted, the document that it goes out as, the
    scan's receipt, a decision's proof and a checkpoint all hold, offline; what is changed does not."""
    clinic = await a_clinic(nobody, stack.secrets)
    login = f"resident-{secrets.token_hex(5)}@residents.example.org"
    resident_id = (await registered(nobody, login))["id"]
    resident = await nobody.signed_in(login, PASSWORD)
    document = consent_document(clinic.partner_id, until=f"{datetime.now(UTC).year + 1}-06-30")
    known = known_to(clinic.staff, resident_id)
    asking = {"consent": json.dumps(document), "residentId": known}
    assert (await refusal(clinic.staff.run("offer-consent", **asking))).code == "resident-not-served"
    scan = await clinic.practitioner.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
    offered = await until_answered(clinic.practitioner, **asking)
    wrong = json.dumps(document | {"status": "rejected"})
    refused = await refusal(clinic.practitioner.run("offer-consent", **(asking | {"consent": wrong})))
    assert (refused.code, refused.field) == ("invalid", "consent.status")
    read = {"residentId": known, "informationTypes": ["vital-signs"], "purpose": "CAREMGT"}
    assert (await refusal(clinic.staff.run("records", **read))).code == "consent-denied", "a document grants nothing"
    granted = await resident.run("grant-consent", consentRequestId=offered["id"])
    await clinic.staff.run("records", **read)
    (listed,) = (await clinic.staff.run("consent-offers", residentId=known))["nodes"]
    assert (listed["id"], listed["origin"], listed["status"]) == (offered["id"], "OFFER", "GRANTED")

    files = {name: tmp_path / name for name in ("keys.json", "consent.json", "consent.jws", "granted", "scan", "proof")}
    for name, content in {"granted": granted["receipt"], "scan": scan["receipt"]}.items():
        files[name].write_text(content)
    mine = ["--login", login, "--password", PASSWORD]
    to = ["-o", str(files["consent.json"]), "--receipt", str(files["consent.jws"])]
    assert (await yima(stack, "consents", "export", granted["id"], *to, *mine))[0] == 0
    position = next(entry["position"] for entry in await entries_of(resident) if entry["kind"] == "READ")
    assert (await yima(stack, "audit", "proof", str(position), "-o", str(files["proof"]), *mine))[0] == 0
    assert (await yima(stack, "audit", "keys", "-o", str(files["keys.json"])))[0] == 0
    keys = ["--keys", str(files.pop("keys.json"))]
    offline = ["--url", "http://127.0.0.1:1/graphql", *keys]
    result = await asyncio.to_thread(
        CliRunner().invoke, cli, ["audit", "verify", *map(str, files.values()), *offline, "--json"]
    )
    assert result.exit_code == 0, result.output
    held = [line["holds"] for line in json.loads(result.output)]
    assert held == [
        "the document is what a receipt beside it signs",
        *3 * ["the receipt is signed"],
        "the entry is in the log",
    ]
    exported = json.loads(files["consent.json"].read_text("utf-8"))
    assert exported["patient"]["reference"] == f"Patient/{resident_id}"
    exported["provision"]["purpose"][0]["code"] = "HRESCH"
    files["consent.json"].write_text(json.dumps(exported))
    code, said = await yima(stack, "audit", "verify", *map(str, files.values()), *keys)
    assert (code, "signs this document" in said) == (1, True), said


async def until_answered(practitioner: Caller, **asking: Any) -> Any:
    """The offer, once consent has heard of the scan."""

    async def offered() -> Any:
        try:
            return await practitioner.run("offer-consent", key=fresh_key(), **asking)
        except Refused as problem:
            if problem.code != "resident-not-served":
                raise
            return None

    return await until("consent to hear of the scan", offered, bool)


async def test_anybody_verifies_on_a_page_of_the_citys_own(stack: Stack) -> None:
    for path in ("/verify", "/verify.js", "/verify.css"):
        text = await published(stack, path)
        assert "http://" not in text
        assert "https://" not in text
    keys = json.loads(await published(stack, "/audit-keys.json"))
    assert all(keys[name] for name in ("log", "receipts", "records", "scans", "certificates"))


async def test_whoever_supervises_is_seen_looking_at_a_residents_orders(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order = await place(resident, clinic)
    await confirmed(resident, order["id"])
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    for who in (operator, regulator, clinic.staff):
        await who.run("order", id=order["id"])

    async def looks() -> list[str]:
        entries = (await resident.run("access-log", first=50, kind="LOOK"))["nodes"]
        return sorted(entry["sentence"] for entry in entries)

    seen = await until("the log to say who looked", looks, lambda sentences: len(sentences) == 2)
    assert seen == [
        "A regulator looked at your orders or complaints.",
        "An operator of the platform looked at your orders or complaints.",
    ]

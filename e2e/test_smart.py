"""A hospital's system gets tokens with a key of its own (SMART on FHIR's backend services)."""

import base64
import hashlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import orjson
import pytest
from devstack.stack import Stack
from joserfc import jwt
from joserfc.jwk import ECKey
from yima_client.caller import Caller, connect, until

from e2e.people import Clinic, a_clinic, operator_of
from e2e.test_sources import a_source

pytestmark = pytest.mark.anyio

KEY = ECKey.generate_key("P-384", {"kid": "laboratory-1"}, private=True)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def origin(stack: Stack) -> str:
    return stack.graphql.removesuffix("/graphql")


@dataclass
class System:
    """A hospital's system, and where it gets tokens."""

    stack: Stack
    http: httpx2.AsyncClient
    clinic: Clinic
    client_id: str
    token_url: str = ""

    def signed(self, key: ECKey = KEY, **changes: object) -> str:
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.token_url,
            "jti": uuid4().hex,
            "exp": int(time.time()) + 240,
        } | changes
        return jwt.encode({"alg": "ES384", "kid": KEY.kid, "typ": "JWT"}, claims, key, algorithms=["ES384"])

    async def ask(self, assertion: str, scope: str = "system/*.rs", **changes: str) -> httpx2.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "scope": scope,
            "client_assertion": assertion,
        } | changes
        return await self.http.post(f"{origin(self.stack)}/oauth/token", data=form)


async def made(clinic: Clinic, *scopes: str) -> dict[str, Any]:
    public = orjson.dumps({"keys": [KEY.as_dict(private=False) | {"kid": KEY.kid}]}).decode()
    return dict(await clinic.staff.run("create-api-key", label="laboratory", scopes=[*scopes], keySet=public))


@pytest.fixture(scope="module")
async def system(stack: Stack) -> AsyncGenerator[System]:
    async with connect(stack.graphql) as nobody, httpx2.AsyncClient(trust_env=False) as http:
        clinic = await a_clinic(nobody, stack.secrets)
        key = await made(clinic, "RECORDS")
        assert not key["secret"]
        system = System(stack, http, clinic, key["id"])
        said = await http.get(f"{origin(stack)}/fhir/.well-known/smart-configuration")
        assert "private_key_jwt" in said.json()["token_endpoint_auth_methods_supported"]
        system.token_url = said.json()["token_endpoint"]
        yield system


async def test_a_system_gets_a_token_by_what_it_signed_once(system: System) -> None:
    assertion = system.signed()
    answer = await system.ask(assertion)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (answer.json()["token_type"], answer.json()["scope"]) == ("bearer", "system/*.rs")
    assert 1 <= answer.json()["expires_in"] <= 300
    assert answer.headers["cache-control"] == "no-store"
    again = await system.ask(assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert "used before" in again.json()["error_description"]


async def test_what_is_not_genuine_gets_no_token(system: System) -> None:
    foreign = ECKey.generate_key("P-384", {"kid": "laboratory-1"}, private=True)
    for assertion in (
        system.signed(foreign),
        system.signed(aud="https://another.example.org/oauth/token"),
        system.signed(exp=int(time.time()) - 600),
        system.signed(exp=int(time.time()) + 86_400),
        system.signed(jti=""),
        system.signed(iss=str(uuid4()), sub=str(uuid4())),
        "",
        "a.b.c",
    ):
        answer = await system.ask(assertion)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), answer.text


async def test_what_is_asked_for_otherwise_is_refused_in_oauths_words(system: System) -> None:
    for changes, status, error in (
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, 401, "invalid_client"),
        ({"scope": "patient/*.rs"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
    ):
        answer = await system.ask(system.signed(), **changes)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
    url = f"{origin(system.stack)}/oauth/token"
    twice = await system.http.post(
        url, content="grant_type=a&grant_type=b", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    as_json = await system.http.post(url, json={"grant_type": "client_credentials"})
    assert [(each.status_code, each.json()["error"]) for each in (twice, as_json)] == [(400, "invalid_request")] * 2


async def test_its_token_is_good_at_the_fhir_origin_alone(system: System, nobody: Caller) -> None:
    token = (await system.ask(system.signed(), "system/*.cruds")).json()["access_token"]
    answer = await system.http.post(
        system.stack.graphql, json={"query": "{ me { role } }"}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 403
    assert "FHIR origin" in answer.text


async def test_it_sends_batches_with_a_token_for_adding_and_learns_what_became_of_them(
    system: System, nobody: Caller
) -> None:
    source_id = await a_source(system.clinic.staff, await operator_of(nobody, system.stack.secrets))
    url = f"{origin(system.stack)}/sources/{source_id}"
    content = b'{"resourceType": "Observation"}\n'
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()

    async def ask(method: str, path: str, scope: str = "system/*.cu", body: bytes = b"") -> httpx2.Response:
        token = (await system.ask(system.signed(), scope)).json()["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        if body:
            headers |= {"content-type": "application/x-ndjson", "content-digest": f"sha-256=:{digest}:"}
        return await system.http.request(method, url + path, headers=headers, content=body)

    for scope in ("system/*.rs", "system/Observation.cu", "system/*.c"):
        refused = await ask("PUT", "/batches/1", scope, content)
        assert (refused.status_code, "system/*.cu" in refused.text) == (403, True), scope
        assert (await ask("POST", "/missing-batches", scope)).status_code == 403
    receipt = await ask("PUT", "/batches/2", body=content)
    assert (receipt.status_code, receipt.json()["known"]) == (200, False), receipt.text
    missing = await ask("POST", "/missing-batches")
    assert missing.json()["numbers"] == [1]
    assert missing.headers["cache-control"] == "no-store"
    source = (await ask("GET", "")).json()
    assert (source["sourceId"], source["status"], source["highestNumber"]) == (source_id, "APPROVED", 2)

    async def batch() -> dict[str, Any]:
        return dict((await ask("GET", "/batches/2?refused=true&first=1")).json())

    said = await until("the batch", batch, lambda each: each["processedAt"] is not None)
    assert (said["lines"], said["refused"], said["next"]) == (1, 1, None)
    (outcome,) = said["outcomes"]
    assert (outcome["position"], outcome["result"], outcome["code"]) == (1, "REFUSED", "resource-refused")
    assert (await ask("GET", "/batches/2?first=101")).json()["field"] == "first"
    assert (await ask("GET", "/batches/0")).json()["field"] == "number"
    assert (await ask("GET", "/batches/3")).status_code == 404
    strangers = await system.http.get(url)
    assert strangers.status_code == 401


async def test_a_key_that_is_revoked_or_not_for_records_gets_no_token(system: System) -> None:
    other = System(system.stack, system.http, system.clinic, "", system.token_url)
    other.client_id = (await made(system.clinic, "OFFERINGS"))["id"]
    assert (await other.ask(other.signed())).json()["error"] == "invalid_scope"
    other.client_id = (await made(system.clinic, "RECORDS"))["id"]
    assert (await other.ask(other.signed())).status_code == 200
    await system.clinic.staff.run("revoke-api-key", id=other.client_id)
    assert (await other.ask(other.signed())).json()["error"] == "invalid_client"
    assert UUID(other.client_id.removeprefix("key_"))

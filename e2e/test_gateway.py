"""The gateway between clients and services: fresh public answers, few calls, partial answers, hashes for texts."""

import asyncio
import hashlib
import os
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any
from unittest.mock import patch

import httpx2
import orjson
import pytest
from chassis.auth import FetchedKeys, Verifier
from chassis.client import Client, http_client
from chassis.settings import url_variable
from city_pack.settings import Settings
from devstack.ports import free
from devstack.stack import Stack
from gateway.context import Context
from gateway.errors import formatted
from gateway.execution import Executor
from gateway.policy import CONTRACTS
from gateway.schema import core
from graphql import ExecutionResult
from ops.demo import manifest_of
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import a_clinic, a_resident, operator_of, place
from gateway import clients, console

pytestmark = pytest.mark.anyio
OFFERINGS = console.operations()["offerings"]


@pytest.fixture
async def http(stack: Stack) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False, timeout=30, headers={"accept-language": "en"}) as opened:
        yield opened


async def test_an_operator_sees_how_each_service_is_and_nobody_else_does(stack: Stack, nobody: Caller) -> None:
    operator = await operator_of(nobody, stack.secrets)

    async def health() -> dict[str, Any]:
        return {service["name"]: service for service in await operator.run("system-health")}

    # A consumer says how far behind it is every few seconds, and a system that has just begun has said nothing yet.
    services = await until("durables", health, lambda now: bool(now["settlement"]["durables"]))
    assert {"identity", "ordering", "settlement", "notifications"} <= set(services)
    assert all(service["ready"] and not service["away"] for service in services.values())
    assert services["identity"]["requests"] > 0
    assert services["identity"]["p99Seconds"] > 0
    assert any(durable["durable"] == "settlement-orders" for durable in services["settlement"]["durables"])
    resident, _ = await a_resident(nobody)
    for other in (nobody, resident):
        with pytest.raises(Refused):
            await other.run("system-health")


async def test_a_published_price_is_never_served_stale_for_longer_than_its_event_takes(
    stack: Stack, nobody: Caller
) -> None:
    """A reader polls the remembered list while the price changes: once new, never old again, and soon new."""
    clinic = await a_clinic(nobody, stack.secrets)
    offering_id = clinic.offering["id"]
    document = "query ($id: ID!) { offering(id: $id) { price { amount } } }"
    seen: list[tuple[float, str]] = []
    stop = asyncio.Event()

    async def read() -> None:
        while not stop.is_set():
            answer = await nobody.raw(document, id=offering_id)
            seen.append((asyncio.get_running_loop().time(), answer["data"]["offering"]["price"]["amount"]))

    reading = asyncio.create_task(read())
    manifest = manifest_of("offering.yaml") | {"reference": clinic.offering["reference"]}
    published: dict[str, float] = {}
    for amount in ("361.00", "362.00", "363.00"):
        revised = manifest | {"price": {"amount": amount, "currency": "CNY"}}
        content = await clinic.staff.raw(
            "mutation ($id: ID!, $manifest: OfferingManifestInput!) {"
            " reviseOffering(offeringId: $id, manifest: $manifest) { ... on Refused { code field message } } }",
            id=offering_id,
            manifest=revised,
        )
        assert content.get("data") == {"reviseOffering": {}}, content
        await clinic.staff.run("submit-offering", offeringId=offering_id)
        published[amount] = asyncio.get_running_loop().time()
        await asyncio.sleep(0.5)
    stop.set()
    await reading
    amounts = [amount for _, amount in seen]
    assert amounts == sorted(amounts, key=float), "an old price came back"
    assert amounts[-1] == "363.00"
    for amount, at in published.items():
        assert any(amount == shown and moment < at + 0.5 for moment, shown in seen), f"{amount} was not shown in time"


async def test_a_public_answer_has_an_etag_and_who_has_it_is_told_so(stack: Stack, http: httpx2.AsyncClient) -> None:
    asked = {"query": OFFERINGS, "variables": '{"first": 2}'}
    first = await http.get(stack.graphql, params=asked)
    assert first.status_code == 200
    assert "public" in first.headers["cache-control"]
    again = await http.get(stack.graphql, params=asked, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await http.get(stack.graphql, params=asked, headers={"accept-language": "zh-CN"})
    assert other.json() != first.json()
    assert "accept-language" in other.headers["vary"]


async def test_a_private_answer_is_stored_by_nobody(stack: Stack, nobody: Caller, http: httpx2.AsyncClient) -> None:
    resident, _ = await a_resident(nobody)
    asked = {"query": "{ me { role } }"}
    answer = await http.get(stack.graphql, params=asked, headers=await resident.headers())
    assert answer.json() == {"data": {"me": {"role": "RESIDENT"}}}
    assert answer.headers["cache-control"] == "no-store"
    assert (await http.get(stack.graphql, params=asked)).json()["errors"][0]["extensions"]["code"] == "unauthenticated"


async def test_a_document_may_be_sent_by_its_hash(stack: Stack, http: httpx2.AsyncClient) -> None:
    source = "{ offerings(first: 1) { pageInfo { hasNextPage } } }"
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(source.encode()).hexdigest()}}
    unknown = await http.post(stack.graphql, json={"extensions": extensions})
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert (await http.post(stack.graphql, json={"query": source, "extensions": extensions})).status_code == 200
    known = await http.get(stack.graphql, params={"extensions": orjson.dumps(extensions).decode()})
    assert known.json()["data"]["offerings"]["pageInfo"]["hasNextPage"] in (True, False)
    shipped = f"sha256:{hashlib.sha256(OFFERINGS.encode()).hexdigest()}"
    assert "data" in (await http.post(stack.graphql, json={"documentId": shipped, "variables": {"first": 1}})).json()


NODE = """query ($id: ID!) { node(id: $id) {
  __typename id ... on Order { status } ... on Offering { title } ... on Partner { standing: status }
} }"""


async def test_whatever_is_a_node_is_found_by_its_id_alone_by_who_may_see_it(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    for who, id_, kind in (
        (nobody, clinic.offering["id"], "Offering"),
        (resident, order_id, "Order"),
        (clinic.staff, clinic.partner_id, "Partner"),
    ):
        node = (await who.raw(NODE, id=id_))["data"]["node"]
        assert (node["__typename"], node["id"]) == (kind, id_)
        assert len(node) == 3
    assert (await stranger.raw(NODE, id=order_id))["data"] == {"node": None}
    preview = await resident.raw(
        """mutation ($input: PlaceOrderInput!, $key: String!) {
          placeOrder(input: $input, idempotencyKey: $key) { ... on Order { id status } } }""",
        input={"lines": [{"offeringId": clinic.offering["id"]}], "validateOnly": True},
        key=fresh_key(),
    )
    assert preview.get("data", preview) == {"placeOrder": {"id": "", "status": "PLACED"}}, "it places nothing"


async def test_a_batch_and_a_mutation_by_get_are_refused(stack: Stack, http: httpx2.AsyncClient) -> None:
    batch = await http.post(stack.graphql, json=[{"query": "{ __typename }"}] * 2)
    assert batch.status_code == 400
    mutation = 'mutation { signIn(login: "a", password: "b") { __typename } }'
    by_get = await http.get(stack.graphql, params={"query": mutation})
    assert (by_get.status_code, by_get.json()["field"]) == (400, "query")


async def test_what_costs_too_much_is_refused_with_its_cost(stack: Stack, http: httpx2.AsyncClient) -> None:
    source = "{ offerings(first: 100000) { nodes { partner { name } } } }"
    answer = await http.post(stack.graphql, json={"query": source})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "too-costly"
    assert re.search(r"this costs \d{7,}, and at most", answer.json()["detail"])


CONNECTIONS = {
    "offerings": "{ offerings(first: %d) { nodes { title partner { name } freePlaces { free } } } }",
    "orders": "{ orders(first: %d) { nodes { partner { name } payment { status } lines { offering { title } } } } }",
    "consents": "{ consents(first: %d) { nodes { grantee { name } } } }",
    "consentRequests": "{ consentRequests(first: %d) { nodes { grantee { name } } } }",
    "accessLog": "{ accessLog(first: %d) { nodes { partner { name } } } }",
}


@pytest.fixture(scope="module")
async def buyer(stack: Stack) -> str:
    """The token of a resident with orders from three clinics."""
    from yima_client.caller import connect

    async with connect(stack.graphql) as nobody:
        clinics = await asyncio.gather(*(a_clinic(nobody, stack.secrets) for _ in range(3)))
        resident, _ = await a_resident(nobody)
        for clinic in clinics:
            for _ in range(2):
                await place(resident, clinic)
        return f"Bearer {resident.token}"


async def executed(stack: Stack, token: str, source: str, **urls: str) -> ExecutionResult:
    """An operation's result in a gateway of this process, in front of the real services."""
    addresses = {name: stack.service_url(name) for name in CONTRACTS} | urls
    with patch.dict(os.environ, {url_variable(name): url for name, url in addresses.items()}):
        settings = Settings(city_file=str(stack.city.pack))
    principal = await Verifier(FetchedKeys(stack.service_url("identity"))).principal(token)
    executor = Executor(core, {})
    here = Context(clients.connect(settings, http_client()), principal, token.partition(" ")[2], "en", settings.city)
    return await executor.execute(executor.documents.get(source), None, None, here)


@pytest.mark.parametrize("name", CONNECTIONS)
async def test_many_rows_cost_as_many_calls_as_one(
    stack: Stack, buyer: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()
    call = Client.call

    async def counted(self: Client, method: str, *args: Any) -> Any:
        calls[method] += 1
        return await call(self, method, *args)

    monkeypatch.setattr(Client, "call", counted)
    for first in (1, 50):
        calls.clear()
        result = await executed(stack, buyer, CONNECTIONS[name] % first)
        assert not result.errors, result.errors
        assert max(calls.values()) == 1, calls


async def test_a_service_that_is_down_costs_only_its_own_fields(stack: Stack, buyer: str) -> None:
    source = "{ orders(first: 1) { nodes { status payment { status } } } consents(first: 1) { nodes { id } } }"
    nowhere = f"http://127.0.0.1:{free()}"
    result = await executed(stack, buyer, source, settlement=nowhere)
    assert result.data is not None
    assert result.data["orders"]["nodes"][0]["payment"] is None
    assert result.data["consents"]["nodes"]
    (error,) = formatted(result.errors or [])
    assert error["message"] == "settlement cannot be reached"
    assert error["path"] == ["orders", "nodes", 0, "payment"]
    assert error["extensions"]["code"] == "unavailable"


async def test_a_root_field_whose_service_is_down_leaves_the_others_their_answers(stack: Stack, buyer: str) -> None:
    source = "{ orders(first: 1) { nodes { status } } offerings(first: 1) { nodes { id } } }"
    result = await executed(stack, buyer, source, ordering=f"http://127.0.0.1:{free()}")
    assert result.data is not None
    assert result.data["orders"] is None
    assert result.data["offerings"]["nodes"]
    assert [error["message"] for error in formatted(result.errors or [])] == ["ordering cannot be reached"]


async def test_a_service_that_hangs_is_waited_for_once_and_costs_only_its_own_fields(
    stack: Stack, buyer: str, http: httpx2.AsyncClient
) -> None:
    """Its process takes connections and answers nothing, as one does whose loop is stuck."""
    source = "{ orders(first: 1) { nodes { status payment { status } } } consents(first: 1) { nodes { id } } }"

    async def ask() -> tuple[float, dict[str, Any]]:
        began = time.perf_counter()
        answer = await http.post(stack.graphql, json={"query": source}, headers={"authorization": buyer})
        return time.perf_counter() - began, answer.json()

    assert "errors" not in (await ask())[1]
    pid = stack.supervisor.pid("settlement")
    os.kill(pid, signal.SIGSTOP)
    try:
        first, _ = await ask()
        later = [await ask() for _ in range(5)]
    finally:
        os.kill(pid, signal.SIGCONT)
    for took, answer in later:
        assert answer["data"]["orders"]["nodes"][0] == {
            "status": answer["data"]["orders"]["nodes"][0]["status"],
            "payment": None,
        }
        assert answer["data"]["consents"]["nodes"]
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["unavailable"]
        assert took < first / 2, "nobody waits for it again"
    while "errors" in (await ask())[1]:  # noqa: ASYNC110 it is asked again after some seconds
        await asyncio.sleep(0.1)

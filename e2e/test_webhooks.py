"""A partner's system is told of an order by webhooks, whoever is killed meanwhile; and nobody else is."""

import asyncio
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from devstack.stack import Stack
from ops.demo.receiving import Receiver, receiving
from yima_client import webhooks
from yima_client.caller import Caller, connect, fresh_key, until

from e2e.city import a_city
from e2e.people import PASSWORD, Clinic, a_clinic, a_resident, confirmed, known_to, place, refusal, serve

pytestmark = pytest.mark.anyio
STEPS = ["order.confirmed", "order.accepted", "order.service_proven", "order.fulfilled", "order.closed"]
ORDERS = 40
PATIENCE_SECONDS = 120.0  # what a killed sender had claimed is sent again after twenty


async def of_subject(receiver: Receiver, secret: str, subject: str) -> list[webhooks.Event]:
    return [event for event in receiver.events(secret) if event.subject == subject]


async def an_endpoint(who: Caller, url: str, *types: str) -> dict[str, str]:
    return dict(await who.run("create-webhook-endpoint", url=url, types=list(types), key=fresh_key()))


async def test_a_system_with_an_api_key_is_told_of_every_step_of_an_order_and_can_ask_for_it_again(
    stack: Stack, nobody: Caller
) -> None:
    clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    key = await clinic.staff.run("create-api-key", label="hooks", scopes=["WEBHOOKS"])
    system = await nobody.with_api_key(key["secret"])
    orders_only = await clinic.staff.run("create-api-key", label="orders", scopes=["ORDERS"])
    other_system = await nobody.with_api_key(orders_only["secret"])
    async with receiving() as receiver, receiving() as of_rival:
        assert (await refusal(an_endpoint(other_system, receiver.url))).code == "forbidden"
        assert (await refusal(an_endpoint(system, "https://10.0.0.1/x"))).field == "url"
        endpoint = await an_endpoint(system, receiver.url)
        await an_endpoint(rival.staff, of_rival.url)
        order_id = await one_order(resident, clinic)

        async def told() -> list[webhooks.Event]:
            return [each for each in await of_subject(receiver, endpoint["secret"], order_id) if each.type in STEPS]

        events = await until("the steps of the order", told, lambda events: len(events) == len(STEPS))
        assert [event.type for event in events] == STEPS
        assert [event.sequence for event in events] == sorted(event.sequence for event in events)
        assert events[0].data["residentId"] == known_to(clinic.staff, resident_id)
        assert {each.subject for each in of_rival.events(endpoint["secret"])} == set(), "the rival was told nothing"

        replayed = await system.run("replay-deliveries", id=endpoint["id"], events=[events[0].id])
        assert replayed["replayed"] == 1

        async def again() -> list[webhooks.Event]:
            return [each for each in receiver.events(endpoint["secret"]) if each.id == events[0].id]

        assert len(await until("the event again", again, lambda twice: len(twice) == 2)) == 2
        listed = await system.run("webhook-events", types=["order.closed"], first=5)
        assert order_id in [edge["node"]["subject"] for edge in listed["edges"]]
        assert (await rival.staff.run("webhook-deliveries", endpointId=endpoint["id"]))["nodes"] == []
        assert (await refusal(rival.staff.run("end-webhook-endpoint", id=endpoint["id"]))).code == "not-found"
        await system.run("end-webhook-endpoint", id=endpoint["id"])


@pytest.fixture
async def system(tmp_path: Path) -> AsyncGenerator[Stack]:
    async with a_city(tmp_path / "webhooks") as running:
        yield running


@pytest.mark.long
async def test_kills_of_the_sender_lose_nothing_and_keep_each_orders_order(system: Stack) -> None:
    async with connect(system.graphql) as nobody, receiving() as receiver:
        clinic = await a_clinic(nobody, system.secrets)
        endpoint = await an_endpoint(clinic.staff, receiver.url)
        residents = [(await a_resident(nobody))[0] for _ in range(4)]

        async def orders_of(resident: Caller) -> list[str]:
            return [await one_order(resident, clinic) for _ in range(ORDERS // len(residents))]

        async def kill() -> None:
            for _ in range(3):
                await asyncio.sleep(1.5)
                system.supervisor.kill("notifications")

        *placed, _ = await asyncio.gather(*map(orders_of, residents), kill())
        orders = {order_id for some in placed if some for order_id in some}

        async def steps() -> dict[str, list[webhooks.Event]]:
            by_order = defaultdict(list)
            for event in receiver.events(endpoint["secret"]):
                by_order[event.subject].append(event)
            return by_order

        def complete(by_order: dict[str, list[webhooks.Event]]) -> bool:
            return all({event.type for event in by_order.get(order_id, [])} >= set(STEPS) for order_id in orders)

        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not complete(by_order := await steps()):
            assert asyncio.get_running_loop().time() < deadline, "something was lost"
            await asyncio.sleep(0.5)
        for order_id in orders:
            firsts = list({event.id: event.sequence for event in by_order[order_id]}.values())
            assert firsts == sorted(firsts), "what came twice aside, each order's events came in order"


async def one_order(resident: Caller, clinic: Clinic) -> str:
    order_id = str((await place(resident, clinic))["id"])
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    return order_id


async def at_a_terminal(stack: Stack, clinic: Clinic, *arguments: str) -> asyncio.subprocess.Process:
    """`yima …` as the clinic's staff."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yima_cli.main", *arguments, "--json"),
        *("--url", stack.graphql, "--login", clinic.login, "--password", PASSWORD),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def test_an_engineer_triggers_an_order_and_listens_to_it_on_their_own_machine(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    secret = "whsec_" + "QUJD" * 8
    async with receiving() as receiver:
        forward = ("--forward-to", receiver.url, "--secret", secret, "--type", "order.confirmed", "--count", "1")
        listening = await at_a_terminal(stack, clinic, "listen", *forward)
        assert listening.stderr is not None
        assert (await listening.stderr.readline()).startswith(b"Listening")
        triggering = await at_a_terminal(
            stack, clinic, "trigger", "order.confirmed", "--offering", clinic.offering["id"]
        )
        out, complaint = await triggering.communicate()
        assert triggering.returncode == 0, complaint.decode()
        order_id = json.loads(out)["subject"]
        out, complaint = await listening.communicate()
        assert listening.returncode == 0, complaint.decode()
        line = json.loads(out)
        assert (line["type"], line["subject"], line["answered"]) == ("order.confirmed", order_id, "204")
        (event,) = receiver.events(secret)
        assert (event.id, event.body) == (line["id"], line["body"])

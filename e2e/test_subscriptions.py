"""What can be followed, over server-sent events and over WebSockets, and what ends it."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import websockets
from devstack.stack import Stack
from gateway.console import operations
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from yima_client.caller import Caller, fresh_key
from yima_client.caller import until as wait_for
from yima_client.errors import Refused

from e2e.people import a_clinic, a_resident, confirmed, place, serve

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 20.0


class Talk:
    """The client's side of graphql-transport-ws."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **message: Any) -> None:
        await self.socket.send(orjson.dumps(message).decode())

    async def hear(self) -> dict[str, Any]:
        return dict(orjson.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS)))

    async def subscribe(self, number: str, name: str, /, **variables: Any) -> None:
        await self.say(id=number, type="subscribe", payload={"query": operations()[name], "variables": variables})

    async def next(self) -> Any:
        """The one field of the next result."""
        message = await self.hear()
        assert message["type"] == "next", message
        (value,) = message["payload"]["data"].values()
        return value


@asynccontextmanager
async def talk(stack: Stack, caller: Caller | None = None, greet: bool = True) -> AsyncGenerator[Talk]:
    url = stack.graphql.replace("http", "ws", 1)
    async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as socket:
        opened = Talk(socket)
        if greet:
            await opened.say(type="connection_init", payload=await caller.headers() if caller else {})
            assert (await opened.hear())["type"] == "connection_ack"
        yield opened


async def test_a_partner_follows_its_orders_and_goes_on_where_it_left_off(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    async with talk(stack, clinic.staff) as line:
        await line.subscribe("1", "incoming-orders")
        await asyncio.sleep(0.5)
        await place(resident, other)
        first = (await place(resident, clinic))["id"]
        answer = await line.next()
        assert answer["order"]["id"] == first
        assert answer["order"]["status"] in ("CONFIRMED", "ACCEPTED")
    missed = [(await place(resident, clinic))["id"] for _ in range(3)]
    for order_id in missed:
        await confirmed(resident, order_id)
    async with talk(stack, clinic.staff) as line:
        await line.subscribe("1", "incoming-orders", after=answer["cursor"])
        assert {(await line.next())["order"]["id"] for _ in missed} == set(missed)


async def test_a_partner_follows_all_that_webhooks_say_and_nothing_of_anothers(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    await confirmed(resident, (await place(resident, clinic))["id"])
    async with talk(stack, clinic.staff) as line:
        await line.subscribe("1", "follow-webhook-events", types=["order.confirmed"])
        await line.subscribe("2", "follow-webhook-events", types=["certificate.changed"], after="")
        certified = await line.next()
        assert certified["event"]["type"] == "certificate.changed", "what came before, where it is asked for"
        await line.say(id="2", type="complete")
        await asyncio.sleep(1.5)
        await confirmed(resident, (await place(resident, other))["id"])
        mine = (await place(resident, clinic))["id"]
        while (followed := await line.next())["event"]["type"] == "certificate.changed":
            pass  # a clinic has several, of which some were on their way
    assert (followed["event"]["type"], followed["event"]["subject"]) == ("order.confirmed", mine)
    missed = (await place(resident, clinic))["id"]
    await confirmed(resident, missed)
    async with talk(stack, clinic.staff) as line:
        await line.subscribe("1", "follow-webhook-events", types=["order.confirmed"], after=followed["cursor"])
        assert (await line.next())["event"]["subject"] == missed
    async with talk(stack, resident) as line:
        await line.subscribe("1", "follow-webhook-events")
        refused = await line.hear()
        assert refused["payload"]["data"] is None
        assert refused["payload"]["errors"][0]["extensions"]["code"] == "forbidden", "a resident is no partner"


async def test_a_resident_follows_consents_and_a_stranger_hears_nothing(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    async with talk(stack, resident) as mine, talk(stack, stranger) as theirs, talk(stack, clinic.staff) as partners:
        for line in (mine, theirs, partners):
            await line.subscribe("1", "consent-changes")
        await asyncio.sleep(0.5)
        await place(resident, clinic)
        granted = (await mine.next())["consent"]
        assert granted["status"] in ("AWAITING_ORDER", "GRANTED")
        await resident.run("revoke-consent", consentId=granted["id"], reason="enough")
        assert (await mine.next())["consent"]["status"] == "REVOKED"
        assert (await partners.next())["consent"]["id"] == granted["id"]
        await theirs.say(type="ping")
        assert (await theirs.hear())["type"] == "pong"


async def test_an_order_is_followed_to_its_end_over_both_transports(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)

    async def by_events() -> list[str]:
        return [order["status"] async for order in resident.follow("order-status", orderId=order_id)]

    async def by_socket() -> list[str]:
        seen = []
        async with talk(stack, resident) as line:
            await line.subscribe("1", "order-status", orderId=order_id)
            while (message := await line.hear())["type"] == "next":
                seen.append(message["payload"]["data"]["orderStatus"]["status"])
            assert message == {"id": "1", "type": "complete"}
        return seen

    following = asyncio.gather(by_events(), by_socket())
    await asyncio.sleep(0.3)
    await serve(resident, clinic, order_id)
    for seen in await asyncio.wait_for(following, PATIENCE_SECONDS):
        assert seen[0] == "CONFIRMED"
        assert seen[-1] == "CLOSED"


async def test_a_health_code_is_shown_anew_and_each_is_another(stack: Stack, nobody: Caller) -> None:
    resident, _ = await a_resident(nobody)
    async with talk(stack, resident) as line:
        await line.subscribe("1", "health-code")
        await line.subscribe("2", "health-code")
        codes = [await line.next(), await line.next()]
        assert len({code["text"] for code in codes}) == 2
        assert all(code["text"].startswith("YM1:") for code in codes)
        await line.say(id="1", type="complete")
        await line.say(type="ping")
        assert (await line.hear())["type"] == "pong"


async def test_who_may_not_follow_is_told_so(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    for caller, name, variables, code in (
        (stranger, "order-status", {"orderId": order_id}, "not-found"),
        (resident, "incoming-orders", {}, "forbidden"),
        (nobody, "consent-changes", {}, "unauthenticated"),
        (clinic.staff, "incoming-orders", {"after": "yesterday"}, "invalid"),
    ):
        async with talk(stack, caller) as line:
            await line.subscribe("1", name, **variables)
            message = await line.hear()
            errors = message["payload"]["errors"] if message["type"] == "next" else message["payload"]
            assert errors[0]["extensions"]["code"] == code
        with pytest.raises(Refused) as refusal:
            async for _ in caller.follow(name, **variables):
                pass
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["not json"], 4400),
        (["[]"], 4400),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ me { role } }"}}'], 4401),
        (['{"type": "connection_init"}', '{"type": "connection_init"}'], 4429),
        (['{"type": "connection_init"}', '{"type": "unheard-of"}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": 7}'], 4400),
        (["x" * 300_000], 4400),
    ],
)
async def test_a_client_that_breaks_the_protocol_is_let_go_with_its_code(
    stack: Stack, messages: list[str], code: int
) -> None:
    async with talk(stack, greet=False) as line:
        with pytest.raises(ConnectionClosed) as closed:
            for message in messages:
                await line.socket.send(message)
            for _ in range(5):
                await line.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


async def test_an_operations_number_is_taken_while_it_is_under_way(stack: Stack, nobody: Caller) -> None:
    resident, _ = await a_resident(nobody)
    async with talk(stack, resident) as line:
        await line.subscribe("1", "health-code")
        await line.next()
        await line.subscribe("1", "health-code")
        with pytest.raises(ConnectionClosed) as closed:
            await line.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4409


async def test_a_query_over_a_socket_is_answered_and_completed(stack: Stack) -> None:
    async with talk(stack) as line:
        await line.say(id="a", type="subscribe", payload={"query": "{ offerings(first: 1) { nodes { id } } }"})
        assert (await line.hear())["payload"]["data"]["offerings"] is not None
        assert await line.hear() == {"id": "a", "type": "complete"}
        await line.say(id="b", type="subscribe", payload={"query": "{ nothing }"})
        refused = await line.hear()
        assert (refused["id"], refused["type"]) == ("b", "error")


async def test_a_gateway_that_stops_says_so_to_who_follows(stack: Stack, nobody: Caller) -> None:
    resident, _ = await a_resident(nobody)
    starts = stack.supervisor.starts("gateway")
    async with talk(stack, resident) as line:
        await line.subscribe("1", "health-code")
        await line.next()
        stack.supervisor.kill("gateway", signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            await line.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    while stack.supervisor.starts("gateway") == starts:  # noqa: ASYNC110 it restarts
        await asyncio.sleep(0.05)
    await stack.supervisor.wait_ready("gateway")


async def test_a_declined_payment_is_pushed_and_each_event_shows_the_payment_as_it_is(
    stack: Stack, nobody: Caller
) -> None:
    """The resident sees the refusal at once, chooses another method, sees that one under way, and then accepted."""
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic, paymentMethod=None))["id"]

    async def until(line: Talk, wanted: str) -> dict[str, Any]:
        seen: list[Any] = []
        while True:
            order: dict[str, Any] = await line.next()
            seen.append(order)
            if order["payment"] is not None and order["payment"]["status"] == wanted:
                return order
            assert len(seen) < 20, seen

    async with talk(stack, resident) as line:
        await line.subscribe("1", "order-status", orderId=order_id)
        await until(line, "AWAITING_METHOD")
        for method, why in (("sandbox:declined", "declined"), ("sandbox:insufficient-funds", "enough money")):
            paying = await resident.run("pay-order", orderId=order_id, paymentMethod=method, key=fresh_key())
            assert paying["payment"]["status"] in ("AUTHORISING", "AWAITING_METHOD")
            assert not paying["payment"]["failure"]
            failed = await until(line, "FAILED")
            while why not in failed["payment"]["failure"]:  # settlement and ordering both told of the refusal before
                assert "declined" in failed["payment"]["failure"]
                failed = await until(line, "FAILED")
            while why not in (failed["reason"] or ""):
                failed = await line.next()
        paying = await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
        assert paying["payment"] == {"status": "AUTHORISING", "failure": None}
        confirmed_order = await until(line, "AUTHORISED")
        while confirmed_order["status"] != "CONFIRMED":
            confirmed_order = await line.next()
        assert confirmed_order["payment"]["status"] == "AUTHORISED"
        await serve(resident, clinic, order_id)
        order = await until(line, "CAPTURED")
        while order["status"] != "CLOSED":
            order = await line.next()
        assert order["payment"]["status"] == "CAPTURED"


async def test_a_partner_hears_every_step_of_its_orders_and_nobody_elses(stack: Stack, nobody: Caller) -> None:
    """Refusals, cancellations, moved bookings: live, and again from the beginning and after a cursor."""
    clinic, other = await a_clinic(nobody, stack.secrets, bookingRequired=True), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    document = "query ($id: ID!) { offering(id: $id) { freePlaces { slotId } } }"

    async def free_places() -> Any:
        return (await resident.raw(document, id=clinic.offering["id"]))["data"]["offering"]["freePlaces"]

    places = await wait_for("the slots", free_places, lambda values: len(values) > 2)
    lines = [{"offeringId": clinic.offering["id"], "slotId": places[0]["slotId"]}]

    async def steps(line: Talk, last: str) -> list[dict[str, Any]]:
        heard = [await line.next()]
        while heard[-1]["kind"] != last:
            heard.append(await line.next())
        return heard

    async with talk(stack, clinic.staff) as line, talk(stack, stranger) as theirs, talk(stack, resident) as mine:
        for each in (line, theirs, mine):
            await each.subscribe("1", "order-events")
        await asyncio.sleep(0.5)
        order_id = (await place(resident, clinic, lines=lines))["id"]
        await place(resident, other)
        order = await confirmed(resident, order_id)
        await resident.run(
            "book-slot",
            orderId=order_id,
            lineId=order["lines"][0]["id"],
            slotId=places[1]["slotId"],
            bookingId=order["lines"][0]["bookings"][0]["id"],
            key=fresh_key(),
        )
        await clinic.staff.run("accept-order", orderId=order_id)
        await resident.run("cancel-order", orderId=order_id, reason="the child is ill")
        live = await steps(line, "CANCELLED")
        assert [step["kind"] for step in live] == ["CONFIRMED", "SLOT_BOOKED", "ACCEPTED", "CANCELLED"]
        assert {step["orderId"] for step in live} == {order_id}
        assert [step["version"] for step in live] == sorted({step["version"] for step in live})
        assert live[-1]["reason"] is None, "the resident's words are theirs"
        assert live[-1]["order"]["status"] == "CANCELLED"
        assert live[1]["bookingId"].startswith("bkg_")
        assert (await steps(mine, "CANCELLED"))[-1]["reason"] == "the child is ill"
        refused = (await place(resident, clinic, lines=[{**lines[0], "slotId": places[2]["slotId"]}]))["id"]
        await confirmed(resident, refused)
        await clinic.staff.run("refuse-order", orderId=refused, reason="no staff")
        assert (await steps(line, "REFUSED"))[-1]["reason"] == "no staff"
        await theirs.say(type="ping")
        assert (await theirs.hear())["type"] == "pong"
    async with talk(stack, clinic.staff) as line:
        await line.subscribe("1", "order-events", after="s0")
        again = await steps(line, "CANCELLED")
        assert [step["cursor"] for step in again] == [step["cursor"] for step in live]
    async with talk(stack, clinic.staff) as line:
        await line.subscribe("1", "order-events", after=live[1]["cursor"])
        assert [step["kind"] for step in await steps(line, "CANCELLED")] == ["ACCEPTED", "CANCELLED"]
        await line.subscribe("2", "order-events", after="s999999999")
        message = await line.hear()
        while message["id"] != "2":
            message = await line.hear()
        refused = message["payload"]["errors"][0]["extensions"]
        assert (refused["code"], refused["field"]) == ("invalid", "after")

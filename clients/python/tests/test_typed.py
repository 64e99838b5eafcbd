"""Typed methods: one for each operation, of the schema's own names; refused by type; tried again; read to the end."""

import asyncio
import base64
import inspect
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from graphql import GraphQLObjectType, build_schema
from yima_client import problems
from yima_client.api import Api
from yima_client.caller import connect
from yima_client.errors import Refused
from yima_client.operations import operations
from yima_client.problems import BY_CODE, NotPermitted
from yima_client.structs import Struct

pytestmark = pytest.mark.anyio
SCHEMA = Path(__file__).parents[3] / "gateway" / "schema.graphql"
SUBJECTS = sorted(path.stem for path in Path(inspect.getfile(Api)).parent.glob("*.py") if path.stem[0] != "_")


def subjects() -> list[type[Any]]:
    modules = [import_module(f"yima_client.api.{subject}") for subject in SUBJECTS if subject != "inputs"]
    return [kind for module in modules for name, kind in vars(module).items() if name.endswith("Api")]


def test_every_operation_that_ships_is_a_method() -> None:
    methods = {name for kind in subjects() for name in vars(kind) if name[0] != "_"}
    assert methods == {name.replace("-", "_") for name in operations()}


def test_what_is_decoded_has_the_names_of_the_schema() -> None:
    known = {
        name
        for kind in build_schema(SCHEMA.read_text("utf-8")).type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name in kind.fields
    }
    structs = [kind for subject in subjects() for kind in vars(inspect.getmodule(subject)).values()]
    fields = {
        field.encode_name
        for kind in structs
        if isinstance(kind, type) and issubclass(kind, Struct)
        for field in msgspec.structs.fields(kind)
    }
    assert len(fields) > 300
    assert fields <= known


def test_a_refusal_is_of_the_type_of_its_code() -> None:
    refused = Refused("publish", "not-permitted", "The partner may not publish this now.", "manifest")
    assert isinstance(refused, NotPermitted)
    assert (refused.code, refused.field) == ("not-permitted", "manifest")
    assert type(Refused("publish", "a-code-of-tomorrow", "…")) is Refused
    assert len(set(BY_CODE.values())) == len(BY_CODE)
    assert all(issubclass(kind, Refused) and kind.__doc__ for kind in BY_CODE.values())


type Answer = Callable[[int, dict[str, Any]], bytes | None]
"""What is answered to a request, by its number and body: None hangs up."""


@asynccontextmanager
async def a_server(answer: Answer) -> AsyncGenerator[tuple[str, list[dict[str, Any]]]]:
    """A server that speaks HTTP no better than a network which fails. Yields its address, and the bodies that came."""
    asked: list[dict[str, Any]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        asked.append(json.loads(await reader.readexactly(length)))
        answered = answer(len(asked), asked[-1])
        if answered is not None:
            writer.write(answered)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql", asked


def answered(value: Any, status: str = "200 OK", kind: str = "application/json") -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n".encode() + body


ACCEPTED = answered({"data": {"acceptOrder": {"id": "ord_1", "status": "ACCEPTED"}}})


async def test_what_has_a_key_is_tried_again_with_the_same_key_when_the_network_or_a_service_fails() -> None:
    away = answered({"data": {"acceptOrder": {"code": "unavailable", "message": "…", "field": None}}})
    failures = {1: None, 2: away, 3: answered(b"<html>", "502 Bad Gateway", "text/html")}
    async with a_server(lambda number, _: failures.get(number, ACCEPTED)) as (url, asked), connect(url) as caller:
        order = await caller.api.ordering.accept_order("ord_1")
    assert order.status == "ACCEPTED"
    assert len(asked) == 4
    assert len({body["variables"]["key"] for body in asked}) == 1


async def test_what_has_no_key_and_changes_something_is_sent_once() -> None:
    async with a_server(lambda _number, _body: None) as (url, asked), connect(url) as caller:
        with pytest.raises(httpx2.TransportError):
            await caller.api.ordering.refuse_order("ord_1", "we are closed")
    assert len(asked) == 1


async def test_a_refusal_is_not_tried_again() -> None:
    refused = answered({"data": {"acceptOrder": {"code": "not-permitted", "message": "no", "field": None}}})
    async with a_server(lambda _number, _body: refused) as (url, asked), connect(url) as caller:
        with pytest.raises(NotPermitted):
            await caller.api.ordering.accept_order("ord_1")
    assert len(asked) == 1


def token(number: int) -> bytes:
    """An access token of ten minutes, as a sandbox of next year's issues it."""
    claims = base64.urlsafe_b64encode(json.dumps({"iat": 2_000_000_000, "exp": 2_000_000_600}).encode()).decode()
    return answered({"data": {"exchangeApiKey": {"accessToken": f"e30.{claims}.{number}", "refreshToken": None}}})


async def test_who_has_a_key_has_another_token_where_one_is_over_before_its_time_and_once() -> None:
    over = answered({"data": None, "errors": [{"message": "over", "extensions": {"code": "unauthenticated"}}]})
    replies = {1: token(1), 2: over, 3: token(2), 4: ACCEPTED, 5: over, 6: token(3), 7: over}
    async with a_server(lambda number, _: replies[number]) as (url, asked), connect(url) as nobody:
        system = await nobody.with_api_key("yk_1")
        assert (await system.api.ordering.accept_order("ord_1")).status == "ACCEPTED"
        with pytest.raises(problems.Unauthenticated):
            await system.api.ordering.accept_order("ord_1")
    assert ["exchangeApiKey" in body["query"] for body in asked] == [True, False, True, False, False, True, False]


async def test_what_time_it_is_there_is_what_the_last_answer_said_unless_it_is_as_here() -> None:
    def dated(ahead: timedelta) -> bytes:
        date = format_datetime(datetime.now(UTC) + ahead, usegmt=True)
        return ACCEPTED.replace(b"\r\n", f"\r\nDate: {date}\r\n".encode(), 1)

    ahead = {1: timedelta(days=40), 2: timedelta(seconds=2)}
    async with a_server(lambda number, _: dated(ahead[number])) as (url, _), connect(url) as caller:
        assert abs(caller.now() - datetime.now(UTC)) < timedelta(seconds=1)
        await caller.api.ordering.accept_order("ord_1")
        assert abs(caller.with_token("t").now() - datetime.now(UTC) - timedelta(days=40)) < timedelta(seconds=5)
        await caller.api.ordering.accept_order("ord_1")
        assert abs(caller.now() - datetime.now(UTC)) < timedelta(seconds=1)


def event(cursor: str) -> bytes:
    said = {"cursor": cursor, "kind": "PLACED", "at": "2026-10-01T09:00:00Z", "orderId": "ord_1", "version": 1}
    return b"event: next\ndata: " + json.dumps({"data": {"orderEvents": said}}).encode() + b"\n\n"


async def test_a_feed_goes_on_after_its_last_event_when_the_connection_or_the_token_is_over() -> None:
    expired = {"errors": [{"message": "over", "extensions": {"code": "token-expired"}}]}
    streams = {
        1: event("s1") + event("s2"),
        2: event("s3") + b"data: " + json.dumps(expired).encode() + b"\n\n",
    }

    def stream(number: int, _body: dict[str, Any]) -> bytes | None:
        return None if number == 3 else answered(streams.get(number, event("s4")), kind="text/event-stream")

    async with a_server(stream) as (url, asked), connect(url) as caller:
        seen = []
        async for step in caller.api.order_events.order_events(after="s0"):
            seen.append(step.cursor)
            if len(seen) == 4:
                break
    assert seen == ["s1", "s2", "s3", "s4"]
    assert [body["variables"]["after"] for body in asked] == ["s0", "s2", "s3", "s3"]


async def test_a_subscription_that_is_refused_raises_and_does_not_just_end() -> None:
    problem = {"type": "urn:yima:problem:forbidden", "title": "no", "status": 403}
    async with (
        a_server(lambda _number, _body: answered(problem, "403 Forbidden")) as (url, asked),
        connect(url) as caller,
    ):
        with pytest.raises(problems.Forbidden):
            await anext(caller.api.order_events.order_events())
    assert len(asked) == 1


async def test_pages_are_one_iteration_and_ask_for_the_next_page_only_when_it_is_read() -> None:
    def page(number: int, _body: dict[str, Any]) -> bytes:
        node = {"id": f"off_{number}", "reference": f"r{number}", "revision": 1, "status": "PUBLISHED"}
        info = {"hasNextPage": number < 3, "endCursor": f"c{number}"}
        return answered({"data": {"partnerOfferings": {"nodes": [node], "pageInfo": info}}})

    async with a_server(page) as (url, asked), connect(url) as caller:
        listing = caller.api.catalog.partner_offerings()
        assert (await listing.first(1))[0].id == "off_1"
        assert len(asked) == 1
        asked.clear()
        assert [offering.reference for offering in await listing.all()] == ["r1", "r2", "r3"]
    assert [body["variables"].get("after") for body in asked] == [None, "c1", "c2"]


async def test_a_list_is_read_from_its_end_the_last_one_first_and_a_page_keeps_the_order_of_the_list() -> None:
    def page(number: int, _body: dict[str, Any]) -> bytes:
        nodes = [
            {"id": f"off_{at}", "reference": f"r{at}", "revision": 1, "status": "PUBLISHED"}
            for at in (7 - 2 * number, 8 - 2 * number)
        ]
        info = {"hasNextPage": number > 1, "hasPreviousPage": number < 3, "startCursor": f"c{number}"}
        return answered({"data": {"partnerOfferings": {"nodes": nodes, "pageInfo": info}}})

    async with a_server(page) as (url, asked), connect(url) as caller:
        listing = caller.api.catalog.partner_offerings()
        assert [offering.reference for offering in await listing.last(2)] == ["r5", "r6"]
        assert len(asked) == 1
        asked.clear()
        backward = [offering.reference async for offering in listing.backward()]
    assert backward == ["r6", "r5", "r4", "r3", "r2", "r1"]
    assert [body["variables"].get("before") for body in asked] == [None, "c1", "c2"]
    assert all(body["variables"]["last"] == 100 and "first" not in body["variables"] for body in asked)

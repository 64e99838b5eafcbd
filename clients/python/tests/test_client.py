"""The Python client refuses what the gateway would silently ignore, and says what it was refused."""

import asyncio
import json
import re
from typing import Any

import pytest
from yima_client.caller import connect
from yima_client.errors import Refused, UnknownOperation, UnknownVariable
from yima_client.operations import declared_variables, operations

pytestmark = pytest.mark.anyio
NOWHERE = "http://127.0.0.1:1/graphql"


async def test_a_variable_that_an_operation_does_not_take_is_refused_by_name_before_anything_is_sent() -> None:
    async with connect(NOWHERE) as caller:
        with pytest.raises(UnknownVariable, match=r"sign-in takes no variable pasword; it takes code, login, password"):
            await caller.run("sign-in", login="lin@residents.example.org", pasword="four unrelated words")
        with pytest.raises(UnknownVariable, match=r"me takes no variable id; it takes none"):
            await caller.run("me", id="res_1")
        with pytest.raises(UnknownVariable, match="idd"):
            await anext(caller.follow("order-status", idd="ord_1"))


async def test_an_operation_that_does_not_exist_is_refused_by_name() -> None:
    async with connect(NOWHERE) as caller:
        with pytest.raises(UnknownOperation, match="sing-in"):
            await caller.run("sing-in", login="lin@residents.example.org", password="four unrelated words")


ERROR: dict[str, Any] = {"message": "no", "extensions": {"code": "try-later", "field": "code", "retryAfterSeconds": 7}}
PROBLEM = {"type": "urn:yima:problem:try-later", "title": "Later.", "detail": "no", "field": "code"}


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        ({"errors": [ERROR]}, 7),
        ({"data": None, "errors": [ERROR]}, 7),
        ({"data": {"me": None}, "errors": [ERROR]}, 7),
        ({"data": {"me": ERROR["extensions"] | {"message": "no"}}}, 7),
        (PROBLEM | {"data": {"retryAfterSeconds": 7}}, 7),
        (PROBLEM, 0),
    ],
)
async def test_a_refusal_has_its_code_its_field_and_when_to_ask_again_in_whatever_form_it_comes(
    answer: dict[str, Any], wait: int
) -> None:
    body = json.dumps(answer).encode()

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    async with server, connect(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql") as caller:
        with pytest.raises(Refused) as refused:
            await caller.run("me")
    said = refused.value
    assert (said.code, said.field, said.message, said.retry_after) == ("try-later", "code", "no", wait)


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_variable_that_a_document_uses_is_one_it_declares(name: str) -> None:
    assert set(re.findall(r"\$(\w+)", operations()[name])) == declared_variables()[name]


@pytest.mark.parametrize("name", [name for name, text in operations().items() if text.startswith("query")])
def test_what_is_listed_page_by_page_takes_how_many_and_after_which(name: str) -> None:
    variables = declared_variables()[name]
    assert "after" not in variables or "first" in variables, "`Caller.every` sends both"

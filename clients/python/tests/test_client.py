"""The Python client refuses what the gateway would silently ignore."""

import re

import pytest
from yima_client.caller import connect
from yima_client.errors import UnknownOperation, UnknownVariable
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


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_variable_that_a_document_uses_is_one_it_declares(name: str) -> None:
    assert set(re.findall(r"\$(\w+)", operations()[name])) == declared_variables()[name]


@pytest.mark.parametrize("name", [name for name, text in operations().items() if text.startswith("query")])
def test_what_is_listed_page_by_page_takes_how_many_and_after_which(name: str) -> None:
    variables = declared_variables()[name]
    assert "after" not in variables or "first" in variables, "`Caller.every` sends both"

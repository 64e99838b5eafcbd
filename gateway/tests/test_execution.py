"""What many send at once is worked out once, and who sends the same waits for it."""

import asyncio
from typing import Any

import pytest
from gateway.execution import Executor
from gateway.schema import core
from graphql import get_introspection_query

pytestmark = pytest.mark.anyio
AT_ONCE = 60  # several times what may wait of one client


@pytest.mark.parametrize("source", ["{ __typename }", "query ($a: Boolean!) { __typename @include(if: $a) }"])
async def test_a_new_document_that_one_client_sends_many_times_at_once_is_made_ready_once(source: str) -> None:
    executor, charges = Executor(core, {}), list[int]()

    async def send() -> None:
        document = await executor.learn("10.0.0.1", source, charges.append)
        await executor.prepare("10.0.0.1", document, document.operation(None), {"a": True}, charges.append)

    await asyncio.gather(*[send() for _ in range(AT_ONCE)])
    assert len(charges) == 2  # for looking at it, and for making its program


async def test_the_schema_that_many_ask_for_at_once_is_written_out_once() -> None:
    executor, charges = Executor(core, {}), list[int]()
    document = executor.documents.get(get_introspection_query())

    async def ask() -> dict[str, Any] | None:
        return (await executor.introspect("10.0.0.1", document, None, None, charges.append)).data

    answers = await asyncio.gather(*[ask() for _ in range(AT_ONCE)])
    assert len(charges) == 1
    assert all(answer and answer is answers[0] and answer["__schema"] for answer in answers)

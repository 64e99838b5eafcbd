"""What arrives together is written together, by as many writers as may, and nothing is left waiting."""

import asyncio
from collections.abc import Sequence

import pytest
from chassis.batching import BATCH_MAX, Batcher
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.anyio


class Writer:
    """Writes what it is given once it may go on; counts how many batches it writes at once."""

    def __init__(self) -> None:
        self.batches: list[Sequence[int]] = []
        self.writing = self.most = 0
        self.may_go_on = asyncio.Event()

    async def write(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(items)
        self.writing += 1
        self.most = max(self.most, self.writing)
        await self.may_go_on.wait()
        self.writing -= 1
        return [ValueError(str(item)) if item % 7 == 6 else item * 2 for item in items]


@given(st.integers(1, 4), st.lists(st.integers(1, 200), min_size=1, max_size=8))
@settings(max_examples=examples(40), deadline=None)
def test_every_caller_has_its_own_answer_from_no_more_writers_than_may(at_once: int, waves: list[int]) -> None:
    async def run() -> None:
        writer = Writer()
        batcher = Batcher[int, int](writer.write, at_once)
        calls: list[asyncio.Task[int]] = []
        for size in waves:
            calls += [asyncio.create_task(batcher.submit(len(calls) + number)) for number in range(size)]
            for _ in range(4):
                await asyncio.sleep(0)
        assert writer.most == min(at_once, len(writer.batches))
        writer.may_go_on.set()
        answers = await asyncio.gather(*calls, return_exceptions=True)
        for number, answer in enumerate(answers):
            if number % 7 == 6:
                assert isinstance(answer, ValueError)
                assert str(answer) == str(number)
            else:
                assert answer == number * 2
        assert writer.most <= at_once
        assert sorted(item for batch in writer.batches for item in batch) == list(range(len(calls)))
        assert max(len(batch) for batch in writer.batches) <= BATCH_MAX

    asyncio.run(run())


async def test_one_writer_gathers_what_comes_while_it_writes() -> None:
    writer = Writer()
    batcher = Batcher[int, int](writer.write)
    calls = []
    for number in range(5):
        calls.append(asyncio.create_task(batcher.submit(number)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    writer.may_go_on.set()
    assert await asyncio.gather(*calls) == [0, 2, 4, 6, 8]
    assert [len(batch) for batch in writer.batches] == [1, 4]

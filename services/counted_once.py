"""What every service's tests of counted limits check: who counts is alone in it until its transaction ends."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from chassis import failures
from chassis.database import Database
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

FIRST, SECOND = UUID(int=1), UUID(int=2)

type Count = Callable[[AsyncSession, UUID], Awaitable[int]]


async def nobody_else_counts_the_same(database: Database, count: Count) -> None:
    """Of two who count what is one person's, the second waits for the first; who counts another's does not."""
    async with database.transaction() as first:
        await count(first, FIRST)
        async with database.transaction() as other:
            await count(other, SECOND)
        with pytest.raises(DBAPIError) as waited:
            async with database.transaction() as second:
                await second.execute(text("SET LOCAL lock_timeout = '200ms'"))
                await count(second, FIRST)
    assert failures.sqlstate(waited.value) == "55P03"

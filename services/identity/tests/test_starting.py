"""What identity makes when it starts is made once, however many start."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from chassis.database import Database
from devstack.cities import City
from identity.app import Settings, resources
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "identity"
TOGETHER = 4


async def test_processes_that_start_together_make_one_key_and_each_account_once(own_database: str) -> None:
    settings = Settings(
        operator_password="a long and unlikely password",
        regulator_password="another rather unlikely one",
        city_file=str(City.named("jinan").pack),
    )
    async with AsyncExitStack() as stack:
        databases = [Database(own_database) for _ in range(TOGETHER)]
        for one in databases:
            stack.push_async_callback(one.close)
        made = await asyncio.gather(*(stack.enter_async_context(resources(settings, one)) for one in databases))
        async with databases[0].transaction() as session:
            roles = (await session.execute(text("SELECT role FROM account ORDER BY role"))).scalars().all()
    assert len({one.keys.kid for one in made}) == 1
    assert len(roles) == len(set(roles)) == 2

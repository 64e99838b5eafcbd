"""What identity makes when it starts is made once, however many start."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from chassis.database import Database
from chassis.settings import SettingUnfit
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


async def test_a_weak_password_of_the_operator_ends_the_start_by_its_settings_name(own_database: str) -> None:
    settings = Settings(
        operator_password="operator2026",
        regulator_password="another rather unlikely one",
        city_file=str(City.named("jinan").pack),
    )
    store = Database(own_database)
    with pytest.raises(SettingUnfit, match="YIMA_OPERATOR_PASSWORD: is too easy to guess"):
        async with resources(settings, store):
            pass
    await store.close()


async def test_a_changed_secret_changes_the_password_and_ends_who_was_signed_in(own_database: str) -> None:
    told = {"regulator_password": "another rather unlikely one", "city_file": str(City.named("jinan").pack)}
    store = Database(own_database)
    first = Settings(operator_password="a long and unlikely password", **told)
    async with resources(first, store), store.transaction() as session:
        subject = await session.scalar(text("SELECT subject_id FROM account WHERE role = 'operator'"))
        await session.execute(
            text(
                "INSERT INTO access_session (id, subject_id, began_at, expires_at) "
                "VALUES (gen_random_uuid(), :subject, now(), now() + interval '1 hour')"
            ),
            {"subject": subject},
        )
    second = Settings(operator_password="some other unlikely words", **told)
    async with resources(second, store), store.transaction() as session:
        ended = await session.scalars(text("SELECT ended_at IS NOT NULL FROM access_session"))
        assert ended.all() == [True]
    await store.close()

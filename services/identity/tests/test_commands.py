"""Accounts: those of the start are made once, however many start; nobody's login can be taken for another's."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime

import pytest
from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.settings import SettingUnfit
from devstack.cities import City
from identity import store
from identity.app import Settings, resources
from identity.domain.people import LoginTaken
from identity.tables import AccountRow
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "identity"
TOGETHER = 4


async def test_processes_that_start_together_make_one_key_and_each_account_once(own_database: str) -> None:
    settings = Settings(
        operator_password="a long and unlikely password",
        regulator_password="another rather unlikely one",
        numbers_secret="a secret of some length",
        city_file=str(City.named("jinan").pack),
    )
    async with AsyncExitStack() as stack:
        databases = [Database(own_database) for _ in range(TOGETHER)]
        for database in databases:
            stack.push_async_callback(database.close)
        started = await asyncio.gather(
            *(stack.enter_async_context(resources(settings, database)) for database in databases)
        )
        async with databases[0].transaction() as session:
            roles = (await session.execute(text("SELECT role FROM account ORDER BY role"))).scalars().all()
    assert len({service_resources.keys.kid for service_resources in started}) == 1
    assert len(roles) == len(set(roles)) == 2


async def test_a_weak_password_of_the_operator_ends_the_start_by_its_settings_name(own_database: str) -> None:
    settings = Settings(
        operator_password="operator2026",
        regulator_password="another rather unlikely one",
        numbers_secret="a secret of some length",
        city_file=str(City.named("jinan").pack),
    )
    store = Database(own_database)
    with pytest.raises(SettingUnfit, match="YIMA_OPERATOR_PASSWORD: is too easy to guess"):
        async with resources(settings, store):
            pass
    await store.close()


async def test_a_changed_secret_changes_the_password_and_ends_who_was_signed_in(own_database: str) -> None:
    others = {
        "regulator_password": "another rather unlikely one",
        "numbers_secret": "a secret of some length",
        "city_file": str(City.named("jinan").pack),
    }
    store = Database(own_database)
    first = Settings(operator_password="a long and unlikely password", **others)
    async with resources(first, store), store.transaction() as session:
        subject = await session.scalar(text("SELECT subject_id FROM account WHERE role = 'operator'"))
        await session.execute(
            text(
                "INSERT INTO access_session (id, subject_id, began_at, expires_at) "
                "VALUES (gen_random_uuid(), :subject, now(), now() + interval '1 hour')"
            ),
            {"subject": subject},
        )
    second = Settings(operator_password="some other unlikely words", **others)
    async with resources(second, store), store.transaction() as session:
        ended = await session.scalars(text("SELECT ended_at IS NOT NULL FROM access_session"))
        assert ended.all() == [True]
    await store.close()


@pytest.fixture
async def accounts(database: str) -> AsyncGenerator[Database]:
    test_database = Database(database)
    yield test_database
    await test_database.close()


async def register(accounts: Database, login: str) -> None:
    async with accounts.transaction() as session:
        await store.accounts.add_account(
            session,
            AccountRow(
                login=texts.login(login),
                password_hash="x",
                role="resident",
                subject_id=new_id(),
                name="Lin",
                created_at=datetime.now(UTC),
            ),
        )


@pytest.mark.parametrize("second", ["ор@x.example.org", "ορ@x.example.org", "op@x.example.org", "OP@X.example.org"])
async def test_a_login_that_looks_like_anothers_is_taken(accounts: Database, second: str) -> None:
    """Cyrillic and Greek have letters that nobody tells from Latin ones."""
    with suppress(LoginTaken):  # by the case before
        await register(accounts, "op@x.example.org")
    with pytest.raises(LoginTaken) as refused:
        await register(accounts, second)
    assert refused.value.field == "login"


async def test_logins_that_people_tell_apart_are_two(accounts: Database) -> None:
    for login in ("anna1@x.example.org", "annal@x.example.org", "почта@x.example.org", "张三@x.example.org"):
        await register(accounts, login)

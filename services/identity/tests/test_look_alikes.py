"""Nobody's login can be taken for another's."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from identity import store
from identity.domain.people import LoginTaken
from identity.tables import AccountRow

pytestmark = pytest.mark.anyio
SERVICE = "identity"


@pytest.fixture
async def accounts(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


async def register(accounts: Database, login: str) -> None:
    async with accounts.transaction() as session:
        await store.add_account(
            session,
            AccountRow(
                login=texts.login(login), password_hash="x", role="resident", subject_id=new_id(), name="Lin",
                created_at=datetime.now(UTC),
            ),
        )  # fmt: skip


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

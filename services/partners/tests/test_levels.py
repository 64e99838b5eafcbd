"""On which of the four levels of data a partner takes part follows from its kind, keys and certificates, now."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import uuid4

import pytest
from chassis.database import Database
from partners.api.levels import level_message
from partners.store import levels as store
from sqlalchemy import text
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.test_steps import NOW, active

pytestmark = pytest.mark.anyio
SERVICE = "partners"
EVER = timedelta(days=10_000)


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def test_a_partner_is_on_the_levels_that_its_kind_keys_and_certificates_put_it_on(db: Database) -> None:
    partner_id = await active(db)

    async def levels(ahead: timedelta = timedelta()) -> list[int] | None:
        async with db.transaction() as session:
            known = await store.of_active_partners(session, NOW + ahead)
        return next((list(level_message(each).levels) for each in known if each.partner_id == partner_id), None)

    without_key = await levels()
    assert without_key is not None
    assert pb.DATA_LEVEL_CONNECTIVITY not in without_key
    assert pb.DATA_LEVEL_SERVICE in without_key
    async with db.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO api_key (id, partner_id, label, scopes, secret_sha256, created_at, expires_at)"
                " VALUES (:id, :partner, 'x', '{}', :secret, :now, :until)"
            ),
            {
                "id": uuid4(),
                "secret": uuid4().bytes,
                "partner": partner_id,
                "now": NOW,
                "until": NOW + timedelta(days=1),
            },
        )
    assert set(await levels() or []) == {*without_key, pb.DATA_LEVEL_CONNECTIVITY}
    assert await levels(EVER) is None, "its certificates have lapsed"
